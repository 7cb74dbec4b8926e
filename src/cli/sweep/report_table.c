/*
 * Settings as rows. Readers get those columns that the kind of study is about; files have all.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"
#include "cli/runs/columns.h"
#include "cli/sweep/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(kind, member) RECORD_MEMBER(kind, struct study_summary, member)

/* "790-850", "790 or more" */
static void write_interval(char *text, size_t size, const struct study_figure *figure)
{
    char low[TEXT_SIZE], high[TEXT_SIZE];
    text_digits(low, figure->low);
    text_digits(high, figure->high);
    if (isinf(figure->low) || isnan(figure->low)) {
        snprintf(text, size, "-");
    } else if (isinf(figure->high)) {
        snprintf(text, size, "%s or more", low);
    } else {
        snprintf(text, size, "%s-%s", low, high);
    }
}

static void write_steps_interval(char *text, size_t size, const void *row)
{
    write_interval(text, size, &((const struct study_summary *)row)->steps);
}

static void write_seconds_interval(char *text, size_t size, const void *row)
{
    write_interval(text, size, &((const struct study_summary *)row)->seconds);
}

static void write_reached(char *text, size_t size, const void *cell)
{
    const struct study_summary *row = cell;
    snprintf(text, size, "%.0f of %.0f", row->reached, row->done + row->failed);
}

static void write_done(char *text, size_t size, const void *cell)
{
    const struct study_summary *row = cell;
    snprintf(text, size, row->done == row->trials ? "%.0f" : "%.0f of %.0f", row->done,
             row->trials);
}

/* A mean and its standard deviation in the same unit; the latter where there are several. */
static void write_mean(char *text, size_t size, const struct study_figure *figure, double unit,
                       const char *format, const char *deviation_format, const char *ending)
{
    char mean[TEXT_SIZE], deviation[TEXT_SIZE];
    snprintf(mean, sizeof mean, format, unit * figure->mean);
    snprintf(deviation, sizeof deviation, deviation_format, unit * figure->deviation);
    if (isnan(figure->mean)) {
        snprintf(text, size, "-");
    } else if (isnan(figure->deviation)) {
        snprintf(text, size, "%s%s", mean, ending);
    } else {
        snprintf(text, size, "%s ± %s%s", mean, deviation, ending);
    }
}

static void write_accuracy(char *text, size_t size, const void *row)
{
    write_mean(text, size, &((const struct study_summary *)row)->accuracy, 100.0, "%.2f", "%.2f",
               " %");
}

static void write_r2(char *text, size_t size, const void *row)
{
    write_mean(text, size, &((const struct study_summary *)row)->r2, 1.0, "%.4f", "%.4f", "");
}

static void write_rmse(char *text, size_t size, const void *row)
{
    write_mean(text, size, &((const struct study_summary *)row)->rmse, 1.0, "%.4g", "%.2g", "");
}

static void write_loss(char *text, size_t size, const void *row)
{
    write_mean(text, size, &((const struct study_summary *)row)->loss, 1.0, "%.4f", "%.4f", "");
}

/* In which tables a column stands. */
enum { WITH_TARGET = 1, WITHOUT_TARGET = 2, ALWAYS = 3, WITH_FAILURES = 4, WITH_RUNGS = 8 };

/* Of several, the columns of the highest rank are left out first. */
struct column {
    struct record_field field;
    int rank;
    unsigned tables;
};

static const struct column SHOWN[] = {
    {{NULL, AT(WHOLE, done), .heading = "trials", .cell = write_done}, 500, WITHOUT_TARGET},
    {{NULL, AT(WHOLE, failed), .heading = "failed", .format = "%.0f"}, 0, WITH_FAILURES},
    {{NULL, AT(WHOLE, epochs_done), .heading = "epochs", .format = "%.0f"}, 100, WITH_RUNGS},
    {{NULL, AT(WHOLE, reached), .heading = "reached", .cell = write_reached}, 100, WITH_TARGET},
    {{NULL, AT(NUMBER, steps.median), .heading = "steps", .text = text_digits}, 0, WITH_TARGET},
    {{NULL, AT(NUMBER, steps.low), .heading = "95 %", .cell = write_steps_interval, .align = 'l'},
     300,
     WITH_TARGET},
    {{NULL, AT(NUMBER, epochs.median), .heading = "epochs", .text = text_digits}, 400, WITH_TARGET},
    {{NULL, AT(NUMBER, samples.median), .heading = "samples", .text = text_digits},
     500,
     WITH_TARGET},
    {{NULL, AT(NUMBER, accuracy.mean), .heading = "validation", .cell = write_accuracy,
      .align = 'r', .optional = true},
     0,
     WITHOUT_TARGET},
    {{NULL, AT(NUMBER, r2.mean), .heading = "R2", .cell = write_r2, .align = 'r', .optional = true},
     0,
     WITHOUT_TARGET},
    {{NULL, AT(NUMBER, rmse.mean), .heading = "RMSE", .cell = write_rmse, .align = 'r',
      .optional = true},
     200,
     ALWAYS},
    {{NULL, AT(NUMBER, loss.mean), .heading = "loss", .cell = write_loss, .align = 'r'},
     300,
     WITHOUT_TARGET},
    {{NULL, AT(NUMBER, noise_scale.median), .heading = "noise scale", .text = text_digits,
      .optional = true},
     350,
     ALWAYS},
    {{NULL, AT(NUMBER, speed), .heading = "samples/s", .text = text_whole, .optional = true},
     200,
     ALWAYS},
    {{NULL, AT(NUMBER, seconds.median), .heading = "seconds", .text = text_digits,
      .optional = true},
     0,
     WITH_TARGET},
    {{NULL, AT(NUMBER, seconds.low), .heading = "95 %", .cell = write_seconds_interval,
      .align = 'l', .optional = true},
     150,
     WITH_TARGET},
    {{NULL, AT(NUMBER, accuracy.mean), .heading = "validation", .cell = write_accuracy,
      .align = 'r', .optional = true},
     450,
     WITH_TARGET},
};

/* A median with its interval, and a mean with its deviation too, in files. */
#define MEDIAN_FIELDS(name, member)                                                                \
    {name, AT(NUMBER, member.median)}, {name "_low", AT(NUMBER, member.low)},                      \
    {                                                                                              \
        name "_high", AT(NUMBER, member.high)                                                      \
    }
#define MEAN_FIELDS(name, member)                                                                  \
    {name, AT(NUMBER, member.mean)}, {name "_deviation", AT(NUMBER, member.deviation)},            \
        {name "_median", AT(NUMBER, member.median)}, {name "_low", AT(NUMBER, member.low)},        \
    {                                                                                              \
        name "_high", AT(NUMBER, member.high)                                                      \
    }

static const struct record_field KEPT[] = {
    {"trials", AT(WHOLE, trials)},
    {"done", AT(WHOLE, done)},
    {"failed", AT(WHOLE, failed)},
    {"epochs_done", AT(NUMBER, epochs_done)},
    MEAN_FIELDS("validation_accuracy", accuracy),
    MEAN_FIELDS("validation_r2", r2),
    MEAN_FIELDS("validation_rmse", rmse),
    MEAN_FIELDS("validation_loss", loss),
    {"noise_scale", AT(NUMBER, noise_scale.median)},
};

static const struct record_field KEPT_OF_TARGET[] = {
    {"reached", AT(WHOLE, reached)},          MEDIAN_FIELDS("target_steps", steps),
    MEDIAN_FIELDS("target_epochs", epochs),   MEDIAN_FIELDS("target_samples", samples),
    MEDIAN_FIELDS("target_seconds", seconds),
};

static const struct record_field KEPT_OF_TIMING[] = {
    {"threads", AT(WHOLE, threads)},
    {"samples_per_second", AT(NUMBER, speed)},
    {"samples_per_second_low", AT(NUMBER, speed_low)},
    {"samples_per_second_high", AT(NUMBER, speed_high)},
};

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])

enum { SHOWN_COUNT = LENGTH(SHOWN) };

_Static_assert(OPTIONS_MAX + LENGTH(KEPT) + LENGTH(KEPT_OF_TARGET) + LENGTH(KEPT_OF_TIMING) <=
                   RUN_COLUMNS_MAX,
               "there is room for all columns");

static bool are_numbers(const struct study_summaries *summaries, size_t axis)
{
    bool numbers = true;
    for (size_t s = 0; s < summaries->count; s++) {
        double number;
        const char *value = summaries->rows[s].values[axis];
        numbers = numbers && (text_read_number(&number, value) || strcmp(value, "full") == 0 ||
                              strcmp(value, STUDY_NO_EFFECT) == 0);
    }
    return numbers;
}

static void add(struct run_columns *columns, const struct record_field *field, int rank)
{
    columns->fields[columns->record.count] = *field;
    columns->ranks[columns->record.count++] = rank;
}

/* What the study varies, each with a heading where tables are meant. */
static void begin(struct run_columns *columns, const struct study_report *report, bool shown)
{
    const struct study *study = report->study;
    *columns =
        (struct run_columns){.record = {columns->fields, 0, sizeof(struct study_summary), false}};
    if (study->axis_count == 0) {
        const struct record_field all = {NULL, AT(CHARS, name), .heading = ""};
        add(columns, &all, 0);
    }
    for (size_t a = 0; a < study->axis_count; a++) {
        bool varied = study->axes[a].count != 1 || study->axis_count == 1;
        const struct record_field field = {
            .name = shown ? NULL : study->axes[a].option,
            .type = RECORD_TEXT,
            .offset = offsetof(struct study_summary, values) + a * sizeof(char *),
            .heading = shown && varied ? study->axes[a].option : NULL,
            .align = are_numbers(&report->summaries, a) ? 'r' : 'l'};
        add(columns, &field, 0);
    }
}

static bool have_failed(const struct study_summaries *summaries)
{
    bool failed = false;
    for (size_t s = 0; s < summaries->count; s++) {
        failed = failed || summaries->rows[s].failed > 0.0;
    }
    return failed;
}

static unsigned tables_of(const struct study_report *report)
{
    return (report->summaries.target ? WITH_TARGET : WITHOUT_TARGET) |
           (have_failed(&report->summaries) ? WITH_FAILURES : 0U) |
           (report->study->options.halving > 0 ? WITH_RUNGS : 0U);
}

static enum exit_status print_rows(const struct study_report *report,
                                   const struct study_summary *rows)
{
    struct run_columns columns;
    begin(&columns, report, true);
    for (size_t c = 0; c < SHOWN_COUNT; c++) {
        if ((SHOWN[c].tables & tables_of(report)) != 0) {
            add(&columns, &SHOWN[c].field, SHOWN[c].rank);
        }
    }
    run_columns_fit(&columns, rows, report->summaries.count, terminal_width(stdout, LINES_WIDTH));
    CLI_TRY(record_print(&columns.record, rows, report->summaries.count));
    if (columns.left_out[0] != '\0') {
        lines_print(stdout, "no room for: %s; " STUDY_SETTINGS " has all", columns.left_out);
    }
    return DONE;
}

/* Of settings that were drawn, or that halving went through, the best come first: their order says
 * nothing. */
enum exit_status report_print_settings(const struct study_report *report)
{
    const struct study_summaries *summaries = &report->summaries;
    const struct study_options *options = &report->study->options;
    struct study_summary *rows = calloc(summaries->count + 1, sizeof *rows);
    if (rows == NULL) {
        return cli_failed("out of memory for the table of %zu settings", summaries->count);
    }
    bool ranked = options->trials > 0 || options->halving > 0;
    enum exit_status status = ranked ? study_rank(rows, summaries, report->chosen.measure) : DONE;
    if (status == DONE) {
        status = print_rows(report, ranked ? rows : summaries->rows);
    }
    free(rows);
    return status;
}

/* Files have no number for what is not finite. */
static void make_absent(struct study_summary *row)
{
    struct study_figure *figures[] = {&row->steps, &row->epochs, &row->samples, &row->seconds};
    for (size_t f = 0; f < sizeof figures / sizeof figures[0]; f++) {
        double *numbers[] = {&figures[f]->median, &figures[f]->low, &figures[f]->high};
        for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++) {
            *numbers[n] = isfinite(*numbers[n]) ? *numbers[n] : NAN;
        }
    }
}

/* NULL where memory is out; the caller frees. */
static struct study_summary *finite_rows(const struct study_summaries *summaries)
{
    struct study_summary *rows = calloc(summaries->count + 1, sizeof *rows);
    for (size_t s = 0; rows != NULL && s < summaries->count; s++) {
        rows[s] = summaries->rows[s];
        make_absent(&rows[s]);
    }
    return rows;
}

/* Adds those of the fields that a setting has. */
static void add_present(struct run_columns *columns, const struct record_field *fields,
                        size_t count, const struct study_summaries *summaries)
{
    for (size_t f = 0; f < count; f++) {
        bool present = false;
        for (size_t s = 0; s < summaries->count; s++) {
            double number;
            memcpy(&number, (const char *)&summaries->rows[s] + fields[f].offset, sizeof number);
            present = present || !isnan(number);
        }
        if (present) {
            add(columns, &fields[f], 0);
        }
    }
}

static void begin_file(struct run_columns *columns, const struct study_report *report)
{
    const struct study_summaries *summaries = &report->summaries;
    begin(columns, report, false);
    add_present(columns, KEPT, LENGTH(KEPT), summaries);
    for (size_t f = 0; summaries->target && f < LENGTH(KEPT_OF_TARGET); f++) {
        add(columns, &KEPT_OF_TARGET[f], 0);
    }
    add_present(columns, KEPT_OF_TIMING, LENGTH(KEPT_OF_TIMING), summaries);
}

enum exit_status report_save_settings(const struct study_report *report)
{
    struct run_path path = run_file(report->study->folder, STUDY_SETTINGS);
    struct study_summary *rows = finite_rows(&report->summaries);
    struct run_columns columns;
    begin_file(&columns, report);
    enum exit_status status =
        rows != NULL ? record_save(&columns.record, path.text, rows, report->summaries.count)
                     : cli_failed("%s: out of memory", path.text);
    free(rows);
    return status;
}

json_t *report_settings_json(const struct study_report *report)
{
    struct study_summary *rows = finite_rows(&report->summaries);
    struct run_columns columns;
    begin_file(&columns, report);
    json_t *array =
        rows != NULL ? record_array(&columns.record, rows, report->summaries.count) : NULL;
    free(rows);
    return array;
}

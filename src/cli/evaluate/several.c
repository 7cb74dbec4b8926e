/*
 * Several models on the same data: a row each, and what two of them differ in.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/base/table.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"
#include "cli/evaluate/comparison.h"
#include "cli/evaluate/evaluate.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODELS_MAX = 100, NAME_SIZE = 64, NAME_LEAST = 12, DATA_SIZE = 1024 };

/* A model's figures; NaN where its kind has none. */
struct row {
    const char *model;              /* as it was given */
    char name[NAME_SIZE];           /* the same as short as the table needs it */
    const char *loss_name, *unlike; /* the latter where losses are of several kinds */
    double samples, loss, accuracy, low, high;
    struct evaluation_errors errors;
    char samples_are[DATA_SIZE]; /* in words */
    json_t *data;                /* the same for programs; NULL unless these are asked */
};

#define AT(kind, member) RECORD_MEMBER(kind, struct row, member)

static void write_interval(char *text, size_t size, const void *cell)
{
    const struct row *row = cell;
    text_interval(text, size, row->low, row->high);
}

static const struct record_field FIELDS[] = {
    {NULL, AT(CHARS, name), .heading = "model"},
    {"model", AT(TEXT, model)},
    {"samples", AT(WHOLE, samples), .heading = "samples", .text = text_whole},
    {"loss", AT(NUMBER, loss), .heading = "loss", .format = "%.6f"},
    {"loss_kind", AT(TEXT, loss_name)},
    {NULL, AT(TEXT, unlike), .heading = "kind of loss", .optional = true},
    {"accuracy", AT(NUMBER, accuracy), .heading = "accuracy", .text = text_percent,
     .optional = true},
    {"accuracy_low", AT(NUMBER, low), .heading = "95 % interval", .cell = write_interval,
     .align = 'r', .optional = true},
    {"accuracy_high", AT(NUMBER, high), .optional = true},
    {"r2", AT(NUMBER, errors.r2), .heading = "R2", .text = text_r2, .optional = true},
    {"rmse", AT(NUMBER, errors.rmse), .heading = "RMSE", .format = "%.6g", .optional = true},
    {"mae", AT(NUMBER, errors.mae), .heading = "MAE", .format = "%.6g", .optional = true},
    {"data", AT(CHARS, samples_are), .where = RECORD_IN_CSV},
    {"data", AT(JSON, data), .where = RECORD_IN_JSON},
};
static const struct record ROW = RECORD(struct row, FIELDS);

struct several {
    const char *const *models;
    size_t count;
    struct row *rows;
    struct comparison comparison;
    bool labels; /* whether samples have several, of some model */
};

static struct row row_of(const struct evaluate *one, const char *model)
{
    const descent_metrics *metrics = &one->evaluation.metrics;
    struct row row = {.model = model,
                      .loss_name = descent_loss_name(one->trained.loss.kind),
                      .samples = (double)metrics->samples,
                      .loss = descent_metrics_loss(metrics),
                      .accuracy = NAN,
                      .low = NAN,
                      .high = NAN,
                      .errors = {NAN, NAN, NAN}};
    scored_describe(&one->scored, row.samples_are, sizeof row.samples_are);
    row.data = one->options.json ? scored_json(&one->scored) : NULL;
    if (!one->trained.regression) {
        row.accuracy = (double)metrics->correct / (double)metrics->samples;
        cli_wilson(metrics->correct, metrics->samples, &row.low, &row.high);
    }
    return row;
}

/* Scores the model at that place, into its row. */
static enum exit_status score(struct several *several, size_t i, struct evaluate *one,
                              const char *data)
{
    one->told = i > 0;
    CLI_TRY(evaluate_model(one, several->models[i], data));
    several->rows[i] = row_of(one, several->models[i]);
    several->labels = several->labels || one->trained.multi_label;
    if (one->trained.regression) {
        CLI_TRY(evaluation_errors_of(&several->rows[i].errors, &one->evaluation, &one->trained,
                                     one->scored.dataset));
    }
    return comparison_add(&several->comparison, &one->evaluation, &one->scored);
}

/* Each model gets options of its own: over them goes what it remembers of its data. */
static enum exit_status score_all(struct several *several, const struct evaluate *asked,
                                  const char *data)
{
    enum exit_status status = DONE;
    for (size_t i = 0; i < several->count && status == DONE; i++) {
        struct evaluate one = {.arguments = asked->arguments, .display = asked->display};
        status = option_defaults(&EVALUATE_OPTIONS, &one.options);
        if (status == DONE) {
            status = option_apply(&EVALUATE_OPTIONS, one.arguments, &one.options);
        }
        if (status == DONE) {
            status = score(several, i, &one, data);
        }
        evaluate_free(&one);
        option_free_values(&EVALUATE_OPTIONS, &one.options);
    }
    return status;
}

static bool same_data(const struct several *several)
{
    bool same = true;
    for (size_t i = 1; i < several->count; i++) {
        same = same && strcmp(several->rows[i].samples_are, several->rows[0].samples_are) == 0;
    }
    return same;
}

/* The names, which are empty so far, get what the other columns leave them. */
static void fit_names(struct several *several)
{
    size_t taken = record_width(&ROW, several->rows, several->count) - strlen("model");
    size_t width = terminal_width(stdout, LINES_WIDTH);
    size_t room = width > taken + NAME_LEAST ? width - taken : NAME_LEAST;
    for (size_t i = 0; i < several->count; i++) {
        char name[PATH_MAX];
        snprintf(name, sizeof name, "%s", several->rows[i].model);
        text_shorten(name, room < NAME_SIZE - 1 ? room : NAME_SIZE - 1);
        snprintf(several->rows[i].name, NAME_SIZE, "%.*s", NAME_SIZE - 1, name);
    }
}

/* Losses of several kinds cannot be compared, so that each is named. */
static void name_losses(struct several *several)
{
    bool unlike = false;
    for (size_t i = 1; i < several->count; i++) {
        unlike = unlike || strcmp(several->rows[i].loss_name, several->rows[0].loss_name) != 0;
    }
    for (size_t i = 0; i < several->count && unlike; i++) {
        several->rows[i].unlike = several->rows[i].loss_name;
    }
}

/* The line that says which samples: one for all models, or one each. */
static void print_data(const struct several *several)
{
    bool same = same_data(several);
    for (size_t i = 0; i < (same ? 1 : several->count); i++) {
        const struct row *row = &several->rows[i];
        lines_print_one(stdout, "%-8s  %s%s%s", i == 0 ? "data" : "", same ? "" : row->name,
                        same ? "" : ": ", row->samples_are);
    }
    putchar('\n');
}

/* The most accurate one of those that were compared, the first of equals; none: their count. */
static size_t find_best(const struct several *several)
{
    size_t best = several->count;
    for (size_t i = 0; i < several->count; i++) {
        bool compared = several->comparison.models[i].place == COMPARISON_SAME;
        double accuracy = several->rows[i].accuracy;
        if (compared && !isnan(accuracy) &&
            (best == several->count || accuracy > several->rows[best].accuracy)) {
            best = i;
        }
    }
    return best;
}

static const char *judge(double p)
{
    return p < 0.05 ? "hardly chance" : "may be chance";
}

static void print_pair(const struct several *several, const struct comparison_pair *pair)
{
    const char *one = several->rows[pair->one].name, *other = several->rows[pair->other].name;
    char samples[TEXT_SIZE];
    uint64_t differ = pair->only_first + pair->only_second;
    text_count(samples, pair->samples);
    if (differ == 0) {
        lines_print_one(stdout, "both models are right on exactly the same of the %s samples",
                        samples);
    } else {
        lines_print_one(
            stdout,
            "only one of the two models is right on %ju of the %s samples: %s on %ju, %s on "
            "%ju; McNemar's exact test p = %.2g: %s",
            (uintmax_t)differ, samples, one, (uintmax_t)pair->only_first, other,
            (uintmax_t)pair->only_second, pair->p, judge(pair->p));
    }
}

/* The best model against each other one. Which one is the best was not known before, so that p is
 * corrected for all pairs that there are. */
static enum exit_status print_against(const struct several *several, size_t best)
{
    const struct comparison *comparison = &several->comparison;
    struct table table = {.alignment = "lrrrl"};
    lines_print_one(stdout, "against the best, %s: samples that only one of the two gets right",
                    several->rows[best].name);
    table_add(&table, "model");
    table_add(&table, "only the best");
    table_add(&table, "only this one");
    table_add(&table, "McNemar p");
    table_add(&table, "%s", "");
    for (size_t i = 0; i < comparison->pair_count; i++) {
        const struct comparison_pair *pair = &comparison->pairs[i];
        bool first = pair->one == best;
        if (first || pair->other == best) {
            table_add(&table, "%s", several->rows[first ? pair->other : pair->one].name);
            table_add(&table, "%ju", (uintmax_t)(first ? pair->only_first : pair->only_second));
            table_add(&table, "%ju", (uintmax_t)(first ? pair->only_second : pair->only_first));
            table_add(&table, "%.2g", pair->corrected);
            table_add(&table, "%s", judge(pair->corrected));
        }
    }
    CLI_TRY(table_print(&table));
    lines_print_one(stdout,
                    "McNemar's exact test; p is corrected for all %zu pairs of models (Holm)",
                    comparison->pair_count);
    return DONE;
}

static enum exit_status print_pairs(const struct several *several)
{
    const struct comparison *comparison = &several->comparison;
    if (comparison->pair_count == 0) {
        return DONE;
    }
    putchar('\n');
    if (comparison->pair_count > 1) {
        return print_against(several, find_best(several));
    }
    print_pair(several, &comparison->pairs[0]);
    return DONE;
}

/* Figures of other samples, or of other labels, do not tell which model is better. */
static void print_unlike(const struct several *several)
{
    for (size_t i = 1; i < several->count; i++) {
        enum comparison_place place = several->comparison.models[i].place;
        if (place != COMPARISON_SAME) {
            lines_print_one(stdout, "%s was scored on other %s than %s: not to be compared",
                            several->rows[i].name,
                            place == COMPARISON_OTHER_LABELS ? "labels" : "samples",
                            several->rows[0].name);
        }
    }
}

static void free_rows(struct several *several)
{
    for (size_t i = 0; several->rows != NULL && i < several->count; i++) {
        json_decref(several->rows[i].data);
    }
    free(several->rows);
    comparison_free(&several->comparison);
}

static enum exit_status print_text(struct several *several)
{
    print_data(several);
    CLI_TRY(record_print(&ROW, several->rows, several->count));
    if (several->labels) {
        puts("\naccuracy counts samples with all labels right (exact match)");
    }
    CLI_TRY(print_pairs(several));
    print_unlike(several);
    return DONE;
}

static enum exit_status print_json(struct several *several, const char *data)
{
    const struct comparison *comparison = &several->comparison;
    json_t *models = record_array(&ROW, several->rows, several->count);
    for (size_t i = 0; i < several->count; i++) {
        several->rows[i].data = NULL; /* is the array's */
    }
    return cli_print_json(
        json_pack("{s:s, s:o, s:o}", "data", data, "models", models, "comparisons",
                  record_array(&COMPARISON_PAIR, comparison->pairs, comparison->pair_count)));
}

static enum exit_status run(struct several *several, const struct evaluate *asked, const char *data)
{
    const struct evaluate_options *options = &asked->options;
    several->rows = calloc(several->count, sizeof *several->rows);
    if (several->rows == NULL) {
        return cli_failed("out of memory for %zu models", several->count);
    }
    CLI_TRY(score_all(several, asked, data));
    CLI_TRY(comparison_run(&several->comparison, several->models));
    name_losses(several);
    fit_names(several);
    CLI_TRY(options->json ? print_json(several, data) : print_text(several));
    return options->csv != NULL ? record_save(&ROW, options->csv, several->rows, several->count)
                                : DONE;
}

enum exit_status evaluate_several(const struct evaluate *asked, const char *const *models,
                                  size_t count, const char *data)
{
    if (count > MODELS_MAX) {
        return cli_usage("evaluate: expected at most %d models, found %zu", MODELS_MAX, count);
    }
    struct several several = {.models = models, .count = count};
    enum exit_status status = run(&several, asked, data);
    free_rows(&several);
    return status;
}

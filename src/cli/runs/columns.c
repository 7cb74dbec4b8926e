/*
 * Figures stand by their kind, accuracies as percent and R² as such, so that runs of all kinds have
 * room in one table.
 */
#include "cli/runs/columns.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define AT(kind, member) RECORD_MEMBER(kind, struct run_row, member)

static void write_name(char *text, size_t size, const void *cell)
{
    const struct run_row *row = cell;
    snprintf(text, size, "%-1s %s", row->mark, row->name);
}

static void write_best(char *text, size_t size, const void *cell)
{
    const struct run_row *row = cell;
    if (isnan(row->best_epoch)) {
        snprintf(text, size, isnan(row->epochs) ? "-" : "- of %.0f", row->epochs);
    } else {
        snprintf(text, size, "%.0f of %.0f", row->best_epoch, row->epochs);
    }
}

static void write_figure(char *text, size_t size, const struct run_figures *figures)
{
    char number[TEXT_SIZE];
    bool r2 = isnan(figures->accuracy) && !isnan(figures->r2);
    snprintf(text, size, "%s%s", r2 ? "R2 " : "",
             r2 ? text_r2(number, figures->r2) : text_percent(number, figures->accuracy));
}

static void write_validation(char *text, size_t size, const void *cell)
{
    write_figure(text, size, &((const struct run_row *)cell)->validation);
}

static void write_test(char *text, size_t size, const void *cell)
{
    write_figure(text, size, &((const struct run_row *)cell)->test);
}

static void write_interval(char *text, size_t size, const void *cell)
{
    const struct run_row *row = cell;
    text_interval(text, size, row->test.low, row->test.high);
}

/* Three digits, and never an exponent. */
static void write_seconds(char *text, size_t size, const void *cell)
{
    double seconds = ((const struct run_row *)cell)->seconds;
    snprintf(text, size,
             isnan(seconds)     ? "-"
             : seconds >= 100.0 ? "%.0f"
             : seconds >= 10.0  ? "%.1f"
                                : "%.2f",
             seconds);
}

static void write_findings(char *text, size_t size, const void *cell)
{
    const struct run_row *row = cell;
    text_cut(text, size,
             isnan(row->finding_count)  ? "-"
             : row->findings[0] == '\0' ? "none"
                                        : row->findings);
}

/* A mean and its standard deviation in the same unit; the latter where there are several runs. */
static void write_mean(char *text, size_t size, const struct run_figures *mean, double deviation)
{
    write_figure(text, size, mean);
    bool percent = !isnan(mean->accuracy);
    if (!isnan(deviation)) {
        snprintf(text, size, percent ? "%.2f ± %.2f %%" : "R2 %.4f ± %.4f",
                 percent ? 100.0 * mean->accuracy : mean->r2,
                 percent ? 100.0 * deviation : deviation);
    }
}

static void write_validation_mean(char *text, size_t size, const void *cell)
{
    const struct run_row *row = cell;
    write_mean(text, size, &row->validation, row->validation_deviation);
}

static void write_test_mean(char *text, size_t size, const void *cell)
{
    const struct run_row *row = cell;
    write_mean(text, size, &row->test, row->test_deviation);
}

static void write_loss_mean(char *text, size_t size, const void *cell)
{
    const struct run_row *row = cell;
    snprintf(text, size, isnan(row->validation.loss) ? "-" : "%.4f", row->validation.loss);
    if (!isnan(row->loss_deviation)) {
        text_append(text, size, " ± %.4f", row->loss_deviation);
    }
}

/* What is left out before what: the settings that somebody has chosen are worth most, those that
 * only follow from them least; of several, the later ones go first, and before them those that tell
 * no runs apart that others do not. */
enum {
    RANK_FILES = RUN_COLUMN_OF_FILES, /* of what another column shows to readers */
    RANK_STAYS = 0,
    RANK_GIVEN = 100,
    RANK_TEST = 200,
    RANK_BEST = 300,
    RANK_GIVEN_LATER = 400,
    RANK_SECONDS = 500,
    RANK_LOSS = 600,
    RANK_OTHER = 700,
    RANK_FINDINGS = 800,
    RANK_INTERVAL = 900
};
enum { GIVEN_FIRST = 2 };

_Static_assert(OPTIONS_MAX + 30 <= RUN_COLUMNS_MAX, "there is room for all settings");

struct column {
    struct record_field field;
    int rank;
};

/* Of runs: before their settings, behind them, and for programs alone. */
static const struct column NAMES[] = {
    {{NULL, AT(CHARS, name), .cell = write_name, .heading = "  run", .align = 'l'}, RANK_STAYS},
    {{"run", AT(TEXT, folder)}, RANK_STAYS},
    {{"data", AT(TEXT, data)}, RANK_STAYS},
    {{"state", AT(TEXT, state)}, RANK_STAYS},
    {{NULL, AT(TEXT, unfinished), .heading = "state", .optional = true}, RANK_STAYS},
};

static const struct column FIGURES[] = {
    {{"best_epoch", AT(WHOLE, best_epoch), .heading = "best epoch", .cell = write_best}, RANK_BEST},
    {{"epochs_done", AT(WHOLE, epochs)}, RANK_STAYS},
    {{"validation_loss", AT(NUMBER, validation.loss), .heading = "valid loss", .format = "%.4f"},
     RANK_LOSS},
    {{NULL, AT(NUMBER, validation.rank), .heading = "validation", .cell = write_validation},
     RANK_STAYS},
    {{"validation_accuracy", AT(NUMBER, validation.accuracy), .optional = true}, RANK_FILES},
    {{"validation_r2", AT(NUMBER, validation.r2), .optional = true}, RANK_FILES},
    {{"validation_rmse", AT(NUMBER, validation.rmse), .optional = true}, RANK_STAYS},
    {{NULL, AT(NUMBER, test.rank), .heading = "test", .cell = write_test, .optional = true},
     RANK_TEST},
    {{"test_loss", AT(NUMBER, test.loss)}, RANK_STAYS},
    {{"test_accuracy", AT(NUMBER, test.accuracy), .optional = true}, RANK_FILES},
    {{"test_accuracy_low", AT(NUMBER, test.low), .heading = "95 % interval", .cell = write_interval,
      .align = 'r', .optional = true},
     RANK_INTERVAL},
    {{"test_accuracy_high", AT(NUMBER, test.high), .optional = true}, RANK_FILES},
    {{"test_r2", AT(NUMBER, test.r2), .optional = true}, RANK_FILES},
    {{"test_rmse", AT(NUMBER, test.rmse), .optional = true}, RANK_STAYS},
    {{"train_loss", AT(NUMBER, train.loss)}, RANK_STAYS},
    {{"train_accuracy", AT(NUMBER, train.accuracy), .optional = true}, RANK_STAYS},
    {{"train_r2", AT(NUMBER, train.r2), .optional = true}, RANK_STAYS},
    {{"train_rmse", AT(NUMBER, train.rmse), .optional = true}, RANK_STAYS},
    {{"seconds", AT(NUMBER, seconds), .heading = "seconds", .cell = write_seconds}, RANK_SECONDS},
    {{"findings", AT(CHARS, findings), .heading = "findings", .cell = write_findings,
      .where = RECORD_IN_CSV},
     RANK_FINDINGS},
    {{"findings", AT(JSON, warnings), .where = RECORD_IN_JSON}, RANK_STAYS},
    {{"stop_reason", AT(TEXT, stop_reason)}, RANK_STAYS},
    {{"date", AT(TEXT, date)}, RANK_STAYS},
    {{"descent", AT(TEXT, version)}, RANK_STAYS},
};

/* Of settings: the same. */
static const struct column MARKS[] = {
    {{NULL, AT(TEXT, mark), .heading = ""}, RANK_STAYS},
    {{"data", AT(TEXT, data)}, RANK_STAYS},
};

static const struct column SEEDS[] = {
    {{"runs", AT(WHOLE, runs), .heading = "runs", .format = "%.0f"}, RANK_STAYS},
    {{"validation_loss", AT(NUMBER, validation.loss), .heading = "valid loss",
      .cell = write_loss_mean, .align = 'r'},
     RANK_LOSS},
    {{"validation_loss_deviation", AT(NUMBER, loss_deviation)}, RANK_FILES},
    {{NULL, AT(NUMBER, validation.rank), .heading = "validation", .cell = write_validation_mean},
     RANK_STAYS},
    {{"validation_accuracy", AT(NUMBER, validation.accuracy), .optional = true}, RANK_FILES},
    {{"validation_r2", AT(NUMBER, validation.r2), .optional = true}, RANK_FILES},
    {{"validation_deviation", AT(NUMBER, validation_deviation)}, RANK_FILES},
    {{NULL, AT(NUMBER, test.rank), .heading = "test", .cell = write_test_mean, .optional = true},
     RANK_TEST},
    {{"test_accuracy", AT(NUMBER, test.accuracy), .optional = true}, RANK_FILES},
    {{"test_r2", AT(NUMBER, test.r2), .optional = true}, RANK_FILES},
    {{"test_deviation", AT(NUMBER, test_deviation)}, RANK_FILES},
    {{"seconds", AT(NUMBER, seconds), .heading = "seconds", .cell = write_seconds}, RANK_SECONDS},
};

static void add(struct run_columns *columns, const struct column *added, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        columns->fields[columns->record.count] = added[i].field;
        columns->ranks[columns->record.count++] = added[i].rank;
    }
}
#define ADD(columns, list) add((columns), (list), sizeof(list) / sizeof(list)[0])

const char *run_column_setting(const struct run_setting *setting)
{
    return strcmp(setting->object, "data") == 0 ? setting->object : setting->name;
}

/* The data's name has a column of files already. */
static struct column column_of(const struct run_setting *setting, size_t i, int rank)
{
    const char *name = run_column_setting(setting);
    return (struct column){{.name = setting->name == name ? name : NULL,
                            .type = RECORD_TEXT,
                            .offset = offsetof(struct run_row, setting) + i * sizeof(char *),
                            .where = RECORD_IN_CSV,
                            .heading = name},
                           rank};
}

/* The rank of a setting: the place in the order in which they were chosen, those first that tell
 * the rows apart. Rows without a name need these. */
static int rank_of(const struct run_settings *settings, size_t i, bool named)
{
    int before = 0;
    for (size_t k = 0; k < settings->differences.count; k++) {
        bool ahead = settings->parts[k] == settings->parts[i] ? k < i : settings->parts[k];
        before += settings->given[k] && ahead ? 1 : 0;
    }
    if (!named && settings->parts[i]) {
        return RANK_GIVEN + (int)i;
    }
    return !settings->given[i]    ? RANK_OTHER + (int)i
           : before < GIVEN_FIRST ? RANK_GIVEN + before
                                  : RANK_GIVEN_LATER + before;
}

static void add_settings(struct run_columns *columns, const struct run_settings *settings,
                         bool named)
{
    for (size_t i = 0; i < settings->differences.count; i++) {
        const struct column column =
            column_of(&settings->differences.settings[i], i, rank_of(settings, i, named));
        add(columns, &column, 1);
    }
    const struct column all = {{"settings", AT(JSON, settings), .where = RECORD_IN_JSON},
                               RANK_STAYS};
    add(columns, &all, 1);
}

static void begin(struct run_columns *columns)
{
    *columns = (struct run_columns){.record = {columns->fields, 0, sizeof(struct run_row), false}};
}

void run_columns_of_runs(struct run_columns *columns, const struct run_settings *settings)
{
    begin(columns);
    ADD(columns, NAMES);
    add_settings(columns, settings, true);
    ADD(columns, FIGURES);
}

void run_columns_of_seeds(struct run_columns *columns, const struct run_settings *settings)
{
    begin(columns);
    ADD(columns, MARKS);
    add_settings(columns, settings, false);
    ADD(columns, SEEDS);
}

bool run_column_is(const char *column, const char *name)
{
    for (; *column != '\0' && *name != '\0'; column++, name++) {
        bool blank = strchr(" _-", *column) != NULL && strchr(" _-", *name) != NULL;
        if (!blank && tolower((unsigned char)*column) != tolower((unsigned char)*name)) {
            return false;
        }
    }
    return *column == *name;
}

/* What else only files have gets a heading. */
void run_columns_keep(struct run_columns *columns, const char *name)
{
    size_t count = columns->record.count, shown = count, kept = count;
    for (size_t f = 0; f < count; f++) {
        const struct record_field *field = &columns->fields[f];
        const char *heading = field->heading;
        if (heading != NULL && run_column_is(heading + strspn(heading, " "), name)) {
            shown = f;
        } else if (field->name != NULL && field->type != RECORD_JSON &&
                   run_column_is(field->name, name)) {
            kept = f;
        }
    }
    if (shown < count) {
        columns->ranks[shown] = RANK_STAYS;
    } else if (kept < count) {
        columns->fields[kept].heading = name;
    }
}

/* The column of the highest rank among those that stand in the table; their count where all stay.
 */
static size_t least_wanted(const struct run_columns *columns)
{
    size_t found = columns->record.count;
    for (size_t f = 0; f < columns->record.count; f++) {
        bool shown = columns->fields[f].heading != NULL && columns->ranks[f] > RANK_STAYS;
        if (shown &&
            (found == columns->record.count || columns->ranks[f] > columns->ranks[found])) {
            found = f;
        }
    }
    return found;
}

/* A heading that is gone leaves the column in files. Columns that no row has are left out without a
 * word. */
void run_columns_fit(struct run_columns *columns, const void *rows, size_t count, size_t width)
{
    size_t before = record_width(&columns->record, rows, count);
    while (before > width) {
        size_t f = least_wanted(columns);
        if (f == columns->record.count) {
            return;
        }
        const char *heading = columns->fields[f].heading;
        columns->fields[f].heading = NULL;
        size_t after = record_width(&columns->record, rows, count);
        if (after < before) {
            text_append(columns->left_out, sizeof columns->left_out, "%s%s",
                        columns->left_out[0] == '\0' ? "" : ", ", heading);
        }
        before = after;
    }
}

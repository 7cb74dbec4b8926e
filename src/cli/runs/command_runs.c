/*
 * descent runs: the table of runs in folders.
 */
#include "cli/base/controls.h"
#include "cli/base/lines.h"
#include "cli/base/option.h"
#include "cli/base/run.h"
#include "cli/base/run_folders.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"
#include "cli/runs/columns.h"
#include "cli/runs/order.h"
#include "cli/runs/seeds.h"
#include "cli/train/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADING_SIZE = 64, NAME_LEAST = 12, NAME_MOST = 40 };

struct runs_options {
    char *sort, *csv;
    bool by_setting, details, json;
};

struct runs {
    struct runs_options options;
    struct run_folders folders;
    struct run_row *rows;
    size_t count;
    struct seeds_left_out left_out; /* of settings */
    struct run_settings settings;
    struct run_order order;
    struct run_columns columns;
    size_t shared; /* bytes of the folders that all paths begin with */
};

#define AT(kind, member) OPTION_AT(kind, struct runs_options, member)

static bool prints_text(const void *values)
{
    return !((const struct runs_options *)values)->json;
}

static const struct option rows[] = {
    {"sort", AT(TEXT, sort), .common = true, .initial = "validation", .value = "COLUMN",
     .help =
         "Column to sort by, the best first; validation is the accuracy, or R2 of numbers, then "
         "the loss; valid-loss, test, best-epoch, seconds, findings, run, date, and each "
         "option in which the runs differ, such as lr"},
    {"by-setting", AT(FLAG, by_setting), .common = true,
     .help = "One row for the runs that differ in --seed or --fold alone; means and standard "
             "deviations over those that are done"},
    {"details", AT(FLAG, details), .common = true, .applies = prints_text, .only = "without --json",
     .help = "Show all columns, below each other"},
    {"csv", AT(TEXT, csv), .common = true, .value = "FILE|-",
     .help = "Write all columns as CSV as well, or with - instead"},
    OPTION_JSON(struct runs_options, 0),
};

static const char *const groups[] = {"Options:"};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "FOLDER...",
    .operands = "FOLDER is a run, or a folder with runs in it, at any depth.",
    .examples = {{"descent runs models", "All runs in a folder, the best first."},
                 {"descent runs models --by-setting",
                  "The same with seeds, or folds, put together."},
                 {"descent runs models/a models/b --sort seconds --csv runs.csv",
                  "Two runs, the faster first, as a file too."}},
    .about =
        "Of the options, those are listed in which the runs differ. * marks the best run on its "
        "data by the validation samples. It is not chosen by the test samples: the best of "
        "many by these looks better than it is. Figures are those of the weights that were "
        "kept; runs trained with --no-test have none of the test samples. A broken run is left out "
        "with a line. Where the disk fails to give one, the table and its CSV have the others, and "
        "the exit status is 1.");

static enum exit_status load_rows(struct runs *runs)
{
    runs->rows = calloc(runs->folders.count + 1, sizeof *runs->rows);
    if (runs->rows == NULL) {
        return cli_failed("out of memory for %zu runs", runs->folders.count);
    }
    for (size_t i = 0; i < runs->folders.count; i++) {
        struct run_row *row = &runs->rows[runs->count];
        if (run_row_load(row, runs->folders.paths[i]) == DONE) {
            runs->count++;
        } else {
            run_row_free(row);
        }
    }
    if (runs->count == 0) {
        return cli_failed("no run that can be read, of %zu found", runs->folders.count);
    }
    return DONE;
}

static const json_t *config_of(const void *runs, size_t i)
{
    return ((const struct run_row *)runs)[i].config;
}

static enum exit_status find_differences(struct runs *runs)
{
    struct run_differences *kept = &runs->settings.differences;
    *kept = run_differences_of(&TRAIN_OPTIONS, config_of, runs->rows, runs->count);
    if (runs->options.by_setting) {
        *kept = seeds_differences(kept);
    }
    run_settings_look(&runs->settings, config_of, runs->rows, runs->count);
    for (size_t i = 0; i < runs->count; i++) {
        CLI_TRY(run_row_set(&runs->rows[i], kept));
    }
    return DONE;
}

/* Bytes of the folders that all paths begin with. */
static size_t shared_folders(const struct runs *runs)
{
    const char *first = runs->rows[0].folder;
    size_t shared = 0;
    for (size_t end = 0; runs->count > 1 && first[end] != '\0'; end++) {
        for (size_t i = 1; first[end] == '/' && i < runs->count; i++) {
            if (strncmp(first, runs->rows[i].folder, end + 1) != 0) {
                return shared;
            }
        }
        shared = first[end] == '/' ? end + 1 : shared;
    }
    return shared;
}

/* Runs are called by what tells their paths apart. */
static void name_rows(struct runs *runs)
{
    size_t third = terminal_width(stdout, LINES_WIDTH) / 3;
    size_t width = third < NAME_LEAST ? NAME_LEAST : third > NAME_MOST ? NAME_MOST : third;
    runs->shared = shared_folders(runs);
    for (size_t i = 0; i < runs->count; i++) {
        char name[PATH_MAX];
        snprintf(name, sizeof name, "%s", runs->rows[i].folder + runs->shared);
        text_shorten(name, width);
        snprintf(runs->rows[i].name, RUN_NAME_SIZE, "%.*s", (int)width, name);
    }
}

static bool has_state(const struct runs *runs, const char *state)
{
    bool found = false;
    for (size_t i = 0; i < runs->count; i++) {
        found = found || (runs->rows[i].state != NULL && strcmp(runs->rows[i].state, state) == 0);
    }
    return found;
}

static void print_marked(const struct runs *runs)
{
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->rows[i].mark[0] != '\0') {
            lines_print(stdout, "* the best on its data, by the validation samples");
            return;
        }
    }
}

static void print_left_out(size_t count, const char *what)
{
    if (count > 0) {
        lines_print(stdout, "left out: %zu run%s that %s %s", count, count == 1 ? "" : "s",
                    count == 1 ? "is" : "are", what);
    }
}

/* What the table does not say by itself. */
static void print_notes(const struct runs *runs)
{
    putchar('\n');
    print_marked(runs);
    if (strncmp(runs->order.name, "test", 4) == 0) {
        lines_print(stdout, "sorted by test figures: the best of several by these looks better "
                            "than it is; choose by validation");
    }
    print_left_out(runs->left_out.unfinished, "not done");
    print_left_out(runs->left_out.repeated, "of the same setting and seed as another");
    if (has_state(runs, "interrupted") || has_state(runs, "killed") ||
        has_state(runs, RUN_PAUSED)) {
        lines_print(stdout, "descent train --resume RUN continues what was interrupted, killed or "
                            "paused");
    }
    if (runs->columns.left_out[0] != '\0') {
        lines_print(stdout, "no room for: %s; --details and --csv have all",
                    runs->columns.left_out);
    }
}

/* A row's values below each other; absent ones are left out. */
static void print_block(const struct run_columns *columns, const struct run_row *row)
{
    enum { BEFORE_VALUE = 26 };
    for (size_t f = 0; f < columns->record.count; f++) {
        const struct record_field *field = &columns->fields[f];
        char value[RECORD_CELL_SIZE] = "", name[HEADING_SIZE];
        snprintf(name, sizeof name, "%s", field->heading != NULL ? field->heading : field->name);
        for (char *c = name; *c != '\0'; c++) {
            *c = *c == '_' ? ' ' : *c;
        }
        record_write_cell(value, sizeof value, field, row);
        controls_remove(value);
        if (f == 0) {
            printf("%s%s", value, value[0] == '\0' ? "" : "\n");
        } else if (field->type != RECORD_JSON && columns->ranks[f] != RUN_COLUMN_OF_FILES &&
                   strcmp(value, "-") != 0) {
            printf("    %-20s  ", name);
            lines_wrap(stdout, value, BEFORE_VALUE, BEFORE_VALUE, lines_width(stdout) + 1);
            putchar('\n');
        }
    }
}

/* Where they are, which their names leave out. */
static void print_place(const struct runs *runs)
{
    char place[PATH_MAX];
    if (runs->shared > 0) {
        snprintf(place, sizeof place, "%.*s", (int)runs->shared, runs->rows[0].folder);
        controls_remove(place);
        printf("%zu runs in %s\n\n", runs->count, place);
    }
}

static enum exit_status print_text(struct runs *runs)
{
    print_place(runs);
    if (runs->options.details) {
        for (size_t i = 0; i < runs->count; i++) {
            fputs(i > 0 ? "\n" : "", stdout);
            print_block(&runs->columns, &runs->rows[i]);
        }
    } else {
        run_columns_keep(&runs->columns, runs->order.name);
        run_columns_fit(&runs->columns, runs->rows, runs->count,
                        terminal_width(stdout, LINES_WIDTH));
        CLI_TRY(record_print(&runs->columns.record, runs->rows, runs->count));
    }
    print_notes(runs);
    return DONE;
}

static enum exit_status print_json(struct runs *runs)
{
    json_t *names = json_array();
    for (size_t i = 0; i < runs->settings.differences.count; i++) {
        cli_json_append(&names,
                        json_string(run_column_setting(&runs->settings.differences.settings[i])));
    }
    json_t *array = record_array(&runs->columns.record, runs->rows, runs->count);
    for (size_t i = 0; i < runs->count; i++) {
        run_row_give(&runs->rows[i]);
    }
    return cli_print_json(json_pack("{s:o, s:o}", "differences", names,
                                    runs->options.by_setting ? "settings" : "runs", array));
}

/* All columns; with -, they take the table's place. */
static enum exit_status save_csv(const struct runs *runs, bool *printed)
{
    const struct record *record = &runs->columns.record;
    *printed = strcmp(runs->options.csv, "-") == 0;
    if (!*printed) {
        return record_save(record, runs->options.csv, runs->rows, runs->count);
    }
    record_write_header(stdout, record);
    record_write_rows(stdout, record, runs->rows, runs->count);
    return DONE;
}

static enum exit_status print(struct runs *runs)
{
    bool printed = false;
    if (runs->options.by_setting) {
        run_columns_of_seeds(&runs->columns, &runs->settings);
    } else {
        run_columns_of_runs(&runs->columns, &runs->settings);
    }
    if (runs->options.csv != NULL) {
        CLI_TRY(save_csv(runs, &printed));
    }
    return printed ? DONE : runs->options.json ? print_json(runs) : print_text(runs);
}

static enum exit_status run(struct runs *runs, const char *const *folders)
{
    if (folders[0] == NULL) {
        return cli_usage("runs: expected at least one folder of runs, such as models");
    }
    CLI_TRY(run_folders_find(&runs->folders, folders));
    CLI_TRY(load_rows(runs));
    CLI_TRY(find_differences(runs));
    CLI_TRY(run_order_find(&runs->order, runs->options.sort, &runs->settings.differences));
    if (runs->options.by_setting) {
        runs->left_out = seeds_summarise(runs->rows, &runs->count, &runs->settings.differences);
    } else {
        name_rows(runs);
    }
    run_order_mark(runs->rows, runs->count);
    CLI_TRY(run_order_sort(runs->rows, runs->count, &runs->order));
    return print(runs);
}

const struct option_table *command_runs_options(void)
{
    return &TABLE;
}

enum exit_status command_runs(int argc, const char **argv)
{
    struct runs runs = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = option_read_command(&TABLE, argc, argv, &arguments, &runs.options);
    if (status == DONE) {
        status = option_check_effects(&TABLE, &arguments, &runs.options);
    }
    if (status == DONE) {
        status = run(&runs, arguments.rest);
    }
    for (size_t i = 0; i < runs.count; i++) {
        run_row_free(&runs.rows[i]);
    }
    free(runs.rows);
    run_folders_free(&runs.folders);
    option_free(&TABLE, &arguments, &runs.options);
    return status;
}

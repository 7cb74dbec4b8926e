/*
 * Three tables: what differs between the settings, what became of them, and the differences.
 */
#include "cli/base/lines.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/compare/compare.h"
#include "cli/runs/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void add_option(struct table *table, const struct compare *compare, size_t row,
                       const struct run_setting *option)
{
    char text[RUN_SETTING_SIZE];
    if (row == 0) {
        table_add(table, "%s", run_column_setting(option));
    } else {
        run_setting_text(option, compare->settings[row - 1].runs->config, text, sizeof text);
        table_add(table, "%s", text);
    }
}

/* The options that were chosen first. */
static void add_options(struct table *table, const struct compare *compare, size_t row)
{
    const struct run_settings *settings = &compare->differences;
    for (int given = 1; given >= 0; given--) {
        for (size_t s = 0; s < settings->differences.count; s++) {
            if (settings->given[s] == (given == 1)) {
                add_option(table, compare, row, &settings->differences.settings[s]);
            }
        }
    }
}

static enum exit_status print_options(const struct compare *compare)
{
    char alignment[OPTIONS_MAX + 3] = "l";
    memset(alignment + 1, 'l', compare->differences.differences.count);
    struct table table = {.alignment = alignment};
    for (size_t row = 0; row <= compare->setting_count; row++) {
        table_add(&table, "%s", row == 0 ? "" : compare->settings[row - 1].label);
        add_options(&table, compare, row);
    }
    return table_print(&table);
}

#define AT(kind, member) RECORD_MEMBER(kind, struct compare_setting, member)

static void write_label(char *text, size_t size, const void *cell)
{
    const struct compare_setting *setting = cell;
    snprintf(text, size, "%s%s", setting->label, setting->mark);
}

static void write_mean(char *text, size_t size, const void *cell)
{
    const struct compare_setting *setting = cell;
    compare_figure_write(text, size, setting->figure, setting->mean, setting->deviation);
}

static void write_range(char *text, size_t size, const void *cell)
{
    const struct compare_setting *setting = cell;
    char low[TEXT_SIZE], high[TEXT_SIZE];
    compare_figure_write(low, sizeof low, setting->figure, setting->lowest, NAN);
    compare_figure_write(high, sizeof high, setting->figure, setting->highest, NAN);
    char *unit = strchr(low, ' ');
    snprintf(text, size, "%.*s-%s", unit != NULL ? (int)(unit - low) : TEXT_SIZE, low, high);
}

static void write_validation(char *text, size_t size, const void *cell)
{
    const struct compare_setting *setting = cell;
    char number[TEXT_SIZE];
    bool share = !isnan(setting->runs->validation.accuracy);
    snprintf(text, size, "%s", (share ? text_percent : text_r2)(number, setting->validation));
}

static void write_reached(char *text, size_t size, const void *cell)
{
    const struct compare_setting *setting = cell;
    snprintf(text, size, "%.0f of %zu", setting->reached, setting->count);
}

static const struct record_field FIELDS[] = {
    {"setting", AT(CHARS, label), .heading = "", .cell = write_label},
    {"runs", AT(SIZE, count), .heading = "runs"},
    {NULL, AT(NUMBER, mean), .heading = "", .cell = write_mean},
    {NULL, AT(NUMBER, lowest), .heading = "range", .cell = write_range, .align = 'r'},
    {NULL, AT(NUMBER, validation), .heading = "validation", .cell = write_validation,
     .optional = true},
    {NULL, AT(NUMBER, loss), .heading = "valid loss", .format = "%.4f", .optional = true},
    {NULL, AT(NUMBER, epochs), .heading = "epochs", .format = "%.4g", .optional = true},
    {NULL, AT(NUMBER, seconds), .heading = "seconds", .format = "%.2f", .optional = true},
    {NULL, AT(NUMBER, samples), .heading = "samples to target", .text = text_whole,
     .optional = true},
    {NULL, AT(NUMBER, reached), .heading = "reached", .cell = write_reached, .align = 'r',
     .optional = true},
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0], FIELD_MEAN = 2, FIELD_RANGE };

/* The figure stands once, under its name. */
static void name_figure(struct record_field fields[FIELD_COUNT],
                        const struct compare_figure *figure)
{
    for (size_t f = FIELD_MEAN + 1; f < FIELD_COUNT; f++) {
        const char *heading = fields[f].heading;
        if (run_column_is(heading, figure->name) || run_column_is(heading, figure->words)) {
            fields[f].heading = NULL;
        }
    }
    fields[FIELD_MEAN].heading = figure->words;
}

static enum exit_status print_settings(const struct compare *compare)
{
    struct record_field fields[FIELD_COUNT];
    const struct record record = {fields, FIELD_COUNT, sizeof(struct compare_setting), false};
    memcpy(fields, FIELDS, sizeof fields);
    name_figure(fields, compare->figure);
    if (!compare_repeats(compare)) {
        fields[FIELD_RANGE].heading = NULL;
    }
    CLI_TRY(record_print(&record, compare->settings, compare->setting_count));
    if (compare->settings[0].mark[0] != '\0') {
        puts("* the best by the validation samples");
    }
    return DONE;
}

static void write_count(char *text, size_t size, const struct compare_pair *pair)
{
    if (pair->found.paired) {
        snprintf(text, size, "%.0f", pair->runs);
    } else {
        snprintf(text, size, "%.0f, %.0f", pair->runs, pair->others);
    }
}

static const char *text_p(char text[TEXT_SIZE], double p)
{
    snprintf(text, TEXT_SIZE, isnan(p) ? "-" : p < 1e-4 ? "< 0.0001" : "%.2g", p);
    return text;
}

static void add_pair(struct table *table, const struct compare_pair *pair)
{
    char count[TEXT_SIZE], difference[4 * TEXT_SIZE], p[TEXT_SIZE];
    bool ratio = pair->figure->unit == COMPARE_RATIO;
    write_count(count, sizeof count, pair);
    compare_difference_write(difference, sizeof difference, pair->figure, pair->found.mean,
                             pair->found.half);
    table_add(table, "%s %s %s", pair->first->label, ratio ? "/" : "-", pair->second->label);
    table_add(table, "%s", count);
    table_add(table, "%s", isnan(pair->found.mean) ? "-" : difference);
    table_add(table, "%s", text_p(p, pair->corrected));
    table_add(table, "%s", compare_verdict(pair));
}

static enum exit_status print_pairs(const struct compare *compare, const struct compare_pair *pairs)
{
    struct table table = {.alignment = "lrrrl"};
    const struct compare_figure *figure = pairs->figure;
    bool ratio = figure->unit == COMPARE_RATIO;
    char repeats[TEXT_SIZE];
    snprintf(repeats, sizeof repeats, "%ss", compare->repeat);
    putchar('\n');
    lines_print(stdout, "%s of %s%s, with 95 %% intervals", ratio ? "ratios" : "differences",
                figure->words, figure->unit == COMPARE_POINTS ? " in percentage points" : "");
    table_add(&table, "%s", "");
    table_add(&table, "%s", repeats);
    table_add(&table, ratio ? "ratio" : "difference");
    table_add(&table, "p");
    table_add(&table, "%s", "");
    for (size_t i = 0; i < compare->pair_count; i++) {
        add_pair(&table, &pairs[i]);
    }
    return table_print(&table);
}

/* How the numbers of that table came about. */
static void print_method(const struct compare *compare, const struct compare_pair *pairs)
{
    size_t paired = 0;
    char method[256];
    for (size_t i = 0; i < compare->pair_count; i++) {
        paired += pairs[i].found.paired;
    }
    if (paired == 0) {
        snprintf(method, sizeof method, "other %ss, so not paired: Welch's t test",
                 compare->repeat);
    } else {
        snprintf(method, sizeof method, "paired by %s: Student's t test%s%s", compare->repeat,
                 compare->overlap > 0.0 ? ", for folds that share training samples" : "",
                 paired < compare->pair_count ? "; where they are others, Welch's" : "");
    }
    if (compare->pair_count > 1) {
        text_append(
            method, sizeof method,
            compare->against_best
                ? "; p is corrected for the choice of the best (Bonferroni, %zu), intervals are "
                  "not"
                : "; p is corrected for all %zu comparisons (Holm), intervals are not",
            compare->pair_count);
    }
    lines_print(stdout, "%s", method);
}

static enum exit_status print_differences(const struct compare *compare,
                                          const struct compare_pair *pairs)
{
    CLI_TRY(print_pairs(compare, pairs));
    if (compare_repeats(compare)) {
        print_method(compare, pairs);
    }
    return DONE;
}

static void print_left_out(const struct compare *compare)
{
    enum { NAMED = 4, WHY_SIZE = 80 };
    for (size_t i = 0; i < compare->left_out_count && i < NAMED; i++) {
        const struct compare_left_out *run = &compare->left_out[i];
        char why[WHY_SIZE];
        text_cut(why, sizeof why, run->why);
        lines_print_one(stdout, "left out: %s (%s)", run->folder, why);
    }
    if (compare->left_out_count > NAMED) {
        lines_print(stdout, "left out: %zu more; --json names them",
                    compare->left_out_count - NAMED);
    }
}

enum exit_status compare_print(const struct compare *compare)
{
    printf("%zu runs of %zu settings\n\n", compare->count, compare->setting_count);
    CLI_TRY(print_options(compare));
    putchar('\n');
    CLI_TRY(print_settings(compare));
    print_left_out(compare);
    CLI_TRY(print_differences(compare, compare->pairs));
    if (compare->target != NULL) {
        CLI_TRY(print_differences(compare, compare->target_pairs));
    }
    putchar('\n');
    compare_print_verdict(compare);
    return DONE;
}

/*
 * A comparison for programs: one JSON object, or a row of CSV for each pair of settings.
 */
#include "cli/compare/compare.h"
#include "cli/runs/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A pair in the figure's own unit, shares as shares, or as a ratio. */
struct row {
    const char *figure, *first, *second, *first_name, *second_name, *measure, *test, *verdict;
    double first_runs, second_runs, value, low, high, p, corrected, detectable, needed;
};

#define AT(kind, member) RECORD_MEMBER(kind, struct row, member)

static const struct record_field FIELDS[] = {
    {"figure", AT(TEXT, figure)},
    {"first", AT(TEXT, first)},
    {"second", AT(TEXT, second)},
    {"first_setting", AT(TEXT, first_name)},
    {"second_setting", AT(TEXT, second_name)},
    {"first_runs", AT(WHOLE, first_runs)},
    {"second_runs", AT(WHOLE, second_runs)},
    {"measure", AT(TEXT, measure)},
    {"value", AT(NUMBER, value)},
    {"low", AT(NUMBER, low)},
    {"high", AT(NUMBER, high)},
    {"test", AT(TEXT, test)},
    {"p", AT(NUMBER, p)},
    {"corrected_p", AT(NUMBER, corrected)},
    {"verdict", AT(TEXT, verdict)},
    {"detectable", AT(NUMBER, detectable)},
    {"runs_needed", AT(WHOLE, needed)},
};
static const struct record ROW = RECORD(struct row, FIELDS);

static struct row row_of(const struct compare *compare, const struct compare_pair *pair)
{
    const struct difference *found = &pair->found;
    bool ratio = pair->figure->unit == COMPARE_RATIO;
    struct row row = {.figure = pair->figure->key,
                      .first = pair->first->label,
                      .second = pair->second->label,
                      .first_name = pair->first->name,
                      .second_name = pair->second->name,
                      .measure = ratio ? "ratio" : "difference",
                      .test = found->paired ? "paired" : "welch",
                      .verdict = compare_verdict(pair),
                      .first_runs = pair->runs,
                      .second_runs = pair->others,
                      .value = found->mean,
                      .low = found->mean - found->half,
                      .high = found->mean + found->half,
                      .p = found->p,
                      .corrected = pair->corrected,
                      .detectable = compare_detectable(compare, pair),
                      .needed = compare_needed(compare, pair)};
    if (ratio) {
        row.value = exp(row.value);
        row.low = exp(row.low);
        row.high = exp(row.high);
        row.detectable = exp(row.detectable);
    }
    return row;
}

static void add_rows(struct row *rows, const struct compare *compare,
                     const struct compare_pair *pairs)
{
    for (size_t i = 0; i < compare->pair_count; i++) {
        rows[i] = row_of(compare, &pairs[i]);
    }
}

/* Of both figures. NULL after saying that memory is out. */
static struct row *rows_of(const struct compare *compare, size_t *count)
{
    struct row *rows = calloc(2 * compare->pair_count + 1, sizeof *rows);
    if (rows == NULL) {
        cli_failed("out of memory for %zu comparisons", compare->pair_count);
        return NULL;
    }
    *count = compare->pair_count;
    add_rows(rows, compare, compare->pairs);
    if (compare->target != NULL) {
        add_rows(rows + *count, compare, compare->target_pairs);
        *count *= 2;
    }
    return rows;
}

enum exit_status compare_save_csv(const struct compare *compare)
{
    size_t count;
    enum exit_status status = DONE;
    struct row *rows = rows_of(compare, &count);
    if (rows == NULL) {
        return FAILED;
    }
    if (strcmp(compare->options.csv, "-") == 0) {
        record_write_header(stdout, &ROW);
        record_write_rows(stdout, &ROW, rows, count);
    } else {
        status = record_save(&ROW, compare->options.csv, rows, count);
    }
    free(rows);
    return status;
}

#undef AT
#define AT(kind, member) RECORD_MEMBER(kind, struct compare_setting, member)

static const struct record_field SETTING_FIELDS[] = {
    {"setting", AT(CHARS, label)},
    {"name", AT(CHARS, name)},
    {"runs", AT(SIZE, count)},
    {"mean", AT(NUMBER, mean)},
    {"deviation", AT(NUMBER, deviation)},
    {"lowest", AT(NUMBER, lowest)},
    {"highest", AT(NUMBER, highest)},
    {"validation", AT(NUMBER, validation)},
    {"validation_loss", AT(NUMBER, loss)},
    {"epochs", AT(NUMBER, epochs)},
    {"seconds", AT(NUMBER, seconds)},
    {"samples_to_target", AT(NUMBER, samples), .optional = true},
    {"reached_target", AT(WHOLE, reached), .optional = true},
};
static const struct record SETTING = RECORD(struct compare_setting, SETTING_FIELDS);

static json_t *options_json(const struct compare *compare, const json_t *config)
{
    const struct run_differences *differences = &compare->differences.differences;
    json_t *options = json_object();
    for (size_t i = 0; i < differences->count; i++) {
        const json_t *value = run_setting_value(&differences->settings[i], config);
        cli_json_set(&options, run_column_setting(&differences->settings[i]),
                     value != NULL ? json_deep_copy(value) : json_null());
    }
    return options;
}

static json_t *settings_json(const struct compare *compare)
{
    json_t *array = json_array();
    for (size_t s = 0; s < compare->setting_count; s++) {
        const struct compare_setting *setting = &compare->settings[s];
        json_t *object = record_json(&SETTING, setting), *folders = json_array();
        for (size_t i = 0; i < setting->count; i++) {
            cli_json_append(&folders, json_string(setting->runs[i].folder));
        }
        cli_json_set(&object, "options", options_json(compare, setting->runs->config));
        cli_json_set(&object, "folders", folders);
        cli_json_append(&array, object);
    }
    return array;
}

static json_t *left_out_json(const struct compare *compare)
{
    json_t *array = json_array();
    for (size_t i = 0; i < compare->left_out_count; i++) {
        cli_json_append(&array, json_pack("{s:s, s:s}", "run", compare->left_out[i].folder, "why",
                                          compare->left_out[i].why));
    }
    return array;
}

enum exit_status compare_print_json(const struct compare *compare)
{
    size_t count;
    struct row *rows = rows_of(compare, &count);
    if (rows == NULL) {
        return FAILED;
    }
    json_t *comparisons = record_array(&ROW, rows, count);
    free(rows);
    return cli_print_json(json_pack("{s:s, s:o, s:o, s:s, s:o}", "figure", compare->figure->key,
                                    "settings", settings_json(compare), "comparisons", comparisons,
                                    "correction", compare->against_best ? "bonferroni" : "holm",
                                    "left_out", left_out_json(compare)));
}

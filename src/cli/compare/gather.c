/*
 * From folders to settings.
 */
#include "cli/base/text.h"
#include "cli/base/trained_model.h"
#include "cli/compare/compare.h"
#include "cli/runs/seeds.h"
#include "cli/train/options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum exit_status compare_leave_out(struct compare *compare, const char *folder, const char *why)
{
    struct compare_left_out *all =
        realloc(compare->left_out, (compare->left_out_count + 1) * sizeof *all);
    if (all == NULL) {
        return cli_failed("out of memory for the names of runs");
    }
    compare->left_out = all;
    struct compare_left_out *run = &all[compare->left_out_count++];
    *run = (struct compare_left_out){strdup(folder), strdup(why)};
    return run->folder != NULL && run->why != NULL
               ? DONE
               : cli_failed("out of memory for the names of runs");
}

/* Why a run is no result, or NULL. */
static const char *fault_of(const struct run_row *row)
{
    return row->config == NULL ? "no configuration" : !run_row_is_done(row) ? row->state : NULL;
}

static enum exit_status load(struct compare *compare)
{
    size_t found = compare->folders.count;
    compare->rows = calloc(found + 1, sizeof *compare->rows);
    if (compare->rows == NULL) {
        return cli_failed("out of memory for %zu runs", found);
    }
    for (size_t i = 0; i < found; i++) {
        const char *folder = compare->folders.paths[i];
        struct run_row *row = &compare->rows[compare->count];
        const char *fault = run_row_load(row, folder) == DONE ? fault_of(row) : "broken";
        if (fault == NULL) {
            compare->count++;
        } else {
            enum exit_status status = compare_leave_out(compare, folder, fault);
            run_row_free(row);
            CLI_TRY(status);
        }
    }
    return DONE;
}

static const json_t *config_of(const void *runs, size_t i)
{
    return ((const struct run_row *)runs)[i].config;
}

/* Of fold "2/5", a share of 1/4 of the samples to train on is scored. */
static double fold_overlap(const json_t *config)
{
    static const struct run_setting fold = {"options", "fold"};
    const char *text = json_string_value(run_setting_value(&fold, config));
    const char *folds = text != NULL ? strchr(text, '/') : NULL;
    double count;
    bool known = folds != NULL && text_read_number(&count, folds + 1) && count > 1.0;
    return known ? 1.0 / (count - 1.0) : 0.0;
}

static void find_differences(struct compare *compare)
{
    struct run_differences all =
        run_differences_of(&TRAIN_OPTIONS, config_of, compare->rows, compare->count);
    compare->differences.differences = seeds_differences(&all);
    run_settings_look(&compare->differences, config_of, compare->rows, compare->count);
    compare->repeat = run_repeat_name(config_of, compare->rows, compare->count);
    compare->overlap =
        strcmp(compare->repeat, "seed") != 0 ? fold_overlap(compare->rows[0].config) : 0.0;
}

static bool same_setting(const struct compare *compare, const struct run_row *row,
                         const struct run_row *other)
{
    return run_same_but_repeat(&compare->differences.differences, row->config, other->config);
}

/* The setting of a run, a new one where it has none of those before; their number where there are
 * too many. */
static size_t setting_of(struct compare *compare, const struct run_row *row)
{
    size_t s = 0;
    while (s < compare->setting_count && !same_setting(compare, compare->settings[s].runs, row)) {
        s++;
    }
    if (s == compare->setting_count && s < COMPARE_SETTINGS_MAX) {
        compare->settings[compare->setting_count++] =
            (struct compare_setting){.runs = row, .mark = "", .holds_first = s == 0};
    }
    return s;
}

/* Whether a setting has a run of that seed before: the same draw twice. */
static bool repeats(const struct compare *compare, const size_t *places, size_t i)
{
    bool found = false;
    for (size_t k = 0; k < i && !found; k++) {
        found = places[k] == places[i] &&
                run_same_repeat(compare->rows[k].config, compare->rows[i].config);
    }
    return found;
}

/* Puts rows in the order of their settings; what has no place is left out. */
static enum exit_status sort_rows(struct compare *compare, const size_t *places)
{
    struct run_row *sorted = calloc(compare->count + 1, sizeof *sorted);
    size_t next = 0;
    if (sorted == NULL) {
        return cli_failed("out of memory for %zu runs", compare->count);
    }
    for (size_t s = 0; s < compare->setting_count; s++) {
        compare->settings[s].runs = &sorted[next];
        for (size_t i = 0; i < compare->count; i++) {
            if (places[i] == s) {
                sorted[next++] = compare->rows[i];
                compare->settings[s].count++;
            }
        }
    }
    for (size_t i = 0; i < compare->count; i++) {
        if (places[i] == COMPARE_SETTINGS_MAX) {
            run_row_free(&compare->rows[i]);
        }
    }
    free(compare->rows);
    compare->rows = sorted;
    compare->count = next;
    return DONE;
}

static enum exit_status group(struct compare *compare, size_t *places)
{
    for (size_t i = 0; i < compare->count; i++) {
        places[i] = setting_of(compare, &compare->rows[i]);
        if (places[i] == COMPARE_SETTINGS_MAX) {
            return cli_failed("expected runs of at most %d settings, found more",
                              COMPARE_SETTINGS_MAX);
        }
    }
    for (size_t i = compare->count; i-- > 0;) { /* backwards: those before still have places */
        if (repeats(compare, places, i)) {
            places[i] = COMPARE_SETTINGS_MAX;
            CLI_TRY(
                compare_leave_out(compare, compare->rows[i].folder, "setting and seed of another"));
        }
    }
    return sort_rows(compare, places);
}

/* NULL where a run does not tell. */
static const char *fingerprint(const struct run_row *row, const char *part)
{
    return json_string_value(json_object_get(json_object_get(row->config, "data"), part));
}

size_t compare_other_samples(const struct compare *compare, const char *part, size_t *first)
{
    const char *samples = NULL;
    for (size_t i = 0; i < compare->count; i++) {
        const char *found = fingerprint(&compare->rows[i], part);
        if (samples == NULL) {
            samples = found;
            *first = i;
        } else if (found != NULL && strcmp(found, samples) != 0) {
            return i;
        }
    }
    return compare->count;
}

static const char *data_of(const struct run_row *row)
{
    return row->data != NULL ? row->data : "data without a name";
}

static enum exit_status check_data(const struct compare *compare)
{
    bool test = strncmp(compare->figure->name, "test", 4) == 0;
    const char *part = test ? TRAINED_MODEL_TEST : TRAINED_MODEL_TRAIN;
    size_t first, other = compare_other_samples(compare, part, &first);
    if (other == compare->count) {
        return DONE;
    }
    const struct run_row *one = &compare->rows[first], *two = &compare->rows[other];
    return cli_failed("%s and %s: expected runs on the same data, found %s (%s) and %s (%s): their "
                      "%s is not to be compared",
                      one->folder, two->folder, data_of(one), fingerprint(one, part), data_of(two),
                      fingerprint(two, part), compare->figure->words);
}

/* "; 2 are left out, such as models/a (killed)", or nothing. */
static void describe_left_out(char *text, size_t size, const struct compare *compare)
{
    size_t count = compare->left_out_count;
    text[0] = '\0';
    if (count > 0) {
        snprintf(text, size, "; %zu %s left out%s %s (%.100s)", count, count == 1 ? "is" : "are",
                 count == 1 ? "," : ", such as", compare->left_out[0].folder,
                 compare->left_out[0].why);
    }
}

static enum exit_status check_counts(const struct compare *compare)
{
    char left_out[PATH_MAX + 200];
    describe_left_out(left_out, sizeof left_out, compare);
    return compare->count > 0 ? DONE
                              : cli_failed("expected runs that are done, found none%s", left_out);
}

static enum exit_status check_settings(const struct compare *compare)
{
    char left_out[PATH_MAX + 200];
    describe_left_out(left_out, sizeof left_out, compare);
    return compare->setting_count > 1
               ? DONE
               : cli_failed(
                     "expected runs of two settings at least, found %zu run%s of one%s%s",
                     compare->count, compare->count == 1 ? "" : "s", left_out,
                     compare->count == 1 ? "" : ": descent runs --by-setting has means over runs");
}

static enum exit_status gather_settings(struct compare *compare)
{
    size_t *places = calloc(compare->count + 1, sizeof *places);
    compare->settings = calloc(COMPARE_SETTINGS_MAX, sizeof *compare->settings);
    if (places == NULL || compare->settings == NULL) {
        free(places);
        return cli_failed("out of memory for %zu runs", compare->count);
    }
    enum exit_status status = group(compare, places);
    free(places);
    return status;
}

enum exit_status compare_gather(struct compare *compare, const char *const *given)
{
    CLI_TRY(compare_find_runs(compare, given));
    CLI_TRY(load(compare));
    CLI_TRY(check_counts(compare));
    find_differences(compare);
    CLI_TRY(gather_settings(compare));
    CLI_TRY(check_settings(compare));
    CLI_TRY(compare_figure_find(&compare->figure, compare->options.figure, compare->rows,
                                compare->count));
    CLI_TRY(check_data(compare));
    compare->target = compare_figure_target(compare->rows, compare->count);
    compare_summarise(compare);
    return DONE;
}

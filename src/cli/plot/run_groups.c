/*
 * Puts together the runs that differ in the seed only, and names the groups after the settings in
 * which they differ, such as "optimizer sgd, lr 0.1".
 */
#include "cli/base/controls.h"
#include "cli/plot/runs.h"

#include "cli/base/lines.h"
#include "cli/base/run_settings.h"
#include "cli/base/text.h"
#include "cli/plot/run_looks.h"
#include "cli/runs/given.h"
#include "cli/train/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More settings than this are no name any more. */
enum { PARTS_MAX = 4 };

static const struct run_setting SEED = {"options", "seed"}, FOLD = {"options", "fold"};

static int compare_numbers(const json_t *one, const json_t *other)
{
    double left = json_number_value(one), right = json_number_value(other);
    return (left > right) - (left < right);
}

static int compare_arrays(const json_t *one, const json_t *other)
{
    size_t left = json_array_size(one), right = json_array_size(other);
    int order = 0;
    for (size_t i = 0; order == 0 && i < left && i < right; i++) {
        order = compare_numbers(json_array_get(one, i), json_array_get(other, i));
    }
    return order != 0 ? order : (left > right) - (left < right);
}

/* Numbers and sizes in their order, anything else as text. */
static int compare_setting(const struct run_setting *setting, const json_t *one,
                           const json_t *other)
{
    const json_t *left = run_setting_value(setting, one);
    const json_t *right = run_setting_value(setting, other);
    if (json_is_number(left) && json_is_number(right)) {
        return compare_numbers(left, right);
    }
    if (json_is_array(left) && json_is_array(right)) {
        return compare_arrays(left, right);
    }
    char texts[2][RUN_NAME_SIZE];
    run_setting_text(setting, one, texts[0], sizeof texts[0]);
    run_setting_text(setting, other, texts[1], sizeof texts[1]);
    return strcmp(texts[0], texts[1]);
}

/* The seed counts last, so that runs that differ in nothing else come to lie together. */
static int compare_runs(const struct run_differences *differences, const struct plotted_run *one,
                        const struct plotted_run *other)
{
    int order = 0;
    for (size_t i = 0; order == 0 && i < differences->count; i++) {
        const struct run_setting *setting = &differences->settings[i];
        if (!run_setting_is_repeat(setting)) {
            order = compare_setting(setting, one->config, other->config);
        }
    }
    order = order != 0 ? order : compare_setting(&SEED, one->config, other->config);
    return order != 0 ? order : compare_setting(&FOLD, one->config, other->config);
}

/* Runs of equal settings stay in the order in which they were given. */
static void sort(struct plotted_runs *runs, const struct run_differences *differences)
{
    for (size_t i = 1; i < runs->count; i++) {
        struct plotted_run run = runs->runs[i];
        size_t low = 0, high = i;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (compare_runs(differences, &runs->runs[middle], &run) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        memmove(&runs->runs[low + 1], &runs->runs[low], (i - low) * sizeof run);
        runs->runs[low] = run;
    }
}

/* Whether runs differ in no setting, but perhaps in the seed, which both have. */
static bool are_of_one_setting(const struct run_differences *differences,
                               const struct plotted_run *run, const struct plotted_run *other)
{
    return run_setting_value(&SEED, run->config) != NULL &&
           run_setting_value(&SEED, other->config) != NULL &&
           run_same_but_repeat(differences, run->config, other->config);
}

/* The same training twice is no second seed. */
static bool belong_together(const struct run_differences *differences,
                            const struct plotted_run *run, const struct plotted_run *other)
{
    return are_of_one_setting(differences, run, other) &&
           !run_same_repeat(run->config, other->config);
}

/* Of sorted runs. */
static bool have_seeds(const struct plotted_runs *runs, const struct run_differences *differences)
{
    bool found = false;
    for (size_t i = 1; i < runs->count && !found; i++) {
        found = belong_together(differences, &runs->runs[i - 1], &runs->runs[i]);
    }
    return found;
}

/* One would count twice in a mean; where no means are drawn, both are. */
static void leave_out_repeated(struct plotted_runs *runs, const struct run_differences *differences)
{
    bool seeds = have_seeds(runs, differences);
    for (size_t i = runs->count; seeds && i-- > 1;) {
        const struct plotted_run *run = &runs->runs[i];
        if (are_of_one_setting(differences, run - 1, run) &&
            run_same_repeat(run[-1].config, run->config)) {
            plotted_runs_remove(runs, i);
            runs->repeated++;
        }
    }
}

static void form(struct plotted_runs *runs, const struct run_differences *differences, bool each)
{
    runs->group_count = 0;
    for (size_t i = 0; i < runs->count; i++) {
        const struct plotted_run *run = &runs->runs[i];
        if (i == 0 || each || !belong_together(differences, run - 1, run)) {
            runs->groups[runs->group_count++] = (struct run_group){.runs = run};
        }
        runs->groups[runs->group_count - 1].count++;
    }
}

/* Whether a setting is worth a word: none or 0 is what a run has that knows nothing of it. */
static bool is_set(const json_t *value)
{
    const char *word = json_string_value(value);
    return json_is_true(value) || json_is_array(value) ||
           (json_is_number(value) && json_number_value(value) != 0.0) ||
           (word != NULL && strcmp(word, "none") != 0);
}

/* A setting that is not set goes without saying, unless there is nothing else to say. */
static void append(char *name, const struct run_setting *setting, const json_t *config)
{
    char text[RUN_NAME_SIZE];
    if (name[0] == '\0' || is_set(run_setting_value(setting, config))) {
        run_setting_describe(setting, config, text, sizeof text);
        text_append(name, RUN_NAME_SIZE, "%s%s", name[0] != '\0' ? ", " : "", text);
    }
}

/* Empty where nothing differs, or the run does not tell. The seed is named where there is one. */
static void name_by_settings(struct run_group *group, const struct run_differences *differences)
{
    const json_t *config = group->runs->config;
    size_t parts = 0;
    group->name[0] = '\0';
    for (size_t i = 0; i < differences->count && parts < PARTS_MAX && config != NULL; i++) {
        if (group->count == 1 || !run_setting_is_repeat(&differences->settings[i])) {
            append(group->name, &differences->settings[i], config);
            parts++;
        }
    }
}

static bool has_name_of_its_own(const struct plotted_runs *runs, size_t group)
{
    const char *name = runs->groups[group].name;
    for (size_t before = 0; before < group; before++) {
        if (strcmp(runs->groups[before].name, name) == 0) {
            return false;
        }
    }
    return name[0] != '\0' || (runs->group_count == 1 && runs->count > 1);
}

/* False if the settings that are named do not tell the groups apart. */
static bool form_and_name(struct plotted_runs *runs, const struct run_differences *differences,
                          const struct run_differences *named, bool each)
{
    form(runs, differences, each);
    for (size_t g = 0; g < runs->group_count; g++) {
        name_by_settings(&runs->groups[g], named);
        if (!has_name_of_its_own(runs, g)) {
            return false;
        }
    }
    return true;
}

static const json_t *config_of(const void *runs, size_t i)
{
    return ((const struct plotted_run *)runs)[i].config;
}

static const char *repeat_of(const struct run_group *group)
{
    return run_repeat_name(config_of, group->runs, group->count);
}

const char *plotted_runs_repeat(const struct plotted_runs *runs)
{
    const struct run_group *group = runs->groups, *end = runs->groups + runs->group_count;
    while (group < end && group->count < 2) {
        group++;
    }
    return group < end ? repeat_of(group) : NULL;
}

/* "lr 0.1 (5 seeds)". */
static void append_counts(struct plotted_runs *runs)
{
    for (size_t g = 0; g < runs->group_count; g++) {
        struct run_group *group = &runs->groups[g];
        char count[TEXT_SIZE];
        if (group->count > 1) {
            snprintf(count, sizeof count, "%s%zu %ss%s", group->name[0] != '\0' ? " (" : "",
                     group->count, repeat_of(group), group->name[0] != '\0' ? ")" : "");
            group->name[RUN_NAME_SIZE - 1 - strlen(count)] = '\0';
            text_append(group->name, sizeof group->name, "%s", count);
        }
    }
}

static double last_epoch(const struct plotted_run *run)
{
    return run->metrics.row[run->metrics.rows - 1].values[METRICS_EPOCH];
}

/* The run with which the group's mean ends, NULL where all end alike. */
static const struct plotted_run *find_shortest(const struct run_group *group)
{
    const struct plotted_run *shortest = group->runs, *longest = group->runs;
    for (const struct plotted_run *run = group->runs; run < group->runs + group->count; run++) {
        shortest = last_epoch(run) < last_epoch(shortest) ? run : shortest;
        longest = last_epoch(run) > last_epoch(longest) ? run : longest;
    }
    return last_epoch(shortest) < last_epoch(longest) ? shortest : NULL;
}

static void report_end(const struct plotted_run *shortest, const char *repeat)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", shortest->folder);
    controls_remove(path);
    lines_print(stderr,
                "descent: the mean over %ss ends with its shortest run: %s after epoch %.0f; "
                "--each-seed draws all to their ends",
                repeat, path, last_epoch(shortest));
}

void plotted_runs_report(const struct plotted_runs *runs)
{
    const struct plotted_run *shortest = NULL;
    for (size_t g = 0; g < runs->group_count && shortest == NULL; g++) {
        shortest = find_shortest(&runs->groups[g]);
    }
    if (shortest != NULL) {
        report_end(shortest, plotted_runs_repeat(runs));
    }
    if (runs->repeated > 0) {
        lines_print(stderr, "descent: left out: %zu run%s of the same setting and seed as another",
                    runs->repeated, runs->repeated == 1 ? "" : "s");
    }
}

/* Those that somebody has chosen, and what else tells runs apart: the learning rate that follows
 * from the optimizer goes without saying. */
static struct run_differences worth_naming(const struct run_differences *differences,
                                           const struct plotted_runs *runs)
{
    struct run_settings settings = {.differences = *differences};
    struct run_differences named = {0};
    bool known = false;
    run_settings_look(&settings, config_of, runs->runs, runs->count);
    for (size_t s = 0; s < differences->count; s++) {
        known = known || settings.given[s];
        if (settings.given[s] || settings.parts[s]) {
            named.settings[named.count++] = differences->settings[s];
        }
    }
    return known ? named : *differences;
}

enum exit_status plotted_runs_group(struct plotted_runs *runs, bool each)
{
    struct run_differences differences =
        run_differences_of(&TRAIN_OPTIONS, config_of, runs->runs, runs->count);
    struct run_differences parting =
        run_differences_parting(&differences, config_of, runs->runs, runs->count);
    struct run_differences named = worth_naming(&differences, runs);
    runs->groups = calloc(runs->count, sizeof *runs->groups);
    if (runs->groups == NULL) {
        return cli_failed("out of memory for %zu runs", runs->count);
    }
    sort(runs, &differences);
    if (!each) {
        leave_out_repeated(runs, &differences);
    }
    bool seeds = !each && (form_and_name(runs, &differences, &named, false) ||
                           form_and_name(runs, &differences, &parting, false));
    if (!seeds && !form_and_name(runs, &differences, &named, true)) {
        form(runs, &differences, true);
        run_groups_name_by_path(runs);
    }
    append_counts(runs);
    run_looks_choose(runs, &differences);
    return DONE;
}

/*
 * descent compare: whether settings differ by more than the noise of their seeds.
 */
#include "cli/base/option.h"
#include "cli/compare/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *against_name(int choice)
{
    static const char *const names[] = {[COMPARE_AUTO] = "auto",
                                        [COMPARE_ALL] = "all",
                                        [COMPARE_BEST] = "best",
                                        [COMPARE_FIRST] = "first",
                                        NULL};
    return names[choice];
}

#define AT(kind, member) OPTION_AT(kind, struct compare_options, member)

static const struct option rows[] = {
    {"figure", AT(CHOICE, figure), .choice = compare_figure_name, .initial = "auto",
     .value = "FIGURE", .common = true,
     .help =
         "Figure to compare; auto: the accuracy, or R2 of numbers, on the test samples, else on "
         "the validation samples"},
    {"against", AT(CHOICE, against), .choice = against_name, .initial = "auto", .value = "WHICH",
     .common = true,
     .help = "Compare each with all, the best or the first run's; auto: all of up to four "
             "settings, else "
             "the best"},
    {"detect", AT(NUMBER, detect), OPTION_RANGE(0.0, HUGE_VAL, true, true), .common = true,
     .usual = "as found", .value = "DIFFERENCE",
     .help =
         "Difference for which to say how many seeds find it: in percentage points of accuracy, "
         "for times as a ratio such as 1.1"},
    {"csv", AT(TEXT, csv), .common = true, .value = "FILE|-",
     .help = "Write comparisons as CSV as well, or with - instead"},
    OPTION_JSON(struct compare_options, 0),
};

static const char *const groups[] = {"Options:"};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "RUN...",
    .operands = "RUN is a run, a folder with runs in it, at any depth, or a study.",
    .examples = {{"descent compare models", "All runs in a folder."},
                 {"descent compare models --detect 0.1",
                  "And how many seeds find a difference of 0.1 percentage points."},
                 {"descent compare studies/lr --figure valid-loss",
                  "The settings of a study, by their validation loss."}},
    .about =
        "Runs that differ only in --seed or --fold repeat a setting: how far they lie apart is the "
        "noise by which differences between settings are judged. Settings with the same seeds are "
        "compared seed by seed (Student's t test of the differences), others by Welch's test. "
        "Intervals are of 95 %. Where there are several comparisons, p is corrected for their "
        "number: by Holm, so that the chance of calling any difference real where there is none "
        "stays below 5 %; against the best alone by Bonferroni, so that the truly best setting is "
        "as rarely called worse. The number of seeds given for a difference finds it in 80 % of "
        "all cases.\n\n"
        "All this is about other seeds on the same samples. descent evaluate compares two models "
        "for other samples (McNemar's test).");

static enum exit_status print(const struct compare *compare)
{
    const char *csv = compare->options.csv;
    if (csv != NULL) {
        CLI_TRY(compare_save_csv(compare));
    }
    return csv != NULL && strcmp(csv, "-") == 0 ? DONE
           : compare->options.json              ? compare_print_json(compare)
                                                : compare_print(compare);
}

static enum exit_status run(struct compare *compare, const char *const *given)
{
    if (given[0] == NULL) {
        return cli_usage("compare: expected runs, or a folder of runs, such as models");
    }
    CLI_TRY(compare_gather(compare, given));
    CLI_TRY(compare_pairs(compare));
    return print(compare);
}

static void destroy(struct compare *compare)
{
    for (size_t i = 0; i < compare->count; i++) {
        run_row_free(&compare->rows[i]);
    }
    for (size_t i = 0; i < compare->left_out_count; i++) {
        free(compare->left_out[i].folder);
        free(compare->left_out[i].why);
    }
    free(compare->rows);
    free(compare->left_out);
    free(compare->settings);
    free(compare->pairs);
    free(compare->target_pairs);
    run_folders_free(&compare->folders);
}

const struct option_table *command_compare_options(void)
{
    return &TABLE;
}

enum exit_status command_compare(int argc, const char **argv)
{
    struct compare compare = {.repeat = "seed"};
    struct option_arguments arguments = {0};
    enum exit_status status = option_read_command(&TABLE, argc, argv, &arguments, &compare.options);
    if (status == DONE) {
        status = run(&compare, arguments.rest);
    }
    destroy(&compare);
    option_free(&TABLE, &arguments, &compare.options);
    return status;
}

/*
 * The options of sweep: train's own, which all trials share, and those of the study.
 */
#include "cli/sweep/study.h"

#include "cli/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum sweep_group { STUDY = TRAIN_RUN, NOWHERE = OPTION_GROUPS_MAX };

/* Rows of train that each trial has of its own, or that studies have in other words. */
static const char *const LEFT_OUT[] = {"batch", "threads", "out",     "force",    "until", "resume",
                                       "quiet", "json",    "no-test", "log-test", "fold"};

static const char *lr_rule_name(int rule)
{
    static const char *const names[] = {[STUDY_LR_AS_GIVEN] = "none",
                                        [STUDY_LR_TUNE] = "tune",
                                        [STUDY_LR_LINEAR] = "linear",
                                        [STUDY_LR_SQRT] = "sqrt"};
    return (size_t)rule < sizeof names / sizeof names[0] ? names[rule] : NULL;
}

#define AT(kind, member) OPTION_AT(kind, struct study_options, member)

static bool is_timed(const void *values)
{
    return !((const struct study_options *)values)->no_timing;
}

/* What decides which trials there are. */
#define CONFIGURES(kind, member) AT(kind, member), .storage = OPTION_RESULT, .group = STUDY

static const char tunes_text[] = "with --lr-rule tune, or another rule without --lr";
static bool tunes(const void *values)
{
    return study_tunes(values);
}

static const struct option own_rows[] = {
    {"batch", 'b', CONFIGURES(TEXT, batch), .common = true, .value = "LIST",
     .help = "Batch sizes to compare, separated by commas; full is all samples"},
    {"vary", CONFIGURES(TEXT, vary), .common = true, .value = "NAME=VALUES", .several = true,
     .help = "Values of a train option to compare: a list separated by commas (hidden=32,64-32: "
             "dashes join layers), or by semicolons where values have commas; or N values from LOW "
             "to HIGH, log:LOW:HIGH:N or linear:LOW:HIGH:N. Give it several times to try all "
             "combinations of several options"},
    {"seeds", CONFIGURES(TEXT, seeds), .common = true, .value = "N|A-B",
     .usual = "that of --seed alone",
     .help = "Seeds of each setting: the first N, or those from A to B"},
    {"trials", CONFIGURES(COUNT, trials), .common = true, .initial = "grid", .word = "grid",
     OPTION_FROM_TO(1.0, STUDY_TRIALS_MAX),
     .help = "Draw this many settings at random; by --seed, in place of all combinations. "
             "log:LOW:HIGH and linear:LOW:HIGH then draw any number in between. A study goes on "
             "with more trials, or more seeds"},
    {"folds", CONFIGURES(COUNT, folds), .common = true, .initial = "none", .word = "none",
     OPTION_FROM_TO(2.0, STUDY_TRIALS_MAX),
     .help =
         "Cross-validation: train each setting once for each of this many folds, which are "
         "the same for all; predictions.csv then has every training sample's answer by the model "
         "that was trained without it"},
    {"halving", CONFIGURES(COUNT, halving), .common = true, .initial = "none", .word = "none",
     OPTION_FROM_TO(2.0, 1000.0), .value = "ETA",
     .help = "Successive halving: drop weak settings early; of each rung the best one in ETA, by "
             "validation loss, go on, ETA times as far, up to --epochs"},
    {"lr-rule", CONFIGURES(CHOICE, lr_rule), .common = true, .choice = lr_rule_name,
     .initial = "none",
     .help = "Learning rate of each setting: tune searches for the best on a grid around --lr, or "
             "the optimizer's default, that it extends and refines; linear and sqrt scale that of "
             "batch 32, or the nearest in the list, which is --lr or tuned; none takes --lr for "
             "all"},
    {"tune-seeds", CONFIGURES(COUNT, tune_seeds), .initial = "1",
     OPTION_FROM_TO(1.0, STUDY_TUNE_SEEDS_MAX), .applies = tunes, .only = tunes_text,
     .help = "Seeds for each learning rate that is tried; none of them is reported"},
    {"jobs", AT(COUNT, jobs), .initial = "auto", .word = "auto", OPTION_FROM_TO(1.0, 1024.0),
     .group = STUDY, .help = "Trials side by side, of one thread each; auto is the processors"},
    {"shard", AT(TEXT, shard), .value = "K/N", .group = STUDY,
     .help = "Run every N-th trial, beginning with the K-th: for machines that share the folder"},
    {"threads", 't', AT(COUNT, threads), .initial = "auto",
     OPTION_FROM_TO(1.0, DESCENT_THREADS_MAX), .word = "auto", .applies = is_timed,
     .only = "without --no-timing", .group = STUDY,
     .help = "Threads of the trainings that are timed, one at a time, after all trials; auto "
             "chooses by the size of the network"},
    {"no-timing", AT(FLAG, no_timing), .group = STUDY,
     .help = "Leave out the measurement of speeds, and seconds to the target with it"},
    {"out", 'o', AT(TEXT, out), .common = true, .value = "STUDY", .group = STUDY,
     .help = "Folder of the study; an existing study goes on, also without DATA"},
    {"force", 'f', AT(FLAG, force), .group = STUDY, .help = "Replace the study in the folder"},
    OPTION_QUIET(struct study_options, STUDY),
    OPTION_JSON(struct study_options, STUDY),
};

enum { OWN_ROWS = sizeof own_rows / sizeof own_rows[0] };

static const char *const groups[] = {
    [TRAIN_DATA] = "Data:",
    [TRAIN_NETWORK] = "Network:",
    [TRAIN_OBJECTIVE] = "Objective:",
    [TRAIN_OPTIMIZER] = "Steps and optimizer:",
    [TRAIN_SCHEDULING] = "Schedule:",
    [TRAIN_STOPPING] = "Stopping:",
    [STUDY] = "Study:",
};

static bool is_left_out(const struct option *row)
{
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof LEFT_OUT[0]; i++) {
        if (strcmp(LEFT_OUT[i], row->name) == 0) {
            return true;
        }
    }
    return false;
}

/* The rows of train come first, all of them, in their order: so arguments that were read by this
 * table are arguments of train's as well. */
const struct option_table *study_options_table(void)
{
    static struct option rows[OPTIONS_MAX];
    static struct option_table table = OPTION_TABLE(
        rows, groups, "DATA",
        .about = "Trains many networks on the same data, with different settings, and reports what "
                 "the settings are worth.\n\n"
                 "The setting to take is chosen by the validation samples: by the time to a target "
                 "where there is one, else by accuracy, R2 or loss. Only its models are evaluated "
                 "on the test samples. Means come with the standard deviation over seeds and "
                 "folds; steps and seconds to a target are medians, with a 95 % interval by "
                 "bootstrap over seeds. The 95 % interval of the test accuracy is for other test "
                 "samples (Wilson).",
        .operands = "DATA is " SOURCE_KINDS,
        .examples = {
            {"descent sweep digits --vary lr=0.001,0.01 --seeds 3 --out studies/lr",
             "Trains six networks and compares the two learning rates."},
            {"descent sweep digits --batch 8,32,128 --seeds 3 --out studies/batch",
             "The same for three batch sizes."},
            {"descent sweep digits --vary lr=log:1e-4:0.1 --trials 8 --out studies/drawn",
             "Draws eight learning rates at random."},
        });
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        rows[i] = option_row(&TRAIN_OPTIONS, i);
        rows[i].base += offsetof(struct study_options, training.options);
        rows[i].group = is_left_out(&rows[i]) ? NOWHERE : rows[i].group;
        rows[i].common = false;
    }
    memcpy(rows + TRAIN_OPTIONS.count, own_rows, sizeof own_rows);
    table.count = TRAIN_OPTIONS.count + OWN_ROWS;
    return &table;
}

bool study_option_is_shared(size_t row)
{
    struct option option = option_row(&TRAIN_OPTIONS, row);
    return !is_left_out(&option);
}

size_t study_train_row(const char *name)
{
    size_t row = 0;
    while (strcmp(TRAIN_OPTIONS.rows[row].name, name) != 0) {
        row++;
    }
    return row;
}

void study_free(struct study *study)
{
    study_outcomes_free(study);
    for (size_t s = 0; s < study->setting_count; s++) {
        study_values_free(study->settings[s].values, study->axis_count);
    }
    free(study->settings);
    free(study->trials);
    study_combinations_free(study);
    study_axes_free(study);
    free(study->options.training.data.given);
    free(study->options.training.data.folder);
    option_free(study_options_table(), &study->arguments, &study->options);
}

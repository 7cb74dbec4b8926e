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
static const char *const LEFT_OUT[] = {"batch",  "threads", "out",  "force",   "until",
                                       "resume", "quiet",   "json", "no-test", "fold"};

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

static const struct option own_rows[] = {
    {"batch", 'b', AT(TEXT, batch), .common = true, .value = "LIST", .group = STUDY,
     .help = "Batch sizes to compare, with commas between; full is all samples"},
    {"vary", AT(TEXT, vary), .common = true, .value = "NAME=VALUES", .several = true,
     .group = STUDY,
     .help = "Values of a train option to compare; an option may be given several times, and all "
             "combinations are tried"},
    {"seeds", AT(TEXT, seeds), .common = true, .value = "N|A-B", .group = STUDY,
     .help = "Seeds of each setting: the first N, or those from A to B; otherwise that of --seed "
             "alone"},
    {"trials", AT(COUNT, trials), .initial = "grid", .word = "grid", OPTION_FROM_TO(1.0, 1e6),
     .group = STUDY, .help = "Draw so many settings at random in place of all combinations"},
    {"folds", AT(COUNT, folds), .initial = "none", .word = "none", OPTION_FROM_TO(2.0, 1e6),
     .group = STUDY, .help = "Cross-validation: train each setting once for each of so many folds"},
    {"halving", AT(COUNT, halving), .initial = "none", .word = "none", OPTION_FROM_TO(2.0, 1000.0),
     .group = STUDY, .help = "Successive halving: only the best one in so many settings goes on"},
    {"lr-rule", AT(CHOICE, lr_rule), .choice = lr_rule_name, .initial = "none", .group = STUDY,
     .help = "Learning rate for each batch size: tune searches for the best; linear and sqrt scale "
             "the one of a single tuned batch size; none takes --lr for all"},
    {"jobs", AT(COUNT, jobs), .initial = "auto", .word = "auto", OPTION_FROM_TO(1.0, 1024.0),
     .group = STUDY, .help = "Trials side by side, of one thread each; auto is the processors"},
    {"shard", AT(TEXT, shard), .value = "K/N", .group = STUDY,
     .help = "Run every N-th trial from the K-th on: for several machines that share the folder"},
    {"threads", 't', AT(COUNT, threads), .initial = "auto",
     OPTION_FROM_TO(1.0, DESCENT_THREADS_MAX), .word = "auto", .applies = is_timed,
     .only = "without --no-timing", .group = STUDY,
     .help = "Threads of the trainings that are timed, after all trials and one at a time; auto is "
             "as many as the work pays"},
    {"no-timing", AT(FLAG, no_timing), .group = STUDY,
     .help = "Leave out the measurement of speeds, and seconds to the target with it"},
    {"out", 'o', AT(TEXT, out), .common = true, .value = "STUDY", .group = STUDY,
     .help = "Folder of the study; one that is there goes on"},
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
                 "the settings are worth.",
        .operands = "DATA is " SOURCE_KINDS,
        .examples = {
            {"descent sweep digits --vary lr=0.001,0.01 --seeds 3 --out studies/lr",
             "Trains six networks and compares the two learning rates."},
            {"descent sweep digits --batch 8,32,128 --seeds 3 --out studies/batch",
             "The same for three batch sizes."},
            {"descent sweep digits --vary lr=0.001,0.01 --batch 8,32 --out studies/both",
             "Trains all four combinations."},
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

static enum exit_status read_seeds(struct study *study)
{
    const char *text = study->options.seeds;
    study->first_seed = text == NULL ? study->options.training.options.seed : 1;
    study->seed_count = 1;
    return text == NULL || (text_read_count(&study->seed_count, text) && study->seed_count >= 1)
               ? DONE
               : cli_usage("--seeds: expected a number of seeds N, or A-B, found \"%.100s\"", text);
}

enum exit_status study_read(struct study *study, int argc, const char **argv)
{
    struct study_options *options = &study->options;
    CLI_TRY(option_read_command(study_options_table(), argc, argv, &study->arguments, options));
    CLI_TRY(option_check_effects(study_options_table(), &study->arguments, options));
    if (options->out == NULL) {
        return cli_usage("sweep: expected --out STUDY, the folder of the study");
    }
    snprintf(study->folder, sizeof study->folder, "%s", options->out);
    if (study->arguments.rest[0] == NULL || study->arguments.rest[1] != NULL) {
        return cli_usage("sweep: expected one DATA: a folder or a name such as digits");
    }
    options->training.data.given = strdup(study->arguments.rest[0]);
    CLI_TRY(read_seeds(study));
    CLI_TRY(study_shard_read(study));
    return study_axes_read(study);
}

void study_free(struct study *study)
{
    study_outcomes_free(study);
    for (size_t s = 0; s < study->setting_count; s++) {
        for (size_t a = 0; a < study->axis_count; a++) {
            free(study->settings[s].values[a]);
        }
        free(study->settings[s].values);
    }
    free(study->settings);
    free(study->trials);
    study_axes_free(study);
    free(study->options.training.data.given);
    option_free(study_options_table(), &study->arguments, &study->options);
}

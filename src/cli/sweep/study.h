/*
 * A study: many trainings of the same data with different settings, kept in a folder, resumed,
 * shared among processes and machines, and reported as one.
 *
 *     options → axes → study.json → trials, as a function of the outcomes so far
 *             → workers: claim, train, keep → … until no trial is added → report
 *
 * The list of trials is a pure function of the study's configuration and of the outcomes of trials
 * before in the list: any process works it out anew from the folder, and all get the same.
 */
#ifndef DESCENT_CLI_SWEEP_STUDY_H
#define DESCENT_CLI_SWEEP_STUDY_H

#include "cli/base/run.h"
#include "cli/train/train.h"

#include <string.h>

#define STUDY_CONFIG RUN_STUDY
#define STUDY_TABLE "study.csv"
#define STUDY_SETTINGS "settings.csv"
#define STUDY_REPORT "report.json"
#define STUDY_TIMING "timing.csv"
#define STUDY_TEST "test.csv"
#define STUDY_PREDICTIONS "predictions.csv"
#define STUDY_CLAIMS "claims"
#define STUDY_TRIALS "trials"

/* Behind the name of a trial's folder while it is worked on. */
#define STUDY_RUNNING ".running"

/* How learning rates follow batch sizes. */
enum study_lr_rule { STUDY_LR_AS_GIVEN, STUDY_LR_TUNE, STUDY_LR_LINEAR, STUDY_LR_SQRT };

struct study_options {
    struct training training; /* train's options are training.options: what all trials share */
    char *batch;              /* a list of batch sizes, or NULL */
    char *vary;               /* NAME=VALUES, one a line, or NULL */
    char *seeds;              /* N or A-B, or NULL: the seed of train's options */
    uint64_t trials;          /* settings drawn at random; 0: all of the grid */
    uint64_t folds;           /* 0: none */
    uint64_t halving;         /* one in so many settings goes on; 0: all go to the end */
    int lr_rule;              /* a study_lr_rule */
    uint64_t tune_seeds;      /* trainings of each learning rate that is tried */
    uint64_t jobs;            /* trials side by side; 0: the processors */
    char *shard;              /* K/N, or NULL */
    char *out;
    uint64_t threads; /* of what is timed; 0: as train chooses */
    bool no_timing;
    bool force, quiet, json;
};

/* How an axis that is no list is drawn from. */
enum study_range { STUDY_LIST, STUDY_LOG, STUDY_LINEAR };

/* An option of train that the settings of a study differ in. */
struct study_axis {
    const char *option; /* its name, borrowed from train's table */
    size_t row;         /* there */
    char **values; /* as they would be given; owned; none of an axis that is drawn or derived */
    size_t count;
    enum study_range range;
    double low, high; /* of a range */
    bool derived;     /* the learning rate, where a rule finds it for each setting */
};

/* What stands for the value of an option that has no effect beside the other values. */
#define STUDY_NO_EFFECT "-"

/* A combination of values: of the grid, or drawn. */
struct study_combination {
    char **values;  /* one an axis, in the axes' order; owned; of one that is derived NULL */
    uint64_t batch; /* samples of a step; 0: all */
    double lr;      /* the usual learning rate of its optimizer, or the one that was given */
    size_t line;    /* the combination for which its learning rate is tuned */
};

/* The options that a trial adds to the shared ones: one value an axis, in the axes' order. */
struct study_setting {
    char **values; /* owned */
    bool tuning;   /* tried for its learning rate alone, and not reported */
    size_t combination;
    int step; /* of a tuning: its learning rate is 2^(step / 2) times that of the line's start */
};

struct study_trial {
    size_t setting;
    uint64_t seed;
    uint64_t fold;  /* from 1; 0: none */
    uint64_t until; /* the epoch at which its training pauses; 0: it goes to its end */
};

/* Failed is what training itself refuses or gives up, and would again; unfinished, for this process
 * alone, what could not be run or was killed: others may finish it. */
enum study_state {
    STUDY_TRIAL_MISSING,
    STUDY_TRIAL_DONE,
    STUDY_TRIAL_FAILED,
    STUDY_TRIAL_UNFINISHED
};
/* What a study was asked for at a time: settings drawn and seeds may grow, and the new trials are
 * added behind those that there are, which keep their numbers. */
struct study_stage {
    uint64_t trials; /* settings drawn; 0: the grid */
    uint64_t seeds;
    size_t combinations; /* the first so many that this comes to */
};

enum {
    STUDY_TRIALS_MAX = 10000,
    STUDY_STAGES_MAX = 64,
    STUDY_RUNGS_MAX = 14,
    STUDY_TUNE_SEEDS_MAX = 100
};

/* What came of a trial: NaN for what there is not. */
struct study_outcome {
    enum study_state state;
    char *message;  /* of one that failed or is unfinished, or NULL; owned */
    char crc32[16]; /* of the weights kept; empty where there are none */
    double epochs, steps, samples, best_epoch;
    double validation_loss, validation_accuracy, validation_rmse, validation_r2; /* as kept */
    double target_steps, target_samples, target_epochs; /* to the target, where it was reached */
    double noise_scale;                                 /* of the gradients in the first epoch */
    double seconds, samples_per_second;
    double rungs[STUDY_RUNGS_MAX]; /* of halving: the lowest validation loss up to each rung's
                                      epoch; NaN until it is known */
};

struct study {
    struct study_options options;
    struct option_arguments arguments;
    char folder[PATH_MAX];
    int place; /* the folder's descriptor since it was opened, if it was */
    bool placed;
    struct study_axis axes[OPTIONS_MAX];
    size_t axis_count;
    uint64_t samples; /* that are trained on in an epoch, where none are varied */
    uint64_t first_seed, seed_count;
    struct study_stage stages[STUDY_STAGES_MAX]; /* the last is what is wanted now */
    size_t stage_count;
    struct study_combination *combinations;
    size_t combination_count;
    struct study_setting *settings;
    size_t setting_count;
    struct study_trial *trials; /* the list so far */
    struct study_outcome *outcomes;
    size_t trial_count;
    uint64_t shard, shards; /* from 1; 0: all trials are for this process */
    size_t unfinished;      /* trials, when the work ended */
    size_t left_to_others;  /* trials that were not there when the work ended, and not for here */
    size_t rung;            /* of halving: the one that is under way, from 0 */
    size_t growth;          /* how often something was added to the list */
    bool complete;          /* no trial will be added to the list */
};

/* options.c: the table, made of train's; and the command line, with what needs no data checked.
 * Where DATA is not given, those of the study in the folder count, and its options where they are
 * not given either. */
const struct option_table *study_options_table(void);
enum exit_status study_read(struct study *study, int argc, const char **argv);
void study_free(struct study *study);

/* The row of an option that train has; whether one is shared by all trials. */
size_t study_train_row(const char *name);
bool study_option_is_shared(size_t row);

/* The axis of an option; NULL where the study does not vary it. */
static inline const struct study_axis *study_axis_of(const struct study *study, const char *option)
{
    const struct study_axis *found = NULL;
    for (size_t a = 0; found == NULL && a < study->axis_count; a++) {
        found = strcmp(study->axes[a].option, option) == 0 ? &study->axes[a] : NULL;
    }
    return found;
}

/* Whether trainings end at a target. */
static inline bool study_has_target(const struct study *study)
{
    const struct train_options *options = &study->options.training.options;
    return options->target_accuracy > 0.0 || options->target_loss > 0.0 ||
           options->target_rmse > 0.0;
}

/* arguments.c: the command line of a trial as argc and argv for train, of which a user could type
 * each word: the options given for all, then the trial's own. Owned by the caller. FAILED where
 * memory is out; the caller frees in any case. */
struct study_command {
    size_t count;
    char **words; /* NULL behind the last */
};
enum exit_status study_command_of(struct study_command *command, const struct study *study,
                                  size_t trial);

/* The same to go on with what there is in the trial's folder. */
enum exit_status study_command_resume(struct study_command *command, const struct study *study,
                                      size_t trial);
void study_command_free(struct study_command *command);

/* The arguments of train for such values, NULL for none of an axis: the options given for all and
 * the values, but for those that have no effect beside the others; and train's options by them. The
 * caller frees both in any case. */
enum exit_status study_arguments_of(struct option_arguments *arguments,
                                    struct train_options *options, const struct study *study,
                                    char *const *values);

/* Whether learning rates are tuned, in trials before those that are reported. */
static inline bool study_tunes(const struct study_options *options)
{
    return options->lr_rule == STUDY_LR_TUNE ||
           (options->lr_rule != STUDY_LR_AS_GIVEN && options->training.options.lr <= 0.0);
}

/* Whether the list of trials follows from what trials before have come to. */
static inline bool study_adapts(const struct study_options *options)
{
    return study_tunes(options) || options->halving > 0;
}

/* Whether a trial is done, or has failed for good. */
static inline bool study_trial_has_ended(const struct study *study, size_t trial)
{
    enum study_state state = study->outcomes[trial].state;
    return state == STUDY_TRIAL_DONE || state == STUDY_TRIAL_FAILED;
}

/* axes.c: the axes of --batch and --vary; USAGE after naming what is wrong. */
enum exit_status study_axes_read(struct study *study);
void study_axes_free(struct study *study);

/* values.c: the values of an axis from their text. USAGE after naming what is wrong. */
enum exit_status study_values_read(struct study_axis *axis, const char *text);

/* combinations.c: the grid, or what is drawn, for the last of the stages. USAGE where an option has
 * an effect in none of them. */
enum exit_status study_combine(struct study *study);
void study_combinations_free(struct study *study);

/* study_file.c: makes the folder with study.json, or goes on with one of the same configuration;
 * and for commands that look at a study, reads all of it, outcomes and list. */
enum exit_status study_open(struct study *study);
enum exit_status study_load(struct study *study, const char *folder);

/* study_stored.c: whether a folder is that of a study. */
bool study_is_in(const char *folder);

/* plan.c: brings the list of trials up to date with the outcomes. */
enum exit_status study_plan(struct study *study);

/* Frees texts and their list; values may be NULL, and so may each of them. */
void study_values_free(char **values, size_t count);

/* An outcome in a state, with nothing known of it. */
struct study_outcome study_no_outcome(enum study_state state);

/* Whether a trial is one of tuning, which is not reported: "tuning" or "reported". */
const char *study_trial_purpose(const struct study *study, size_t trial);

/* outcome.c: looks for the outcomes of trials in the list that had none; or of one. */
enum exit_status study_look(struct study *study);
enum exit_status study_look_at(struct study *study, size_t trial);
void study_outcomes_free(struct study *study);

/* Brings the list of trials up to date with the outcomes in the folder. */
enum exit_status study_update(struct study *study);

/* trial.c: a trial's folder, under the name it has when it has ended. */
struct run_path study_trial_folder(const struct study *study, size_t trial);

/* study_folder.c: FAILED where the folder is no longer where it was when the work began: nothing is
 * written into another that stands there. */
enum exit_status study_check_place(const struct study *study);

/* claims.c: what processes that share a study do one at a time, as bytes of its file of claims:
 * trial t is byte STUDY_CLAIM_TRIALS + t. */
enum { STUDY_CLAIM_TABLE, STUDY_CLAIM_TIMING, STUDY_CLAIM_TRIALS = 16 };

/* Claims a byte: a descriptor to close, −1 where another process has it. The claim goes with the
 * last process that has the descriptor. The second waits for it. FAILED where the file system has
 * no such locks. */
enum exit_status study_claim(int *claim, const struct study *study, size_t byte);
enum exit_status study_claim_wait(int *claim, const struct study *study, size_t byte);

/* Claims all of them at once, in the same way. */
enum exit_status study_claim_all(int *claim, const struct study *study);

/* shard.c: reads --shard; USAGE where it is no K/N with 1 ≤ K ≤ N. */
enum exit_status study_shard_read(struct study *study);

/* workers.c: trains what is in the list and not there, and what that adds to it; then writes
 * study.csv. FAILED where a trial is unfinished, or as interrupt_status(). */
enum exit_status study_work(struct study *study);

/* study_csv.c: study.csv, a row a trial, with what is there of all. */
enum exit_status study_csv_save(struct study *study);

/* report.c: what the study shows: its files, and what is printed. */
enum exit_status study_report(const struct study *study);

/* predictions.c: with folds, writes the answer to each training sample of the models that were
 * trained without it. To be called where no trial follows: it computes. */
enum exit_status study_predictions_save(const struct study *study);

#endif

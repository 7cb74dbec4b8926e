/*
 * What the reported settings of a study have come to, over their seeds and folds.
 */
#ifndef DESCENT_CLI_SWEEP_SUMMARY_H
#define DESCENT_CLI_SWEEP_SUMMARY_H

#include "cli/sweep/study.h"

enum { STUDY_NAME_SIZE = 256 };

/* A figure over the trials that have it; without any all but count are NaN. Trials that did not
 * reach a target count in its figures, as infinite: the median and its bounds may be infinite. */
struct study_figure {
    double count;
    double mean, deviation; /* of a sample; NaN where one is infinite */
    double median;
    double low, high; /* the median's 95 % bootstrap interval; NaN for fewer than two trials */
};

struct study_summary {
    size_t setting, combination;
    const char *values[OPTIONS_MAX]; /* of the axes, in their order; borrowed */
    char name[STUDY_NAME_SIZE];      /* "batch 64, lr 0.1"; "all trials" where nothing is varied */
    double batch;                    /* samples of a step; NaN where it is not varied */
    double lr;                       /* NaN where it is not varied */
    double trials, done, failed;     /* in the list; of these ended, and ended without a result */
    double reached;                  /* the target; of those done */
    double epochs_done;              /* mean of those done */
    bool dropped;                    /* by halving, before the last rung */
    struct study_figure steps, epochs, samples, seconds; /* to the target */
    struct study_figure accuracy, r2, loss, rmse;        /* on the validation samples */
    struct study_figure noise_scale;                     /* where it was logged */
    double threads;                                      /* that took part in what follows */
    double speed, speed_low, speed_high; /* samples a second, trained alone; NaN: not measured */
};

struct study_summaries {
    struct study_summary *rows; /* in the order of the study's combinations */
    size_t count;
    bool target; /* whether trainings end at a target */
};

/* Of all settings that are reported; the caller frees in any case. FAILED where memory is out. */
enum exit_status study_summarise(struct study_summaries *summaries, const struct study *study);
void study_summaries_free(struct study_summaries *summaries);

/* The steps to the target of a setting's trials that have ended, ascending, infinite for those that
 * did not reach it; returns how many. steps has room for all trials of the study. */
size_t study_steps_of(const struct study *study, size_t setting, double *steps);

/* A setting's value of an option that the study varies, or NULL. */
const char *study_setting_value(const struct study *study, size_t setting, const char *option);

/* Adds "batch 64, lr 0.1" to a text: a setting's values, but for those of options that have no
 * effect beside the others, and those of axes that are not wanted; NULL: all are. */
void study_name_values(char *text, size_t size, const struct study *study, size_t setting,
                       bool (*wanted)(const struct study *study, const struct study_axis *axis));

#endif

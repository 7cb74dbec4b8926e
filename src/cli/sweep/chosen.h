/*
 * The setting that the validation samples choose, and what the test samples say of it. These are
 * looked at for no other setting: the best of many by the test samples looks better than it is.
 */
#ifndef DESCENT_CLI_SWEEP_CHOSEN_H
#define DESCENT_CLI_SWEEP_CHOSEN_H

#include "cli/sweep/summary.h"

/* By what a setting is better than others. */
enum study_measure {
    STUDY_BY_SECONDS, /* fewest to the target, of those that all runs reached */
    STUDY_BY_SAMPLES, /* the same, where speeds are not known */
    STUDY_BY_REACHED, /* most runs that reached the target, where no setting has all */
    STUDY_BY_ACCURACY,
    STUDY_BY_R2,
    STUDY_BY_LOSS
};

struct study_chosen {
    const struct study_summary *setting; /* NULL where no trial has the measure */
    enum study_measure measure;
    size_t among; /* settings with results, those that halving dropped included */

    /* Of its models on the test part; without runs where there is none, or it was not looked at. */
    struct study_tested {
        double runs, samples;
        double settings; /* that the test part has been looked at for, with those chosen before */
        double accuracy, accuracy_deviation, loss, loss_deviation;
        double r2, r2_deviation, rmse, rmse_deviation;
        double low, high; /* Wilson's 95 % interval for the mean accuracy on so many samples */
    } test;
};

/* Chooses; the test part is left alone. */
struct study_chosen study_choose(const struct study_summaries *summaries);

/* Copies the settings in the order of a measure, the best first. FAILED where memory is out. */
enum exit_status study_rank(struct study_summary *sorted, const struct study_summaries *summaries,
                            enum study_measure measure);

/* Evaluates the chosen setting's models on the test part, in processes of their own, or takes what
 * test.csv has of them. Data without a test part leave it absent. */
enum exit_status study_test_chosen(struct study_chosen *chosen, const struct study *study);

/* "validation accuracy", "seconds to the target" ... */
const char *study_measure_name(enum study_measure measure);

/* The figure of a setting that the measure compares. */
const struct study_figure *study_measured(const struct study_summary *setting,
                                          enum study_measure measure);

/* The number of a trial that the figure comes of; of the times to the target its samples. NaN where
 * it has none. */
double study_trial_measured(const struct study_outcome *outcome, enum study_measure measure);

#endif

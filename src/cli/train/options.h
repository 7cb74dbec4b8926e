/*
 * The options of `descent train`: one struct, filled from one table.
 */
#ifndef DESCENT_CLI_TRAIN_OPTIONS_H
#define DESCENT_CLI_TRAIN_OPTIONS_H

#include "cli/base/option.h"
#include "cli/base/source.h"

#include <descent/optimizer.h>
#include <descent/schedule.h>

/* The log's gradient norm is a mean over one step in so many, at least one an epoch: to measure it
 * costs up to a tenth of a step. */
enum { TRAIN_NORM_PERIOD = 16 };

/* Groups of the table. */
enum train_group {
    TRAIN_NETWORK,
    TRAIN_OBJECTIVE,
    TRAIN_OPTIMIZER,
    TRAIN_SCHEDULING,
    TRAIN_STOPPING,
    TRAIN_DATA,
    TRAIN_RUN
};

struct train_options {
    struct source_options source;
    /* network */
    struct option_sizes hidden;
    int activation;
    int output_activation;
    int init;
    double init_deviation;
    char *init_from;
    /* objective */
    int loss;
    double label_smoothing;
    char *class_weights;
    double dropout;
    /* optimizer */
    int optimizer;
    double lr;
    double momentum;
    bool nesterov;
    double beta1;
    double beta2;
    double alpha;
    double epsilon;
    double weight_decay;
    bool decay_biases;
    double clip_norm;
    /* schedule */
    int schedule;
    uint64_t warmup;
    double lr_final;
    uint64_t decay_period;
    double decay_factor;
    double power;
    uint64_t restart_factor;
    double rise_fraction;
    double start_divisor;
    double final_divisor;
    uint64_t plateau_patience;
    double plateau_threshold;
    /* stopping */
    uint64_t patience; /* 0: for ever */
    double gradient_tolerance;
    double target_accuracy;
    double budget; /* seconds; 0: none */
    double loss_limit;
    bool recover;
    bool log_layers;
    /* run */
    uint64_t batch; /* 0: all samples */
    bool no_shuffle;
    uint64_t epochs; /* 0: by the number of samples, or by the budget */
    double validation;
    int standardize;
    bool raw_targets;
    char *augment;
    uint64_t seed;
    uint64_t threads; /* 0: by the shapes */
    char *out;
    bool force;
    char *resume;
    bool quiet;
    bool json;
};

extern const struct option_table TRAIN_OPTIONS;

/* Whether the option whose value lies at this offset of the struct was given. */
bool train_option_given(const struct option_arguments *arguments, size_t offset);

/* Fills in what is "auto", now that the number of training samples is known. */
void train_options_resolve(struct train_options *options, size_t samples);

/* The same for what depends on the number of steps alone: learning rate, weight decay, schedule;
 * with a budget the schedule is left as it is, for each step anew. */
void train_options_resolve_steps(struct train_options *options, uint64_t steps);

/* plan.c: the optimizer, and the schedule over so many steps, where "auto" depends on nothing else.
 */
descent_optimizer train_options_optimizer(const struct train_options *options);
descent_schedule train_options_schedule(const struct train_options *options, uint64_t steps);

/* Samples of one step, and steps of one epoch. */
size_t train_options_batch(const struct train_options *options, size_t samples);
uint64_t train_options_batches(const struct train_options *options, size_t samples);

#endif

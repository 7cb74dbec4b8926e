/*
 * The options of `descent train`: one struct, filled from one table.
 */
#ifndef DESCENT_CLI_TRAIN_OPTIONS_H
#define DESCENT_CLI_TRAIN_OPTIONS_H

#include "cli/base/engine.h"
#include "cli/base/option.h"
#include "cli/base/source.h"

#include <descent/optimizer.h>
#include <descent/preparation.h>
#include <descent/schedule.h>

/* The log's gradient norm is a mean over one step in so many, at least one an epoch: to measure it
 * costs up to a tenth of a step. */
enum { TRAIN_NORM_PERIOD = 16 };

/* The noise scale is measured in one step of so many, which costs up to 5 % of the time of
 * training: in a step that stores its gradient, up to a fifth of the step; in one of plain sgd,
 * which goes straight into the weights, storing it comes on top; and with BLAS that takes a product
 * more. */
enum { TRAIN_NOISE_PERIOD = 4, TRAIN_NOISE_PERIOD_PLAIN = 8, TRAIN_NOISE_PERIOD_PLAIN_BLAS = 16 };

/* Groups of the table. */
enum train_group {
    TRAIN_DATA,
    TRAIN_NETWORK,
    TRAIN_OBJECTIVE,
    TRAIN_OPTIMIZER,
    TRAIN_SCHEDULING,
    TRAIN_STOPPING,
    TRAIN_RUN
};

/* Of --standardize, until the data are known; behind the library's kinds. */
enum { TRAIN_STANDARDIZE_AUTO = DESCENT_STANDARDIZE_COUNT };

struct train_options {
    struct source_options source;
    struct engine_options engine;
    /* network */
    struct option_sizes hidden;
    int activation, output_activation, init;
    double init_deviation;
    char *init_bias;
    char *init_from;
    /* objective */
    int loss;
    double label_smoothing;
    char *class_weights;
    double dropout, input_dropout, max_norm;
    /* optimizer */
    int optimizer;
    double lr, momentum, beta1, beta2, alpha, epsilon, weight_decay, clip_norm;
    bool nesterov, decay_biases;
    /* schedule */
    int schedule;
    uint64_t warmup, decay_period, restart_factor, plateau_patience;
    double lr_final, decay_factor, power, plateau_threshold;
    double rise_fraction, start_divisor, final_divisor; /* of one-cycle */
    /* stopping */
    uint64_t patience; /* 0: for ever */
    double gradient_tolerance, target_accuracy, target_loss, target_rmse, loss_limit;
    double check_every; /* samples; OPTION_AUTO: at the end of epochs alone */
    double budget;      /* seconds; 0: none */
    bool recover, give_up;
    uint64_t until;          /* epoch; 0: to the end */
    double checkpoint_every; /* seconds; OPTION_AUTO: at the end only */
    /* data and run */
    uint64_t batch; /* 0: all samples; the first one of a schedule */
    char *batch_schedule;
    uint64_t epochs; /* 0: by the number of samples, or by the budget */
    bool no_shuffle, raw_targets, log_layers, log_test, no_test, log_sharpness, log_noise_scale;
    uint64_t sharpness_every; /* epochs */
    double validation;        /* a share, from 1 the last so many samples, or OPTION_AUTO */
    struct option_pair fold;  /* its number, and how many there are; zeros: no fold */
    int standardize;          /* TRAIN_STANDARDIZE_AUTO, or a descent_standardize */
    char *augment;
    uint64_t seed;
    uint64_t threads;   /* 0: by the shapes */
    uint64_t log_every; /* 0: about twenty rows */
    char *out, *resume;
    bool force, quiet, json;
};

extern const struct option_table TRAIN_OPTIONS;

/* Whether an option was given, by the member of the struct or by its offset there. */
#define TRAIN_OPTION_GIVEN(arguments, member)                                                      \
    train_option_given((arguments), offsetof(struct train_options, member))
bool train_option_given(const struct option_arguments *arguments, size_t offset);

/* The learning rate that the optimizer has by default. */
double train_options_usual_lr(const struct train_options *options);

/* Fills in what is "auto" and depends on the number of steps alone: learning rate, weight decay,
 * schedule; with a budget the schedule is left as it is, for each step anew. */
void train_options_resolve_steps(struct train_options *options, uint64_t steps);

/* plan.c: the optimizer, and the schedule over so many steps, where "auto" depends on nothing else.
 */
descent_optimizer train_options_optimizer(const struct train_options *options);
descent_schedule train_options_schedule(const struct train_options *options, uint64_t steps);

/* Samples of one step. */
size_t train_options_batch(const struct train_options *options, size_t samples);

#endif

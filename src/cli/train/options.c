/*
 * The table of train's options, and the defaults that depend on the data.
 */
#include "cli/train/options.h"

#include <descent/descent.h>

#include <math.h>

/* The library's names, by plain number: NULL behind the last. */
#define NAMES(what)                                                                                \
    static const char *what##_name(int i)                                                          \
    {                                                                                              \
        return descent_##what##_name((descent_##what)i);                                           \
    }
#define NAMES_OF_KINDS(what)                                                                       \
    static const char *what##_name(int i)                                                          \
    {                                                                                              \
        return descent_##what##_name((descent_##what##_kind)i);                                    \
    }

NAMES(activation)
NAMES(init)
NAMES(standardize)
NAMES_OF_KINDS(loss)
NAMES_OF_KINDS(optimizer)
NAMES_OF_KINDS(schedule)

/* Where options have an effect: given anywhere else, they are refused rather than ignored. */
#define WHERE(name, condition)                                                                     \
    static bool name(const void *values)                                                           \
    {                                                                                              \
        const struct train_options *options = values;                                              \
        return condition;                                                                          \
    }
#define IS(member, kind) (options->member == DESCENT_##kind)

WHERE(init_is_normal, IS(init, INIT_NORMAL))
WHERE(targets_are_numbers, options->source.regression)
WHERE(targets_are_classes, !options->source.regression)
WHERE(loss_is_cross_entropy, IS(loss, LOSS_CROSS_ENTROPY))
WHERE(run_has_no_budget, options->budget <= 0.0)
WHERE(run_has_validation, options->validation > 0.0)
WHERE(sgd_has_momentum, IS(optimizer, OPTIMIZER_SGD) && options->momentum > 0.0)
WHERE(optimizer_has_momentum, IS(optimizer, OPTIMIZER_SGD) || IS(optimizer, OPTIMIZER_RMSPROP))
WHERE(optimizer_is_adam, IS(optimizer, OPTIMIZER_ADAM) || IS(optimizer, OPTIMIZER_ADAMW))
WHERE(optimizer_is_rmsprop, IS(optimizer, OPTIMIZER_RMSPROP))
WHERE(optimizer_is_adaptive, !IS(optimizer, OPTIMIZER_SGD))
WHERE(schedule_has_final, IS(schedule, SCHEDULE_LINEAR) || IS(schedule, SCHEDULE_POLYNOMIAL) ||
                              IS(schedule, SCHEDULE_COSINE) || IS(schedule, SCHEDULE_PLATEAU) ||
                              IS(schedule, SCHEDULE_COSINE_RESTARTS))
WHERE(schedule_has_period, IS(schedule, SCHEDULE_STEP) || IS(schedule, SCHEDULE_COSINE_RESTARTS))
WHERE(schedule_has_factor, IS(schedule, SCHEDULE_STEP) || IS(schedule, SCHEDULE_EXPONENTIAL) ||
                               IS(schedule, SCHEDULE_PLATEAU))
WHERE(schedule_is_polynomial, IS(schedule, SCHEDULE_POLYNOMIAL))
WHERE(schedule_is_one_cycle, IS(schedule, SCHEDULE_ONE_CYCLE))
WHERE(schedule_is_restarting, IS(schedule, SCHEDULE_COSINE_RESTARTS))
WHERE(schedule_is_plateau, IS(schedule, SCHEDULE_PLATEAU))

static const char *const groups[] = {
    [TRAIN_NETWORK] = "Network:",
    [TRAIN_OBJECTIVE] = "Objective:",
    [TRAIN_OPTIMIZER] = "Optimizer:",
    [TRAIN_SCHEDULING] = "Schedule of the learning rate:",
    [TRAIN_STOPPING] = "Stopping and guarding:",
    [TRAIN_DATA] = "Data:",
    [TRAIN_RUN] = "Run:",
};

#define FLAG(text, member) .name = (text), .type = OPTION_FLAG, AT(member)
#define CHOICE(text, member, names)                                                                \
    .name = (text), .type = OPTION_CHOICE, AT(member), .choice = (names), .value = "NAME"
#define COUNT(text, member) .name = (text), .type = OPTION_COUNT, AT(member), .value = "N"
#define NUMBER(text, member) .name = (text), .type = OPTION_NUMBER, AT(member), .value = "X"
#define SIZES(text, member) .name = (text), .type = OPTION_SIZES, AT(member), .value = "N,N"
#define TEXT(text, member) .name = (text), .type = OPTION_TEXT, AT(member)
#define AT(member) .offset = offsetof(struct train_options, member)
#define RESULT(name) .group = TRAIN_##name, .storage = OPTION_RESULT
#define ONLY(function, text) .applies = (function), .only = (text)

static const struct option rows[] = {
    {SIZES("hidden", hidden), .brief = 'H', .initial = "128",
     OPTION_FROM_TO(1.0, (double)DESCENT_WIDTH_MAX), .word = "none", RESULT(NETWORK),
     .help = "Sizes of the hidden layers, with commas between, or none"},
    {CHOICE("activation", activation, activation_name), .brief = 'a', .initial = "relu",
     RESULT(NETWORK), .help = "Activation of the hidden layers"},
    {CHOICE("output-activation", output_activation, activation_name), .initial = "identity",
     RESULT(NETWORK), .help = "Activation of the last layer"},
    {CHOICE("init", init, init_name), .initial = "auto", .fixed = true, RESULT(NETWORK),
     .help = "Initial weights"},
    {NUMBER("init-deviation", init_deviation), .initial = "0.01",
     OPTION_FROM_TO(0.0, OPTION_FLOAT_MAX), .fixed = true,
     ONLY(init_is_normal, "with --init normal"), RESULT(NETWORK),
     .help = "Deviation of the initial weights"},
    {TEXT("init-from", init_from), .value = "FILE", .fixed = true, .group = TRAIN_NETWORK,
     .storage = OPTION_LOCAL,
     .help = "Start from the weights of a model file, and take its hidden layers unless they are "
             "given"},
    {CHOICE("loss", loss, loss_name), .initial = "cross-entropy", .fixed = true, RESULT(OBJECTIVE),
     .help = "Loss; with --regression mse"},
    {NUMBER("label-smoothing", label_smoothing), .initial = "0", OPTION_FRACTION, .fixed = true,
     ONLY(loss_is_cross_entropy, "with --loss cross-entropy"), RESULT(OBJECTIVE),
     .help = "Share of each target that is spread over all classes"},
    {TEXT("class-weights", class_weights), .initial = "none", .value = "WEIGHTS", .fixed = true,
     ONLY(loss_is_cross_entropy, "with --loss cross-entropy"), RESULT(OBJECTIVE),
     .help =
         "Weights of the classes in the loss: a list with commas between, or balanced, which is "
         "samples / (classes x samples of the class)"},
    {NUMBER("dropout", dropout), .initial = "0", OPTION_FRACTION, RESULT(OBJECTIVE),
     .help = "Share of the hidden units that each step drops"},
    {CHOICE("optimizer", optimizer, optimizer_name), .initial = "adamw", RESULT(OPTIMIZER),
     .help = "Optimizer"},
    {NUMBER("lr", lr), .brief = 'l', .initial = "default",
     OPTION_RANGE(0.0, OPTION_FLOAT_MAX, true, false), .word = "default", .second_word = "auto",
     RESULT(OPTIMIZER),
     .help =
         "Highest learning rate; default is 0.002 for adam and adamw, 0.001 for rmsprop, 0.1 for "
         "sgd; auto searches for one by a range test, as descent find-lr does"},
    {NUMBER("momentum", momentum), .initial = "0", OPTION_FRACTION,
     ONLY(optimizer_has_momentum, "with --optimizer sgd or rmsprop"), RESULT(OPTIMIZER),
     .help = "Momentum of sgd and rmsprop"},
    {FLAG("nesterov", nesterov), ONLY(sgd_has_momentum, "with --optimizer sgd and --momentum > 0"),
     RESULT(OPTIMIZER), .help = "Use Nesterov's momentum"},
    {NUMBER("beta1", beta1), .initial = "0.9", OPTION_FRACTION,
     ONLY(optimizer_is_adam, "with --optimizer adam or adamw"), RESULT(OPTIMIZER),
     .help = "Decay of adam's mean of gradients"},
    {NUMBER("beta2", beta2), .initial = "0.999", OPTION_FRACTION,
     ONLY(optimizer_is_adam, "with --optimizer adam or adamw"), RESULT(OPTIMIZER),
     .help = "Decay of adam's mean of squared gradients"},
    {NUMBER("alpha", alpha), .initial = "0.99", OPTION_FRACTION,
     ONLY(optimizer_is_rmsprop, "with --optimizer rmsprop"), RESULT(OPTIMIZER),
     .help = "Decay of rmsprop's mean of squared gradients"},
    {NUMBER("epsilon", epsilon), .initial = "1e-8", OPTION_FROM_TO(1e-45, OPTION_FLOAT_MAX),
     ONLY(optimizer_is_adaptive, "with --optimizer adam, adamw or rmsprop"), RESULT(OPTIMIZER),
     .help = "Added to the root of the mean of squared gradients"},
    {NUMBER("weight-decay", weight_decay), .initial = "auto", OPTION_FROM_TO(0.0, OPTION_FLOAT_MAX),
     .word = "auto", RESULT(OPTIMIZER), .help = "Weight decay; auto is 0.1 for adamw, else 0"},
    {FLAG("decay-biases", decay_biases), RESULT(OPTIMIZER),
     .help = "Let weight decay act on biases as well"},
    {NUMBER("clip-norm", clip_norm), .initial = "0", OPTION_NOT_NEGATIVE, RESULT(OPTIMIZER),
     .help = "Scale the gradient down to this norm; 0 does not"},
    {CHOICE("schedule", schedule, schedule_name), .initial = "cosine", RESULT(SCHEDULING),
     .help = "Schedule"},
    {COUNT("warmup", warmup), .initial = "0", OPTION_FROM(0.0), RESULT(SCHEDULING),
     .help = "Steps of linear warm-up"},
    {NUMBER("lr-final", lr_final), .initial = "0", OPTION_FROM_TO(0.0, OPTION_FLOAT_MAX),
     ONLY(schedule_has_final,
          "with --schedule linear, polynomial, cosine, cosine-restarts or plateau"),
     RESULT(SCHEDULING),
     .help = "Lowest learning rate of linear, polynomial, cosine, cosine-restarts and plateau"},
    {COUNT("decay-period", decay_period), .initial = "auto", OPTION_FROM(1.0), .word = "auto",
     ONLY(schedule_has_period, "with --schedule step or cosine-restarts"), RESULT(SCHEDULING),
     .help = "Steps between two drops of step, or of the first cycle of cosine-restarts; auto is a "
             "third of all"},
    {NUMBER("decay-factor", decay_factor), .initial = "auto", OPTION_RANGE(0.0, 1.0, true, false),
     .word = "auto", ONLY(schedule_has_factor, "with --schedule step, exponential or plateau"),
     RESULT(SCHEDULING),
     .help = "Factor of each drop of step, each step of exponential, each reduction of plateau; "
             "auto is 0.1, and for exponential what leaves a hundredth at the end"},
    {NUMBER("decay-power", power), .initial = "2", OPTION_FROM_TO(0.0, 1000.0),
     ONLY(schedule_is_polynomial, "with --schedule polynomial"), RESULT(SCHEDULING),
     .help = "Exponent of polynomial"},
    {COUNT("restart-factor", restart_factor), .initial = "1", OPTION_FROM_TO(1.0, 1000.0),
     ONLY(schedule_is_restarting, "with --schedule cosine-restarts"), RESULT(SCHEDULING),
     .help = "Each cycle of cosine-restarts is this many times longer"},
    {NUMBER("rise-fraction", rise_fraction), .initial = "0.3", OPTION_RANGE(0.0, 1.0, true, true),
     ONLY(schedule_is_one_cycle, "with --schedule one-cycle"), RESULT(SCHEDULING),
     .help = "Share of the steps in which one-cycle rises"},
    {NUMBER("start-divisor", start_divisor), .initial = "25", OPTION_FROM_TO(1.0, 1e30),
     ONLY(schedule_is_one_cycle, "with --schedule one-cycle"), RESULT(SCHEDULING),
     .help = "One-cycle starts at lr divided by this"},
    {NUMBER("final-divisor", final_divisor), .initial = "10000", OPTION_FROM_TO(1.0, 1e30),
     ONLY(schedule_is_one_cycle, "with --schedule one-cycle"), RESULT(SCHEDULING),
     .help = "One-cycle ends at its start divided by this"},
    {COUNT("plateau-patience", plateau_patience), .initial = "10", OPTION_FROM(0.0),
     ONLY(schedule_is_plateau, "with --schedule plateau"), RESULT(SCHEDULING),
     .help = "Epochs without improvement that plateau lets pass"},
    {NUMBER("plateau-threshold", plateau_threshold), .initial = "0.0001", OPTION_FROM_TO(0.0, 1.0),
     ONLY(schedule_is_plateau, "with --schedule plateau"), RESULT(SCHEDULING),
     .help = "Relative improvement that counts for plateau"},
    {COUNT("patience", patience), .brief = 'p', .initial = "none", OPTION_FROM(1.0), .word = "none",
     ONLY(run_has_validation, "with --validation > 0"), RESULT(STOPPING),
     .help = "Stop after this many epochs in a row without a better validation loss"},
    {NUMBER("gradient-tolerance", gradient_tolerance), .initial = "0", OPTION_NOT_NEGATIVE,
     RESULT(STOPPING),
     .help = "Stop at an epoch's end where the norm of the loss's gradient over all training "
             "samples is at most this; 0 does not"},
    {NUMBER("target-accuracy", target_accuracy), .initial = "0", OPTION_FROM_TO(0.0, 1.0),
     ONLY(targets_are_classes, "without --regression"), RESULT(STOPPING),
     .help = "Stop at this share of right answers on the validation samples, or in training where "
             "there are none; 0 does not"},
    {NUMBER("budget", budget), .initial = "0", OPTION_NOT_NEGATIVE, RESULT(STOPPING),
     .help = "Seconds for training with its evaluations: the schedule is fitted to them and ends "
             "where they end, and epochs are as many as they allow; 0 does without. A resumed run "
             "has what is left. Timed runs do not repeat bit by bit"},
    {NUMBER("loss-limit", loss_limit), .initial = "100", OPTION_NOT_NEGATIVE, RESULT(STOPPING),
     .help = "Fail where the running mean of the loss is above this many times that of the "
             "untrained network, or of guessing; 0 does not"},
    {FLAG("recover", recover), RESULT(STOPPING),
     .help = "Where the loss explodes or is not finite, go back to the last checkpoint and on with "
             "a tenth of the learning rate, three times at most"},
    SOURCE_OPTIONS(struct train_options, source, TRAIN_DATA),
    {COUNT("batch", batch), .brief = 'b', .initial = "32", OPTION_FROM(1.0), .word = "full",
     RESULT(RUN), .help = "Samples of a step, or full for all of them"},
    {FLAG("no-shuffle", no_shuffle), RESULT(RUN),
     .help = "Take the samples in the order of the file"},
    {COUNT("epochs", epochs), .brief = 'e', .initial = "auto", OPTION_FROM_TO(1.0, 1e9),
     .word = "auto", ONLY(run_has_no_budget, "without --budget"), RESULT(RUN),
     .help = "Passes over the training samples; auto is 10, or as many up to 100 as it takes for "
             "3000 steps"},
    {NUMBER("validation", validation), .initial = "0.1", OPTION_FRACTION, .fixed = true,
     RESULT(RUN), .help = "Share of the training samples held back for validation"},
    {CHOICE("standardize", standardize, standardize_name), .initial = "none", .fixed = true,
     RESULT(RUN),
     .help = "Subtract the training samples' mean and divide by their deviation: by feature, or by "
             "one of each for the whole set"},
    {FLAG("raw-targets", raw_targets), .fixed = true,
     ONLY(targets_are_numbers, "with --regression"), RESULT(RUN),
     .help = "Leave the targets of regression in their own units: the network does not learn them "
             "divided by the training samples' deviation"},
    {TEXT("augment", augment), .initial = "none", .value = "SPEC", RESULT(RUN),
     .help = "Change training images a little each time: any of shift=PIXELS, rotate=DEGREES, "
             "scale=FRACTION, shear=FRACTION, elastic=ALPHA:SIGMA, noise=DEVIATION, "
             "with commas "
             "between, or none"},
    {COUNT("seed", seed), .brief = 's', .initial = "1", OPTION_FROM(0.0), .fixed = true,
     RESULT(RUN),
     .help = "Decides the initial weights, the split, the order, dropout and augmentation"},
    {COUNT("threads", threads), .brief = 't', .initial = "auto",
     OPTION_FROM_TO(1.0, DESCENT_THREADS_MAX), .word = "auto", .group = TRAIN_RUN,
     .storage = OPTION_LOCAL, .help = "Threads; auto chooses by the shapes"},
    {FLAG("log-layers", log_layers), .group = TRAIN_RUN, .storage = OPTION_LOCAL,
     .help = "Write the gradient's norm over all training samples and that of the weights, by "
             "layer, to layers.csv at each epoch's end"},
    {TEXT("out", out), .brief = 'o', .value = "RUN", .group = TRAIN_RUN,
     .help = "Run folder (default: models/NAME-DATE-TIME)"},
    {FLAG("force", force), .brief = 'f', .group = TRAIN_RUN,
     .help = "Replace the run that the folder holds"},
    {TEXT("resume", resume), .brief = 'r', .value = "RUN", .group = TRAIN_RUN,
     .help = "Continue the run in this folder; DATA and all options are stored there"},
    {FLAG("quiet", quiet), .brief = 'q', .group = TRAIN_RUN,
     .help = "Nothing on the standard error but failures"},
    {FLAG("json", json), .group = TRAIN_RUN, .help = "Print the result as one JSON object"},
};

_Static_assert(sizeof rows / sizeof rows[0] <= OPTIONS_MAX, "arguments have room for all options");

const struct option_table TRAIN_OPTIONS = OPTION_TABLE(
    rows, groups, "DATA", "descent train mnist --hidden 256,128 --dropout 0.1 --epochs 20");

bool train_option_given(const struct option_arguments *arguments, size_t offset)
{
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        struct option option = option_row(&TRAIN_OPTIONS, i);
        if (option.base + option.offset == offset) {
            return arguments->texts[i] != NULL;
        }
    }
    return false;
}

static double default_lr(int optimizer)
{
    switch (optimizer) {
    case DESCENT_OPTIMIZER_SGD:
        return 0.1;
    case DESCENT_OPTIMIZER_RMSPROP:
        return 0.001;
    default:
        return 0.002;
    }
}

void train_options_resolve_steps(struct train_options *options, uint64_t steps)
{
    if (options->lr == OPTION_AUTO) {
        options->lr = default_lr(options->optimizer);
    }
    if (options->weight_decay == OPTION_AUTO) {
        options->weight_decay = options->optimizer == DESCENT_OPTIMIZER_ADAMW ? 0.1 : 0.0;
    }
    descent_schedule schedule = train_options_schedule(options, steps);
    bool fitted = options->budget > 0.0; /* anew in every step */
    if (schedule_has_period(options) && !fitted) {
        options->decay_period = schedule.period;
    }
    if (schedule_has_factor(options) && !fitted) {
        options->decay_factor = schedule.gamma;
    }
}

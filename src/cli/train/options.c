/*
 * The table of train's options, and the defaults that depend on the data.
 */
#include "cli/train/options.h"

#include <descent/descent.h>

#include <math.h>

/* The library's names, by plain number: NULL behind the last. */
#define NAMES(what, type)                                                                          \
    static const char *what##_name(int i)                                                          \
    {                                                                                              \
        return descent_##what##_name((descent_##type)i);                                           \
    }

NAMES(activation, activation)
NAMES(init, init)
NAMES(loss, loss_kind)
NAMES(optimizer, optimizer_kind)
NAMES(schedule, schedule_kind)

static const char *standardize_name(int i)
{
    return i == TRAIN_STANDARDIZE_AUTO ? "auto" : descent_standardize_name((descent_standardize)i);
}

/* Where options have an effect: given anywhere else, they are refused rather than ignored. */
#define WHERE(name, text, condition)                                                               \
    static const char name##_text[] = text;                                                        \
    static bool with_##name(const void *values)                                                    \
    {                                                                                              \
        const struct train_options *options = values;                                              \
        return condition;                                                                          \
    }
#define OPTIMIZER(kind) (options->optimizer == DESCENT_OPTIMIZER_##kind)
#define SCHEDULE(kind) (options->schedule == DESCENT_SCHEDULE_##kind)

WHERE(normal_init, "with --init normal", options->init == DESCENT_INIT_NORMAL)
WHERE(hidden, "with hidden layers", options->hidden.count > 0)
WHERE(no_init_from, "without --init-from", options->init_from == NULL)
WHERE(regression, "with --regression", options->source.regression)
WHERE(classes, "without --regression", !options->source.regression)
WHERE(cross_entropy, "with --loss cross-entropy", options->loss == DESCENT_LOSS_CROSS_ENTROPY)
WHERE(decay, "with --weight-decay > 0",
      options->weight_decay > 0.0 || (options->weight_decay == OPTION_AUTO && OPTIMIZER(ADAMW)))
WHERE(test, "without --no-test", !options->no_test)
WHERE(log_sharpness, "with --log-sharpness", options->log_sharpness)
WHERE(no_log_test, "without --log-test", !options->log_test)
WHERE(no_budget, "without --budget", options->budget <= 0.0)
WHERE(no_fold, "without --fold", options->fold.second == 0)
WHERE(validation, "with --validation > 0", options->validation != 0.0)
WHERE(checks, "with --validation > 0 and one of --target-accuracy, --target-loss and --target-rmse",
      options->validation != 0.0 && (options->target_accuracy > 0.0 || options->target_loss > 0.0 ||
                                     options->target_rmse > 0.0))
WHERE(sgd_momentum, "with --optimizer sgd and --momentum > 0",
      OPTIMIZER(SGD) && options->momentum > 0.0)
WHERE(momentum, "with --optimizer sgd or rmsprop", OPTIMIZER(SGD) || OPTIMIZER(RMSPROP))
WHERE(adam, "with --optimizer adam or adamw", OPTIMIZER(ADAM) || OPTIMIZER(ADAMW))
WHERE(rmsprop, "with --optimizer rmsprop", OPTIMIZER(RMSPROP))
WHERE(adaptive, "with --optimizer adam, adamw or rmsprop", !OPTIMIZER(SGD))
WHERE(lr_final, "with --schedule linear, polynomial, cosine, cosine-restarts or plateau",
      SCHEDULE(LINEAR) || SCHEDULE(POLYNOMIAL) || SCHEDULE(COSINE) || SCHEDULE(PLATEAU) ||
          SCHEDULE(COSINE_RESTARTS))
WHERE(period, "with --schedule step or cosine-restarts",
      SCHEDULE(STEP) || SCHEDULE(COSINE_RESTARTS))
WHERE(factor, "with --schedule step, exponential or plateau",
      SCHEDULE(STEP) || SCHEDULE(EXPONENTIAL) || SCHEDULE(PLATEAU))
WHERE(polynomial, "with --schedule polynomial", SCHEDULE(POLYNOMIAL))
WHERE(one_cycle, "with --schedule one-cycle", SCHEDULE(ONE_CYCLE))
WHERE(restarts, "with --schedule cosine-restarts", SCHEDULE(COSINE_RESTARTS))
WHERE(plateau, "with --schedule plateau", SCHEDULE(PLATEAU))

static const char *const groups[] = {
    [TRAIN_DATA] = "Data:",
    [TRAIN_NETWORK] = "Network:",
    [TRAIN_OBJECTIVE] = "Objective:",
    [TRAIN_OPTIMIZER] = "Steps and optimizer:",
    [TRAIN_SCHEDULING] = "Schedule of the learning rate:",
    [TRAIN_STOPPING] = "Stopping and guarding:",
    [TRAIN_RUN] = "Run:",
};

#define ROW(name, kind, member) OPTION_AT(kind, struct train_options, member), .group = TRAIN_##name
#define RESULT(name, kind, member) ROW(name, kind, member), .storage = OPTION_RESULT
#define LOCAL(name, kind, member) ROW(name, kind, member), .storage = OPTION_LOCAL
#define ONLY(condition) .applies = with_##condition, .only = condition##_text
#define FLOAT_RANGE OPTION_FROM_TO(0.0, OPTION_FLOAT_MAX)

static const struct option rows[] = {
    {"hidden", 'H', RESULT(NETWORK, SIZES, hidden), .common = true, .initial = "128",
     .usual = "128; tables 128,64", OPTION_FROM_TO(1.0, (double)DESCENT_WIDTH_MAX), .word = "none",
     .help = "Hidden layer sizes; separated by commas, or none"},
    {"activation", 'a', RESULT(NETWORK, CHOICE, activation), .choice = activation_name,
     .initial = "relu", .help = "Activation of the hidden layers"},
    {"output-activation", RESULT(NETWORK, CHOICE, output_activation), .choice = activation_name,
     .initial = "identity", .help = "Activation of the last layer"},
    {"init", RESULT(NETWORK, CHOICE, init), .choice = init_name, .initial = "auto", .fixed = true,
     .help = "Initial weights"},
    {"init-deviation", RESULT(NETWORK, NUMBER, init_deviation), .initial = "0.01",
     OPTION_FROM_TO(0.0, 1e30), .fixed = true, ONLY(normal_init),
     .help = "Standard deviation of the initial weights"},
    {"init-bias", RESULT(NETWORK, TEXT, init_bias), .initial = "zeros", .value = "BIASES",
     .fixed = true, ONLY(no_init_from),
     .help = "Initial biases: zeros, or normal:S for normal numbers with standard deviation S"},
    {"init-from", LOCAL(NETWORK, TEXT, init_from), .value = "RUN|FILE", .fixed = true,
     .help = "Start from the weights of a run or a model file, with its hidden layers unless they "
             "are given; for another number of classes the last layer is drawn anew"},
    {"loss", RESULT(OBJECTIVE, CHOICE, loss), .choice = loss_name, .initial = "cross-entropy",
     .usual = "cross-entropy, with --regression mse, with --multi-label binary-cross-entropy",
     .fixed = true,
     .help =
         "Loss; binary-cross-entropy is a sigmoid for each class or label, or one for two classes"},
    {"label-smoothing", RESULT(OBJECTIVE, NUMBER, label_smoothing), .initial = "0", OPTION_FRACTION,
     .fixed = true, ONLY(cross_entropy),
     .help = "Fraction of each target that is spread over all classes"},
    {"class-weights", RESULT(OBJECTIVE, TEXT, class_weights), .initial = "none", .value = "WEIGHTS",
     .fixed = true, ONLY(cross_entropy),
     .help = "Class weights in the loss: a list separated by commas, or balanced, which is samples "
             "/ (classes x samples of the class)"},
    {"dropout", RESULT(OBJECTIVE, NUMBER, dropout), .initial = "0", OPTION_FRACTION, ONLY(hidden),
     .help = "Probability of dropping a hidden unit in training"},
    {"input-dropout", RESULT(OBJECTIVE, NUMBER, input_dropout), .initial = "0", OPTION_FRACTION,
     .help = "Probability of dropping an input in training"},
    {"max-norm", RESULT(OBJECTIVE, NUMBER, max_norm), .initial = "0", OPTION_NOT_NEGATIVE,
     ONLY(hidden),
     .help = "Limit the norm of each hidden unit's incoming weights after every step; 0 is off"},
    {"batch", 'b', RESULT(OPTIMIZER, COUNT, batch), .common = true, .initial = "32",
     OPTION_FROM(1.0), .word = "full", .help = "Samples per step; full is all of them"},
    {"batch-schedule", RESULT(OPTIMIZER, TEXT, batch_schedule), .initial = "none", .value = "SIZES",
     .help =
         "Batch sizes that change, in place of --batch: 64,128@5,256@10 is 64 for 5 epochs, 128 "
         "until 10 are done, then 256. A growing batch can take the place of a falling learning "
         "rate (Smith et al. 2018)"},
    {"no-shuffle", RESULT(OPTIMIZER, FLAG, no_shuffle),
     .help = "Take the samples in the order of the file"},
    {"epochs", 'e', RESULT(OPTIMIZER, COUNT, epochs), .common = true, .initial = "auto",
     OPTION_FROM_TO(1.0, 1e9), .word = "auto", ONLY(no_budget),
     .help = "Passes over the training samples; auto is 10, or up to 100 to reach 3000 steps; for "
             "tables up to 2000 to reach 10000 steps"},
    {"optimizer", RESULT(OPTIMIZER, CHOICE, optimizer), .common = true, .choice = optimizer_name,
     .initial = "adamw", .help = "Optimizer"},
    {"lr", 'l', RESULT(OPTIMIZER, NUMBER, lr), .common = true, .initial = "default",
     OPTION_RANGE(0.0, OPTION_FLOAT_MAX, true, false), .word = "default", .second_word = "auto",
     .help =
         "Highest learning rate; default is 0.002 for adam and adamw, 0.001 for rmsprop, 0.1 for "
         "sgd; auto searches for one by a range test, as descent find-lr does"},
    {"momentum", RESULT(OPTIMIZER, NUMBER, momentum), .initial = "0", OPTION_FRACTION,
     ONLY(momentum), .help = "Momentum of sgd and rmsprop"},
    {"nesterov", RESULT(OPTIMIZER, FLAG, nesterov), ONLY(sgd_momentum),
     .help = "Use Nesterov's momentum"},
    {"beta1", RESULT(OPTIMIZER, NUMBER, beta1), .initial = "0.9", OPTION_FRACTION, ONLY(adam),
     .help = "Decay of adam's mean of gradients"},
    {"beta2", RESULT(OPTIMIZER, NUMBER, beta2), .initial = "0.999", OPTION_FRACTION, ONLY(adam),
     .help = "Decay of adam's mean of squared gradients"},
    {"alpha", RESULT(OPTIMIZER, NUMBER, alpha), .initial = "0.99", OPTION_FRACTION, ONLY(rmsprop),
     .help = "Decay of rmsprop's mean of squared gradients"},
    {"epsilon", RESULT(OPTIMIZER, NUMBER, epsilon), .initial = "1e-8",
     OPTION_FROM_TO(1e-45, OPTION_FLOAT_MAX), ONLY(adaptive),
     .help = "Added to the root of the mean of squared gradients"},
    {"weight-decay", RESULT(OPTIMIZER, NUMBER, weight_decay), .initial = "auto", FLOAT_RANGE,
     .word = "auto",
     .help = "Weight decay; auto is 0.1 for adamw and 0 for the others, but for tables with adamw "
             "75 x inputs / samples, at most 2.5"},
    {"decay-biases", RESULT(OPTIMIZER, FLAG, decay_biases), ONLY(decay),
     .help = "Let weight decay act on biases as well"},
    {"clip-norm", RESULT(OPTIMIZER, NUMBER, clip_norm), .initial = "0", OPTION_NOT_NEGATIVE,
     .help = "Scale larger gradients down to this norm; 0 is off"},
    {"schedule", RESULT(SCHEDULING, CHOICE, schedule), .choice = schedule_name, .initial = "cosine",
     .help = "Schedule"},
    {"warmup", RESULT(SCHEDULING, COUNT, warmup), .initial = "0", OPTION_FROM(0.0),
     .help = "Steps of linear warm-up"},
    {"lr-final", RESULT(SCHEDULING, NUMBER, lr_final), .initial = "0", FLOAT_RANGE, ONLY(lr_final),
     .help = "Lowest learning rate of linear, polynomial, cosine, cosine-restarts and plateau"},
    {"decay-period", RESULT(SCHEDULING, COUNT, decay_period), .initial = "auto", OPTION_FROM(1.0),
     .word = "auto", ONLY(period),
     .help = "Steps between two drops of step, or in the first cycle of cosine-restarts; auto is a "
             "third of all steps"},
    {"decay-factor", RESULT(SCHEDULING, NUMBER, decay_factor), .initial = "auto",
     OPTION_RANGE(0.0, 1.0, true, false), .word = "auto", ONLY(factor),
     .help = "Factor of each drop of step, each step of exponential, each reduction of plateau; "
             "auto is 0.1, and for exponential the factor that ends at a hundredth"},
    {"decay-power", RESULT(SCHEDULING, NUMBER, power), .initial = "2", OPTION_FROM_TO(0.0, 1000.0),
     ONLY(polynomial), .help = "Exponent of polynomial"},
    {"restart-factor", RESULT(SCHEDULING, COUNT, restart_factor), .initial = "1",
     OPTION_FROM_TO(1.0, 1000.0), ONLY(restarts),
     .help = "Each cycle of cosine-restarts is this many times longer"},
    {"rise-fraction", RESULT(SCHEDULING, NUMBER, rise_fraction), .initial = "0.3",
     OPTION_RANGE(0.0, 1.0, true, true), ONLY(one_cycle),
     .help = "Share of the steps in which one-cycle rises"},
    {"start-divisor", RESULT(SCHEDULING, NUMBER, start_divisor), .initial = "25",
     OPTION_FROM_TO(1.0, 1e30), ONLY(one_cycle), .help = "One-cycle starts at lr divided by this"},
    {"final-divisor", RESULT(SCHEDULING, NUMBER, final_divisor), .initial = "10000",
     OPTION_FROM_TO(1.0, 1e30), ONLY(one_cycle),
     .help = "One-cycle ends at its start divided by this"},
    {"plateau-patience", RESULT(SCHEDULING, COUNT, plateau_patience), .initial = "10",
     OPTION_FROM(0.0), ONLY(plateau), .help = "Epochs without improvement that plateau tolerates"},
    {"plateau-threshold", RESULT(SCHEDULING, NUMBER, plateau_threshold), .initial = "0.0001",
     OPTION_FROM_TO(0.0, 1.0), ONLY(plateau),
     .help = "Relative improvement that counts for plateau"},
    {"patience", 'p', RESULT(STOPPING, COUNT, patience), .initial = "none", OPTION_FROM(1.0),
     .word = "none", ONLY(validation),
     .help = "Stop after N epochs without a better validation loss; in a row"},
    {"give-up", RESULT(STOPPING, FLAG, give_up),
     .help = "Stop when nothing more can be learned: for five epochs in a row the training loss "
             "was no lower than that of the best constant answer, and a hidden layer had no "
             "gradient over all training samples at the end"},
    {"gradient-tolerance", RESULT(STOPPING, NUMBER, gradient_tolerance), .initial = "0",
     OPTION_NOT_NEGATIVE,
     .help = "Stop at the end of an epoch if the gradient's norm over all training samples is at "
             "most this; 0 is off"},
    {"target-accuracy", RESULT(STOPPING, NUMBER, target_accuracy), .initial = "0",
     OPTION_FROM_TO(0.0, 1.0), ONLY(classes),
     .help = "Stop at this accuracy on the validation samples, or in training if there are none; 0 "
             "is off"},
    {"target-loss", RESULT(STOPPING, NUMBER, target_loss), .initial = "0", OPTION_NOT_NEGATIVE,
     .help = "Stop at this loss or less on the same samples; 0 is off"},
    {"target-rmse", RESULT(STOPPING, NUMBER, target_rmse), .initial = "0", OPTION_NOT_NEGATIVE,
     ONLY(regression),
     .help = "Stop at this RMSE or less on the same samples, in the target's own units; 0 is off"},
    {"check-every", RESULT(STOPPING, NUMBER, check_every), .initial = "epoch",
     OPTION_RANGE(0.0, HUGE_VAL, true, true), .word = "epoch", .value = "SAMPLES", ONLY(checks),
     .help = "Look for the target after every so many training samples as well, or below 1 after "
             "such a share of an epoch; epoch looks at the end of each epoch alone. The result "
             "interpolates when the target was reached"},
    {"budget", RESULT(STOPPING, NUMBER, budget), .initial = "0", OPTION_NOT_NEGATIVE,
     .help =
         "Seconds for training and its evaluations; the schedule is fitted to end with them; 0 is "
         "off. A resumed run uses the remaining time. Timed runs cannot be repeated bit for bit"},
    {"loss-limit", RESULT(STOPPING, NUMBER, loss_limit), .initial = "100", OPTION_NOT_NEGATIVE,
     .help = "Fail if the running mean of the loss exceeds this many times the loss of the "
             "untrained network, or of guessing; 0 is off"},
    {"recover", RESULT(STOPPING, FLAG, recover),
     .help = "If the loss explodes or is not finite, return to the end of the last epoch and "
             "continue with a tenth of the learning rate, three times at most"},
    {"until", ROW(STOPPING, COUNT, until), .initial = "none", OPTION_FROM_TO(1.0, 1e9),
     .word = "none", .value = "EPOCH",
     .help = "Pause at the end of this epoch and save; --resume goes on, to the bytes of a run "
             "that did not pause. Unlike --epochs it does not shorten the schedule"},
    {"checkpoint-every", LOCAL(STOPPING, NUMBER, checkpoint_every), .initial = "1",
     OPTION_NOT_NEGATIVE, .word = "end", .value = "SECONDS",
     .help = "Save at the end of an epoch if the last save is at least this long ago; 0 saves "
             "every epoch, end only the last. An interrupt or a failure always saves"},
    SOURCE_OPTIONS(struct train_options, source, TRAIN_DATA),
    {"validation", RESULT(DATA, NUMBER, validation), .initial = "auto", OPTION_FRACTION,
     .word = "auto", .prefix = "last:", .value = "X|last:N", .fixed = true, ONLY(no_fold),
     .help = "Fraction of the training samples held back for validation, or last:N for the last N; "
             "auto is 0.1, or 0 for fewer than 20 samples"},
    {"fold", RESULT(DATA, PAIR, fold), .between = '/', OPTION_FROM_TO(1.0, (double)UINT32_MAX),
     .value = "K/N", .fixed = true,
     .help =
         "Hold back fold K of N for validation, in place of a fraction. The folds depend on the "
         "data and N alone, each sample is in one, and each has its share of every class"},
    {"standardize", RESULT(DATA, CHOICE, standardize), .choice = standardize_name,
     .initial = "auto", .fixed = true,
     .help = "Standardise the inputs by the training samples' mean and standard deviation; feature "
             "does so for each feature, set for all numbers together; auto is feature for tables, "
             "none for images and bytes"},
    {"raw-targets", RESULT(DATA, FLAG, raw_targets), .fixed = true, ONLY(regression),
     .help = "Train on regression targets in their own units; otherwise they are standardised to "
             "mean 0 and standard deviation 1"},
    {"augment", RESULT(DATA, TEXT, augment), .initial = "none", .value = "SPEC",
     .help = "Vary training images a little each time: any of shift=PIXELS, rotate=DEGREES, "
             "scale=FRACTION, shear=FRACTION, elastic=ALPHA:SIGMA, noise=DEVIATION, separated by "
             "commas, or none"},
    {"seed", 's', RESULT(RUN, COUNT, seed), .common = true, .initial = "1", OPTION_FROM(0.0),
     .fixed = true,
     .help = "Seed of all random choices: the initial weights, the validation split, the order, "
             "dropout and augmentation"},
    {"threads", 't', LOCAL(RUN, COUNT, threads), .initial = "auto",
     OPTION_FROM_TO(1.0, DESCENT_THREADS_MAX), .word = "auto",
     .help = "Threads; auto is as many as the work pays, and one at times when other work on the "
             "machine holds the others up"},
    {"engine", RESULT(RUN, CHOICE, engine.kind), .choice = engine_name, .initial = "blas",
     .help = "Engine that computes the network; packed gives the same bits on every machine, and a "
             "sample the same outputs in any batch"},
    {"instruction-set", OPTION_FROM_TABLE(ENGINE_TABLE, struct train_options, engine),
     .group = TRAIN_RUN},
    {"log-every", LOCAL(RUN, COUNT, log_every), .initial = "auto", OPTION_FROM_TO(1.0, 1e9),
     .word = "auto",
     .help = "Show one epoch in so many, and the last; auto shows about twenty. metrics.csv has "
             "all"},
    {"log-layers", LOCAL(RUN, FLAG, log_layers),
     .help = "Write the norms of each layer's weights and gradient (over all training samples) to "
             "layers.csv after each epoch"},
    {"log-sharpness", LOCAL(RUN, FLAG, log_sharpness), .fixed = true,
     .help = "Write the largest eigenvalue of the loss's Hessian, over all training samples, to "
             "metrics.csv after each epoch, beside the one that the learning rate allows; each "
             "time costs as "
             "much as ten to thirty epochs. Training does not depend on it"},
    {"sharpness-every", LOCAL(RUN, COUNT, sharpness_every), .initial = "1",
     OPTION_FROM_TO(1.0, 1e9), .value = "EPOCHS", ONLY(log_sharpness),
     .help = "Measure it after one epoch in so many"},
    {"log-noise-scale", LOCAL(RUN, FLAG, log_noise_scale), .fixed = true,
     .help =
         "Write the gradient noise scale of each epoch to metrics.csv: batches far below it save "
         "steps in proportion to their size, batches far above it hardly any (McCandlish et "
         "al. 2018). It costs up to 5 % of the time. Training does not depend on it"},
    {"log-test", LOCAL(RUN, FLAG, log_test), .fixed = true, ONLY(test),
     .help = "Write the results on the test samples to metrics.csv after each epoch as well, as "
             "published curves show them. Training does not depend on them"},
    {"no-test", LOCAL(RUN, FLAG, no_test), ONLY(no_log_test),
     .help = "Leave the test samples unseen: no figures of them, here or in the run's files, while "
             "options are still being chosen. descent evaluate scores them in the end"},
    {"out", 'o', ROW(RUN, TEXT, out), .common = true, .value = "RUN",
     .help = "Run folder (default: models/NAME-DATE-TIME)"},
    {"force", 'f', ROW(RUN, FLAG, force), .help = "Replace the run in the folder"},
    {"resume", 'r', ROW(RUN, TEXT, resume), .common = true, .value = "RUN",
     .help = "Continue the run in this folder; it stores DATA and all options"},
    {"quiet", 'q', ROW(RUN, FLAG, quiet), .help = "No messages"},
    {"json", 'j', ROW(RUN, FLAG, json), .help = "Print one JSON object"},
};

_Static_assert(sizeof rows / sizeof rows[0] <= OPTIONS_MAX, "arguments have room for all options");

const struct option_table TRAIN_OPTIONS = OPTION_TABLE(
    rows, groups, "DATA", .run_files = true,
    .about =
        "Trains on the data's training part, chooses the best weights by a validation part held "
        "back from it, and tells at the end how good they are on the test part. What is not given "
        "follows from the data: tables and images, classes and numbers have defaults of their own, "
        "which are printed.\n\nThe folder of the run is made first, models/NAME-DATE-TIME if not "
        "given, and saved to while training goes on. Ctrl-C finishes the step, saves, and says how "
        "to resume; a second one ends at once. A resumed run gives the bytes of one that was never "
        "interrupted, for any number of threads.\n\nWhere the loss is not finite, training ends "
        "and names the layer and the step; the folder keeps the last good weights.",
    .operands = "DATA is " SOURCE_KINDS,
    .examples = {
        {"descent train digits", "Trains with the defaults, and writes models/digits-DATE-TIME."},
        {"descent train mnist --hidden 256,128 --epochs 20 --out models/mnist",
         "Two hidden layers, and a folder of that name."},
        {"descent train prices.csv --regression --label-column price",
         "Predicts the numbers of a column from the others; --resume models/... goes on with a "
         "run."},
    });

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

static const double default_lr[] = {[DESCENT_OPTIMIZER_SGD] = 0.1,
                                    [DESCENT_OPTIMIZER_RMSPROP] = 0.001,
                                    [DESCENT_OPTIMIZER_ADAM] = 0.002,
                                    [DESCENT_OPTIMIZER_ADAMW] = 0.002};

double train_options_usual_lr(const struct train_options *options)
{
    return default_lr[options->optimizer];
}

void train_options_resolve_steps(struct train_options *options, uint64_t steps)
{
    if (options->lr == OPTION_AUTO) {
        options->lr = train_options_usual_lr(options);
    }
    if (options->weight_decay == OPTION_AUTO) {
        options->weight_decay = options->optimizer == DESCENT_OPTIMIZER_ADAMW ? 0.1 : 0.0;
    }
    descent_schedule schedule = train_options_schedule(options, steps);
    bool fitted = options->budget > 0.0; /* anew in every step */
    if (with_period(options) && !fitted) {
        options->decay_period = schedule.period;
    }
    if (with_factor(options) && !fitted) {
        options->decay_factor = schedule.gamma;
    }
}

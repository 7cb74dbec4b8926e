/*
 * From options and data to what the library needs: numbers of steps, optimizer and schedule; the
 * first weights; the weights of classes; and the fit, which trains.
 */
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t train_options_batch(const struct train_options *options, size_t samples)
{
    bool full = options->batch == 0 || options->batch > samples;
    return full ? samples : (size_t)options->batch;
}

descent_optimizer train_options_optimizer(const struct train_options *options)
{
    return (descent_optimizer){
        .kind = (descent_optimizer_kind)options->optimizer,
        .momentum = options->momentum,
        .nesterov = options->nesterov,
        .beta1 = options->beta1,
        .beta2 = options->beta2,
        .alpha = options->alpha,
        .epsilon = options->epsilon,
        .weight_decay = options->weight_decay,
    };
}

/* What "auto" leaves to the number of steps is 0. */
static descent_schedule schedule_of(const struct train_options *options)
{
    descent_schedule schedule = DESCENT_SCHEDULE_DEFAULT;
    schedule.kind = (descent_schedule_kind)options->schedule;
    schedule.lr = options->lr;
    schedule.lr_final = options->lr_final;
    schedule.warmup = options->warmup;
    schedule.period = options->decay_period;
    schedule.gamma = options->decay_factor != OPTION_AUTO ? options->decay_factor : 0.0;
    schedule.period_factor = options->restart_factor;
    schedule.power = options->power;
    schedule.warmup_fraction = options->rise_fraction;
    schedule.start_divisor = options->start_divisor;
    schedule.final_divisor = options->final_divisor;
    schedule.patience = options->plateau_patience;
    schedule.threshold = options->plateau_threshold;
    return schedule;
}

descent_schedule train_options_schedule(const struct train_options *options, uint64_t steps)
{
    const descent_schedule schedule = schedule_of(options);
    return descent_schedule_over(&schedule, steps);
}

/* What follows "normal:", or nothing. */
static const char *deviation_in(const char *text)
{
    static const char normal[] = "normal:";
    return strncmp(text, normal, sizeof normal - 1) == 0 ? text + sizeof normal - 1 : "";
}

enum exit_status train_read_init_bias(double *deviation, const char *text)
{
    double number = 0.0;
    bool zeros = strcmp(text, "zeros") == 0;
    if (!zeros && !(text_read_number(&number, deviation_in(text)) && number >= 0.0 &&
                    number <= OPTION_FLOAT_MAX)) {
        return cli_usage("--init-bias: expected zeros, or normal:DEVIATION with a number >= 0, "
                         "found \"%.100s\"",
                         text);
    }
    *deviation = number;
    return DONE;
}

/* One output a target, or what the loss needs for the classes. */
static size_t outputs_of(const struct train_options *options, const struct train_data *data)
{
    size_t outputs = train_outputs(data);
    bool targets = descent_dataset_outputs(data->source) > 0;
    return targets ? outputs : descent_loss_outputs((descent_loss_kind)options->loss, outputs);
}

static descent_model_config model_config(const struct train_options *options,
                                         const struct train_data *data)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = options->hidden.count + 1;
    config.sizes[0] = descent_dataset_features(data->source);
    for (size_t l = 0; l < options->hidden.count; l++) {
        config.sizes[l + 1] = options->hidden.sizes[l];
    }
    config.sizes[config.layers] = outputs_of(options, data);
    config.activation = (descent_activation)options->activation;
    config.output_activation = (descent_activation)options->output_activation;
    config.init = (descent_init)options->init;
    config.init_deviation = options->init_deviation;
    config.seed = options->seed;
    return config;
}

enum exit_status train_model_create(struct training *training)
{
    descent_model_config config = model_config(&training->options, &training->data);
    CLI_TRY(train_read_init_bias(&config.bias_deviation, training->options.init_bias));
    CLI_TRY_LIBRARY(descent_model_create(&training->model, &config));
    return DONE;
}

enum exit_status train_model_compare(const struct training *training, const descent_model *model,
                                     const char *path)
{
    char wanted[TRAIN_DESCRIPTION_SIZE], found[TRAIN_DESCRIPTION_SIZE];
    descent_model_describe(training->model, wanted, sizeof wanted);
    descent_model_describe(model, found, sizeof found);
    if (strcmp(wanted, found) != 0) {
        return cli_failed("%s: expected the network %s that data and options describe, found %s",
                          path, wanted, found);
    }
    return DONE;
}

static enum exit_status plan_model(struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_CHECKPOINT);
    if (training->checkpoint != NULL || training->options.init_from == NULL) {
        CLI_TRY(train_model_create(training));
        return training->checkpoint == NULL
                   ? DONE
                   : train_model_compare(training, descent_checkpoint_model(training->checkpoint),
                                         path.text);
    }
    return train_init_from(training);
}

/* Balanced weights give all classes the same sum over the training samples: samples / (classes ×
 * samples of the class), as scikit-learn's class_weight="balanced". */
static enum exit_status balance(float *weights, const descent_dataset *train)
{
    size_t classes = descent_dataset_classes(train);
    const size_t *counts = descent_dataset_class_counts(train);
    for (size_t c = 0; c < classes; c++) {
        if (counts[c] == 0) {
            return cli_failed("--class-weights balanced: expected samples of each of %zu classes "
                              "to train on, found none of class \"%.100s\"",
                              classes, descent_dataset_class_names(train)[c]);
        }
        double count = (double)counts[c] * (double)classes;
        weights[c] = (float)((double)descent_dataset_count(train) / count);
    }
    return DONE;
}

/* A number that is above 0 and finite as the float that it becomes. */
static bool read_weight(float *weight, const char *text)
{
    double number;
    bool valid = text_read_number(&number, text);
    *weight = valid ? (float)number : 0.0f;
    return *weight > 0.0f && isfinite(*weight);
}

/* Counts the numbers in a list, and stores the first that there is room for. */
static enum exit_status read_list(float *weights, size_t room, size_t *count, const char *text)
{
    *count = 0;
    for (const char *rest = text; rest != NULL; *count += 1) {
        char part[TEXT_SIZE];
        float weight;
        if (!text_next(&rest, ',', part) || !read_weight(&weight, part)) {
            return cli_usage("--class-weights: expected balanced, or numbers > 0 with commas "
                             "between, one for each class, found \"%.200s\"",
                             text);
        }
        if (*count < room) {
            weights[*count] = weight;
        }
    }
    return DONE;
}

static bool is_list(const char *text)
{
    return strcmp(text, "none") != 0 && strcmp(text, "balanced") != 0;
}

enum exit_status train_check_class_weights(const char *text)
{
    size_t count;
    return is_list(text) ? read_list(NULL, 0, &count, text) : DONE;
}

static enum exit_status store_list(float *weights, size_t classes, const char *text)
{
    size_t found;
    CLI_TRY(read_list(weights, classes, &found, text));
    return found == classes
               ? DONE
               : cli_usage("--class-weights: expected %zu numbers, one for each class, found %zu",
                           classes, found);
}

/* The longest list that a resumed run still reads as a whole. */
enum { LIST_LENGTH_MAX = 4000 };

/* The weights of classes in the loss, as the options say and the training samples are. */
static enum exit_status create_weights(struct training *training)
{
    const char *text = training->options.class_weights;
    size_t classes = descent_dataset_classes(training->data.train);
    if (strcmp(text, "none") == 0) {
        return DONE;
    }
    if (strlen(text) > LIST_LENGTH_MAX) {
        return cli_usage("--class-weights: expected at most %d characters, found %zu",
                         LIST_LENGTH_MAX, strlen(text));
    }
    training->class_weights = calloc(classes, sizeof *training->class_weights);
    if (training->class_weights == NULL) {
        return cli_failed("out of memory for the weights of %zu classes", classes);
    }
    return is_list(text) ? store_list(training->class_weights, classes, text)
                         : balance(training->class_weights, training->data.train);
}

static double clock_of(void *context)
{
    (void)context;
    return progress_clock();
}

static uint64_t noise_period(const struct train_options *options)
{
    bool plain = options->optimizer == DESCENT_OPTIMIZER_SGD && options->momentum == 0.0;
    bool packed = options->engine.kind == DESCENT_ENGINE_PACKED;
    return !options->log_noise_scale ? 0
           : !plain                  ? TRAIN_NOISE_PERIOD
           : packed                  ? TRAIN_NOISE_PERIOD_PLAIN
                                     : TRAIN_NOISE_PERIOD_PLAIN_BLAS;
}

descent_fit_config train_fit_config(const struct training *training)
{
    const struct train_options *options = &training->options;
    const descent_preparation *preparation = training->data.preparation;
    descent_fit_config config = {
        .trainer = {.engine = (descent_engine)options->engine.kind,
                    .loss = {.kind = (descent_loss_kind)options->loss,
                             .label_smoothing = options->label_smoothing,
                             .class_weights = training->class_weights},
                    .optimizer = train_options_optimizer(options),
                    .batch = (size_t)options->batch,
                    .dropout = options->dropout,
                    .input_dropout = options->input_dropout,
                    .max_norm = options->max_norm,
                    .clip_norm = options->clip_norm,
                    .decay_biases = options->decay_biases,
                    .norm_period = TRAIN_NORM_PERIOD,
                    .noise_period = noise_period(options),
                    .seed = options->seed,
                    .threads = (int)options->threads},
        .batch_stages = training->batches.count,
        .schedule = schedule_of(options),
        .no_shuffle = options->no_shuffle,
        .preparation = preparation,
        .epochs = options->epochs,
        .patience = options->patience,
        .give_up = options->give_up,
        .target_accuracy = options->target_accuracy,
        .target_loss = options->target_loss,
        .target_rmse = options->target_rmse,
        .check_every = options->check_every > 0.0 ? (uint64_t)options->check_every : 0,
        .gradient_tolerance = options->gradient_tolerance,
        .measure_gradient = options->log_layers,
        .loss_limit = options->loss_limit,
        .recoveries = options->recover ? TRAIN_RECOVERIES_MAX : 0,
        .keep_epoch = true,
        .budget = options->budget,
        .clock = clock_of,
    };
    memcpy(config.batch_stage, training->batches.stage, sizeof config.batch_stage);
    if (preparation != NULL && config.trainer.loss.kind == DESCENT_LOSS_MSE) {
        config.trainer.loss.target_deviations = descent_preparation_target_deviation(preparation);
    }
    if (options->lr == OPTION_SECOND) {
        config.schedule.lr = 1.0; /* a range test finds another */
    }
    return config;
}

static enum exit_status create_fit(struct training *training)
{
    descent_fit_config config = train_fit_config(training);
    config.watch = train_watch;
    config.context = training;
    CLI_TRY(source_augment_read(&config.augment, training->options.augment));
    CLI_TRY_LIBRARY(descent_fit_create(&training->fit, training->model, training->data.train,
                                       training->data.validation, &config));
    return DONE;
}

enum exit_status train_plan_fit(struct training *training)
{
    CLI_TRY(train_batches_read(training));
    train_defaults(training);
    CLI_TRY(create_weights(training));
    CLI_TRY(plan_model(training));
    if (training->checkpoint == NULL) { /* a run that began so goes on so */
        CLI_TRY(train_check_output_activation(&training->options));
        CLI_TRY(train_check_reach(training));
    }
    return create_fit(training);
}

/* The range test spoils the fit: a new one follows. */
static enum exit_status search_lr(struct training *training)
{
    CLI_TRY(range_test_run(&training->search, RANGE_TEST_FROM, RANGE_TEST_TO, 0, training->fit));
    if (isnan(training->search.suggestion)) {
        return cli_failed("--lr auto: the range test has no suggestion: %s; give a number",
                          range_test_trouble(&training->search));
    }
    training->options.lr = training->search.suggestion;
    descent_fit_destroy(training->fit);
    training->fit = NULL;
    return create_fit(training);
}

/* What would come into effect only behind the end of the run. */
static enum exit_status check_length(const struct training *training)
{
    const struct train_options *options = &training->options;
    const struct option_arguments *arguments = &training->arguments;
    uint64_t steps = descent_fit_schedule(training->fit)->steps;
    bool known = options->budget <= 0.0;
    if (known && TRAIN_OPTION_GIVEN(arguments, warmup) && options->warmup >= steps) {
        return cli_usage("--warmup: expected fewer steps than the %ju of the run, found %ju",
                         (uintmax_t)steps, (uintmax_t)options->warmup);
    }
    if (known && TRAIN_OPTION_GIVEN(arguments, patience) && options->patience >= options->epochs) {
        return cli_usage("--patience: expected fewer epochs than the %ju of the run, found %ju",
                         (uintmax_t)options->epochs, (uintmax_t)options->patience);
    }
    size_t stages = training->batches.count;
    uint64_t last = stages > 0 ? training->batches.stage[stages - 1].epoch : 0;
    if (known && TRAIN_OPTION_GIVEN(arguments, batch_schedule) && last >= options->epochs) {
        return cli_usage(
            "--batch-schedule: expected changes after fewer epochs than the %ju of the "
            "run, found one after %ju",
            (uintmax_t)options->epochs, (uintmax_t)last);
    }
    return DONE;
}

enum exit_status train_plan(struct training *training)
{
    CLI_TRY(train_plan_fit(training));
    CLI_TRY(check_length(training));
    return training->options.lr == OPTION_SECOND ? search_lr(training) : DONE;
}

/*
 * From options and data to what the library needs: model, trainer, loader and schedule.
 */
#include "cli/train/train.h"

#include <string.h>

/* A larger batch is fed in parts of this many samples, so that memory stays small. */
enum { PART_MAX = 4096, EVALUATION_BATCH = 512 };

static descent_model_config model_config(const struct train_options *options,
                                         const struct train_data *data)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = options->hidden.count + 1;
    config.sizes[0] = descent_dataset_features(data->source);
    for (size_t l = 0; l < options->hidden.count; l++) {
        config.sizes[l + 1] = options->hidden.sizes[l];
    }
    config.sizes[config.layers] = train_outputs(data);
    config.activation = (descent_activation)options->activation;
    config.output_activation = (descent_activation)options->output_activation;
    config.init = (descent_init)options->init;
    config.init_deviation = options->init_deviation;
    config.seed = options->seed;
    return config;
}

static descent_trainer_config trainer_config(const struct training *training, size_t batch)
{
    const struct train_options *options = &training->options;
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.loss.kind = (descent_loss_kind)options->loss;
    config.loss.label_smoothing = options->label_smoothing;
    config.loss.class_weights = training->class_weights;
    if (training->data.preparation != NULL && config.loss.kind == DESCENT_LOSS_MSE) {
        config.loss.target_deviations =
            descent_preparation_target_deviation(training->data.preparation);
    }
    config.optimizer = train_options_optimizer(options);
    config.batch = batch;
    config.evaluation_batch = EVALUATION_BATCH;
    config.dropout = options->dropout;
    config.clip_norm = options->clip_norm;
    config.decay_biases = options->decay_biases;
    config.seed = options->seed;
    config.threads = (int)options->threads;
    return config;
}

/* Takes over a file's architecture, as far as the options do not say another. */
static void adopt(struct training *training, const descent_model *model)
{
    struct train_options *options = &training->options;
    const struct option_arguments *arguments = &training->arguments;
    size_t hidden = descent_model_layers(model) - 1;
    if (!train_option_given(arguments, offsetof(struct train_options, hidden))) {
        options->hidden.count = hidden;
        for (size_t l = 0; l < hidden; l++) {
            options->hidden.sizes[l] = descent_model_layer(model, l).outputs;
        }
    }
    if (hidden > 0 && !train_option_given(arguments, offsetof(struct train_options, activation))) {
        options->activation = (int)descent_model_layer(model, 0).activation;
    }
    if (!train_option_given(arguments, offsetof(struct train_options, output_activation))) {
        options->output_activation = (int)descent_model_layer(model, hidden).activation;
    }
}

static enum exit_status create_model(struct training *training)
{
    descent_model_config config = model_config(&training->options, &training->data);
    bool created = descent_model_create(&training->model, &config) == DESCENT_OK;
    return created ? DONE : cli_library_failed();
}

/* FAILED, with both shapes, where a file's model is not the one that the options describe. */
static enum exit_status compare(const struct training *training, const descent_model *model,
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

/* A network goes on with the preparation that it knows, unless the options say another. */
static enum exit_status adopt_preparation(struct training *training,
                                          const descent_safetensors *file)
{
    const struct option_arguments *arguments = &training->arguments;
    const char *text = descent_safetensors_metadata(file, "preparation");
    bool chosen = train_option_given(arguments, offsetof(struct train_options, standardize)) ||
                  train_option_given(arguments, offsetof(struct train_options, raw_targets));
    return text == NULL || chosen ? DONE
                                  : train_data_adopt(&training->data, &training->options, text);
}

static enum exit_status init_from_file(struct training *training)
{
    const char *path = training->options.init_from;
    descent_model *model;
    descent_safetensors *file;
    if (descent_model_load(&model, &file, path) != DESCENT_OK) {
        return cli_library_failed();
    }
    adopt(training, model);
    enum exit_status status = create_model(training);
    if (status == DONE) {
        status = compare(training, model, path);
    }
    if (status == DONE) {
        status = adopt_preparation(training, file);
    }
    if (status == DONE) {
        memcpy(descent_model_parameters(training->model), descent_model_parameters(model),
               descent_model_parameter_count(model) * sizeof(float));
    }
    descent_model_destroy(model);
    descent_safetensors_destroy(file);
    return status;
}

static enum exit_status plan_model(struct training *training)
{
    if (training->checkpoint == NULL && training->options.init_from != NULL) {
        return init_from_file(training);
    }
    enum exit_status status = create_model(training);
    if (status == DONE && training->checkpoint != NULL) {
        struct run_path path = run_path(&training->run, RUN_CHECKPOINT);
        status = compare(training, descent_checkpoint_model(training->checkpoint), path.text);
    }
    return status;
}

static descent_status plan_best(struct training *training)
{
    if (training->data.validation == NULL) {
        return DESCENT_OK;
    }
    descent_model_config config = model_config(&training->options, &training->data);
    config.init = DESCENT_INIT_ZEROS; /* filled before it is read */
    return descent_model_create(&training->best, &config);
}

static descent_status plan_trainer(struct training *training)
{
    const struct train_options *options = &training->options;
    size_t samples = descent_dataset_count(training->data.train);
    size_t batch = train_options_batch(options, samples);
    descent_loader_config order = {.batch = batch < PART_MAX ? batch : PART_MAX,
                                   .shuffle = !options->no_shuffle,
                                   .seed = options->seed,
                                   .threads = (int)options->threads,
                                   .preparation = training->data.preparation};
    descent_trainer_config config = trainer_config(training, order.batch);
    uint64_t steps = train_options_batches(options, samples);
    config.norm_period = steps < TRAIN_NORM_PERIOD ? steps : TRAIN_NORM_PERIOD;
    descent_status status = descent_augment_init(&order.augment, options->augment);
    if (status == DESCENT_OK) {
        status = descent_trainer_create(&training->trainer, training->model, &config);
    }
    if (status == DESCENT_OK) {
        order.copies = descent_trainer_threads(training->trainer);
        status = descent_loader_create(&training->loader, training->data.train, &order);
    }
    return status;
}

enum exit_status train_plan_trainer(struct training *training)
{
    train_options_resolve(&training->options, descent_dataset_count(training->data.train));
    descent_augment augment;
    enum exit_status status = source_augment_read(&augment, training->options.augment);
    if (status == DONE) {
        status = train_weights_create(training);
    }
    if (status == DONE) {
        status = plan_model(training);
    }
    if (status == DONE && plan_trainer(training) != DESCENT_OK) {
        status = cli_library_failed();
    }
    return status;
}

/* The range test spoils the trainer, whose weights are a copy of the model's: a new one follows. */
static enum exit_status search_lr(struct training *training)
{
    const struct range_test_setup setup = RANGE_TEST_DEFAULT;
    enum exit_status status = train_range_test(training, &setup, &training->search);
    if (status != DONE) {
        return status;
    }
    if (isnan(training->search.suggestion)) {
        return cli_failed("--lr auto: the range test has no suggestion: %s; give a number",
                          range_test_trouble(&training->search));
    }
    training->options.lr = training->search.suggestion;
    descent_trainer_destroy(training->trainer);
    descent_loader_destroy(training->loader);
    training->trainer = NULL;
    training->loader = NULL;
    return plan_trainer(training) == DESCENT_OK ? DONE : cli_library_failed();
}

static enum exit_status plan_schedule(struct training *training)
{
    const struct train_options *options = &training->options;
    size_t samples = descent_dataset_count(training->data.train);
    training->schedule = train_options_schedule(options, train_options_steps(options, samples));
    bool valid = descent_schedule_check(&training->schedule) == DESCENT_OK;
    return valid ? DONE : cli_library_failed();
}

enum exit_status train_plan(struct training *training)
{
    training->done = (descent_progress)DESCENT_PROGRESS_DEFAULT;
    enum exit_status status = train_plan_trainer(training);
    if (status == DONE && training->options.lr == OPTION_SECOND) {
        status = search_lr(training);
    }
    if (status == DONE) {
        status = plan_schedule(training);
    }
    if (status == DONE && plan_best(training) != DESCENT_OK) {
        status = cli_library_failed();
    }
    return status;
}

enum exit_status train_range_test(struct training *training, const struct range_test_setup *setup,
                                  struct range_test *test)
{
    size_t samples = descent_dataset_count(training->data.train);
    size_t batch = train_options_batch(&training->options, samples);
    struct train_feed feed = train_feed_create(training->loader, training->model);
    return range_test_run(test, setup, training->trainer, feed, samples, batch);
}

/* What is done with each batch of a data set of so many samples. */
typedef descent_status visit(descent_trainer *trainer, const descent_batch *batch, size_t total,
                             descent_metrics *metrics);

static descent_status visit_all(const struct training *training, const descent_dataset *dataset,
                                visit *body, descent_metrics *metrics)
{
    const descent_loader_config config = {.batch = EVALUATION_BATCH,
                                          .threads = (int)training->options.threads,
                                          .preparation = training->data.preparation};
    descent_loader *loader;
    descent_status status = descent_loader_create(&loader, dataset, &config);
    descent_batch batch;
    while (status == DESCENT_OK && descent_loader_next(loader, &batch)) {
        status = body(training->trainer, &batch, descent_dataset_count(dataset), metrics);
    }
    descent_loader_destroy(loader);
    return status;
}

static descent_status evaluate_batch(descent_trainer *trainer, const descent_batch *batch,
                                     size_t total, descent_metrics *metrics)
{
    (void)total;
    return descent_trainer_evaluate(trainer, batch, metrics);
}

descent_status train_evaluate(const struct training *training, const descent_dataset *dataset,
                              descent_metrics *metrics)
{
    return visit_all(training, dataset, evaluate_batch, metrics);
}

descent_status train_measure(const struct training *training, const descent_dataset *dataset)
{
    return visit_all(training, dataset, descent_trainer_measure, NULL);
}

/*
 * The parts of a fit. Everything that its epochs need is planned here, and every bad argument is
 * refused here.
 */
#include "fit/fit_private.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>

/* Samples of a loader's batch, at most, and of an evaluation's unless others are asked for. */
enum { PART_MAX = 4096, EVALUATION_BATCH = 512 };

static descent_status check_numbers(const descent_fit_config *config)
{
    const struct {
        bool valid;
        const char *expected;
        double found;
    } checks[] = {
        {config->budget >= 0.0 && isfinite(config->budget), "budget ≥ 0", config->budget},
        {config->budget == 0.0 || config->clock != NULL, "a clock with a budget", 0.0},
        {config->epochs >= 1 || config->budget > 0.0, "epochs ≥ 1 without a budget",
         (double)config->epochs},
        {config->target_accuracy >= 0.0 && config->target_accuracy <= 1.0,
         "target_accuracy in [0, 1]", config->target_accuracy},
        {config->target_loss >= 0.0 && isfinite(config->target_loss), "target_loss ≥ 0",
         config->target_loss},
        {config->target_rmse >= 0.0 && isfinite(config->target_rmse), "target_rmse ≥ 0",
         config->target_rmse},
        {config->gradient_tolerance >= 0.0 && isfinite(config->gradient_tolerance),
         "gradient_tolerance ≥ 0", config->gradient_tolerance},
        {config->loss_limit >= 0.0 && isfinite(config->loss_limit), "loss_limit ≥ 0",
         config->loss_limit},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i].valid) {
            return descent_fail(DESCENT_ERROR_INVALID, "fit: expected %s, found %g",
                                checks[i].expected, checks[i].found);
        }
    }
    return DESCENT_OK;
}

/* A data set must be one of the model's: a batch no longer tells how wide its rows are. */
static descent_status check_dataset(const descent_model *model, descent_loss_kind loss,
                                    const descent_dataset *dataset)
{
    size_t inputs = descent_model_inputs(model), outputs = descent_model_outputs(model);
    size_t features = descent_dataset_features(dataset);
    size_t targets = descent_dataset_outputs(dataset), classes = descent_dataset_classes(dataset);
    if (features != inputs) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "fit: expected samples of %zu numbers, the inputs of the model, found "
                            "%zu",
                            inputs, features);
    }
    size_t most = targets > 0 ? outputs : descent_loss_classes(loss, outputs);
    if (targets > 0 ? targets != most : classes > most) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "fit: expected %zu %s, by the %zu outputs of the model, found %zu",
                            most, targets > 0 ? "targets" : "classes at most", outputs,
                            targets > 0 ? targets : classes);
    }
    return DESCENT_OK;
}

/* Of binary cross-entropy: every one is a share, and stays one. */
static descent_status check_targets(const descent_fit *fit, const descent_dataset *dataset)
{
    const descent_preparation *preparation = fit->config.preparation;
    size_t outputs = descent_dataset_outputs(dataset);
    if (preparation != NULL && descent_preparation_target_deviation(preparation) != NULL) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "fit: expected targets as they are with %s, found a preparation that "
                            "standardizes them",
                            descent_loss_name(DESCENT_LOSS_BINARY_CROSS_ENTROPY));
    }
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        DESCENT_TRY(descent_loss_check_target(descent_dataset_target(dataset, i), outputs, i));
    }
    return DESCENT_OK;
}

descent_status descent_fit_check_part(const descent_fit *fit, const descent_model *model,
                                      const descent_dataset *dataset)
{
    descent_loss_kind loss = fit->config.trainer.loss.kind;
    DESCENT_TRY(check_dataset(model, loss, dataset));
    bool shares = loss == DESCENT_LOSS_BINARY_CROSS_ENTROPY && descent_dataset_outputs(dataset) > 0;
    return shares ? check_targets(fit, dataset) : DESCENT_OK;
}

static descent_status check_data(const descent_fit *fit, const descent_model *model)
{
    const descent_fit_config *config = &fit->config;
    bool labels = descent_dataset_outputs(fit->train) == 0;
    DESCENT_TRY(descent_fit_check_part(fit, model, fit->train));
    if (fit->validation != NULL) {
        DESCENT_TRY(descent_fit_check_part(fit, model, fit->validation));
    } else if (config->patience > 0) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "fit: expected validation samples with patience, found none");
    }
    if (!labels && config->trainer.loss.kind == DESCENT_LOSS_CROSS_ENTROPY) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "fit: expected labels with cross-entropy, found targets");
    }
    return descent_target_check_data(fit);
}

descent_status descent_fit_copy_shape(descent_model **copy, const descent_model *model)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = descent_model_layers(model);
    config.sizes[0] = descent_model_inputs(model);
    for (size_t l = 0; l < config.layers; l++) {
        config.sizes[l + 1] = descent_model_layer(model, l).outputs;
    }
    config.activation = descent_model_layer(model, 0).activation;
    config.output_activation = descent_model_layer(model, config.layers - 1).activation;
    config.init = DESCENT_INIT_ZEROS;
    return descent_model_create(copy, &config);
}

static descent_status create_trainer(descent_fit *fit, const descent_model *model)
{
    descent_trainer_config config = fit->config.trainer;
    uint64_t steps = descent_batches_steps(fit);
    config.batch = fit->batch < PART_MAX ? fit->batch : PART_MAX;
    config.evaluation_batch =
        config.evaluation_batch != 0 ? config.evaluation_batch : EVALUATION_BATCH;
    config.norm_period = config.norm_period < steps ? config.norm_period : steps;
    config.noise_period = config.noise_period < steps ? config.noise_period : steps;
    fit->config.trainer.evaluation_batch = config.evaluation_batch;
    return descent_trainer_create(&fit->trainer, model, &config);
}

descent_status descent_fit_load_whole(const descent_fit *fit, descent_loader **loader,
                                      const descent_dataset *dataset)
{
    const descent_loader_config config = {.batch = fit->config.trainer.evaluation_batch,
                                          .threads = fit->config.trainer.threads,
                                          .preparation = fit->config.preparation};
    return descent_loader_create(loader, dataset, &config);
}

descent_status descent_fit_plan_batch(descent_fit *fit, const descent_model *model)
{
    const descent_fit_config *config = &fit->config;
    DESCENT_TRY(create_trainer(fit, model));
    const descent_loader_config order = {
        .batch = fit->batch < PART_MAX ? fit->batch : PART_MAX,
        .shuffle = !config->no_shuffle,
        .seed = config->trainer.seed,
        .threads = config->trainer.threads,
        .copies = descent_trainer_threads(fit->trainer),
        .augment = config->augment,
        .preparation = config->preparation,
    };
    return descent_loader_create(&fit->batches, fit->train, &order);
}

static descent_status create_loaders(descent_fit *fit)
{
    DESCENT_TRY(descent_fit_load_whole(fit, &fit->whole, fit->train));
    return fit->validation == NULL ? DESCENT_OK
                                   : descent_fit_load_whole(fit, &fit->held, fit->validation);
}

/* The weights that are kept beside the trainer's. */
static descent_status create_models(descent_fit *fit, const descent_model *model)
{
    struct descent_refuge *refuge = &fit->refuge;
    size_t numbers = descent_model_parameter_count(model);
    DESCENT_TRY(descent_fit_copy_shape(&fit->model, model));
    DESCENT_TRY(descent_trainer_save(fit->trainer, fit->model));
    if (fit->validation != NULL && !fit->config.forget_best) {
        DESCENT_TRY(descent_fit_copy_shape(&fit->best, model));
        DESCENT_TRY(descent_trainer_save(fit->trainer, fit->best));
    }
    if (fit->config.recoveries == 0 && !fit->config.keep_epoch) {
        return DESCENT_OK;
    }
    DESCENT_TRY(descent_fit_copy_shape(&refuge->model, model));
    refuge->state = calloc(descent_trainer_slots(fit->trainer) + 1, numbers * sizeof(float));
    return refuge->state != NULL
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MEMORY, "fit: no memory for the state to go back to");
}

/* With a budget any number of steps will do until the first one is done. */
static descent_status plan_schedule(descent_fit *fit)
{
    uint64_t epochs = fit->config.epochs > 0 ? fit->config.epochs : 1;
    uint64_t steps = descent_fit_steps(&fit->config, descent_dataset_count(fit->train), epochs);
    if (steps == UINT64_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "fit: epochs: expected at most %ju, found %ju",
                            (uintmax_t)(UINT64_MAX / descent_batches_steps(fit)),
                            (uintmax_t)epochs);
    }
    fit->schedule = descent_schedule_over(&fit->config.schedule, steps);
    return descent_schedule_check(&fit->schedule);
}

static descent_status build(descent_fit *fit, const descent_model *model)
{
    DESCENT_TRY(check_numbers(&fit->config));
    DESCENT_TRY(descent_batches_check(&fit->config));
    DESCENT_TRY(check_data(fit, model));
    descent_batches_begin(fit);
    DESCENT_TRY(plan_schedule(fit));
    DESCENT_TRY(descent_fit_plan_batch(fit, model));
    DESCENT_TRY(create_loaders(fit));
    DESCENT_TRY(create_models(fit, model));
    fit->guess = descent_fit_guess(fit);
    fit->constant = descent_fit_constant(fit);
    descent_refuge_take(fit);
    return DESCENT_OK;
}

descent_status descent_fit_create(descent_fit **fit, const descent_model *model,
                                  const descent_dataset *train, const descent_dataset *validation,
                                  const descent_fit_config *config)
{
    DESCENT_RETURN_UNLESS(fit != NULL);
    *fit = NULL;
    DESCENT_RETURN_UNLESS(model != NULL && train != NULL && config != NULL);
    descent_fit *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "fit: no memory");
    }
    made->config = *config;
    made->train = train;
    made->validation = validation;
    made->progress = (descent_progress)DESCENT_PROGRESS_DEFAULT;
    made->figures.learning_rate = NAN;
    descent_status status = build(made, model);
    if (status != DESCENT_OK) {
        descent_fit_destroy(made);
        return status;
    }
    *fit = made;
    return DESCENT_OK;
}

void descent_fit_destroy(descent_fit *fit)
{
    if (fit == NULL) {
        return;
    }
    descent_model_destroy(fit->model);
    descent_model_destroy(fit->best);
    descent_model_destroy(fit->refuge.model);
    free(fit->refuge.state);
    descent_loader_destroy(fit->batches);
    descent_loader_destroy(fit->whole);
    descent_loader_destroy(fit->held);
    descent_trainer_destroy(fit->trainer);
    free(fit);
}

descent_status descent_fit_visit(descent_fit *fit, descent_loader *loader, descent_metrics *metrics)
{
    descent_batch batch;
    descent_loader_shuffle(loader, 0);
    while (descent_loader_next(loader, &batch)) {
        DESCENT_TRY(descent_trainer_evaluate(fit->trainer, &batch, metrics));
    }
    return DESCENT_OK;
}

static descent_status evaluate_present(descent_fit *fit, const descent_dataset *dataset,
                                       descent_metrics *metrics)
{
    descent_loader *loader;
    DESCENT_TRY(descent_fit_load_whole(fit, &loader, dataset));
    descent_status status = descent_fit_visit(fit, loader, metrics);
    descent_loader_destroy(loader);
    return status;
}

descent_status descent_fit_evaluate(descent_fit *fit, const descent_model *model,
                                    const descent_dataset *dataset, descent_metrics *metrics)
{
    DESCENT_RETURN_UNLESS(fit != NULL && dataset != NULL && metrics != NULL);
    DESCENT_TRY(descent_fit_check_part(fit, fit->model, dataset));
    if (model == NULL) {
        return evaluate_present(fit, dataset, metrics);
    }
    descent_model *present;
    DESCENT_TRY(descent_fit_copy_shape(&present, fit->model));
    descent_status status = descent_trainer_save(fit->trainer, present);
    if (status == DESCENT_OK) {
        status = descent_trainer_load(fit->trainer, model);
    }
    if (status == DESCENT_OK) {
        status = evaluate_present(fit, dataset, metrics);
        descent_trainer_load(fit->trainer, present);
    }
    descent_model_destroy(present);
    return status;
}

descent_status descent_fit_measure(descent_fit *fit)
{
    DESCENT_RETURN_UNLESS(fit != NULL);
    descent_batch batch;
    descent_loader_shuffle(fit->whole, 0);
    while (descent_loader_next(fit->whole, &batch)) {
        DESCENT_TRY(
            descent_trainer_measure(fit->trainer, &batch, descent_dataset_count(fit->train), NULL));
    }
    return DESCENT_OK;
}

/* Only of a training that begins: one that began otherwise before may go on. */
static descent_status check_output_activation(const descent_fit *fit)
{
    descent_loss_kind loss = fit->config.trainer.loss.kind;
    descent_activation last =
        descent_model_layer(fit->model, descent_model_layers(fit->model) - 1).activation;
    if (loss == DESCENT_LOSS_MSE || last == DESCENT_ACTIVATION_IDENTITY) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_INVALID,
                        "fit: expected the output activation %s with %s, which reads the outputs "
                        "as logits, found %s",
                        descent_activation_name(DESCENT_ACTIVATION_IDENTITY),
                        descent_loss_name(loss), descent_activation_name(last));
}

descent_status descent_fit_start(descent_fit *fit)
{
    DESCENT_RETURN_UNLESS(fit != NULL);
    DESCENT_TRY(check_output_activation(fit));
    descent_budget_run(fit);
    fit->figures = (descent_figures){.learning_rate = NAN};
    DESCENT_TRY(descent_fit_visit(fit, fit->whole, &fit->figures.train));
    double evaluated = descent_fit_clock(fit);
    if (fit->validation != NULL) {
        DESCENT_TRY(descent_fit_visit(fit, fit->held, &fit->figures.validation));
    }
    descent_budget_set_aside(fit, descent_fit_clock(fit) - evaluated);
    fit->progress.start_loss = descent_metrics_loss(&fit->figures.train);
    fit->started = true;
    descent_target_note(fit, &fit->progress, descent_fit_judged(fit));
    descent_refuge_take(fit);
    return DESCENT_OK;
}

const descent_model *descent_fit_model(const descent_fit *fit)
{
    return fit->model;
}

const descent_model *descent_fit_best(const descent_fit *fit)
{
    return fit->best != NULL ? fit->best : fit->model;
}

const descent_progress *descent_fit_progress(const descent_fit *fit)
{
    return &fit->progress;
}

const descent_schedule *descent_fit_schedule(const descent_fit *fit)
{
    return &fit->schedule;
}

const descent_figures *descent_fit_figures(const descent_fit *fit)
{
    return &fit->figures;
}

const descent_metrics *descent_fit_best_metrics(const descent_fit *fit)
{
    return &fit->best_metrics;
}

descent_trainer *descent_fit_trainer(const descent_fit *fit)
{
    return fit->trainer;
}

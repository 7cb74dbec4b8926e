/*
 * Looks at a run without touching it. The gradient is that of the loss over all training samples,
 * as training's own log has it. The update is not estimated but taken: the trainer is put where the
 * checkpoint says, makes the very step that the run would make next (its batch, dropout and
 * augmentation, its optimizer with the stored state), and the weights are compared.
 */
#include "cli/doctor/doctor.h"

#include "cli/base/recovery.h"
#include "cli/train/step.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Says why the data are left out; true if they are. */
static bool leave_data_out(struct doctor *doctor)
{
    const struct training *training = &doctor->training;
    const struct train_data *data = &training->data;
    char *why = doctor->left_out;
    if (doctor->files_only) {
        snprintf(why, sizeof doctor->left_out, "--files-only");
    } else if (data->given == NULL) {
        snprintf(why, sizeof doctor->left_out,
                 RUN_CONFIG " does not say where they are; give DATA");
    } else if (data->folder != NULL && access(data->folder, F_OK) != 0) {
        snprintf(why, sizeof doctor->left_out, "%.400s is not there; give DATA", data->folder);
    }
    return why[0] != '\0';
}

/* The data, which must be the run's own, and its state on them. */
static enum exit_status prepare(struct training *training)
{
    enum exit_status status = train_data_load(&training->data, &training->options);
    if (status == DONE) {
        status = train_resume_check(training);
    }
    if (status == DONE) {
        status = train_plan(training);
    }
    return status == DONE ? train_resume_place(training) : status;
}

/* Progress and schedule as they were when the checkpoint was written. */
static void recall(struct doctor *doctor)
{
    struct training *training = &doctor->training;
    uint64_t steps = descent_checkpoint_steps(training->checkpoint);
    training->done = *descent_checkpoint_progress(training->checkpoint);
    training->schedule = *descent_checkpoint_schedule(training->checkpoint);
    doctor->rate = train_learning_rate(training, steps);
    doctor->highest_rate = training->schedule.lr * recovery_factor(training->done.recoveries);
    doctor->ended = training->schedule.kind != DESCENT_SCHEDULE_CONSTANT &&
                    training->schedule.kind != DESCENT_SCHEDULE_PLATEAU &&
                    steps >= training->schedule.steps;
}

static void measure_weights(struct doctor *doctor)
{
    const descent_model *model = descent_checkpoint_model(doctor->training.checkpoint);
    doctor->layers = descent_model_layers(model);
    for (size_t l = 0; l < doctor->layers; l++) {
        descent_layer layer = descent_model_layer(model, l);
        double norm = train_layer_norm(&layer);
        double count = (double)layer.outputs * (double)(layer.inputs + 1);
        doctor->layer[l] = (struct doctor_layer){
            .number = l + 1,
            .inputs = layer.inputs,
            .outputs = layer.outputs,
            .activation = descent_activation_name(layer.activation),
            .norm = norm,
            .rms = norm / sqrt(count),
            .gradient = NAN,
            .update = NAN,
            .highest = NAN,
            .dead = NAN,
            .saturated = NAN,
        };
    }
}

static descent_status measure_gradient(struct doctor *doctor)
{
    struct training *training = &doctor->training;
    descent_status status = train_measure(training, training->data.train);
    for (size_t l = 0; status == DESCENT_OK && l < doctor->layers; l++) {
        doctor->layer[l].gradient = descent_trainer_layer_norm(training->trainer, l);
    }
    return status;
}

/* The run's next step, with that learning rate, from the checkpoint's state. */
static descent_status take_step(struct training *training, double rate)
{
    const descent_progress *done = &training->done;
    size_t samples = descent_dataset_count(training->data.train);
    size_t left = samples - (size_t)done->part.samples;
    size_t batch = train_options_batch(&training->options, samples);
    descent_status status = descent_checkpoint_restore(training->checkpoint, training->trainer);
    if (status != DESCENT_OK) {
        return status;
    }
    struct train_feed feed = train_feed_begin(training->loader, training->model, done->epoch + 1,
                                              (size_t)done->part.samples);
    return train_step(training->trainer, &feed, batch < left ? batch : left, rate, NULL);
}

/* What a step changes, as a share of the weights, by layer. */
static descent_status measure_update(struct doctor *doctor, double rate,
                                     double ratios[DESCENT_LAYERS_MAX])
{
    struct training *training = &doctor->training;
    const descent_model *before = descent_checkpoint_model(training->checkpoint);
    descent_status status = take_step(training, rate);
    if (status == DESCENT_OK) {
        status = descent_trainer_save(training->trainer, training->model);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    for (size_t i = 0; i < descent_model_parameter_count(before); i++) {
        descent_model_parameters(training->model)[i] -= descent_model_parameters(before)[i];
    }
    for (size_t l = 0; l < doctor->layers; l++) {
        descent_layer change = descent_model_layer(training->model, l);
        double norm = doctor->layer[l].norm;
        ratios[l] = norm > 0.0 ? train_layer_norm(&change) / norm : NAN;
    }
    return status;
}

static descent_status measure_updates(struct doctor *doctor)
{
    double now[DESCENT_LAYERS_MAX] = {0}, highest[DESCENT_LAYERS_MAX] = {0};
    descent_status status = measure_update(doctor, doctor->rate, now);
    if (status == DESCENT_OK) {
        status = measure_update(doctor, doctor->highest_rate, highest);
    }
    for (size_t l = 0; status == DESCENT_OK && l < doctor->layers; l++) {
        doctor->layer[l].update = now[l];
        doctor->layer[l].highest = highest[l];
    }
    return status;
}

static descent_status measure_units(struct doctor *doctor)
{
    struct training *training = &doctor->training;
    struct checkup_facts *facts = &training->facts;
    const descent_model *model = descent_checkpoint_model(training->checkpoint);
    descent_status status = checkup_look_at_units(facts, model, training->data.preparation);
    for (size_t l = 0; status == DESCENT_OK && l < facts->layers; l++) {
        doctor->layer[l].dead = facts->layer[l].dead;
        doctor->layer[l].saturated = facts->layer[l].saturated;
    }
    return status;
}

/* What the data show of the network; a gradient that is not finite is a finding. */
static enum exit_status measure(struct doctor *doctor)
{
    descent_status status = measure_units(doctor);
    if (status == DESCENT_OK) {
        status = measure_gradient(doctor);
    }
    if (status == DESCENT_OK) {
        status = measure_updates(doctor);
    }
    if (status == DESCENT_ERROR_NONFINITE) {
        snprintf(doctor->trouble, sizeof doctor->trouble, "%s", descent_last_error());
        return DONE;
    }
    return status == DESCENT_OK ? DONE : cli_library_failed();
}

enum exit_status doctor_look(struct doctor *doctor)
{
    struct training *training = &doctor->training;
    enum exit_status status = train_resume_read(training);
    bool whole = status == DONE && !leave_data_out(doctor);
    if (whole) {
        status = prepare(training);
    }
    if (status != DONE) {
        return status;
    }
    recall(doctor);
    measure_weights(doctor);
    status = train_checkup_start(training);
    return status == DONE && whole ? measure(doctor) : status;
}

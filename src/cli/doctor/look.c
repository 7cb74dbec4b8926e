/*
 * Looks at a run without touching it. The gradient is that of the loss over all training samples,
 * as training's own log has it. The update is not estimated but taken: the trainer is put where the
 * checkpoint says, makes the very step that the run would make next (its batch, dropout and
 * augmentation, its optimizer with the stored state), and the weights are compared.
 */
#include "cli/doctor/doctor.h"

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
    CLI_TRY(train_data_load(&training->data, &training->options));
    CLI_TRY(train_resume_check(training));
    CLI_TRY(train_plan(training));
    return train_resume_place(training);
}

/* What the schedule says next, as it was when the checkpoint was written. */
static void look_at_rates(struct doctor *doctor)
{
    const descent_checkpoint *checkpoint = doctor->training.checkpoint;
    const descent_schedule *schedule = descent_checkpoint_schedule(checkpoint);
    const descent_progress *progress = descent_checkpoint_progress(checkpoint);
    uint64_t steps = descent_checkpoint_steps(checkpoint);
    doctor->rate = descent_fit_rate(schedule, progress, steps);
    doctor->highest_rate = schedule->lr * descent_recovery_factor(progress->recoveries);
    doctor->ended = schedule->kind != DESCENT_SCHEDULE_CONSTANT &&
                    schedule->kind != DESCENT_SCHEDULE_PLATEAU && steps >= schedule->steps;
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
    const struct training *training = &doctor->training;
    const descent_trainer *trainer = descent_fit_trainer(training->fit);
    descent_status status = descent_fit_measure(training->fit);
    for (size_t l = 0; status == DESCENT_OK && l < doctor->layers; l++) {
        doctor->layer[l].gradient = descent_trainer_layer_norm(trainer, l);
    }
    return status;
}

/* What the run's next step changes with that learning rate, from the checkpoint's state, as a share
 * of the weights, by layer. */
static descent_status measure_update(struct doctor *doctor, double rate,
                                     double ratios[DESCENT_LAYERS_MAX])
{
    struct training *training = &doctor->training;
    descent_model *change = training->model;
    const descent_model *before = descent_checkpoint_model(training->checkpoint);
    descent_status status = descent_fit_restore(training->fit, training->checkpoint);
    if (status == DESCENT_OK) {
        status = descent_fit_step(training->fit, rate, NULL);
    }
    if (status == DESCENT_OK) {
        status = descent_trainer_save(descent_fit_trainer(training->fit), change);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    for (size_t i = 0; i < descent_model_parameter_count(before); i++) {
        descent_model_parameters(change)[i] -= descent_model_parameters(before)[i];
    }
    for (size_t l = 0; l < doctor->layers; l++) {
        descent_layer layer = descent_model_layer(change, l);
        double norm = doctor->layer[l].norm;
        ratios[l] = norm > 0.0 ? train_layer_norm(&layer) / norm : NAN;
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
    look_at_rates(doctor);
    measure_weights(doctor);
    status = train_checkup_start(training);
    return status == DONE && whole ? measure(doctor) : status;
}

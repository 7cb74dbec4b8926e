/*
 * Looks at a run without touching it. The gradient is that of the loss over all training samples,
 * as training's own log has it. The update is not estimated but taken: the trainer is put where the
 * checkpoint says, makes the very step that the run would make next (its batch, dropout and
 * augmentation, its optimizer with the stored state), and the weights are compared.
 */
#include "cli/doctor/doctor.h"

#include "cli/base/paths.h"

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
    } else if (data->folder != NULL && !path_is_there(data->folder)) {
        snprintf(why, sizeof doctor->left_out, "%.400s is not there; give DATA", data->folder);
    }
    return why[0] != '\0';
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

/* What the run's next step changes with its own learning rate or the highest, from the checkpoint's
 * state, as a share of the weights, by layer. */
static descent_status measure_update(struct doctor *doctor, bool highest)
{
    struct training *training = &doctor->training;
    descent_model *change = training->model;
    const descent_model *before = descent_checkpoint_model(training->checkpoint);
    double rate = highest ? doctor->highest_rate : doctor->rate;
    LIBRARY_TRY(descent_fit_restore(training->fit, training->checkpoint));
    LIBRARY_TRY(descent_fit_step(training->fit, rate, NULL));
    LIBRARY_TRY(descent_trainer_save(descent_fit_trainer(training->fit), change));
    for (size_t i = 0; i < descent_model_parameter_count(before); i++) {
        descent_model_parameters(change)[i] -= descent_model_parameters(before)[i];
    }
    for (size_t l = 0; l < doctor->layers; l++) {
        struct doctor_layer *layer = &doctor->layer[l];
        descent_layer changed = descent_model_layer(change, l);
        double ratio = layer->norm > 0.0 ? train_layer_norm(&changed) / layer->norm : NAN;
        *(highest ? &layer->highest : &layer->update) = ratio;
    }
    return DESCENT_OK;
}

static descent_status measure_units(struct doctor *doctor)
{
    struct training *training = &doctor->training;
    struct checkup_facts *facts = &training->facts;
    const descent_model *model = descent_checkpoint_model(training->checkpoint);
    LIBRARY_TRY(checkup_look_at_units(facts, model, training->data.preparation));
    for (size_t l = 0; l < facts->layers; l++) {
        doctor->layer[l].dead = facts->layer[l].dead;
        doctor->layer[l].saturated = facts->layer[l].saturated;
    }
    return DESCENT_OK;
}

/* What the best weights are worth, where there will be no better ones. */
static descent_status measure_result(struct training *training)
{
    descent_metrics parts[TRAIN_PARTS] = {0};
    if (train_stop(training) == DESCENT_STOP_NONE) {
        return DESCENT_OK;
    }
    LIBRARY_TRY(train_evaluate(training, parts));
    return train_checkup_close(training, parts);
}

static descent_status measure(struct doctor *doctor)
{
    descent_fit *fit = doctor->training.fit;
    LIBRARY_TRY(measure_result(&doctor->training));
    LIBRARY_TRY(measure_units(doctor));
    LIBRARY_TRY(descent_fit_measure(fit));
    for (size_t l = 0; l < doctor->layers; l++) {
        doctor->layer[l].gradient = descent_trainer_layer_norm(descent_fit_trainer(fit), l);
    }
    LIBRARY_TRY(measure_update(doctor, false));
    return measure_update(doctor, true);
}

enum exit_status doctor_look(struct doctor *doctor)
{
    struct training *training = &doctor->training;
    CLI_TRY(train_resume_read(training));
    bool whole = !leave_data_out(doctor);
    if (whole) {
        CLI_TRY(train_examine_load(training, &doctor->engine));
    }
    look_at_rates(doctor);
    measure_weights(doctor);
    CLI_TRY(train_checkup_start(training));
    training->facts.over = train_stop(training) != DESCENT_STOP_NONE;
    descent_status status = whole ? measure(doctor) : DESCENT_OK;
    if (status == DESCENT_ERROR_NONFINITE) { /* a finding */
        snprintf(doctor->trouble, sizeof doctor->trouble, "%s", descent_last_error());
        status = DESCENT_OK;
    }
    CLI_TRY_LIBRARY(status);
    return DONE;
}

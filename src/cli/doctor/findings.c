/*
 * What the doctor finds: the check-up's rows, and more of the kind that need gradients and updates.
 *
 * Updates of about a thousandth of the weights a step are a rule of thumb (Karpathy, CS231n notes,
 * "Ratio of weights:updates", https://cs231n.github.io/neural-networks-3/#ratio). Runs that go well
 * are seen from 1e-4 to 3e-2, and the last steps of a schedule are as small as its learning rate,
 * so that only what is far away is told: too large by the rate of the next step, too small by the
 * schedule's highest.
 */
#include "cli/base/paths.h"
#include "cli/doctor/doctor.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Shares of the weights. */
static const double large_update = 0.1, small_update = 1e-5;

/* Of the largest layer's share: below this a layer does not keep up. */
static const double far_behind = 1e-3;

/* Of the untrained loss, and of the first epoch's gradient: below these a run has got somewhere,
 * and small updates are those of a run that has arrived. */
static const double much_loss = 0.5, little_gradient = 0.01;

/* Before this, an optimizer's state has not settled. */
enum { STEPS_MIN = 100 };

static bool was_found(const struct doctor *doctor, const char *name)
{
    for (size_t i = 0; i < doctor->findings; i++) {
        if (strcmp(doctor->finding[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *doctor_stop_name(const struct doctor *doctor)
{
    return json_string_value(json_object_get(doctor->training.config, TRAIN_CONFIG_STOP));
}

static bool has_stopped(const struct doctor *doctor, descent_stop reason)
{
    const char *name = doctor_stop_name(doctor);
    return name != NULL && strcmp(name, descent_stop_name(reason)) == 0;
}

void doctor_stop_describe(const struct doctor *doctor, char *text, size_t size)
{
    const struct training *training = &doctor->training;
    if (train_stop(training) != DESCENT_STOP_NONE) {
        train_stop_describe(training, text, size);
    } else if (has_stopped(doctor, DESCENT_STOP_NONFINITE)) {
        snprintf(text, size, "a number was not finite in epoch %ju",
                 (uintmax_t)train_progress(training)->epoch + 1);
    } else if (has_stopped(doctor, DESCENT_STOP_EXPLODED)) {
        snprintf(text, size, "the loss exploded in epoch %ju",
                 (uintmax_t)train_progress(training)->epoch + 1);
    } else if (has_stopped(doctor, DESCENT_STOP_INTERRUPTED)) {
        snprintf(text, size, "interrupted; descent train --resume %s continues it",
                 training->run.folder);
    } else {
        snprintf(text, size, "not yet: still in training, or killed");
    }
}

static bool is_not_finite(const struct doctor *doctor, char text[CHECKUP_TEXT_SIZE])
{
    static const char advice[] = "try a lower learning rate (--lr), --clip-norm 1 or --recover";
    char how[128];
    if (doctor->trouble[0] != '\0') {
        snprintf(text, CHECKUP_TEXT_SIZE, "the run cannot go on: %.300s; %s", doctor->trouble,
                 advice);
        return true;
    }
    doctor_stop_describe(doctor, how, sizeof how);
    snprintf(text, CHECKUP_TEXT_SIZE, "the run ended because %s, with a learning rate of %.3g; %s",
             how, doctor->rate, advice);
    return has_stopped(doctor, DESCENT_STOP_NONFINITE) ||
           has_stopped(doctor, DESCENT_STOP_EXPLODED);
}

/* A model file is there from the first epoch's end on. */
static bool has_bad_model(const struct doctor *doctor, char text[CHECKUP_TEXT_SIZE])
{
    const struct training *training = &doctor->training;
    struct run_path path = run_path(&training->run, RUN_MODEL);
    descent_model *model = NULL;
    descent_status status = train_progress(training)->epoch > 0
                                ? descent_model_load(&model, NULL, path.text)
                                : DESCENT_OK;
    bool bad = status != DESCENT_OK;
    path_keep_memory(status);
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the model file cannot be read: %.300s; descent train --resume writes it "
             "again from the checkpoint",
             bad ? descent_last_error() : "");
    descent_model_destroy(model);
    return bad;
}

/* The layers of the largest and the least share, at the schedule's highest rate; false where no
 * shares are known, or too early. */
static bool compare_layers(const struct doctor *doctor, size_t *most, size_t *least)
{
    *most = *least = 0;
    for (size_t l = 0; l < doctor->layers; l++) {
        const struct doctor_layer *layer = doctor->layer;
        if (isnan(layer[l].highest)) {
            return false;
        }
        *most = layer[l].highest > layer[*most].highest ? l : *most;
        *least = layer[l].highest < layer[*least].highest ? l : *least;
    }
    return descent_checkpoint_steps(doctor->training.checkpoint) >= STEPS_MIN;
}

static bool has_large_updates(const struct doctor *doctor, char text[CHECKUP_TEXT_SIZE])
{
    size_t most, least;
    bool known = compare_layers(doctor, &most, &least);
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "the next step changes layer %zu by %.2g of its weights, where about 0.001 is usual: "
        "the steps are too large; try a lower learning rate (--lr, descent find-lr shows which), a "
        "larger --batch, or --clip-norm",
        most + 1, doctor->layer[most].update);
    return known && doctor->layer[most].update >= large_update;
}

/* Whether a run that learns little could still learn much: its loss is high, its gradient is not
 * flat, and its units do not stand in the way, which has been told. */
static bool could_learn(const struct doctor *doctor)
{
    const struct checkup_history *history = &doctor->training.facts.history;
    double square = 0.0;
    for (size_t l = 0; l < doctor->layers; l++) {
        square += doctor->layer[l].gradient * doctor->layer[l].gradient;
    }
    return history->train_loss > much_loss * history->start_loss &&
           sqrt(square) > little_gradient * history->start_norm &&
           !was_found(doctor, "dead-units") && !was_found(doctor, "saturated-units");
}

static bool has_small_updates(const struct doctor *doctor, char text[CHECKUP_TEXT_SIZE])
{
    size_t most, least;
    bool known = compare_layers(doctor, &most, &least);
    double high = doctor->layer[most].highest;
    snprintf(text, CHECKUP_TEXT_SIZE,
             "a step changes no layer by more than %.2g of its weights, even with the highest "
             "learning rate, %.3g, where about 0.001 is usual: try a higher learning rate (--lr, "
             "descent find-lr shows which)",
             high, doctor->highest_rate);
    return known && high <= small_update && could_learn(doctor);
}

static bool has_vanishing_gradient(const struct doctor *doctor, char text[CHECKUP_TEXT_SIZE])
{
    size_t most, least;
    bool known = compare_layers(doctor, &most, &least);
    double low = doctor->layer[least].highest, high = doctor->layer[most].highest;
    snprintf(text, CHECKUP_TEXT_SIZE,
             "a step changes layer %zu by %.2g of its weights, layer %zu by %.2g: the gradient "
             "vanishes on its way; try --activation relu, another --init, fewer layers (--hidden), "
             "or --optimizer adamw",
             least + 1, low, most + 1, high);
    return known && low <= small_update && low <= far_behind * high && high > small_update &&
           could_learn(doctor);
}

static const struct {
    const char *name;
    bool (*shows)(const struct doctor *doctor, char text[CHECKUP_TEXT_SIZE]);
} checks[DOCTOR_CHECKS] = {
    {"not-finite", is_not_finite},
    {"model-file", has_bad_model},
    {"large-updates", has_large_updates},
    {"small-updates", has_small_updates},
    {"vanishing-gradient", has_vanishing_gradient},
};

void doctor_find(struct doctor *doctor)
{
    struct training *training = &doctor->training;
    doctor->findings = checkup_find(&training->facts, &training->told, doctor->finding);
    for (size_t i = 0; i < DOCTOR_CHECKS; i++) {
        struct checkup_finding *finding = &doctor->finding[doctor->findings];
        if (checks[i].shows(doctor, finding->text)) {
            finding->name = checks[i].name;
            doctor->findings++;
        }
    }
}

/*
 * The check-up: what a run's figures have shown, and the checks, a row each.
 */
#include "cli/doctor/checkup.h"

#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/doctor/checkup_checks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Relative changes of the training loss below which it stands still. */
static const double still_recently = 0.005;

static const struct {
    const char *name;
    checkup_check *shows;
} checks[CHECKUP_CHECKS] = {
    {"missing-classes", checkup_misses_classes},
    {"missing-validation", checkup_misses_validation},
    {"constant-inputs", checkup_has_constant_inputs},
    {"unscaled-inputs", checkup_is_unscaled},
    {"constant-column", checkup_has_constant_columns},
    {"counting-column", checkup_has_counting_columns},
    {"unique-column", checkup_has_unique_columns},
    {"telling-column", checkup_has_telling_columns},
    {"large-pictures", checkup_has_large_pictures},
    {"initial-loss", checkup_starts_far_off},
    {"alike-units", checkup_has_alike_units},
    {"dead-units", checkup_has_dead_units},
    {"saturated-units", checkup_has_saturated_units},
    {"loss-not-moving", checkup_does_not_move},
    {"accuracy-at-chance", checkup_is_at_chance},
    {"worse-than-mean", checkup_is_worse_than_mean},
    {"unanswered-classes", checkup_misses_answers},
    {"still-falling", checkup_still_falls},
    {"overfitting", checkup_overfits},
};

size_t checkup_find(const struct checkup_facts *facts, unsigned *told,
                    struct checkup_finding findings[CHECKUP_CHECKS])
{
    size_t count = 0;
    for (size_t i = 0; i < CHECKUP_CHECKS; i++) {
        if ((*told >> i & 1u) == 0 && checks[i].shows(facts, findings[count].text)) {
            *told |= 1u << i;
            findings[count++].name = checks[i].name;
        }
    }
    return count;
}

json_t *checkup_names(unsigned told)
{
    json_t *names = json_array();
    for (size_t i = 0; i < CHECKUP_CHECKS; i++) {
        if ((told >> i & 1u) != 0) {
            cli_json_append(&names, json_string(checks[i].name));
        }
    }
    return names;
}

json_t *checkup_to_json(const struct checkup_facts *facts, unsigned told)
{
    json_t *object = json_object(), *units = json_array();
    if (told != 0) {
        cli_json_set(&object, "warnings", checkup_names(told));
    }
    for (size_t l = 0; l < facts->layers; l++) {
        cli_json_append(&units,
                        json_pack("[f, f]", facts->layer[l].dead, facts->layer[l].saturated));
    }
    if (checkup_shows_units(facts)) {
        cli_json_set(&object, "alike", json_integer((json_int_t)facts->alike));
        cli_json_set(&object, "units", json_incref(units));
    }
    json_decref(units);
    return object;
}

static unsigned told_in(const json_t *names)
{
    unsigned told = 0;
    size_t n;
    const json_t *name;
    json_array_foreach(names, n, name)
    {
        for (size_t i = 0; i < CHECKUP_CHECKS && json_is_string(name); i++) {
            told |= strcmp(json_string_value(name), checks[i].name) == 0 ? 1u << i : 0;
        }
    }
    return told;
}

void checkup_from_json(struct checkup_facts *facts, unsigned *told, const json_t *object)
{
    const json_t *units = json_object_get(object, "units");
    size_t layers = json_array_size(units);
    json_int_t alike = json_integer_value(json_object_get(object, "alike"));
    *told = told_in(json_object_get(object, "warnings"));
    if (!json_is_array(units) || layers > DESCENT_LAYERS_MAX || alike < 0) {
        return;
    }
    facts->alike = (size_t)alike;
    facts->layers = layers;
    for (size_t l = 0; l < layers; l++) {
        const json_t *layer = json_array_get(units, l);
        facts->layer[l] = (struct checkup_layer){json_number_value(json_array_get(layer, 0)),
                                                 json_number_value(json_array_get(layer, 1))};
    }
}

static void push(double recent[CHECKUP_RECENT], double value)
{
    memmove(recent + 1, recent, (CHECKUP_RECENT - 1) * sizeof *recent);
    recent[0] = value;
}

/* Where it is full, every second one is left out. */
static void extend_trail(struct checkup_trail *trail, size_t row, double loss)
{
    if (trail->count == CHECKUP_TRAIL) {
        trail->count /= 2;
        for (size_t i = 0; i < trail->count; i++) {
            trail->loss[i] = trail->loss[2 * i];
        }
        trail->stride *= 2;
    }
    if (row % trail->stride == 0) {
        trail->loss[trail->count++] = loss;
    }
}

/* Takes the row into the last ones that hardly differ, or begins with it anew. */
static void extend_still(struct checkup_history *history, double loss)
{
    double low = fmin(history->still_low, loss), high = fmax(history->still_high, loss);
    bool same = history->still > 0 && high - low <= still_recently * high;
    history->still_low = same ? low : loss;
    history->still_high = same ? high : loss;
    history->still = same ? history->still + 1 : 1;
}

void checkup_history_add(struct checkup_history *history, const double row[METRICS_COLUMNS])
{
    bool first = history->rows++ == 0;
    double loss = row[METRICS_VALIDATION_LOSS], train = row[METRICS_TRAIN_LOSS];
    double judged = isnan(loss) ? train : loss;
    history->steps = row[METRICS_STEP];
    history->train_loss = train;
    history->train_accuracy = row[METRICS_TRAIN_ACCURACY];
    history->validation_loss = loss;
    if (first) {
        history->start_loss = train;
        history->trail.stride = 1;
    } else if (history->start_norm == 0.0) {
        history->start_norm = row[METRICS_GRADIENT_NORM];
    }
    if (first || judged < history->best_judged) {
        history->best_judged = judged;
        history->best_row = history->rows - 1;
        history->best_validation = loss;
        history->best_accuracy = row[METRICS_VALIDATION_ACCURACY];
        history->best_r2 = row[METRICS_VALIDATION_R2];
    }
    extend_still(history, train);
    extend_trail(&history->trail, history->rows - 1, judged);
    push(history->recent_validation, loss);
}

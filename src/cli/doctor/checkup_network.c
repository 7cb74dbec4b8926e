/*
 * What is the matter with the network: its first loss, and its units.
 */
#include "cli/doctor/checkup_checks.h"

#include <math.h>
#include <stdio.h>

/* Of ln C, and on top of that: how far the untrained loss may be away. */
static const double loss_share = 0.5, loss_slack = 2.0;

/* Shares of a layer; and of the first loss: where less is left, dead units have done no harm.
 */
static const double many_dead = 0.5, many_saturated = 0.6, harmed = 0.5;

/* Before this, units that seem dead may come back. */
enum { EPOCHS_MIN = 3 };

/* What scales the inputs, where nothing does. */
static const char *standardize_or(const struct checkup_facts *facts, const char *words)
{
    return facts->options->standardize == DESCENT_STANDARDIZE_NONE ? words : "";
}

bool checkup_starts_far_off(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    bool named = facts->classes >= 2 && facts->options->loss == DESCENT_LOSS_CROSS_ENTROPY;
    double guessing = log((double)facts->classes), loss = facts->history.start_loss;
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the untrained network's loss is %.4g, that of guessing among %zu classes is %.4g: "
             "its first outputs are too confident; try another --init%s",
             loss, facts->classes, guessing, standardize_or(facts, ", or --standardize"));
    return facts->history.rows > 0 && named && facts->options->init_from == NULL &&
           !(fabs(loss - guessing) <= loss_share * guessing + loss_slack);
}

bool checkup_has_alike_units(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    snprintf(text, CHECKUP_TEXT_SIZE,
             "all units of hidden layer %zu have the same weights, so that they learn the same or "
             "nothing: initial weights must differ; --init auto draws them",
             facts->alike);
    return facts->alike > 0;
}

static size_t worst_layer(const struct checkup_facts *facts, bool dead)
{
    size_t worst = 0;
    for (size_t l = 1; l < facts->layers; l++) {
        const struct checkup_layer *a = &facts->layer[l], *b = &facts->layer[worst];
        worst = (dead ? a->dead > b->dead : a->saturated > b->saturated) ? l : worst;
    }
    return worst;
}

bool checkup_shows_units(const struct checkup_facts *facts)
{
    return facts->alike > 0 ||
           (facts->layers > 0 &&
            (facts->layer[worst_layer(facts, true)].dead >= many_dead ||
             facts->layer[worst_layer(facts, false)].saturated >= many_saturated));
}

static bool are_dead(const struct checkup_facts *facts)
{
    const struct checkup_history *history = &facts->history;
    return facts->layers > 0 && history->rows > EPOCHS_MIN &&
           facts->layer[worst_layer(facts, true)].dead >= many_dead &&
           history->train_loss > harmed * checkup_first_loss(facts);
}

bool checkup_cannot_learn(const struct checkup_facts *facts)
{
    return facts->alike > 0 || facts->inputs.constant || are_dead(facts);
}

/* Whether a table is not standardised, as it would be by default. */
static bool is_plain_table(const struct checkup_facts *facts)
{
    return facts->train != NULL && facts->options->standardize == DESCENT_STANDARDIZE_NONE &&
           descent_dataset_shape(facts->train)->rank == 1;
}

bool checkup_has_dead_units(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    const char *what = "try a lower learning rate (--lr), --warmup, or --activation leaky-relu";
    char light[128];
    if (checkup_inputs_are_light(facts)) {
        snprintf(
            light, sizeof light,
            "the inputs' mean is %.2g, far from 0 (as of dark on light): try --standardize set",
            facts->inputs.mean);
        what = light;
    } else if (is_plain_table(facts)) {
        what = "the inputs are as the table has them: try --standardize feature";
    }
    size_t l = worst_layer(facts, true);
    snprintf(text, CHECKUP_TEXT_SIZE,
             "%.0f %% of the units of hidden layer %zu are zero on all samples and no longer "
             "learn: %s",
             100.0 * facts->layer[l].dead, l + 1, what);
    return are_dead(facts) && facts->alike == 0 && !facts->inputs.constant;
}

bool checkup_has_saturated_units(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    size_t l = worst_layer(facts, false);
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "%.0f %% of the outputs of hidden layer %zu are at an end of the range of %s, where they "
        "hardly learn: try a lower learning rate (--lr), %sor --activation relu",
        100.0 * facts->layer[l].saturated, l + 1,
        descent_activation_name((descent_activation)facts->options->activation),
        standardize_or(facts, "--standardize, "));
    return facts->layers > 0 && facts->layer[l].saturated >= many_saturated;
}

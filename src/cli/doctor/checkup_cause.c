/*
 * Why a network does not learn, as far as its options and inputs say.
 */
#include "cli/doctor/checkup_checks.h"

#include <stdio.h>

/* Times the optimizer's usual learning rate, or less than such a part of it, that are far away. */
static const double far_rate = 10.0;

/* Weight decay, ten times what adamw has by default, and dropout that leave little of a network. */
static const double much_decay = 1.0, much_dropout = 0.8;

/* Hidden layers over which the slope of the sigmoid, a quarter at most, multiplies up. */
enum { DEEP = 3 };

bool checkup_name_cause(const struct checkup_facts *facts, char *text, size_t size)
{
    const struct train_options *options = facts->options;
    double usual = train_options_usual_lr(options), ratio = options->lr / usual;
    if (ratio >= far_rate || ratio <= 1.0 / far_rate) {
        snprintf(text, size, "the learning rate (--lr) is %.3g, the optimizer's usual one is %.3g",
                 options->lr, usual);
    } else if (options->weight_decay >= much_decay) {
        snprintf(text, size, "--weight-decay %.3g pulls the weights to 0", options->weight_decay);
    } else if (options->dropout >= much_dropout) {
        snprintf(text, size, "--dropout %.3g leaves few units", options->dropout);
    } else if (checkup_inputs_are_off(facts) || checkup_inputs_are_light(facts)) {
        snprintf(text, size, "the inputs are not scaled; --standardize does it");
    } else if (options->hidden.count >= DEEP && options->activation == DESCENT_ACTIVATION_SIGMOID) {
        snprintf(text, size,
                 "the gradient vanishes in %zu hidden layers of sigmoids; try --activation relu",
                 options->hidden.count);
    } else {
        return false;
    }
    return true;
}

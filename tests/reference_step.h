/*
 * What a trainer makes of a gradient, by the reference, and how far rounding may take it from that.
 */
#ifndef DESCENT_TEST_REFERENCE_STEP_H
#define DESCENT_TEST_REFERENCE_STEP_H

#include "reference.h"

#include <descent/trainer.h>

enum { REFERENCE_SLOTS = 2 };

struct reference_step {
    const descent_model_config *shape;
    const descent_trainer_config *config; /* optimizer, clipping, decay of biases, max-norm */
    double learning_rate;
    uint64_t step;         /* from 1 */
    const float *before;   /* [3 × parameters]: the parameters, then the state */
    const float *gradient; /* [parameters] */
};

/* expected [3 × parameters] is what follows; bound of that size says how far each number of a
 * trainer in float32 may be off. */
void reference_step(const struct reference_step *step, double *expected, double *bound);

#endif

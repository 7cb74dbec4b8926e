/*
 * Random problems to hold the library and the reference against each other: a network with
 * weights, and a batch. Weights and features are float32 values, so both see the same numbers.
 */
#ifndef DESCENT_TEST_PROBLEM_H
#define DESCENT_TEST_PROBLEM_H

#include "reference.h"

#include <descent/descent.h>

/* A loss and what it is computed against. */
struct objective {
    const char *name;
    descent_loss loss;
    bool regression; /* against targets instead of labels */
};

enum { OBJECTIVES = 8 };
extern const struct objective objectives[OBJECTIVES];

struct problem {
    struct reference_network network;
    size_t count;       /* of parameters */
    double *parameters; /* what network.parameters points to */
    float *features;
    int32_t *labels;
    float *targets;
    float *shares; /* targets in [0, 1], for binary cross-entropy: every third is 0 or 1 */
    size_t n;
};

/* A generator of the tests' own (splitmix64), uniform in [−1, 1) and exact in float32: truth does
 * not hang on the generator under test. */
double problem_uniform(uint64_t *state);

/* A problem for a network of this shape and n samples. */
void problem_create(struct problem *problem, const descent_model_config *shape, size_t n,
                    uint64_t seed);

/* How many times as much as a random relative error of all parameters the relative error is that
 * the gradient has from it, in each layer, [layers]: the most of so many draws; infinite where a
 * layer's gradient is 0. */
void problem_condition(const struct reference_network *network, const descent_loss *loss,
                       const descent_batch *batch, const double *gradient, size_t draws,
                       double *condition);

/* How much of a relative error of all parameters a regular problem's gradients may have at most. */
enum { PROBLEM_CONDITION = 2 };

/* The first random problem of which no unit with a kink at z = 0 comes within `margin` of it, and
 * in which no layer's gradient is what near numbers cancel to (see problem_condition()):
 * rounding stays rounding on every processor. Fails the test if there is none. */
void problem_create_regular(struct problem *problem, const descent_model_config *shape, size_t n,
                            const struct objective *objective, double margin);

void problem_destroy(struct problem *problem);

/* All samples of a problem, with labels or targets as the objective wants. */
descent_batch problem_batch(const struct problem *problem, const struct objective *objective);

/* Samples first … first + n − 1 of a batch. */
descent_batch problem_part(const struct problem *problem, descent_batch batch, size_t first,
                           size_t n);

/* The problem's network as the library's model. The caller destroys it. */
descent_model *problem_model(const struct problem *problem);

/* A trainer of that model, which the caller destroys. */
descent_trainer *problem_trainer_with(const struct problem *problem,
                                      const descent_trainer_config *config);

/* The same by an objective, all else default, for batches up to the problem's n. */
descent_trainer *problem_trainer(const struct problem *problem, const struct objective *objective);

/* A trainer's present parameters, [count]. */
void problem_read(const struct problem *problem, const descent_trainer *trainer, float *parameters);

/* |a − b| / |b| in the L2 norm. */
double relative_error(size_t n, const float *found, const double *expected);

/* Fails the test unless in every layer the relative error is below tolerance, and every number's
 * error is below ten times that of the layer's largest number. */
void assert_layers_close(const descent_model_config *shape, const float *found,
                         const double *expected, double tolerance, const char *what);

#endif

/*
 * One optimizer's update of one step, made ready: the numbers in float, and the loop to run.
 */
#ifndef DESCENT_OPTIMIZER_PRIVATE_H
#define DESCENT_OPTIMIZER_PRIVATE_H

#include <descent/optimizer.h>

struct descent_rates;

/* Magnitudes that nothing exceeds: no parameter, no number of each slot of the state. Infinite
 * where nobody knows. */
struct descent_bounds {
    double parameter;
    double slot[2];
};

/* slot0 and slot1 are NULL where the optimizer has no such state. */
typedef void descent_update_loop(const struct descent_rates *rates, size_t n, float *parameters,
                                 const float *gradients, float *slot0, float *slot1);

/* The same in magnitudes, with that of no gradient exceeded: moves the bounds on by a step, and
 * returns a number that no intermediate result exceeds. */
typedef double descent_update_bound(const struct descent_rates *rates, double gradient,
                                    struct descent_bounds *bounds);

/* Computed in double and rounded once. */
struct descent_rates {
    descent_update_loop *update;
    descent_update_bound *bound;
    float learning_rate;                 /* of adam: divided by 1 − beta1^t */
    float momentum, beta1, beta2, alpha; /* decay of the moving sums */
    float rest1, rest2, rest_alpha;      /* 1 − beta1, 1 − beta2, 1 − alpha */
    float correction2;                   /* 1 / √(1 − beta2^t) */
    float epsilon;
    float weight_decay; /* what is added to the gradient */
    float shrink;       /* adamw: what the weights are multiplied by */
    bool nesterov;
};

/* As for descent_optimizer_step(). */
struct descent_rates descent_rates_of(const descent_optimizer *optimizer, double learning_rate,
                                      uint64_t step);

/* As descent_optimizer_step(), with the slots of the state apart. */
void descent_optimizer_update(const struct descent_rates *rates, size_t n, float *parameters,
                              const float *gradients, float *slot0, float *slot1);

/* Moves the bounds on by one update with gradients of at most this magnitude. False where it might
 * overflow; then the bounds are of no use. */
bool descent_optimizer_bound(const struct descent_rates *rates, double gradient,
                             struct descent_bounds *bounds);

#endif

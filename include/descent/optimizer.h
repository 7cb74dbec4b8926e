/*
 * Optimizers: one update of flat arrays. They know no layers and serve any objective, a parabola
 * as well as a network. The definitions are those of torch.optim.
 */
#ifndef DESCENT_OPTIMIZER_H
#define DESCENT_OPTIMIZER_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

typedef enum descent_optimizer_kind {
    DESCENT_OPTIMIZER_SGD,     /* with momentum (Polyak 1964) or Nesterov (Sutskever 2013) */
    DESCENT_OPTIMIZER_ADAM,    /* Kingma and Ba 2015; weight decay adds to the gradient */
    DESCENT_OPTIMIZER_ADAMW,   /* Loshchilov and Hutter 2019; weight decay acts on the weights */
    DESCENT_OPTIMIZER_RMSPROP, /* Hinton 2012 */
    DESCENT_OPTIMIZER_COUNT
} descent_optimizer_kind;

/* With g the gradient, w the parameter, λ the weight decay, η the learning rate, t the step from 1:
 *
 *   sgd      g += λw;  buf = μ buf + g;  w −= η (nesterov ? g + μ buf : buf)
 *   adam     g += λw;  m = β₁m + (1−β₁)g;  v = β₂v + (1−β₂)g²;
 *            w −= η (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε)
 *   adamw    w −= ηλw, then as adam without λ
 *   rmsprop  g += λw;  v = αv + (1−α)g²;  d = g / (√v + ε);  buf = μ buf + d;  w −= η buf
 */
typedef struct descent_optimizer {
    descent_optimizer_kind kind;
    double momentum; /* μ of sgd and rmsprop, in [0, 1) */
    bool nesterov;   /* sgd with momentum > 0 only */
    double beta1;    /* adam and adamw, in [0, 1) */
    double beta2;
    double alpha;        /* rmsprop, in [0, 1) */
    double epsilon;      /* > 0 */
    double weight_decay; /* ≥ 0 */
} descent_optimizer;

#define DESCENT_OPTIMIZER_DEFAULT                                                                  \
    {                                                                                              \
        .kind = DESCENT_OPTIMIZER_SGD, .beta1 = 0.9, .beta2 = 0.999, .alpha = 0.99,                \
        .epsilon = 1e-8                                                                            \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_optimizer descent_optimizer_default(void);

/* The name used on the command line, such as "adamw"; NULL for any other number. */
DESCENT_API const char *descent_optimizer_name(descent_optimizer_kind kind);

/* INVALID, with the field and its range, if a number is out of range. */
DESCENT_API descent_status descent_optimizer_check(const descent_optimizer *optimizer);

/* How many numbers of state each parameter needs: 0, 1 or 2. The optimizer must pass
 * descent_optimizer_check(). */
DESCENT_API size_t descent_optimizer_slots(const descent_optimizer *optimizer);

/* One update of n parameters by n gradients. state is [slots × n], all zero before the first step,
 * and belongs to the caller; NULL where slots is 0. step counts from 1; learning_rate ≥ 0. The
 * optimizer must pass descent_optimizer_check(). Gradients are not checked: one that is not finite
 * spoils its parameter and its state. */
DESCENT_API void descent_optimizer_step(const descent_optimizer *optimizer, size_t n,
                                        float *parameters, const float *gradients, float *state,
                                        double learning_rate, uint64_t step);

/* The same in double, for objectives of few parameters whose steps are to be exact. state is
 * [2 × n] whatever the optimizer, all zero before the first step. */
DESCENT_API void descent_optimizer_step_double(const descent_optimizer *optimizer, size_t n,
                                               double *parameters, const double *gradients,
                                               double *state, double learning_rate, uint64_t step);

DESCENT_END

#endif

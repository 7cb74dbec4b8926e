/*
 * The optimizers: one loop over flat arrays each, in the float arithmetic of torch.optim.
 */
#include <descent/optimizer.h>

#include "base/elementary.h"
#include "base/fail.h"
#include "base/vector_loops.h"
#include "compute/optimizer_private.h"

#include <float.h>
#include <math.h>

/* Zero in place of a subnormal number: moving sums of gradients that have become zero decay through
 * those, in which processors calculate a hundred times slower. */
static inline float flushed(float x)
{
    return fabsf(x) < FLT_MIN ? 0.0f : x;
}

DESCENT_VECTOR_LOOP static void sgd(const struct descent_rates *r, size_t n, float *w,
                                    const float *g, float *unused, float *unused2)
{
    (void)unused;
    (void)unused2;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        w[i] -= r->learning_rate * (g[i] + r->weight_decay * w[i]);
    }
}

DESCENT_VECTOR_LOOP static void sgd_momentum(const struct descent_rates *r, size_t n, float *w,
                                             const float *g, float *buffer, float *unused)
{
    (void)unused;
    float ahead = r->nesterov ? r->momentum : 1.0f;
    float present = r->nesterov ? 1.0f : 0.0f;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float gradient = g[i] + r->weight_decay * w[i];
        buffer[i] = flushed(r->momentum * buffer[i] + gradient);
        w[i] -= r->learning_rate * (present * gradient + ahead * buffer[i]);
    }
}

DESCENT_VECTOR_LOOP static void adam(const struct descent_rates *r, size_t n, float *w,
                                     const float *g, float *mean, float *square)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float shrunk = w[i] * r->shrink;
        float gradient = g[i] + r->weight_decay * shrunk;
        mean[i] = flushed(r->beta1 * mean[i] + r->rest1 * gradient);
        square[i] = flushed(r->beta2 * square[i] + r->rest2 * (gradient * gradient));
        float denominator = sqrtf(square[i]) * r->correction2 + r->epsilon;
        w[i] = shrunk - r->learning_rate * mean[i] / denominator;
    }
}

DESCENT_VECTOR_LOOP static void rmsprop(const struct descent_rates *r, size_t n, float *w,
                                        const float *g, float *square, float *buffer)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float gradient = g[i] + r->weight_decay * w[i];
        square[i] = flushed(r->alpha * square[i] + r->rest_alpha * (gradient * gradient));
        float direction = gradient / (sqrtf(square[i]) + r->epsilon);
        buffer[i] = flushed(r->momentum * buffer[i] + direction);
        w[i] -= r->learning_rate * buffer[i];
    }
}

DESCENT_VECTOR_LOOP static void rmsprop_plain(const struct descent_rates *r, size_t n, float *w,
                                              const float *g, float *square, float *unused)
{
    (void)unused;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float gradient = g[i] + r->weight_decay * w[i];
        square[i] = flushed(r->alpha * square[i] + r->rest_alpha * (gradient * gradient));
        w[i] -= r->learning_rate * (gradient / (sqrtf(square[i]) + r->epsilon));
    }
}

/*
 * What the loops can reach. Below, each has its recurrence once more, in magnitudes: differences
 * become sums, denominators their least value ε, and what is returned is a sum over all
 * intermediate results, so that none exceeds it and neither an infinity nor a NaN gets lost.
 *
 * With G ≥ |g| and the bounds true before a step, an intermediate result is in exact arithmetic at
 * most as large as here. Each operation in float rounds by a factor of at most 1 + 2^−24 (or, among
 * subnormal numbers, by 2^−150), and no result is more than 14 operations deep, which makes at most
 * 1 + 10^−6 together. Where the sum stays below a quarter of FLT_MAX, no operation overflows. None
 * gives NaN either: that takes an infinite operand, or 0 / 0, and ε > 0. So every number of the
 * step is finite, and the bounds, with 10^−6 added, are true after it.
 *
 * A missing slot has a bound as well, which is multiplied by a momentum of 0.
 */
static double sgd_bound(const struct descent_rates *r, double gradient, struct descent_bounds *b)
{
    double g = gradient + (double)r->weight_decay * b->parameter;
    b->slot[0] = (double)r->momentum * b->slot[0] + g;
    b->parameter += (double)r->learning_rate * (g + b->slot[0]);
    return g + b->slot[0] + b->parameter;
}

static double adam_bound(const struct descent_rates *r, double gradient, struct descent_bounds *b)
{
    double shrink = fabs((double)r->shrink);
    double shrunk = b->parameter * (shrink < 1.0 ? 1.0 : shrink); /* biases do not shrink */
    double g = gradient + (double)r->weight_decay * shrunk;
    b->slot[0] = (double)r->beta1 * b->slot[0] + (double)r->rest1 * g;
    b->slot[1] = (double)r->beta2 * b->slot[1] + (double)r->rest2 * (g * g);
    double numerator = (double)r->learning_rate * b->slot[0];
    b->parameter = shrunk + numerator / (double)r->epsilon;
    return g + g * g + b->slot[0] + b->slot[1] + numerator + b->parameter;
}

static double rmsprop_bound(const struct descent_rates *r, double gradient,
                            struct descent_bounds *b)
{
    double g = gradient + (double)r->weight_decay * b->parameter;
    double direction = g / (double)r->epsilon;
    b->slot[0] = (double)r->alpha * b->slot[0] + (double)r->rest_alpha * (g * g);
    b->slot[1] = (double)r->momentum * b->slot[1] + direction;
    b->parameter += (double)r->learning_rate * b->slot[1];
    return g + g * g + direction + b->slot[0] + b->slot[1] + b->parameter;
}

static double rounded_up(double magnitude)
{
    return magnitude * (1.0 + 1e-6) + (double)FLT_MIN;
}

bool descent_optimizer_bound(const struct descent_rates *rates, double gradient,
                             struct descent_bounds *bounds)
{
    double most = rates->bound(rates, gradient, bounds);
    bounds->parameter = rounded_up(bounds->parameter);
    bounds->slot[0] = rounded_up(bounds->slot[0]);
    bounds->slot[1] = rounded_up(bounds->slot[1]);
    return most < (double)FLT_MAX / 4.0; /* false for NaN */
}

/* A kind is one of two loops: without and with momentum, each with its slots of state. */
static const struct {
    const char *name;
    descent_update_bound *bound;
    struct {
        descent_update_loop *update;
        size_t slots;
    } plain, momentum;
} kinds[DESCENT_OPTIMIZER_COUNT] = {
    [DESCENT_OPTIMIZER_SGD] = {"sgd", sgd_bound, {sgd, 0}, {sgd_momentum, 1}},
    [DESCENT_OPTIMIZER_ADAM] = {"adam", adam_bound, {adam, 2}, {adam, 2}},
    [DESCENT_OPTIMIZER_ADAMW] = {"adamw", adam_bound, {adam, 2}, {adam, 2}},
    [DESCENT_OPTIMIZER_RMSPROP] = {"rmsprop", rmsprop_bound, {rmsprop_plain, 1}, {rmsprop, 2}},
};

const char *descent_optimizer_name(descent_optimizer_kind kind)
{
    return (unsigned)kind < DESCENT_OPTIMIZER_COUNT ? kinds[kind].name : NULL;
}

static bool below_one(double value)
{
    return value >= 0.0 && (float)value < 1.0f;
}

descent_status descent_optimizer_check(const descent_optimizer *o)
{
    DESCENT_RETURN_UNLESS(o != NULL);
    const struct {
        bool valid;
        const char *expected;
        double found;
    } checks[] = {
        {(unsigned)o->kind < DESCENT_OPTIMIZER_COUNT, "a known kind", (double)o->kind},
        {below_one(o->momentum), "momentum in [0, 1)", o->momentum},
        {below_one(o->beta1), "beta1 in [0, 1)", o->beta1},
        {below_one(o->beta2), "beta2 in [0, 1)", o->beta2},
        {below_one(o->alpha), "alpha in [0, 1)", o->alpha},
        {(float)o->epsilon > 0.0f && isfinite((float)o->epsilon), "epsilon > 0, as a float",
         o->epsilon},
        {o->weight_decay >= 0.0 && isfinite((float)o->weight_decay),
         "weight_decay ≥ 0, finite as a float", o->weight_decay},
        {!o->nesterov || (o->kind == DESCENT_OPTIMIZER_SGD && o->momentum > 0.0),
         "sgd with momentum > 0 for nesterov", o->momentum},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i].valid) {
            return descent_fail(DESCENT_ERROR_INVALID, "optimizer: expected %s, found %g",
                                checks[i].expected, checks[i].found);
        }
    }
    return DESCENT_OK;
}

size_t descent_optimizer_slots(const descent_optimizer *optimizer)
{
    return optimizer->momentum > 0.0 ? kinds[optimizer->kind].momentum.slots
                                     : kinds[optimizer->kind].plain.slots;
}

struct descent_rates descent_rates_of(const descent_optimizer *o, double learning_rate,
                                      uint64_t step)
{
    bool adam_family = o->kind == DESCENT_OPTIMIZER_ADAM || o->kind == DESCENT_OPTIMIZER_ADAMW;
    bool decoupled = o->kind == DESCENT_OPTIMIZER_ADAMW;
    double correction1 = adam_family ? 1.0 - descent_pow_double(o->beta1, (double)step) : 1.0;
    return (struct descent_rates){
        .update = o->momentum > 0.0 ? kinds[o->kind].momentum.update : kinds[o->kind].plain.update,
        .bound = kinds[o->kind].bound,
        .learning_rate = (float)(learning_rate / correction1),
        .momentum = (float)o->momentum,
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .alpha = (float)o->alpha,
        .rest1 = (float)(1.0 - o->beta1),
        .rest2 = (float)(1.0 - o->beta2),
        .rest_alpha = (float)(1.0 - o->alpha),
        .correction2 = (float)(1.0 / sqrt(1.0 - descent_pow_double(o->beta2, (double)step))),
        .epsilon = (float)o->epsilon,
        .weight_decay = decoupled ? 0.0f : (float)o->weight_decay,
        .shrink = decoupled ? (float)(1.0 - learning_rate * o->weight_decay) : 1.0f,
        .nesterov = o->nesterov,
    };
}

void descent_optimizer_update(const struct descent_rates *rates, size_t n, float *parameters,
                              const float *gradients, float *slot0, float *slot1)
{
    rates->update(rates, n, parameters, gradients, slot0, slot1);
}

void descent_optimizer_step(const descent_optimizer *optimizer, size_t n, float *parameters,
                            const float *gradients, float *state, double learning_rate,
                            uint64_t step)
{
    const struct descent_rates rates = descent_rates_of(optimizer, learning_rate, step);
    size_t slots = descent_optimizer_slots(optimizer);
    rates.update(&rates, n, parameters, gradients, slots > 0 ? state : NULL,
                 slots > 1 ? state + n : NULL);
}

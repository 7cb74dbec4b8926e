/*
 * The curvature of a loss at a model's parameters: the largest and the smallest eigenvalue of its
 * Hessian H, the matrix of second derivatives with respect to all weights and biases.
 *
 * The largest one is the loss's sharpness. On a parabola with curvature λ, gradient descent
 * diverges with a learning rate above 2 / λ (descent_curvature_limit()); training a network with
 * all samples in each step raises its sharpness up to that limit, and stays there (Cohen et al.
 * 2021, https://arxiv.org/abs/2103.00065). Where the gradient is zero and the smallest eigenvalue
 * is below 0, there is a saddle.
 *
 * The method is that of Lanczos (1950), orthogonalised in full: each product Hv is a difference of
 * two gradients over all samples,
 *
 *     H v ≈ (g(w + εv) − g(w − εv)) / 2ε,     |v| = 1,
 *
 * and of all vectors that the products so far span, those are taken that bend the loss most and
 * least. Power iteration, which keeps the last product alone, takes several times as many.
 *
 * Parameters are floats. Rounding w ± εv moves it by about u |w|, u = 2^−24, which changes Hv by
 * u |w| / ε; the difference leaves out terms of the order ε². Both are alike at ε = (u |w|)^⅓,
 * which is what is taken, with 1 for a shorter w. That is not trusted but measured: each
 * eigenvector is multiplied once more with half that ε, and what then remains of Hv − λv is in the
 * result. Hidden units with a kink (relu, leaky-relu) keep the slope that they have at w for each
 * sample: the Hessian at w knows no other.
 */
#ifndef DESCENT_CURVATURE_H
#define DESCENT_CURVATURE_H

#include <descent/batch.h>
#include <descent/engine.h>
#include <descent/loss.h>
#include <descent/model.h>
#include <descent/optimizer.h>
#include <descent/status.h>
#include <stdbool.h>

DESCENT_BEGIN

/* What is differentiated: the mean loss of a model over samples, as an optimizer minimises it. */
typedef struct descent_curvature_problem {
    const descent_model *model;
    const descent_loss *loss;
    double weight_decay; /* adds ½ weight_decay |w|², the term whose gradient sgd, adam and rmsprop
                            add; adamw's decay is not part of the loss: 0 */
    bool decay_biases;   /* biases are part of that w */
    descent_engine engine; /* that computes the gradients */
    size_t samples;        /* that one pass gives in all, ≥ 1 */
    size_t batch;          /* and at once, at most */
    int threads;           /* as descent_trainer_config has it; they do not change a bit */
    /* Fills in the next samples; false behind the last, where the next call starts the next pass
     * over the same samples. */
    bool (*next)(void *context, descent_batch *batch);
    void *context;
} descent_curvature_problem;

typedef struct descent_curvature_config {
    double tolerance; /* converged: |Hv − λv| is at most this share of the eigenvalue that is
                         largest in magnitude; > 0 */
    size_t products;  /* Hv at most, each two passes over the samples; 1 to 1000. Memory: one float
                         for each that is done and each parameter */
    bool smallest;    /* look for the smallest eigenvalue as well */
    uint64_t seed;    /* of the first vector */
    void (*watch)(void *context, size_t products); /* called after each product; NULL: not */
    void *context;
} descent_curvature_config;

#define DESCENT_CURVATURE_DEFAULT                                                                  \
    {                                                                                              \
        .tolerance = 0.01, .products = 100, .smallest = true                                       \
    }

/* H has an eigenvalue within `residual` of `value`. The largest one is at least that much as far as
 * differences are exact, the smallest at most. */
typedef struct descent_eigenvalue {
    double value;    /* λ = v · Hv, |v| = 1 */
    double residual; /* |Hv − λv| */
    bool converged;  /* within the tolerance */
} descent_eigenvalue;

typedef struct descent_curvature {
    double loss;          /* weight decay's term included */
    double gradient_norm; /* L2 norm of that loss's gradient */
    descent_eigenvalue largest;
    descent_eigenvalue smallest; /* NaN where it was not looked for */
    size_t products;             /* that it took, without the last one of each eigenvalue */
} descent_curvature;

/* Measures; the model stays as it is. The result depends on model, loss, samples and their order,
 * batch, config and the processor alone. Errors: INVALID (says which number is out of range; as
 * descent_trainer_backward()), NONFINITE (loss or gradient, there or nearby), MEMORY. */
DESCENT_API descent_status descent_curvature_measure(descent_curvature *curvature,
                                                     const descent_curvature_problem *problem,
                                                     const descent_curvature_config *config);

/*
 * The learning rate times the curvature that a constant learning rate must stay below on a
 * parabola; NaN for optimizers without such a limit, which are all but sgd. With sgd each step is a
 * linear map of w and the momentum's buffer, and stays bounded while its eigenvalues are inside the
 * unit circle; the first to leave passes −1. With momentum μ that is at 2 (1 + μ), with Nesterov's
 * at 2 (1 + μ) / (1 + 2 μ), and at 2 without momentum (Cohen et al. 2021).
 */
DESCENT_API double descent_curvature_limit(const descent_optimizer *optimizer);

DESCENT_END

#endif

/*
 * A trainer: model + loss + optimizer = one step. It knows no loaders and no files.
 *
 * The trainer works on its own copy of the parameters in a fast layout; descent_trainer_save()
 * writes them into a model. After create, nothing is allocated.
 */
#ifndef DESCENT_TRAINER_H
#define DESCENT_TRAINER_H

#include <descent/network.h>
#include <descent/optimizer.h>

DESCENT_BEGIN

typedef struct descent_trainer descent_trainer;

typedef struct descent_trainer_config {
    descent_engine engine; /* that computes the steps; 0: DESCENT_ENGINE_BLAS */
    descent_loss loss;     /* its arrays are copied */
    descent_optimizer optimizer;
    size_t batch;            /* samples of a step or a part of it, at most; layout and threads are
                                planned for it; 1 to 2^31 − 1 */
    size_t evaluation_batch; /* the most samples that descent_trainer_evaluate() and
                                descent_trainer_measure() get, if more than batch; 0: batch */
    double dropout;          /* share of hidden units dropped in training, in [0, 1); the others are
                                scaled by 1 / (1 − dropout) (Srivastava 2014) */
    double input_dropout;    /* the same share of the inputs */
    double max_norm;         /* after each step the incoming weights of a hidden unit, without its
                                bias, are scaled down to this L2 norm where they are longer; 0: no
                                limit (Srivastava 2014, who limit hidden units) */
    double clip_norm;        /* the gradient is scaled down to this L2 norm; 0: no clipping */
    bool decay_biases;       /* weight decay acts on biases as well */
    uint64_t norm_period;  /* the gradient's norm is measured every norm_period steps; 0: never. The
                              other steps are faster, unless they clip: weights are updated while
                              their part of the gradient is in cache. */
    uint64_t noise_period; /* the gradient noise scale is measured in the middle one of every
                              noise_period steps, where that has two samples or more; 0: never.
                              Such a step takes up to half as long again, and no bit of its result
                              depends on it. See descent_metrics_noise_scale(). */
    uint64_t seed;         /* decides the dropout masks, together with the step */
    int threads;           /* 0 chooses by the work of a batch, 1 to DESCENT_THREADS_MAX forces */
} descent_trainer_config;

#define DESCENT_TRAINER_DEFAULT                                                                    \
    {                                                                                              \
        .loss = {.kind = DESCENT_LOSS_CROSS_ENTROPY}, .optimizer = DESCENT_OPTIMIZER_DEFAULT,      \
        .batch = 32, .norm_period = 1                                                              \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_trainer_config descent_trainer_default(void);

/* Plans training of a model; copies its parameters, so that the model may be destroyed before. The
 * caller destroys it. Errors: INVALID (says which number is out of range), MEMORY. */
DESCENT_API descent_status descent_trainer_create(descent_trainer **trainer,
                                                  const descent_model *model,
                                                  const descent_trainer_config *config);

/* Frees a trainer; NULL is allowed. */
DESCENT_API void descent_trainer_destroy(descent_trainer *trainer);

/*
 * One step on up to `batch` samples: forward, loss, backward, update with the given learning rate
 * (≥ 0, finite). Adds the batch's loss and correct answers, as of before the update, to metrics
 * (may be NULL), and the gradient's norm where it is measured.
 *
 * With batch NULL, the step uses the gradient that descent_trainer_backward() has summed up; with a
 * batch, such a gradient is dropped.
 *
 * Errors: INVALID (n, a label, or the targets do not fit), NONFINITE (the loss, the gradient, or a
 * number that the step would give). After a failure no byte of parameters, state and step count has
 * changed; NONFINITE also drops a summed-up gradient. After a success every parameter and every
 * number of the state is finite.
 */
DESCENT_API descent_status descent_trainer_step(descent_trainer *trainer,
                                                const descent_batch *batch, double learning_rate,
                                                descent_metrics *metrics);

/*
 * Forward, loss and backward of one part of a larger batch of `total` samples; the gradient is
 * added to what earlier calls since the last step have summed up. k calls on the parts of a batch
 * and a step with batch NULL are one step on the whole batch; samples left out add nothing to the
 * gradient. Errors as descent_trainer_step(), and INVALID (more samples than total).
 */
DESCENT_API descent_status descent_trainer_backward(descent_trainer *trainer,
                                                    const descent_batch *batch, size_t total,
                                                    descent_metrics *metrics);

/*
 * The gradient of `total` samples, summed up over their parts as by descent_trainer_backward(), but
 * without dropout, in parts of up to `batch` or evaluation_batch samples, whichever is more, and
 * measured instead of applied: after the last part, descent_trainer_gradient_norm() and
 * descent_trainer_layer_norm() return its norms, and the sum is dropped.
 * Parameters, state and step count stay as they are. Errors as descent_trainer_step().
 */
DESCENT_API descent_status descent_trainer_measure(descent_trainer *trainer,
                                                   const descent_batch *batch, size_t total,
                                                   descent_metrics *metrics);

/* Loss and correct answers with the present parameters, without dropout, for up to `batch` or
 * evaluation_batch samples, whichever is more; as descent_network_evaluate(). */
DESCENT_API descent_status descent_trainer_evaluate(descent_trainer *trainer,
                                                    const descent_batch *batch,
                                                    descent_metrics *metrics);

/* L2 norm of the whole gradient of the last step that measured it, before clipping; 0 before the
 * first. */
DESCENT_API double descent_trainer_gradient_norm(const descent_trainer *trainer);

/* The same of one layer's weights and biases alone, layer < layers: the squares of all layers add
 * up to that of the whole. */
DESCENT_API double descent_trainer_layer_norm(const descent_trainer *trainer, size_t layer);

/* Where a step first was not finite, in the order of the computation: forward from the first layer
 * to the last one, then backward. */
typedef struct descent_failure {
    const char *what; /* "inputs", "weights", "outputs", "deltas" (the gradient with respect to
                         the activation's input), "gradient", or "step" if all these are
                         finite but the optimizer's state or the step's result is not; a
                         static string; NULL: no step has failed */
    size_t layer;     /* from 0 */
    double input;     /* the greatest finite magnitudes in that layer; 0 if not computed */
    double weight;    /* biases included */
    double output;
    double delta;
    double gradient;
} descent_failure;

/* The failure of the last call, other than descent_trainer_evaluate(), that returned
 * DESCENT_ERROR_NONFINITE. */
DESCENT_API descent_failure descent_trainer_failure(const descent_trainer *trainer);

/* Copies the gradient that descent_trainer_backward() has summed up since the last step, in the
 * order of the model's flat array, [parameter count]. Error: INVALID (there is none). */
DESCENT_API descent_status descent_trainer_gradient(const descent_trainer *trainer,
                                                    float *gradient);

/* Copies the present parameters into a model, or a model's into the trainer. Error: MISMATCH (the
 * shapes differ; names both). */
DESCENT_API descent_status descent_trainer_save(const descent_trainer *trainer,
                                                descent_model *model);
DESCENT_API descent_status descent_trainer_load(descent_trainer *trainer,
                                                const descent_model *model);

/* The optimizer in use, borrowed. */
DESCENT_API const descent_optimizer *descent_trainer_optimizer(const descent_trainer *trainer);

/* The number of threads for a step on a full batch, if the system gives as many: see descent.h. */
DESCENT_API int descent_trainer_threads(const descent_trainer *trainer);

/* The share of the steps so far that were made by all of these threads: where the number was left
 * open, steps are made by one while other work on the machine holds the others up. 1 where they
 * were asked for, and before the first step. */
DESCENT_API double descent_trainer_threads_share(const descent_trainer *trainer);

/* Bytes of memory in use; constant from create on. OpenBLAS's own buffers come on top where the
 * engine is DESCENT_ENGINE_BLAS. */
DESCENT_API size_t descent_trainer_bytes(const descent_trainer *trainer);

/* Number of steps done. */
DESCENT_API uint64_t descent_trainer_steps(const descent_trainer *trainer);

/* The optimizer's state, for checkpoints: slot s < slots of it, [parameter count] in the order of
 * the model's flat array, copied out of the trainer or into it. */
DESCENT_API size_t descent_trainer_slots(const descent_trainer *trainer);
DESCENT_API void descent_trainer_save_state(const descent_trainer *trainer, size_t slot,
                                            float *state);
DESCENT_API void descent_trainer_load_state(descent_trainer *trainer, size_t slot,
                                            const float *state);

/* Sets the number of steps done; the optimizer and the dropout masks depend on it. */
DESCENT_API void descent_trainer_resume(descent_trainer *trainer, uint64_t steps);

DESCENT_END

#endif

/*
 * A network: a model made ready to run, with its workspace planned once. Forward and evaluation
 * allocate nothing.
 */
#ifndef DESCENT_NETWORK_H
#define DESCENT_NETWORK_H

#include <descent/batch.h>
#include <descent/engine.h>
#include <descent/loss.h>
#include <descent/model.h>
#include <descent/status.h>

DESCENT_BEGIN

typedef struct descent_network descent_network;

/* Sums over samples, so that batches of different lengths count by their samples. */
typedef struct descent_metrics {
    double loss_sum;   /* of the samples' losses: see descent_metrics_loss() */
    double weight_sum; /* of their labels' class weights; without class weights the number of
                          samples */
    double square_sum; /* MSE: of the samples' squared errors in the targets' own units, each the
                          mean over outputs */
    size_t correct;    /* samples whose argmax is the label; first index wins ties. With one output
                          for two classes the answer is 1 where the logit is above 0. Targets of
                          binary cross-entropy: samples of which all labels are right (subset
                          accuracy, exact match): logit > 0 where the target is above ½ */
    size_t samples;
    double norm_sum; /* of the gradient norms measured by training steps, before clipping */
    size_t norms;    /* their number */
    double noise_sum, signal_sum; /* of the estimates of tr Σ and |G|² by training steps: see
                                     descent_metrics_noise_scale() */
    double signal_square_sum;     /* of the squares of the latter */
    size_t noises;                /* their number */
} descent_metrics;

/* The mean loss of the samples seen: loss_sum / weight_sum; NaN where there are none. */
DESCENT_API double descent_metrics_loss(const descent_metrics *metrics);

/* With MSE, the root of the mean squared error over samples and outputs, in the targets' own units:
 * √(square_sum / samples); NaN where there are none. */
DESCENT_API double descent_metrics_rmse(const descent_metrics *metrics);

/* The gradient noise scale tr Σ / |G|², in samples (McCandlish et al. 2018, "An empirical model of
 * large-batch training", appendix A.1): Σ is the covariance of one sample's gradient, dropout and
 * augmentation included, and G its mean. Both are estimated without bias in the steps that measure
 * it (descent_trainer_config.noise_period), and averaged before one is divided by the other. The
 * gradient is that of the loss, with class weights and before clipping and weight decay. NaN where
 * nothing was measured, and where the noise hides G: the mean estimate of |G|² is not above 0, or,
 * of several, not above its standard error. */
DESCENT_API double descent_metrics_noise_scale(const descent_metrics *metrics);

/* Plans a network for batches of up to `batch` samples, 1 to 2^31 − 1. Copies the model's
 * parameters; the model may be destroyed afterwards. threads: 0 chooses by the shapes, 1 to
 * DESCENT_THREADS_MAX forces. Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_network_create(descent_network **network,
                                                  const descent_model *model, size_t batch,
                                                  int threads);

/* The same on the given engine; descent_network_create() takes DESCENT_ENGINE_BLAS. Errors: INVALID
 * (no such engine, too), MEMORY. */
DESCENT_API descent_status descent_network_create_on(descent_network **network,
                                                     const descent_model *model,
                                                     descent_engine engine, size_t batch,
                                                     int threads);

/* Frees a network; NULL is allowed. */
DESCENT_API void descent_network_destroy(descent_network *network);

/* The outputs of the last layer (logits, for a classifier) for n ≤ batch samples, features [n ×
 * inputs], outputs [n × outputs]. Features that are not finite, and overflow, show in the outputs.
 * Error: INVALID (n out of range). */
DESCENT_API descent_status descent_network_forward(descent_network *network, const float *features,
                                                   size_t n, float *outputs);

/* Adds the batch's loss and correct answers to metrics. predictions, if not NULL, gets each
 * sample's answer, [n]: the argmax, or, of one output for two classes, the class. Errors: INVALID
 * (n or a label out of range, or targets that the loss cannot use), NONFINITE (the loss; metrics
 * stay unchanged). */
DESCENT_API descent_status descent_network_evaluate(descent_network *network,
                                                    const descent_loss *loss,
                                                    const descent_batch *batch,
                                                    descent_metrics *metrics, int32_t *predictions);

/*
 * The outputs of a model for n samples by definition, in place of an engine: one sample after the
 * other, each output one sum that starts at 0 and adds weight times input in the order of the
 * inputs, then the bias; each product and each sum is rounded to float by itself. It is the same to
 * the bit on every machine and in the files of descent_export_c(), and slow. features [n × inputs],
 * outputs [n × outputs], scratch [descent_model_scratch()].
 */
DESCENT_API void descent_model_forward(const descent_model *model, const float *features, size_t n,
                                       float *outputs, float *scratch);
DESCENT_API size_t descent_model_scratch(const descent_model *model);

/* The same of one layer and one sample, from x [inputs] to y [outputs]. */
DESCENT_API void descent_layer_forward(const descent_layer *layer, const float *x, float *y);

/* The threads that a full batch runs on. */
DESCENT_API int descent_network_threads(const descent_network *network);

DESCENT_END

#endif

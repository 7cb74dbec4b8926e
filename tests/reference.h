/*
 * The slow truth beyond what check-gradient has of it: gradients, dropout and optimizers in double
 * precision and plain loops, one sample and one number at a time. Tests hold the library against
 * it; it uses nothing of the library but the public types.
 */
#ifndef DESCENT_TEST_REFERENCE_H
#define DESCENT_TEST_REFERENCE_H

#include "cli/check/reference.h"

#include <descent/optimizer.h>

enum { REFERENCE_WIDTH_MAX = 320, REFERENCE_LAYERS_MAX = 6 };

struct reference_network {
    descent_model_config shape; /* layers, sizes and activations count; the rest does not */
    const double *parameters;   /* in the order of descent_model_parameters() */
    const double *factors; /* of the hidden units in order: 0 where dropped, else 1 / (1 − p);
                              NULL: no dropout */
    size_t factors_step;   /* from a sample's factors to the next one's; 0: the same for all */
};

double reference_derivative(descent_activation activation, double z);

/* outputs [n × outputs] for features [n × inputs]. */
void reference_forward(const struct reference_network *network, const float *features, size_t n,
                       double *outputs);

/* The mean loss of a batch, with labels or targets. */
double reference_loss(const struct reference_network *network, const descent_loss *loss,
                      const descent_batch *batch);

/* The gradient of that mean, [parameters]. */
void reference_backward(const struct reference_network *network, const descent_loss *loss,
                        const descent_batch *batch, double *gradient);

/* reference_nearest_kink() over a batch: how near a kink the data come. */
double reference_batch_nearest_kink(const struct reference_network *network,
                                    const descent_batch *batch);

double reference_norm(size_t n, const double *numbers);

/* As torch.nn.utils.clip_grad_norm_(); clip 0 changes nothing. */
void reference_clip(size_t n, double *gradient, double clip);

/* The weights of each hidden unit, without its bias, are scaled down to this norm if longer. */
void reference_limit_norms(const descent_model_config *shape, double *parameters, double most);

/* One update. state is [2 × n], zero before step 1. decays [n] says which parameters weight decay
 * acts on; NULL: all. */
void reference_update(const descent_optimizer *optimizer, size_t n, double *parameters,
                      const double *gradient, double *state, double learning_rate, uint64_t step,
                      const bool *decays);

#endif

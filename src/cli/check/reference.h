/*
 * The slow truth: dense networks and losses in double precision and plain loops, one sample and one
 * number at a time. check-gradient and the tests hold the library against it; it uses nothing of
 * the library but the public types.
 */
#ifndef DESCENT_CLI_REFERENCE_H
#define DESCENT_CLI_REFERENCE_H

#include <descent/batch.h>
#include <descent/loss.h>
#include <descent/model.h>
#include <stdbool.h>

double reference_activation(descent_activation activation, double z);

/* Of a shape, layers, sizes and activations count; the rest does not. */

/* The activation of layer l, its number of parameters, and that of the layers before it. Parameters
 * are in the order of descent_model_parameters(). */
descent_activation reference_activation_of(const descent_model_config *shape, size_t l);
size_t reference_layer_size(const descent_model_config *shape, size_t l);
size_t reference_layer_offset(const descent_model_config *shape, size_t l);

/* One sample on its way: layer l makes z[l] = W inputs[l] + b, and of that inputs[l + 1]. */
struct reference_pass {
    double *inputs[DESCENT_LAYERS_MAX + 1];
    double *z[DESCENT_LAYERS_MAX];
};

/* Room for a sample; false where memory is out. The caller frees it; zeroed is allowed. */
bool reference_pass_create(struct reference_pass *pass, const descent_model_config *shape);
void reference_pass_free(struct reference_pass *pass);

/* Starts with a sample's features; goes through layer l. */
void reference_pass_begin(struct reference_pass *pass, const descent_model_config *shape,
                          const float *features);
void reference_pass_layer(struct reference_pass *pass, const descent_model_config *shape,
                          const double *parameters, size_t l);

/* Whether the slope of layer l's activation jumps, at z = 0, and the smallest |z| of a unit where
 * it does. */
bool reference_has_kink(const descent_model_config *shape, size_t l);
double reference_nearest_kink(const struct reference_pass *pass, const descent_model_config *shape);

/* The weight of a class; 1 without class weights. */
double reference_class_weight(const descent_loss *loss, int32_t class);

/* The loss of sample s, whose outputs are that many; slopes, if not NULL, gets its derivative by
 * each output. The mean over a batch divides by the weights of the samples' classes. */
double reference_sample_loss(const descent_loss *loss, const descent_batch *batch, size_t s,
                             const double *outputs, size_t width, double *slopes);

#endif

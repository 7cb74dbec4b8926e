/*
 * The slow truth, part two: gradients. Derivatives are written out from z, not from the
 * activation's value, and backward visits the chain rule's terms one by one (Rumelhart, Hinton and
 * Williams 1986).
 */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double one(double z)
{
    (void)z;
    return 1;
}

static double relu_derivative(double z)
{
    return z > 0 ? 1 : 0;
}

static double leaky_relu_derivative(double z)
{
    return z > 0 ? 1 : 0.01;
}

static double elu_derivative(double z)
{
    return z > 0 ? 1 : exp(z);
}

static double normal_distribution(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

static double normal_density(double z)
{
    return exp(-z * z / 2) / sqrt(2 * acos(-1));
}

static double gelu_derivative(double z)
{
    return normal_distribution(z) + z * normal_density(z);
}

static double sigmoid(double z)
{
    return reference_activation(DESCENT_ACTIVATION_SIGMOID, z);
}

static double sigmoid_derivative(double z)
{
    return sigmoid(z) * sigmoid(-z);
}

static double silu_derivative(double z)
{
    return sigmoid(z) * (1 + z * sigmoid(-z));
}

static double tanh_derivative(double z)
{
    return 1 / (cosh(z) * cosh(z));
}

static double (*const derivatives[DESCENT_ACTIVATION_COUNT])(double z) = {
    [DESCENT_ACTIVATION_IDENTITY] = one,
    [DESCENT_ACTIVATION_RELU] = relu_derivative,
    [DESCENT_ACTIVATION_LEAKY_RELU] = leaky_relu_derivative,
    [DESCENT_ACTIVATION_ELU] = elu_derivative,
    [DESCENT_ACTIVATION_GELU] = gelu_derivative,
    [DESCENT_ACTIVATION_SILU] = silu_derivative,
    [DESCENT_ACTIVATION_TANH] = tanh_derivative,
    [DESCENT_ACTIVATION_SIGMOID] = sigmoid_derivative,
    [DESCENT_ACTIVATION_SOFTPLUS] = sigmoid,
};

double reference_derivative(descent_activation activation, double z)
{
    return derivatives[activation](z);
}

/* The factor of unit j of layer l for sample s: 1 but for dropout. */
static double factor_of(const struct reference_network *network, size_t s, size_t l, size_t j)
{
    if (network->factors == NULL || l + 1 == network->shape.layers) {
        return 1;
    }
    size_t unit = s * network->factors_step + j;
    for (size_t k = 0; k < l; k++) {
        unit += network->shape.sizes[k + 1];
    }
    return network->factors[unit];
}

static struct reference_pass create_pass(const struct reference_network *network)
{
    struct reference_pass pass;
    bool fits = network->shape.layers <= REFERENCE_LAYERS_MAX;
    for (size_t l = 0; l <= network->shape.layers && fits; l++) {
        fits = network->shape.sizes[l] <= REFERENCE_WIDTH_MAX;
    }
    if (!fits || !reference_pass_create(&pass, &network->shape)) {
        abort();
    }
    return pass;
}

/* Sample s of a batch. */
static void forward_sample(const struct reference_network *network, const float *features, size_t s,
                           struct reference_pass *pass)
{
    const descent_model_config *shape = &network->shape;
    reference_pass_begin(pass, shape, features + s * shape->sizes[0]);
    for (size_t l = 0; l < shape->layers; l++) {
        reference_pass_layer(pass, shape, network->parameters, l);
        for (size_t j = 0; j < shape->sizes[l + 1]; j++) {
            pass->inputs[l + 1][j] *= factor_of(network, s, l, j);
        }
    }
}

void reference_forward(const struct reference_network *network, const float *features, size_t n,
                       double *outputs)
{
    const descent_model_config *shape = &network->shape;
    struct reference_pass pass = create_pass(network);
    size_t width = shape->sizes[shape->layers];
    for (size_t s = 0; s < n; s++) {
        forward_sample(network, features, s, &pass);
        memcpy(outputs + s * width, pass.inputs[shape->layers], width * sizeof *outputs);
    }
    reference_pass_free(&pass);
}

double reference_batch_nearest_kink(const struct reference_network *network,
                                    const descent_batch *batch)
{
    struct reference_pass pass = create_pass(network);
    double nearest = HUGE_VAL;
    for (size_t s = 0; s < batch->n; s++) {
        forward_sample(network, batch->features, s, &pass);
        nearest = fmin(nearest, reference_nearest_kink(&pass, &network->shape));
    }
    reference_pass_free(&pass);
    return nearest;
}

/* The weight of all samples of a batch: what a mean over them divides by. */
static double weight_of_batch(const descent_loss *loss, const descent_batch *batch)
{
    double sum = 0;
    for (size_t s = 0; s < batch->n; s++) {
        sum += batch->labels == NULL ? 1 : reference_class_weight(loss, batch->labels[s]);
    }
    return sum;
}

double reference_loss(const struct reference_network *network, const descent_loss *loss,
                      const descent_batch *batch)
{
    const descent_model_config *shape = &network->shape;
    struct reference_pass pass = create_pass(network);
    double sum = 0;
    for (size_t s = 0; s < batch->n; s++) {
        forward_sample(network, batch->features, s, &pass);
        sum += reference_sample_loss(loss, batch, s, pass.inputs[shape->layers],
                                     shape->sizes[shape->layers], NULL);
    }
    reference_pass_free(&pass);
    return sum / weight_of_batch(loss, batch);
}

/* slopes: the loss by the outputs of layer l on entry, by its inputs on exit. */
static void backward_layer(const struct reference_network *network, size_t s, size_t l,
                           const struct reference_pass *pass, double share, double *slopes,
                           double *gradient)
{
    const descent_model_config *shape = &network->shape;
    size_t inputs = shape->sizes[l];
    size_t outputs = shape->sizes[l + 1];
    size_t offset = reference_layer_offset(shape, l);
    const double *weights = network->parameters + offset;
    double below[REFERENCE_WIDTH_MAX] = {0};
    for (size_t j = 0; j < outputs; j++) {
        double delta = slopes[j] * factor_of(network, s, l, j) *
                       reference_derivative(reference_activation_of(shape, l), pass->z[l][j]);
        for (size_t i = 0; i < inputs; i++) {
            gradient[offset + j * inputs + i] += share * delta * pass->inputs[l][i];
            below[i] += delta * weights[j * inputs + i];
        }
        gradient[offset + outputs * inputs + j] += share * delta;
    }
    memcpy(slopes, below, inputs * sizeof *slopes);
}

void reference_backward(const struct reference_network *network, const descent_loss *loss,
                        const descent_batch *batch, double *gradient)
{
    const descent_model_config *shape = &network->shape;
    struct reference_pass pass = create_pass(network);
    double slopes[REFERENCE_WIDTH_MAX];
    double share = 1 / weight_of_batch(loss, batch);
    memset(gradient, 0, reference_layer_offset(shape, shape->layers) * sizeof *gradient);
    for (size_t s = 0; s < batch->n; s++) {
        forward_sample(network, batch->features, s, &pass);
        reference_sample_loss(loss, batch, s, pass.inputs[shape->layers],
                              shape->sizes[shape->layers], slopes);
        for (size_t l = shape->layers; l-- > 0;) {
            backward_layer(network, s, l, &pass, share, slopes, gradient);
        }
    }
    reference_pass_free(&pass);
}

/*
 * The slow truth, part one: networks. Derivatives are written out from z, not from the activation's
 * value, and backward visits the chain rule's terms one by one (Rumelhart, Hinton and Williams
 * 1986), so that it shares no idea with the library beyond the mathematics.
 */
#include "reference.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double identity(double z)
{
    return z;
}

static double one(double z)
{
    (void)z;
    return 1;
}

static double relu(double z)
{
    return z > 0 ? z : 0;
}

static double relu_derivative(double z)
{
    return z > 0 ? 1 : 0;
}

static double leaky_relu(double z)
{
    return z > 0 ? z : 0.01 * z;
}

static double leaky_relu_derivative(double z)
{
    return z > 0 ? 1 : 0.01;
}

static double elu(double z)
{
    return z > 0 ? z : expm1(z);
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

static double gelu(double z)
{
    return z * normal_distribution(z);
}

static double gelu_derivative(double z)
{
    return normal_distribution(z) + z * normal_density(z);
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

static double sigmoid_derivative(double z)
{
    return sigmoid(z) * sigmoid(-z);
}

static double silu(double z)
{
    return z * sigmoid(z);
}

static double silu_derivative(double z)
{
    return sigmoid(z) * (1 + z * sigmoid(-z));
}

static double tanh_derivative(double z)
{
    return 1 / (cosh(z) * cosh(z));
}

static double softplus(double z)
{
    return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

static const struct {
    double (*value)(double z);
    double (*derivative)(double z);
} activations[DESCENT_ACTIVATION_COUNT] = {
    [DESCENT_ACTIVATION_IDENTITY] = {identity, one},
    [DESCENT_ACTIVATION_RELU] = {relu, relu_derivative},
    [DESCENT_ACTIVATION_LEAKY_RELU] = {leaky_relu, leaky_relu_derivative},
    [DESCENT_ACTIVATION_ELU] = {elu, elu_derivative},
    [DESCENT_ACTIVATION_GELU] = {gelu, gelu_derivative},
    [DESCENT_ACTIVATION_SILU] = {silu, silu_derivative},
    [DESCENT_ACTIVATION_TANH] = {tanh, tanh_derivative},
    [DESCENT_ACTIVATION_SIGMOID] = {sigmoid, sigmoid_derivative},
    [DESCENT_ACTIVATION_SOFTPLUS] = {softplus, sigmoid},
};

double reference_activation(descent_activation activation, double z)
{
    return activations[activation].value(z);
}

double reference_derivative(descent_activation activation, double z)
{
    return activations[activation].derivative(z);
}

size_t reference_layer_size(const descent_model_config *shape, size_t l)
{
    return (shape->sizes[l] + 1) * shape->sizes[l + 1];
}

size_t reference_layer_offset(const descent_model_config *shape, size_t l)
{
    return l == 0 ? 0 : reference_layer_offset(shape, l - 1) + reference_layer_size(shape, l - 1);
}

/* What the pass of one sample leaves behind for the way back. */
struct pass {
    double inputs[REFERENCE_LAYERS_MAX + 1][REFERENCE_WIDTH_MAX]; /* of layer l; last: outputs */
    double z[REFERENCE_LAYERS_MAX][REFERENCE_WIDTH_MAX];          /* W x + b of layer l */
};

static descent_activation activation_of(const descent_model_config *shape, size_t l)
{
    return l + 1 < shape->layers ? shape->activation : shape->output_activation;
}

/* The factor of unit j of layer l: 1 but for dropout. */
static double factor_of(const struct reference_network *network, size_t l, size_t j)
{
    if (network->factors == NULL || l + 1 == network->shape.layers) {
        return 1;
    }
    size_t unit = j;
    for (size_t k = 0; k < l; k++) {
        unit += network->shape.sizes[k + 1];
    }
    return network->factors[unit];
}

static void forward_layer(const struct reference_network *network, size_t l, struct pass *pass)
{
    const descent_model_config *shape = &network->shape;
    size_t inputs = shape->sizes[l];
    size_t outputs = shape->sizes[l + 1];
    const double *weights = network->parameters + reference_layer_offset(shape, l);
    const double *bias = weights + outputs * inputs;
    for (size_t j = 0; j < outputs; j++) {
        double z = bias[j];
        for (size_t i = 0; i < inputs; i++) {
            z += weights[j * inputs + i] * pass->inputs[l][i];
        }
        pass->z[l][j] = z;
        pass->inputs[l + 1][j] =
            factor_of(network, l, j) * reference_activation(activation_of(shape, l), z);
    }
}

static void forward_sample(const struct reference_network *network, const float *features,
                           struct pass *pass)
{
    const descent_model_config *shape = &network->shape;
    assert(shape->layers <= REFERENCE_LAYERS_MAX);
    for (size_t l = 0; l <= shape->layers; l++) {
        assert(shape->sizes[l] <= REFERENCE_WIDTH_MAX);
    }
    for (size_t i = 0; i < shape->sizes[0]; i++) {
        pass->inputs[0][i] = (double)features[i];
    }
    for (size_t l = 0; l < shape->layers; l++) {
        forward_layer(network, l, pass);
    }
}

void reference_forward(const struct reference_network *network, const float *features, size_t n,
                       double *outputs)
{
    struct pass pass;
    size_t width = network->shape.sizes[network->shape.layers];
    for (size_t s = 0; s < n; s++) {
        forward_sample(network, features + s * network->shape.sizes[0], &pass);
        memcpy(outputs + s * width, pass.inputs[network->shape.layers], width * sizeof *outputs);
    }
}

double reference_nearest_kink(const struct reference_network *network, const descent_batch *batch)
{
    struct pass pass;
    double nearest = HUGE_VAL;
    for (size_t s = 0; s < batch->n; s++) {
        forward_sample(network, batch->features + s * network->shape.sizes[0], &pass);
        for (size_t l = 0; l < network->shape.layers; l++) {
            for (size_t j = 0; j < network->shape.sizes[l + 1]; j++) {
                nearest = fmin(nearest, fabs(pass.z[l][j]));
            }
        }
    }
    return nearest;
}

static double weight_of(const descent_loss *loss, int32_t class)
{
    return loss->class_weights == NULL ? 1 : (double)loss->class_weights[class];
}

/* The weight of all samples of a batch: what a mean over them divides by. */
static double weight_of_batch(const descent_loss *loss, const descent_batch *batch)
{
    double sum = 0;
    for (size_t s = 0; s < batch->n; s++) {
        sum += batch->labels == NULL ? 1 : weight_of(loss, batch->labels[s]);
    }
    return sum;
}

/* What output k of sample s should be: a given value, or a share of the label's distribution times
 * the class's weight. */
static double target_of(const descent_loss *loss, const descent_batch *batch, size_t s, size_t k,
                        size_t width)
{
    if (batch->targets != NULL) {
        return (double)batch->targets[s * width + k];
    }
    double smoothing = loss->kind == DESCENT_LOSS_CROSS_ENTROPY ? loss->label_smoothing : 0;
    double hit = (size_t)batch->labels[s] == k ? 1 : 0;
    return weight_of(loss, (int32_t)k) * ((1 - smoothing) * hit + smoothing / (double)width);
}

static double log_of_sum_of_exponentials(const double *outputs, size_t width)
{
    double highest = outputs[0];
    double sum = 0;
    for (size_t k = 1; k < width; k++) {
        highest = fmax(highest, outputs[k]);
    }
    for (size_t k = 0; k < width; k++) {
        sum += exp(outputs[k] - highest);
    }
    return highest + log(sum);
}

/* The loss of sample s; slopes gets its derivative by each output. */
static double sample_loss(const descent_loss *loss, const descent_batch *batch, size_t s,
                          const double *outputs, size_t width, double *slopes)
{
    double sum = 0;
    double all_targets = 0;
    double logarithm = log_of_sum_of_exponentials(outputs, width);
    for (size_t k = 0; k < width; k++) {
        all_targets += target_of(loss, batch, s, k, width);
    }
    for (size_t k = 0; k < width; k++) {
        double target = target_of(loss, batch, s, k, width);
        if (loss->kind == DESCENT_LOSS_CROSS_ENTROPY) {
            sum -= target * (outputs[k] - logarithm);
            slopes[k] = all_targets * exp(outputs[k] - logarithm) - target;
        } else {
            double error = outputs[k] - target;
            sum += error * error / (double)width;
            slopes[k] = 2 * error / (double)width;
        }
    }
    return sum;
}

double reference_loss(const struct reference_network *network, const descent_loss *loss,
                      const descent_batch *batch)
{
    struct pass pass;
    double slopes[REFERENCE_WIDTH_MAX];
    double sum = 0;
    size_t layers = network->shape.layers;
    for (size_t s = 0; s < batch->n; s++) {
        forward_sample(network, batch->features + s * network->shape.sizes[0], &pass);
        sum +=
            sample_loss(loss, batch, s, pass.inputs[layers], network->shape.sizes[layers], slopes);
    }
    return sum / weight_of_batch(loss, batch);
}

/* slopes: the loss by the outputs of layer l on entry, by its inputs on exit. */
static void backward_layer(const struct reference_network *network, size_t l,
                           const struct pass *pass, double share, double *slopes, double *gradient)
{
    const descent_model_config *shape = &network->shape;
    size_t inputs = shape->sizes[l];
    size_t outputs = shape->sizes[l + 1];
    size_t offset = reference_layer_offset(shape, l);
    const double *weights = network->parameters + offset;
    double below[REFERENCE_WIDTH_MAX] = {0};
    for (size_t j = 0; j < outputs; j++) {
        double delta = slopes[j] * factor_of(network, l, j) *
                       reference_derivative(activation_of(shape, l), pass->z[l][j]);
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
    struct pass pass;
    double slopes[REFERENCE_WIDTH_MAX];
    size_t layers = network->shape.layers;
    size_t width = network->shape.sizes[layers];
    double share = 1 / weight_of_batch(loss, batch);
    memset(gradient, 0, reference_layer_offset(&network->shape, layers) * sizeof *gradient);
    for (size_t s = 0; s < batch->n; s++) {
        forward_sample(network, batch->features + s * network->shape.sizes[0], &pass);
        sample_loss(loss, batch, s, pass.inputs[layers], width, slopes);
        for (size_t l = layers; l-- > 0;) {
            backward_layer(network, l, &pass, share, slopes, gradient);
        }
    }
}

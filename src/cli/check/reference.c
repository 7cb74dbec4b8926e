/*
 * The slow truth about networks: values and losses. What activations and losses are is written out
 * here once more from their definitions, so that it shares no idea with the library beyond the
 * mathematics.
 */
#include "cli/check/reference.h"

#include <math.h>
#include <stdlib.h>

static double identity(double z)
{
    return z;
}

static double relu(double z)
{
    return z > 0 ? z : 0;
}

static double leaky_relu(double z)
{
    return z > 0 ? z : 0.01 * z;
}

static double elu(double z)
{
    return z > 0 ? z : expm1(z);
}

static double gelu(double z)
{
    return z * 0.5 * erfc(-z / sqrt(2));
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

static double silu(double z)
{
    return z * sigmoid(z);
}

static double softplus(double z)
{
    return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

static double (*const activations[DESCENT_ACTIVATION_COUNT])(double z) = {
    [DESCENT_ACTIVATION_IDENTITY] = identity,
    [DESCENT_ACTIVATION_RELU] = relu,
    [DESCENT_ACTIVATION_LEAKY_RELU] = leaky_relu,
    [DESCENT_ACTIVATION_ELU] = elu,
    [DESCENT_ACTIVATION_GELU] = gelu,
    [DESCENT_ACTIVATION_SILU] = silu,
    [DESCENT_ACTIVATION_TANH] = tanh,
    [DESCENT_ACTIVATION_SIGMOID] = sigmoid,
    [DESCENT_ACTIVATION_SOFTPLUS] = softplus,
};

double reference_activation(descent_activation activation, double z)
{
    return activations[activation](z);
}

descent_activation reference_activation_of(const descent_model_config *shape, size_t l)
{
    return l + 1 < shape->layers ? shape->activation : shape->output_activation;
}

size_t reference_layer_size(const descent_model_config *shape, size_t l)
{
    return (shape->sizes[l] + 1) * shape->sizes[l + 1];
}

size_t reference_layer_offset(const descent_model_config *shape, size_t l)
{
    size_t offset = 0;
    for (size_t before = 0; before < l; before++) {
        offset += reference_layer_size(shape, before);
    }
    return offset;
}

bool reference_pass_create(struct reference_pass *pass, const descent_model_config *shape)
{
    size_t count = shape->sizes[0];
    for (size_t l = 1; l <= shape->layers; l++) {
        count += 2 * shape->sizes[l];
    }
    *pass = (struct reference_pass){0};
    double *next = calloc(count, sizeof *next);
    if (next == NULL) {
        return false;
    }
    for (size_t l = 0; l <= shape->layers; l++) {
        pass->inputs[l] = next;
        next += shape->sizes[l];
        if (l < shape->layers) {
            pass->z[l] = next;
            next += shape->sizes[l + 1];
        }
    }
    return true;
}

void reference_pass_free(struct reference_pass *pass)
{
    free(pass->inputs[0]);
    *pass = (struct reference_pass){0};
}

void reference_pass_begin(struct reference_pass *pass, const descent_model_config *shape,
                          const float *features)
{
    for (size_t i = 0; i < shape->sizes[0]; i++) {
        pass->inputs[0][i] = (double)features[i];
    }
}

void reference_pass_layer(struct reference_pass *pass, const descent_model_config *shape,
                          const double *parameters, size_t l)
{
    size_t inputs = shape->sizes[l];
    size_t outputs = shape->sizes[l + 1];
    const double *weights = parameters + reference_layer_offset(shape, l);
    const double *bias = weights + outputs * inputs;
    for (size_t j = 0; j < outputs; j++) {
        double z = bias[j];
        for (size_t i = 0; i < inputs; i++) {
            z += weights[j * inputs + i] * pass->inputs[l][i];
        }
        pass->z[l][j] = z;
        pass->inputs[l + 1][j] = reference_activation(reference_activation_of(shape, l), z);
    }
}

bool reference_has_kink(const descent_model_config *shape, size_t l)
{
    descent_activation activation = reference_activation_of(shape, l);
    return activation == DESCENT_ACTIVATION_RELU || activation == DESCENT_ACTIVATION_LEAKY_RELU;
}

double reference_nearest_kink(const struct reference_pass *pass, const descent_model_config *shape)
{
    double nearest = HUGE_VAL;
    for (size_t l = 0; l < shape->layers; l++) {
        for (size_t j = 0; j < shape->sizes[l + 1] && reference_has_kink(shape, l); j++) {
            nearest = fmin(nearest, fabs(pass->z[l][j]));
        }
    }
    return nearest;
}

double reference_class_weight(const descent_loss *loss, int32_t class)
{
    return loss->class_weights == NULL ? 1 : (double)loss->class_weights[class];
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
    bool one_of_two = loss->kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY && width == 1;
    double hit = (size_t)batch->labels[s] == (one_of_two ? 1 : k) ? 1 : 0;
    return reference_class_weight(loss, (int32_t)k) *
           ((1 - smoothing) * hit + smoothing / (double)width);
}

static double log_of_sum_of_exponentials(const double *outputs, size_t width)
{
    double highest = outputs[0];
    for (size_t k = 1; k < width; k++) {
        highest = fmax(highest, outputs[k]);
    }
    double sum = exp(outputs[0] - highest);
    for (size_t k = 1; k < width; k++) {
        sum += exp(outputs[k] - highest);
    }
    return highest + log(sum);
}

/* ln(1 + e^x), which is −ln σ(−x). */
static double log_one_plus_exponential(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

double reference_sample_loss(const descent_loss *loss, const descent_batch *batch, size_t s,
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
        double slope;
        if (loss->kind == DESCENT_LOSS_CROSS_ENTROPY) {
            sum -= target * (outputs[k] - logarithm);
            slope = all_targets * exp(outputs[k] - logarithm) - target;
        } else if (loss->kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY) {
            sum += target * log_one_plus_exponential(-outputs[k]) +
                   (1 - target) * log_one_plus_exponential(outputs[k]);
            slope = (1 - target) * sigmoid(outputs[k]) - target * sigmoid(-outputs[k]);
        } else {
            double error = outputs[k] - target;
            sum += error * error / (double)width;
            slope = 2 * error / (double)width;
        }
        if (slopes != NULL) {
            slopes[k] = slope;
        }
    }
    return sum;
}

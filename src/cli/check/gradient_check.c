/*
 * Differences of a loss in double precision, one parameter at a time. What lies below the
 * parameter's layer does not change, so only the layers from there on are computed again.
 */
#include "cli/check/gradient_check.h"

#include <descent/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Floats round z by far less than this, so no unit of a batch that keeps away from the kink by it
 * is on another side for the library than it is here. */
static const double kink_margin = 1e-4;

enum { ATTEMPTS = 100 };
enum { STREAM_SAMPLES = DESCENT_STREAM_USER, STREAM_ELEMENTS };

static double identity(double z)
{
    return z;
}

static double relu(double z)
{
    return z > 0.0 ? z : 0.0;
}

static double leaky_relu(double z)
{
    return z > 0.0 ? z : 0.01 * z;
}

static double elu(double z)
{
    return z > 0.0 ? z : expm1(z);
}

static double gelu(double z)
{
    return z * erfc(-z / sqrt(2.0)) / 2.0;
}

static double sigmoid(double z)
{
    return 1.0 / (1.0 + exp(-z));
}

static double silu(double z)
{
    return z * sigmoid(z);
}

static double softplus(double z)
{
    return fmax(z, 0.0) + log1p(exp(-fabs(z)));
}

/* A kink is where the slope jumps: at z = 0, of the two that have one. */
static const struct {
    double (*function)(double z);
    bool kink;
} activations[DESCENT_ACTIVATION_COUNT] = {
    [DESCENT_ACTIVATION_IDENTITY] = {identity, false},
    [DESCENT_ACTIVATION_RELU] = {relu, true},
    [DESCENT_ACTIVATION_LEAKY_RELU] = {leaky_relu, true},
    [DESCENT_ACTIVATION_ELU] = {elu, false},
    [DESCENT_ACTIVATION_GELU] = {gelu, false},
    [DESCENT_ACTIVATION_SILU] = {silu, false},
    [DESCENT_ACTIVATION_TANH] = {tanh, false},
    [DESCENT_ACTIVATION_SIGMOID] = {sigmoid, false},
    [DESCENT_ACTIVATION_SOFTPLUS] = {softplus, false},
};

/* Where a layer's weights begin in the flat array; its bias follows them. */
static size_t offset_of(const descent_model *model, size_t layer)
{
    return (size_t)(descent_model_layer(model, layer).weights - descent_model_parameters(model));
}

/* z of one unit for one sample. */
static double weigh(const double *weights, const double *inputs, size_t count, double bias)
{
    double sum = bias;
    for (size_t i = 0; i < count; i++) {
        sum += weights[i] * inputs[i];
    }
    return sum;
}

/* Computes a layer's activations from those below, and says on which side of a kink its units are.
 */
static void forward_layer(struct gradient_check *check, size_t l, unsigned char *sides)
{
    descent_layer layer = descent_model_layer(check->model, l);
    const double *weights = check->parameters + offset_of(check->model, l);
    const double *bias = weights + layer.inputs * layer.outputs;
    bool kink = activations[layer.activation].kink;
    for (size_t s = 0; s < check->config.batch; s++) {
        const double *inputs = check->activations[l] + s * layer.inputs;
        double *outputs = check->activations[l + 1] + s * layer.outputs;
        for (size_t o = 0; o < layer.outputs; o++) {
            double z = weigh(weights + o * layer.inputs, inputs, layer.inputs, bias[o]);
            outputs[o] = activations[layer.activation].function(z);
            sides[s * layer.outputs + o] = kink && z > 0.0;
            check->nearest[s] = kink ? fmin(check->nearest[s], fabs(z)) : check->nearest[s];
        }
    }
}

/* All layers from one on. */
static void forward(struct gradient_check *check, size_t first, unsigned char *sides)
{
    for (size_t s = 0; s < check->config.batch; s++) {
        check->nearest[s] = HUGE_VAL;
    }
    for (size_t l = 0; l < descent_model_layers(check->model); l++) {
        if (l >= first) {
            forward_layer(check, l, sides);
        }
        sides += check->config.batch * descent_model_layer(check->model, l).outputs;
    }
}

/* −log softmax(logits)[label], with the target smoothed over all classes. */
static double cross_entropy(const double *logits, size_t classes, int32_t label, double smoothing)
{
    double largest = logits[0];
    double mean = 0.0;
    for (size_t c = 0; c < classes; c++) {
        largest = fmax(largest, logits[c]);
        mean += logits[c] / (double)classes;
    }
    double sum = exp(logits[0] - largest);
    for (size_t c = 1; c < classes; c++) {
        sum += exp(logits[c] - largest);
    }
    return largest + log(sum) - (1.0 - smoothing) * logits[label] - smoothing * mean;
}

static double squares(const double *outputs, const float *targets, size_t count)
{
    double sum = 0.0;
    for (size_t o = 0; o < count; o++) {
        double error = outputs[o] - (double)targets[o];
        sum += error * error;
    }
    return sum / (double)count;
}

/* The loss, with the layers from `first` on computed again. */
static double loss_from(struct gradient_check *check, size_t first, unsigned char *sides)
{
    size_t count = descent_model_outputs(check->model);
    const double *outputs = check->activations[descent_model_layers(check->model)];
    const descent_loss *loss = &check->config.loss;
    forward(check, first, sides);
    double sum = 0.0;
    for (size_t s = 0; s < check->config.batch; s++) {
        const double *own = outputs + s * count;
        sum += loss->kind == DESCENT_LOSS_MSE
                   ? squares(own, check->targets + s * count, count)
                   : cross_entropy(own, count, check->labels[s], loss->label_smoothing);
    }
    return sum / (double)check->config.batch;
}

double gradient_check_loss(struct gradient_check *check)
{
    return loss_from(check, 0, check->sides[0]);
}

static bool allocate(struct gradient_check *check)
{
    const descent_model *model = check->model;
    size_t n = check->config.batch;
    bool room = true;
    for (size_t l = 0; l <= descent_model_layers(model); l++) {
        size_t width =
            l == 0 ? descent_model_inputs(model) : descent_model_layer(model, l - 1).outputs;
        check->activations[l] = calloc(n * width, sizeof(double));
        check->side_count += l == 0 ? 0 : n * width;
        room = room && check->activations[l] != NULL;
    }
    check->parameters = calloc(descent_model_parameter_count(model), sizeof(double));
    check->nearest = calloc(n, sizeof(double));
    check->features = calloc(n * descent_model_inputs(model), sizeof(float));
    check->labels = calloc(n, sizeof(int32_t));
    check->targets = calloc(n * descent_model_outputs(model), sizeof(float));
    check->sides[0] = calloc(check->side_count, 1);
    check->sides[1] = calloc(check->side_count, 1);
    return room && check->parameters != NULL && check->nearest != NULL && check->features != NULL &&
           check->labels != NULL && check->targets != NULL && check->sides[0] != NULL &&
           check->sides[1] != NULL;
}

static void draw_normal(descent_random *random, float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (float)descent_random_normal(random);
    }
}

/* The activations below the first layer are the features. */
static void draw_sample(struct gradient_check *check, descent_random *random, size_t s)
{
    size_t inputs = descent_model_inputs(check->model);
    float *features = check->features + s * inputs;
    draw_normal(random, features, inputs);
    for (size_t i = 0; i < inputs; i++) {
        check->activations[0][s * inputs + i] = (double)features[i];
    }
}

static void draw_batch(struct gradient_check *check)
{
    size_t n = check->config.batch;
    size_t outputs = descent_model_outputs(check->model);
    descent_random random = descent_random_init(check->config.seed, STREAM_SAMPLES, 0);
    draw_normal(&random, check->targets, n * outputs);
    for (size_t s = 0; s < n; s++) {
        check->labels[s] = (int32_t)descent_random_below(&random, outputs);
        draw_sample(check, &random, s);
    }
    bool near = true;
    for (int attempt = 0; attempt < ATTEMPTS && near; attempt++) {
        near = false;
        forward(check, 0, check->sides[0]);
        for (size_t s = 0; s < n; s++) {
            if (check->nearest[s] < kink_margin) {
                draw_sample(check, &random, s);
                check->redrawn++;
                near = true;
            }
        }
    }
}

enum exit_status gradient_check_create(struct gradient_check *check, const descent_model *model,
                                       const struct gradient_check_config *config)
{
    *check = (struct gradient_check){.model = model, .config = *config};
    if (!allocate(check)) {
        return cli_failed("out of memory for a batch of %zu", config->batch);
    }
    for (size_t i = 0; i < descent_model_parameter_count(model); i++) {
        check->parameters[i] = (double)descent_model_parameters(model)[i];
    }
    draw_batch(check);
    return DONE;
}

void gradient_check_free(struct gradient_check *check)
{
    for (size_t l = 0; l <= DESCENT_LAYERS_MAX; l++) {
        free(check->activations[l]);
    }
    free(check->parameters);
    free(check->nearest);
    free(check->features);
    free(check->labels);
    free(check->targets);
    free(check->sides[0]);
    free(check->sides[1]);
    *check = (struct gradient_check){0};
}

descent_batch gradient_check_batch(const struct gradient_check *check)
{
    bool regression = check->config.loss.kind == DESCENT_LOSS_MSE;
    return (descent_batch){.features = check->features,
                           .labels = regression ? NULL : check->labels,
                           .targets = regression ? check->targets : NULL,
                           .n = check->config.batch};
}

/* The central difference for one parameter; false if a unit changes sides on the way. */
static bool differentiate(struct gradient_check *check, size_t layer, size_t parameter,
                          double *numeric)
{
    double *moved = &check->parameters[parameter];
    double before = *moved;
    double losses[2];
    for (int side = 0; side < 2; side++) {
        *moved = before + (side == 0 ? -check->config.difference : check->config.difference);
        losses[side] = loss_from(check, layer, check->sides[side]);
    }
    *moved = before;
    *numeric = (losses[1] - losses[0]) / (2.0 * check->config.difference);
    return memcmp(check->sides[0], check->sides[1], check->side_count) == 0;
}

/* Element i of those that are compared: one from each of so many equal parts of the tensor. */
static size_t choose_element(const struct gradient_tensor *tensor, size_t i, size_t count,
                             descent_random *random)
{
    size_t first = tensor->size / count * i + tensor->size % count * i / count;
    size_t next = tensor->size / count * (i + 1) + tensor->size % count * (i + 1) / count;
    return first + (size_t)descent_random_below(random, next - first);
}

static struct gradient_tensor describe(const struct gradient_check *check, size_t layer, bool bias)
{
    descent_layer shape = descent_model_layer(check->model, layer);
    size_t weights = shape.inputs * shape.outputs;
    struct gradient_tensor tensor = {
        .inputs = bias ? 0 : shape.inputs,
        .offset = offset_of(check->model, layer) + (bias ? weights : 0),
        .size = bias ? shape.outputs : weights,
    };
    /* Files count activations as well. */
    snprintf(tensor.name, sizeof tensor.name, "%zu.%s", 2 * layer, bias ? "bias" : "weight");
    return tensor;
}

/* Squares of the L2 norms of the numeric gradient and of the error. */
struct norms {
    double numeric;
    double error;
};

static void add_element(struct gradient_tensor *tensor, struct norms *norms, size_t element,
                        double analytic, double numeric)
{
    double error = fabs(analytic - numeric);
    bool first = tensor->checked == 0;
    tensor->checked++;
    tensor->largest = fmax(tensor->largest, fabs(numeric));
    norms->numeric += numeric * numeric;
    norms->error += error * error;
    if (first || isnan(error) || error > fabs(tensor->analytic - tensor->numeric)) {
        tensor->worst = element;
        tensor->analytic = analytic;
        tensor->numeric = numeric;
    }
}

struct gradient_tensor gradient_check_compare(struct gradient_check *check, size_t layer, bool bias,
                                              const float *analytic)
{
    struct gradient_tensor tensor = describe(check, layer, bias);
    size_t count = tensor.size < check->config.elements ? tensor.size : check->config.elements;
    descent_random random =
        descent_random_init(check->config.seed, STREAM_ELEMENTS, 2 * layer + bias);
    struct norms norms = {0};
    gradient_check_loss(check); /* all sides and activations as they are without a difference */
    memcpy(check->sides[1], check->sides[0], check->side_count);
    for (size_t i = 0; i < count; i++) {
        size_t element = choose_element(&tensor, i, count, &random);
        size_t parameter = tensor.offset + element;
        double numeric;
        if (differentiate(check, layer, parameter, &numeric)) {
            add_element(&tensor, &norms, element, (double)analytic[parameter], numeric);
        } else {
            tensor.skipped++;
        }
    }
    tensor.norm_error = sqrt(norms.error / norms.numeric);
    tensor.worst_error =
        tensor.largest > 0.0 ? fabs(tensor.analytic - tensor.numeric) / tensor.largest : NAN;
    return tensor;
}

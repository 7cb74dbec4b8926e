/*
 * One parameter is moved at a time, and each sample goes through the whole network again.
 */
#include "cli/check/gradient_check.h"

#include <descent/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Floats round z by far less than this, so no unit of a batch that keeps away from the kink by it
 * is on another side for the library than it is here. */
static const double kink_margin = 1e-4;

enum { ATTEMPTS = 100 };
enum { STREAM_SAMPLES = DESCENT_STREAM_USER, STREAM_ELEMENTS };

/* Whether no unit is on another side of a kink in the other pass. */
static bool same_sides(const struct gradient_check *check)
{
    const descent_model_config *shape = &check->shape;
    for (size_t l = 0; l < shape->layers; l++) {
        for (size_t o = 0; o < shape->sizes[l + 1] && reference_has_kink(shape, l); o++) {
            if ((check->passes[0].z[l][o] > 0.0) != (check->passes[1].z[l][o] > 0.0)) {
                return false;
            }
        }
    }
    return true;
}

static void go_through(const struct gradient_check *check, struct reference_pass *pass, size_t s)
{
    const descent_model_config *shape = &check->shape;
    reference_pass_begin(pass, shape, check->features + s * shape->sizes[0]);
    for (size_t l = 0; l < shape->layers; l++) {
        reference_pass_layer(pass, shape, check->parameters, l);
    }
}

/* The loss of sample s, by a pass of its own. */
static double loss_of(const struct gradient_check *check, struct reference_pass *pass, size_t s)
{
    size_t layers = check->shape.layers;
    descent_batch batch = gradient_check_batch(check);
    go_through(check, pass, s);
    return reference_sample_loss(&check->config.loss, &batch, s, pass->inputs[layers],
                                 check->shape.sizes[layers], NULL);
}

double gradient_check_loss(struct gradient_check *check)
{
    double sum = 0.0;
    for (size_t s = 0; s < check->config.batch; s++) {
        sum += loss_of(check, &check->passes[0], s);
    }
    return sum / (double)check->config.batch;
}

static bool allocate(struct gradient_check *check)
{
    const descent_model_config *shape = &check->shape;
    size_t n = check->config.batch;
    check->parameters =
        calloc(reference_layer_offset(shape, shape->layers), sizeof *check->parameters);
    check->features = calloc(n * shape->sizes[0], sizeof *check->features);
    check->labels = calloc(n, sizeof *check->labels);
    check->targets = calloc(n * shape->sizes[shape->layers], sizeof *check->targets);
    return check->parameters != NULL && check->features != NULL && check->labels != NULL &&
           check->targets != NULL && reference_pass_create(&check->passes[0], shape) &&
           reference_pass_create(&check->passes[1], shape);
}

static void draw_normal(descent_random *random, float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (float)descent_random_normal(random);
    }
}

/* Draws a sample until it is not near to a kink. */
static void draw_sample(struct gradient_check *check, descent_random *random, size_t s)
{
    const descent_model_config *shape = &check->shape;
    float *features = check->features + s * shape->sizes[0];
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        draw_normal(random, features, shape->sizes[0]);
        go_through(check, &check->passes[0], s);
        if (reference_nearest_kink(&check->passes[0], shape) >= kink_margin) {
            return;
        }
        check->redrawn++;
    }
}

/* Numbers, or for binary cross-entropy shares. */
static void draw_targets(struct gradient_check *check, descent_random *random, size_t count)
{
    draw_normal(random, check->targets, count);
    bool shares = check->config.loss.kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    for (size_t i = 0; i < count && shares; i++) {
        check->targets[i] = (float)descent_random_uniform(random);
    }
}

static void draw_batch(struct gradient_check *check)
{
    size_t outputs = check->shape.sizes[check->shape.layers];
    descent_random random = descent_random_init(check->config.seed, STREAM_SAMPLES, 0);
    draw_targets(check, &random, check->config.batch * outputs);
    for (size_t s = 0; s < check->config.batch; s++) {
        check->labels[s] = (int32_t)descent_random_below(&random, outputs);
        draw_sample(check, &random, s);
    }
}

enum exit_status gradient_check_create(struct gradient_check *check,
                                       const descent_model_config *shape,
                                       const descent_model *model,
                                       const struct gradient_check_config *config)
{
    *check = (struct gradient_check){.shape = *shape, .config = *config};
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
    reference_pass_free(&check->passes[0]);
    reference_pass_free(&check->passes[1]);
    free(check->parameters);
    free(check->features);
    free(check->labels);
    free(check->targets);
    *check = (struct gradient_check){0};
}

descent_batch gradient_check_batch(const struct gradient_check *check)
{
    bool labels = check->config.loss.kind == DESCENT_LOSS_CROSS_ENTROPY;
    return (descent_batch){.features = check->features,
                           .labels = labels ? check->labels : NULL,
                           .targets = labels ? NULL : check->targets,
                           .n = check->config.batch};
}

/* The central difference for one parameter; false if a unit changes sides on the way. */
static bool differentiate(struct gradient_check *check, size_t parameter, double *numeric)
{
    double *moved = &check->parameters[parameter];
    double before = *moved;
    double sum = 0.0;
    bool same = true;
    for (size_t s = 0; s < check->config.batch && same; s++) {
        double losses[2];
        for (int side = 0; side < 2; side++) {
            *moved = before + (side == 0 ? -check->config.difference : check->config.difference);
            losses[side] = loss_of(check, &check->passes[side], s);
        }
        same = same_sides(check);
        sum += losses[1] - losses[0];
    }
    *moved = before;
    *numeric = sum / (double)check->config.batch / (2.0 * check->config.difference);
    return same;
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
    const descent_model_config *shape = &check->shape;
    size_t weights = shape->sizes[layer] * shape->sizes[layer + 1];
    struct gradient_tensor tensor = {
        .inputs = bias ? 0 : shape->sizes[layer],
        .offset = reference_layer_offset(shape, layer) + (bias ? weights : 0),
        .size = bias ? shape->sizes[layer + 1] : weights,
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
    for (size_t i = 0; i < count; i++) {
        size_t element = choose_element(&tensor, i, count, &random);
        size_t parameter = tensor.offset + element;
        double numeric;
        if (differentiate(check, parameter, &numeric)) {
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

/*
 * Sizes are drawn evenly by their logarithm, every other one from those at which something changes.
 */
#include "random_network.h"

#include "engines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCH_MOST = 257, WIDTH_MOST = 300 };

/* Multiplications of a pass, at most: the reference takes its time. */
static const size_t work_most = 1000000;

/* Around panels of 16 and their multiples, and the ends of the range. */
static const size_t edges[] = {1,  2,  7,  15, 16,  17,  31,  32,  33,  47,  48, 49,
                               63, 64, 65, 96, 127, 128, 129, 255, 256, 257, 300};

static size_t draw(uint64_t *random, size_t below)
{
    return (size_t)((problem_uniform(random) + 1) / 2 * (double)below);
}

static size_t draw_size(uint64_t *random, size_t most)
{
    size_t size = draw(random, 2) == 0
                      ? edges[draw(random, TEST_COUNT(edges))]
                      : (size_t)exp(log((double)most + 1) * (problem_uniform(random) + 1) / 2);
    return size < most ? size : most;
}

static double one_of(uint64_t *random, const double choices[4])
{
    return choices[draw(random, 4)];
}
#define ONE_OF(random, ...) one_of(random, (const double[4]){__VA_ARGS__})

static size_t work_of(const descent_model_config *shape, size_t samples)
{
    return samples * reference_layer_offset(shape, shape->layers);
}

/* Every activation in turn, and all of them behind the last layer now and then. Cross-entropy over
 * one class is always 0. */
static size_t draw_shape(descent_model_config *shape, const struct objective *objective, size_t i,
                         uint64_t *random)
{
    size_t batch;
    do {
        *shape = (descent_model_config){.layers = 1 + draw(random, 5)};
        for (size_t l = 0; l <= shape->layers; l++) {
            shape->sizes[l] = draw_size(random, WIDTH_MOST);
        }
        batch = draw_size(random, BATCH_MOST);
    } while (
        work_of(shape, batch) > work_most ||
        (shape->sizes[shape->layers] == 1 && objective->loss.kind == DESCENT_LOSS_CROSS_ENTROPY));
    shape->activation = (descent_activation)(i % DESCENT_ACTIVATION_COUNT);
    shape->output_activation = draw(random, 3) > 0
                                   ? DESCENT_ACTIVATION_IDENTITY
                                   : (descent_activation)draw(random, DESCENT_ACTIVATION_COUNT);
    return batch;
}

static void draw_optimizer(descent_optimizer *optimizer, size_t i, uint64_t *random)
{
    optimizer->kind = (descent_optimizer_kind)(i % DESCENT_OPTIMIZER_COUNT);
    optimizer->momentum = ONE_OF(random, 0, 0, 0.5, 0.9);
    optimizer->nesterov =
        optimizer->kind == DESCENT_OPTIMIZER_SGD && optimizer->momentum > 0 && draw(random, 2) == 0;
    optimizer->weight_decay = ONE_OF(random, 0, 0, 0.001, 0.1);
}

static void draw_config(struct random_network *network, size_t i, uint64_t *random)
{
    descent_trainer_config *config = &network->config;
    *config = test_trainer_config();
    config->loss = network->objective->loss;
    draw_optimizer(&config->optimizer, i, random);
    config->decay_biases = draw(random, 2) == 0;
    config->clip_norm = ONE_OF(random, 0, 0, 0.03, 100);
    config->dropout = ONE_OF(random, 0, 0, 0.25, 0.5);
    config->input_dropout = ONE_OF(random, 0, 0, 0, 0.2);
    config->max_norm = ONE_OF(random, 0, 0, 0, 0.9);
    config->norm_period = draw(random, 3);
    config->seed = i;
    config->threads = 1 + (int)draw(random, 4) / 2;
    /* The others divide by the gradient's size: their steps are about that long each. */
    network->learning_rate = ONE_OF(random, 0.3, 0.1, 0.03, 0.01) *
                             (config->optimizer.kind == DESCENT_OPTIMIZER_SGD ? 1 : 0.01);
    network->parts = 1 + draw(random, 4) / 3;
}

static void name_it(struct random_network *network, size_t i)
{
    const descent_trainer_config *config = &network->config;
    const descent_model_config *shape = &network->problem.network.shape;
    char sizes[64] = "";
    for (size_t l = 0, at = 0; l <= shape->layers && at < sizeof sizes; l++) {
        at += (size_t)snprintf(sizes + at, sizeof sizes - at, "%s%zu", l > 0 ? "-" : "",
                               shape->sizes[l]);
    }
    snprintf(network->name, sizeof network->name,
             "network %zu on %s: %s %s, %s at the end, batch %zu, %s, %s μ %g, decay %g, clip %g, "
             "dropout %g, of inputs %g, max-norm %g, period %d, %d threads, %zu parts",
             i, descent_engine_name(config->engine), sizes,
             descent_activation_name(shape->activation),
             descent_activation_name(shape->output_activation), network->problem.n,
             network->objective->name, descent_optimizer_name(config->optimizer.kind),
             config->optimizer.momentum, config->optimizer.weight_decay, config->clip_norm,
             config->dropout, config->input_dropout, config->max_norm, (int)config->norm_period,
             config->threads, network->parts);
}

void random_network_create(struct random_network *network, size_t i)
{
    descent_model_config shape;
    uint64_t random = 1 + i;
    *network = (struct random_network){.objective = &objectives[draw(&random, OBJECTIVES)]};
    size_t batch = draw_shape(&shape, network->objective, i, &random);
    draw_config(network, i, &random);
    network->config.batch = batch;
    problem_create(&network->problem, &shape, batch, 1 + i);
    name_it(network, i);
}

void random_network_destroy(struct random_network *network)
{
    problem_destroy(&network->problem);
}

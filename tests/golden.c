/*
 * Golden files: `tensor NAME COUNT` or `integers NAME COUNT`, then COUNT numbers; and the settings
 * that scripts/make-golden.py made them with.
 */
#include "golden.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opens a golden file behind the heading of what is looked for. */
static FILE *open_at(const char *file, const char *kind, const char *name, size_t count)
{
    char path[4096];
    char line[4096];
    char heading[256];
    snprintf(path, sizeof path, "%s/%s", DESCENT_TEST_GOLDEN, file);
    snprintf(heading, sizeof heading, "%s %s %zu\n", kind, name, count);
    FILE *stream = fopen(path, "r");
    ck_assert_msg(stream != NULL, "%s: cannot be opened", path);
    while (fgets(line, sizeof line, stream) != NULL) {
        if (strcmp(line, heading) == 0) {
            return stream;
        }
    }
    fclose(stream);
    ck_abort_msg("%s: no %s %s of %zu numbers", path, kind, name, count);
}

double *golden_load(const char *file, const char *name, size_t count)
{
    FILE *stream = open_at(file, "tensor", name, count);
    double *numbers = calloc(count, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(fscanf(stream, "%lf", &numbers[i]) == 1, "%s: %s ends early", file, name);
    }
    fclose(stream);
    return numbers;
}

uint64_t *golden_load_integers(const char *file, const char *name, size_t count)
{
    FILE *stream = open_at(file, "integers", name, count);
    uint64_t *numbers = calloc(count, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(fscanf(stream, "%" SCNx64, &numbers[i]) == 1, "%s: %s ends early", file,
                      name);
    }
    fclose(stream);
    return numbers;
}

#define WITH_DEFAULTS .beta1 = 0.9, .beta2 = 0.999, .alpha = 0.99, .epsilon = 1e-8
#define SGD .kind = DESCENT_OPTIMIZER_SGD, WITH_DEFAULTS
#define ADAM .kind = DESCENT_OPTIMIZER_ADAM, WITH_DEFAULTS
#define ADAMW .kind = DESCENT_OPTIMIZER_ADAMW, WITH_DEFAULTS
#define RMSPROP .kind = DESCENT_OPTIMIZER_RMSPROP, WITH_DEFAULTS

const struct golden_optimizer golden_optimizers[GOLDEN_OPTIMIZERS] = {
    {"sgd", {SGD}, 0.1},
    {"sgd-momentum", {SGD, .momentum = 0.9}, 0.1},
    {"sgd-nesterov", {SGD, .momentum = 0.9, .nesterov = true}, 0.1},
    {"sgd-decay", {SGD, .momentum = 0.5, .weight_decay = 0.05}, 0.1},
    {"adam", {ADAM}, 0.01},
    {"adam-decay", {ADAM, .weight_decay = 0.05}, 0.01},
    {"adamw", {ADAMW, .weight_decay = 0.05}, 0.01},
    {"rmsprop", {RMSPROP}, 0.01},
    {"rmsprop-momentum", {RMSPROP, .momentum = 0.9, .weight_decay = 0.05}, 0.01},
};

static const struct {
    const char *name;
    const char *logits;
    descent_activation activation;
    size_t objective;
} networks[GOLDEN_NETWORKS] = {
    {"relu-cross-entropy", "relu-logits", DESCENT_ACTIVATION_RELU, 0},
    {"relu-cross-entropy-smooth", "relu-logits", DESCENT_ACTIVATION_RELU, 1},
    {"relu-mse", "relu-logits", DESCENT_ACTIVATION_RELU, 2},
    {"relu-cross-entropy-weighted", "relu-logits", DESCENT_ACTIVATION_RELU, 4},
    {"relu-cross-entropy-smooth-weighted", "relu-logits", DESCENT_ACTIVATION_RELU, 5},
    {"tanh-cross-entropy", "tanh-logits", DESCENT_ACTIVATION_TANH, 0},
    {"tanh-cross-entropy-smooth", "tanh-logits", DESCENT_ACTIVATION_TANH, 1},
    {"tanh-mse", "tanh-logits", DESCENT_ACTIVATION_TANH, 2},
    {"tanh-cross-entropy-weighted", "tanh-logits", DESCENT_ACTIVATION_TANH, 4},
    {"tanh-cross-entropy-smooth-weighted", "tanh-logits", DESCENT_ACTIVATION_TANH, 5},
    {"relu-binary-cross-entropy-labels", "relu-logits", DESCENT_ACTIVATION_RELU, 6},
    {"relu-binary-cross-entropy", "relu-logits", DESCENT_ACTIVATION_RELU, 7},
    {"tanh-binary-cross-entropy-labels", "tanh-logits", DESCENT_ACTIVATION_TANH, 6},
    {"tanh-binary-cross-entropy", "tanh-logits", DESCENT_ACTIVATION_TANH, 7},
};

static void load_floats(float *numbers, const char *name, size_t count)
{
    double *golden = golden_load("network.txt", name, count);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (float)golden[i];
    }
    free(golden);
}

static void load_problem(struct problem *problem, descent_activation activation)
{
    descent_model_config shape = {.layers = 2, .sizes = {13, 7, 5}, .activation = activation};
    problem_create(problem, &shape, GOLDEN_SAMPLES, 0);
    double *parameters = golden_load("network.txt", "parameters", problem->count);
    double *labels = golden_load("network.txt", "labels", GOLDEN_SAMPLES);
    memcpy(problem->parameters, parameters, problem->count * sizeof *parameters);
    for (size_t i = 0; i < GOLDEN_SAMPLES; i++) {
        problem->labels[i] = (int32_t)labels[i];
    }
    load_floats(problem->features, "features", GOLDEN_SAMPLES * shape.sizes[0]);
    load_floats(problem->targets, "targets", GOLDEN_LOGITS);
    load_floats(problem->shares, "shares", GOLDEN_LOGITS);
    free(parameters);
    free(labels);
}

void golden_network_load(struct golden_network *golden, size_t i)
{
    char name[128];
    *golden = (struct golden_network){
        .name = networks[i].name,
        .objective = &objectives[networks[i].objective],
        .logits = golden_load("network.txt", networks[i].logits, GOLDEN_LOGITS),
    };
    load_problem(&golden->problem, networks[i].activation);
    snprintf(name, sizeof name, "%s-loss", golden->name);
    double *loss = golden_load("network.txt", name, 1);
    golden->loss = *loss;
    free(loss);
    snprintf(name, sizeof name, "%s-gradient", golden->name);
    golden->gradient = golden_load("network.txt", name, golden->problem.count);
    snprintf(name, sizeof name, "%s-eigenvalues", golden->name);
    golden->eigenvalues = golden_load("network.txt", name, 2);
}

void golden_network_free(struct golden_network *golden)
{
    problem_destroy(&golden->problem);
    free(golden->logits);
    free(golden->gradient);
    free(golden->eigenvalues);
}

/*
 * A predictor is decoded from a model whose metadata say what it is, as files do.
 */
#include "export/random_predictors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 2048, MOST = 12, STREAM = 77 };

/* Tasks, with the outputs that they have at least. */
static const struct {
    const char *task, *loss;
    size_t outputs_least, outputs_most;
} tasks[] = {
    {NULL, "cross-entropy", 2, MOST},
    {NULL, "binary-cross-entropy", 1, 1},
    {NULL, "binary-cross-entropy", 3, MOST},
    {NULL, "mse", 2, MOST},
    {"multi-label", "binary-cross-entropy", 1, MOST},
    {"regression", "mse", 1, MOST},
    {"regression", "mse", 1, 1},
};
enum { TASKS = sizeof tasks / sizeof tasks[0] };

static size_t between(descent_random *random, size_t least, size_t most)
{
    return least + (size_t)descent_random_below(random, most - least + 1);
}

static descent_model *make_model(unsigned i, descent_random *random)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 1 + i % 5;
    for (size_t l = 0; l < config.layers; l++) {
        config.sizes[l] = between(random, 1, 3 * MOST);
    }
    config.sizes[config.layers] =
        between(random, tasks[i % TASKS].outputs_least, tasks[i % TASKS].outputs_most);
    config.activation = (descent_activation)(i % DESCENT_ACTIVATION_COUNT);
    if (i % 4 == 3) {
        config.output_activation = (descent_activation)(i / 4 % DESCENT_ACTIVATION_COUNT);
    }
    config.seed = i;
    config.bias_deviation = 0.3;
    descent_model *model = NULL;
    descent_model_create(&model, &config);
    return model;
}

/* Adds `"key":[numbers]` to a line of JSON. */
static void add_numbers(char *text, const char *key, size_t count, double least, double most,
                        descent_random *random)
{
    size_t used = strlen(text);
    used += (size_t)snprintf(text + used, TEXT - used, ",\"%s\":[", key);
    for (size_t c = 0; c < count; c++) {
        used += (size_t)snprintf(text + used, TEXT - used, "%s%.4f", c > 0 ? "," : "",
                                 least + (most - least) * descent_random_uniform(random));
    }
    snprintf(text + used, TEXT - used, "]");
}

/* Of nothing, of each feature, or of all together; for regression, every other one with targets. */
static void describe_preparation(char *text, unsigned i, const descent_model *model,
                                 descent_random *random)
{
    static const char *const kinds[] = {"none", "feature", "set"};
    size_t inputs = i % 3 == 1 ? descent_model_inputs(model) : i % 3 == 2 ? 1 : 0;
    snprintf(text, TEXT, "{\"standardize\":\"%s\"", kinds[i % 3]);
    if (inputs > 0) {
        add_numbers(text, "mean", inputs, -1, 1, random);
        add_numbers(text, "deviation", inputs, 0.5, 3, random);
    }
    if (tasks[i % TASKS].task != NULL && i % TASKS == TASKS - 2) {
        add_numbers(text, "target_mean", descent_model_outputs(model), -20, 20, random);
        add_numbers(text, "target_deviation", descent_model_outputs(model), 0.5, 30, random);
    }
    strcat(text, "}");
}

descent_predictor *random_predictor(unsigned i)
{
    char preparation[TEXT];
    descent_random random = descent_random_init(3, STREAM, i);
    descent_model *model = make_model(i, &random);
    descent_predictor *predictor = NULL;
    unsigned char *bytes = NULL;
    size_t size;
    if (model != NULL) {
        describe_preparation(preparation, i, model, &random);
        const descent_metadata metadata[] = {
            {"engine", "packed"},
            {"preparation", preparation},
            {"loss", tasks[i % TASKS].loss},
            {"preprocessing", i % 4 == 1 ? "divide-by-255" : "none"},
            {"task", tasks[i % TASKS].task},
        };
        descent_model_encode(&bytes, &size, model, metadata, 4 + (tasks[i % TASKS].task != NULL));
    }
    if (bytes == NULL || descent_predictor_decode(&predictor, bytes, size) != DESCENT_OK) {
        fprintf(stderr, "predictor %u: %s\n", i, descent_last_error());
    }
    free(bytes);
    descent_model_destroy(model);
    return predictor;
}

float *random_features(const descent_predictor *predictor, size_t n)
{
    size_t count = n * descent_predictor_inputs(predictor);
    bool bytes = descent_predictor_values(predictor) == DESCENT_VALUES_BYTES;
    descent_random random = descent_random_init(4, STREAM, 0);
    float *features = calloc(count, sizeof *features);
    for (size_t i = 0; features != NULL && i < count; i++) {
        features[i] = bytes ? (float)descent_random_below(&random, 256)
                            : (float)(2 * descent_random_normal(&random));
    }
    return features;
}

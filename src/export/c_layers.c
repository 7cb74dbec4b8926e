/*
 * Constants, and the way from features to outputs. Weights stand by input and then by output, so
 * that compilers make vectors of neighbouring outputs, each of which keeps its own sum.
 */
#include "export/c_private.h"

#include <stdlib.h>

void descent_c_array(struct descent_c *c, const char *name, size_t number, const float *numbers,
                     size_t count)
{
    descent_c_put(c, "static const float @.");
    descent_text_add(&c->text, "%s", name);
    if (number > 0) {
        descent_text_add(&c->text, "%zu", number);
    }
    descent_text_add(&c->text, "[%zu] = {\n", count);
    descent_c_floats(c, numbers, count);
    descent_text_add(&c->text, "\n};\n\n");
    descent_c_sum(c, name, number, numbers, count);
}

static void put_weights(struct descent_c *c, size_t number, const descent_layer *layer)
{
    size_t count = layer->inputs * layer->outputs;
    float *transposed = malloc(count * sizeof *transposed);
    c->text.failed = c->text.failed || transposed == NULL;
    if (transposed == NULL) {
        return;
    }
    for (size_t o = 0; o < layer->outputs; o++) {
        for (size_t i = 0; i < layer->inputs; i++) {
            transposed[i * layer->outputs + o] = layer->weights[o * layer->inputs + i];
        }
    }
    descent_text_add(&c->text, "/* Layer %zu: [%zu inputs][%zu outputs]. */\n", number,
                     layer->inputs, layer->outputs);
    descent_c_array(c, "weights", number, transposed, count);
    free(transposed);
}

/* One layer; in the middle the only arithmetic that takes time. */
static const char LAYER[] =
    "static void @.layer@L(const float *@M_RESTRICT x, float *@M_RESTRICT y)\n"
    "{\n"
    "    int i, o;\n"
    "    for (o = 0; o < @O; o++) {\n"
    "        y[o] = 0.0f;\n"
    "    }\n"
    "    for (i = 0; i < @I; i++) {\n"
    "        const float *@M_RESTRICT weights = @.weights@L + i * @O;\n"
    "        const float input = x[i];\n"
    "        for (o = 0; o < @O; o++) {\n"
    "            y[o] = y[o] + weights[o] * input;\n"
    "        }\n"
    "    }\n"
    "    for (o = 0; o < @O; o++) {\n"
    "        y[o] = @A(y[o] + @.bias@L[o]);\n"
    "    }\n"
    "}\n\n";

static void put_layer(struct descent_c *c, size_t number)
{
    descent_layer layer = descent_model_layer(c->model, number - 1);
    const char *activation = descent_c_activation(layer.activation);
    put_weights(c, number, &layer);
    descent_c_array(c, "bias", number, layer.bias, layer.outputs);
    c->inputs = layer.inputs;
    c->outputs = layer.outputs;
    c->layer = number;
    c->activation = activation;
    descent_c_put(c, LAYER);
}

static size_t widest(const struct descent_c *c)
{
    size_t most = descent_predictor_inputs(c->predictor);
    for (size_t l = 0; l < descent_model_layers(c->model); l++) {
        size_t outputs = descent_model_layer(c->model, l).outputs;
        most = outputs > most ? outputs : most;
    }
    return most;
}

static bool has_bytes(const struct descent_c *c)
{
    return descent_predictor_values(c->predictor) == DESCENT_VALUES_BYTES;
}

static const float *mean_of(const struct descent_c *c)
{
    const descent_preparation *preparation = descent_predictor_preparation(c->predictor);
    return preparation != NULL ? descent_preparation_mean(preparation) : NULL;
}

/* Features as the first layer takes them. */
static void put_preparation(struct descent_c *c)
{
    const descent_preparation *preparation = descent_predictor_preparation(c->predictor);
    size_t inputs = descent_predictor_inputs(c->predictor);
    const char *value = has_bytes(c) ? "x[i] / 255.0f" : "x[i]";
    if (mean_of(c) != NULL) {
        descent_c_array(c, "mean", 0, mean_of(c), inputs);
        descent_c_array(c, "deviation", 0, descent_preparation_deviation(preparation), inputs);
    }
    descent_c_put(c, "static void @.prepare(const float *@M_RESTRICT x, float *@M_RESTRICT y)\n{\n"
                     "    int i;\n    for (i = 0; i < @M_INPUTS; i++) {\n        y[i] = ");
    descent_c_put(c, mean_of(c) != NULL ? "(" : "");
    descent_c_put(c, value);
    descent_c_put(c, mean_of(c) != NULL ? " - @.mean[i]) / @.deviation[i]" : "");
    descent_c_put(c, ";\n    }\n}\n\n");
}

void descent_c_calls(struct descent_c *c)
{
    size_t layers = descent_model_layers(c->model);
    for (size_t number = 1; number <= layers; number++) {
        c->layer = number;
        descent_c_put(c, number % 2 == 1 ? "    @.layer@L(a, " : "    @.layer@L(b, ");
        descent_c_put(c, number == layers ? "y);\n" : number % 2 == 1 ? "b);\n" : "a);\n");
    }
}

/* All layers, between two arrays. */
static void put_network(struct descent_c *c)
{
    descent_c_put(c, "/* The outputs of the last layer. */\n"
                     "static void @.network(const float *x, float *y)\n{\n");
    descent_text_add(&c->text, "    float a[%zu]", widest(c));
    descent_text_add(&c->text, descent_model_layers(c->model) > 1 ? ", b[%zu];\n" : ";\n",
                     widest(c));
    descent_c_put(c, "    @.prepare(x, a);\n");
    descent_c_calls(c);
    descent_c_put(c, "}\n\n");
}

void descent_c_layers(struct descent_c *c)
{
    put_preparation(c);
    if (c->int8 != NULL) {
        descent_c_int8(c);
        return;
    }
    for (size_t number = 1; number <= descent_model_layers(c->model); number++) {
        put_layer(c, number);
    }
    put_network(c);
}

size_t descent_c_constants(const struct descent_c *c)
{
    const descent_preparation *preparation = descent_predictor_preparation(c->predictor);
    size_t count = mean_of(c) != NULL ? 2 * descent_predictor_inputs(c->predictor) : 0;
    count += preparation != NULL ? 2 * descent_preparation_outputs(preparation) : 0;
    size_t layers = c->int8 != NULL ? descent_c_int8_constants(c)
                                    : descent_model_parameter_count(c->model) * sizeof(float);
    return count * sizeof(float) + layers;
}

size_t descent_c_scratch(const struct descent_c *c)
{
    size_t answers = descent_predictor_answers(c->predictor);
    size_t layers = c->int8 != NULL ? descent_c_int8_scratch(c) : 2 * widest(c) * sizeof(float);
    return layers + answers * (sizeof(float) + sizeof(double));
}

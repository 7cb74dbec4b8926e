/*
 * A predictor as ONNX: its way from features to answers as a chain of nodes. What the operators
 * compute is in ONNX's docs/Operators.md.
 */
#include <descent/checkpoint.h>
#include <descent/export.h>

#include "base/fail.h"
#include "export/onnx_fields.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 32, STEPS_MAX = 5 };
enum { REST = 1 << 14 }; /* bytes beside the parameters, or more */

/* What a node takes beside the last value: nothing, its layer's sums, or a number. */
enum operand { NONE, SUMS, ONE, HALF, ROOT_OF_2, MOST_OF_A_BYTE, OPERANDS };

static const struct {
    const char *name;
    float value;
} numbers[OPERANDS] = {
    [ONE] = {"one", 1.0f},
    [HALF] = {"half", 0.5f},
    [ROOT_OF_2] = {"root_of_2", 1.41421356f},
    [MOST_OF_A_BYTE] = {"most_of_a_byte", 255.0f},
};

struct step {
    const char *operation;
    enum operand operand;
};

/* From the sums z on. GELU is z (1 + erf(z / √2)) / 2, in the form that runtimes know and fuse. */
static const struct step activations[DESCENT_ACTIVATION_COUNT][STEPS_MAX] = {
    [DESCENT_ACTIVATION_RELU] = {{"Relu", NONE}},
    [DESCENT_ACTIVATION_LEAKY_RELU] = {{"LeakyRelu", NONE}},
    [DESCENT_ACTIVATION_ELU] = {{"Elu", NONE}},
    [DESCENT_ACTIVATION_GELU] =
        {{"Div", ROOT_OF_2}, {"Erf", NONE}, {"Add", ONE}, {"Mul", SUMS}, {"Mul", HALF}},
    [DESCENT_ACTIVATION_SILU] = {{"Sigmoid", NONE}, {"Mul", SUMS}},
    [DESCENT_ACTIVATION_TANH] = {{"Tanh", NONE}},
    [DESCENT_ACTIVATION_SIGMOID] = {{"Sigmoid", NONE}},
    [DESCENT_ACTIVATION_SOFTPLUS] = {{"Softplus", NONE}},
};

static const struct descent_onnx_attribute attribute_of_gemm = {"transB", 1, 0.0f};
static const struct descent_onnx_attribute attribute_of_concat = {"axis", 1, 0.0f};
static const struct descent_onnx_attribute attribute_of_leaky_relu = {"alpha", 0, 0.01f};

/* A graph that is being written. */
struct graph {
    struct descent_protobuf *out;
    const descent_predictor *predictor;
    const descent_preparation *preparation; /* or NULL */
    const char *result;                     /* name of the last value */
    bool written[OPERANDS];
    size_t nodes;
    char value[NAME_SIZE]; /* names of what the last node gave, and of the last layer's sums */
    char sums[NAME_SIZE];
};

/* Adds a node that takes up to three values, NULL for none; what it gives is the new value, or with
 * last the result. */
static void add(struct graph *graph, const char *operation, const char *const taken[3],
                const struct descent_onnx_attribute *attribute, bool last)
{
    char given[NAME_SIZE];
    size_t count = taken[1] == NULL ? 1 : taken[2] == NULL ? 2 : 3;
    snprintf(given, sizeof given, "value_%zu", ++graph->nodes);
    descent_onnx_node(graph->out, operation, taken, count, last ? graph->result : given, attribute);
    snprintf(graph->value, sizeof graph->value, "%s", last ? graph->result : given);
}

/* A node of the last value and another one, or NULL. */
static void apply(struct graph *graph, const char *operation, const char *other, bool last)
{
    bool leaky = strcmp(operation, "LeakyRelu") == 0;
    const char *const taken[] = {graph->value, other, NULL};
    add(graph, operation, taken, leaky ? &attribute_of_leaky_relu : NULL, last);
}

/* The same with a vector, which is written here. */
static void apply_vector(struct graph *graph, const char *operation, const char *name,
                         const float *vector, size_t size, bool last)
{
    descent_onnx_tensor(graph->out, name, &size, 1, vector);
    apply(graph, operation, name, last);
}

static void apply_step(struct graph *graph, struct step step, bool last)
{
    const char *name = step.operand == SUMS ? graph->sums : numbers[step.operand].name;
    if (step.operand > SUMS && !graph->written[step.operand]) {
        descent_onnx_tensor(graph->out, name, NULL, 0, &numbers[step.operand].value);
        graph->written[step.operand] = true;
    }
    apply(graph, step.operation, name, last);
}

/* What is done to features before the network: bytes / 255, and (x − mean) / deviation. */
static void prepare(struct graph *graph)
{
    const descent_preparation *preparation = graph->preparation;
    size_t inputs = descent_predictor_inputs(graph->predictor);
    if (descent_predictor_values(graph->predictor) == DESCENT_VALUES_BYTES) {
        apply_step(graph, (struct step){"Div", MOST_OF_A_BYTE}, false);
    }
    if (preparation != NULL && descent_preparation_mean(preparation) != NULL) {
        apply_vector(graph, "Sub", "mean", descent_preparation_mean(preparation), inputs, false);
        apply_vector(graph, "Div", "deviation", descent_preparation_deviation(preparation), inputs,
                     false);
    }
}

/* Tensors have the names that they have in the model's file. */
static void add_layer(struct graph *graph, size_t l, bool last)
{
    descent_layer layer = descent_model_layer(descent_predictor_model(graph->predictor), l);
    const struct step *steps = activations[layer.activation];
    char weights[NAME_SIZE], bias[NAME_SIZE];
    snprintf(weights, sizeof weights, "%zu.weight", 2 * l);
    snprintf(bias, sizeof bias, "%zu.bias", 2 * l);
    descent_onnx_tensor(graph->out, weights, (size_t[]){layer.outputs, layer.inputs}, 2,
                        layer.weights);
    descent_onnx_tensor(graph->out, bias, &layer.outputs, 1, layer.bias);
    size_t count = 0;
    while (count < STEPS_MAX && steps[count].operation != NULL) {
        count++;
    }
    const char *const taken[] = {graph->value, weights, bias};
    add(graph, "Gemm", taken, &attribute_of_gemm, last && count == 0);
    memcpy(graph->sums, graph->value, sizeof graph->sums);
    for (size_t i = 0; i < count; i++) {
        apply_step(graph, steps[i], last && i + 1 == count);
    }
}

/* Whether one output stands for two classes, and whether outputs go back to targets' units. */
static bool is_one_of_two(const struct graph *graph)
{
    return descent_model_outputs(descent_predictor_model(graph->predictor)) <
           descent_predictor_answers(graph->predictor);
}

static bool has_targets(const struct graph *graph)
{
    return graph->preparation != NULL && descent_preparation_outputs(graph->preparation) > 0 &&
           descent_predictor_task(graph->predictor) == DESCENT_TASK_NUMBERS &&
           !descent_predictor_is_stopped(graph->predictor);
}

static void add_network(struct graph *graph)
{
    size_t layers = descent_model_layers(descent_predictor_model(graph->predictor));
    bool two = is_one_of_two(graph), targets = has_targets(graph);
    prepare(graph);
    for (size_t l = 0; l < layers; l++) {
        add_layer(graph, l, l + 1 == layers && !two && !targets);
    }
    if (two) { /* −z and z */
        char logit[NAME_SIZE];
        memcpy(logit, graph->value, sizeof logit);
        apply(graph, "Neg", NULL, false);
        const char *const taken[] = {graph->value, logit, NULL};
        add(graph, "Concat", taken, &attribute_of_concat, true);
    }
    if (targets) {
        size_t outputs = descent_predictor_answers(graph->predictor);
        const descent_preparation *preparation = graph->preparation;
        apply_vector(graph, "Mul", "target_deviation",
                     descent_preparation_target_deviation(preparation), outputs, false);
        apply_vector(graph, "Add", "target_mean", descent_preparation_target_mean(preparation),
                     outputs, true);
    }
}

static const char *describe_inputs(const descent_predictor *predictor)
{
    return descent_predictor_values(predictor) == DESCENT_VALUES_BYTES
               ? "a sample's values, 0 to 255"
               : "a sample's values, as in the training data";
}

static void write_graph(struct descent_protobuf *out, const descent_predictor *predictor)
{
    size_t answers = descent_predictor_answers(predictor);
    bool probabilities = descent_predictor_gives_probabilities(predictor);
    bool each = descent_predictor_loss(predictor)->kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    struct graph graph = {.out = out,
                          .predictor = predictor,
                          .preparation = descent_predictor_preparation(predictor),
                          .result = probabilities ? "logits" : "outputs",
                          .value = "features"};
    size_t start = descent_onnx_begin_graph(out);
    descent_onnx_input(out, graph.value, descent_predictor_inputs(predictor),
                       describe_inputs(predictor));
    add_network(&graph);
    if (probabilities) {
        descent_onnx_output(out, graph.result, answers, "what the probabilities are made of");
        graph.result = "probabilities";
        apply(&graph, each ? "Sigmoid" : "Softmax", NULL, true);
    }
    descent_onnx_output(out, graph.result, answers,
                        probabilities ? "of the classes, in the order of class_names"
                                      : "in the order of the names in the metadata");
    descent_protobuf_end(out, start);
}

/* Of the summary of the training in the model's file, where there is one. */
static void write_accuracy(struct descent_protobuf *out, const char *training)
{
    char accuracy[32];
    json_t *summary = json_loads(training, 0, NULL);
    json_t *value = json_object_get(summary, "validation_accuracy");
    if (json_is_number(value)) {
        snprintf(accuracy, sizeof accuracy, "%.6g", json_number_value(value));
        descent_onnx_metadata(out, "validation_accuracy", accuracy);
    }
    json_decref(summary);
}

/* Entries of the model's file that are for its users; the first so many name outputs. */
enum { NAMES = 2 };
static const char *const kept[] = {"class_names", "target_names", "columns", "input_shape",
                                   "loss",        "training",     "data"};

static void write_metadata(struct descent_protobuf *out, const descent_predictor *predictor)
{
    const descent_safetensors *file = descent_predictor_file(predictor);
    const descent_model *model = descent_predictor_model(predictor);
    char text[256];
    descent_model_describe(model, text, sizeof text);
    descent_onnx_metadata(out, "network", text);
    descent_onnx_metadata(out, "task", descent_task_name(descent_predictor_task(predictor)));
    snprintf(text, sizeof text, "%08x", (unsigned)descent_model_fingerprint(model));
    descent_onnx_metadata(out, "crc32", text);
    size_t first = descent_predictor_is_stopped(predictor) ? NAMES : 0;
    for (size_t i = first; i < sizeof kept / sizeof kept[0]; i++) {
        const char *value = descent_safetensors_metadata(file, kept[i]);
        if (value != NULL) {
            descent_onnx_metadata(out, kept[i], value);
        }
    }
    const char *training = descent_safetensors_metadata(file, "training");
    if (training != NULL) {
        write_accuracy(out, training);
    }
}

descent_status descent_export_onnx(unsigned char **bytes, size_t *size,
                                   const descent_predictor *predictor)
{
    DESCENT_RETURN_UNLESS(bytes != NULL && size != NULL);
    *bytes = NULL;
    *size = 0;
    DESCENT_RETURN_UNLESS(predictor != NULL);
    const descent_model *model = descent_predictor_model(predictor);
    size_t count = descent_model_parameter_count(model),
           most = DESCENT_PROTOBUF_MAX / sizeof(float);
    if (count > most) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "onnx: expected at most %zu parameters, as many as its files hold "
                            "(2 GB), found %zu",
                            most, count);
    }
    struct descent_protobuf out = {0};
    descent_protobuf_reserve(&out, count * sizeof(float) + REST);
    descent_onnx_head(&out);
    write_graph(&out, predictor);
    write_metadata(&out, predictor);
    if (out.status != DESCENT_OK) {
        free(out.bytes);
        return out.status;
    }
    *bytes = out.bytes;
    *size = out.size;
    return DESCENT_OK;
}

/*
 * A network in bytes: Jacob et al., "Quantization and training of neural networks for efficient
 * integer-arithmetic-only inference", CVPR 2018. Weights are whole multiples of a scale of their
 * output's, without a zero of their own; what flows between layers are bytes with a scale and a
 * zero; sums are of 32 bits, and become bytes by a multiplication and a shift.
 */
#include "export/int8.h"

#include "base/fail.h"
#include "export/int8_math.h"

#include <descent/network.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bytes q stand for scale · (q − zero). */
struct code {
    double scale;
    int32_t zero;
};

static struct code code_of(struct descent_int8_range range)
{
    double width = range.high - range.low;
    double scale = width > 0.0 ? width / 255.0 : 1.0;
    return (struct code){scale, (int32_t)floor(-range.low / scale + 0.5)};
}

static bool allocate(struct descent_int8_layer *made, const descent_layer *layer)
{
    made->inputs = layer->inputs;
    made->outputs = layer->outputs;
    made->activation = layer->activation;
    made->weights = calloc(layer->inputs * layer->outputs, sizeof *made->weights);
    made->bias = calloc(layer->outputs, sizeof *made->bias);
    made->multiplier = calloc(layer->outputs, sizeof *made->multiplier);
    made->shift = calloc(layer->outputs, sizeof *made->shift);
    made->scale = calloc(layer->outputs, sizeof *made->scale);
    return made->weights != NULL && made->bias != NULL && made->multiplier != NULL &&
           made->shift != NULL && made->scale != NULL;
}

/* The scale of an output's weights, such that its bias, in the scale of the sums, stays below
 * 2^30. */
static double weight_scale(const descent_layer *layer, size_t o, double input_scale)
{
    double largest = 0.0;
    for (size_t i = 0; i < layer->inputs; i++) {
        double size = fabs((double)layer->weights[o * layer->inputs + i]);
        largest = size > largest ? size : largest; /* gcc 12 breaks off at fmax() on arm64 */
    }
    double scale = fmax(largest / 127.0, fabs((double)layer->bias[o]) / input_scale * 0x1p-30);
    return scale > 0.0 ? scale : 1.0;
}

/* Rounds an output's weights and its bias. Any sum on the way, from the bias on, lies between the
 * bias with all that can be subtracted and with all that can be added; *largest gets the magnitude
 * of the farther end. */
static double round_row(struct descent_int8_layer *made, const descent_layer *layer, size_t o,
                        struct code input, int64_t *largest)
{
    double scale = weight_scale(layer, o, input.scale);
    int64_t total = 0, above = 0;
    for (size_t i = 0; i < layer->inputs; i++) {
        double weight = (double)layer->weights[o * layer->inputs + i] / scale;
        int8_t rounded = (int8_t)floor(weight + 0.5);
        made->weights[i * layer->outputs + o] = rounded;
        total += rounded;
        above += rounded > 0 ? rounded : 0;
    }
    double bias = floor((double)layer->bias[o] / (input.scale * scale) + 0.5);
    int64_t start = (int64_t)bias - input.zero * total;
    int64_t high = start + UINT8_MAX * above, low = start + UINT8_MAX * (total - above);
    *largest = high > -low ? high : -low;
    made->bias[o] = (int32_t)start; /* no more than that */
    made->scale[o] = (float)(input.scale * scale);
    return input.scale * scale;
}

/* ratio = multiplier / 2^shift, the former with 31 bits. */
static void split(double ratio, int32_t *multiplier, int32_t *shift)
{
    int exponent;
    double fraction = frexp(ratio, &exponent); /* in ½ … 1 */
    int64_t rounded = (int64_t)floor(fraction * 0x1p31 + 0.5);
    int32_t right = 31 - exponent;
    for (; rounded > INT32_MAX || right > 62; right--) {
        rounded /= 2;
    }
    *multiplier = right >= 1 ? (int32_t)rounded : INT32_MAX;
    *shift = right >= 1 ? right : 1;
}

static descent_status round_layer(struct descent_int8 *int8, size_t l, struct code input,
                                  struct code output)
{
    descent_layer layer = descent_model_layer(descent_predictor_model(int8->predictor), l);
    struct descent_int8_layer *made = &int8->layer[l];
    if (!allocate(made, &layer)) {
        return descent_fail(DESCENT_ERROR_MEMORY, "int8: no memory for layer %zu", l + 1);
    }
    made->zero = output.zero;
    for (size_t o = 0; o < layer.outputs; o++) {
        int64_t largest;
        double scale = round_row(made, &layer, o, input, &largest);
        if (largest > INT32_MAX) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "int8: expected sums of at most 2147483647, found that output %zu "
                                "of layer %zu can come to %lld: its %zu inputs are too many",
                                o + 1, l + 1, (long long)largest, layer.inputs);
        }
        int8->largest = largest > int8->largest ? largest : int8->largest;
        split(scale / output.scale, &made->multiplier[o], &made->shift[o]);
    }
    return DESCENT_OK;
}

/* What the bytes of z become by an activation that is more than a limit. */
static void fill_table(struct descent_int8_layer *made, struct code z, struct code a)
{
    made->tabled = true;
    for (int32_t q = 0; q <= UINT8_MAX; q++) {
        float value =
            descent_activation_value(made->activation, (float)(z.scale * (double)(q - z.zero)));
        made->table[q] = descent_quantize(value, (float)(1.0 / a.scale), (float)a.zero + 0.5f);
    }
}

/* ReLU is what bytes without negative numbers do by themselves, and the identity does nothing. */
static descent_status round_all(struct descent_int8 *int8, const struct descent_int8_ranges *ranges)
{
    struct code input = code_of(ranges->inputs);
    int8->inverse = (float)(1.0 / input.scale);
    int8->offset = (float)input.zero + 0.5f;
    for (size_t l = 0; l < int8->layers; l++) {
        descent_layer layer = descent_model_layer(descent_predictor_model(int8->predictor), l);
        bool direct = layer.activation == DESCENT_ACTIVATION_RELU ||
                      layer.activation == DESCENT_ACTIVATION_IDENTITY;
        struct code a = code_of(ranges->a[l]);
        struct code output = direct ? a : code_of(ranges->z[l]);
        DESCENT_TRY(round_layer(int8, l, input, output));
        if (!direct && l + 1 < int8->layers) {
            fill_table(&int8->layer[l], output, a);
        }
        input = a;
    }
    return DESCENT_OK;
}

static descent_status build(struct descent_int8 *int8, const descent_dataset *train)
{
    struct descent_int8_ranges ranges;
    const descent_predictor *predictor = int8->predictor;
    DESCENT_TRY(descent_int8_measure(&ranges, predictor, train));
    const descent_preparation *preparation = descent_predictor_preparation(predictor);
    bool plain = preparation == NULL || descent_preparation_mean(preparation) == NULL;
    if (plain && descent_predictor_values(predictor) == DESCENT_VALUES_BYTES) {
        ranges.inputs = (struct descent_int8_range){0.0, 1.0}; /* the bytes themselves */
    }
    DESCENT_TRY(round_all(int8, &ranges));
    int8->bytes = calloc(2, int8->widest);
    return int8->bytes != NULL ? DESCENT_OK
                               : descent_fail(DESCENT_ERROR_MEMORY, "int8: no memory for a sample");
}

descent_status descent_int8_create(descent_int8 **int8, const descent_predictor *predictor,
                                   const descent_dataset *train)
{
    DESCENT_RETURN_UNLESS(int8 != NULL);
    *int8 = NULL;
    DESCENT_RETURN_UNLESS(predictor != NULL && train != NULL);
    descent_int8 *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "int8: no memory for a network");
    }
    const descent_model *model = descent_predictor_model(predictor);
    size_t half = descent_model_scratch(model) / 2, inputs = descent_model_inputs(model);
    made->predictor = predictor;
    made->layers = descent_model_layers(model);
    made->widest = half > inputs ? half : inputs;
    descent_status status = build(made, train);
    if (status != DESCENT_OK) {
        descent_int8_destroy(made);
        return status;
    }
    *int8 = made;
    return DESCENT_OK;
}

void descent_int8_destroy(descent_int8 *int8)
{
    for (size_t l = 0; int8 != NULL && l < int8->layers; l++) {
        struct descent_int8_layer *layer = &int8->layer[l];
        free(layer->weights);
        free(layer->bias);
        free(layer->multiplier);
        free(layer->shift);
        free(layer->scale);
    }
    if (int8 != NULL) {
        free(int8->bytes);
    }
    free(int8);
}

int64_t descent_int8_largest(const descent_int8 *int8)
{
    return int8->largest;
}

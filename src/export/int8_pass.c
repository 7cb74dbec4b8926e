/*
 * A network in bytes, computed as exported C does it.
 */
#include "export/int8.h"

#include "base/fail.h"
#include "export/int8_math.h"

#include <stdlib.h>
#include <string.h>

static int32_t sum_of(const struct descent_int8_layer *layer, size_t o, const uint8_t *x)
{
    int32_t sum = layer->bias[o];
    for (size_t i = 0; i < layer->inputs; i++) {
        sum += layer->weights[i * layer->outputs + o] * x[i];
    }
    return sum;
}

static void hidden(const struct descent_int8_layer *layer, const uint8_t *x, uint8_t *y)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        y[o] = descent_requantize(sum_of(layer, o, x), layer->multiplier[o], layer->shift[o],
                                  layer->zero);
        y[o] = layer->tabled ? layer->table[y[o]] : y[o];
    }
}

static void last(const struct descent_int8_layer *layer, const uint8_t *x, float *y)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        double z = (double)sum_of(layer, o, x) * (double)layer->scale[o];
        y[o] = descent_activation_value(layer->activation, (float)z);
    }
}

static void pass(const descent_int8 *int8, const float *prepared, float *outputs)
{
    uint8_t *x = int8->bytes, *y = int8->bytes + int8->widest;
    for (size_t i = 0; i < int8->layer[0].inputs; i++) {
        x[i] = descent_quantize(prepared[i], int8->inverse, int8->offset);
    }
    for (size_t l = 0; l + 1 < int8->layers; l++) {
        hidden(&int8->layer[l], x, y);
        uint8_t *next = y;
        y = x;
        x = next;
    }
    last(&int8->layer[int8->layers - 1], x, outputs);
}

descent_status descent_int8_outputs(const descent_int8 *int8, const float *features, size_t n,
                                    float *outputs)
{
    DESCENT_RETURN_UNLESS(int8 != NULL && features != NULL && outputs != NULL);
    const descent_predictor *predictor = int8->predictor;
    size_t inputs = descent_predictor_inputs(predictor);
    float *prepared = malloc(inputs * sizeof *prepared);
    if (prepared == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "int8: no memory for a sample of %zu", inputs);
    }
    for (size_t i = 0; i < n; i++) {
        float *answer = outputs + i * descent_predictor_answers(predictor);
        memcpy(prepared, features + i * inputs, inputs * sizeof *prepared);
        descent_predictor_prepare(predictor, prepared);
        pass(int8, prepared, answer);
        descent_predictor_finish(predictor, answer);
    }
    free(prepared);
    return DESCENT_OK;
}

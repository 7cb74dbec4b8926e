/*
 * Which values a network meets.
 */
#include "export/int8.h"

#include "base/fail.h"

#include <descent/loader.h>
#include <descent/network.h>
#include <stdlib.h>
#include <string.h>

static void widen(struct descent_int8_range *range, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double value = (double)values[i]; /* gcc 12 breaks off at fmin() and fmax() on arm64 */
        range->low = value < range->low ? value : range->low;
        range->high = value > range->high ? value : range->high;
    }
}

/* One sample on its way, prepared, in x [2 × widest]. */
static void pass(struct descent_int8_ranges *ranges, const descent_model *model, float *x,
                 size_t widest)
{
    widen(&ranges->inputs, x, descent_model_inputs(model));
    for (size_t l = 0; l < descent_model_layers(model); l++) {
        descent_layer layer = descent_model_layer(model, l);
        descent_activation activation = layer.activation;
        float *from = x + (l % 2) * widest, *to = x + ((l + 1) % 2) * widest;
        layer.activation = DESCENT_ACTIVATION_IDENTITY;
        descent_layer_forward(&layer, from, to);
        widen(&ranges->z[l], to, layer.outputs);
        for (size_t o = 0; o < layer.outputs; o++) {
            to[o] = descent_activation_value(activation, to[o]);
        }
        widen(&ranges->a[l], to, layer.outputs);
    }
}

static void measure(struct descent_int8_ranges *ranges, const descent_predictor *predictor,
                    descent_loader *loader, float *x, size_t widest)
{
    size_t samples = 0;
    for (descent_batch batch; samples < DESCENT_INT8_SAMPLES && descent_loader_next(loader, &batch);
         samples++) {
        memcpy(x, batch.features, descent_predictor_inputs(predictor) * sizeof *x);
        descent_predictor_prepare(predictor, x);
        pass(ranges, descent_predictor_model(predictor), x, widest);
    }
}

descent_status descent_int8_measure(struct descent_int8_ranges *ranges,
                                    const descent_predictor *predictor,
                                    const descent_dataset *train)
{
    const descent_loader_config config = {.batch = 1, .shuffle = true};
    size_t inputs = descent_predictor_inputs(predictor);
    size_t scratch = descent_model_scratch(descent_predictor_model(predictor));
    size_t widest = scratch / 2 > inputs ? scratch / 2 : inputs;
    *ranges = (struct descent_int8_ranges){0};
    if (descent_dataset_features(train) != inputs) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "int8: expected samples of %zu numbers, found %zu", inputs,
                            descent_dataset_features(train));
    }
    descent_loader *loader;
    DESCENT_TRY(descent_loader_create(&loader, train, &config));
    float *x = malloc(2 * widest * sizeof *x);
    bool room = x != NULL;
    if (room) {
        measure(ranges, predictor, loader, x, widest);
    }
    descent_loader_destroy(loader);
    free(x);
    return room ? DESCENT_OK
                : descent_fail(DESCENT_ERROR_MEMORY, "int8: no memory for a sample of %zu", widest);
}

/*
 * A network in bytes while it is built and computed.
 */
#ifndef DESCENT_EXPORT_INT8_H
#define DESCENT_EXPORT_INT8_H

#include <descent/export.h>

struct descent_int8_layer {
    size_t inputs, outputs;
    descent_activation activation;
    int8_t *weights; /* [inputs × outputs], −127 … 127, each output's by a scale of its own */
    int32_t *bias;   /* [outputs]; with it goes what the inputs' zero adds to the sums */
    int32_t *multiplier; /* [outputs]: sum · multiplier / 2^shift + zero is the byte */
    int32_t *shift;      /* [outputs] */
    int32_t zero;
    bool tabled; /* whether the byte stands for z, and the table has that of the activation */
    uint8_t table[256];
    float *scale; /* [outputs], of the last layer in place of all that: sum · scale is z */
};

struct descent_int8 {
    const descent_predictor *predictor;
    size_t layers;
    float inverse, offset; /* of the inputs: see descent_quantize() */
    struct descent_int8_layer layer[DESCENT_LAYERS_MAX];
    uint8_t *bytes; /* [2 × widest]: the layers' in turn */
    size_t widest;
    int64_t largest; /* magnitude that any sum can have */
};

/* int8_ranges.c: the values that go into the first layer and come out of each one, before and after
 * its activation, over training samples; all ranges have 0 in them. */
struct descent_int8_range {
    double low, high;
};
struct descent_int8_ranges {
    struct descent_int8_range inputs, z[DESCENT_LAYERS_MAX], a[DESCENT_LAYERS_MAX];
};
descent_status descent_int8_measure(struct descent_int8_ranges *ranges,
                                    const descent_predictor *predictor,
                                    const descent_dataset *train);

#endif

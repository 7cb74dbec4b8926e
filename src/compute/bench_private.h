/*
 * The buffers of a step's products, for tests that look at what has been computed.
 */
#ifndef DESCENT_BENCH_PRIVATE_H
#define DESCENT_BENCH_PRIVATE_H

#include "base/team.h"
#include "compute/engine.h"

#include <descent/bench.h>

/* One layer's operands and results. The x of a layer is the z of the one before. */
struct descent_bench_layer {
    struct descent_engine_layer shape; /* with the layout of the present step */
    float *weights;                    /* [in × out] in that layout */
    float *x;                          /* [batch × in] */
    float *z;                          /* [batch × out] */
    float *delta;                      /* [batch × out] */
};

/* One block: this struct and the layers' buffers. */
struct descent_bench {
    descent_bench_config config;
    struct descent_team team; /* of the present step */
    size_t parts;             /* into how many pieces it cuts a product, at most */
    bool row_head;            /* whether its last layer is cut by samples */
    struct descent_bench_layer layer[DESCENT_LAYERS_MAX];
};

#endif

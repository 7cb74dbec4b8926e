/*
 * The buffers of a step's products, for tests that look at what has been computed, and for
 * benchmarks of other ways to keep weights.
 */
#ifndef DESCENT_BENCH_PRIVATE_H
#define DESCENT_BENCH_PRIVATE_H

#include "base/team.h"
#include "compute/product.h"

#include <descent/bench.h>
#include <stdbool.h>

/* One layer's operands and results. The x of a layer is the z of the one before. */
struct descent_bench_layer {
    struct descent_product_layer shape; /* with the layout of the present step */
    float *weights;                     /* [in × out] in that layout */
    float *x;                           /* [batch × in] */
    float *z;                           /* [batch × out] */
    float *delta;                       /* [batch × out] */
};

/* One block: this struct and the layers' buffers. */
struct descent_bench {
    size_t layers;
    size_t batch;
    int threads;
    float rate;
    struct descent_team team; /* of the present step */
    size_t pieces;            /* into how many pieces it cuts a product, at most */
    bool row_head;            /* whether its last layer is cut by samples */
    struct descent_bench_layer layer[DESCENT_LAYERS_MAX];
};

/* How a layer keeps its weights; the numbers are random in any layout. */
typedef struct descent_product_layer descent_bench_layout(size_t inputs, size_t outputs,
                                                          size_t batch);

/* One step with weights kept and products cut that way. */
void descent_bench_run(struct descent_bench *bench, descent_bench_layout *layout,
                       descent_bench_cut cut);

#endif

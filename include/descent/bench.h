/*
 * The matrix products of a training step and nothing else, on buffers of their own: how fast a
 * trainer on the same products could be at best. No bias, activation, loss or loading of samples;
 * the weight gradient goes straight into the weights, as in plain gradient descent.
 *
 * With A₀ the samples' features, all other operands random numbers, and η a small number:
 *
 *     forward          A_l = A_{l−1} W_lᵀ
 *     input gradient   δ_{l−1} = δ_l W_l      not below the first layer
 *     weight gradient  W_l −= η δ_lᵀ A_{l−1}
 *
 * It measures nothing itself: the caller has a clock.
 */
#ifndef DESCENT_BENCH_H
#define DESCENT_BENCH_H

#include <descent/model.h>
#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>

DESCENT_BEGIN

typedef struct descent_bench descent_bench;

/* How weights are kept. */
typedef enum descent_bench_layout {
    DESCENT_BENCH_LAYOUT_ENGINE, /* each layer's as a trainer keeps it */
    DESCENT_BENCH_LAYOUT_OUT_IN, /* [out × in] */
    DESCENT_BENCH_LAYOUT_IN_OUT, /* [in × out] */
    DESCENT_BENCH_LAYOUT_COUNT
} descent_bench_layout;

/* How products are shared out. Threads wait for each other between products where one needs what
 * another thread has computed, and at no other place. */
typedef enum descent_bench_cut {
    DESCENT_BENCH_CUT_ENGINE,  /* as a trainer does: by outputs, a small last layer by samples */
    DESCENT_BENCH_CUT_OUTPUTS, /* by outputs, or by inputs where those are a product's columns */
    DESCENT_BENCH_CUT_SAMPLES, /* by samples; the weight gradients by outputs */
    DESCENT_BENCH_CUT_NONE,    /* all by one thread, whatever the number of threads */
    DESCENT_BENCH_CUT_BLAS,    /* by OpenBLAS's own threads, if it has any */
    DESCENT_BENCH_CUT_COUNT
} descent_bench_cut;

typedef struct descent_bench_config {
    size_t layers;                        /* 1 … DESCENT_LAYERS_MAX */
    size_t sizes[DESCENT_LAYERS_MAX + 1]; /* inputs, hidden sizes, outputs: layers + 1 numbers */
    size_t batch;                         /* samples of a step, 1 to 2^31 − 1 */
    int threads;                          /* 1 to DESCENT_THREADS_MAX */
    double rate; /* η > 0: so small that weights stay as they are for a long time */
} descent_bench_config;

#define DESCENT_BENCH_DEFAULT                                                                      \
    {                                                                                              \
        .batch = 32, .threads = 1, .rate = 1e-9                                                    \
    }

/* The names "engine", "out-in", "in-out", and "engine", "outputs", "samples", "none", "blas"; NULL
 * for any other number. */
DESCENT_API const char *descent_bench_layout_name(descent_bench_layout layout);
DESCENT_API const char *descent_bench_cut_name(descent_bench_cut cut);

/* Makes ready the products of a step. The caller destroys them. Errors: INVALID (says which number
 * is out of range), MEMORY. */
DESCENT_API descent_status descent_bench_create(descent_bench **bench,
                                                const descent_bench_config *config);

/* Frees the products; NULL is allowed. */
DESCENT_API void descent_bench_destroy(descent_bench *bench);

/* All products of one step. Layout and cut may change from step to step: the numbers are random in
 * any layout. With DESCENT_BENCH_CUT_BLAS, OpenBLAS has as many threads of its own meanwhile, in
 * the whole process. Error: INVALID (no such layout or cut, or OpenBLAS does not run on so many).
 */
DESCENT_API descent_status descent_bench_step(descent_bench *bench, descent_bench_layout layout,
                                              descent_bench_cut cut);

/* Floating-point operations of a step: a multiplication and an addition for each sample and weight
 * in each product. */
DESCENT_API double descent_bench_operations(const descent_bench_config *config);

/* Bytes that a step's products read and write, if each reads its operands once and reads and writes
 * its result once. */
DESCENT_API double descent_bench_bytes(const descent_bench_config *config);

/* Whether the OpenBLAS in use has threads of its own. */
DESCENT_API bool descent_bench_blas_has_threads(void);

/* Writes what computes the products into text, cut to size bytes including the final NUL: the
 * configuration of the OpenBLAS in use, the processor it has chosen its kernels for, and its kind
 * of threads. */
DESCENT_API void descent_bench_describe_blas(char *text, size_t size);

/* The processors that the machine lets this process use, ≥ 1. */
DESCENT_API int descent_bench_processors(void);

DESCENT_END

#endif

/*
 * The matrix products of a training step alone, on buffers of their own: an upper bound for the
 * speed of a trainer that uses the same products. No bias, activation, loss or loading of samples;
 * the weight gradient goes straight into the weights, as in plain gradient descent.
 *
 * A₀ stands for the samples' features; all operands are random numbers, and η is too small to
 * change them:
 *
 *     forward          A_l = A_{l−1} W_lᵀ
 *     input gradient   δ_{l−1} = δ_l W_l      not below the first layer
 *     weight gradient  W_l −= η δ_lᵀ A_{l−1}
 *
 * A fair bound is the fastest of the cuts below. The caller measures the time.
 */
#ifndef DESCENT_BENCH_H
#define DESCENT_BENCH_H

#include <descent/engine.h>
#include <descent/model.h>
#include <descent/status.h>
#include <stddef.h>

DESCENT_BEGIN

typedef struct descent_bench descent_bench;

/* How threads share the products. They wait for each other only before a product that needs the
 * results of other threads. */
typedef enum descent_bench_cut {
    DESCENT_BENCH_CUT_ENGINE,  /* as a trainer does, with weights kept as a trainer keeps them */
    DESCENT_BENCH_CUT_OUTPUTS, /* plain [out × in] weights: by outputs, the input gradient by inputs
                                */
    DESCENT_BENCH_CUT_SAMPLES, /* plain weights: by samples, the weight gradient by outputs */
    DESCENT_BENCH_CUT_NONE,    /* plain weights: one thread does all */
    DESCENT_BENCH_CUT_COUNT
} descent_bench_cut;

/* The name "engine", "outputs", "samples" or "none"; NULL for any other number. */
DESCENT_API const char *descent_bench_cut_name(descent_bench_cut cut);

/* Prepares the products of a step on a network of the model's shape, whatever its parameters are.
 * batch: samples of a step, 1 to 2^31 − 1; threads: up to DESCENT_THREADS_MAX, 0: one a processor.
 * The caller destroys it. Errors: INVALID (says which number is out of range), MEMORY. */
DESCENT_API descent_status descent_bench_create(descent_bench **bench, const descent_model *model,
                                                size_t batch, int threads);

/* Frees the products; NULL is allowed. */
DESCENT_API void descent_bench_destroy(descent_bench *bench);

/* All products of one step. The cut may change from step to step. Error: INVALID (no such cut). */
DESCENT_API descent_status descent_bench_step(descent_bench *bench, descent_bench_cut cut);

/* Floating-point operations of a step: a multiplication and an addition for each sample and weight
 * in each product. */
DESCENT_API double descent_bench_operations(const descent_bench *bench);

/* Describes the OpenBLAS in use in text, cut to size bytes including the final NUL: its
 * configuration, the processor of its kernels, and its kind of threads. */
DESCENT_API void descent_bench_describe_blas(char *text, size_t size);

/* The processor that OpenBLAS's kernels in use are written for, such as "Haswell", a static string;
 * *set gets the best instructions that they have. */
DESCENT_API const char *descent_bench_blas_kernels(descent_instruction_set *set);

/* Fused multiply-adds of the best set of instructions in registers alone, about a millisecond's, on
 * each of so many threads, up to DESCENT_THREADS_MAX, 0: one a processor. *operations gets their
 * floating-point operations, two for each number: over the time of the call, which the caller
 * measures, what the processor computes at most. Error: INVALID (says which number is out of
 * range). */
DESCENT_API descent_status descent_bench_multiply_add(double *operations, int threads);

/* The number of processors available to this process, ≥ 1. */
DESCENT_API int descent_bench_processors(void);

DESCENT_END

#endif

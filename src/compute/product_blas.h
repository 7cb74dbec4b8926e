/*
 * The only way to OpenBLAS: matrix products, row-major everywhere, and what is known of how it
 * computes them.
 */
#ifndef DESCENT_PRODUCT_BLAS_H
#define DESCENT_PRODUCT_BLAS_H

#include <descent/engine.h>
#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Makes OpenBLAS use one thread and tries how it adds up; comes before the first product. Errors:
 * INVALID (OpenBLAS keeps more threads), MEMORY. */
descent_status descent_blas_init(void);

/* How many of so many threads can multiply at once: each has a buffer of OpenBLAS's, which waits
 * for ever where the address space is limited (ulimit -v) and too small for it. */
int descent_blas_threads(int wanted);

/* Which OpenBLAS this is, in one line, cut to size. */
void descent_blas_describe(char *text, size_t size);

/* The processor that the kernels in use are written for; *set gets the best instructions that they
 * have. */
const char *descent_blas_kernels(descent_instruction_set *set);

/* Products of at most so many multiplications go to kernels of their own where there are any. These
 * sum in another order, so that a product is cut nowhere into pieces on both sides of this. */
#define DESCENT_BLAS_SMALL 1e6

/* Whether there are such kernels, which pack nothing. */
bool descent_blas_has_small_kernel(void);

/* Whether a product's elements keep their bits when it is computed in pieces, cut as descent_cut()
 * does and none of them is small. OpenBLAS's AVX-512 kernels add up every element of C the same
 * way, those for AVX2 add up the last columns of a product otherwise. */
bool descent_blas_keeps_bits(void);

/*
 * C [m × n] = alpha · op(A) [m × k] · op(B) [k × n] + beta · C, where op transposes if asked: a
 * transposed A is stored [k × m], a transposed B [n × k]. lda, ldb and ldc are the lengths of the
 * stored rows. Nothing is done where m or n is 0. Sizes are at most INT_MAX.
 */
void descent_blas_multiply(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                           float alpha, const float *a, size_t lda, const float *b, size_t ldb,
                           float beta, float *c, size_t ldc);

#endif

/*
 * The inner loops of the packed engine: one kernel, of which all three products of a layer are
 * made, once for each set of instructions.
 */
#ifndef DESCENT_PACKED_KERNELS_H
#define DESCENT_PACKED_KERNELS_H

#include "compute/layout.h"

#include <descent/engine.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * C = A · B, where every element of C is one chain of fused multiply-adds,
 *
 *     c = fma(a_k, b_k, c)  for k = 0, 1, …, depth − 1,
 *
 * so that its bits depend neither on how the product is cut into tiles and pieces, nor on how many
 * numbers an instruction takes. B and C stand in panels of 16 columns,
 *
 *     b[panel · b_step + k · 16 + column],   c[panel · c_step + row · 16 + column],
 *
 * and A wherever a kernel says.
 */
struct descent_packed_product {
    size_t rows;   /* of A and C */
    size_t panels; /* of B and C */
    size_t depth;  /* at least 1 */
    const float *a;
    size_t a_step, a_panel_step;
    const float *b;
    size_t b_step;
    float *c;
    size_t c_step;
    bool add; /* the chains go on from what stands in C; else they begin at 0 */

    /* If not NULL, shaped as C, which then stays as it is: with each finished chain,
     * target −= rate · (chain + decay · target), each operation rounded. */
    float *target;
    float rate, decay;
};

struct descent_packed_kernels {
    /* A(row, k) is a[row · a_step + (k / 16) · a_panel_step + k % 16]: rows in panels of their
     * columns, or as they come. */
    void (*multiply)(const struct descent_packed_product *product);

    /* A(row, k) is a[(row / 16) · a_panel_step + row % 16 + k · a_step]: the transpose of such. */
    void (*multiply_transposed)(const struct descent_packed_product *product);
};

/* Those of one set of instructions each; of those that this build does not have, NULL. */
extern const struct descent_packed_kernels *const descent_packed_avx512;
extern const struct descent_packed_kernels *const descent_packed_avx2;
extern const struct descent_packed_kernels *const descent_packed_neon;
extern const struct descent_packed_kernels *const descent_packed_generic;

/* Those of a set, or NULL. Whether the machine can run them is another question: see
 * descent_instruction_set_is_there(). */
const struct descent_packed_kernels *descent_packed_kernels_of(descent_instruction_set set);

#endif

/*
 * The packed engine's kernels in plain C, for processors without fused multiply-adds: these are
 * made of operations on doubles, rounded as one.
 */
#include "compute/packed_kernels.h"

#include <stdint.h>
#include <string.h>

#define KERNEL
enum { LANES = 4, TALL = 2, WIDE = 1 };

typedef float vector __attribute__((vector_size(16)));
typedef double wide_vector __attribute__((vector_size(32)));
typedef int64_t wide_bits __attribute__((vector_size(32)));

static inline vector load(const float *from)
{
    vector v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void store(float *to, vector v)
{
    memcpy(to, &v, sizeof v);
}

static inline vector spread(float x)
{
    return (vector){x, x, x, x};
}

/*
 * a · b + c, rounded once. In double the product of two floats is exact, and Knuth's two-sum gives
 * what the sum has lost. Rounded to odd, which is to the neighbour whose last bit is 1 wherever
 * something was lost, the sum keeps on which side of every float it lies, and the conversion rounds
 * as if from the exact value (Boldo and Melquiond, Emulation of a FMA and correctly rounded sums,
 * IEEE TC 57(4), 2008). Infinities and NaNs have lost nothing, or NaN, which is neither above nor
 * below 0.
 */
static inline vector fused(vector a, vector b, vector c)
{
    wide_vector product =
        __builtin_convertvector(a, wide_vector) * __builtin_convertvector(b, wide_vector);
    wide_vector addend = __builtin_convertvector(c, wide_vector);
    wide_vector sum = product + addend;
    wide_vector part = sum - product;
    wide_vector lost = (product - (sum - part)) + (addend - part);
    wide_bits bits = (wide_bits)sum;
    wide_bits even = (bits & 1) - 1; /* all ones where the last bit is 0 */
    wide_bits inexact = (lost > 0.0) | (lost < 0.0);
    wide_bits outwards = ~((lost < 0.0) ^ (sum < 0.0)); /* what is lost has the sum's sign */
    /* One up in magnitude is + 1 as an integer, one down − 1. */
    bits += inexact & even & ((outwards & 2) - 1);
    return __builtin_convertvector((wide_vector)bits, vector);
}

#include "compute/packed_template.h"

const struct descent_packed_kernels *const descent_packed_generic = &kernels;

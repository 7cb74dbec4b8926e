/*
 * The packed engine's kernels for AVX-512: 32 registers of a whole panel's row.
 */
#include "compute/packed_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL __attribute__((target("avx512f")))
enum { LANES = 16, TALL = 14, WIDE = 2 };
typedef __m512 vector;
#define load _mm512_loadu_ps
#define store _mm512_storeu_ps
#define spread _mm512_set1_ps
#define fused _mm512_fmadd_ps

#include "compute/packed_template.h"

const struct descent_packed_kernels *const descent_packed_avx512 = &kernels;
#else
const struct descent_packed_kernels *const descent_packed_avx512 = NULL;
#endif

/*
 * The packed engine's kernels for AVX2 and FMA: 16 registers of half a panel's row.
 */
#include "compute/packed_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL __attribute__((target("avx2,fma")))
enum { LANES = 8, TALL = 6, WIDE = 1 };
typedef __m256 vector;
#define load _mm256_loadu_ps
#define store _mm256_storeu_ps
#define spread _mm256_set1_ps
#define fused _mm256_fmadd_ps

#include "compute/packed_template.h"

const struct descent_packed_kernels *const descent_packed_avx2 = &kernels;
#else
const struct descent_packed_kernels *const descent_packed_avx2 = NULL;
#endif

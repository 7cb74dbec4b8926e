/*
 * Chains of multiply-adds, for each set of instructions: as in the roofline model (Williams,
 * Waterman and Patterson, CACM 52 (4), 2009), what no kernel can surpass.
 */
#include "compute/peak.h"

/* The body of a run. Vectors are those of the compiler, which does arithmetic with them. */
#define RUN(vector, fused)                                                                         \
    vector chain[DESCENT_PEAK_CHAINS], sum = {0};                                                  \
    const vector half = sum + 0.5f;                                                                \
    for (int i = 0; i < DESCENT_PEAK_CHAINS; i++) {                                                \
        chain[i] = sum + (float)i;                                                                 \
    }                                                                                              \
    for (size_t round = 0; round < rounds; round++) {                                              \
        _Pragma("GCC unroll 12") for (int i = 0; i < DESCENT_PEAK_CHAINS; i++)                     \
        {                                                                                          \
            chain[i] = fused(chain[i], half, half);                                                \
        }                                                                                          \
    }                                                                                              \
    for (int i = 0; i < DESCENT_PEAK_CHAINS; i++) {                                                \
        sum += chain[i];                                                                           \
    }                                                                                              \
    float total = 0.0f;                                                                            \
    for (size_t lane = 0; lane < sizeof sum / sizeof(float); lane++) {                             \
        total += sum[lane];                                                                        \
    }                                                                                              \
    return total

typedef float plain __attribute__((vector_size(16)));
#define PLAIN_FUSED(x, factor, term) ((x) * (factor) + (term))

static float run_generic(size_t rounds)
{
    RUN(plain, PLAIN_FUSED);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2,fma"))) static float run_avx2(size_t rounds)
{
    RUN(__m256, _mm256_fmadd_ps);
}

__attribute__((target("avx512f"))) static float run_avx512(size_t rounds)
{
    RUN(__m512, _mm512_fmadd_ps);
}
#elif defined(__aarch64__)
#include <arm_neon.h>

#define NEON_FUSED(x, factor, term) vfmaq_f32((term), (x), (factor))

static float run_neon(size_t rounds)
{
    RUN(float32x4_t, NEON_FUSED);
}
#endif

struct descent_peak descent_peak_of(descent_instruction_set set)
{
    static const struct descent_peak peaks[DESCENT_INSTRUCTION_SET_COUNT] = {
        [DESCENT_INSTRUCTION_SET_GENERIC] = {4, run_generic},
#if defined(__x86_64__)
        [DESCENT_INSTRUCTION_SET_AVX2] = {8, run_avx2},
        [DESCENT_INSTRUCTION_SET_AVX512] = {16, run_avx512},
#elif defined(__aarch64__)
        [DESCENT_INSTRUCTION_SET_NEON] = {4, run_neon},
#endif
    };
    return peaks[set];
}

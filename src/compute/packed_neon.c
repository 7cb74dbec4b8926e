/*
 * The packed engine's kernels for NEON: 32 registers of a quarter of a panel's row.
 */
#include "compute/packed_kernels.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define KERNEL
enum { LANES = 4, TALL = 6, WIDE = 1 };
typedef float32x4_t vector;
#define load vld1q_f32
#define store vst1q_f32
#define spread vdupq_n_f32
#define fused(a, b, c) vfmaq_f32(c, a, b)

#include "compute/packed_template.h"

const struct descent_packed_kernels *const descent_packed_neon = &kernels;
#else
const struct descent_packed_kernels *const descent_packed_neon = NULL;
#endif

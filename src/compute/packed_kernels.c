/*
 * The kernels of the set of instructions that is in use.
 */
#include "compute/packed_kernels.h"

#include <descent/engine.h>

const struct descent_packed_kernels *descent_packed_kernels_of(descent_instruction_set set)
{
    const struct descent_packed_kernels *const kernels[DESCENT_INSTRUCTION_SET_COUNT] = {
        [DESCENT_INSTRUCTION_SET_GENERIC] = descent_packed_generic,
        [DESCENT_INSTRUCTION_SET_NEON] = descent_packed_neon,
        [DESCENT_INSTRUCTION_SET_AVX2] = descent_packed_avx2,
        [DESCENT_INSTRUCTION_SET_AVX512] = descent_packed_avx512,
    };
    return kernels[set];
}

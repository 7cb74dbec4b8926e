/*
 * The engines: who computes the matrix products of a network, and how its numbers stand in memory
 * for that. What a network computes is the same with both, but for the rounding.
 */
#ifndef DESCENT_ENGINE_H
#define DESCENT_ENGINE_H

#include <descent/api.h>
#include <descent/status.h>
#include <stdbool.h>

DESCENT_BEGIN

typedef enum descent_engine {
    DESCENT_ENGINE_BLAS,   /* OpenBLAS: the last bits depend on its version, its kernels and the
                              sizes of batches */
    DESCENT_ENGINE_PACKED, /* kernels of this library on packed arrays: the same bits on every
                              machine, for every number of threads, and for a sample in any batch */
    DESCENT_ENGINE_COUNT
} descent_engine;

/* The name "blas" or "packed"; NULL for any other number. */
DESCENT_API const char *descent_engine_name(descent_engine engine);

/* The sets of instructions that the packed engine has kernels for. */
typedef enum descent_instruction_set {
    DESCENT_INSTRUCTION_SET_GENERIC, /* plain C */
    DESCENT_INSTRUCTION_SET_NEON,    /* aarch64 */
    DESCENT_INSTRUCTION_SET_AVX2,    /* x86-64 with AVX2 and FMA */
    DESCENT_INSTRUCTION_SET_AVX512,  /* x86-64 with AVX-512F, and AVX2 and FMA as well */
    DESCENT_INSTRUCTION_SET_COUNT
} descent_instruction_set;

/* The name "generic", "neon", "avx2" or "avx512"; NULL for any other number. */
DESCENT_API const char *descent_instruction_set_name(descent_instruction_set set);

/* Whether this machine and this build of the library can run a set's kernels. */
DESCENT_API bool descent_instruction_set_is_there(descent_instruction_set set);

/* The best of those that are there. */
DESCENT_API descent_instruction_set descent_instruction_set_best(void);

/* The set that packed networks and trainers use that are created from now on: the best that is
 * there, unless another was chosen. */
DESCENT_API descent_instruction_set descent_instruction_set_in_use(void);

/* Chooses the set for the whole process. It changes the speed and no bit. Error: INVALID (it is not
 * there; names those that are). */
DESCENT_API descent_status descent_instruction_set_use(descent_instruction_set set);

DESCENT_END

#endif

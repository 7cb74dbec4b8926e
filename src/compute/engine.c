/*
 * The engines and their sets of instructions, by name.
 */
#include <descent/engine.h>

#include "base/fail.h"

#include <stddef.h>

static const char *const engines[DESCENT_ENGINE_COUNT] = {
    [DESCENT_ENGINE_BLAS] = "blas",
    [DESCENT_ENGINE_PACKED] = "packed",
};

static const char *const sets[DESCENT_INSTRUCTION_SET_COUNT] = {
    [DESCENT_INSTRUCTION_SET_GENERIC] = "generic",
    [DESCENT_INSTRUCTION_SET_NEON] = "neon",
    [DESCENT_INSTRUCTION_SET_AVX2] = "avx2",
    [DESCENT_INSTRUCTION_SET_AVX512] = "avx512",
};

const char *descent_engine_name(descent_engine engine)
{
    return (unsigned)engine < DESCENT_ENGINE_COUNT ? engines[engine] : NULL;
}

const char *descent_instruction_set_name(descent_instruction_set set)
{
    return (unsigned)set < DESCENT_INSTRUCTION_SET_COUNT ? sets[set] : NULL;
}

bool descent_instruction_set_is_there(descent_instruction_set set)
{
    switch (set) {
    case DESCENT_INSTRUCTION_SET_GENERIC:
        return true;
#if defined(__x86_64__)
    case DESCENT_INSTRUCTION_SET_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case DESCENT_INSTRUCTION_SET_AVX512:
        return __builtin_cpu_supports("avx512f");
#elif defined(__aarch64__)
    case DESCENT_INSTRUCTION_SET_NEON:
        return true;
#endif
    default:
        return false;
    }
}

descent_instruction_set descent_instruction_set_in_use(void)
{
    return DESCENT_INSTRUCTION_SET_GENERIC;
}

descent_status descent_instruction_set_use(descent_instruction_set set)
{
    if (!descent_instruction_set_is_there(set)) {
        return descent_fail(DESCENT_ERROR_INVALID, "instruction set: expected one of this machine");
    }
    return DESCENT_OK;
}

/*
 * The engines and their sets of instructions: their names, and which of the sets is used here.
 */
#include <descent/engine.h>

#include "base/fail.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

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

/* The one that was chosen, or COUNT: the best there is. */
static _Atomic descent_instruction_set chosen = DESCENT_INSTRUCTION_SET_COUNT;

bool descent_instruction_set_is_there(descent_instruction_set set)
{
    switch (set) {
    case DESCENT_INSTRUCTION_SET_GENERIC:
        return true;
#if defined(__x86_64__)
    case DESCENT_INSTRUCTION_SET_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case DESCENT_INSTRUCTION_SET_AVX512:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
               __builtin_cpu_supports("avx512f");
#elif defined(__aarch64__)
    case DESCENT_INSTRUCTION_SET_NEON:
        return true;
#endif
    default:
        return false;
    }
}

/* Their order is that of their speed. */
descent_instruction_set descent_instruction_set_best(void)
{
    int set = DESCENT_INSTRUCTION_SET_COUNT - 1;
    while (!descent_instruction_set_is_there((descent_instruction_set)set)) {
        set--;
    }
    return (descent_instruction_set)set;
}

descent_instruction_set descent_instruction_set_in_use(void)
{
    descent_instruction_set set = chosen;
    return set != DESCENT_INSTRUCTION_SET_COUNT ? set : descent_instruction_set_best();
}

/* "generic, avx2" */
static void list_sets(char *list, size_t size)
{
    size_t length = 0;
    for (int i = 0; i < DESCENT_INSTRUCTION_SET_COUNT; i++) {
        if (length < size && descent_instruction_set_is_there((descent_instruction_set)i)) {
            int added =
                snprintf(list + length, size - length, "%s%s", length == 0 ? "" : ", ", sets[i]);
            length += added > 0 ? (size_t)added : 0;
        }
    }
}

descent_status descent_instruction_set_use(descent_instruction_set set)
{
    if (!descent_instruction_set_is_there(set)) {
        char list[64] = "";
        const char *name = descent_instruction_set_name(set);
        list_sets(list, sizeof list);
        return descent_fail(DESCENT_ERROR_INVALID,
                            "instruction set: expected one of %s on this machine, found %s", list,
                            name != NULL ? name : "none of the known ones");
    }
    chosen = set;
    return DESCENT_OK;
}

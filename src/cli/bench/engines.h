/*
 * The engines that are measured side by side.
 */
#ifndef DESCENT_CLI_BENCH_ENGINES_H
#define DESCENT_CLI_BENCH_ENGINES_H

#include "cli/base/cli.h"

#include <descent/engine.h>

#include <stddef.h>

struct engines {
    size_t count; /* at least one */
    descent_engine engines[DESCENT_ENGINE_COUNT];
};

/* Reads --engine, such as "blas,packed": each once. USAGE after saying what is wrong. */
enum exit_status engines_read(struct engines *engines, const char *text);

bool engines_include(const struct engines *engines, descent_engine engine);

#endif

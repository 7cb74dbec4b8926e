/*
 * The options by which a command chooses the engine that computes its networks, and the
 * instructions that the packed engine uses.
 */
#ifndef DESCENT_CLI_ENGINE_H
#define DESCENT_CLI_ENGINE_H

#include "cli/base/option.h"

#include <descent/engine.h>

/* The value auto, behind the library's: the engine of the model or run at hand, and the best set of
 * instructions that the machine has. */
enum { ENGINE_AUTO = DESCENT_ENGINE_COUNT, INSTRUCTION_SET_AUTO = DESCENT_INSTRUCTION_SET_COUNT };

/* A command has this in the struct of its options, under any name. */
struct engine_options {
    int kind;            /* a descent_engine, or ENGINE_AUTO */
    int instruction_set; /* a descent_instruction_set, or INSTRUCTION_SET_AUTO */
};

/* Their table, of commands that take up a model or a run: --engine is auto unless given. */
extern const struct option_table ENGINE_TABLE;

/* Its rows, of a table for the struct `holder` that has its engine_options in `at`, in a group. */
#define ENGINE_OPTIONS(holder, at, number)                                                         \
    {"engine", OPTION_FROM_TABLE(ENGINE_TABLE, holder, at), .group = (number)},                    \
    {                                                                                              \
        "instruction-set", OPTION_FROM_TABLE(ENGINE_TABLE, holder, at), .group = (number)          \
    }

/* Names of the engines, without auto; NULL behind the last. */
const char *engine_name(int engine);

/* The engine that was given, or where it is auto that of the model or the run. */
descent_engine engine_of(const struct engine_options *options, descent_engine own);

/* Puts the set of instructions in use for an engine. USAGE where the machine does not have it, or
 * where one was given and the engine is not the packed one. */
enum exit_status engine_use(const struct engine_options *options, descent_engine engine);

/* What computes, in words: "blas", or "packed with avx512". */
struct engine_text {
    char text[64];
};
struct engine_text engine_describe(descent_engine engine);

#endif

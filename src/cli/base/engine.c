/*
 * Chooses the engine and its instructions.
 */
#include "cli/base/engine.h"

#include <stdio.h>

const char *engine_name(int engine)
{
    return descent_engine_name((descent_engine)engine);
}

static const char *engine_or_auto_name(int engine)
{
    return engine == ENGINE_AUTO ? "auto" : engine_name(engine);
}

static const char *set_name(int set)
{
    return set == INSTRUCTION_SET_AUTO ? "auto"
                                       : descent_instruction_set_name((descent_instruction_set)set);
}

#define AT(kind, member) OPTION_AT(kind, struct engine_options, member)

static const struct option rows[] = {
    {"engine", AT(CHOICE, kind), .choice = engine_or_auto_name, .initial = "auto",
     .help = "Engine that computes the network; auto is the one that it was trained on"},
    {"instruction-set", AT(CHOICE, instruction_set), .choice = set_name, .initial = "auto",
     .value = "SET", .rare = true,
     .help = "Instructions that --engine packed uses; auto takes the best that the processor has. "
             "They change the speed, not the results"},
};

static const char *const groups[] = {"Engine:"};

const struct option_table ENGINE_TABLE = OPTION_TABLE(rows, groups, NULL, .operands = NULL);

descent_engine engine_of(const struct engine_options *options, descent_engine own)
{
    return options->kind == ENGINE_AUTO ? own : (descent_engine)options->kind;
}

enum exit_status engine_use(const struct engine_options *options, descent_engine engine)
{
    descent_instruction_set set = (descent_instruction_set)options->instruction_set;
    if (options->instruction_set == INSTRUCTION_SET_AUTO) {
        return DONE;
    }
    if (engine != DESCENT_ENGINE_PACKED) {
        return cli_usage("--instruction-set has an effect only with --engine packed");
    }
    return descent_instruction_set_use(set) == DESCENT_OK ? DONE
                                                          : cli_usage("%s", descent_last_error());
}

struct engine_text engine_describe(descent_engine engine)
{
    struct engine_text described;
    bool packed = engine == DESCENT_ENGINE_PACKED;
    snprintf(described.text, sizeof described.text, "%s%s%s", descent_engine_name(engine),
             packed ? " with " : "",
             packed ? descent_instruction_set_name(descent_instruction_set_in_use()) : "");
    return described;
}

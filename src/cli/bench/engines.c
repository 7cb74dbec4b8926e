/*
 * The engines by their names, in a list as it is given on the command line.
 */
#include "cli/bench/engines.h"

#include "cli/base/engine.h"
#include "cli/base/nearest.h"
#include "cli/base/text.h"

#include <string.h>
#include <strings.h>

/* False where no engine has that name. */
static bool find(descent_engine *engine, const char *text)
{
    for (int i = 0; i < DESCENT_ENGINE_COUNT; i++) {
        if (strcasecmp(engine_name(i), text) == 0) {
            *engine = (descent_engine)i;
            return true;
        }
    }
    return false;
}

static enum exit_status refuse(const char *text)
{
    char asked[TEXT_SIZE * 3] = "";
    descent_nearest nearest = descent_nearest_to(text);
    for (int i = 0; i < DESCENT_ENGINE_COUNT; i++) {
        descent_nearest_offer(&nearest, engine_name(i));
    }
    nearest_ask(asked, sizeof asked, &nearest, "");
    return cli_usage("--engine: expected blas, packed, or both with a comma between, found "
                     "\"%.200s\"%s",
                     text, asked);
}

bool engines_include(const struct engines *engines, descent_engine engine)
{
    bool included = false;
    for (size_t i = 0; i < engines->count; i++) {
        included = included || engines->engines[i] == engine;
    }
    return included;
}

enum exit_status engines_read(struct engines *engines, const char *text)
{
    const char *rest = text;
    engines->count = 0;
    while (rest != NULL) {
        char part[TEXT_SIZE];
        descent_engine engine;
        if (!text_next(&rest, ',', part) || !find(&engine, part) ||
            engines_include(engines, engine)) {
            return refuse(text);
        }
        engines->engines[engines->count++] = engine;
    }
    return DONE;
}

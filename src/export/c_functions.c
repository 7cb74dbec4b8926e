/*
 * The library's elementary functions, as its own headers have them.
 */
#include "export/c_private.h"

#include <stdint.h>
#include <string.h>

struct piece {
    const char *name;
    uint32_t needs;
    const char *text;
};

static const struct piece pieces[] = {
#include "export/embedded.inc"
};

enum { PIECES = sizeof pieces / sizeof pieces[0] };
_Static_assert(PIECES <= 32, "what a piece needs are bits of 32");

const char *descent_c_activation(descent_activation activation)
{
    static const char *const functions[DESCENT_ACTIVATION_COUNT] = {
        [DESCENT_ACTIVATION_RELU] = "relu",       [DESCENT_ACTIVATION_LEAKY_RELU] = "leaky_relu",
        [DESCENT_ACTIVATION_ELU] = "elu",         [DESCENT_ACTIVATION_GELU] = "gelu",
        [DESCENT_ACTIVATION_SILU] = "silu",       [DESCENT_ACTIVATION_TANH] = "tanh",
        [DESCENT_ACTIVATION_SIGMOID] = "sigmoid", [DESCENT_ACTIVATION_SOFTPLUS] = "softplus",
        [DESCENT_ACTIVATION_IDENTITY] = NULL,
    };
    return functions[activation];
}

/* The last of that name: a struct may have the name of the function that returns it. */
static uint32_t needs_of(const char *function)
{
    uint32_t needs = 0;
    for (size_t i = 0; function != NULL && i < PIECES; i++) {
        needs =
            strcmp(pieces[i].name + strlen("descent_"), function) == 0 ? pieces[i].needs : needs;
    }
    return needs;
}

/* In bytes, activations are tables, but for the last one. */
static uint32_t needed_of(const struct descent_c *c)
{
    size_t layers = descent_model_layers(c->model);
    bool probabilities = descent_predictor_gives_probabilities(c->predictor);
    uint32_t needed = probabilities ? needs_of("exp_anywhere") : 0;
    for (size_t l = c->int8 != NULL ? layers - 1 : 0; l < layers; l++) {
        needed |= needs_of(descent_c_activation(descent_model_layer(c->model, l).activation));
    }
    if (c->int8 != NULL) {
        needed |= needs_of("quantize") | (layers > 1 ? needs_of("requantize") : 0);
    }
    return needed;
}

void descent_c_functions(struct descent_c *c)
{
    uint32_t needed = needed_of(c);
    for (size_t i = 0; i < PIECES; i++) {
        if ((needed >> i & 1) != 0) {
            descent_c_put(c, pieces[i].text);
            descent_c_put(c, "\n");
        }
    }
}

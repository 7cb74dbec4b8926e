/*
 * Constants and the way from features to outputs, in bytes: the layers of int8_pass.c.
 */
#include "export/c_private.h"
#include "export/int8.h"

#include <stdlib.h>

/* An array of whole numbers, called by a name and the number of the layer. */
static void put_whole(struct descent_c *c, const char *type, const char *name,
                      const int32_t *numbers, size_t count)
{
    enum { PER_LINE = 16 };
    descent_text_add(&c->text, "static const %s %s_%s%zu[%zu] = {", type, c->name, name, c->layer,
                     count);
    for (size_t i = 0; i < count; i++) {
        descent_text_add(&c->text, "%s%ld,", i % PER_LINE == 0 ? "\n    " : " ", (long)numbers[i]);
        descent_c_sum_word(c, (uint32_t)numbers[i]);
    }
    descent_text_add(&c->text, "\n};\n\n");
    descent_text_add(&c->sums, "    sum = %s_add_%s(sum, %s_%s%zu, %zu);\n", c->name, type, c->name,
                     name, c->layer, count);
}

/* The bytes of a layer, which have no type of their own there. */
static void put_bytes(struct descent_c *c, const struct descent_int8_layer *layer)
{
    size_t count = layer->inputs * layer->outputs;
    int32_t *wide = malloc((count > 256 ? count : 256) * sizeof *wide);
    c->text.failed = c->text.failed || wide == NULL;
    if (wide == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        wide[i] = layer->weights[i];
    }
    descent_text_add(&c->text, "/* Layer %zu: [%zu inputs][%zu outputs]. */\n", c->layer,
                     layer->inputs, layer->outputs);
    put_whole(c, "int8_t", "weights", wide, count);
    for (size_t q = 0; layer->tabled && q < 256; q++) {
        wide[q] = layer->table[q];
    }
    if (layer->tabled) {
        put_whole(c, "uint8_t", "table", wide, 256);
    }
    free(wide);
}

static const char SUMS[] = "    int32_t sums[@O];\n"
                           "    int i, o;\n"
                           "    for (o = 0; o < @O; o++) {\n"
                           "        sums[o] = @.bias@L[o];\n"
                           "    }\n"
                           "    for (i = 0; i < @I; i++) {\n"
                           "        const int8_t *@M_RESTRICT weights = @.weights@L + i * @O;\n"
                           "        const int32_t input = x[i];\n"
                           "        for (o = 0; o < @O; o++) {\n"
                           "            sums[o] += weights[o] * input;\n"
                           "        }\n"
                           "    }\n"
                           "    for (o = 0; o < @O; o++) {\n";

static void put_hidden(struct descent_c *c, const struct descent_int8_layer *layer)
{
    put_whole(c, "int32_t", "multiplier", layer->multiplier, layer->outputs);
    put_whole(c, "int32_t", "shift", layer->shift, layer->outputs);
    descent_c_put(c, "static void @.layer@L(const uint8_t *@M_RESTRICT x, uint8_t *@M_RESTRICT "
                     "y)\n{\n");
    descent_c_put(c, SUMS);
    descent_c_put(c, "        y[o] = ");
    descent_c_put(c, layer->tabled ? "@.table@L[" : "");
    descent_c_put(c, "@.requantize(sums[o], @.multiplier@L[o], @.shift@L[o], ");
    descent_text_add(&c->text, "%ld)%s;\n    }\n}\n\n", (long)layer->zero,
                     layer->tabled ? "]" : "");
}

static void put_last(struct descent_c *c, const struct descent_int8_layer *layer)
{
    descent_c_array(c, "scale", c->layer, layer->scale, layer->outputs);
    descent_c_put(c, "static void @.layer@L(const uint8_t *@M_RESTRICT x, float *@M_RESTRICT "
                     "y)\n{\n");
    descent_c_put(c, SUMS);
    descent_c_put(c, "        y[o] = @A((float)((double)sums[o] * (double)@.scale@L[o]));\n"
                     "    }\n}\n\n");
}

static void put_layer(struct descent_c *c, size_t number)
{
    const struct descent_int8_layer *layer = &c->int8->layer[number - 1];
    c->layer = number;
    c->inputs = layer->inputs;
    c->outputs = layer->outputs;
    c->activation = descent_c_activation(layer->activation);
    put_bytes(c, layer);
    put_whole(c, "int32_t", "bias", layer->bias, layer->outputs);
    (number == c->int8->layers ? put_last : put_hidden)(c, layer);
}

static void put_network(struct descent_c *c)
{
    const struct descent_int8 *int8 = c->int8;
    const float numbers[] = {int8->inverse, int8->offset};
    c->layer = 0;
    descent_c_array(c, "code", 0, numbers, 2);
    descent_c_put(c, "/* The outputs of the last layer. */\n"
                     "static void @.network(const float *x, float *y)\n{\n"
                     "    float prepared[@M_INPUTS];\n");
    descent_text_add(&c->text, "    uint8_t a[%zu]%s;\n    int i;\n", int8->widest,
                     int8->layers > 1 ? ", b[sizeof a]" : "");
    descent_c_put(c, "    @.prepare(x, prepared);\n"
                     "    for (i = 0; i < @M_INPUTS; i++) {\n"
                     "        a[i] = @.quantize(prepared[i], @.code[0], @.code[1]);\n    }\n");
    descent_c_calls(c);
    descent_c_put(c, "}\n\n");
}

void descent_c_int8(struct descent_c *c)
{
    for (size_t number = 1; number <= c->int8->layers; number++) {
        put_layer(c, number);
    }
    put_network(c);
}

size_t descent_c_int8_constants(const struct descent_c *c)
{
    size_t bytes = 2 * sizeof(float);
    for (size_t l = 0; l < c->int8->layers; l++) {
        const struct descent_int8_layer *layer = &c->int8->layer[l];
        bool last = l + 1 == c->int8->layers;
        bytes += layer->inputs * layer->outputs;
        bytes += layer->outputs * (last ? 2 : 3) * sizeof(int32_t);
        bytes += layer->tabled ? sizeof layer->table : 0;
    }
    return bytes;
}

size_t descent_c_int8_scratch(const struct descent_c *c)
{
    return descent_predictor_inputs(c->predictor) * sizeof(float) +
           c->int8->widest * (2 + sizeof(int32_t));
}

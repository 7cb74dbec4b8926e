/*
 * A file of C while it is written: its parts, each by a file of its own, in their order.
 */
#ifndef DESCENT_EXPORT_C_PRIVATE_H
#define DESCENT_EXPORT_C_PRIVATE_H

#include "export/text.h"

#include <descent/export.h>
#include <descent/predictor.h>
#include <stdint.h>

/* Where the sum over all constants starts. */
#define DESCENT_C_SUM UINT32_C(2166136261)

struct descent_c {
    struct descent_text text;
    const char *name; /* before all names */
    char macro[64];   /* the same in capitals, before those of macros */
    const descent_predictor *predictor;
    const descent_model *model;
    const descent_int8 *int8;      /* NULL: in floats */
    size_t layer, inputs, outputs; /* of which is written: its number from 1, and its sizes */
    const char *activation;        /* its function's name behind the prefix; NULL: the identity */
    uint32_t sum;                  /* of all constants so far: see c_test.c */
    struct descent_text sums;      /* calls that compute it again */
    descent_status status;         /* of what else can fail */
};

/* Adds a text in which @. stands for the name with _ behind it, @M for the name in capitals, @L for
 * the number of the layer, @I and @O for its inputs and outputs, @A for its activation. */
void descent_c_put(struct descent_c *c, const char *text);

/* Numbers with commas between them, in lines; of a float as many digits as bring it back. */
void descent_c_floats(struct descent_c *c, const float *numbers, size_t count);

/* c_functions.c: the elementary functions that the activations and the answers need. */
void descent_c_functions(struct descent_c *c);

/* The name of an activation's function behind the prefix, or NULL for the identity. */
const char *descent_c_activation(descent_activation activation);

/* c_layers.c: constants, and what leads from features to outputs; an array of constants, called by
 * a name and a number, if that is not 0. */
void descent_c_layers(struct descent_c *c);
void descent_c_calls(struct descent_c *c); /* of the layers in turn, from a by b to y */
void descent_c_array(struct descent_c *c, const char *name, size_t number, const float *numbers,
                     size_t count);

/* c_int8.c: the same in bytes, behind what makes the first layer's inputs; and its sizes. */
void descent_c_int8(struct descent_c *c);
size_t descent_c_int8_constants(const struct descent_c *c);
size_t descent_c_int8_scratch(const struct descent_c *c);

/* c_answers.c: NAME_run(), and NAME_classify() where there are classes. */
void descent_c_answers(struct descent_c *c);

/* c_test.c: the program that tests the file. The second goes on with a sum over constants. */
void descent_c_test(struct descent_c *c);
void descent_c_sum(struct descent_c *c, const char *name, size_t number, const float *numbers,
                   size_t count);

void descent_c_sum_word(struct descent_c *c, uint32_t word);

/* Bytes of constants, and of arrays on the stack at most. */
size_t descent_c_constants(const struct descent_c *c);
size_t descent_c_scratch(const struct descent_c *c);

#endif

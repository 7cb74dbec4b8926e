/*
 * The arithmetic of the activations: one row a function, each with its derivative beside it.
 */
#ifndef DESCENT_ACTIVATION_PRIVATE_H
#define DESCENT_ACTIVATION_PRIVATE_H

#include <descent/activation.h>
#include <stddef.h>

struct descent_elementwise {
    const char *name;

    /* Whether backward reads z, the input of the activation; else it reads a, the output. */
    bool from_input;

    /* Some columns of some rows, `step` apart: z += bias, a = act(z). Where backward reads a, a and
     * z are the same array. */
    void (*forward)(size_t rows, size_t columns, size_t step, const float *bias, float *z,
                    float *a);

    /* delta *= act'(z), with saved that part of z or of a. */
    void (*backward)(size_t rows, size_t columns, size_t step, const float *saved, float *delta);
};

/* The row of an activation, which must be a valid one. */
const struct descent_elementwise *descent_elementwise_of(descent_activation activation);

#endif

/*
 * The greatest magnitude in a matrix, NaN above everything: how a step knows in passing that its
 * gradients are finite.
 */
#ifndef DESCENT_MAGNITUDE_H
#define DESCENT_MAGNITUDE_H

#include "compute/layout.h"

#include <stdbool.h>
#include <stdint.h>

/* A magnitude as the bits of a float without its sign, which are ordered as integers. */
typedef uint32_t descent_magnitude;

/* The greater of `known` and the greatest magnitude in the given rows and columns. */
descent_magnitude descent_magnitude_of(descent_magnitude known, const float *values,
                                       const struct descent_layout *layout,
                                       struct descent_span rows, struct descent_span columns);

/* The same of an array. */
descent_magnitude descent_magnitude_of_array(descent_magnitude known, const float *values,
                                             size_t count);

bool descent_magnitude_is_finite(descent_magnitude magnitude);

/* As a number: infinity for what is not finite. */
double descent_magnitude_value(descent_magnitude magnitude);

#endif

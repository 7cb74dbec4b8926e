/*
 * Max-norm: no unit's incoming weights are longer than a given length. Srebro and Shraibman (COLT
 * 2005); for hidden units in the training with dropout: Srivastava et al. 2014, section 5.1.
 */
#ifndef DESCENT_MAX_NORM_H
#define DESCENT_MAX_NORM_H

#include "compute/product.h"

/* Scales the weights of each of the given outputs, [inputs] without the bias, down to the L2 norm
 * `most` where they are longer. They must be finite. What comes out of an output does not depend on
 * which others are given. */
void descent_max_norm_apply(const struct descent_product_layer *layer, struct descent_span outputs,
                            double most, float *weights);

#endif

/*
 * Samples as floats: bytes divided by 255, floats as they are.
 */
#ifndef DESCENT_WIDEN_H
#define DESCENT_WIDEN_H

#include <descent/dataset.h>

/* The features of sample i into to, [features]. */
void descent_widen_sample(const descent_dataset *dataset, size_t i, float *to);

#endif

/*
 * Means and deviations of the columns of a data set.
 */
#ifndef DESCENT_MOMENTS_H
#define DESCENT_MOMENTS_H

#include <descent/dataset.h>

/* Reads row i of a data set's features or targets. */
typedef void descent_read_row(const descent_dataset *dataset, size_t i, float *to);

/* The mean of each of `width` columns over all samples, and its deviation (divided by n, exactly 0
 * where a column is constant), both [width]. MEMORY. */
descent_status descent_moments_measure(const descent_dataset *dataset, size_t width,
                                       descent_read_row *read, double *mean, double *deviation);

/* The mean and deviation of all columns' numbers together, from those of each. */
void descent_moments_pool(size_t width, const double *means, const double *deviations, double *mean,
                          double *deviation);

#endif

/*
 * One pass over the data: with d = x − first, where first is the first sample's value,
 *
 *     mean = first + Σd / n,    variance = (Σd² − (Σd)² / n) / n
 *
 * (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American
 * Statistician 37, 1983). The shift keeps the two terms near each other's difference: since first
 * is itself a sample, it is at most √n deviations from the mean. And a constant column gives
 * exactly 0, without rounding.
 */
#include "data/moments.h"

#include "base/fail.h"
#include "base/vector_loops.h"

#include <math.h>
#include <stdlib.h>

DESCENT_VECTOR_LOOP static void add_row(size_t width, const float *row, const float *first,
                                        double *sum, double *squares)
{
    for (size_t c = 0; c < width; c++) {
        double d = (double)row[c] - (double)first[c];
        sum[c] += d;
        squares[c] += d * d;
    }
}

descent_status descent_moments_measure(const descent_dataset *dataset, size_t width,
                                       descent_read_row *read, double *mean, double *deviation)
{
    float *first = calloc(width, 2 * sizeof *first);
    if (first == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "moments: no memory for %zu columns", width);
    }
    float *row = first + width;
    size_t count = descent_dataset_count(dataset);
    double n = (double)count;
    read(dataset, 0, first);
    for (size_t c = 0; c < width; c++) {
        mean[c] = deviation[c] = 0.0;
    }
    for (size_t i = 1; i < count; i++) {
        read(dataset, i, row);
        add_row(width, row, first, mean, deviation);
    }
    for (size_t c = 0; c < width; c++) {
        double variance = (deviation[c] - mean[c] * mean[c] / n) / n;
        deviation[c] = variance > 0.0 ? sqrt(variance) : 0.0;
        mean[c] = (double)first[c] + mean[c] / n;
    }
    free(first);
    return DESCENT_OK;
}

void descent_moments_pool(size_t width, const double *means, const double *deviations, double *mean,
                          double *deviation)
{
    double sum = 0.0, variance = 0.0;
    for (size_t c = 0; c < width; c++) {
        sum += means[c] - means[0];
    }
    *mean = means[0] + sum / (double)width;
    for (size_t c = 0; c < width; c++) {
        double d = means[c] - *mean;
        variance += deviations[c] * deviations[c] + d * d;
    }
    *deviation = sqrt(variance / (double)width);
}

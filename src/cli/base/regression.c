/*
 * The figures of regression.
 */
#include "cli/base/regression.h"

#include <math.h>

double regression_unit(const descent_preparation *preparation, size_t output)
{
    const float *deviations =
        preparation != NULL ? descent_preparation_target_deviation(preparation) : NULL;
    return deviations != NULL ? (double)deviations[output] : 1.0;
}

/* The mean of (target − mean target)² of one output, in its own unit. */
static double variance_of(const descent_dataset *dataset, size_t output)
{
    size_t count = descent_dataset_count(dataset);
    double first = (double)descent_dataset_target(dataset, 0)[output];
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)descent_dataset_target(dataset, i)[output] - first;
    }
    double mean = first + sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        double d = (double)descent_dataset_target(dataset, i)[output] - mean;
        squares += d * d;
    }
    return squares / (double)count;
}

double regression_variance(const descent_dataset *dataset, const descent_preparation *preparation)
{
    size_t outputs = descent_dataset_outputs(dataset);
    double sum = 0.0;
    for (size_t o = 0; o < outputs; o++) {
        double unit = regression_unit(preparation, o);
        sum += variance_of(dataset, o) / (unit * unit);
    }
    return outputs > 0 ? sum / (double)outputs : NAN;
}

double regression_r2(const descent_metrics *metrics, double variance)
{
    return variance > 0.0 ? 1.0 - descent_metrics_loss(metrics) / variance : NAN;
}

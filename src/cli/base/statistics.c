/*
 * Two passes in double precision: the deviation of values far from zero would otherwise be lost.
 */
#include "cli/base/statistics.h"

#include <math.h>

static void finish(struct statistics *statistics, const float *values, size_t count)
{
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            double difference = (double)values[i] - statistics->mean;
            squares += difference * difference;
        }
    }
    statistics->deviation = sqrt(squares / (double)statistics->count);
}

struct statistics statistics_of(const float *values, size_t count)
{
    struct statistics statistics = {0, 0, NAN, NAN, NAN, NAN, NAN};
    double sum = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        double value = (double)values[i];
        if (!isfinite(value)) {
            statistics.nonfinite++;
            continue;
        }
        statistics.count++;
        statistics.minimum = fmin(statistics.minimum, value); /* ignores NaN */
        statistics.maximum = fmax(statistics.maximum, value);
        sum += value;
        squares += value * value;
    }
    if (statistics.count > 0) {
        statistics.mean = sum / (double)statistics.count;
        statistics.norm = sqrt(squares);
        finish(&statistics, values, count);
    }
    return statistics;
}

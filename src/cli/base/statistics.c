/*
 * One pass in double precision, by differences from the mean so far: the standard deviation of
 * values far from zero would otherwise be lost. Reference: Welford, "Note on a method for
 * calculating corrected sums of squares and products", Technometrics 4 (1962).
 */
#include "cli/base/statistics.h"

#include <math.h>

static struct statistics begin(void)
{
    return (struct statistics){.minimum = NAN, .maximum = NAN};
}

/* Takes in a value that is there so many times; until the end, variance and norm are sums. */
static void add(struct statistics *statistics, double value, size_t times)
{
    if (!isfinite(value)) {
        statistics->nonfinite += times;
        return;
    }
    double weight = (double)times;
    double difference = value - statistics->mean;
    statistics->count += times;
    statistics->minimum = fmin(statistics->minimum, value); /* ignores NaN */
    statistics->maximum = fmax(statistics->maximum, value);
    statistics->mean += difference * weight / (double)statistics->count;
    statistics->variance += weight * difference * (value - statistics->mean);
    statistics->norm += weight * value * value;
}

static struct statistics end(struct statistics statistics)
{
    if (statistics.count == 0) {
        statistics.mean = statistics.variance = statistics.norm = NAN;
    }
    statistics.variance /= (double)statistics.count;
    statistics.deviation = sqrt(statistics.variance);
    statistics.norm = sqrt(statistics.norm);
    return statistics;
}

struct statistics statistics_of(const float *values, size_t count)
{
    struct statistics statistics = begin();
    for (size_t i = 0; i < count; i++) {
        add(&statistics, (double)values[i], 1);
    }
    return end(statistics);
}

/* Neighbours are often equal, paper above all: in turns, they need not wait for each other. */
enum { TURNS = 4 };

static struct statistics statistics_of_bytes(const descent_dataset *dataset)
{
    size_t features = descent_dataset_features(dataset);
    size_t histogram[TURNS][256] = {0};
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        const uint8_t *sample = descent_dataset_sample(dataset, i);
        for (size_t f = 0; f < features; f++) {
            histogram[f % TURNS][sample[f]]++;
        }
    }
    struct statistics statistics = begin();
    for (unsigned value = 0; value < 256; value++) {
        size_t times = 0;
        for (size_t turn = 0; turn < TURNS; turn++) {
            times += histogram[turn][value];
        }
        if (times > 0) {
            add(&statistics, value, times);
        }
    }
    return end(statistics);
}

struct statistics statistics_of_features(const descent_dataset *dataset)
{
    struct statistics statistics = begin();
    if (descent_dataset_values(dataset) == DESCENT_VALUES_BYTES) {
        return statistics_of_bytes(dataset);
    }
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        const float *sample = descent_dataset_sample_floats(dataset, i);
        for (size_t f = 0; f < descent_dataset_features(dataset); f++) {
            add(&statistics, (double)sample[f], 1);
        }
    }
    return end(statistics);
}

struct statistics statistics_of_target(const descent_dataset *dataset, size_t output)
{
    struct statistics statistics = begin();
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        add(&statistics, (double)descent_dataset_target(dataset, i)[output], 1);
    }
    return end(statistics);
}

void moments_add(struct moments *moments, double number)
{
    double before = number - moments->mean;
    moments->count += 1.0;
    moments->mean += before / moments->count;
    moments->squares += before * (number - moments->mean);
}

double moments_mean(const struct moments *moments)
{
    return moments->count > 0.0 ? moments->mean : NAN;
}

double moments_deviation(const struct moments *moments)
{
    return moments->count > 1.0 ? sqrt(moments->squares / (moments->count - 1.0)) : NAN;
}

/* Unlike p ± 1.96 σ this interval stays inside [0, 1] and keeps a width where every answer was
 * right. Reference: Wilson, "Probable inference, the law of succession, and statistical inference",
 * J. Am. Stat. Assoc. 22 (1927). */
void cli_wilson(size_t correct, size_t total, double *low, double *high)
{
    /* The 97.5 % quantile of the standard normal distribution. */
    const double quantile = 1.959963984540054;
    *low = 0.0;
    *high = 1.0;
    if (total == 0) {
        return;
    }
    double n = (double)total;
    double p = (double)correct / n;
    double z2 = quantile * quantile;
    double centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    double half = quantile / (1.0 + z2 / n) * sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));

    /* At the ends the exact bound is 0 or 1; rounding must not leave it just beside. */
    if (correct > 0) {
        *low = fmax(0.0, centre - half);
    }
    if (correct < total) {
        *high = fmin(1.0, centre + half);
    }
}

/* The probability of exactly so many successes, by its logarithm: the terms alone overflow. */
static double binomial_term(double k, double n, double p)
{
    double ways = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
    return exp(ways + k * log(p) + (n - k) * log1p(-p));
}

/* The sum of the terms from k up to n, which fall from term to term: k ≥ n p. */
static double upper_sum(size_t k, size_t n, double p)
{
    double term = binomial_term((double)k, (double)n, p), sum = term;
    for (size_t i = k; i < n && term > sum * 1e-17; i++) {
        term *= (double)(n - i) / (double)(i + 1) * p / (1.0 - p);
        sum += term;
    }
    return fmin(sum, 1.0);
}

double cli_binomial_tail(size_t successes, size_t trials, double p)
{
    size_t k = successes, n = trials;
    if (k == 0 || p >= 1.0) {
        return k <= n ? 1.0 : 0.0;
    }
    if (k > n || p <= 0.0) {
        return 0.0;
    }
    /* At most k − 1 successes are at least n − k + 1 failures. */
    return (double)k >= (double)n * p ? upper_sum(k, n, p) : 1.0 - upper_sum(n - k + 1, n, 1.0 - p);
}

double cli_mcnemar(size_t first, size_t second)
{
    size_t more = first > second ? first : second;
    return fmin(1.0, 2.0 * cli_binomial_tail(more, first + second, 0.5));
}

double regression_unit(const descent_preparation *preparation, size_t output)
{
    const float *deviations =
        preparation != NULL ? descent_preparation_target_deviation(preparation) : NULL;
    return deviations != NULL ? (double)deviations[output] : 1.0;
}

double regression_variance(const descent_dataset *dataset, const descent_preparation *preparation)
{
    size_t outputs = descent_dataset_outputs(dataset);
    double sum = 0.0;
    for (size_t o = 0; o < outputs; o++) {
        double unit = regression_unit(preparation, o);
        sum += statistics_of_target(dataset, o).variance / (unit * unit);
    }
    return outputs > 0 ? sum / (double)outputs : NAN;
}

/* For how many samples an output holds; targets may be shares themselves. */
static double share_of(const descent_dataset *dataset, size_t outputs, size_t output)
{
    size_t count = descent_dataset_count(dataset);
    double sum = 0.0;
    if (descent_dataset_outputs(dataset) == 0) {
        size_t class = outputs == 1 ? 1 : output;
        return (double)descent_dataset_class_counts(dataset)[class] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        sum += (double)descent_dataset_target(dataset, i)[output];
    }
    return sum / (double)count;
}

double binary_entropy(const descent_dataset *dataset, size_t outputs)
{
    double sum = 0.0;
    for (size_t o = 0; o < outputs; o++) {
        double p = share_of(dataset, outputs, o);
        sum -= p > 0.0 && p < 1.0 ? p * log(p) + (1.0 - p) * log1p(-p) : 0.0;
    }
    return sum;
}

double regression_r2(double loss, double variance)
{
    return variance > 0.0 ? 1.0 - loss / variance : NAN;
}

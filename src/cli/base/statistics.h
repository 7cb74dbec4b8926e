/*
 * Range, mean, standard deviation and norm of numbers; the interval of an accuracy, and how likely
 * it is by chance; the figures of regression.
 */
#ifndef DESCENT_CLI_STATISTICS_H
#define DESCENT_CLI_STATISTICS_H

#include <descent/dataset.h>
#include <descent/network.h>
#include <descent/preparation.h>

/* Of the finite values; NaN where there are none. */
struct statistics {
    size_t count;
    size_t nonfinite;
    double minimum;
    double maximum;
    double mean;
    double variance;  /* of the values themselves: divided by their count, not by one less */
    double deviation; /* its root */
    double norm;      /* L2 */
};

struct statistics statistics_of(const float *values, size_t count);

/* Of all features of a data set together, as it holds them; of one of its targets. */
struct statistics statistics_of_features(const descent_dataset *dataset);
struct statistics statistics_of_target(const descent_dataset *dataset, size_t output);

/* Mean and standard deviation of numbers as they come, of a sample: divided by one less than their
 * count. By Welford's recurrence; starts as {0}. Without numbers the mean is NaN, and with fewer
 * than two the deviation; one that is NaN makes both so. */
struct moments {
    double count, mean, squares;
};
void moments_add(struct moments *moments, double number);
double moments_mean(const struct moments *moments);
double moments_deviation(const struct moments *moments);

/* Wilson's 95 % interval (Wilson 1927) of a proportion: correct of total. With total 0 nothing is
 * known, and the interval is [0, 1]. */
void cli_wilson(size_t correct, size_t total, double *low, double *high);

/*
 * The chance of at least so many successes in n trials of probability p in [0, 1], exactly:
 *
 *     P(X ≥ k) = Σ_{i ≥ k} C(n, i) pⁱ (1 − p)ⁿ⁻ⁱ
 *
 * Terms follow from each other, from the largest one of the shorter tail outwards, so that neither
 * they nor their number, about √n, grow with n: Clopper & Pearson, "The use of confidence or
 * fiducial limits", Biometrika 26 (1934), and Johnson, Kemp & Kotz, "Univariate Discrete
 * Distributions" (2005), 3.4.
 */
double cli_binomial_tail(size_t successes, size_t trials, double p);

/*
 * McNemar's exact test of two classifiers on the same samples, of which so many are answered
 * rightly by the first alone, and by the second alone: the two-sided p of such a difference, or a
 * larger one, where both are equally good. McNemar, "Note on the sampling error of the difference
 * between correlated proportions or percentages", Psychometrika 12 (1947); exactly, it is the sign
 * test: min(1, 2 P(X ≥ max(first, second))) with X binomial, n = first + second, p = 1/2.
 */
double cli_mcnemar(size_t first, size_t second);

/*
 * How well numbers are predicted:
 *
 *     R² = 1 − Σ (output − target)² / Σ (target − mean target)²,   RMSE = √ mean (output − target)²
 *
 * The mean target is that of the samples looked at. Over several outputs, R² sums up squares in the
 * units that the network sees: with standardised targets each output counts alike, whatever its
 * unit. RMSE is in the targets' own units.
 */

/* The mean over samples and outputs of (target − mean target)², in the units that the network sees;
 * NaN where the data have labels. preparation may be NULL. */
double regression_variance(const descent_dataset *dataset, const descent_preparation *preparation);

/* The binary cross-entropy of always naming the share of samples for which each of so many outputs
 * holds, which is that share's entropy, summed up: of targets, or of classes, where one output
 * stands for the second of two. */
double binary_entropy(const descent_dataset *dataset, size_t outputs);

/* R² from a mean squared loss and that variance; NaN where all targets are the same. */
double regression_r2(double loss, double variance);

/* What a target is divided by before the network sees it: 1 where it is left as it is. */
double regression_unit(const descent_preparation *preparation, size_t output);

#endif

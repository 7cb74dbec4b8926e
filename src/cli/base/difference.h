/*
 * How much two groups of numbers differ in the mean, and whether that is more than chance.
 */
#ifndef DESCENT_CLI_DIFFERENCE_H
#define DESCENT_CLI_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

/* Intervals have 95 %, tests the level of 5 %. */
#define DIFFERENCE_TAILS 0.05

/* First minus second. What numbers too few, or all with the same difference, cannot tell is NaN. */
struct difference {
    bool paired;
    double mean;
    double half;      /* the 95 % interval is mean ± half */
    double p;         /* two-sided, of Student's or Welch's test */
    double freedom;   /* degrees of freedom */
    double deviation; /* standard deviation: of the differences, or of one number (the root of the
                         mean of both variances) */
};

/* Of numbers in pairs, as those of the same seed are: Student, "The probable error of a mean",
 * Biometrika 6 (1908). Where numbers come of samples that overlap, as those of the folds of a cross
 * validation do, they vary together: with `overlap` the share of samples to score among those to
 * train on, the variance of the mean is (1/n + overlap) s² (Nadeau & Bengio, "Inference for the
 * generalization error", Machine Learning 52 (2003)); else it is 0. */
struct difference difference_paired(const double *first, const double *second, size_t count,
                                    double overlap);

/* Of two groups, whose variances need not be the same: Welch, "The generalization of 'Student's'
 * problem when several different population variances are involved", Biometrika 34 (1947). */
struct difference difference_welch(const double *first, size_t first_count, const double *second,
                                   size_t second_count);

/* How many pairs, or numbers in each group, find a difference of that size, with a p below `level`,
 * in 80 % of all cases, where they vary as these do: the smallest whole number with that power
 * (Cohen, "Statistical power analysis for the behavioral sciences" (1988), 2.4). NaN where nothing
 * tells, or where it is above a million. */
double difference_count_needed(const struct difference *found, double size, double level);

/* The size of the difference that so many find in 80 % of all cases. */
double difference_seen_by(const struct difference *found, double count, double level);

/* Corrects p values for their number, so that the chance of calling any difference significant
 * where there is none stays below the level, whatever they have to do with each other: Holm, "A
 * simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6
 * (1979). Those that are NaN count for none. They are members of structs of so many bytes,
 * and both may be the same. False where memory is out. */
bool difference_holm(double *corrected, double *p, size_t count, size_t stride);

/* The same where each of so many is compared with the one that looks best alone. Which that is was
 * not known before, so that it might have been any other one that something is found worse than:
 * with p times their number, the one that is the best in truth is called worse with a chance below
 * the level, whichever it was compared with. Hsu, "Constrained simultaneous confidence intervals
 * for multiple comparisons with the best", Annals of Statistics 12 (1984), with Bonferroni's bound
 * in place of Dunnett's. */
void difference_with_best(double *corrected, double *p, size_t count, size_t stride);

#endif

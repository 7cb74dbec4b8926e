/*
 * Student's t distribution: how far a mean of few numbers may be off.
 */
#ifndef DESCENT_CLI_STUDENT_H
#define DESCENT_CLI_STUDENT_H

/* The chance that a number of that distribution is at least as far from 0 as t; the degrees of
 * freedom, > 0, need not be whole. By the incomplete beta function, I_x(ν/2, 1/2) with
 * x = ν/(ν + t²) (Abramowitz & Stegun 26.5.27), from its continued fraction (DLMF 8.17.22). NaN for
 * a t that is NaN. */
double student_tails(double t, double freedom);

/* The t > 0 for which those tails have so much, between 0 and 1: 0.05 for a 95 % interval. */
double student_quantile(double tails, double freedom);

/* The chance that the upper end of an interval with such tails stays below 0, that is, that a
 * two-sided test finds a difference in its direction, where the mean is `shift` of its standard
 * errors above 0: the upper tail of the noncentral t distribution, as the mean of
 * Φ(shift − t s) over the standard deviation s that the sample has (Johnson, Kotz & Balakrishnan,
 * "Continuous Univariate Distributions" 2 (1995), 31.1). */
double student_power(double shift, double freedom, double tails);

#endif

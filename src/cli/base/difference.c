/*
 * Differences of means against the noise that they have.
 */
#include "cli/base/difference.h"

#include "cli/base/statistics.h"
#include "cli/base/student.h"

#include <math.h>
#include <stdlib.h>

static const double POWER = 0.8;

/* Fills in what follows from the standard error. */
static void judge(struct difference *found, double error)
{
    if (found->freedom > 0.0 && error > 0.0) {
        found->half = error * student_quantile(DIFFERENCE_TAILS, found->freedom);
        found->p = student_tails(found->mean / error, found->freedom);
    }
}

static struct difference begin(bool paired, double mean)
{
    return (struct difference){
        .paired = paired, .mean = mean, .half = NAN, .p = NAN, .freedom = NAN, .deviation = NAN};
}

/* A standard deviation that is nothing but rounding is none. */
static double without_rounding(double deviation, double size)
{
    return deviation < 1e-12 * size ? 0.0 : deviation;
}

struct difference difference_paired(const double *first, const double *second, size_t count,
                                    double overlap)
{
    struct moments moments = {0};
    double size = 0.0;
    for (size_t i = 0; i < count; i++) {
        moments_add(&moments, first[i] - second[i]);
        size = fmax(size, fmax(fabs(first[i]), fabs(second[i])));
    }
    struct difference found = begin(true, moments_mean(&moments));
    if (count > 1) {
        found.freedom = moments.count - 1.0;
        found.deviation = without_rounding(moments_deviation(&moments), size);
        judge(&found, found.deviation * sqrt(1.0 / moments.count + overlap));
    }
    return found;
}

static struct moments moments_of(const double *numbers, size_t count)
{
    struct moments moments = {0};
    for (size_t i = 0; i < count; i++) {
        moments_add(&moments, numbers[i]);
    }
    return moments;
}

static double variance(const struct moments *moments)
{
    double deviation = moments_deviation(moments);
    deviation = without_rounding(deviation, fabs(moments->mean));
    return deviation * deviation;
}

struct difference difference_welch(const double *first, size_t first_count, const double *second,
                                   size_t second_count)
{
    struct moments one = moments_of(first, first_count), other = moments_of(second, second_count);
    struct difference found = begin(false, moments_mean(&one) - moments_mean(&other));
    if (first_count > 1 && second_count > 1) {
        double a = variance(&one) / one.count, b = variance(&other) / other.count;
        found.deviation = sqrt((variance(&one) + variance(&other)) / 2.0);
        found.freedom =
            (a + b) * (a + b) / (a * a / (one.count - 1.0) + b * b / (other.count - 1.0));
        judge(&found, sqrt(a + b));
    }
    return found;
}

/* Of so many pairs, or numbers in each group of two. */
static double power_of(const struct difference *found, double size, double count, double level)
{
    double groups = found->paired ? 1.0 : 2.0;
    double shift = sqrt(count / groups) * fabs(size) / found->deviation;
    return student_power(shift, groups * (count - 1.0), level);
}

double difference_count_needed(const struct difference *found, double size, double level)
{
    const double most = 1e6;
    double low = 1.0, high = 2.0;
    if (!(found->deviation > 0.0) || !(fabs(size) > 0.0)) {
        return NAN;
    }
    while (power_of(found, size, high, level) < POWER) {
        low = high;
        high *= 2.0;
        if (high > most) {
            return NAN;
        }
    }
    while (high - low > 1.0) {
        double middle = floor((low + high) / 2.0);
        *(power_of(found, size, middle, level) < POWER ? &low : &high) = middle;
    }
    return high;
}

double difference_seen_by(const struct difference *found, double count, double level)
{
    double low = 0.0, high = found->deviation;
    if (!(found->deviation > 0.0) || !(count > 1.0)) {
        return NAN;
    }
    while (power_of(found, high, count, level) < POWER) {
        high *= 2.0;
    }
    while (high - low > 1e-6 * high) {
        double middle = (low + high) / 2.0;
        *(power_of(found, middle, count, level) < POWER ? &low : &high) = middle;
    }
    return high;
}

struct ranked {
    double p;
    size_t place;
};

static int compare(const void *one, const void *other)
{
    const struct ranked *a = one, *b = other;
    return (a->p > b->p) - (a->p < b->p);
}

static double *member(void *first, size_t i, size_t stride)
{
    return (void *)((char *)first + i * stride);
}

/* The smallest is multiplied by their number, the next by one less …, and none becomes smaller than
 * one before it. */
bool difference_holm(double *corrected, double *p, size_t count, size_t stride)
{
    struct ranked *ranked = calloc(count + 1, sizeof *ranked);
    size_t known = 0;
    double least = 0.0;
    if (ranked == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        double chance = *member(p, i, stride);
        if (isnan(chance)) {
            *member(corrected, i, stride) = NAN;
        } else {
            ranked[known++] = (struct ranked){chance, i};
        }
    }
    qsort(ranked, known, sizeof *ranked, compare);
    for (size_t i = 0; i < known; i++) {
        least = fmax(least, fmin(1.0, (double)(known - i) * ranked[i].p));
        *member(corrected, ranked[i].place, stride) = least;
    }
    free(ranked);
    return true;
}

void difference_with_best(double *corrected, double *p, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        double chance = *member(p, i, stride);
        *member(corrected, i, stride) = isnan(chance) ? NAN : fmin(1.0, (double)count * chance);
    }
}

/*
 * The learning-rate range test (Smith 2015, "Cyclical learning rates for training neural networks",
 * section 3.3): a short training with a learning rate that grows exponentially shows where the loss
 * begins to fall and where it blows up.
 */
#ifndef DESCENT_CLI_RANGE_TEST_H
#define DESCENT_CLI_RANGE_TEST_H

#include "cli/base/cli.h"

#include <descent/fit.h>

#include <stddef.h>

enum { RANGE_TEST_STEPS_MIN = 50, RANGE_TEST_STEPS_MAX = 1000000, RANGE_TEST_DENSITY = 40 };

#define RANGE_TEST_SPAN_MIN 10.0

/* The usual learning rates of the first step and of the last. */
#define RANGE_TEST_FROM 1e-6
#define RANGE_TEST_TO 10.0

/* The test ends where the smoothed loss is above so many times its lowest value. */
#define RANGE_TEST_BLOW_UP 4.0

/*
 * The suggestion: so many times the learning rate of the steepest descent, to two digits. On MNIST
 * and the bundled digits, for linear and hidden layers, sgd with and without momentum and adamw,
 * the highest learning rate of a cosine schedule that left the lowest validation loss was 3.5 to 5
 * times that rate; scripts/study-find-lr.sh measures it again.
 */
#define RANGE_TEST_FACTOR 3.0
#define RANGE_TEST_RULE "3 times that of the steepest descent"

struct range_test_point {
    size_t step;
    double rate;
    double loss;     /* of the step's batch, before the step */
    double smoothed; /* exponential mean of the losses so far, corrected for its start at zero */
};

struct range_test {
    struct range_test_point *points;
    size_t count;
    size_t lowest;     /* the point of the lowest smoothed loss */
    double steepest;   /* the learning rate where the smoothed loss falls fastest */
    double divergence; /* that where it blows up; NaN where it does not */
    double suggestion; /* NaN where the loss did not fall; steepest is then NaN as well */
};

/* Runs the test with the steps of a fit that has not begun, and judges it; the fit is of no more
 * use then. Learning rates: 0 < from, and to at least RANGE_TEST_SPAN_MIN times that. Steps: from
 * RANGE_TEST_STEPS_MIN to RANGE_TEST_STEPS_MAX, or 0 for as many as the rule for the suggestion was
 * measured with, RANGE_TEST_DENSITY for each factor of ten. The same seed gives the same numbers.
 * On failure it says why and returns FAILED; the caller frees the points in any case. */
enum exit_status range_test_run(struct range_test *test, double from, double to, size_t steps,
                                descent_fit *fit);

/* Why there is no suggestion, in words. */
const char *range_test_trouble(const struct range_test *test);

#endif

/*
 * The learning-rate range test (Smith 2015, "Cyclical learning rates for training neural networks",
 * section 3.3): a short training with a learning rate that grows exponentially shows where the loss
 * begins to fall and where it blows up.
 */
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What is left of a loss in the smoothed one after each further step. */
static const double SMOOTHING = 0.95;

/* The slope at a learning rate is that of the line through the smoothed losses from a third of it
 * to three times it: narrower, batches that happen to be easy look like a descent. */
static const double REACH = 3.0;

/* The smoothed loss must fall by this share before anything is made of the curve. */
static const double FALL_MIN = 0.05;

static void add_point(struct range_test *test, double rate, double loss)
{
    size_t i = test->count++;
    double before = i == 0 ? 0.0 : test->points[i - 1].smoothed;
    double weight = 1.0 - pow(SMOOTHING, (double)i);
    double mean = SMOOTHING * weight * before + (1.0 - SMOOTHING) * loss;
    double smoothed = mean / (SMOOTHING * weight + 1.0 - SMOOTHING);
    test->points[i] = (struct range_test_point){i, rate, loss, smoothed};
    if (smoothed < test->points[test->lowest].smoothed) {
        test->lowest = i;
    }
    if (smoothed > RANGE_TEST_BLOW_UP * test->points[test->lowest].smoothed) {
        test->divergence = rate;
    }
}

/* A loss that is not finite has blown up as well, and leaves no point. */
static descent_status run(struct range_test *test, double from, double growth, size_t steps,
                          descent_fit *fit)
{
    for (size_t i = 0; i < steps && isnan(test->divergence); i++) {
        double rate = from * exp(growth * (double)i);
        descent_metrics metrics = {0};
        descent_status status = descent_fit_step(fit, rate, &metrics);
        if (status == DESCENT_OK) {
            add_point(test, rate, descent_metrics_loss(&metrics));
        } else if (status == DESCENT_ERROR_NONFINITE) {
            test->divergence = rate;
        } else {
            return status;
        }
    }
    return DESCENT_OK;
}

/* Least squares over evenly spaced points: the sign and the order of slopes is all that counts. */
static double slope(const struct range_test_point *points, size_t n)
{
    double middle = (double)(n - 1) / 2.0, products = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)i - middle;
        products += x * points[i].smoothed;
        squares += x * x;
    }
    return products / squares;
}

/* The point where the smoothed loss falls fastest, up to the lowest one; `count` where it does not
 * fall. */
static size_t find_steepest(const struct range_test *test, size_t reach)
{
    size_t steepest = test->count;
    double least = 0.0;
    for (size_t i = reach; i <= test->lowest; i++) {
        size_t last = i + reach < test->count ? i + reach : test->count - 1;
        double found = slope(&test->points[i - reach], last - (i - reach) + 1);
        if (found < least) {
            least = found;
            steepest = i;
        }
    }
    return steepest;
}

static double round_to_two_digits(double number)
{
    char text[32];
    snprintf(text, sizeof text, "%.1e", number);
    return strtod(text, NULL);
}

/* The untrained network's loss is the mean of the first points', where the rate is still low. */
static void judge(struct range_test *test, double growth)
{
    size_t reach = (size_t)ceil(log(REACH) / growth);
    size_t steepest = find_steepest(test, reach);
    if (steepest == test->count ||
        test->points[test->lowest].smoothed > (1.0 - FALL_MIN) * test->points[reach - 1].smoothed) {
        return;
    }
    test->steepest = test->points[steepest].rate;
    test->suggestion = round_to_two_digits(
        fmin(RANGE_TEST_FACTOR * test->steepest, test->points[test->lowest].rate));
}

enum exit_status range_test_run(struct range_test *test, double from, double to, size_t steps,
                                descent_fit *fit)
{
    double wanted = steps > 0 ? (double)steps : RANGE_TEST_DENSITY * log10(to / from);
    steps = (size_t)fmin(fmax(wanted, RANGE_TEST_STEPS_MIN), RANGE_TEST_STEPS_MAX);
    *test = (struct range_test){.steepest = NAN, .divergence = NAN, .suggestion = NAN};
    test->points = calloc(steps, sizeof *test->points);
    if (test->points == NULL) {
        return cli_failed("out of memory for a range test of %zu steps", steps);
    }
    double growth = log(to / from) / (double)(steps - 1);
    CLI_TRY_LIBRARY(run(test, from, growth, steps, fit));
    judge(test, growth);
    return DONE;
}

const char *range_test_trouble(const struct range_test *test)
{
    return isnan(test->divergence) ? "the loss did not fall enough"
                                   : "the loss blew up before it had fallen enough";
}

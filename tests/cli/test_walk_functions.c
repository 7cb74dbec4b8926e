/*
 * The functions that are walked on: against differences, and their known points and curvatures.
 */
#include "cli/walk/walk.h"
#include "harness.h"

#include <math.h>

#define PI 3.14159265358979323846

enum { FUNCTIONS = 7 };

static double condition_of_tests = 25;

static double evaluate(const struct walk_function *function, const double *w, size_t d, double h)
{
    double moved[WALK_DIMENSIONS_MAX] = {w[0], w[1]};
    moved[d] += h;
    return function->evaluate(moved, condition_of_tests);
}

/* Central differences at two distances, extrapolated: the error is of the fourth order. */
static double slope(const struct walk_function *function, const double *w, size_t d)
{
    const double h = 1e-3;
    double wide = evaluate(function, w, d, 2 * h) - evaluate(function, w, d, -2 * h);
    double narrow = evaluate(function, w, d, h) - evaluate(function, w, d, -h);
    return (8 * narrow - wide) / (12 * h);
}

START_TEST(gradients_are_the_slopes)
{
    const struct walk_function *function = walk_function((size_t)_i);
    descent_random random = descent_random_init(5, DESCENT_STREAM_USER, (uint64_t)_i);
    double largest = 0;
    for (int trial = 0; trial < 100; trial++) {
        double w[WALK_DIMENSIONS_MAX] = {0};
        double gradient[WALK_DIMENSIONS_MAX];
        for (size_t d = 0; d < function->dimensions; d++) {
            w[d] = 6 * descent_random_uniform(&random) - 3;
        }
        function->differentiate(w, condition_of_tests, gradient);
        for (size_t d = 0; d < function->dimensions; d++) {
            ck_assert_double_eq_tol(gradient[d], slope(function, w, d),
                                    1e-7 * fmax(1, fabs(gradient[d])));
            largest = fmax(largest, fabs(gradient[d]));
        }
    }
    ck_assert_double_gt(largest, 0.5);
}
END_TEST

/* How the function changes around a point, in 32 directions. */
static void check_kind(const struct walk_function *function, const struct walk_stationary *point)
{
    double middle = function->evaluate(point->w, condition_of_tests);
    int higher = 0;
    for (int i = 0; i < 32; i++) {
        double angle = PI * i / 16;
        double w[] = {point->w[0] + 1e-3 * (function->dimensions == 1 ? i % 2 - 0.5 : cos(angle)),
                      point->w[1] + 1e-3 * sin(angle)};
        higher += function->evaluate(w, condition_of_tests) > middle;
    }
    ck_assert(point->kind == WALK_MINIMUM   ? higher == 32
              : point->kind == WALK_MAXIMUM ? higher == 0
                                            : higher > 4 && higher < 28);
}

START_TEST(stationary_points_are_what_the_table_says)
{
    const struct walk_function *function = walk_function((size_t)_i);
    ck_assert_uint_gt(function->stationary_count, 0);
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
        double gradient[WALK_DIMENSIONS_MAX];
        function->differentiate(point->w, condition_of_tests, gradient);
        for (size_t d = 0; d < function->dimensions; d++) {
            ck_assert_double_eq_tol(gradient[d], 0, 1e-12);
        }
        check_kind(function, point);
        ck_assert_double_ge(function->evaluate(point->w, condition_of_tests), 0);
    }
    const struct walk_stationary *first = &function->stationary[0];
    ck_assert_int_eq(first->kind, WALK_MINIMUM);
    ck_assert_double_eq_tol(function->evaluate(first->w, condition_of_tests), 0, 1e-20);
}
END_TEST

START_TEST(functions_are_found_by_name)
{
    for (size_t i = 0; i < FUNCTIONS; i++) {
        ck_assert_ptr_eq(walk_function_find(walk_function(i)->name), walk_function(i));
    }
    ck_assert_ptr_null(walk_function(FUNCTIONS));
    ck_assert_ptr_null(walk_function_find("hill"));
}
END_TEST

/* Curvatures by hand; those of himmelblau and rosenbrock are eigenvalues by NumPy. */
static const struct {
    const char *name;
    double w[WALK_DIMENSIONS_MAX];
    double curvature;
} curvatures[] = {
    {"parabola", {6}, 2},
    {"parabola", {-1e5}, 2},
    {"quartic", {2}, 6},
    {"quartic", {-2}, 14},
    {"plateau", {2}, 1},
    {"saddle", {0, 0}, 2},
    {"saddle", {0, 2}, 10},
    {"ravine", {3, 4}, 25},
    {"himmelblau", {3, 2}, 82.28427124746190},
    {"rosenbrock", {1, 1}, 1001.6006392287626},
};

START_TEST(curvatures_are_largest_eigenvalues)
{
    const struct walk_function *function = walk_function_find(curvatures[_i].name);
    double found = walk_curvature(function, condition_of_tests, curvatures[_i].w);
    ck_assert_double_eq_tol(found, curvatures[_i].curvature, 1e-6 * curvatures[_i].curvature);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(gradients_are_the_slopes, FUNCTIONS),
        TEST_LOOP(stationary_points_are_what_the_table_says, FUNCTIONS),
        TEST_CASE(functions_are_found_by_name),
        TEST_LOOP(curvatures_are_largest_eigenvalues, TEST_COUNT(curvatures)),
    };
    return run_tests("walk_functions", cases, TEST_COUNT(cases));
}

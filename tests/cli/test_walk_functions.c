/*
 * The functions that are walked on: against differences, and their known points and curvatures.
 */
#include "cli/walk/stationary.h"
#include "harness.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { FUNCTIONS = 8 };

static double condition_of_tests = 25;

static struct walk_function function_of(const struct walk_example *example)
{
    struct walk_function function;
    walk_function_of_example(&function, example, condition_of_tests);
    return function;
}

/* By the formulas of the literature, written down once more. */
static double by_hand(const char *name, const double *w)
{
    double x = w[0], y = w[1];
    return strcmp(name, "line") == 0         ? condition_of_tests * x
           : strcmp(name, "parabola") == 0   ? (x - 2) * (x - 2)
           : strcmp(name, "quartic") == 0    ? pow(x, 4) / 4 - pow(x, 3) / 3 - x * x + 8.0 / 3
           : strcmp(name, "plateau") == 0    ? 1 - exp(-(x - 2) * (x - 2) / 2)
           : strcmp(name, "saddle") == 0     ? x * x - y * y + pow(y, 4) / 4 + 1
           : strcmp(name, "ravine") == 0     ? (x * x + condition_of_tests * y * y) / 2
           : strcmp(name, "rosenbrock") == 0 ? pow(1 - x, 2) + 100 * pow(y - x * x, 2)
                                             : pow(x * x + y - 11, 2) + pow(x + y * y - 7, 2);
}

static double evaluate(const struct walk_example *example, const double *w, size_t d, double h)
{
    double moved[WALK_DIMENSIONS_MAX] = {w[0], w[1]};
    moved[d] += h;
    return by_hand(example->name, moved);
}

/* Central differences at two distances, extrapolated: the error is of the fourth order. */
static double slope(const struct walk_example *example, const double *w, size_t d)
{
    const double h = 1e-3;
    double wide = evaluate(example, w, d, 2 * h) - evaluate(example, w, d, -2 * h);
    double narrow = evaluate(example, w, d, h) - evaluate(example, w, d, -h);
    return (8 * narrow - wide) / (12 * h);
}

START_TEST(values_and_gradients_are_those_of_the_literature)
{
    const struct walk_example *example = walk_example((size_t)_i);
    const struct walk_function function = function_of(example);
    descent_random random = descent_random_init(5, DESCENT_STREAM_USER, (uint64_t)_i);
    double largest = 0;
    for (int trial = 0; trial < 100; trial++) {
        double w[WALK_DIMENSIONS_MAX] = {0};
        for (size_t d = 0; d < WALK_DIMENSIONS_MAX; d++) {
            w[d] = 6 * descent_random_uniform(&random) - 3;
        }
        struct jet jet = walk_evaluate(&function, w);
        const double gradient[] = {jet.x, jet.y};
        ck_assert_double_eq_tol(jet.value, by_hand(example->name, w),
                                1e-12 * fmax(1, fabs(jet.value)));
        for (size_t d = 0; d < function.dimensions; d++) {
            ck_assert_double_eq_tol(gradient[d], slope(example, w, d),
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
    double middle = walk_evaluate(function, point->w).value;
    int higher = 0;
    for (int i = 0; i < 32; i++) {
        double angle = PI * i / 16;
        double w[] = {point->w[0] + 1e-3 * (function->dimensions == 1 ? i % 2 - 0.5 : cos(angle)),
                      point->w[1] + 1e-3 * sin(angle)};
        higher += walk_evaluate(function, w).value > middle;
    }
    ck_assert(point->kind == WALK_MINIMUM   ? higher == 32
              : point->kind == WALK_MAXIMUM ? higher == 0
                                            : higher > 4 && higher < 28);
}

START_TEST(stationary_points_are_what_the_table_says)
{
    const struct walk_example *example = walk_example((size_t)_i);
    const struct walk_function function = function_of(example);
    for (size_t i = 0; i < example->stationary_count; i++) {
        const struct walk_stationary *point = &example->stationary[i];
        struct jet jet = walk_evaluate(&function, point->w);
        ck_assert_double_eq_tol(jet.x, 0, 1e-12);
        ck_assert_double_eq_tol(jet.y, 0, 1e-12);
        check_kind(&function, point);
        ck_assert_double_ge(jet.value, 0);
    }
    if (example->stationary_count > 0) {
        const struct walk_stationary *first = &example->stationary[0];
        ck_assert_int_eq(first->kind, WALK_MINIMUM);
        ck_assert_double_eq_tol(walk_evaluate(&function, first->w).value, 0, 1e-20);
    }
}
END_TEST

/* The search knows only the formula, and finds what the table has by hand. */
START_TEST(the_search_finds_what_the_table_says)
{
    const struct walk_example *example = walk_example((size_t)_i);
    const struct walk_function known = function_of(example);
    struct walk_function function;
    struct formula_error error;
    struct walk_found found;
    ck_assert(walk_function_of_formula(&function, known.text, &error));
    walk_find_stationary(&found, &function, &example->from, 1);
    ck_assert_uint_eq(found.count, example->stationary_count);
    for (size_t i = 0; i < example->stationary_count; i++) {
        const struct walk_stationary *point = &example->stationary[i];
        size_t equal = 0;
        for (size_t k = 0; k < found.count; k++) {
            equal += found.points[k].kind == point->kind &&
                     walk_distance(&function, found.points[k].w, point->w) < 1e-7;
        }
        ck_assert_uint_eq(equal, 1);
    }
}
END_TEST

/* Formulas with kinks, without curvature, without minima, at the edge of where they have values. */
static const struct {
    const char *formula;
    double from[WALK_DIMENSIONS_MAX];
    size_t minima;
    double w[WALK_DIMENSIONS_MAX]; /* of the lowest */
    size_t others;
} searches[] = {
    {"abs(x)", {3}, 1, {0}, 0},
    {"abs(x - 1/3) + 2abs(y + 1)", {3, 2}, 1, {1.0 / 3, -1}, 0},
    {"x^4", {3}, 1, {0}, 0},
    {"x^3", {3}, 0, {0}, 1},
    {"-x^2", {3}, 0, {0}, 1},
    {"x^2 - y^2", {3, 2}, 0, {0}, 1},
    {"exp(-x)", {3}, 0, {0}, 0},
    {"2.5x + 1", {3}, 0, {0}, 0},
    {"x log(x)", {3}, 1, {0.36787944117144233}, 0},
    {"sqrt(x)", {3}, 0, {0}, 0},
    {"x + 4/x", {3}, 1, {2}, 1},
    {"x + 1/x", {3}, 1, {1}, 1}, /* and a pole between them */
    {"x^2 + 1e9", {3}, 1, {0}, 0},
    {"relu(x)", {3}, 0, {0}, 0},
    {"1/(1 + x^2 + y^2)", {3, 2}, 0, {0}, 1},
    {"1/x", {3}, 0, {0}, 0}, /* poles, where Newton's steps vanish as well */
    {"1/x", {-1}, 0, {0}, 0},
    {"1/x^2", {3}, 0, {0}, 0},
    {"1/(x y)", {3, 2}, 0, {0}, 0},
    {"tan(x)", {0.5}, 0, {0}, 0},
    {"x^2 + 1/(x - 1)", {3}, 1, {1.56519771738364}, 0},
    {"(x - 1/3)^2 / 1e3 + 1e6", {3}, 1, {1.0 / 3}, 0}, /* not to be taken for one */
    {"x^6 + y^4", {3, 2}, 1, {0}, 0},
};

START_TEST(searches_find_what_is_there)
{
    struct walk_function function;
    struct formula_error error;
    struct walk_found found;
    size_t minima = 0;
    ck_assert(walk_function_of_formula(&function, searches[_i].formula, &error));
    walk_find_stationary(&found, &function, &searches[_i].from, 1);
    while (minima < found.count && found.points[minima].kind == WALK_MINIMUM) {
        minima++;
    }
    ck_assert_msg(minima == searches[_i].minima && found.count - minima == searches[_i].others,
                  "%s: %zu minima of %zu points", function.text, minima, found.count);
    if (minima > 0) {
        ck_assert_double_eq_tol(found.points[0].w[0], searches[_i].w[0], 1e-7);
        ck_assert_double_eq_tol(found.points[0].w[1], searches[_i].w[1], 1e-7);
    }
}
END_TEST

START_TEST(functions_are_found_by_name)
{
    for (size_t i = 0; i < FUNCTIONS; i++) {
        ck_assert_ptr_eq(walk_example_find(walk_example(i)->name), walk_example(i));
    }
    ck_assert_ptr_null(walk_example(FUNCTIONS));
    ck_assert_ptr_null(walk_example_find("hill"));
    ck_assert_ptr_eq(walk_example_find("quadratic"), walk_example_find("Ravine"));
}
END_TEST

/* Curvatures by hand; those of himmelblau and rosenbrock by the quadratic formula. */
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
    {"rosenbrock", {1, 1}, 1001.6006392325123},
};

START_TEST(curvatures_are_largest_eigenvalues)
{
    const struct walk_function function = function_of(walk_example_find(curvatures[_i].name));
    double found = walk_curvatures(&function, curvatures[_i].w).high;
    ck_assert_double_eq_tol(found, curvatures[_i].curvature, 1e-13 * curvatures[_i].curvature);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(values_and_gradients_are_those_of_the_literature, FUNCTIONS),
        TEST_LOOP(stationary_points_are_what_the_table_says, FUNCTIONS),
        TEST_LOOP(the_search_finds_what_the_table_says, FUNCTIONS),
        TEST_LOOP(searches_find_what_is_there, TEST_COUNT(searches)),
        TEST_CASE(functions_are_found_by_name),
        TEST_LOOP(curvatures_are_largest_eigenvalues, TEST_COUNT(curvatures)),
    };
    return run_tests("walk_functions", cases, TEST_COUNT(cases));
}

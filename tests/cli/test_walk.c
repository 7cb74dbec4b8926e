/*
 * Walks: by hand, the stability limits against what happens on either side of them, and the
 * verdicts.
 */
#include "cli/walk/walk.h"
#include "harness.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { FUNCTIONS = 8 };

static const double condition_of_tests = 25;

/* A function of the table, or a formula. The next call gives out the same room again. */
static const struct walk_function *function_of(const char *name)
{
    static struct walk_function function;
    const struct walk_example *example = walk_example_find(name);
    struct formula_error error;
    if (example != NULL) {
        walk_function_of_example(&function, example, condition_of_tests);
    } else {
        ck_assert_msg(walk_function_of_formula(&function, name, &error), "%s", name);
    }
    return &function;
}

/* A walk with the function's defaults, plain sgd and a constant rate. */
static struct walk_setup setup_of(const char *name, double lr, size_t steps)
{
    const struct walk_function *function = function_of(name);
    descent_schedule schedule = DESCENT_SCHEDULE_DEFAULT;
    schedule.lr = lr > 0 ? lr : function->example->lr;
    schedule.steps = steps;
    const descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
    return (struct walk_setup){.function = function,
                               .from = {function->example->from[0], function->example->from[1]},
                               .steps = steps,
                               .optimizer = optimizer,
                               .schedule = schedule,
                               .seed = 1};
}

static void assert_digits(double found, const char *expected)
{
    char text[32];
    snprintf(text, sizeof text, "%.6g", found);
    ck_assert_str_eq(text, expected);
}

START_TEST(the_parabola_goes_as_by_hand)
{
    static const char *const w[] = {"6", "3.6", "2.64", "2.256", "2.1024", "2.04096"};
    static const char *const gradients[] = {"8", "3.2", "1.28"};
    const struct walk_setup setup = setup_of("parabola", 0.3, 5);
    struct walk walk;
    ck_assert_int_eq(walk_run(&walk, &setup), DONE);
    ck_assert_uint_eq(walk.count, 6);
    for (size_t k = 0; k < 6; k++) {
        assert_digits(walk.points[k].w[0], w[k]);
        double height = walk.points[k].w[0] - 2;
        ck_assert_double_eq_tol(walk.points[k].loss, height * height, 1e-12);
    }
    for (size_t k = 0; k < 3; k++) {
        assert_digits(walk.points[k].gradient[0], gradients[k]);
        ck_assert_double_eq(walk.points[k].rate, 0.3);
    }
    assert_digits(walk.points[0].update[0], "-2.4");
    walk_free(&walk);
}
END_TEST

START_TEST(a_rate_above_the_limit_diverges_by_hand)
{
    const struct walk_setup setup = setup_of("parabola", 1.2, 20);
    struct walk walk;
    ck_assert_int_eq(walk_run(&walk, &setup), DONE);
    for (size_t k = 0; k < 20; k++) {
        double growth = fabs(walk.points[k + 1].w[0] - 2) / fabs(walk.points[k].w[0] - 2);
        assert_digits(growth, "1.4");
    }
    struct walk_verdict verdict = walk.verdict;
    ck_assert_int_eq(verdict.outcome, WALK_DIVERGES);
    assert_digits(verdict.factor, "1.4");
    assert_digits(verdict.curvature, "2");
    assert_digits(verdict.limit, "1");
    walk_free(&walk);
}
END_TEST

/* Limits times curvature 2 or 25; both sides of each are walked. */
static const struct {
    const char *function;
    double momentum;
    bool nesterov;
    const char *limit;
} limits[] = {
    {"parabola", 0, false, "1"},         {"parabola", 0.9, false, "1.9"},
    {"parabola", 0.9, true, "0.678571"}, {"parabola", 0.5, false, "1.5"},
    {"parabola", 0.5, true, "0.75"},     {"ravine", 0, false, "0.08"},
    {"ravine", 0.9, false, "0.152"},     {"ravine", 0.9, true, "0.0542857"},
};

static struct walk_verdict walk_at(size_t i, double lr, double *distance)
{
    struct walk_setup setup = setup_of(limits[i].function, lr, 4000);
    setup.optimizer.momentum = limits[i].momentum;
    setup.optimizer.nesterov = limits[i].nesterov;
    struct walk walk;
    ck_assert_int_eq(walk_run(&walk, &setup), DONE);
    struct walk_verdict verdict = walk.verdict;
    *distance = verdict.distance;
    walk_free(&walk);
    return verdict;
}

/* At the limit itself the part that would grow or shrink keeps its length. */
START_TEST(the_stability_limit_parts_convergence_from_divergence)
{
    double distance;
    struct walk_verdict verdict = walk_at((size_t)_i, 0.01, &distance);
    assert_digits(verdict.limit, limits[_i].limit);
    double limit = verdict.limit;
    verdict = walk_at((size_t)_i, 0.998 * limit, &distance);
    ck_assert_int_eq(verdict.outcome, WALK_CONVERGES);
    ck_assert_double_lt(distance, 1e-3);
    verdict = walk_at((size_t)_i, limit, &distance);
    ck_assert_int_eq(verdict.outcome, WALK_SWINGS);
    ck_assert_double_eq_tol(verdict.factor, 1, 1e-6);
    verdict = walk_at((size_t)_i, 1.002 * limit, &distance);
    ck_assert_int_eq(verdict.outcome, WALK_DIVERGES);
    ck_assert_double_gt(distance, 1e3);
    assert_digits(verdict.limit, limits[_i].limit);
}
END_TEST

START_TEST(adaptive_optimizers_have_no_limit)
{
    for (descent_optimizer_kind kind = DESCENT_OPTIMIZER_ADAM; kind < DESCENT_OPTIMIZER_COUNT;
         kind++) {
        descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
        optimizer.kind = kind;
        ck_assert_double_nan(descent_curvature_limit(&optimizer));
    }
}
END_TEST

static const struct {
    const char *function;
    double lr; /* 0: the function's own */
    double from[WALK_DIMENSIONS_MAX];
    size_t steps;
    double momentum;
    double noise;
    descent_optimizer_kind kind;
    enum walk_outcome outcome;
    const char *words;
} verdicts[] = {
    {"parabola", 0.3, {6}, 20, 0, 0, 0, WALK_CONVERGES, "converged at step 10"},
    {"parabola",
     0.3,
     {6},
     5,
     0,
     0,
     0,
     WALK_MOVES,
     "moving on: after 5 steps at a distance of 0.041"},
    {"parabola", 0.001, {6}, 20, 0, 0, 0, WALK_SLOW, "far below the stability limit"},
    /* 4 · 0.98^20 = 2.67, and 2.67 · 0.98^391 = 0.001. */
    {"parabola", 0.01, {6}, 20, 0, 0, 0, WALK_MOVES, "; 391 more steps lead to within 0.001"},
    {"parabola", 0.99, {6}, 20, 0, 0, 0, WALK_SWINGS, "shrinks by a factor of 0.98"},
    {"parabola",
     1,
     {6},
     20,
     0,
     0,
     0,
     WALK_SWINGS,
     "swings for ever: the learning rate 1 is just the stability limit 2 / curvature = 1"},
    {"parabola", 1.2, {6}, 1, 0, 0, 0, WALK_DIVERGES, "grows by a factor of 1.4 a step"},
    {"parabola",
     1.2,
     {6},
     20,
     0,
     0,
     0,
     WALK_DIVERGES,
     "above the stability limit 2 / curvature = 1"},
    {"parabola", 1.2, {6}, 2000, 0, 0, 0, WALK_DIVERGES, "the numbers are too large"},
    {"parabola", 2, {6}, 200, 0.9, 0, 0, WALK_DIVERGES, "2 (1 + momentum) / curvature = 1.9"},
    {"parabola", 0.1, {6}, 60, 0.9, 0, 0, WALK_SWINGS, "turns round"},
    {"parabola", 0.1, {6}, 200, 0, 1, 0, WALK_SWINGS, "noise in the gradient, within 0."},
    {"parabola", 1.2, {6}, 20, 0, 0.1, 0, WALK_DIVERGES, "above the stability limit"},
    {"quartic",
     0,
     {-2},
     60,
     0,
     0,
     0,
     WALK_CONVERGES,
     "local one: the loss there is 2.25, but 0 at w = 2"},
    {"quartic", 0, {-2}, 600, 0.9, 0, 0, WALK_CONVERGES, "minimum at w = 2."},
    {"quartic", 0, {0}, 60, 0, 0, 0, WALK_AT_SADDLE, "near the maximum at w = 0"},
    {"quartic", 0.5, {3}, 60, 0, 0, 0, WALK_DIVERGES, "curvature 19 at step 0"},
    {"plateau", 0, {6}, 100, 0, 0, 0, WALK_SLOW, "on a plateau, where the gradient is only"},
    {"plateau", 0, {40}, 100, 0, 0, 0, WALK_SLOW, "on a plateau, where the gradient is only"},
    {"plateau", 0.1, {6}, 1000, 0, 0, DESCENT_OPTIMIZER_ADAM, WALK_CONVERGES, "minimum at w = 2"},
    {"saddle", 0, {1.5, 0}, 100, 0, 0, 0, WALK_AT_SADDLE, "near the saddle at (x, y) = (0, 0)"},
    {"saddle", 0, {1.5, 1e-4}, 100, 0, 0, 0, WALK_CONVERGES, "left the saddle at (x, y) = (0, 0)"},
    {"saddle", 0, {1.5, 0}, 150, 0, 0.01, 0, WALK_SWINGS, "left the saddle at (x, y) = (0, 0)"},
    {"rosenbrock", 0, {-1.2, 1}, 5000, 0, 0, 0, WALK_MOVES, "; the distance shrinks by a"},
    {"rosenbrock", 0, {-1.2, 1}, 30000, 0, 0, 0, WALK_CONVERGES, "(1, 1)"},
    {"himmelblau", 0, {0, 0}, 50, 0, 0, 0, WALK_CONVERGES, "(3, 2)"},
    {"himmelblau", 0, {-4, -4}, 50, 0, 0, 0, WALK_CONVERGES, "(-3.77931, -3.28319)"},
    {"himmelblau", 0.03, {0, 0}, 50, 0, 0, 0, WALK_SWINGS, "above the stability limit"},
    {"rosenbrock", 1, {-1.2, 1}, 50, 0, 0, 0, WALK_DIVERGES, "the numbers are too large"},
    {"ravine", 0.1, {10, 1}, 50, 0, 0, 0, WALK_DIVERGES, "2 / curvature = 0.08"},
    {"parabola", 0.3, {2}, 20, 0, 0, 0, WALK_CONVERGES, "converged at step 0"},
    {"parabola", 0.5, {6}, 1, 0, 0, 0, WALK_CONVERGES, "converged at step 1"},
    {"parabola", 0.3, {6}, 1, 0, 0, 0, WALK_MOVES, "after 1 step at"},
    {"parabola", 0.3, {6}, 5, 0, 0, 0, WALK_MOVES, "distance shrinks by a factor of 0.4 a step"},
    {"parabola", 0.01, {6}, 100, 0, 0, DESCENT_OPTIMIZER_ADAM, WALK_MOVES, "distance shrinks"},
    {"parabola", 0.25, {6}, 2, 0.5, 0, 0, WALK_MOVES, "w = 2; but 1 more step leads away again."},
    {"parabola", 0.9999999, {6}, 20, 0, 0, 0, WALK_SWINGS, "w = 2 hardly changes."},
    {"parabola", 1.9, {6}, 300, 0.9, 0, 0, WALK_SWINGS, "swings for ever"},
    /* Its steps stay as long as its rate where gradients have become small. */
    {"saddle",
     0.1,
     {1.5, 1},
     100,
     0,
     0,
     DESCENT_OPTIMIZER_RMSPROP,
     WALK_CONVERGES,
     "more steps lead away again."},
    {"saddle", 0, {1.5, 0}, 100, 0, 0, 0, WALK_AT_SADDLE, "0.8 a step; noise moves the walk away"},
    {"saddle", 0, {1.5, 0}, 20, 0, 0, 0, WALK_AT_SADDLE, "0.8 a step; noise moves the walk"},
    {"plateau", 1, {6}, 150, 0, 0, 0, WALK_MOVES, "of it. It is on a plateau"},
    {"saddle", 0, {1.5, 0}, 2, 0, 0, 0, WALK_MOVES, "moving on: after 2 steps"},
    {"quartic", 0, {0}, 1, 0, 0, 0, WALK_AT_SADDLE, "near the maximum at w = 0"},
    /* Adam's pace is a steady one: what it goes in a step does not depend on the distance. */
    {"parabola",
     0.001,
     {6},
     20,
     0,
     0,
     DESCENT_OPTIMIZER_ADAM,
     WALK_SLOW,
     "step is about 0.001 long"},
    {"plateau",
     0.001,
     {6},
     100,
     0,
     0,
     DESCENT_OPTIMIZER_ADAM,
     WALK_SLOW,
     "step is about 0.0012 long"},
    {"plateau", 0.3, {6}, 100, 0, 0.1, 0, WALK_SWINGS, "without its noise"},
    {"quartic",
     0.01,
     {0.001},
     20,
     0,
     0,
     0,
     WALK_AT_SADDLE,
     "distance to it grows by a factor of 1.02"},
    {"saddle",
     0,
     {1.5, 0},
     20,
     0,
     0,
     0,
     WALK_AT_SADDLE,
     "distance to it shrinks by a factor of 0.8"},
    {"saddle", 0, {1.5, 1e-7}, 60, 0, 0, 0, WALK_AT_SADDLE, "near the saddle at (x, y) = (0, 0)"},
    {"saddle",
     1,
     {1.5, 0},
     150,
     0,
     0,
     0,
     WALK_SWINGS,
     "neither grows nor shrinks. The learning rate 1 is above"},
    {"himmelblau",
     0.01,
     {0, 0},
     2000,
     0,
     100,
     0,
     WALK_SWINGS,
     "driven by the noise in the gradient"},
    {"parabola", 0.001, {6}, 100, 0, 0.01, 0, WALK_MOVES, "moving on"},
    /* It starts where the function bends down, and there is no limit to tell. */
    {"himmelblau",
     1,
     {0, 0},
     50,
     0,
     0,
     0,
     WALK_DIVERGES,
     "(above 1.8e308); the steps are too long"},
};

/* Walks, and checks the outcome and that its words are in the verdict. */
static void assert_verdict(const struct walk_setup *setup, enum walk_outcome outcome,
                           const char *words)
{
    struct walk walk;
    ck_assert_int_eq(walk_run(&walk, setup), DONE);
    struct walk_verdict verdict = walk.verdict;
    char text[1024] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    walk_write_verdict(out, &walk);
    fclose(out);
    ck_assert_msg(verdict.outcome == outcome, "%s: expected outcome %d: %s", setup->function->text,
                  (int)outcome, text);
    ck_assert_msg(strstr(text, words) != NULL, "\"%s\" is not in \"%s\"", words, text);
    walk_free(&walk);
}

START_TEST(verdicts_say_what_has_become)
{
    struct walk_setup setup = setup_of(verdicts[_i].function, verdicts[_i].lr, verdicts[_i].steps);
    memcpy(setup.from, verdicts[_i].from, sizeof setup.from);
    setup.optimizer.kind = verdicts[_i].kind;
    setup.optimizer.momentum = verdicts[_i].momentum;
    setup.noise = verdicts[_i].noise;
    assert_verdict(&setup, verdicts[_i].outcome, verdicts[_i].words);
}
END_TEST

/* Wherever the noise has it in the last of its steps: some of these walks end within what counts as
 * arrived. */
START_TEST(noise_does_not_arrive_by_chance)
{
    size_t arrived = 0;
    for (size_t steps = 100; steps < 200; steps++) {
        struct walk_setup setup = setup_of("parabola", 0.1, steps);
        setup.noise = 0.05;
        assert_verdict(&setup, WALK_SWINGS, "noise in the gradient");
        struct walk walk;
        ck_assert_int_eq(walk_run(&walk, &setup), DONE);
        arrived += fabs(walk.points[steps].w[0] - 2.0) <= WALK_ARRIVED ? 1 : 0;
        walk_free(&walk);
    }
    ck_assert_uint_gt(arrived, 0);
}
END_TEST

/* Whether it ends before the minimum, or a warm-up has not ended. */
START_TEST(a_schedule_can_be_what_is_slow)
{
    struct walk_setup setup = setup_of("parabola", 0.01, 20);
    setup.schedule.kind = DESCENT_SCHEDULE_COSINE;
    setup.schedule.steps = 20;
    assert_verdict(&setup, WALK_SLOW,
                   "The schedule has the learning rate at 0, far below its highest, 0.01: try");
    setup = setup_of("parabola", 0.3, 20);
    setup.schedule.warmup = 10000;
    assert_verdict(&setup, WALK_SLOW, "learning rate at 0.00063");
}
END_TEST

/* Whatever the numbers, a walk ends, and all its points are finite. */
static const double wild_rates[] = {1e-30, 10, 1e10, 1e30, 1e38};

START_TEST(wild_rates_end_in_a_verdict)
{
    for (size_t i = 0; i < FUNCTIONS; i++) {
        for (int kind = 0; kind < DESCENT_OPTIMIZER_COUNT; kind++) {
            struct walk_setup setup = setup_of(walk_example(i)->name, wild_rates[_i], 200);
            setup.optimizer.kind = (descent_optimizer_kind)kind;
            struct walk walk;
            ck_assert_int_eq(walk_run(&walk, &setup), DONE);
            ck_assert_uint_ge(walk.count, 1);
            for (size_t k = 0; k < walk.count; k++) {
                ck_assert(isfinite(walk.points[k].w[0]) && isfinite(walk.points[k].loss));
            }
            ck_assert_int_eq(walk.finite, walk.count == 201);
            struct walk_verdict verdict = walk.verdict;
            ck_assert(walk.finite || verdict.outcome == WALK_DIVERGES);
            walk_free(&walk);
        }
    }
}
END_TEST

/* The noise is that of its seed, with the deviation that was asked for. */
START_TEST(noise_is_repeatable_and_as_large_as_asked)
{
    struct walk walks[3];
    double square = 0;
    for (size_t i = 0; i < 3; i++) {
        struct walk_setup setup = setup_of("ravine", 1e-6, 2000);
        setup.noise = 0.5;
        setup.seed = i < 2 ? 7 : 8;
        ck_assert_int_eq(walk_run(&walks[i], &setup), DONE);
    }
    for (size_t k = 0; k < 2000; k++) {
        const struct walk_point *point = &walks[0].points[k];
        ck_assert_mem_eq(point, &walks[1].points[k], sizeof *point);
        ck_assert_double_ne(point->gradient[0], walks[2].points[k].gradient[0]);
        ck_assert_double_ne(point->gradient[0] - point->w[0],
                            point->gradient[1] - condition_of_tests * point->w[1]);
        square += (point->gradient[0] - point->w[0]) * (point->gradient[0] - point->w[0]);
    }
    ck_assert_double_eq_tol(sqrt(square / 2000), 0.5, 0.03);
    for (size_t i = 0; i < 3; i++) {
        walk_free(&walks[i]);
    }
}
END_TEST

START_TEST(the_schedule_decides_the_rate)
{
    struct walk_setup setup = setup_of("parabola", 0.4, 10);
    setup.schedule.kind = DESCENT_SCHEDULE_COSINE;
    struct walk walk;
    ck_assert_int_eq(walk_run(&walk, &setup), DONE);
    for (size_t k = 0; k < 10; k++) {
        double rate = 0.4 * (1 + cos(PI * (double)k / 10)) / 2;
        ck_assert_double_eq_tol(walk.points[k].rate, rate, 1e-12);
        ck_assert_double_eq_tol(walk.points[k].update[0], -rate * walk.points[k].gradient[0], 1e-6);
    }
    walk_free(&walk);
}
END_TEST

/* The loss neither falls nor rises at the limit, so a schedule that waits one step halves the rate
 * at every second one. */
START_TEST(a_plateau_schedule_hears_the_loss)
{
    struct walk_setup setup = setup_of("parabola", 1, 20);
    setup.schedule.kind = DESCENT_SCHEDULE_PLATEAU;
    setup.schedule.gamma = 0.5;
    setup.schedule.patience = 1;
    struct walk walk;
    ck_assert_int_eq(walk_run(&walk, &setup), DONE);
    ck_assert_double_eq(walk.points[0].rate, 1);
    ck_assert_double_eq(walk.points[2].rate, 1);
    ck_assert_double_eq(walk.points[3].rate, 0.5);
    ck_assert_int_eq(walk.verdict.outcome, WALK_CONVERGES);
    walk_free(&walk);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(the_parabola_goes_as_by_hand),
        TEST_CASE(a_rate_above_the_limit_diverges_by_hand),
        TEST_LOOP(the_stability_limit_parts_convergence_from_divergence, TEST_COUNT(limits)),
        TEST_CASE(adaptive_optimizers_have_no_limit),
        TEST_LOOP(verdicts_say_what_has_become, TEST_COUNT(verdicts)),
        TEST_CASE(a_schedule_can_be_what_is_slow),
        TEST_LOOP(wild_rates_end_in_a_verdict, TEST_COUNT(wild_rates)),
        TEST_CASE(noise_does_not_arrive_by_chance),
        TEST_CASE(noise_is_repeatable_and_as_large_as_asked),
        TEST_CASE(the_schedule_decides_the_rate),
        TEST_CASE(a_plateau_schedule_hears_the_loss),
    };
    return run_tests("walk", cases, TEST_COUNT(cases));
}

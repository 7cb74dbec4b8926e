/*
 * The list of trials as a function of outcomes: these are made up by closed forms, and arrive in
 * any order.
 */
#include "cli/sweep/plan.h"
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCHES = 4, SAMPLES = 1000 };

/* Which of the trials that can be trained next are: all, or by chance. */
enum order { ALL, SOME, ONE_FROM_BEHIND };

/* What training comes to, as a study of one's own has it. */
typedef struct study_outcome train(const struct study *study, size_t trial);

static char *copy(const char *text)
{
    char *made = strdup(text);
    ck_assert_ptr_nonnull(made);
    return made;
}

/* Batches of 8, 32, 128 and 512, and a learning rate that follows a rule. */
static struct study *make_study(int rule, uint64_t seeds)
{
    struct study *study = calloc(1, sizeof *study);
    ck_assert_ptr_nonnull(study);
    study->axes[0] = (struct study_axis){.option = "batch"};
    study->axes[1] = (struct study_axis){.option = "lr", .derived = true};
    study->axis_count = 2;
    study->options.lr_rule = rule;
    study->options.tune_seeds = 1;
    study->samples = SAMPLES;
    study->first_seed = 1;
    study->stages[study->stage_count++] = (struct study_stage){0, seeds, BATCHES};
    study->combinations = calloc(BATCHES, sizeof *study->combinations);
    for (size_t c = 0; c < BATCHES; c++) {
        uint64_t batch = UINT64_C(8) << (2 * c);
        char text[32];
        snprintf(text, sizeof text, "%ju", (uintmax_t)batch);
        char **values = calloc(2, sizeof *values);
        values[0] = copy(text);
        bool tunes = rule == STUDY_LR_TUNE;
        study->combinations[c] = (struct study_combination){
            .values = values, .batch = batch, .lr = 0.1, .line = tunes ? c : 1};
    }
    study->combination_count = BATCHES;
    return study;
}

static void free_study(struct study *study)
{
    for (size_t c = 0; c < study->combination_count; c++) {
        free(study->combinations[c].values[0]);
        free(study->combinations[c].values);
    }
    for (size_t s = 0; s < study->setting_count; s++) {
        for (size_t a = 0; a < study->axis_count; a++) {
            free(study->settings[s].values[a]);
        }
        free(study->settings[s].values);
    }
    free(study->combinations);
    free(study->settings);
    free(study->trials);
    free(study->outcomes);
    free(study);
}

static double rate_of(const struct study *study, size_t setting)
{
    return strtod(study->settings[setting].values[1], NULL);
}

/* Trains some of what is missing; whether anything was. */
static bool train_some(struct study *study, train *training, enum order order,
                       descent_random *random)
{
    bool trained = false;
    for (size_t i = 0; i < study->trial_count; i++) {
        size_t t = order == ALL ? i : study->trial_count - 1 - i;
        bool missing = study->outcomes[t].state == STUDY_TRIAL_MISSING;
        bool chosen = order != SOME || descent_random_below(random, 3) == 0;
        if (missing && chosen && !(trained && order == ONE_FROM_BEHIND)) {
            study->outcomes[t] = training(study, t);
            trained = true;
        }
    }
    return trained;
}

static bool is_done(const struct study *study)
{
    bool done = study->complete;
    for (size_t t = 0; t < study->trial_count; t++) {
        done = done && study->outcomes[t].state != STUDY_TRIAL_MISSING;
    }
    return done;
}

static void run(struct study *study, train *training, enum order order)
{
    descent_random random = descent_random_init(1, DESCENT_STREAM_USER, order);
    ck_assert_int_eq(study_plan(study), DONE);
    for (int round = 0; !is_done(study); round++) {
        ck_assert_int_lt(round, 10000);
        train_some(study, training, order, &random);
        ck_assert_int_eq(study_plan(study), DONE);
    }
}

static void assert_same_list(const struct study *left, const struct study *right)
{
    ck_assert_uint_eq(left->setting_count, right->setting_count);
    for (size_t s = 0; s < left->setting_count; s++) {
        ck_assert_int_eq(left->settings[s].tuning, right->settings[s].tuning);
        for (size_t a = 0; a < left->axis_count; a++) {
            ck_assert_str_eq(left->settings[s].values[a], right->settings[s].values[a]);
        }
    }
    ck_assert_uint_eq(left->trial_count, right->trial_count);
    for (size_t t = 0; t < left->trial_count; t++) {
        ck_assert_uint_eq(left->trials[t].setting, right->trials[t].setting);
        ck_assert_uint_eq(left->trials[t].seed, right->trials[t].seed);
        ck_assert_uint_eq(left->trials[t].until, right->trials[t].until);
    }
}

/* The best rate of a batch size: far from where the search begins for small ones. */
static double best_rate(double batch)
{
    return 0.013 * batch / (1.0 + batch / 100.0);
}

/* Octaves between a trial's rate and the best. */
static double octaves_off(const struct study *study, size_t trial)
{
    size_t setting = study->trials[trial].setting;
    double batch = strtod(study->settings[setting].values[0], NULL);
    return log2(rate_of(study, setting) / best_rate(batch));
}

/* A parabola over the logarithm; far above the best it diverges. */
static struct study_outcome parabola(const struct study *study, size_t trial)
{
    double off = octaves_off(study, trial);
    struct study_outcome outcome =
        study_no_outcome(off > 2.6 ? STUDY_TRIAL_FAILED : STUDY_TRIAL_DONE);
    outcome.validation_loss = 0.1 + off * off;
    return outcome;
}

/* The same of the samples to a target, which is not reached where the rate is far off. */
static struct study_outcome to_target(const struct study *study, size_t trial)
{
    double off = octaves_off(study, trial);
    struct study_outcome outcome = parabola(study, trial);
    bool reached = outcome.state == STUDY_TRIAL_DONE && fabs(off) < 1.8;
    outcome.target_samples = reached ? 1000.0 * (1.0 + off * off) : NAN;
    outcome.validation_accuracy = 0.95 - 0.01 * fabs(off);
    return outcome;
}

static struct study_outcome failing(const struct study *study, size_t trial)
{
    (void)study;
    (void)trial;
    return study_no_outcome(STUDY_TRIAL_FAILED);
}

static struct study_outcome level(const struct study *study, size_t trial)
{
    (void)study;
    (void)trial;
    struct study_outcome outcome = study_no_outcome(STUDY_TRIAL_DONE);
    outcome.validation_loss = 0.5;
    return outcome;
}

static struct study_outcome falling(const struct study *study, size_t trial)
{
    struct study_outcome outcome = study_no_outcome(STUDY_TRIAL_DONE);
    outcome.validation_loss = 1.0 / rate_of(study, study->trials[trial].setting);
    return outcome;
}

/* A grid of √2 has a rate within a quarter of an octave of the best; rates have three digits. */
static void assert_best(const struct study *study, size_t setting)
{
    double batch = strtod(study->settings[setting].values[0], NULL);
    ck_assert_double_le(fabs(log2(rate_of(study, setting) / best_rate(batch))), 0.26);
}

/* Neither the lowest nor the highest rate that was tried. */
static void assert_inside(const struct study *study, size_t setting)
{
    size_t lower = 0, higher = 0;
    for (size_t s = 0; s < study->setting_count; s++) {
        bool line = study->settings[s].tuning &&
                    study->settings[s].combination == study->settings[setting].combination;
        lower += line && rate_of(study, s) < rate_of(study, setting);
        higher += line && rate_of(study, s) > rate_of(study, setting);
    }
    ck_assert_uint_gt(lower, 0);
    ck_assert_uint_gt(higher, 0);
}

START_TEST(tuning_finds_the_best_rate_of_each_batch)
{
    train *const trainings[] = {parabola, to_target};
    struct study *study = make_study(STUDY_LR_TUNE, 3);
    study->options.training.options.target_accuracy = _i == 1 ? 0.9 : 0.0;
    run(study, trainings[_i], ALL);
    size_t reported = 0;
    for (size_t s = 0; s < study->setting_count; s++) {
        if (!study->settings[s].tuning) {
            assert_best(study, s);
            assert_inside(study, s);
            reported++;
        }
    }
    ck_assert_uint_eq(reported, BATCHES);
    free_study(study);
}
END_TEST

START_TEST(seeds_of_tuning_are_not_those_that_are_reported)
{
    struct study *study = make_study(STUDY_LR_TUNE, 3);
    study->options.tune_seeds = 2;
    run(study, parabola, ALL);
    for (size_t t = 0; t < study->trial_count; t++) {
        bool tuning = study->settings[study->trials[t].setting].tuning;
        ck_assert_str_eq(study_trial_purpose(study, t), tuning ? "tuning" : "reported");
        ck_assert_int_eq(study->trials[t].seed > 3, tuning);
        ck_assert_uint_le(study->trials[t].seed, 5);
    }
    free_study(study);
}
END_TEST

START_TEST(the_list_does_not_depend_on_the_order_of_outcomes)
{
    struct study *all = make_study(STUDY_LR_TUNE, 2), *other = make_study(STUDY_LR_TUNE, 2);
    run(all, parabola, ALL);
    run(other, parabola, _i == 0 ? SOME : ONE_FROM_BEHIND);
    assert_same_list(all, other);
    free_study(all);
    free_study(other);
}
END_TEST

/* Where no rate is good, or none better than the lowest or the highest, tuning ends all the same:
 * a thousand times from its start, or at the limits. */
START_TEST(tuning_comes_to_an_end)
{
    train *const trainings[] = {failing, level, falling};
    struct study *study = make_study(STUDY_LR_TUNE, 1);
    run(study, trainings[_i], ALL);
    for (size_t s = 0; s < study->setting_count; s++) {
        double start = 0.1 * sqrt(strtod(study->settings[s].values[0], NULL) / 32.0);
        double off = fabs(log2(rate_of(study, s) / start));
        ck_assert_double_le(off, 10.01);
        ck_assert(study->settings[s].tuning || off > 9.9);
    }
    free_study(study);
}
END_TEST

/* Rates by a rule from the one of batch 32, which is tuned, or given. */
START_TEST(rates_are_scaled_from_one)
{
    int rule = _i % 2 == 0 ? STUDY_LR_LINEAR : STUDY_LR_SQRT;
    bool given = _i >= 2;
    struct study *study = make_study(rule, 1);
    study->options.training.options.lr = given ? 0.1 : OPTION_AUTO;
    run(study, parabola, ALL);
    double base = NAN;
    for (size_t s = 0; s < study->setting_count; s++) {
        bool reported = !study->settings[s].tuning;
        ck_assert(reported || (!given && strcmp(study->settings[s].values[0], "32") == 0));
        base = reported && study->settings[s].combination == 1 ? rate_of(study, s) : base;
    }
    ck_assert(given ? base == 0.1 : fabs(log2(base / best_rate(32.0))) <= 0.26);
    for (size_t s = 0; s < study->setting_count; s++) {
        if (!study->settings[s].tuning) {
            double ratio = strtod(study->settings[s].values[0], NULL) / 32.0;
            double expected = base * (rule == STUDY_LR_LINEAR ? ratio : sqrt(ratio));
            ck_assert_double_eq_tol(rate_of(study, s) / expected, 1.0, 1e-5);
        }
    }
    free_study(study);
}
END_TEST

/* What a later call asks for stands behind what there is. */
START_TEST(more_settings_and_seeds_stand_behind)
{
    struct study *study = make_study(STUDY_LR_AS_GIVEN, 2);
    study->axis_count = 1;
    study->stages[0].combinations = 2;
    study->stages[1] = (struct study_stage){0, 2, BATCHES};
    study->stages[2] = (struct study_stage){0, 3, BATCHES};
    study->stage_count = 3;
    ck_assert_int_eq(study_plan(study), DONE);
    const struct study_trial expected[] = {
        {0, 1, 0, 0}, {0, 2, 0, 0}, {1, 1, 0, 0}, {1, 2, 0, 0}, {2, 1, 0, 0}, {2, 2, 0, 0},
        {3, 1, 0, 0}, {3, 2, 0, 0}, {0, 3, 0, 0}, {1, 3, 0, 0}, {2, 3, 0, 0}, {3, 3, 0, 0},
    };
    ck_assert_uint_eq(study->trial_count, TEST_COUNT(expected));
    for (size_t t = 0; t < study->trial_count; t++) {
        ck_assert_uint_eq(study->trials[t].setting, expected[t].setting);
        ck_assert_uint_eq(study->trials[t].seed, expected[t].seed);
    }
    ck_assert(study->complete);
    free_study(study);
}
END_TEST

enum { HALVED = 27, EPOCHS = 30 };

/* Settings that are better the nearer to 13 they are; setting 13 itself fails in its third epoch.
 */
static double loss_of(const struct study *study, size_t trial, uint64_t epoch)
{
    double off = (double)study->trials[trial].setting - 13.0;
    return 1.0 / (double)epoch + 0.01 * fabs(off) + 0.001 * (off > 0.0);
}

static struct study_outcome halved(const struct study *study, size_t trial)
{
    uint64_t until = study->trials[trial].until > 0 ? study->trials[trial].until : EPOCHS;
    bool fails = study->trials[trial].setting == 13 && until >= 3;
    uint64_t last = fails ? 2 : until;
    struct study_outcome outcome = study_no_outcome(fails ? STUDY_TRIAL_FAILED : STUDY_TRIAL_DONE);
    for (size_t r = 0; r < halving_rungs(study); r++) {
        bool known = halving_epoch(study, r) <= last;
        outcome.rungs[r] = known ? loss_of(study, trial, halving_epoch(study, r)) : NAN;
    }
    return outcome;
}

static struct study *make_halving(void)
{
    struct study *study = calloc(1, sizeof *study);
    study->options.halving = 3;
    study->options.training.options.epochs = EPOCHS;
    study->first_seed = 1;
    study->stages[study->stage_count++] = (struct study_stage){0, 2, HALVED};
    study->combinations = calloc(HALVED, sizeof *study->combinations);
    for (size_t c = 0; c < HALVED; c++) {
        study->combinations[c].values = calloc(1, sizeof(char *));
    }
    study->combination_count = HALVED;
    return study;
}

/* How many settings pause at an epoch. */
static size_t count_until(const struct study *study, uint64_t until)
{
    size_t count = 0;
    for (size_t t = 0; t < study->trial_count; t++) {
        count += study->trials[t].until == until;
    }
    return count / 2;
}

START_TEST(a_third_goes_on_to_three_times_as_many_epochs)
{
    struct study *study = make_halving();
    run(study, halved, ALL);
    ck_assert_uint_eq(halving_rungs(study), 4);
    ck_assert_uint_eq(count_until(study, 1), 18);
    ck_assert_uint_eq(count_until(study, 3), 6);
    ck_assert_uint_eq(count_until(study, 10), 2);
    ck_assert_uint_eq(count_until(study, 0), 1);
    /* Of 12 and 14, which come first once 13 has failed, 12 is better. */
    ck_assert_uint_eq(study->trials[2 * 12].until, 0);
    ck_assert_uint_eq(study->trials[2 * 13].until, 3);
    free_study(study);
}
END_TEST

/* A process that finds all outcomes there plans what those did that trained. */
START_TEST(halving_is_planned_alike_from_what_is_there)
{
    struct study *all = make_halving(), *other = make_halving(), *late = make_halving();
    run(all, halved, ALL);
    run(other, halved, SOME);
    assert_same_list(all, other);
    ck_assert_int_eq(study_plan(late), DONE);
    for (size_t t = 0; t < late->trial_count; t++) {
        memcpy(late->outcomes[t].rungs, all->outcomes[t].rungs, sizeof late->outcomes[t].rungs);
        late->outcomes[t].state = all->outcomes[t].state;
    }
    run(late, halved, ALL);
    assert_same_list(all, late);
    free_study(all);
    free_study(other);
    free_study(late);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(tuning_finds_the_best_rate_of_each_batch, 2),
        TEST_CASE(seeds_of_tuning_are_not_those_that_are_reported),
        TEST_LOOP(the_list_does_not_depend_on_the_order_of_outcomes, 2),
        TEST_LOOP(tuning_comes_to_an_end, 3),
        TEST_LOOP(rates_are_scaled_from_one, 4),
        TEST_CASE(more_settings_and_seeds_stand_behind),
        TEST_CASE(a_third_goes_on_to_three_times_as_many_epochs),
        TEST_CASE(halving_is_planned_alike_from_what_is_there),
    };
    return run_tests("plan", cases, TEST_COUNT(cases));
}

/*
 * The law of a study: which settings it goes through, its regions, and its learning rates.
 */
#include "cli/sweep/law.h"
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCHES = 12, SEEDS = 3, HIDDEN = 2, SETTINGS = BATCHES * HIDDEN };

/* Batch sizes 1 to 2,048 with two networks, whose laws are exact; seeds are one percent around
 * them. */
struct made {
    struct study study;
    struct study_setting settings[SETTINGS];
    struct study_trial trials[SETTINGS * SEEDS];
    struct study_outcome outcomes[SETTINGS * SEEDS];
    char texts[SETTINGS][3][32];
    char *values[SETTINGS][3];
    struct study_summaries summaries;
    struct study_laws laws;
};

static const double CRITICAL[HIDDEN] = {64.0, 640.0}, LEAST = 250.0;

static void make_setting(struct made *made, size_t s)
{
    size_t network = s % HIDDEN;
    double batch = ldexp(1.0, (int)(BATCHES - 1 - s / HIDDEN)); /* the largest first */
    snprintf(made->texts[s][0], sizeof made->texts[s][0], "%.0f", batch);
    snprintf(made->texts[s][1], sizeof made->texts[s][1], "%zu", 16 + 16 * network);
    snprintf(made->texts[s][2], sizeof made->texts[s][2], "%.15g",
             0.01 * pow(batch, network == 0 ? 0.5 : 1.0));
    for (size_t a = 0; a < 3; a++) {
        made->values[s][a] = made->texts[s][a];
    }
    made->settings[s].values = made->values[s];
    for (size_t i = 0; i < SEEDS; i++) {
        size_t t = s * SEEDS + i;
        double off = 1.0 + 0.01 * ((double)i - 1.0);
        made->trials[t] = (struct study_trial){.setting = s, .seed = 1 + i};
        made->outcomes[t] = (struct study_outcome){
            .state = STUDY_TRIAL_DONE,
            .target_steps = LEAST * (1.0 + CRITICAL[network] / batch) * off,
            .target_samples = LEAST * (batch + CRITICAL[network]) * off,
            .target_epochs = NAN,
            .validation_accuracy = NAN,
            .validation_r2 = NAN,
            .validation_loss = NAN,
            .validation_rmse = NAN,
        };
    }
}

static void make(struct made *made)
{
    memset(made, 0, sizeof *made);
    for (size_t s = 0; s < SETTINGS; s++) {
        make_setting(made, s);
    }
    made->study = (struct study){
        .options = {.training.options.target_accuracy = 0.9, .lr_rule = STUDY_LR_TUNE},
        .axes = {{.option = "batch", .count = BATCHES},
                 {.option = "hidden", .count = HIDDEN},
                 {.option = "lr", .derived = true}},
        .axis_count = 3,
        .settings = made->settings,
        .setting_count = SETTINGS,
        .trials = made->trials,
        .outcomes = made->outcomes,
        .trial_count = SETTINGS * SEEDS,
    };
}

static void find(struct made *made)
{
    ck_assert_int_eq(study_summarise(&made->summaries, &made->study), DONE);
    ck_assert_int_eq(study_laws_find(&made->laws, &made->study, &made->summaries), DONE);
}

static void unmake(struct made *made)
{
    study_laws_free(&made->laws);
    study_summaries_free(&made->summaries);
}

#define ck_assert_close(found, expected) ck_assert_double_le(fabs((found) / (expected)-1.0), 1e-6)

START_TEST(a_law_for_each_network_through_its_batch_sizes)
{
    static struct made made;
    static const char *const names[HIDDEN] = {"hidden 16", "hidden 32"};
    make(&made);
    find(&made);
    ck_assert_uint_eq(made.laws.count, HIDDEN);
    for (size_t l = 0; l < HIDDEN; l++) {
        const struct study_law *law = &made.laws.rows[l];
        ck_assert_str_eq(law->name, names[l]);
        ck_assert_uint_eq(law->count, BATCHES);
        ck_assert_uint_eq(law->points, BATCHES);
        ck_assert_double_eq(law->settings[0]->batch, 1.0);
        ck_assert_double_eq(law->settings[BATCHES - 1]->batch, 2048.0);
        ck_assert_close(law->batch.value, CRITICAL[l]);
        ck_assert_close(law->steps.value, LEAST);
        ck_assert_close(law->samples.value, LEAST * CRITICAL[l]);
        ck_assert_double_le(law->batch.low, CRITICAL[l]);
        ck_assert_double_ge(law->batch.high, CRITICAL[l]);
        ck_assert_double_ge(law->r2, 1.0 - 1e-9);
        ck_assert_double_le(law->deviation, 1e-6);
        ck_assert_close(study_law_steps(law, 100.0), LEAST * (1.0 + CRITICAL[l] / 100.0));
    }
    unmake(&made);
}
END_TEST

/* Doubling saves half of B_crit / (B + B_crit): with B_crit 64 it is 0.47 at 4, 0.44 at 8, 0.056 at
 * 512 and 0.029 at 1,024. */
START_TEST(regions_are_where_doubling_saves_so_much)
{
    static struct made made;
    make(&made);
    find(&made);
    const struct study_law *law = &made.laws.rows[0];
    ck_assert_double_eq(law->seen[STUDY_PERFECT], 4.0);
    ck_assert_double_eq(law->seen[STUDY_MAXIMAL], 1024.0);
    ck_assert_int_eq(study_law_region(law, 4.0), STUDY_PERFECT);
    ck_assert_int_eq(study_law_region(law, 8.0), STUDY_DIMINISHING);
    ck_assert_int_eq(study_law_region(law, 512.0), STUDY_DIMINISHING);
    ck_assert_int_eq(study_law_region(law, 1024.0), STUDY_MAXIMAL);
    ck_assert_double_eq(made.laws.rows[1].seen[STUDY_PERFECT], 64.0);
    ck_assert_double_eq(made.laws.rows[1].seen[STUDY_MAXIMAL], 0.0);
    unmake(&made);
}
END_TEST

START_TEST(tuned_learning_rates_have_their_exponent)
{
    static struct made made;
    make(&made);
    find(&made);
    for (size_t l = 0; l < HIDDEN; l++) {
        const struct study_law *law = &made.laws.rows[l];
        double expected = l == 0 ? 0.5 : 1.0;
        ck_assert_close(law->exponent, expected);
        ck_assert_close(law->exponents[STUDY_PERFECT], expected);
        ck_assert_close(law->exponents[STUDY_DIMINISHING], expected);
        ck_assert(isnan(law->exponents[STUDY_MAXIMAL])); /* two batch sizes, and none */
    }
    unmake(&made);
    made.study.options.lr_rule = STUDY_LR_SQRT;
    find(&made);
    ck_assert(isnan(made.laws.rows[0].exponent));
    unmake(&made);
}
END_TEST

/* Of a setting that two in three runs did not reach there is no median, and without it no point. */
START_TEST(batch_sizes_that_do_not_get_there_are_no_points)
{
    static struct made made;
    make(&made);
    for (size_t t = 0; t < SEEDS * SETTINGS; t++) {
        if (made.trials[t].setting % HIDDEN == 0 && t % SEEDS > 0 &&
            made.trials[t].setting >= 2 * HIDDEN) {
            made.outcomes[t].target_steps = made.outcomes[t].target_samples = NAN;
        }
    }
    find(&made);
    const struct study_law *law = &made.laws.rows[0];
    ck_assert_uint_eq(law->count, BATCHES);
    ck_assert_uint_eq(law->points, 2);
    ck_assert(!study_law_fits(law) && isnan(law->steps.value));
    ck_assert(study_law_fits(&made.laws.rows[1]));
    unmake(&made);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_law_for_each_network_through_its_batch_sizes),
        TEST_CASE(regions_are_where_doubling_saves_so_much),
        TEST_CASE(tuned_learning_rates_have_their_exponent),
        TEST_CASE(batch_sizes_that_do_not_get_there_are_no_points),
    };
    return run_tests("law", cases, TEST_COUNT(cases));
}

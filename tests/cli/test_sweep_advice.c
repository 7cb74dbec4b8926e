/*
 * Which setting a study chooses and what it recommends, for made-up outcomes.
 */
#include "cli/sweep/report.h"
#include "harness.h"

#include <math.h>
#include <string.h>

enum { SETTINGS = 3, SEEDS = 5, TRIALS = SETTINGS * SEEDS };

/* A study of three batch sizes over five seeds. */
struct made {
    struct study study;
    struct study_setting settings[SETTINGS];
    struct study_trial trials[TRIALS];
    struct study_outcome outcomes[TRIALS];
    char *values[SETTINGS][2];
    struct study_report report;
};

static char batches[SETTINGS][4] = {"16", "64", "128"},
            rates[SETTINGS][5] = {"0.05", "0.12", "0.2"};

static void make(struct made *made)
{
    memset(made, 0, sizeof *made);
    for (size_t s = 0; s < SETTINGS; s++) {
        made->values[s][0] = batches[s];
        made->values[s][1] = rates[s];
        made->settings[s].values = made->values[s];
    }
    for (size_t t = 0; t < TRIALS; t++) {
        made->trials[t] = (struct study_trial){.setting = t / SEEDS, .seed = 1 + t % SEEDS};
        made->outcomes[t] = (struct study_outcome){
            .state = STUDY_TRIAL_DONE,
            .validation_loss = 0.1,
            .validation_accuracy = 0.97,
            .validation_rmse = NAN,
            .validation_r2 = NAN,
            .target_steps = NAN,
            .target_samples = NAN,
            .target_epochs = NAN,
        };
    }
    made->study.axes[0] = (struct study_axis){.option = "batch", .count = SETTINGS};
    made->study.axes[1] = (struct study_axis){.option = "lr", .count = SETTINGS};
    made->study.axis_count = 2;
    made->study.options.lr_rule = STUDY_LR_TUNE;
    made->study.seed_count = SEEDS;
    made->study.settings = made->settings;
    made->study.setting_count = SETTINGS;
    made->study.trials = made->trials;
    made->study.outcomes = made->outcomes;
    made->study.trial_count = TRIALS;
    made->study.complete = true;
}

/* Samples to the target: each setting's median, and its seeds at so many hundredths around it. */
static void reach(struct made *made, size_t setting, double samples, double hundredths)
{
    static const double off[SEEDS] = {0.3, -1.0, 0.0, 1.0, -0.4};
    for (size_t i = 0; i < SEEDS; i++) {
        struct study_outcome *outcome = &made->outcomes[setting * SEEDS + i];
        outcome->target_samples = samples * (1.0 + hundredths / 100.0 * off[i]);
        outcome->target_steps = outcome->target_samples / (double)(16 << setting);
        outcome->target_epochs = outcome->target_samples / 60000.0;
    }
}

static const char *advice(struct made *made, const double speeds[SETTINGS])
{
    struct study_report *report = &made->report;
    report->study = &made->study;
    ck_assert_int_eq(study_summarise(&report->summaries, &made->study), DONE);
    for (size_t s = 0; speeds != NULL && s < SETTINGS; s++) {
        struct study_summary *row = &report->summaries.rows[s];
        row->speed = row->speed_low = row->speed_high = speeds[s];
        row->seconds = row->samples;
        row->seconds.median /= speeds[s];
        row->seconds.low /= speeds[s];
        row->seconds.high /= speeds[s];
    }
    ck_assert_int_eq(study_laws_find(&report->laws, &made->study, &report->summaries), DONE);
    report->chosen = study_choose(&report->summaries);
    ck_assert_int_eq(report_find_rivals(report), DONE);
    report_recommend(report);
    return report->advice;
}

static void unmake(struct made *made)
{
    study_rivals_free(&made->report.rivals);
    study_rivals_free(&made->report.accuracies);
    study_laws_free(&made->report.laws);
    study_summaries_free(&made->report.summaries);
}

START_TEST(the_fastest_to_the_target_with_those_that_tie_and_the_next)
{
    static struct made made;
    make(&made);
    made.study.options.training.options.target_accuracy = 0.97;
    reach(&made, 0, 20000.0, 3.0);
    reach(&made, 1, 30000.0, 3.0);
    reach(&made, 2, 45000.0, 3.0);
    for (size_t t = 2 * SEEDS; t < TRIALS; t++) { /* not seed by seed as the others are */
        made.outcomes[t].target_samples = 45000.0 * (1.0 + 0.01 * (double)((t * 7) % 5 - 2));
    }
    const double speeds[SETTINGS] = {10e3, 30e3, 45e3};
    ck_assert_str_eq(
        advice(&made, speeds),
        "batch 64 with learning rate 0.12 reaches 97 % in 1.00 s (0.970 to 1.03); "
        "twice as fast as batch 16; as fast as batch 128 within the noise, as accurate "
        "as any");
    ck_assert_int_eq(made.report.chosen.measure, STUDY_BY_SECONDS);
    ck_assert_uint_eq(made.report.chosen.among, 3);
    unmake(&made);
}
END_TEST

START_TEST(without_speeds_the_fewest_samples)
{
    static struct made made;
    make(&made);
    made.study.options.training.options.target_loss = 0.2;
    reach(&made, 0, 20000.0, 1.0);
    reach(&made, 1, 30000.0, 1.0);
    reach(&made, 2, 60000.0, 1.0);
    ck_assert_str_eq(
        advice(&made, NULL),
        "batch 16 with learning rate 0.05 reaches a validation loss of 0.2 with 20,000 "
        "samples (19,800 to 20,200); batch 64 takes 1.5 times as many, as accurate as "
        "any");
    unmake(&made);
}
END_TEST

/* A setting that one seed does not reach is not chosen, however fast the others are. */
START_TEST(all_seeds_have_to_get_there)
{
    static struct made made;
    make(&made);
    made.study.options.training.options.target_accuracy = 0.9;
    reach(&made, 0, 1000.0, 1.0);
    reach(&made, 2, 9000.0, 1.0);
    made.outcomes[3].target_steps = made.outcomes[3].target_samples = NAN;
    const char *said = advice(&made, (const double[]){1e4, 1e4, 1e4});
    ck_assert_ptr_nonnull(strstr(said, "batch 128 with learning rate 0.2 reaches 90 % in 0.900 s"));
    unmake(&made);
}
END_TEST

START_TEST(no_setting_with_all_seeds_there_and_none_with_any)
{
    static struct made made;
    make(&made);
    made.study.options.training.options.target_accuracy = 0.9;
    reach(&made, 1, 1000.0, 1.0);
    made.outcomes[5].target_steps = made.outcomes[5].target_samples = NAN;
    ck_assert_str_eq(advice(&made, NULL), "no setting reached 90 % in all runs; the most was 4 of "
                                          "5, by batch 64 with learning rate 0.12");
    unmake(&made);
    make(&made);
    made.study.options.training.options.target_accuracy = 0.99;
    made.study.options.training.options.epochs = 20;
    for (size_t t = 0; t < TRIALS; t++) {
        made.outcomes[t].validation_accuracy = t / SEEDS == 1 ? 0.962 : 0.95;
    }
    ck_assert_str_eq(advice(&made, NULL),
                     "no setting reached 99 % within 20 epochs; the best, batch 64 with learning "
                     "rate 0.12, came to 96.20 ± 0.00 %");
    unmake(&made);
}
END_TEST

/* The best mean of all: of nine tenths of the seeds' scatter the paired test sees through. */
START_TEST(without_a_target_the_best_mean_and_its_ties)
{
    static const double seeds[SEEDS] = {0.004, -0.003, 0.001, -0.004, 0.002};
    static const double own[SEEDS] = {0.002, -0.004, 0.003, -0.002, 0.001};
    static struct made made;
    make(&made);
    for (size_t i = 0; i < SEEDS; i++) {
        made.outcomes[i].validation_accuracy = 0.950 + seeds[i];
        made.outcomes[SEEDS + i].validation_accuracy = 0.952 + seeds[i] + 0.1 * own[i];
        made.outcomes[2 * SEEDS + i].validation_accuracy = 0.9515 + own[i];
    }
    ck_assert_str_eq(advice(&made, NULL),
                     "batch 64 with learning rate 0.12 is the best on the validation samples, with "
                     "95.20 ± 0.36 % over 5 seeds; as good as batch 128 within the noise");
    ck_assert(made.report.rivals.rows[0].differs && !made.report.rivals.rows[1].differs);
    unmake(&made);
}
END_TEST

/* Two runs of each setting: variances of 2e-4 with one degree of freedom each, together three. R:
 * 2 * 2 * pt(-c(0.04, 0.15) / sqrt(2 * 2e-4 / 2), 3), times two for two settings beside the best.
 */
START_TEST(few_runs_share_their_noise)
{
    static const double accuracies[2 * SETTINGS] = {0.95, 0.97, 0.91, 0.93, 0.80, 0.82};
    static struct made made;
    make(&made);
    for (size_t t = 0; t < 2 * SETTINGS; t++) {
        made.trials[t] = (struct study_trial){.setting = t / 2, .seed = 1 + t % 2};
        made.outcomes[t].validation_accuracy = accuracies[t];
    }
    made.study.trial_count = 2 * SETTINGS;
    made.study.seed_count = 2;
    ck_assert_str_eq(advice(&made, NULL),
                     "batch 16 with learning rate 0.05 is the best on the validation samples, with "
                     "96.00 ± 1.41 % over 2 seeds; as good as batch 64 within the noise");
    const struct study_rival *rivals = made.report.rivals.rows;
    ck_assert_double_le(fabs(rivals[0].p - 0.132551205483), 1e-8);
    ck_assert_double_le(fabs(rivals[1].p - 0.0035813460333), 1e-8);
    unmake(&made);
}
END_TEST

START_TEST(failed_and_missing_trials)
{
    static struct made made;
    make(&made);
    for (size_t t = 0; t < TRIALS; t++) {
        made.outcomes[t].state = STUDY_TRIAL_FAILED;
    }
    ck_assert_str_eq(advice(&made, NULL), "no trial has a result");
    unmake(&made);
    made.outcomes[0].state = STUDY_TRIAL_DONE; /* the best, of which the others failed */
    made.outcomes[0].validation_accuracy = 0.99;
    for (size_t t = SEEDS; t < 2 * SEEDS; t++) {
        made.outcomes[t].state = STUDY_TRIAL_DONE;
    }
    ck_assert_ptr_nonnull(strstr(advice(&made, NULL), "batch 64"));
    ck_assert_double_eq(made.report.summaries.rows[0].failed, 4.0);
    unmake(&made);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(the_fastest_to_the_target_with_those_that_tie_and_the_next),
        TEST_CASE(without_speeds_the_fewest_samples),
        TEST_CASE(all_seeds_have_to_get_there),
        TEST_CASE(no_setting_with_all_seeds_there_and_none_with_any),
        TEST_CASE(without_a_target_the_best_mean_and_its_ties),
        TEST_CASE(few_runs_share_their_noise),
        TEST_CASE(failed_and_missing_trials),
    };
    return run_tests("sweep_advice", cases, TEST_COUNT(cases));
}

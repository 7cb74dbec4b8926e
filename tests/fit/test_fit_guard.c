/*
 * What is not finite or explodes: noticed under every loss's own definition, and led back from.
 */
#include "fit/fitted.h"
#include "scratch.h"

/* What the event function has seen, and whether it stops there. */
struct seen {
    int alarms, recoveries;
    bool stops;
};

static bool note(void *context, descent_fit *fit, descent_event event)
{
    struct seen *seen = context;
    seen->alarms += event == DESCENT_EVENT_ALARM;
    seen->recoveries += event == DESCENT_EVENT_RECOVERY;
    if (event == DESCENT_EVENT_ALARM) {
        ck_assert_int_eq(descent_fit_save(fit, scratch_path("alarm"), NULL), DESCENT_ERROR_INVALID);
    } else if (event == DESCENT_EVENT_RECOVERY) {
        ck_assert_ok(descent_fit_save(fit, scratch_path("recovery"), NULL));
    }
    return !seen->stops || event != DESCENT_EVENT_RECOVERY;
}

/* Losses that are each other's multiples, and others; labels or targets. */
static const float heavy[CLASSES] = {256.0f, 256.0f, 256.0f};
static const float light[CLASSES] = {1.0f / 1024, 1.0f / 1024, 1.0f / 1024};
static const float uneven[CLASSES] = {8.0f, 0.25f, 1.0f};

static const struct objective {
    descent_loss loss;
    bool labels;
    bool scaled; /* the first one, times a power of two: the same bits come out */
} objectives[] = {
    {{.kind = DESCENT_LOSS_CROSS_ENTROPY}, true, true},
    {{.kind = DESCENT_LOSS_CROSS_ENTROPY, .class_weights = heavy}, true, true},
    {{.kind = DESCENT_LOSS_CROSS_ENTROPY, .class_weights = light}, true, true},
    {{.kind = DESCENT_LOSS_CROSS_ENTROPY, .class_weights = uneven}, true, false},
    {{.kind = DESCENT_LOSS_CROSS_ENTROPY, .label_smoothing = 0.2}, true, false},
    {{.kind = DESCENT_LOSS_CROSS_ENTROPY, .label_smoothing = 0.2, .class_weights = uneven},
     true,
     false},
    {{.kind = DESCENT_LOSS_MSE}, true, false},
    {{.kind = DESCENT_LOSS_MSE}, false, false},
};

static descent_fit_config guarded_config(const struct objective *objective, double rate)
{
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    config.trainer.loss = objective->loss;
    config.trainer.batch = 4;
    config.schedule.kind = DESCENT_SCHEDULE_CONSTANT;
    config.schedule.lr = rate;
    config.epochs = 5;
    return config;
}

/* A training that goes well passes, and one that is far off is stopped, whatever the loss. */
START_TEST(every_loss_is_guarded_by_its_own_measure)
{
    struct fitted_data data;
    fitted_data_create(&data, objectives[_i].labels);
    descent_fit_config config = guarded_config(&objectives[_i], 0.02);
    config.loss_limit = 3.0;
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    descent_fit_destroy(fit);

    config = guarded_config(&objectives[_i], objectives[_i].labels ? 1e4 : 30.0);
    fit = fitted_create(&data, 0, &config);
    ck_assert_int_eq(descent_fit_run(fit, NULL), DESCENT_ERROR_DIVERGED);
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_EXPLODED);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "the loss explodes"));
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

/* Weights that are all the same change nothing, not even when the guard steps in. */
START_TEST(a_scale_of_the_weights_changes_nothing)
{
    struct fitted_data data;
    uint64_t steps[3];
    double means[3];
    size_t found = 0;
    fitted_data_create(&data, true);
    for (size_t o = 0; o < TEST_COUNT(objectives); o++) {
        if (objectives[o].scaled) {
            descent_fit_config config = guarded_config(&objectives[o], 30.0);
            config.loss_limit = 4.0;
            descent_fit *fit = fitted_create(&data, 5, &config);
            ck_assert_int_eq(descent_fit_run(fit, NULL), DESCENT_ERROR_DIVERGED);
            steps[found] = descent_trainer_steps(descent_fit_trainer(fit));
            means[found++] = descent_fit_progress(fit)->loss_mean;
            descent_fit_destroy(fit);
        }
    }
    ck_assert_uint_eq(found, 3);
    for (size_t i = 1; i < found; i++) {
        ck_assert_uint_eq(steps[i], steps[0]);
        ck_assert_double_eq(means[i], means[0]);
    }
    fitted_data_destroy(&data);
}
END_TEST

/* The limit is a multiple of what guessing has, where the untrained network has less: one that was
 * trained before may get worse. */
START_TEST(a_network_that_knows_is_measured_by_guessing)
{
    struct fitted_data data;
    fitted_data_create(&data, false);
    descent_fit_config config = guarded_config(&objectives[TEST_COUNT(objectives) - 1], 0.02);
    config.epochs = 1;
    config.loss_limit = 0.9; /* of the variance, 2.25 or so; the start's is far below */
    descent_model *model = fitted_model(FEATURES, 0, 1);
    for (size_t i = 0; i < FEATURES; i++) {
        descent_model_parameters(model)[i] = 1.0f / FEATURES;
    }
    descent_fit *fit;
    ck_assert_ok(descent_fit_create(&fit, model, data.train, NULL, &config));
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_double_lt(descent_fit_progress(fit)->start_loss, 0.5);
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    fitted_data_destroy(&data);
}
END_TEST

/* As if the training had begun with the lower learning rate: of the epochs that failed nothing is
 * left, whether the event function stops at each recovery or not. */
START_TEST(a_recovery_leaves_no_trace)
{
    struct fitted_data data;
    struct seen seen = {.stops = _i == 1};
    fitted_data_create(&data, true);
    descent_fit_config config = guarded_config(&objectives[0], 100.0);
    config.trainer.optimizer.kind = DESCENT_OPTIMIZER_ADAM;
    config.trainer.dropout = 0.2;
    config.loss_limit = 2.0;
    config.recoveries = 5;
    config.watch = note;
    config.context = &seen;
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    while (descent_fit_stopped(fit) == DESCENT_STOP_INTERRUPTED) {
        ck_assert_uint_eq(descent_fit_progress(fit)->part.samples, 0);
        ck_assert_ok(descent_fit_run(fit, NULL));
    }
    uint64_t recoveries = descent_fit_progress(fit)->recoveries;
    ck_assert_uint_gt(recoveries, 0);
    ck_assert_int_eq(seen.recoveries, (int)recoveries);
    ck_assert_int_eq(seen.alarms, (int)recoveries);
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_EPOCHS);

    config.schedule.lr = descent_fit_figures(fit)->learning_rate;
    descent_fit *low = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(low, NULL));
    ck_assert_uint_eq(descent_fit_progress(low)->recoveries, 0);
    ck_assert(fitted_same(descent_fit_best(fit), descent_fit_best(low)));
    ck_assert(fitted_same(descent_fit_model(fit), descent_fit_model(low)));
    descent_fit_destroy(fit);
    descent_fit_destroy(low);
    fitted_data_destroy(&data);
}
END_TEST

/* After the last recovery the fit is over: it neither trains nor saves. */
START_TEST(recoveries_are_bounded)
{
    struct fitted_data data;
    struct seen seen = {0};
    char said[1024];
    fitted_data_create(&data, true);
    descent_fit_config config = guarded_config(&objectives[0], 1e30);
    config.recoveries = 2;
    config.watch = note;
    config.context = &seen;
    descent_fit *fit = fitted_create(&data, 5, &config);
    descent_model *start = fitted_model(FEATURES, 5, CLASSES);
    ck_assert_int_eq(descent_fit_epoch(fit), DESCENT_ERROR_DIVERGED);
    snprintf(said, sizeof said, "%s", descent_last_error());
    ck_assert_ptr_nonnull(strstr(said, "epoch 1, step "));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_EXPLODED);
    ck_assert_int_eq(seen.alarms, 3);
    ck_assert_int_eq(seen.recoveries, 2);
    ck_assert_int_eq(descent_fit_epoch(fit), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), said));
    ck_assert_int_eq(descent_fit_save(fit, scratch_path("failed"), NULL), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), said));
    ck_assert(fitted_same(descent_fit_best(fit), start));
    ck_assert(fitted_same(descent_fit_model(fit), start));

    /* The recovery was saved: who loads it goes on from there, with a rate of his own. */
    config.schedule.lr = 0.05;
    descent_fit *again = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_load(again, scratch_path("recovery")));
    ck_assert_uint_eq(descent_fit_progress(again)->recoveries, 0);
    ck_assert_ok(descent_fit_run(again, NULL));
    descent_fit_destroy(again);
    descent_model_destroy(start);
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

/* All steps are finite, but one validation sample is so large that the trained weights overflow on
 * it: nothing of the epoch is kept. */
START_TEST(an_evaluation_that_is_not_finite)
{
    struct fitted_data data;
    struct seen seen = {0};
    fitted_data_create(&data, true);
    data.features[TRAIN * FEATURES] = 3e38f;
    data.features[TRAIN * FEATURES + 1] = -3e38f;
    descent_fit_config config = guarded_config(&objectives[0], 10.0);
    config.loss_limit = 0.0;
    config.recoveries = (uint64_t)_i;
    config.watch = note;
    config.context = &seen;
    descent_fit *fit = fitted_create(&data, 0, &config); /* zero weights: finite at the start */
    descent_model *start = fitted_model(FEATURES, 0, CLASSES);
    ck_assert_ok(descent_fit_start(fit));
    ck_assert_int_eq(descent_fit_epoch(fit), DESCENT_ERROR_NONFINITE);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "epoch 1, after its steps"));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_NONFINITE);
    ck_assert_int_eq(seen.alarms, _i + 1);
    ck_assert_uint_eq(descent_fit_progress(fit)->epoch, 0);
    ck_assert_uint_eq(descent_trainer_steps(descent_fit_trainer(fit)), TRAIN / 4);
    ck_assert(fitted_same(descent_fit_best(fit), start));
    ck_assert(fitted_same(descent_fit_model(fit), start));
    ck_assert_int_eq(descent_fit_save(fit, scratch_path("failed"), NULL), DESCENT_ERROR_INVALID);
    descent_model_destroy(start);
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

/* With keep_epoch a fit that has failed is, to the bit of its checkpoint, the one that had all its
 * epochs before; it is saved from there, and trains no more. */
START_TEST(what_was_reached_before_a_failure_is_kept)
{
    struct fitted_data data;
    fitted_data_create(&data, false);
    descent_fit_config config = guarded_config(&objectives[7], 4.0); /* of a parabola: too much */
    config.schedule.warmup = 400;                                    /* but so at first */
    config.trainer.optimizer.momentum = 0.5;
    config.epochs = 50;
    config.keep_epoch = true;
    descent_fit *fit = fitted_create(&data, 0, &config);
    ck_assert_int_eq(descent_fit_run(fit, NULL), DESCENT_ERROR_DIVERGED);
    uint64_t epoch = descent_fit_progress(fit)->epoch;
    ck_assert_uint_ge(epoch, 1);
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_EXPLODED);
    ck_assert_int_eq(descent_fit_epoch(fit), DESCENT_ERROR_INVALID);
    ck_assert_ok(descent_fit_save(fit, scratch_path("kept"), NULL));

    descent_fit *before = fitted_create(&data, 0, &config);
    for (uint64_t e = 0; e < epoch; e++) {
        ck_assert_ok(descent_fit_epoch(before));
    }
    ck_assert_ok(descent_fit_save(before, scratch_path("before"), NULL));
    ck_assert(scratch_same(scratch_path("kept"), scratch_path("before")));
    descent_fit_destroy(before);
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(every_loss_is_guarded_by_its_own_measure, TEST_COUNT(objectives)),
        TEST_CASE(a_scale_of_the_weights_changes_nothing),
        TEST_CASE(a_network_that_knows_is_measured_by_guessing),
        TEST_LOOP(a_recovery_leaves_no_trace, 2),
        TEST_CASE(recoveries_are_bounded),
        TEST_LOOP(an_evaluation_that_is_not_finite, 2),
        TEST_CASE(what_was_reached_before_a_failure_is_kept),
    };
    scratch_begin();
    int status = run_tests_on_engines("fit_guard", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}

/*
 * Interruptions leave no trace: stopped after whatever step, saved and loaded into a new fit, the
 * checkpoint at the end has the same bytes.
 */
#include "fit/fitted.h"
#include "scratch.h"

enum { EPOCHS = 4, STEPS = 4 /* of 40 samples, 11 each, the last 7 */ };

/* Asks to stop after so many steps; counts what it is told. */
struct watched {
    int stop_after;
    int steps, epochs;
};

static bool count(void *context, descent_fit *fit, descent_event event)
{
    struct watched *watched = context;
    (void)fit;
    watched->steps += event == DESCENT_EVENT_STEP;
    watched->epochs += event == DESCENT_EVENT_EPOCH;
    return event != DESCENT_EVENT_STEP || watched->steps != watched->stop_after;
}

static descent_fit_config watched_config(struct watched *watched, uint64_t recoveries)
{
    descent_fit_config config = fitted_config();
    config.epochs = EPOCHS;
    config.patience = EPOCHS;
    config.recoveries = recoveries;
    config.watch = count;
    config.context = watched;
    return config;
}

/* The whole training in one go. */
static void train_whole(const struct fitted_data *data, uint64_t recoveries, const char *path)
{
    struct watched watched = {0};
    descent_fit_config config = watched_config(&watched, recoveries);
    descent_fit *fit = fitted_create(data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_ok(descent_fit_save(fit, path, "text"));
    ck_assert_int_eq(watched.steps, EPOCHS * STEPS);
    ck_assert_int_eq(watched.epochs, EPOCHS);
    descent_fit_destroy(fit);
}

/* Up to that step; the state goes to path. */
static void train_part(const struct fitted_data *data, uint64_t recoveries, int steps,
                       const char *path)
{
    struct watched watched = {.stop_after = steps};
    descent_fit_config config = watched_config(&watched, recoveries);
    descent_fit *fit = fitted_create(data, 5, &config);
    while (descent_fit_stopped(fit) == DESCENT_STOP_NONE) {
        ck_assert_ok(descent_fit_epoch(fit));
    }
    const descent_progress *progress = descent_fit_progress(fit);
    bool over = steps == EPOCHS * STEPS, middle = steps % STEPS != 0 && recoveries == 0;
    ck_assert_int_eq(descent_fit_stopped(fit),
                     over ? DESCENT_STOP_EPOCHS : DESCENT_STOP_INTERRUPTED);
    ck_assert_uint_eq(progress->epoch, (uint64_t)(steps / STEPS));
    ck_assert_uint_eq(progress->part.samples, middle ? (size_t)(steps % STEPS * 11) : 0);
    ck_assert_ok(descent_fit_save(fit, path, NULL));
    descent_fit_destroy(fit);
}

static void resume(const struct fitted_data *data, uint64_t recoveries, const char *path)
{
    struct watched watched = {0};
    descent_fit_config config = watched_config(&watched, recoveries);
    descent_fit *fit = fitted_create(data, 5, &config);
    ck_assert_ok(descent_fit_load(fit, path));
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_ok(descent_fit_save(fit, path, "text"));
    descent_fit_destroy(fit);
}

/* With a refuge the interrupted epoch begins anew. */
static const uint64_t recoveries[] = {0, 3};

START_TEST(interrupted_at_every_step)
{
    struct fitted_data data;
    const char *whole = scratch_path("whole"), *part = scratch_path("part");
    fitted_data_create(&data, true);
    train_whole(&data, recoveries[_i], whole);
    for (int steps = 1; steps <= EPOCHS * STEPS; steps++) {
        train_part(&data, recoveries[_i], steps, part);
        resume(&data, recoveries[_i], part);
        ck_assert(scratch_same(whole, part));
    }
    fitted_data_destroy(&data);
}
END_TEST

/* The same fit goes on as well, in the middle of an epoch. */
START_TEST(interrupted_and_continued)
{
    struct fitted_data data;
    struct watched watched = {.stop_after = 6};
    const char *whole = scratch_path("whole"), *part = scratch_path("part");
    fitted_data_create(&data, true);
    train_whole(&data, recoveries[_i], whole);
    descent_fit_config config = watched_config(&watched, recoveries[_i]);
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_INTERRUPTED);
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_ok(descent_fit_save(fit, part, "text"));
    ck_assert(scratch_same(whole, part));
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

/* The sums that an epoch has when all its steps are done, those of the noise among them. */
START_TEST(figures_of_an_interrupted_epoch_are_those_of_a_whole)
{
    struct fitted_data data;
    struct watched whole = {0}, watched = {.stop_after = 1 + _i};
    const char *path = scratch_path("figures");
    fitted_data_create(&data, true);
    descent_fit_config config = watched_config(&whole, 0);
    config.trainer.noise_period = 2;
    descent_fit *expected = fitted_create(&data, 5, &config);
    config.context = &watched;
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_epoch(expected));
    ck_assert_ok(descent_fit_epoch(fit));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_INTERRUPTED);
    ck_assert_ok(descent_fit_save(fit, path, NULL));
    descent_fit_destroy(fit);
    fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_load(fit, path));
    ck_assert_ok(descent_fit_epoch(fit));
    const descent_metrics *sums = &descent_fit_figures(expected)->train;
    ck_assert_double_gt(sums->noise_sum, 0);
    ck_assert_mem_eq(&descent_fit_figures(fit)->train, sums, sizeof *sums);
    descent_fit_destroy(fit);
    descent_fit_destroy(expected);
    fitted_data_destroy(&data);
}
END_TEST

/* Saved by the event function, in the middle of an epoch that is not interrupted. */
static bool save_at_six(void *context, descent_fit *fit, descent_event event)
{
    int *steps = context;
    if (event == DESCENT_EVENT_STEP && ++*steps == 6) {
        ck_assert_ok(descent_fit_save(fit, scratch_path("six"), NULL));
    }
    return true;
}

START_TEST(saved_while_it_goes_on)
{
    struct fitted_data data;
    int steps = 0;
    const char *whole = scratch_path("whole");
    fitted_data_create(&data, true);
    train_whole(&data, 0, whole);
    descent_fit_config config = watched_config(NULL, 0);
    config.watch = save_at_six;
    config.context = &steps;
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    resume(&data, 0, scratch_path("six"));
    ck_assert(scratch_same(whole, scratch_path("six")));
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

START_TEST(a_run_with_a_path_goes_on_and_ends_once)
{
    struct fitted_data data;
    struct watched watched = {.stop_after = 6};
    const char *path = scratch_path(descent_engine_name(test_engine)); /* not there yet */
    fitted_data_create(&data, true);
    descent_fit_config config = watched_config(&watched, 0);
    for (int process = 0; process < 3; process++) {
        descent_fit *fit = fitted_create(&data, 5, &config);
        ck_assert_ok(descent_fit_run(fit, path));
        ck_assert_int_eq(descent_fit_stopped(fit),
                         process == 0 ? DESCENT_STOP_INTERRUPTED : DESCENT_STOP_EPOCHS);
        descent_fit_destroy(fit);
    }
    ck_assert_int_eq(watched.steps, EPOCHS * STEPS);
    fitted_data_destroy(&data);
}
END_TEST

/* More epochs than there were: it goes on. */
START_TEST(a_configuration_that_allows_more)
{
    struct fitted_data data;
    struct watched watched = {0};
    const char *path = scratch_path("more");
    fitted_data_create(&data, true);
    train_part(&data, 0, EPOCHS * STEPS, path);
    descent_fit_config config = watched_config(&watched, 0);
    config.epochs = EPOCHS + 2;
    config.patience = 0;
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_load(fit, path));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_NONE);
    ck_assert_double_eq(descent_metrics_loss(descent_fit_best_metrics(fit)),
                        descent_fit_progress(fit)->best_loss);
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_int_eq(watched.steps, 2 * STEPS);
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

static void assert_not_loaded(descent_fit *fit, const char *path, descent_status expected,
                              const char *words)
{
    ck_assert_int_eq(descent_fit_load(fit, path), expected);
    ck_assert_msg(strstr(descent_last_error(), words) != NULL, "%s", descent_last_error());
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    descent_fit_destroy(fit);
}

START_TEST(what_does_not_fit_is_not_loaded)
{
    struct fitted_data data;
    const char *path = scratch_path("saved"), *none = scratch_path("none");
    descent_progress progress = DESCENT_PROGRESS_DEFAULT;
    fitted_data_create(&data, true);
    train_part(&data, 0, 2 * STEPS, path);
    descent_fit_config config = fitted_config();
    assert_not_loaded(fitted_create(&data, 5, &config), none, DESCENT_ERROR_NOT_FOUND, none);
    assert_not_loaded(fitted_create(&data, 6, &config), path, DESCENT_ERROR_MISMATCH, "3-6-3");
    config.trainer.optimizer.kind = DESCENT_OPTIMIZER_SGD;
    assert_not_loaded(fitted_create(&data, 5, &config), path, DESCENT_ERROR_MISMATCH, "sgd");
    descent_fit *fit = fitted_create(&data, 5, &config);
    progress.part.samples = TRAIN;
    ck_assert_ok(descent_checkpoint_save(path, descent_fit_trainer(fit), descent_fit_model(fit),
                                         NULL, NULL, &progress, NULL));
    assert_not_loaded(fit, path, DESCENT_ERROR_FORMAT, "less than 40 samples");
    fit = fitted_create(&data, 5, &config);
    progress = (descent_progress){.epoch = 1};
    ck_assert_ok(descent_checkpoint_save(path, descent_fit_trainer(fit), descent_fit_model(fit),
                                         NULL, NULL, &progress, NULL));
    assert_not_loaded(fit, path, DESCENT_ERROR_FORMAT, "best weights");
    fitted_data_destroy(&data);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(interrupted_at_every_step, TEST_COUNT(recoveries)),
        TEST_LOOP(interrupted_and_continued, TEST_COUNT(recoveries)),
        TEST_LOOP(figures_of_an_interrupted_epoch_are_those_of_a_whole, STEPS - 1),
        TEST_CASE(saved_while_it_goes_on),
        TEST_CASE(a_run_with_a_path_goes_on_and_ends_once),
        TEST_CASE(a_configuration_that_allows_more),
        TEST_CASE(what_does_not_fit_is_not_loaded),
    };
    scratch_begin();
    int status = run_tests_on_engines("fit_resume", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}

/*
 * Batch sizes that change with the epoch: the steps and their learning rates are those counted by
 * hand, and the weights those of a training that is interrupted at each change and resumed with the
 * next batch size.
 */
#include "fit/fitted.h"

#include "allocations.h"
#include "scratch.h"

/* Of 40 samples: 11 a step at first, the last 7; 23 when 2 epochs are done; all when 3 are. */
enum { EPOCHS = 5, STEPS = 4 + 4 + 2 + 1 + 1 };

static const uint64_t steps_of[EPOCHS] = {4, 4, 2, 1, 1};
static const size_t batch_of[EPOCHS] = {11, 11, 23, 0, 0};

static void set_stages(descent_fit_config *config)
{
    config->batch_stages = 2;
    config->batch_stage[0] = (descent_batch_stage){.epoch = 2, .batch = 23};
    config->batch_stage[1] = (descent_batch_stage){.epoch = 3, .batch = 1000};
}

static descent_fit_config staged_config(void)
{
    descent_fit_config config = fitted_config();
    config.epochs = EPOCHS;
    config.patience = 0;
    config.gradient_tolerance = 0;
    set_stages(&config);
    return config;
}

/* The learning rates of all steps, and in which the event function stops the training. */
struct watched {
    double rates[STEPS];
    int steps, stop_after;
};

static bool note_rate(void *context, descent_fit *fit, descent_event event)
{
    struct watched *watched = context;
    if (event != DESCENT_EVENT_STEP) {
        return true;
    }
    ck_assert_int_lt(watched->steps, STEPS);
    watched->rates[watched->steps++] = descent_fit_figures(fit)->learning_rate;
    return watched->steps != watched->stop_after;
}

START_TEST(steps_are_counted_by_hand)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = staged_config();
    descent_fit *fit = fitted_create(&data, 5, &config);
    uint64_t steps = 0;
    ck_assert_uint_eq(descent_fit_schedule(fit)->steps, STEPS);
    for (size_t e = 0; e < EPOCHS; e++) {
        ck_assert_ok(descent_fit_epoch(fit));
        steps += steps_of[e];
        const descent_figures *figures = descent_fit_figures(fit);
        ck_assert_uint_eq(figures->step_count, steps_of[e]);
        ck_assert_uint_eq(figures->steps, steps_of[e]);
        ck_assert_uint_eq(figures->train.samples, TRAIN);
        ck_assert_uint_eq(figures->train.norms, steps_of[e]);
        ck_assert_uint_eq(descent_trainer_steps(descent_fit_trainer(fit)), steps);
    }
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_EPOCHS);
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

/* A line to 0 over all steps, and drops after 3 steps each. */
START_TEST(every_step_has_its_rate)
{
    struct fitted_data data;
    struct watched watched = {0};
    fitted_data_create(&data, true);
    descent_fit_config config = staged_config();
    config.schedule = (descent_schedule)DESCENT_SCHEDULE_DEFAULT;
    config.schedule.kind = _i == 0 ? DESCENT_SCHEDULE_LINEAR : DESCENT_SCHEDULE_STEP;
    config.schedule.lr = 0.1;
    config.schedule.period = 3;
    config.schedule.gamma = 0.5;
    config.watch = note_rate;
    config.context = &watched;
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_int_eq(watched.steps, STEPS);
    for (int s = 0; s < STEPS; s++) {
        double line = 0.1 * (1 - (double)s / STEPS), drops = 0.1 * pow(0.5, s / 3);
        ck_assert_double_eq_tol(watched.rates[s], _i == 0 ? line : drops, 1e-12);
    }
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

START_TEST(steps_of_any_number_of_epochs)
{
    descent_fit_config config = staged_config();
    ck_assert_uint_eq(descent_fit_steps(&config, TRAIN, 0), 0);
    ck_assert_uint_eq(descent_fit_steps(&config, TRAIN, 1), 4);
    ck_assert_uint_eq(descent_fit_steps(&config, TRAIN, 3), 10);
    ck_assert_uint_eq(descent_fit_steps(&config, TRAIN, 1000), 10 + 997);
    ck_assert_uint_eq(descent_fit_steps(&config, TRAIN, UINT64_MAX), UINT64_MAX);
    ck_assert_uint_eq(descent_fit_steps(&config, 5000, 5), 455 * 2 + 218 + 5 * 2);
    config.batch_stages = 0;
    config.trainer.batch = 0;
    ck_assert_uint_eq(descent_fit_steps(&config, TRAIN, 7), 7);
}
END_TEST

static void vary(descent_fit_config *config, int i)
{
    static const descent_optimizer_kind kinds[] = {DESCENT_OPTIMIZER_SGD, DESCENT_OPTIMIZER_ADAMW};
    config->schedule.kind = DESCENT_SCHEDULE_CONSTANT;
    config->trainer.optimizer.kind = kinds[i % 2];
    config->trainer.optimizer.momentum = i == 2 ? 0.9 : 0;
    config->trainer.norm_period = i == 4 ? 0 : 16;
}

static void assert_same_state(const descent_fit *left, const descent_fit *right)
{
    const descent_trainer *a = descent_fit_trainer(left), *b = descent_fit_trainer(right);
    size_t count = descent_model_parameter_count(descent_fit_model(left));
    float state[2][100];
    ck_assert_uint_le(count, 100);
    ck_assert(fitted_same(descent_fit_model(left), descent_fit_model(right)));
    ck_assert(fitted_same(descent_fit_best(left), descent_fit_best(right)));
    ck_assert_uint_eq(descent_trainer_steps(a), descent_trainer_steps(b));
    for (size_t s = 0; s < descent_trainer_slots(a); s++) {
        descent_trainer_save_state(a, s, state[0]);
        descent_trainer_save_state(b, s, state[1]);
        ck_assert_mem_eq(state[0], state[1], count * sizeof(float));
    }
}

/* With a constant learning rate nothing else depends on the steps that follow. */
START_TEST(as_resumed_with_another_batch)
{
    struct fitted_data data;
    const char *path = scratch_path("changed");
    fitted_data_create(&data, true);
    descent_fit_config config = staged_config();
    vary(&config, _i);
    descent_fit *whole = fitted_create(&data, 5, &config), *fit = NULL;
    ck_assert_ok(descent_fit_run(whole, NULL));
    config.batch_stages = 0;
    for (config.epochs = 1; config.epochs <= EPOCHS; config.epochs++) {
        descent_fit_destroy(fit);
        config.trainer.batch = batch_of[config.epochs - 1];
        fit = fitted_create(&data, 5, &config);
        if (config.epochs > 1) {
            ck_assert_ok(descent_fit_load(fit, path));
        }
        ck_assert_ok(descent_fit_epoch(fit));
        ck_assert_ok(descent_fit_save(fit, path, NULL));
    }
    assert_same_state(whole, fit);
    descent_fit_destroy(whole);
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

/* With and without a refuge, to which the interrupted epoch goes back. */
START_TEST(interrupted_at_every_step)
{
    struct fitted_data data;
    const char *whole = scratch_path("whole"), *part = scratch_path("part");
    fitted_data_create(&data, true);
    for (int stop = 0; stop <= STEPS; stop++) {
        struct watched watched = {.stop_after = stop};
        descent_fit_config config = staged_config();
        config.recoveries = _i == 0 ? 0 : 3;
        config.watch = note_rate;
        config.context = &watched;
        descent_fit *fit = fitted_create(&data, 5, &config);
        ck_assert_ok(descent_fit_run(fit, NULL));
        ck_assert_ok(descent_fit_save(fit, stop == 0 ? whole : part, NULL));
        descent_fit_destroy(fit);
        if (stop > 0) {
            config.watch = NULL;
            fit = fitted_create(&data, 5, &config);
            ck_assert_ok(descent_fit_load(fit, part));
            ck_assert_ok(descent_fit_run(fit, NULL));
            ck_assert_ok(descent_fit_save(fit, part, NULL));
            ck_assert(scratch_same(whole, part));
            descent_fit_destroy(fit);
        }
    }
    fitted_data_destroy(&data);
}
END_TEST

/* Whatever allocation fails where a batch size begins, the fit goes on when there is memory. */
START_TEST(a_change_without_memory_is_made_later)
{
    struct fitted_data data;
    bool failed = true;
    fitted_data_create(&data, true);
    descent_fit_config config = staged_config();
    descent_fit *whole = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(whole, NULL));
    for (size_t n = 1; allocations_counted() && failed; n++) {
        descent_fit *fit = fitted_create(&data, 5, &config);
        ck_assert_ok(descent_fit_epoch(fit));
        ck_assert_ok(descent_fit_epoch(fit));
        allocations_fail_at(n);
        failed = descent_fit_epoch(fit) != DESCENT_OK;
        allocations_fail_at(0);
        ck_assert_uint_eq(descent_fit_progress(fit)->epoch, failed ? 2 : 3);
        ck_assert_ok(descent_fit_run(fit, NULL));
        assert_same_state(whole, fit);
        descent_fit_destroy(fit);
    }
    descent_fit_destroy(whole);
    fitted_data_destroy(&data);
}
END_TEST

START_TEST(stages_that_are_none_are_refused)
{
    struct fitted_data data;
    descent_fit *fit;
    fitted_data_create(&data, true);
    descent_model *model = fitted_model(FEATURES, 5, CLASSES);
    descent_fit_config config = staged_config();
    config.batch_stage[0].epoch = 3;
    ck_assert_int_eq(descent_fit_create(&fit, model, data.train, data.held, &config),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "above 3, found 3"));
    config.batch_stage[0].epoch = 0;
    ck_assert_int_eq(descent_fit_create(&fit, model, data.train, data.held, &config),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "above 0, found 0"));
    config.batch_stages = DESCENT_BATCH_STAGES_MAX + 1;
    ck_assert_int_eq(descent_fit_create(&fit, model, data.train, data.held, &config),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "at most 32 batch_stages, found 33"));
    descent_model_destroy(model);
    fitted_data_destroy(&data);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(steps_are_counted_by_hand),
        TEST_LOOP(every_step_has_its_rate, 2),
        TEST_CASE(steps_of_any_number_of_epochs),
        TEST_LOOP(as_resumed_with_another_batch, 5),
        TEST_LOOP(interrupted_at_every_step, 2),
        TEST_CASE(a_change_without_memory_is_made_later),
        TEST_CASE(stages_that_are_none_are_refused),
    };
    scratch_begin();
    int status = run_tests_on_engines("fit_batches", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}

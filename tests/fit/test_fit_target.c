/*
 * A figure to reach. The network is one bias, as all samples have the feature 0 and the target 1:
 * with MSE and the learning rate 0.05 it is 1 − 0.9ᵗ after t steps, and the error 0.9ᵗ, whatever
 * the batch is.
 */
#include "fit/fitted.h"
#include "scratch.h"

enum { SAMPLES = 10 };

struct bias {
    float zeros[SAMPLES], ones[SAMPLES];
    descent_dataset *data;
    descent_fit *fit;
};

static descent_fit_config bias_config(size_t batch, uint64_t every)
{
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    config.trainer.loss.kind = DESCENT_LOSS_MSE;
    config.trainer.batch = batch;
    config.schedule.kind = DESCENT_SCHEDULE_CONSTANT;
    config.schedule.lr = 0.05;
    config.epochs = 100;
    config.check_every = every;
    return config;
}

static void bias_create(struct bias *bias, const descent_fit_config *config, bool held)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        bias->zeros[i] = 0.0f;
        bias->ones[i] = 1.0f;
    }
    const descent_samples samples = {.shape = {1, {1}},
                                     .count = SAMPLES,
                                     .floats = bias->zeros,
                                     .targets = bias->ones,
                                     .outputs = 1};
    descent_model *model = fitted_model(1, 0, 1);
    ck_assert_ok(descent_dataset_create(&bias->data, &samples));
    ck_assert_ok(
        descent_fit_create(&bias->fit, model, bias->data, held ? bias->data : NULL, config));
    descent_model_destroy(model);
}

static void bias_destroy(struct bias *bias)
{
    descent_fit_destroy(bias->fit);
    descent_dataset_destroy(bias->data);
}

/* Where the error that is looked at so often is first within the target. */
struct truth {
    uint64_t epochs, samples; /* trained */
    double crossing_samples, crossing_steps;
};

static struct truth truth_of(uint64_t batch, uint64_t every, double target)
{
    struct truth truth = {0};
    uint64_t steps = 0, last_samples = 0, last_steps = 0;
    for (double error = 1.0, last = 1.0; error > target;) {
        uint64_t left = SAMPLES - truth.samples % SAMPLES, before = truth.samples;
        truth.samples += batch < left ? batch : left;
        truth.epochs += before % SAMPLES == 0;
        steps++;
        bool multiple = every > 0 && truth.samples / every > before / every;
        if (!multiple && truth.samples % SAMPLES != 0) {
            continue;
        }
        error = pow(0.9, (double)steps);
        double share = (target - last) / (error - last);
        truth.crossing_samples =
            (double)last_samples + share * (double)(truth.samples - last_samples);
        truth.crossing_steps = (double)last_steps + share * (double)(steps - last_steps);
        last = error;
        last_samples = truth.samples;
        last_steps = steps;
    }
    return truth;
}

static const struct {
    size_t batch;
    uint64_t every;
    double target;
} crossings[] = {
    {1, 4, 0.3}, {1, 4, 0.95}, {1, 1, 0.5},   {3, 4, 0.3},   {3, 1, 0.7},    {3, 100, 0.3},
    {3, 0, 0.3}, {10, 4, 0.5}, {4, 13, 0.35}, {2, 2, 0.899}, {1, 1000, 0.3}, {7, 5, 0.05},
};

START_TEST(the_crossing_lies_between_two_checks)
{
    size_t batch = crossings[_i].batch;
    struct truth truth = truth_of(batch, crossings[_i].every, crossings[_i].target);
    for (int loss = 0; loss < 2; loss++) {
        descent_fit_config config = bias_config(batch, crossings[_i].every);
        struct bias bias;
        config.target_rmse = crossings[_i].target;
        if (loss == 1) { /* at epochs' ends the same, and between them a line of squares */
            config.target_rmse = 0.0;
            config.target_loss = crossings[_i].target * crossings[_i].target;
        }
        bias_create(&bias, &config, true);
        ck_assert_ok(descent_fit_run(bias.fit, NULL));
        const descent_progress *progress = descent_fit_progress(bias.fit);
        ck_assert_int_eq(descent_fit_stopped(bias.fit),
                         loss ? DESCENT_STOP_LOSS : DESCENT_STOP_RMSE);
        ck_assert_uint_eq(progress->epoch, truth.epochs);
        ck_assert_uint_eq(progress->samples, truth.samples);
        ck_assert_uint_eq(progress->part.samples, 0);
        ck_assert_uint_eq(progress->best_epoch, truth.epochs);
        ck_assert_uint_eq(progress->check.samples, truth.samples);
        ck_assert_uint_eq(progress->crossing.target,
                          loss ? DESCENT_TARGET_LOSS : DESCENT_TARGET_RMSE);
        if (loss == 0) {
            ck_assert_double_eq_tol(progress->crossing.samples, truth.crossing_samples, 1e-4);
            ck_assert_double_eq_tol(progress->crossing.steps, truth.crossing_steps, 1e-4);
        }
        bias_destroy(&bias);
    }
}
END_TEST

/* Of the loss 0.81ᵗ, epochs of two steps: 0.3 lies between 0.4305 (t = 4) and 0.2824 (t = 6). In
 * training it is that before each step: 1 and 0.81 make up 0.905, and the untrained network's is 1.
 */
START_TEST(a_loss_without_validation_is_that_of_training)
{
    descent_fit_config config = bias_config(5, 0);
    config.target_loss = 0.5;
    struct bias bias;
    bias_create(&bias, &config, false);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    double second = 0.905 * pow(0.81, 2), third = 0.905 * pow(0.81, 4);
    ck_assert_int_eq(descent_fit_stopped(bias.fit), DESCENT_STOP_LOSS);
    ck_assert_uint_eq(descent_fit_progress(bias.fit)->epoch, 3);
    ck_assert_double_eq_tol(descent_fit_progress(bias.fit)->crossing.samples,
                            20.0 + 10.0 * (second - 0.5) / (second - third), 1e-4);
    bias_destroy(&bias);
}
END_TEST

START_TEST(an_untrained_network_may_be_there_already)
{
    descent_fit_config config = bias_config(1, 4);
    config.target_rmse = 1.5;
    struct bias bias;
    bias_create(&bias, &config, true);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    ck_assert_uint_eq(descent_fit_progress(bias.fit)->samples, 4);
    ck_assert_double_eq(descent_fit_progress(bias.fit)->crossing.samples, 0.0);
    ck_assert_double_eq(descent_fit_progress(bias.fit)->crossing.steps, 0.0);
    bias_destroy(&bias);
}
END_TEST

/* What comes after a target that was made harder has a crossing of its own; of one that was made
 * easier it is only known that it had been reached. */
START_TEST(another_target_has_another_crossing)
{
    const char *path = scratch_path(descent_engine_name(test_engine)); /* not there yet */
    descent_fit_config config = bias_config(1, 4);
    config.target_rmse = 0.3; /* reached at 12 samples: see the table above */
    struct bias bias;
    bias_create(&bias, &config, true);
    ck_assert_ok(descent_fit_run(bias.fit, path));
    bias_destroy(&bias);
    config.target_rmse = 0.25;
    bias_create(&bias, &config, true);
    ck_assert_ok(descent_fit_load(bias.fit, path));
    ck_assert_int_eq(descent_fit_stopped(bias.fit), DESCENT_STOP_NONE);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    double from = pow(0.9, 12), to = pow(0.9, 16);
    ck_assert_uint_eq(descent_fit_progress(bias.fit)->samples, 16);
    ck_assert_double_eq_tol(descent_fit_progress(bias.fit)->crossing.samples,
                            12.0 + 4.0 * (from - 0.25) / (from - to), 1e-4);
    bias_destroy(&bias);
    config.target_rmse = 0.5;
    bias_create(&bias, &config, true);
    ck_assert_ok(descent_fit_load(bias.fit, path));
    ck_assert_int_eq(descent_fit_stopped(bias.fit), DESCENT_STOP_RMSE);
    ck_assert_double_eq(descent_fit_progress(bias.fit)->crossing.value, 0.5);
    ck_assert_double_eq(descent_fit_progress(bias.fit)->crossing.samples, 12.0);
    bias_destroy(&bias);
}
END_TEST

/* The weights after each step, and the accuracy on the validation samples. */
struct trace {
    const struct fitted_data *data;
    descent_model *weights[64];
    double accuracies[64];
    int steps, stop_after;
};

static bool follow(void *context, descent_fit *fit, descent_event event)
{
    struct trace *trace = context;
    if (event != DESCENT_EVENT_STEP) {
        return true;
    }
    descent_metrics held = {0};
    descent_model *weights = fitted_model(FEATURES, 5, CLASSES);
    ck_assert_ok(descent_trainer_save(descent_fit_trainer(fit), weights));
    ck_assert_ok(descent_fit_evaluate(fit, weights, trace->data->held, &held));
    trace->accuracies[trace->steps] = (double)held.correct / HELD;
    trace->weights[trace->steps++] = weights;
    return trace->steps != trace->stop_after;
}

static void forget(struct trace *trace)
{
    for (int s = 0; s < trace->steps; s++) {
        descent_model_destroy(trace->weights[s]);
    }
    trace->steps = 0;
}

/* Four steps an epoch: 11, 11, 11 and 7 samples. */
static descent_fit_config traced_config(struct trace *trace, uint64_t recoveries)
{
    descent_fit_config config = fitted_config();
    config.gradient_tolerance = 0.0;
    config.patience = 0;
    config.recoveries = recoveries;
    config.watch = follow;
    config.context = trace;
    return config;
}

/* With a dropout and a shuffle, so that any number drawn or state moved would show. */
START_TEST(checks_change_no_step)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    struct trace plain = {.data = &data}, checked = {.data = &data};
    descent_fit_config config = traced_config(&plain, 0);
    descent_fit *fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    descent_fit_destroy(fit);
    ck_assert_int_eq(plain.steps, 24);
    config = traced_config(&checked, 0);
    config.check_every = 1;
    double highest = 0.0, first = plain.accuracies[0];
    for (int s = 0; s < plain.steps; s++) {
        highest = fmax(highest, plain.accuracies[s]);
    }
    ck_assert_double_gt(highest, first);
    config.target_accuracy = highest;
    fit = fitted_create(&data, 5, &config);
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_ACCURACY);
    for (int s = 0; s < checked.steps; s++) {
        ck_assert(fitted_same(plain.weights[s], checked.weights[s]));
        ck_assert_int_eq(plain.accuracies[s] >= highest, s == checked.steps - 1);
    }
    ck_assert(fitted_same(descent_fit_model(fit), plain.weights[checked.steps - 1]));
    descent_fit_destroy(fit);
    forget(&plain);
    forget(&checked);
    fitted_data_destroy(&data);
}
END_TEST

/* Until it is over, in processes that stop after so many steps each; 0: in one. */
static void train(const struct fitted_data *data, uint64_t recoveries, int steps, const char *path)
{
    descent_stop stop = DESCENT_STOP_NONE;
    for (bool first = true; stop == DESCENT_STOP_NONE; first = false) {
        struct trace trace = {.data = data, .stop_after = steps};
        descent_fit_config config = traced_config(&trace, recoveries);
        config.epochs = 50;
        config.target_loss = 0.55;
        config.check_every = 16;
        descent_fit *fit = fitted_create(data, 5, &config);
        ck_assert_ok(first ? DESCENT_OK : descent_fit_load(fit, path));
        ck_assert_ok(descent_fit_run(fit, NULL));
        stop = descent_stop_of(&config, descent_fit_progress(fit));
        ck_assert_ok(descent_fit_save(fit, path, NULL));
        descent_fit_destroy(fit);
        forget(&trace);
    }
    ck_assert_int_eq(stop, DESCENT_STOP_LOSS);
}

/* With recoveries an interrupted epoch begins anew, so that a process needs more than its steps. */
static const struct {
    uint64_t recoveries;
    int steps;
} processes[] = {{0, 1}, {0, 2}, {0, 3}, {0, 5}, {3, 5}, {3, 7}};

START_TEST(interrupted_between_checks)
{
    struct fitted_data data;
    const char *whole = scratch_path("whole"), *parts = scratch_path("parts");
    fitted_data_create(&data, true);
    train(&data, processes[_i].recoveries, 0, whole);
    train(&data, processes[_i].recoveries, processes[_i].steps, parts);
    ck_assert(scratch_same(whole, parts));
    fitted_data_destroy(&data);
}
END_TEST

/* A clock that moves with each look at it. */
static double tick(void *context)
{
    double *now = context;
    return *now += 1.0;
}

/* Steps are timed by two looks at the clock each, as without checks. */
START_TEST(checks_are_no_time_of_steps)
{
    double seconds[2];
    for (int checks = 0; checks < 2; checks++) {
        double now = 0.0;
        descent_fit_config config = bias_config(1, checks ? 2 : 0);
        struct bias bias;
        config.target_rmse = 1e-9;
        config.clock = tick;
        config.context = &now;
        bias_create(&bias, &config, true);
        ck_assert_ok(descent_fit_epoch(bias.fit));
        seconds[checks] = descent_fit_figures(bias.fit)->step_seconds;
        bias_destroy(&bias);
    }
    ck_assert_double_eq(seconds[0], seconds[1]);
}
END_TEST

START_TEST(every_target_has_a_name)
{
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    double value;
    ck_assert_int_eq(descent_target_of(&config, &value), DESCENT_TARGET_NONE);
    config.target_rmse = 0.25;
    ck_assert_int_eq(descent_target_of(&config, &value), DESCENT_TARGET_RMSE);
    ck_assert_double_eq(value, 0.25);
    ck_assert_str_eq(descent_target_name(DESCENT_TARGET_ACCURACY), "accuracy");
    ck_assert_str_eq(descent_target_name(DESCENT_TARGET_LOSS), "loss");
    ck_assert_str_eq(descent_target_name(DESCENT_TARGET_RMSE), "rmse");
    ck_assert_ptr_null(descent_target_name(DESCENT_TARGET_NONE));
    ck_assert_ptr_null(descent_target_name(DESCENT_TARGET_COUNT));
    ck_assert_str_eq(descent_stop_name(DESCENT_STOP_LOSS), "target-loss");
    ck_assert_str_eq(descent_stop_name(DESCENT_STOP_RMSE), "target-rmse");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(the_crossing_lies_between_two_checks, TEST_COUNT(crossings)),
        TEST_CASE(a_loss_without_validation_is_that_of_training),
        TEST_CASE(an_untrained_network_may_be_there_already),
        TEST_CASE(another_target_has_another_crossing),
        TEST_CASE(checks_change_no_step),
        TEST_LOOP(interrupted_between_checks, TEST_COUNT(processes)),
        TEST_CASE(checks_are_no_time_of_steps),
        TEST_CASE(every_target_has_a_name),
    };
    scratch_begin();
    int status = run_tests_on_engines("fit_target", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}

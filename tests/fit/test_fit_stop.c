/*
 * Why a fit is over, each reason where arithmetic says that it holds.
 *
 * The network is one bias: its sample's only feature is 0. With the loss (b − 1)² and the learning
 * rate r, b after t steps from 0 is 1 − (1 − 2r)ᵗ.
 */
#include "fit/fitted.h"
#include "scratch.h"

static const float zero = 0.0f, one = 1.0f, half = 0.5f;

static descent_dataset *sample_of(const float *target)
{
    const descent_samples samples = {
        .shape = {1, {1}}, .count = 1, .floats = &zero, .targets = target, .outputs = 1};
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    return dataset;
}

static descent_fit_config bias_config(double rate)
{
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    config.trainer.loss.kind = DESCENT_LOSS_MSE;
    config.schedule.kind = DESCENT_SCHEDULE_CONSTANT;
    config.schedule.lr = rate;
    config.epochs = 1000;
    return config;
}

struct bias {
    descent_dataset *train, *held;
    descent_fit *fit;
};

static struct bias bias_create(const descent_fit_config *config)
{
    struct bias bias = {.train = sample_of(&one), .held = sample_of(&half)};
    descent_model *model = fitted_model(1, 0, 1);
    ck_assert_ok(descent_fit_create(&bias.fit, model, bias.train, bias.held, config));
    descent_model_destroy(model);
    return bias;
}

static void bias_destroy(struct bias *bias)
{
    descent_fit_destroy(bias->fit);
    descent_dataset_destroy(bias->train);
    descent_dataset_destroy(bias->held);
}

/* b passes the validation sample's 0.5 between steps 6 and 7: 1 − 0.9⁶ = 0.469, 1 − 0.9⁷ = 0.522.
 */
START_TEST(patience_counts_the_epochs_behind_the_best)
{
    descent_fit_config config = bias_config(0.05);
    const int patience = _i + 1;
    config.patience = (uint64_t)patience;
    struct bias bias = bias_create(&config);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    ck_assert_int_eq(descent_fit_stopped(bias.fit), DESCENT_STOP_PATIENCE);
    ck_assert_uint_eq(descent_fit_progress(bias.fit)->best_epoch, 7);
    ck_assert_uint_eq(descent_fit_progress(bias.fit)->epoch, 7 + (uint64_t)patience);
    float best = descent_model_layer(descent_fit_best(bias.fit), 0).bias[0];
    float last = descent_model_layer(descent_fit_model(bias.fit), 0).bias[0];
    ck_assert_double_eq_tol((double)best, 1.0 - pow(0.9, 7), 1e-6);
    ck_assert_double_eq_tol((double)last, 1.0 - pow(0.9, 7 + patience), 1e-6);
    ck_assert_double_eq_tol(descent_metrics_loss(descent_fit_best_metrics(bias.fit)),
                            pow(0.5 - pow(0.9, 7), 2), 1e-6);
    bias_destroy(&bias);
}
END_TEST

START_TEST(the_best_can_be_forgotten)
{
    descent_fit_config config = bias_config(0.05);
    config.epochs = 12;
    config.forget_best = true;
    struct bias bias = bias_create(&config);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    ck_assert_uint_eq(descent_fit_progress(bias.fit)->best_epoch, 7);
    ck_assert_ptr_eq(descent_fit_best(bias.fit), descent_fit_model(bias.fit));
    bias_destroy(&bias);
}
END_TEST

/* The gradient 2 (b − 1) is −2 · 0.99ᵗ: 1.0098 after 68 steps, 0.9997 after 69. */
START_TEST(gradient_tolerance)
{
    descent_fit_config config = bias_config(0.005);
    config.gradient_tolerance = 1.0;
    struct bias bias = bias_create(&config);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    ck_assert_int_eq(descent_fit_stopped(bias.fit), DESCENT_STOP_GRADIENT);
    ck_assert_uint_eq(descent_fit_progress(bias.fit)->epoch, 69);
    ck_assert_double_eq_tol(descent_fit_progress(bias.fit)->gradient.norm, 2.0 * pow(0.99, 69),
                            1e-4);
    bias_destroy(&bias);
}
END_TEST

START_TEST(target_accuracy)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = fitted_config();
    config.schedule.kind = DESCENT_SCHEDULE_CONSTANT;
    config.patience = 0;
    config.epochs = 200;
    config.target_accuracy = 0.7;
    descent_fit *fit = fitted_create(&data, 5, &config);
    bool reached = false;
    while (descent_fit_stopped(fit) == DESCENT_STOP_NONE) {
        ck_assert(!reached);
        ck_assert_ok(descent_fit_epoch(fit));
        const descent_metrics *held = &descent_fit_figures(fit)->validation;
        reached = (double)held->correct >= 0.7 * (double)held->samples;
    }
    ck_assert(reached);
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_ACCURACY);
    descent_fit_destroy(fit);
    fitted_data_destroy(&data);
}
END_TEST

/* A clock that a look at it moves on, and the learning rates of the steps. */
struct timed {
    double now;
    size_t steps, interrupt_at;
    double rates[4096];
};

static double tick(void *context)
{
    struct timed *timed = context;
    return timed->now += 0.01;
}

static bool note_rate(void *context, descent_fit *fit, descent_event event)
{
    struct timed *timed = context;
    if (event == DESCENT_EVENT_STEP) {
        timed->rates[timed->steps++] = descent_fit_figures(fit)->learning_rate;
    }
    return timed->steps != timed->interrupt_at;
}

static descent_fit_config timed_config(struct timed *timed)
{
    descent_fit_config config = bias_config(1e-3);
    config.schedule.kind = DESCENT_SCHEDULE_LINEAR;
    config.epochs = 0;
    config.budget = 10.0;
    config.clock = tick;
    config.watch = note_rate;
    config.context = timed;
    return config;
}

/* A linear schedule's rate says how much of the time is left. */
START_TEST(the_schedule_ends_with_the_budget)
{
    static struct timed timed = {.now = 1000.0};
    descent_fit_config config = timed_config(&timed);
    struct bias bias = bias_create(&config);
    ck_assert_double_eq(descent_fit_seconds_left(bias.fit), 10.0);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    ck_assert_int_eq(descent_fit_stopped(bias.fit), DESCENT_STOP_BUDGET);
    ck_assert_double_eq(descent_fit_progress(bias.fit)->seconds, 10.0);
    ck_assert_double_le(timed.now, 1010.1);
    ck_assert_double_ge(timed.now, 1009.8);
    ck_assert_uint_ge(timed.steps, 50);
    for (size_t i = 1; i < timed.steps; i++) {
        double share = (double)i / (double)timed.steps;
        ck_assert_double_eq_tol(timed.rates[i] / 1e-3, 1.0 - share, 0.05);
    }
    bias_destroy(&bias);
}
END_TEST

/* What is left of the highest rate in the last step, which is within a fiftieth of the end: of a
 * third of the time, for restarts, a sixteenth. Periods and factors of 0 go by the number of steps.
 */
static const struct {
    descent_schedule_kind kind;
    double end;
} endings[] = {
    {DESCENT_SCHEDULE_CONSTANT, 1.0},      {DESCENT_SCHEDULE_PLATEAU, 1.0},
    {DESCENT_SCHEDULE_LINEAR, 0.02},       {DESCENT_SCHEDULE_POLYNOMIAL, 0.02},
    {DESCENT_SCHEDULE_COSINE, 0.001},      {DESCENT_SCHEDULE_COSINE_RESTARTS, 0.0245},
    {DESCENT_SCHEDULE_ONE_CYCLE, 0.003},   {DESCENT_SCHEDULE_STEP, 0.01 + 1e-9},
    {DESCENT_SCHEDULE_EXPONENTIAL, 0.011},
};

START_TEST(every_schedule_ends_with_the_budget)
{
    struct timed timed = {.now = 1000.0};
    descent_fit_config config = timed_config(&timed);
    config.schedule.kind = endings[_i].kind;
    config.schedule.period = 0;
    config.schedule.gamma = config.schedule.kind == DESCENT_SCHEDULE_PLATEAU ? 0.1 : 0.0;
    struct bias bias = bias_create(&config);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    double highest = 0.0;
    for (size_t i = 0; i < timed.steps; i++) {
        highest = fmax(highest, timed.rates[i]);
    }
    ck_assert_double_gt(highest, 0.9e-3);
    ck_assert_double_le(highest, 1e-3);
    ck_assert_double_le(timed.rates[timed.steps - 1], endings[_i].end * 1e-3);
    bias_destroy(&bias);
}
END_TEST

/* What another process has used up is gone, and the time between them does not count. */
START_TEST(a_budget_goes_on_where_it_was)
{
    static struct timed timed = {.now = 1000.0, .interrupt_at = 40};
    const char *path = scratch_path("budget");
    descent_fit_config config = timed_config(&timed);
    struct bias bias = bias_create(&config);
    while (descent_fit_stopped(bias.fit) == DESCENT_STOP_NONE) {
        ck_assert_ok(descent_fit_epoch(bias.fit));
    }
    ck_assert_int_eq(descent_fit_stopped(bias.fit), DESCENT_STOP_INTERRUPTED);
    ck_assert_ok(descent_fit_save(bias.fit, path, NULL));
    double used = timed.now - 1000.0;
    bias_destroy(&bias);
    timed.now = 5000.0;
    bias = bias_create(&config);
    ck_assert_ok(descent_fit_load(bias.fit, path));
    ck_assert_double_eq_tol(descent_fit_seconds_left(bias.fit), 10.0 - used, 0.05);
    ck_assert_ok(descent_fit_run(bias.fit, NULL));
    ck_assert_double_eq_tol(used + timed.now - 5000.0, 10.0, 0.2);
    ck_assert_double_le(timed.rates[timed.steps - 1], 0.05 * 1e-3);
    bias_destroy(&bias);
}
END_TEST

START_TEST(every_reason_has_a_name)
{
    ck_assert_ptr_null(descent_stop_name(DESCENT_STOP_NONE));
    ck_assert_ptr_null(descent_stop_name(DESCENT_STOP_COUNT));
    ck_assert_str_eq(descent_stop_name(DESCENT_STOP_ACCURACY), "target-accuracy");
    ck_assert_str_eq(descent_stop_name(DESCENT_STOP_EXPLODED), "exploded");
}
END_TEST

/* Zero weights before relu: no unit is on, and no gradient comes through. With a hidden layer that
 * learns, or none, there is no reason to stop. */
static descent_stop stop_of(descent_init init, size_t layers, uint64_t *epoch)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = layers;
    shape.sizes[0] = FEATURES;
    shape.sizes[1] = layers == 1 ? CLASSES : 4;
    shape.sizes[2] = CLASSES;
    shape.activation = DESCENT_ACTIVATION_RELU;
    shape.init = init;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &shape));
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    config.schedule.lr = 1e-12; /* the loss stays where it is */
    config.epochs = 9;
    config.give_up = true;
    descent_fit *fit;
    ck_assert_ok(descent_fit_create(&fit, model, data.train, NULL, &config));
    ck_assert_ok(descent_fit_run(fit, NULL));
    *epoch = descent_fit_progress(fit)->epoch;
    descent_stop stop = descent_fit_stopped(fit);
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    fitted_data_destroy(&data);
    return stop;
}

START_TEST(what_cannot_learn_is_given_up)
{
    uint64_t epoch;
    ck_assert_int_eq(stop_of(DESCENT_INIT_ZEROS, 2, &epoch), DESCENT_STOP_GIVEN_UP);
    ck_assert_uint_eq(epoch, DESCENT_LOST_EPOCHS);
    ck_assert_str_eq(descent_stop_name(DESCENT_STOP_GIVEN_UP), "given-up");
    ck_assert_int_eq(stop_of(DESCENT_INIT_AUTO, 2, &epoch), DESCENT_STOP_EPOCHS);
    ck_assert_int_eq(stop_of(DESCENT_INIT_ZEROS, 1, &epoch), DESCENT_STOP_EPOCHS);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(patience_counts_the_epochs_behind_the_best, 4),
        TEST_CASE(the_best_can_be_forgotten),
        TEST_CASE(gradient_tolerance),
        TEST_CASE(target_accuracy),
        TEST_CASE(the_schedule_ends_with_the_budget),
        TEST_LOOP(every_schedule_ends_with_the_budget, TEST_COUNT(endings)),
        TEST_CASE(a_budget_goes_on_where_it_was),
        TEST_CASE(every_reason_has_a_name),
        TEST_CASE(what_cannot_learn_is_given_up),
    };
    scratch_begin();
    int status = run_tests_on_engines("fit_stop", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}

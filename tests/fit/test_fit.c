/*
 * What a fit computes: bit for bit what a loop over loader and trainer gives that is written by
 * hand.
 */
#include "fit/fitted.h"

/* A training by hand. */
struct hand {
    descent_model *model, *best;
    descent_trainer *trainer;
    descent_loader *loader, *held;
    double best_loss;
};

static void hand_create(struct hand *hand, const struct fitted_data *data, size_t hidden,
                        const descent_fit_config *config)
{
    descent_trainer_config trainer = config->trainer;
    trainer.evaluation_batch = HELD;
    const descent_loader_config order = {
        .batch = trainer.batch, .shuffle = true, .seed = trainer.seed};
    *hand = (struct hand){.best_loss = HUGE_VAL};
    hand->model = fitted_model(FEATURES, hidden, CLASSES);
    hand->best = fitted_model(FEATURES, hidden, CLASSES);
    ck_assert_ok(descent_trainer_create(&hand->trainer, hand->model, &trainer));
    ck_assert_ok(descent_loader_create(&hand->loader, data->train, &order));
    ck_assert_ok(
        descent_loader_create(&hand->held, data->held, &(descent_loader_config){.batch = HELD}));
}

static void hand_destroy(struct hand *hand)
{
    descent_loader_destroy(hand->loader);
    descent_loader_destroy(hand->held);
    descent_trainer_destroy(hand->trainer);
    descent_model_destroy(hand->model);
    descent_model_destroy(hand->best);
}

static void hand_epoch(struct hand *hand, uint64_t epoch, descent_schedule *schedule,
                       descent_metrics *train, descent_metrics *validation)
{
    descent_batch batch;
    for (descent_loader_shuffle(hand->loader, epoch); descent_loader_next(hand->loader, &batch);) {
        double rate = descent_schedule_evaluate(schedule, descent_trainer_steps(hand->trainer));
        ck_assert_ok(descent_trainer_step(hand->trainer, &batch, rate, train));
    }
    descent_loader_shuffle(hand->held, 0);
    while (descent_loader_next(hand->held, &batch)) {
        ck_assert_ok(descent_trainer_evaluate(hand->trainer, &batch, validation));
    }
    double loss = descent_metrics_loss(validation);
    descent_schedule_step(schedule, loss);
    ck_assert_ok(descent_trainer_save(hand->trainer, hand->model));
    if (loss < hand->best_loss) {
        hand->best_loss = loss;
        ck_assert_ok(descent_trainer_save(hand->trainer, hand->best));
    }
}

static const descent_schedule_kind kinds[] = {DESCENT_SCHEDULE_PLATEAU, DESCENT_SCHEDULE_COSINE};

START_TEST(a_fit_is_the_loop_by_hand)
{
    struct fitted_data data;
    struct hand hand;
    fitted_data_create(&data, true);
    descent_fit_config config = fitted_config();
    config.schedule.kind = kinds[_i];
    config.patience = 0;
    descent_fit *fit = fitted_create(&data, 5, &config);
    hand_create(&hand, &data, 5, &config);
    descent_schedule schedule = descent_schedule_over(&config.schedule, 6 * 4);
    for (uint64_t epoch = 1; epoch <= 6; epoch++) {
        descent_metrics train = {0}, validation = {0};
        ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_NONE);
        ck_assert_ok(descent_fit_epoch(fit));
        hand_epoch(&hand, epoch, &schedule, &train, &validation);
        const descent_figures *figures = descent_fit_figures(fit);
        ck_assert_mem_eq(&figures->train, &train, sizeof train);
        ck_assert_mem_eq(&figures->validation, &validation, sizeof validation);
        ck_assert(fitted_same(descent_fit_model(fit), hand.model));
        ck_assert(fitted_same(descent_fit_best(fit), hand.best));
        ck_assert_double_eq(descent_fit_progress(fit)->best_loss, hand.best_loss);
        ck_assert_mem_eq(&descent_fit_schedule(fit)->plateau, &schedule.plateau,
                         sizeof schedule.plateau);
    }
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_EPOCHS);
    ck_assert_uint_eq(descent_fit_progress(fit)->samples, 6 * TRAIN);
    descent_fit_destroy(fit);
    hand_destroy(&hand);
    fitted_data_destroy(&data);
}
END_TEST

enum { MANY = 5000 };

/* A step of more samples than a part has: one gradient of all of them. */
START_TEST(a_large_batch_is_summed_up_in_parts)
{
    static float features[MANY];
    static int32_t labels[MANY];
    for (size_t i = 0; i < MANY; i++) {
        features[i] = (float)(i % 101) / 50.0f - 1.0f;
        labels[i] = i % 101 > 40;
    }
    const descent_samples samples = {
        .shape = {1, {1}}, .count = MANY, .floats = features, .labels = labels, .classes = 2};
    descent_dataset *dataset;
    descent_model *model = fitted_model(1, 4, 2);
    descent_fit *fit;
    descent_trainer *trainer;
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    config.trainer.batch = 0;
    config.no_shuffle = true;
    config.epochs = 1;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    ck_assert_ok(descent_fit_create(&fit, model, dataset, NULL, &config));
    ck_assert_ok(descent_fit_epoch(fit));
    ck_assert_uint_eq(descent_trainer_steps(descent_fit_trainer(fit)), 1);

    config.trainer.batch = 4096;
    ck_assert_ok(descent_trainer_create(&trainer, model, &config.trainer));
    const descent_batch first = {.features = features, .labels = labels, .n = 4096};
    const descent_batch second = {
        .features = features + 4096, .labels = labels + 4096, .n = MANY - 4096};
    ck_assert_ok(descent_trainer_backward(trainer, &first, MANY, NULL));
    ck_assert_ok(descent_trainer_backward(trainer, &second, MANY, NULL));
    ck_assert_ok(descent_trainer_step(trainer, NULL, 0.1, NULL));
    ck_assert_ok(descent_trainer_save(trainer, model));
    ck_assert(fitted_same(descent_fit_model(fit), model));
    ck_assert_ptr_eq(descent_fit_best(fit), descent_fit_model(fit));

    descent_trainer_destroy(trainer);
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    descent_dataset_destroy(dataset);
}
END_TEST

/* Bare steps are those of the epochs, in their order, without what epochs judge. */
START_TEST(steps_alone_are_those_of_epochs)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = fitted_config();
    config.schedule.kind = DESCENT_SCHEDULE_CONSTANT;
    config.patience = 0;
    descent_fit *whole = fitted_create(&data, 5, &config);
    descent_fit *steps = fitted_create(&data, 5, &config);
    descent_model *model = fitted_model(FEATURES, 5, CLASSES);
    descent_metrics metrics = {0};
    ck_assert_ok(descent_fit_epoch(whole));
    ck_assert_ok(descent_fit_epoch(whole));
    for (int step = 0; step < 8; step++) {
        ck_assert_ok(descent_fit_step(steps, 0.05, &metrics));
    }
    ck_assert_ok(descent_trainer_save(descent_fit_trainer(steps), model));
    ck_assert(fitted_same(descent_fit_model(whole), model));
    ck_assert_uint_eq(metrics.samples, 2 * TRAIN);
    ck_assert_uint_eq(descent_fit_progress(steps)->epoch, 0);
    descent_model_destroy(model);
    descent_fit_destroy(whole);
    descent_fit_destroy(steps);
    fitted_data_destroy(&data);
}
END_TEST

/* The curvature's own loss and gradient are those of evaluation and measurement. */
static void look_at_curvature(descent_fit *fit, const struct fitted_data *data,
                              const descent_model *zeros)
{
    const descent_curvature_config config = DESCENT_CURVATURE_DEFAULT;
    const descent_figures *figures = descent_fit_figures(fit);
    descent_curvature held, train, of_zeros;
    ck_assert_ok(descent_fit_curvature(fit, NULL, data->held, &config, &held));
    ck_assert_ok(descent_fit_curvature(fit, NULL, data->train, &config, &train));
    ck_assert_ok(descent_fit_curvature(fit, zeros, data->held, &config, &of_zeros));
    double norm = descent_trainer_gradient_norm(descent_fit_trainer(fit));
    ck_assert_double_eq_tol(held.loss, descent_metrics_loss(&figures->validation), 1e-6);
    ck_assert_double_eq_tol(train.gradient_norm, norm, 1e-4 * norm + 1e-7);
    ck_assert_double_eq_tol(of_zeros.loss, log(CLASSES), 1e-6);
}

/* Evaluations of present and other weights, gradient and curvature leave the training as it is. */
START_TEST(looking_changes_nothing)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = fitted_config();
    descent_fit *plain = fitted_create(&data, 5, &config);
    descent_fit *seen = fitted_create(&data, 5, &config);
    descent_model *zeros = fitted_model(FEATURES, 5, CLASSES);
    memset(descent_model_parameters(zeros), 0,
           descent_model_parameter_count(zeros) * sizeof(float));
    while (descent_fit_stopped(plain) == DESCENT_STOP_NONE) {
        descent_metrics held = {0}, of_zeros = {0};
        ck_assert_ok(descent_fit_epoch(plain));
        ck_assert_ok(descent_fit_epoch(seen));
        ck_assert_ok(descent_fit_evaluate(seen, NULL, data.held, &held));
        ck_assert_ok(descent_fit_evaluate(seen, zeros, data.held, &of_zeros));
        ck_assert_ok(descent_fit_measure(seen));
        look_at_curvature(seen, &data, zeros);
        ck_assert_mem_eq(&held, &descent_fit_figures(seen)->validation, sizeof held);
        ck_assert_double_eq_tol(descent_metrics_loss(&of_zeros), log(CLASSES), 1e-6);
        ck_assert(fitted_same(descent_fit_model(plain), descent_fit_model(seen)));
    }
    ck_assert_int_eq(descent_fit_stopped(seen), descent_fit_stopped(plain));
    descent_model_destroy(zeros);
    descent_fit_destroy(plain);
    descent_fit_destroy(seen);
    fitted_data_destroy(&data);
}
END_TEST

/* Numbers out of range, and the words that name them. */
static const struct {
    size_t offset;
    double number;
    const char *words;
} spoilt[] = {
#define SPOILT(member, number, words)                                                              \
    {                                                                                              \
        offsetof(descent_fit_config, member), number, words                                        \
    }
    SPOILT(budget, -1.0, "budget ≥ 0"),
    SPOILT(budget, HUGE_VAL, "budget ≥ 0"),
    SPOILT(budget, 1.0, "a clock with a budget"),
    SPOILT(target_accuracy, 1.5, "target_accuracy in [0, 1]"),
    SPOILT(target_accuracy, NAN, "target_accuracy in [0, 1]"),
    SPOILT(gradient_tolerance, -1.0, "gradient_tolerance ≥ 0"),
    SPOILT(loss_limit, NAN, "loss_limit ≥ 0"),
    SPOILT(schedule.lr, 0.0, "lr > 0"),
    SPOILT(trainer.dropout, 1.0, "dropout in [0, 1)"),
    SPOILT(augment.shift, -1.0, "shift"),
};

static void assert_refused(descent_status expected, const char *words, const descent_model *model,
                           const descent_dataset *train, const descent_dataset *held,
                           const descent_fit_config *config)
{
    descent_fit *fit = (descent_fit *)&spoilt;
    ck_assert_int_eq(descent_fit_create(&fit, model, train, held, config), expected);
    ck_assert_ptr_null(fit);
    ck_assert_msg(strstr(descent_last_error(), words) != NULL, "%s", descent_last_error());
}

START_TEST(numbers_out_of_range_are_refused)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    descent_model *model = fitted_model(FEATURES, 4, CLASSES);
    *(double *)((char *)&config + spoilt[_i].offset) = spoilt[_i].number;
    assert_refused(DESCENT_ERROR_INVALID, spoilt[_i].words, model, data.train, data.held, &config);
    descent_model_destroy(model);
    fitted_data_destroy(&data);
}
END_TEST

START_TEST(what_does_not_go_together_is_refused)
{
    struct fitted_data data, numbers;
    fitted_data_create(&data, true);
    fitted_data_create(&numbers, false);
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    descent_model *model = fitted_model(FEATURES, 4, CLASSES), *one = fitted_model(FEATURES, 4, 1);
    descent_model *wide = fitted_model(FEATURES + 1, 4, CLASSES);
    assert_refused(DESCENT_ERROR_MISMATCH, "samples of 4 numbers", wide, data.train, NULL, &config);
    assert_refused(DESCENT_ERROR_MISMATCH, "1 classes", one, data.train, NULL, &config);
    assert_refused(DESCENT_ERROR_MISMATCH, "3 targets", model, numbers.train, NULL, &config);
    assert_refused(DESCENT_ERROR_INVALID, "labels with cross-entropy", one, numbers.train, NULL,
                   &config);
    const descent_curvature_config looking = DESCENT_CURVATURE_DEFAULT;
    descent_fit *fit = fitted_create(&data, 4, &config);
    descent_curvature curvature;
    ck_assert_int_eq(descent_fit_curvature(fit, wide, data.train, &looking, &curvature),
                     DESCENT_ERROR_MISMATCH);
    descent_fit_destroy(fit);
    config.patience = 1;
    assert_refused(DESCENT_ERROR_INVALID, "validation samples with patience", model, data.train,
                   NULL, &config);
    config.patience = 0;
    config.epochs = 0;
    assert_refused(DESCENT_ERROR_INVALID, "epochs ≥ 1", model, data.train, NULL, &config);
    config.epochs = UINT64_MAX;
    assert_refused(DESCENT_ERROR_INVALID, "epochs: expected at most", model, data.train, NULL,
                   &config);
    config.epochs = 1;
    config.trainer.loss.kind = DESCENT_LOSS_MSE;
    config.target_accuracy = 0.5;
    assert_refused(DESCENT_ERROR_INVALID, "labels with target_accuracy", one, numbers.train, NULL,
                   &config);
    descent_model_destroy(model);
    descent_model_destroy(one);
    descent_model_destroy(wide);
    fitted_data_destroy(&data);
    fitted_data_destroy(&numbers);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_fit_is_the_loop_by_hand, TEST_COUNT(kinds)),
        TEST_CASE(a_large_batch_is_summed_up_in_parts),
        TEST_CASE(steps_alone_are_those_of_epochs),
        TEST_CASE(looking_changes_nothing),
        TEST_LOOP(numbers_out_of_range_are_refused, TEST_COUNT(spoilt)),
        TEST_CASE(what_does_not_go_together_is_refused),
    };
    return run_tests_on_engines("fit", cases, TEST_COUNT(cases));
}

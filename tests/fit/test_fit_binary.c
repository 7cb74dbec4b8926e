/*
 * Fits with binary cross-entropy: several labels a sample, one output for two classes, what is
 * guessed, and what is refused.
 */
#include "fit/fitted.h"
#include "scratch.h"

#include <stdio.h>

enum { LABELS = 2 };

/* Whether feature 0 is above a half, and whether feature 1 is: or shares as they are given. */
static descent_dataset *create_labelled(const struct fitted_data *data, const float *shares)
{
    static float targets[TRAIN * LABELS];
    for (size_t i = 0; i < TRAIN * LABELS; i++) {
        float feature = data->features[i / LABELS * FEATURES + i % LABELS];
        targets[i] = shares != NULL ? shares[i % LABELS] : feature > 0.5F ? 1 : 0;
    }
    const descent_samples samples = {.shape = {1, {FEATURES}},
                                     .count = TRAIN,
                                     .floats = data->features,
                                     .targets = targets,
                                     .outputs = LABELS};
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    return dataset;
}

static descent_fit_config binary_config(void)
{
    descent_fit_config config = fitted_config();
    config.trainer.loss.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    config.trainer.dropout = 0;
    config.patience = 0;
    config.epochs = 60;
    return config;
}

START_TEST(several_labels_are_learned)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_dataset *dataset = create_labelled(&data, NULL);
    descent_fit_config config = binary_config();
    config.target_accuracy = 0.9;
    descent_model *model = fitted_model(FEATURES, 8, LABELS);
    descent_fit *fit;
    descent_metrics metrics = {0};
    ck_assert_ok(descent_fit_create(&fit, model, dataset, NULL, &config));
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_ACCURACY);
    ck_assert_ok(descent_fit_evaluate(fit, NULL, dataset, &metrics));
    ck_assert_uint_ge(metrics.correct, TRAIN * 8 / 10);
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    descent_dataset_destroy(dataset);
    fitted_data_destroy(&data);
}
END_TEST

/* The first two of three classes, by one output; a third class is refused. */
START_TEST(one_output_learns_two_classes)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = binary_config();
    descent_model *model = fitted_model(FEATURES, 8, 1);
    descent_fit *fit;
    ck_assert_int_eq(descent_fit_create(&fit, model, data.train, NULL, &config),
                     DESCENT_ERROR_MISMATCH);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "2 classes"));
    for (size_t i = 0; i < TRAIN; i++) {
        data.labels[i] = data.features[i * FEATURES] > 0.5F;
    }
    const descent_samples samples = {.shape = {1, {FEATURES}},
                                     .count = TRAIN,
                                     .floats = data.features,
                                     .labels = data.labels,
                                     .classes = 2};
    descent_dataset *dataset;
    descent_metrics metrics = {0};
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    ck_assert_ok(descent_fit_create(&fit, model, dataset, NULL, &config));
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_ok(descent_fit_evaluate(fit, NULL, dataset, &metrics));
    ck_assert_uint_ge(metrics.correct, TRAIN * 9 / 10);
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    descent_dataset_destroy(dataset);
    fitted_data_destroy(&data);
}
END_TEST

/* Zero weights guess: the limit is that of ln 2 an output. */
START_TEST(the_limit_is_by_the_loss_of_guessing)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_dataset *dataset = create_labelled(&data, NULL);
    descent_fit_config config = binary_config();
    config.loss_limit = 0.5;
    descent_model *model = fitted_model(FEATURES, 0, LABELS);
    descent_fit *fit;
    char limit[32];
    ck_assert_ok(descent_fit_create(&fit, model, dataset, NULL, &config));
    ck_assert_int_eq(descent_fit_epoch(fit), DESCENT_ERROR_DIVERGED);
    snprintf(limit, sizeof limit, "up to %.4g", 0.5 * LABELS * log(2));
    ck_assert_ptr_nonnull(strstr(descent_last_error(), limit));
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    descent_dataset_destroy(dataset);
    fitted_data_destroy(&data);
}
END_TEST

START_TEST(targets_beyond_shares_are_refused)
{
    static const float shares[][LABELS] = {{0, 1.25F}, {-0.5F, 1}};
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_dataset *dataset = create_labelled(&data, shares[_i]);
    descent_fit_config config = binary_config();
    descent_model *model = fitted_model(FEATURES, 0, LABELS);
    descent_fit *fit;
    ck_assert_int_eq(descent_fit_create(&fit, model, dataset, NULL, &config),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), _i == 0 ? "1.25" : "-0.5"));
    descent_model_destroy(model);
    descent_dataset_destroy(dataset);
    fitted_data_destroy(&data);
}
END_TEST

/* An output of its own for a class that the training data lack: its best constant answer is no. The
 * hidden units of zero weights stay off. */
START_TEST(a_model_of_more_classes_is_given_up)
{
    static const descent_loss_kind kinds[] = {DESCENT_LOSS_CROSS_ENTROPY,
                                              DESCENT_LOSS_BINARY_CROSS_ENTROPY, DESCENT_LOSS_MSE};
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = binary_config();
    config.trainer.loss.kind = kinds[_i];
    config.schedule.lr = 1e-12;
    config.give_up = true;
    config.gradient_tolerance = 0;
    descent_model_config shape = {.layers = 2,
                                  .sizes = {FEATURES, 4, CLASSES + 2},
                                  .activation = DESCENT_ACTIVATION_RELU,
                                  .init = DESCENT_INIT_ZEROS};
    descent_model *model;
    descent_fit *fit;
    ck_assert_ok(descent_model_create(&model, &shape));
    ck_assert_ok(descent_fit_create(&fit, model, data.train, NULL, &config));
    ck_assert_ok(descent_fit_run(fit, NULL));
    ck_assert_int_eq(descent_fit_stopped(fit), DESCENT_STOP_GIVEN_UP);
    ck_assert_uint_eq(descent_fit_progress(fit)->epoch, DESCENT_LOST_EPOCHS);
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    fitted_data_destroy(&data);
}
END_TEST

/* Shares that are standardized are none any more. */
START_TEST(standardized_targets_are_refused)
{
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_dataset *dataset = create_labelled(&data, NULL);
    const descent_preparation_config standardized = {.targets = true};
    descent_preparation *preparation;
    ck_assert_ok(descent_preparation_create(&preparation, dataset, &standardized));
    descent_fit_config config = binary_config();
    config.preparation = preparation;
    descent_model *model = fitted_model(FEATURES, 0, LABELS);
    descent_fit *fit;
    ck_assert_int_eq(descent_fit_create(&fit, model, dataset, NULL, &config),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "standardizes"));
    descent_preparation_destroy(preparation);
    descent_model_destroy(model);
    descent_dataset_destroy(dataset);
    fitted_data_destroy(&data);
}
END_TEST

/* A training on logits does not begin behind another activation, whatever the loss on them. */
START_TEST(logits_behind_an_activation_are_refused)
{
    static const descent_loss_kind kinds[] = {DESCENT_LOSS_CROSS_ENTROPY,
                                              DESCENT_LOSS_BINARY_CROSS_ENTROPY, DESCENT_LOSS_MSE};
    struct fitted_data data;
    fitted_data_create(&data, true);
    descent_fit_config config = binary_config();
    config.trainer.loss.kind = kinds[_i];
    descent_model_config shape = {
        .layers = 1, .sizes = {FEATURES, CLASSES}, .output_activation = DESCENT_ACTIVATION_SIGMOID};
    descent_model *model;
    descent_fit *fit;
    ck_assert_ok(descent_model_create(&model, &shape));
    ck_assert_ok(descent_fit_create(&fit, model, data.train, NULL, &config));
    descent_status status = descent_fit_epoch(fit);
    if (kinds[_i] == DESCENT_LOSS_MSE) {
        ck_assert_ok(status);
    } else {
        ck_assert_int_eq(status, DESCENT_ERROR_INVALID);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "sigmoid"));
        ck_assert_ptr_nonnull(strstr(descent_last_error(), descent_loss_name(kinds[_i])));
    }
    descent_fit_destroy(fit);
    descent_model_destroy(model);
    fitted_data_destroy(&data);
}
END_TEST

/* One that began so before goes on. */
START_TEST(a_training_that_has_begun_goes_on_behind_an_activation)
{
    struct fitted_data data;
    const char *path = scratch_path("checkpoint");
    fitted_data_create(&data, true);
    descent_fit_config config = binary_config();
    descent_model_config shape = {
        .layers = 1, .sizes = {FEATURES, CLASSES}, .output_activation = DESCENT_ACTIVATION_SIGMOID};
    descent_model *model;
    descent_fit *fit, *resumed;
    ck_assert_ok(descent_model_create(&model, &shape));
    config.trainer.loss.kind = DESCENT_LOSS_MSE;
    ck_assert_ok(descent_fit_create(&fit, model, data.train, NULL, &config));
    ck_assert_ok(descent_fit_epoch(fit));
    ck_assert_ok(descent_fit_save(fit, path, NULL));
    config.trainer.loss.kind = DESCENT_LOSS_CROSS_ENTROPY;
    ck_assert_ok(descent_fit_create(&resumed, model, data.train, NULL, &config));
    ck_assert_ok(descent_fit_load(resumed, path));
    ck_assert_ok(descent_fit_epoch(resumed));
    descent_fit_destroy(fit);
    descent_fit_destroy(resumed);
    descent_model_destroy(model);
    fitted_data_destroy(&data);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(several_labels_are_learned),
        TEST_CASE(one_output_learns_two_classes),
        TEST_CASE(the_limit_is_by_the_loss_of_guessing),
        TEST_LOOP(targets_beyond_shares_are_refused, 2),
        TEST_LOOP(a_model_of_more_classes_is_given_up, 3),
        TEST_CASE(standardized_targets_are_refused),
        TEST_LOOP(logits_behind_an_activation_are_refused, 3),
        TEST_CASE(a_training_that_has_begun_goes_on_behind_an_activation),
    };
    scratch_begin();
    int status = run_tests_on_engines("fit_binary", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}

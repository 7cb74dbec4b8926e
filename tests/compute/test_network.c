/*
 * Networks forwards: against the reference and PyTorch, losses with closed forms, accuracy, and bad
 * batches.
 */
#include "engines.h"
#include "golden.h"

#include "compute/loss_private.h"

#include <math.h>
#include <string.h>

static const struct {
    descent_model_config shape;
    size_t n;
} shapes[] = {
    {{.layers = 1, .sizes = {1, 1}}, 1},
    {{.layers = 1, .sizes = {253, 13}}, 7},
    {{.layers = 2, .sizes = {13, 7, 5}}, 33},
    {{.layers = 3, .sizes = {7, 253, 1, 253}}, 2},
    {{.layers = 5, .sizes = {13, 7, 13, 7, 13, 7}}, 33},
};

/* Every shape with every activation, hidden and output in turn. */
START_TEST(outputs_agree_with_the_reference)
{
    for (size_t s = 0; s < TEST_COUNT(shapes); s++) {
        descent_model_config shape = shapes[s].shape;
        size_t outputs = shapes[s].n * shape.sizes[shape.layers];
        double *expected = calloc(outputs, sizeof *expected);
        float *found = calloc(outputs, sizeof *found);
        struct problem problem;
        shape.activation = (descent_activation)_i;
        shape.output_activation = (descent_activation)((_i + 1) % DESCENT_ACTIVATION_COUNT);
        problem_create(&problem, &shape, shapes[s].n, 3);
        descent_model *model = problem_model(&problem);
        descent_network *network;
        ck_assert_ok(test_network_create(&network, model, problem.n, 0));
        reference_forward(&problem.network, problem.features, problem.n, expected);
        ck_assert_ok(descent_network_forward(network, problem.features, problem.n, found));
        for (size_t i = 0; i < outputs; i++) {
            ck_assert_double_eq_tol((double)found[i], expected[i], 5e-6);
        }
        descent_network_destroy(network);
        descent_model_destroy(model);
        problem_destroy(&problem);
        free(expected);
        free(found);
    }
}
END_TEST

START_TEST(logits_and_losses_agree_with_pytorch)
{
    struct golden_network golden;
    golden_network_load(&golden, (size_t)_i);
    const struct problem *problem = &golden.problem;
    descent_batch batch = problem_batch(problem, golden.objective);
    float logits[GOLDEN_LOGITS];
    descent_metrics metrics = {0};
    descent_model *model = problem_model(problem);
    descent_network *network;
    ck_assert_ok(test_network_create(&network, model, problem->n, 0));
    ck_assert_ok(descent_network_forward(network, problem->features, problem->n, logits));
    for (size_t i = 0; i < GOLDEN_LOGITS; i++) {
        ck_assert_double_eq_tol((double)logits[i], golden.logits[i], 1e-6);
    }
    ck_assert_ok(
        descent_network_evaluate(network, &golden.objective->loss, &batch, &metrics, NULL));
    ck_assert_double_eq_tol(descent_metrics_loss(&metrics), golden.loss, 1e-6);
    descent_network_destroy(network);
    descent_model_destroy(model);
    golden_network_free(&golden);
}
END_TEST

/* A 3-C network of zero weights over n samples with labels 0, 1, 2, … */
struct zero_network {
    descent_model *model;
    descent_network *network;
    descent_batch batch;
    float features[3 * 20];
    int32_t labels[20];
};

static void create_zero_network(struct zero_network *zero, size_t classes)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 1;
    config.sizes[0] = 3;
    config.sizes[1] = classes;
    config.init = DESCENT_INIT_ZEROS;
    *zero = (struct zero_network){.batch = {.n = 20}};
    zero->batch.features = zero->features;
    zero->batch.labels = zero->labels;
    for (size_t i = 0; i < 20; i++) {
        zero->features[i] = (float)i;
        zero->labels[i] = (int32_t)(i % classes);
    }
    ck_assert_ok(descent_model_create(&zero->model, &config));
    ck_assert_ok(test_network_create(&zero->network, zero->model, 20, 0));
}

static void destroy_zero_network(struct zero_network *zero)
{
    descent_network_destroy(zero->network);
    descent_model_destroy(zero->model);
}

static const size_t class_counts[] = {2, 10, 1000};

/* All classes equally likely: the loss is ln C, with or without smoothing. */
START_TEST(zero_weights_lose_the_logarithm_of_the_classes)
{
    struct zero_network zero;
    create_zero_network(&zero, class_counts[_i]);
    for (size_t k = 0; k < 2; k++) {
        descent_metrics metrics = {0};
        ck_assert_ok(descent_network_evaluate(zero.network, &objectives[k].loss, &zero.batch,
                                              &metrics, NULL));
        ck_assert_uint_eq(metrics.samples, 20);
        ck_assert_double_eq_tol(metrics.loss_sum / 20, log((double)class_counts[_i]), 1e-6);
    }
    destroy_zero_network(&zero);
}
END_TEST

/* All outputs tie, so class 0 is the answer, and two labels of twenty are 0. */
START_TEST(the_first_of_equal_outputs_wins)
{
    struct zero_network zero;
    descent_metrics metrics = {0};
    int32_t predictions[20];
    memset(predictions, -1, sizeof predictions);
    create_zero_network(&zero, 10);
    ck_assert_ok(descent_network_evaluate(zero.network, &objectives[0].loss, &zero.batch, &metrics,
                                          predictions));
    ck_assert_uint_eq(metrics.correct, 2);
    for (size_t i = 0; i < 20; i++) {
        ck_assert_int_eq(predictions[i], 0);
    }
    destroy_zero_network(&zero);
}
END_TEST

START_TEST(predictions_are_the_largest_outputs)
{
    struct problem problem;
    descent_model_config shape = {.layers = 2, .sizes = {13, 7, 5}};
    double outputs[33 * 5];
    int32_t predictions[33];
    descent_metrics metrics = {0};
    size_t correct = 0;
    problem_create(&problem, &shape, 33, 9);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_model *model = problem_model(&problem);
    descent_network *network;
    ck_assert_ok(test_network_create(&network, model, 40, 0));
    ck_assert_ok(
        descent_network_evaluate(network, &objectives[0].loss, &batch, &metrics, predictions));
    reference_forward(&problem.network, problem.features, 33, outputs);
    for (size_t s = 0; s < 33; s++) {
        for (size_t k = 0; k < 5; k++) {
            ck_assert_double_le(outputs[s * 5 + k], outputs[s * 5 + (size_t)predictions[s]] + 1e-6);
        }
        correct += predictions[s] == problem.labels[s];
    }
    ck_assert_uint_eq(metrics.correct, correct);
    ck_assert_uint_gt(correct, 0);
    descent_network_destroy(network);
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

/* Batches of any length add up: 20 + 7 + 6 samples are 33. */
START_TEST(metrics_add_up_over_batches)
{
    const size_t lengths[] = {20, 7, 6};
    struct problem problem;
    descent_model_config shape = {.layers = 2, .sizes = {13, 7, 5}};
    problem_create(&problem, &shape, 33, 9);
    descent_model *model = problem_model(&problem);
    descent_network *network;
    ck_assert_ok(test_network_create(&network, model, 33, 0));
    descent_batch batch = problem_batch(&problem, &objectives[_i]);
    descent_metrics whole = {0};
    descent_metrics parts = {0};
    const descent_loss *loss = &objectives[_i].loss;
    ck_assert_ok(descent_network_evaluate(network, loss, &batch, &whole, NULL));
    for (size_t i = 0, first = 0; i < TEST_COUNT(lengths); first += lengths[i++]) {
        descent_batch part = problem_part(&problem, batch, first, lengths[i]);
        ck_assert_ok(descent_network_evaluate(network, loss, &part, &parts, NULL));
    }
    ck_assert_uint_eq(whole.samples, 33);
    ck_assert_uint_eq(parts.samples, 33);
    ck_assert_uint_eq(parts.correct, whole.correct);
    ck_assert_double_eq_tol(parts.loss_sum, whole.loss_sum, 1e-5);
    double mean = reference_loss(&problem.network, loss, &batch);
    ck_assert_double_eq_tol(descent_metrics_loss(&whole), mean, 1e-6);
    descent_network_destroy(network);
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

/* Logits of ±1000 overflow e^z unless shifted: −log softmax is 2000, or 0 for the right label. */
START_TEST(huge_logits_have_a_finite_loss)
{
    descent_model_config config = {.layers = 1, .sizes = {1, 2}, .init = DESCENT_INIT_ZEROS};
    const float feature = 1;
    descent_model *model;
    descent_network *network;
    ck_assert_ok(descent_model_create(&model, &config));
    descent_model_parameters(model)[0] = 1000;
    descent_model_parameters(model)[1] = -1000;
    ck_assert_ok(test_network_create(&network, model, 1, 0));
    for (int32_t label = 0; label < 2; label++) {
        descent_metrics metrics = {0};
        descent_batch batch = {.features = &feature, .labels = &label, .n = 1};
        ck_assert_ok(
            descent_network_evaluate(network, &objectives[0].loss, &batch, &metrics, NULL));
        ck_assert_double_eq_tol(metrics.loss_sum, 2000.0 * label, 1e-3);
        ck_assert_uint_eq(metrics.correct, label == 0);
    }
    descent_network_destroy(network);
    descent_model_destroy(model);
}
END_TEST

START_TEST(a_network_keeps_its_own_parameters)
{
    struct zero_network zero;
    float outputs[20 * 10];
    create_zero_network(&zero, 10);
    descent_model_parameters(zero.model)[0] = 5;
    ck_assert_ok(descent_network_forward(zero.network, zero.features, 20, outputs));
    for (size_t i = 0; i < TEST_COUNT(outputs); i++) {
        ck_assert_float_eq(outputs[i], 0);
    }
    destroy_zero_network(&zero);
}
END_TEST

static void assert_refused(descent_status status, const char *found)
{
    ck_assert_int_eq(status, DESCENT_ERROR_INVALID);
    ck_assert_msg(strstr(descent_last_error(), found) != NULL, "\"%s\" does not say %s",
                  descent_last_error(), found);
}

START_TEST(bad_batches_are_refused)
{
    struct zero_network zero;
    descent_metrics metrics = {0};
    float outputs[20 * 10];
    const float targets[20 * 10] = {0};
    create_zero_network(&zero, 10);
    const descent_loss *loss = &objectives[0].loss;
    descent_batch bad = zero.batch;
    bad.n = 0;
    assert_refused(descent_network_evaluate(zero.network, loss, &bad, &metrics, NULL), "0");
    assert_refused(descent_network_forward(zero.network, zero.features, 0, outputs), "0");
    bad.n = 21;
    assert_refused(descent_network_evaluate(zero.network, loss, &bad, &metrics, NULL), "21");
    assert_refused(descent_network_forward(zero.network, zero.features, 21, outputs), "21");
    bad.n = 20;
    zero.labels[19] = 10;
    assert_refused(descent_network_evaluate(zero.network, loss, &bad, &metrics, NULL), "10");
    zero.labels[19] = -1;
    assert_refused(descent_network_evaluate(zero.network, loss, &bad, &metrics, NULL), "-1");
    bad.labels = NULL;
    assert_refused(descent_network_evaluate(zero.network, loss, &bad, &metrics, NULL), "");
    bad.targets = targets;
    assert_refused(descent_network_evaluate(zero.network, loss, &bad, &metrics, NULL), "");
    ck_assert_uint_eq(metrics.samples, 0);
    ck_assert_double_eq(metrics.loss_sum, 0);
    destroy_zero_network(&zero);
}
END_TEST

START_TEST(a_feature_that_is_no_number_is_reported)
{
    struct problem problem;
    descent_model_config shape = {.layers = 2, .sizes = {13, 7, 5}};
    shape.activation = (descent_activation)_i;
    problem_create(&problem, &shape, 7, 2);
    problem.features[5] = copysignf(NAN, -1); /* its sign says nothing */
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_metrics metrics = {.samples = 3, .loss_sum = 4};
    descent_model *model = problem_model(&problem);
    descent_network *network;
    ck_assert_ok(test_network_create(&network, model, 7, 0));
    ck_assert_int_eq(descent_network_evaluate(network, &objectives[0].loss, &batch, &metrics, NULL),
                     DESCENT_ERROR_NONFINITE);
    ck_assert_str_eq(descent_last_error(), "loss: expected a finite number, found nan");
    ck_assert_uint_eq(metrics.samples, 3);
    ck_assert_double_eq(metrics.loss_sum, 4);
    descent_network_destroy(network);
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

START_TEST(a_batch_of_none_cannot_be_planned)
{
    struct zero_network zero;
    create_zero_network(&zero, 10);
    descent_network *network = zero.network;
    assert_refused(test_network_create(&network, zero.model, 0, 0), "0");
    ck_assert_ptr_null(network);
    descent_network_destroy(NULL);
    destroy_zero_network(&zero);
}
END_TEST

/* A field that is new and not added up here fails by the size. */
START_TEST(every_field_of_metrics_is_added)
{
    descent_metrics sum = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const descent_metrics more = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110};
    descent_metrics_add(&sum, &more);
    ck_assert_double_eq(sum.loss_sum, 11);
    ck_assert_double_eq(sum.weight_sum, 22);
    ck_assert_double_eq(sum.square_sum, 33);
    ck_assert_uint_eq(sum.correct, 44);
    ck_assert_uint_eq(sum.samples, 55);
    ck_assert_double_eq(sum.norm_sum, 66);
    ck_assert_uint_eq(sum.norms, 77);
    ck_assert_double_eq(sum.noise_sum, 88);
    ck_assert_double_eq(sum.signal_sum, 99);
    ck_assert_double_eq(sum.signal_square_sum, 110);
    ck_assert_uint_eq(sum.noises, 121);
    ck_assert_uint_eq(sizeof sum, 7 * sizeof(double) + 4 * sizeof(size_t));
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(outputs_agree_with_the_reference, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(logits_and_losses_agree_with_pytorch, GOLDEN_NETWORKS),
        TEST_LOOP(zero_weights_lose_the_logarithm_of_the_classes, TEST_COUNT(class_counts)),
        TEST_CASE(the_first_of_equal_outputs_wins),
        TEST_CASE(predictions_are_the_largest_outputs),
        TEST_LOOP(metrics_add_up_over_batches, OBJECTIVES),
        TEST_CASE(every_field_of_metrics_is_added),
        TEST_CASE(huge_logits_have_a_finite_loss),
        TEST_CASE(a_network_keeps_its_own_parameters),
        TEST_CASE(bad_batches_are_refused),
        TEST_LOOP(a_feature_that_is_no_number_is_reported, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(a_batch_of_none_cannot_be_planned),
    };
    return run_tests_on_engines("network", cases, TEST_COUNT(cases));
}

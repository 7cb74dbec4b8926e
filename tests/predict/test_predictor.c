/*
 * Predictors: answers against closed forms in double precision, files that say what cannot be, and
 * memory that is not there.
 */
#include "harness.h"
#include "scratch.h"

#include "allocations.h"

#include <descent/predictor.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { INPUTS = 2, MANY = 2 * DESCENT_PREDICTOR_BATCH + 3 };

/* W x + b of the models below, for the logit of output o. */
static const float weights[3][INPUTS] = {{0.5f, -1.0f}, {2.0f, 0.25f}, {-1.5f, 1.0f}};
static const float bias[3] = {0.125f, -0.5f, 1.0f};

/* A model of one layer with the first of these outputs. */
static const char *save_model(const char *name, size_t outputs, const descent_metadata *metadata,
                              size_t count)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 1;
    config.sizes[0] = INPUTS;
    config.sizes[1] = outputs;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    descent_layer layer = descent_model_layer(model, 0);
    memcpy(layer.weights, weights, outputs * sizeof weights[0]);
    memcpy(layer.bias, bias, outputs * sizeof bias[0]);
    const char *path = scratch_path(name);
    ck_assert_ok(descent_model_save(model, path, metadata, count));
    descent_model_destroy(model);
    return path;
}

static descent_predictor *load(size_t outputs, const descent_metadata *metadata, size_t count)
{
    descent_predictor *predictor;
    ck_assert_ok(descent_predictor_load(&predictor, save_model("model", outputs, metadata, count)));
    return predictor;
}

static double logit(size_t o, double first, double second)
{
    return (double)weights[o][0] * first + (double)weights[o][1] * second + (double)bias[o];
}

static double sigmoid(double z)
{
    return 1.0 / (1.0 + exp(-z));
}

START_TEST(a_classifier_of_bytes_gives_the_softmax_of_named_classes)
{
    static const descent_metadata metadata[] = {
        {"loss", "cross-entropy"},
        {"class_names", "[\"ant\", \"bee\", \"cat\"]"},
        {"preprocessing", "divide-by-255"},
        {"input_shape", "[2]"},
        {"preparation",
         "{\"standardize\": \"feature\", \"mean\": [0.5, 0.25], \"deviation\": [0.125, 2.0]}"},
    };
    static const float pixels[][INPUTS] = {{0.0f, 255.0f}, {51.0f, 102.0f}, {255.0f, 0.0f}};
    descent_predictor *predictor = load(3, metadata, TEST_COUNT(metadata));
    float answers[TEST_COUNT(pixels)][3];
    int32_t classes[TEST_COUNT(pixels)];
    ck_assert_ok(
        descent_predictor_run(predictor, pixels[0], TEST_COUNT(pixels), answers[0], classes));
    for (size_t i = 0; i < TEST_COUNT(pixels); i++) {
        double first = ((double)pixels[i][0] / 255.0 - 0.5) / 0.125;
        double second = ((double)pixels[i][1] / 255.0 - 0.25) / 2.0;
        double powers[3], sum = 0.0;
        int32_t best = 0;
        for (int32_t o = 0; o < 3; o++) {
            powers[o] = exp(logit((size_t)o, first, second));
            sum += powers[o];
            best = powers[o] > powers[best] ? o : best;
        }
        for (size_t o = 0; o < 3; o++) {
            ck_assert_double_eq_tol((double)answers[i][o], powers[o] / sum, 1e-6);
        }
        ck_assert_int_eq(classes[i], best);
    }
    ck_assert_int_eq(descent_predictor_task(predictor), DESCENT_TASK_CLASSES);
    ck_assert(descent_predictor_gives_probabilities(predictor));
    ck_assert(descent_predictor_is_named(predictor));
    ck_assert_str_eq(descent_predictor_names(predictor)[1], "bee");
    ck_assert_uint_eq(descent_predictor_answers(predictor), 3);
    ck_assert_uint_eq(descent_predictor_inputs(predictor), INPUTS);
    ck_assert_uint_eq(descent_predictor_shape(predictor)->sizes[0], 2);
    ck_assert_int_eq(descent_predictor_values(predictor), DESCENT_VALUES_BYTES);
    descent_predictor_destroy(predictor);
}
END_TEST

/* By reference and back, to nearly the same answers; also of a model that ends at a layer. */
START_TEST(answers_come_by_reference_as_well)
{
    static const descent_metadata metadata[] = {{"preprocessing", "divide-by-255"}};
    static const float pixels[][INPUTS] = {{0.0f, 255.0f}, {51.0f, 102.0f}, {255.0f, 0.0f}};
    descent_predictor *predictor = load(3, metadata, TEST_COUNT(metadata));
    float answers[3][3][3];
    int32_t classes[3][3];
    for (size_t way = 0; way < 3; way++) {
        descent_predictor_use_reference(predictor, way == 1);
        ck_assert_ok(descent_predictor_run(predictor, pixels[0], 3, answers[way][0], classes[way]));
    }
    for (size_t i = 0; i < 3; i++) {
        for (size_t o = 0; o < 3; o++) {
            ck_assert_float_eq_tol(answers[1][i][o], answers[0][i][o], 1e-6f);
            ck_assert_float_eq(answers[2][i][o], answers[0][i][o]);
        }
        ck_assert_int_eq(classes[1][i], classes[0][i]);
    }
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(one_output_stands_for_two_classes)
{
    static const descent_metadata metadata[] = {{"loss", "binary-cross-entropy"}};
    static const float samples[][INPUTS] = {{1.0f, 2.0f}, {3.0f, -1.0f}};
    descent_predictor *predictor = load(1, metadata, TEST_COUNT(metadata));
    float answers[2][2];
    int32_t classes[2];
    ck_assert_uint_eq(descent_predictor_answers(predictor), 2);
    ck_assert_ok(descent_predictor_run(predictor, samples[0], 2, answers[0], classes));
    for (size_t i = 0; i < 2; i++) {
        double z = logit(0, (double)samples[i][0], (double)samples[i][1]);
        ck_assert_double_eq_tol((double)answers[i][0], sigmoid(-z), 1e-6);
        ck_assert_double_eq_tol((double)answers[i][1], sigmoid(z), 1e-6);
        ck_assert_int_eq(classes[i], z > 0.0);
    }
    ck_assert(!descent_predictor_is_named(predictor));
    ck_assert_str_eq(descent_predictor_names(predictor)[1], "1");
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(each_label_has_a_probability_of_its_own)
{
    static const descent_metadata metadata[] = {{"loss", "binary-cross-entropy"},
                                                {"task", "multi-label"}};
    static const float sample[INPUTS] = {0.5f, 1.5f};
    descent_predictor *predictor = load(3, metadata, TEST_COUNT(metadata));
    float answers[3];
    int32_t class = 7;
    ck_assert_ok(descent_predictor_run(predictor, sample, 1, answers, &class));
    for (size_t o = 0; o < 3; o++) {
        ck_assert_double_eq_tol((double)answers[o], sigmoid(logit(o, 0.5, 1.5)), 1e-6);
    }
    ck_assert_int_eq(class, -1);
    ck_assert_int_eq(descent_predictor_task(predictor), DESCENT_TASK_LABELS);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(numbers_come_in_the_units_of_the_targets)
{
    static const descent_metadata metadata[] = {
        {"loss", "mse"},
        {"task", "regression"},
        {"target_names", "[\"price\", \"area\"]"},
        {"preparation", "{\"standardize\": \"none\", \"target_mean\": [100, -3], "
                        "\"target_deviation\": [8, 0.5]}"},
    };
    static const float sample[INPUTS] = {0.5f, 1.5f};
    descent_predictor *predictor = load(2, metadata, TEST_COUNT(metadata));
    float answers[2];
    ck_assert_ok(descent_predictor_run(predictor, sample, 1, answers, NULL));
    ck_assert_double_eq_tol((double)answers[0], logit(0, 0.5, 1.5) * 8.0 + 100.0, 1e-4);
    ck_assert_double_eq_tol((double)answers[1], logit(1, 0.5, 1.5) * 0.5 - 3.0, 1e-5);
    ck_assert(!descent_predictor_gives_probabilities(predictor));
    ck_assert_str_eq(descent_predictor_names(predictor)[0], "price");
    ck_assert_ptr_null(descent_predictor_columns(predictor));
    ck_assert_ptr_null(descent_predictor_shape(predictor));
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(classes_by_squared_error_answer_with_their_outputs)
{
    static const descent_metadata metadata[] = {{"loss", "mse"}};
    static const float sample[INPUTS] = {0.5f, 1.5f};
    descent_predictor *predictor = load(3, metadata, TEST_COUNT(metadata));
    float answers[3];
    int32_t class = 7;
    ck_assert_ok(descent_predictor_run(predictor, sample, 1, answers, &class));
    for (size_t o = 0; o < 3; o++) {
        ck_assert_double_eq_tol((double)answers[o], logit(o, 0.5, 1.5), 1e-6);
    }
    ck_assert_int_eq(class, 2); /* of −1.125, 0.875 and 1.75 */
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(probabilities_that_are_equal_are_told_apart_by_their_outputs)
{
    static const descent_metadata metadata[] = {{"loss", "binary-cross-entropy"}};
    static const float sample[INPUTS] = {40.0f, -100.0f}; /* logits 120.1 and 54.5 */
    descent_predictor *predictor = load(2, metadata, TEST_COUNT(metadata));
    float answers[2];
    int32_t class = 7;
    ck_assert_ok(descent_predictor_run(predictor, sample, 1, answers, &class));
    ck_assert_float_eq(answers[0], 1.0f);
    ck_assert_float_eq(answers[1], 1.0f);
    ck_assert_int_eq(class, 0);
    descent_predictor_destroy(predictor);
}
END_TEST

/* Behind any activation, and beside a sample that has an answer. */
START_TEST(a_feature_that_is_not_a_number_has_no_class)
{
    static const float samples[][INPUTS] = {{1.0f, NAN}, {1.0f, 2.0f}};
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = INPUTS, config.sizes[1] = 5, config.sizes[2] = 3;
    config.activation = (descent_activation)_i;
    descent_model *model;
    descent_predictor *predictor;
    ck_assert_ok(descent_model_create(&model, &config));
    const char *path = scratch_path("model");
    ck_assert_ok(descent_model_save(model, path, NULL, 0));
    ck_assert_ok(descent_predictor_load(&predictor, path));
    float answers[2][3];
    int32_t classes[2] = {7, 7};
    ck_assert_ok(descent_predictor_run(predictor, samples[0], 2, answers[0], classes));
    for (size_t o = 0; o < 3; o++) {
        ck_assert_float_nan(answers[0][o]);
        ck_assert_float_finite(answers[1][o]);
    }
    ck_assert_int_eq(classes[0], -1);
    ck_assert_int_ge(classes[1], 0);
    descent_predictor_destroy(predictor);
    descent_model_destroy(model);
}
END_TEST

/* More than a batch, in one call and in calls of one; also in halves. The products may be summed in
 * another order: two products and a bias, so 2 roundings of numbers below 8. */
START_TEST(any_number_of_samples_is_answered)
{
    static float samples[MANY][INPUTS], together[MANY][3];
    static int32_t classes[MANY];
    descent_predictor *predictor = load(3, NULL, 0);
    for (size_t i = 0; i < MANY; i++) {
        samples[i][0] = (float)(i % 17) / 8.0f - 1.0f;
        samples[i][1] = (float)(i % 5) / 4.0f;
    }
    ck_assert_ok(descent_predictor_run(predictor, samples[0], MANY, together[0], classes));
    for (size_t i = 0; i < MANY; i++) {
        float alone[3], outputs[3];
        int32_t class;
        ck_assert_ok(descent_predictor_run(predictor, samples[i], 1, alone, &class));
        ck_assert_ok(descent_predictor_outputs(predictor, samples[i], 1, outputs));
        descent_predictor_answer(predictor, outputs, outputs);
        ck_assert_mem_eq(outputs, alone, sizeof alone);
        for (size_t o = 0; o < 3; o++) {
            ck_assert_float_eq_tol(together[i][o], alone[o], 8.0f * 0x1p-23f);
        }
        ck_assert_int_eq(class, classes[i]);
    }
    ck_assert_ok(descent_predictor_run(predictor, samples[0], 0, NULL, NULL));
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(a_predictor_can_stop_at_a_hidden_layer)
{
    static const descent_metadata metadata[] = {
        {"preparation", "{\"standardize\": \"set\", \"mean\": [1], \"deviation\": [2]}"}};
    static const float sample[INPUTS] = {3.0f, 7.0f};
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = INPUTS, config.sizes[1] = 3, config.sizes[2] = 4;
    descent_model *model;
    descent_predictor *predictor;
    ck_assert_ok(descent_model_create(&model, &config));
    descent_layer layer = descent_model_layer(model, 0);
    memcpy(layer.weights, weights, sizeof weights);
    memcpy(layer.bias, bias, sizeof bias);
    const char *path = scratch_path("deep");
    ck_assert_ok(descent_model_save(model, path, metadata, TEST_COUNT(metadata)));
    ck_assert_ok(descent_predictor_load(&predictor, path));

    float units[4];
    ck_assert_int_eq(descent_predictor_stop_at(predictor, 0), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_stop_at(predictor, 2), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "1 to 1, found 2"));
    ck_assert_ok(descent_predictor_run(predictor, sample, 1, units, NULL));
    ck_assert_ok(descent_predictor_stop_at(predictor, 1));
    ck_assert_uint_eq(descent_predictor_answers(predictor), 3);
    ck_assert_ok(descent_predictor_run(predictor, sample, 1, units, NULL));
    for (size_t o = 0; o < 3; o++) {
        ck_assert_double_eq_tol((double)units[o], fmax(logit(o, 1.0, 3.0), 0.0), 1e-6);
    }
    ck_assert_str_eq(descent_predictor_names(predictor)[2], "unit 3");
    ck_assert_int_eq(descent_predictor_task(predictor), DESCENT_TASK_NUMBERS);
    descent_predictor_destroy(predictor);
    descent_model_destroy(model);
}
END_TEST

/* Also between two questions; a file without the entry is of a time that had one engine. */
START_TEST(the_engine_is_that_of_the_file_unless_another_is_taken)
{
    static const float sample[INPUTS] = {0.75f, -2.5f};
    for (int e = 0; e < DESCENT_ENGINE_COUNT; e++) {
        const descent_engine engine = (descent_engine)e;
        const descent_metadata metadata[] = {
            {"loss", "mse"}, {"task", "regression"}, {"engine", descent_engine_name(engine)}};
        descent_predictor *predictor = load(3, metadata, TEST_COUNT(metadata));
        ck_assert_int_eq(descent_predictor_engine(predictor), engine);
        for (int o = 0; o < DESCENT_ENGINE_COUNT; o++) {
            float answers[3];
            ck_assert_ok(descent_predictor_use_engine(predictor, (descent_engine)o));
            ck_assert_int_eq(descent_predictor_engine(predictor), o);
            ck_assert_ok(descent_predictor_run(predictor, sample, 1, answers, NULL));
            for (size_t i = 0; i < 3; i++) {
                ck_assert_double_eq_tol((double)answers[i], logit(i, 0.75, -2.5), 1e-5);
            }
        }
        descent_predictor_destroy(predictor);
        predictor = load(3, metadata, TEST_COUNT(metadata) - 1);
        ck_assert_int_eq(descent_predictor_engine(predictor), DESCENT_ENGINE_BLAS);
        descent_predictor_destroy(predictor);
    }
}
END_TEST

static const struct {
    descent_metadata entries[2];
    const char *said;
} broken[] = {
    {{{"loss", "hinge"}}, "loss: expected cross-entropy, mse or binary-cross-entropy, found 'h"},
    {{{"engine", "steam"}}, "engine: expected blas or packed, found 'steam'"},
    {{{"task", "clustering"}}, "task: expected regression or multi-label, found 'clustering'"},
    {{{"task", "regression"}, {"loss", "cross-entropy"}}, "loss: expected mse for regression"},
    {{{"task", "multi-label"}, {"loss", "mse"}}, "loss: expected binary-cross-entropy"},
    {{{"label_smoothing", "1"}}, "label_smoothing: expected a number in [0, 1), found '1'"},
    {{{"label_smoothing", "nan"}}, "label_smoothing: expected a number in [0, 1)"},
    {{{"label_smoothing", "-0.1"}}, "label_smoothing: expected a number in [0, 1)"},
    {{{"class_weights", "[1, 2]"}}, "class_weights: expected a JSON array of 3 numbers > 0"},
    {{{"class_weights", "[1, 2, 0]"}}, "class_weights: expected a JSON array of 3 numbers > 0"},
    {{{"preprocessing", "halved"}}, "preprocessing: expected divide-by-255 or none"},
    {{{"preparation", "{}"}}, "metadata: preparation: expected \"standardize\""},
    {{{"input_shape", "3x2"}}, "input_shape: expected sizes with a product of 2"},
    {{{"input_shape", "wide"}}, "input_shape: expected sizes with a product of 2"},
    {{{"input_shape", "1,1,1,1,1,1,1,1,2"}}, "input_shape: expected sizes with a product of 2"},
    {{{"input_shape", "999999999,999999999,999999999"}}, "input_shape: expected sizes with a"},
    {{{"input_shape", "0000000002"}}, "input_shape: expected sizes with a product of 2"},
    {{{"input_shape", "4294967297,4294967296"}}, "input_shape: expected sizes with a product"},
    {{{"class_names", "[\"a\", \"b\"]"}}, "class_names: expected a JSON array of 3 strings"},
    {{{"class_names", "[\"a\", \"b\", 3]"}}, "class_names: expected a JSON array of 3 strings"},
    {{{"class_names", "a, b, c"}}, "class_names: expected a JSON array of 3 strings"},
    {{{"task", "regression"}, {"loss", "mse"}}, NULL},
    {{{"columns", "[]"}}, "metadata: columns: "},
    {{{"columns", "[{\"kind\": \"numbers\", \"name\": \"a\", \"fill\": 1}]"}},
     "columns: expected columns of 2 features, found 1"},
};

START_TEST(a_file_that_cannot_be_right_is_refused_in_words)
{
    size_t count = broken[_i].entries[1].key != NULL ? 2 : 1;
    const char *path = save_model("model", 3, broken[_i].entries, count);
    descent_predictor *predictor = NULL;
    descent_status status = descent_predictor_load(&predictor, path);
    if (broken[_i].said == NULL) {
        ck_assert_int_eq(status, DESCENT_OK);
    } else {
        ck_assert_int_eq(status, DESCENT_ERROR_FORMAT);
        ck_assert_msg(strstr(descent_last_error(), broken[_i].said) != NULL, "%s",
                      descent_last_error());
        ck_assert_ptr_null(predictor);
    }
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(misuse_is_refused)
{
    float number = 0.0f;
    descent_predictor *predictor = load(3, NULL, 0);
    ck_assert_int_eq(descent_predictor_load(NULL, "x"), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_run(NULL, &number, 1, NULL, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_run(predictor, NULL, 1, NULL, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_outputs(predictor, &number, 1, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_stop_at(NULL, 1), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_stop_at(predictor, 1), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "found none to stop at"));
    ck_assert_int_eq(descent_predictor_use_engine(NULL, DESCENT_ENGINE_BLAS),
                     DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_use_engine(predictor, DESCENT_ENGINE_COUNT),
                     DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_engine(predictor), DESCENT_ENGINE_BLAS);
    descent_predictor_destroy(predictor);
    descent_predictor_destroy(NULL);
    ck_assert_int_eq(descent_predictor_load(&predictor, NULL), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(predictor);
    ck_assert_int_eq(descent_predictor_load(&predictor, scratch_path("none")),
                     DESCENT_ERROR_NOT_FOUND);
    ck_assert_ptr_null(predictor);
    ck_assert_str_eq(descent_task_name(DESCENT_TASK_LABELS), "labels");
    ck_assert_ptr_null(descent_task_name(DESCENT_TASK_COUNT));
}
END_TEST

/* With any one of the library's allocations failing. */
START_TEST(no_memory_is_said_and_nothing_is_left)
{
    static const descent_metadata metadata[] = {{"class_weights", "[1, 2, 3]"},
                                                {"class_names", "[\"a\", \"b\", \"c\"]"}};
    static const float sample[INPUTS] = {1.0f, 2.0f};
    float answers[3];
    const char *path = save_model("model", 3, metadata, TEST_COUNT(metadata));
    descent_status status = DESCENT_ERROR_MEMORY;
    for (size_t n = 1; status != DESCENT_OK && allocations_counted(); n++) {
        descent_predictor *predictor = NULL;
        allocations_fail_at(n);
        status = descent_predictor_load(&predictor, path);
        bool made = predictor != NULL;
        if (made) {
            status = descent_predictor_run(predictor, sample, 1, answers, NULL);
        }
        allocations_fail_at(0);
        ck_assert_uint_lt(n, 200);
        ck_assert(status == DESCENT_ERROR_MEMORY || (status == DESCENT_OK && made));
        if (made) {
            ck_assert_ok(descent_predictor_run(predictor, sample, 1, answers, NULL));
        }
        descent_predictor_destroy(predictor);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_classifier_of_bytes_gives_the_softmax_of_named_classes),
        TEST_CASE(answers_come_by_reference_as_well),
        TEST_CASE(one_output_stands_for_two_classes),
        TEST_CASE(each_label_has_a_probability_of_its_own),
        TEST_CASE(numbers_come_in_the_units_of_the_targets),
        TEST_CASE(classes_by_squared_error_answer_with_their_outputs),
        TEST_CASE(probabilities_that_are_equal_are_told_apart_by_their_outputs),
        TEST_LOOP(a_feature_that_is_not_a_number_has_no_class, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(any_number_of_samples_is_answered),
        TEST_CASE(a_predictor_can_stop_at_a_hidden_layer),
        TEST_CASE(the_engine_is_that_of_the_file_unless_another_is_taken),
        TEST_LOOP(a_file_that_cannot_be_right_is_refused_in_words, TEST_COUNT(broken)),
        TEST_CASE(misuse_is_refused),
        TEST_CASE(no_memory_is_said_and_nothing_is_left),
    };
    scratch_begin();
    int status = run_tests("predictor", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}

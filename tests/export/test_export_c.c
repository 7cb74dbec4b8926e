/*
 * Files of C as texts, and networks in bytes: what is refused, names of strangers, memory that is
 * not there. That compilers make the right numbers of them: cli/test_export.py.
 */
#include "harness.h"

#include "allocations.h"

#include <descent/export.h>
#include <math.h>
#include <string.h>

/* A predictor of a network with these sizes, all of whose parameters are one number. */
static descent_predictor *make(size_t inputs, size_t hidden, float number,
                               const descent_metadata *metadata, size_t count)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = inputs;
    config.sizes[1] = hidden;
    config.sizes[2] = 2;
    config.activation = DESCENT_ACTIVATION_TANH;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    for (size_t i = 0; i < descent_model_parameter_count(model); i++) {
        descent_model_parameters(model)[i] = number;
    }
    unsigned char *bytes;
    size_t size;
    ck_assert_ok(descent_model_encode(&bytes, &size, model, metadata, count));
    descent_predictor *predictor;
    ck_assert_ok(descent_predictor_decode(&predictor, bytes, size));
    free(bytes);
    descent_model_destroy(model);
    return predictor;
}

/* Two samples: rising features, the last of which is 1, and half of each. */
enum { FEATURES_MAX = 66320 };

static descent_dataset *make_dataset(size_t features)
{
    static const int32_t labels[] = {0, 1};
    static float numbers[2 * FEATURES_MAX];
    for (size_t i = 0; i < features; i++) {
        numbers[i] = (float)(i + 1) / (float)features;
        numbers[features + i] = 0.5f * numbers[i];
    }
    const descent_samples samples = {
        .shape = {1, {features}}, .count = 2, .floats = numbers, .labels = labels, .classes = 2};
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    return dataset;
}

static void assert_refused(const descent_predictor *predictor, const char *name, const char *part)
{
    const descent_export_c_config config = {.name = name};
    char *text = (char *)name;
    ck_assert_int_eq(descent_export_c(&text, predictor, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(text);
    ck_assert_msg(strstr(descent_last_error(), part) != NULL, "%s", descent_last_error());
}

START_TEST(names_that_are_none_are_refused)
{
    static const char far_too_long[] = "0123456789012345678901234567890123456789"
                                       "012345678901234567890123456789";
    const char *const names[] = {"", "1a", "a-b", "a b", "_a", "ä", "a.", "a\n", far_too_long};
    descent_predictor *predictor = make(2, 3, 0.5f, NULL, 0);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        assert_refused(predictor, names[i], "name");
    }
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(weights_that_are_no_numbers_are_refused)
{
    descent_predictor *predictor = make(2, 3, NAN, NULL, 0);
    assert_refused(predictor, "net", "nan as parameter 1");
    descent_predictor_destroy(predictor);
    predictor = make(2, 3, INFINITY, NULL, 0);
    assert_refused(predictor, "net", "infinite");
    descent_predictor_destroy(predictor);
}
END_TEST

/* The targets' units are those of the last layer. */
START_TEST(a_hidden_layer_has_no_units)
{
    static const descent_metadata metadata[] = {{"loss", "mse"},
                                                {"task", "regression"},
                                                {"preparation",
                                                 "{\"standardize\":\"none\",\"target_mean\":[1,2],"
                                                 "\"target_deviation\":[3,4]}"}};
    const descent_export_c_config config = {.name = "net"};
    descent_predictor *predictor = make(2, 2, 0.5f, metadata, TEST_COUNT(metadata));
    for (size_t layer = 0; layer < 2; layer++) {
        char *text;
        ck_assert_ok(layer > 0 ? descent_predictor_stop_at(predictor, layer) : DESCENT_OK);
        ck_assert_ok(descent_export_c(&text, predictor, &config));
        ck_assert_int_eq(strstr(text, "target_mean") != NULL, layer == 0);
        free(text);
    }
    descent_predictor_destroy(predictor);
}
END_TEST

/* Quotes, trigraphs, escapes, ends of comments and lines: each stays within its string, or its
 * comment. */
START_TEST(texts_of_strangers_stay_where_they_are_put)
{
    static const descent_metadata metadata[] = {{"class_names", "[\"a\\\"b?\?/\\\\\", \"c\\nä\"]"}};
    const descent_export_c_config config = {.name = "net", .about = "one */ int x;\ntwo\tthree"};
    descent_predictor *predictor = make(2, 3, 0.5f, metadata, TEST_COUNT(metadata));
    char *text;
    ck_assert_ok(descent_export_c(&text, predictor, &config));
    ck_assert_ptr_nonnull(strstr(text, " * one * / int x;\n * two?three\n"));
    ck_assert_ptr_nonnull(strstr(text, "    \"a\\042b\\077\\077/\\134\",\n"));
    ck_assert_ptr_nonnull(strstr(text, "    \"c\\012\\303\\244\",\n"));
    ck_assert_ptr_null(strstr(text, "?\?"));
    free(text);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(the_same_network_is_the_same_text)
{
    const descent_export_c_config config = {.name = "net"};
    descent_predictor *predictor = make(2, 3, 0.1f, NULL, 0);
    char *one, *other, *header;
    ck_assert_ok(descent_export_c(&one, predictor, &config));
    ck_assert_ok(descent_export_c(&other, predictor, &config));
    ck_assert_ok(descent_export_c_header(&header, predictor, &config));
    ck_assert_str_eq(one, other);
    ck_assert_ptr_nonnull(strstr(one, "0.1f"));
    ck_assert_ptr_nonnull(strstr(header, "#define NET_INPUTS 2\n"));
    free(one);
    free(other);
    free(header);
    descent_predictor_destroy(predictor);
}
END_TEST

/* 255 · 127 · 66,313 inputs are the first that 2^31 does not hold. */
START_TEST(sums_that_may_overflow_are_refused)
{
    static const size_t inputs[] = {66310, FEATURES_MAX};
    for (size_t i = 0; i < TEST_COUNT(inputs); i++) {
        descent_predictor *predictor = make(inputs[i], 1, 1e-3f, NULL, 0);
        descent_dataset *train = make_dataset(inputs[i]);
        descent_int8 *int8;
        descent_status status = descent_int8_create(&int8, predictor, train);
        ck_assert_int_eq(status, i == 0 ? DESCENT_OK : DESCENT_ERROR_INVALID);
        ck_assert((int8 != NULL) == (i == 0));
        if (i == 0) {
            ck_assert_int_ge(descent_int8_largest(int8), INT64_C(1) << 29);
            ck_assert_int_le(descent_int8_largest(int8), INT32_MAX);
        } else {
            ck_assert_ptr_nonnull(strstr(descent_last_error(), "layer 1"));
        }
        descent_int8_destroy(int8);
        descent_dataset_destroy(train);
        descent_predictor_destroy(predictor);
    }
}
END_TEST

/* A bias beside weights that are nearly nothing, and a unit that is nothing at all. */
START_TEST(lopsided_layers_stay_near_their_floats)
{
    static const float biases[] = {1.0f, -1e6f, 0.0f};
    for (size_t i = 0; i < TEST_COUNT(biases); i++) {
        descent_predictor *predictor = make(3, 4, 0.0f, NULL, 0);
        descent_layer layer = descent_model_layer(descent_predictor_model(predictor), 1);
        layer.weights[0] = 1e-12f;
        layer.bias[0] = biases[i];
        descent_dataset *train = make_dataset(3);
        descent_int8 *int8;
        ck_assert_ok(descent_int8_create(&int8, predictor, train));
        const float features[3] = {0.5f, -0.5f, 0.25f};
        float outputs[2];
        ck_assert_ok(descent_int8_outputs(int8, features, 1, outputs));
        ck_assert_double_eq_tol((double)outputs[0], (double)biases[i],
                                1e-9 + fabs((double)biases[i]) * 1e-6);
        ck_assert_float_eq(outputs[1], 0.0f);
        descent_int8_destroy(int8);
        descent_dataset_destroy(train);
        descent_predictor_destroy(predictor);
    }
}
END_TEST

START_TEST(what_is_no_number_counts_as_the_least)
{
    descent_predictor *predictor = make(2, 3, 0.5f, NULL, 0);
    descent_dataset *train = make_dataset(2);
    descent_int8 *int8;
    ck_assert_ok(descent_int8_create(&int8, predictor, train));
    const float features[3][2] = {{NAN, NAN}, {-INFINITY, -1e30f}, {-1.0f, -1.0f}};
    float outputs[3][2];
    ck_assert_ok(descent_int8_outputs(int8, features[0], 3, outputs[0]));
    ck_assert_mem_eq(outputs[0], outputs[1], sizeof outputs[0]);
    ck_assert_mem_eq(outputs[1], outputs[2], sizeof outputs[0]);
    descent_int8_destroy(int8);
    descent_dataset_destroy(train);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(data_of_another_size_are_refused)
{
    descent_predictor *predictor = make(2, 3, 0.5f, NULL, 0);
    descent_dataset *train = make_dataset(3);
    descent_int8 *int8;
    ck_assert_int_eq(descent_int8_create(&int8, predictor, train), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "samples of 2 numbers, found 3"));
    ck_assert_ptr_null(int8);
    descent_dataset_destroy(train);
    descent_predictor_destroy(predictor);
}
END_TEST

/* Each allocation fails in turn, until all succeed. */
START_TEST(memory_that_is_refused_leaves_nothing)
{
    if (!allocations_counted()) {
        return;
    }
    descent_predictor *predictor = make(2, 3, 0.5f, NULL, 0);
    descent_dataset *train = make_dataset(2);
    descent_status status = DESCENT_ERROR_MEMORY;
    size_t n = 1;
    for (; status != DESCENT_OK; n++) {
        char *text = NULL;
        descent_int8 *int8 = NULL;
        allocations_fail_at(n);
        status = descent_int8_create(&int8, predictor, train);
        if (status == DESCENT_OK) {
            const descent_export_c_config config = {.name = "net", .int8 = int8};
            status = descent_export_c(&text, predictor, &config);
        }
        allocations_fail_at(0);
        ck_assert((text != NULL) == (status == DESCENT_OK));
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        free(text);
        descent_int8_destroy(int8);
    }
    ck_assert_uint_gt(n, 15);
    descent_dataset_destroy(train);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(callers_that_give_nothing_are_refused)
{
    descent_predictor *predictor = make(2, 3, 0.5f, NULL, 0);
    const descent_export_c_config config = {.name = "net"};
    char *text;
    descent_int8 *int8;
    float number = 0.0f;
    ck_assert_int_eq(descent_export_c(NULL, predictor, &config), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_export_c(&text, NULL, &config), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_export_c(&text, predictor, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_export_c_header(&text, predictor, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_int8_create(NULL, predictor, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_int8_create(&int8, predictor, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_int8_outputs(NULL, &number, 1, &number), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_predictor_reference(predictor, NULL, &number), DESCENT_ERROR_INVALID);
    descent_int8_destroy(NULL);
    descent_predictor_destroy(predictor);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(names_that_are_none_are_refused),
        TEST_CASE(weights_that_are_no_numbers_are_refused),
        TEST_CASE(a_hidden_layer_has_no_units),
        TEST_CASE(texts_of_strangers_stay_where_they_are_put),
        TEST_CASE(the_same_network_is_the_same_text),
        TEST_CASE(sums_that_may_overflow_are_refused),
        TEST_CASE(lopsided_layers_stay_near_their_floats),
        TEST_CASE(what_is_no_number_counts_as_the_least),
        TEST_CASE(data_of_another_size_are_refused),
        TEST_CASE(memory_that_is_refused_leaves_nothing),
        TEST_CASE(callers_that_give_nothing_are_refused),
    };
    return run_tests("export_c", cases, TEST_COUNT(cases));
}

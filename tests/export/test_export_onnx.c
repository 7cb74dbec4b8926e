/*
 * Exporting as ONNX, as a caller sees it. Whether the numbers are right, test_onnx.py says.
 */
#include "allocations.h"
#include "harness.h"

#include <stdio.h>
#include <string.h>

static const descent_metadata metadata[] = {
    {"class_names", "[\"a\",\"ß\"]"},
    {"training", "{\"epoch\":3,\"validation_accuracy\":0.98765}"},
    {"loss", "cross-entropy"},
};

static descent_predictor *make_predictor(size_t inputs, size_t count)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = inputs, config.sizes[1] = 5, config.sizes[2] = 2;
    config.activation = DESCENT_ACTIVATION_GELU;
    descent_model *model;
    descent_predictor *predictor;
    unsigned char *bytes;
    size_t size;
    ck_assert_ok(descent_model_create(&model, &config));
    ck_assert_ok(descent_model_encode(&bytes, &size, model, count > 0 ? metadata : NULL, count));
    ck_assert_ok(descent_predictor_decode(&predictor, bytes, size));
    free(bytes);
    descent_model_destroy(model);
    return predictor;
}

static bool has(const unsigned char *bytes, size_t size, const char *text)
{
    size_t length = strlen(text), at = 0;
    while (at + length < size && memcmp(bytes + at, text, length) != 0) {
        at++;
    }
    return at + length < size;
}

START_TEST(the_same_model_gives_the_same_bytes)
{
    unsigned char *bytes[2];
    size_t sizes[2];
    for (size_t i = 0; i < 2; i++) {
        descent_predictor *predictor = make_predictor(7, TEST_COUNT(metadata));
        ck_assert_ok(descent_export_onnx(&bytes[i], &sizes[i], predictor));
        descent_predictor_destroy(predictor);
    }
    ck_assert_uint_eq(sizes[0], sizes[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}
END_TEST

START_TEST(what_the_models_file_says_goes_along)
{
    static const char *const said[] = {"class_names", "[\"a\",\"ß\"]", "validation_accuracy",
                                       "0.98765",     "7-5-2 gelu",    "classes"};
    char checksum[16];
    unsigned char *bytes;
    size_t size;
    descent_predictor *predictor = make_predictor(7, TEST_COUNT(metadata));
    ck_assert_ok(descent_export_onnx(&bytes, &size, predictor));
    for (size_t i = 0; i < TEST_COUNT(said); i++) {
        ck_assert_msg(has(bytes, size, said[i]), "expected '%s'", said[i]);
    }
    snprintf(checksum, sizeof checksum, "%08x",
             descent_model_fingerprint(descent_predictor_model(predictor)));
    ck_assert(has(bytes, size, checksum));
    free(bytes);
    descent_predictor_destroy(predictor);
}
END_TEST

/* A file from elsewhere has no names, loss or preparation; a hidden layer has none of the file's.
 */
START_TEST(what_is_not_there_is_left_out)
{
    unsigned char *bytes;
    size_t size;
    descent_predictor *predictor = make_predictor(7, 0);
    ck_assert_ok(descent_export_onnx(&bytes, &size, predictor));
    ck_assert(!has(bytes, size, "class_names\x12") && !has(bytes, size, "accuracy"));
    ck_assert(has(bytes, size, "probabilities"));
    free(bytes);
    descent_predictor_destroy(predictor);
    predictor = make_predictor(7, TEST_COUNT(metadata));
    ck_assert(!descent_predictor_is_stopped(predictor));
    ck_assert_ok(descent_predictor_stop_at(predictor, 1));
    ck_assert(descent_predictor_is_stopped(predictor));
    ck_assert_ok(descent_export_onnx(&bytes, &size, predictor));
    ck_assert(!has(bytes, size, "[\"a\"") && !has(bytes, size, "probabilities"));
    free(bytes);
    descent_predictor_destroy(predictor);
}
END_TEST

/* The weights take most of it, and the memory for all of it is taken at once. */
START_TEST(one_allocation_is_enough)
{
    unsigned char *bytes;
    size_t size;
    descent_predictor *predictor = make_predictor(3000, 0);
    size_t before = allocations_count();
    descent_status status = descent_export_onnx(&bytes, &size, predictor);
    size_t after = allocations_count(); /* Check allocates as well */
    ck_assert_int_eq(status, DESCENT_OK);
    ck_assert_uint_le(after, before + 1);
    ck_assert_uint_lt(size, sizeof(float) * (3000 * 5 + 5 + 5 * 2 + 2) + 1500);
    free(bytes);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(failures_are_clean)
{
    unsigned char *bytes = NULL;
    size_t size = 1;
    descent_predictor *predictor = make_predictor(7, 0);
    ck_assert_int_eq(descent_export_onnx(NULL, &size, predictor), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_export_onnx(&bytes, NULL, predictor), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_export_onnx(&bytes, &size, NULL), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(bytes);
    ck_assert_uint_eq(size, 0);
    if (allocations_counted()) {
        allocations_fail_at(1);
        descent_status status = descent_export_onnx(&bytes, &size, predictor);
        allocations_fail_at(0);
        ck_assert_int_eq(status, DESCENT_ERROR_MEMORY);
        ck_assert_ptr_null(bytes);
    }
    descent_predictor_destroy(predictor);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(the_same_model_gives_the_same_bytes),
        TEST_CASE(what_the_models_file_says_goes_along),
        TEST_CASE(what_is_not_there_is_left_out),
        TEST_CASE(one_allocation_is_enough),
        TEST_CASE(failures_are_clean),
    };
    return run_tests("export_onnx", cases, TEST_COUNT(cases));
}

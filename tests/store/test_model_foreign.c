/*
 * Model files from elsewhere: layers of any type and name, and files that are no network or do not
 * agree with themselves.
 */
#include "harness.h"
#include "scratch.h"

#include "allocations.h"
#include "disk.h"
#include "store/layer_tensors.h"
#include "store/model_file.h"
#include "store/safetensors.h"

#include <errno.h>
#include <stdbool.h>

/* Tensors of a foreign nn.Sequential, with dropout in between, in the order of their names and in
 * several types. */
static const float weights_0[] = {1, 2, 3, 4, 5, 6};
static const uint16_t bias_0[] = {0x3c00, 0xc000}; /* 1, −2 */
static const double weights_12[] = {0.5, -0.5};
static const uint16_t bias_12[] = {0x4040}; /* 3 as BF16 */
static const descent_tensor foreign[] = {
    {"12.bias", DESCENT_TYPE_BF16, {1, {1}}, bias_12},
    {"12.weight", DESCENT_TYPE_F64, {2, {1, 2}}, weights_12},
    {"4.bias", DESCENT_TYPE_F16, {1, {2}}, bias_0},
    {"4.weight", DESCENT_TYPE_F32, {2, {2, 3}}, weights_0},
};
enum { FOREIGN_COUNT = sizeof foreign / sizeof foreign[0] };

START_TEST(a_foreign_sequential_is_read)
{
    const char *path = scratch_path("foreign");
    ck_assert_ok(descent_safetensors_save(path, foreign, FOREIGN_COUNT, NULL, 0));
    descent_model *model;
    ck_assert_ok(descent_model_load(&model, NULL, path));
    char text[64];
    descent_model_describe(model, text, sizeof text);
    ck_assert_str_eq(text, "3-2-1 relu");
    const float expected[] = {1, 2, 3, 4, 5, 6, 1, -2, 0.5f, -0.5f, 3};
    ck_assert_uint_eq(descent_model_parameter_count(model), TEST_COUNT(expected));
    ck_assert_mem_eq(descent_model_parameters(model), expected, sizeof expected);
    descent_model_destroy(model);
}
END_TEST

/* Each tensor is read by itself, and converted: with any allocation or read failing. */
START_TEST(a_foreign_file_that_cannot_be_read_is_told)
{
    const char *path = scratch_path("foreign");
    ck_assert_ok(descent_safetensors_save(path, foreign, FOREIGN_COUNT, NULL, 0));
    bool failed = _i == 0 ? allocations_counted() : disk_can_fail();
    for (size_t n = 1; failed; n++) {
        descent_model *model;
        allocations_fail_at(_i == 0 ? n : 0);
        disk_fail_at(DISK_READ, _i == 1 ? n : 0, EIO);
        descent_status status = descent_model_load(&model, NULL, path);
        failed = _i == 0 ? allocations_failed() : disk_has_failed(DISK_READ);
        allocations_fail_at(0);
        disk_fail_at(DISK_READ, 0, 0);
        ck_assert_int_eq(status, !failed   ? DESCENT_OK
                                 : _i == 0 ? DESCENT_ERROR_MEMORY
                                           : DESCENT_ERROR_IO);
        ck_assert_int_eq(failed, model == NULL);
        ck_assert(failed || n > FOREIGN_COUNT);
        descent_model_destroy(model);
    }
}
END_TEST

static void assert_refused(const descent_tensor *tensors, size_t count,
                           const descent_metadata *metadata, size_t metadata_count,
                           const char *reason)
{
    const char *path = scratch_path("bad");
    ck_assert_ok(descent_safetensors_save(path, tensors, count, metadata, metadata_count));
    descent_model *model;
    descent_safetensors *file;
    ck_assert_int_eq(descent_model_load(&model, &file, path), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(model);
    ck_assert_ptr_null(file);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    ck_assert_msg(strstr(descent_last_error(), reason) != NULL, "expected '%s', found '%s'", reason,
                  descent_last_error());
}

/* One tensor of the foreign file replaced. */
static const struct {
    size_t at;
    descent_tensor tensor;
    const char *reason;
} bad_tensors[] = {
    {0, {"12.biases", DESCENT_TYPE_BF16, {1, {1}}, bias_12}, "layer 12: expected weight and bias"},
    {0, {"bias", DESCENT_TYPE_BF16, {1, {1}}, bias_12}, "expected weight and bias, found no"},
    {0, {"012.bias", DESCENT_TYPE_BF16, {1, {1}}, bias_12}, "expected weight and bias, found no"},
    {0, {"4294967308.bias", DESCENT_TYPE_BF16, {1, {1}}, bias_12}, "expected weight and bias"},
    {0, {"bn.running_mean", DESCENT_TYPE_BF16, {1, {1}}, bias_12}, "found batch normalization"},
    {0, {"11.bias", DESCENT_TYPE_BF16, {1, {1}}, bias_12}, "layer 11: expected weight and bias"},
    {1, {"11.weight", DESCENT_TYPE_F64, {2, {1, 2}}, weights_12}, "layer 11: expected weight and"},
    {0, {"12.bias", DESCENT_TYPE_BF16, {2, {1, 1}}, bias_12}, "expected [1], the outputs of its"},
    {0, {"12.bias", DESCENT_TYPE_F32, {1, {2}}, weights_0}, "found [2]"},
    {0, {"12.bias", DESCENT_TYPE_F32, {0}, weights_0}, "found []"},
    {1, {"12.weight", DESCENT_TYPE_F64, {2, {2, 1}}, weights_12}, "[outputs × 2], the outputs of"},
    {1, {"12.weight", DESCENT_TYPE_F64, {1, {2}}, weights_12}, "found [2]"},
    {1, {"12.weight", DESCENT_TYPE_F64, {2, {0, 2}}, weights_12}, "found [0 × 2]"},
    {3, {"4.weight", DESCENT_TYPE_F32, {3, {2, 3, 1}}, weights_0}, "found [2 × 3 × 1]"},
    {3, {"4.weight", DESCENT_TYPE_U8, {2, {2, 3}}, weights_0}, "expected F32, F64, F16 or BF16"},
    {1, {"12.weight", DESCENT_TYPE_I64, {2, {1, 2}}, weights_12}, "F16 or BF16, found I64"},
    {3, {"4.weight", DESCENT_TYPE_F32, {2, {2, 0}}, weights_0}, "expected [outputs × inputs]"},
};

START_TEST(tensors_that_are_no_network_are_refused)
{
    descent_tensor tensors[FOREIGN_COUNT];
    memcpy(tensors, foreign, sizeof tensors);
    tensors[bad_tensors[_i].at] = bad_tensors[_i].tensor;
    assert_refused(tensors, FOREIGN_COUNT, NULL, 0, bad_tensors[_i].reason);
}
END_TEST

/* The same network under other names: around the numbers, without numbers, and beside tensors of no
 * layer; each with what is to be said of it. Names of the second layer come first. */
static const struct {
    const char *second, *first; /* layers */
    const char *other;          /* tensor, or NULL */
    const char *said;
} namings[] = {
    {"model.12", "model.4", NULL, ""},
    {"_orig_mod.2", "_orig_mod.0", NULL, ""},
    {"module.net.10", "module.net.9", NULL, ""},
    {"fc10", "fc1", NULL, ""},
    {"layer2.0", "layer1.0", NULL, ""},
    {"b2.c1", "b1.c1", NULL, ""},
    {"2", "0", "mean", "ignored, as part of no layer: mean"},
    {"out", "hidden", NULL, "layers in the order of their shapes: hidden, out"},
    {"b2.c1", "b1.c2", NULL, "layers in the order of their shapes: b1.c2, b2.c1"},
    {"head", "body", "ema.decay",
     "layers in the order of their shapes: body, head; ignored, as part of no layer: ema.decay"},
};

START_TEST(names_of_any_kind_are_read)
{
    char names[FOREIGN_COUNT][64];
    descent_tensor tensors[FOREIGN_COUNT + 1];
    memcpy(tensors, foreign, sizeof foreign);
    for (size_t i = 0; i < FOREIGN_COUNT; i++) {
        snprintf(names[i], sizeof names[i], "%s.%s", i < 2 ? namings[_i].second : namings[_i].first,
                 i % 2 == 0 ? "bias" : "weight");
        tensors[i].name = names[i];
    }
    bool more = namings[_i].other != NULL;
    tensors[FOREIGN_COUNT] =
        (descent_tensor){namings[_i].other, DESCENT_TYPE_F32, {1, {3}}, weights_0};
    const char *path = scratch_path("named");
    ck_assert_ok(descent_safetensors_save(path, tensors, FOREIGN_COUNT + more, NULL, 0));
    descent_model *model;
    descent_safetensors *file;
    ck_assert_ok(descent_model_load(&model, &file, path));
    const float expected[] = {1, 2, 3, 4, 5, 6, 1, -2, 0.5f, -0.5f, 3};
    ck_assert_uint_eq(descent_model_parameter_count(model), TEST_COUNT(expected));
    ck_assert_mem_eq(descent_model_parameters(model), expected, sizeof expected);
    char said[128];
    descent_model_describe_import(file, said, sizeof said);
    ck_assert_str_eq(said, namings[_i].said);
    char cut[8];
    descent_model_describe_import(file, cut, sizeof cut);
    ck_assert_mem_eq(cut, said, strlen(cut));
    descent_safetensors_destroy(file);
    descent_model_destroy(model);
}
END_TEST

/* 2-2-2-1 and a ring: several orders fit, or none has a beginning. */
START_TEST(an_order_that_nothing_tells_is_refused)
{
    static const char reason[] = "which do not tell their order";
    const descent_tensor tensors[] = {
        {"a.weight", DESCENT_TYPE_F32, {2, {2, 3}}, weights_0},
        {"a.bias", DESCENT_TYPE_F32, {1, {2}}, weights_0},
        {"b.weight", DESCENT_TYPE_F32, {2, {2, 2}}, weights_0},
        {"b.bias", DESCENT_TYPE_F32, {1, {2}}, weights_0},
        {"c.weight", DESCENT_TYPE_F32, {2, {1, 2}}, weights_0},
        {"c.bias", DESCENT_TYPE_F32, {1, {1}}, weights_0},
    };
    const descent_tensor ring[] = {
        {"a.weight", DESCENT_TYPE_F32, {2, {2, 3}}, weights_0},
        {"a.bias", DESCENT_TYPE_F32, {1, {2}}, weights_0},
        {"b.weight", DESCENT_TYPE_F32, {2, {3, 2}}, weights_0},
        {"b.bias", DESCENT_TYPE_F32, {1, {3}}, weights_0},
    };
    assert_refused(tensors, 6, NULL, 0, reason);
    assert_refused(ring, 4, NULL, 0, reason);
}
END_TEST

/* Shapes that fit in one order, as deep as that may be. */
START_TEST(three_layers_tell_their_order)
{
    const descent_tensor tensors[] = {
        {"a.weight", DESCENT_TYPE_F32, {2, {1, 4}}, weights_0},
        {"a.bias", DESCENT_TYPE_F32, {1, {1}}, weights_0},
        {"b.weight", DESCENT_TYPE_F32, {2, {4, 1}}, weights_0},
        {"b.bias", DESCENT_TYPE_F32, {1, {4}}, weights_0},
        {"c.weight", DESCENT_TYPE_F32, {2, {2, 3}}, weights_0},
        {"c.bias", DESCENT_TYPE_F32, {1, {2}}, weights_0},
        {"d.weight", DESCENT_TYPE_F32, {2, {1, 2}}, weights_0},
        {"d.bias", DESCENT_TYPE_F32, {1, {1}}, weights_0},
    };
    const char *path = scratch_path("three");
    ck_assert_ok(descent_safetensors_save(path, tensors + 2, 6, NULL, 0));
    descent_model *model;
    ck_assert_ok(descent_model_load(&model, NULL, path));
    char text[64];
    descent_model_describe(model, text, sizeof text);
    ck_assert_str_eq(text, "3-2-1-4 relu");
    descent_model_destroy(model);
}
END_TEST

/* More weights than a model may have: a header says that before the tensors are read. */
START_TEST(too_many_parameters_are_refused)
{
    enum { OUTPUTS = 1 << 20, INPUTS = 1024 };
    descent_tensor tensors[] = {
        {"0.weight", DESCENT_TYPE_F16, {2, {OUTPUTS, INPUTS}}, NULL},
        {"0.bias", DESCENT_TYPE_F16, {1, {OUTPUTS}}, NULL},
    };
    const descent_safetensors file = {.tensors = tensors, .tensor_count = 2};
    struct descent_model_plan plan;
    ck_assert_int_eq(descent_model_plan_read(&plan, &file, "", "x"), DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), "parameters: expected at most 1073741824, found") !=
                      NULL,
                  "%s", descent_last_error());
}
END_TEST

/* One layer has one order, though it takes as many numbers as it gives. */
START_TEST(a_single_layer_needs_no_number)
{
    static const char *const names[][2] = {{"linear.weight", "linear.bias"}, {"weight", "bias"}};
    const descent_tensor tensors[] = {
        {names[_i][0], DESCENT_TYPE_F32, {2, {2, 2}}, weights_0},
        {names[_i][1], DESCENT_TYPE_F32, {1, {2}}, weights_0},
    };
    const char *path = scratch_path("single");
    ck_assert_ok(descent_safetensors_save(path, tensors, 2, NULL, 0));
    descent_model *model;
    descent_safetensors *file;
    ck_assert_ok(descent_model_load(&model, &file, path));
    const float expected[] = {1, 2, 3, 4, 1, 2};
    ck_assert_uint_eq(descent_model_parameter_count(model), TEST_COUNT(expected));
    ck_assert_mem_eq(descent_model_parameters(model), expected, sizeof expected);
    char said[128];
    descent_model_describe_import(file, said, sizeof said);
    ck_assert_str_eq(said, "");
    descent_safetensors_destroy(file);
    descent_model_destroy(model);
}
END_TEST

/* A normalisation between dense layers is part of what the network computes. */
START_TEST(a_layer_of_another_kind_is_refused)
{
    descent_tensor tensors[FOREIGN_COUNT + 2];
    memcpy(tensors, foreign, sizeof foreign);
    tensors[FOREIGN_COUNT] = (descent_tensor){"norm.weight", DESCENT_TYPE_F32, {1, {2}}, weights_0};
    tensors[FOREIGN_COUNT + 1] =
        (descent_tensor){"norm.bias", DESCENT_TYPE_F32, {1, {2}}, weights_0};
    assert_refused(tensors, FOREIGN_COUNT + 2, NULL, 0,
                   "'norm.weight': expected [outputs × inputs], found [2]");
}
END_TEST

/* As a checkpoint's own list, which has numbers alone. */
START_TEST(a_list_has_layers_and_not_too_many)
{
    enum { MANY = 2 * (DESCENT_LAYERS_MAX + 1) };
    static char names[MANY][24];
    static descent_tensor tensors[MANY];
    struct descent_layer_list list;
    descent_safetensors *file;
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "%zu.%s", i / 2, i % 2 == 0 ? "bias" : "weight");
        tensors[i] = (descent_tensor){names[i], DESCENT_TYPE_F32, {1, {1}}, weights_0};
    }
    const char *path = scratch_path("list");
    ck_assert_ok(descent_safetensors_save(path, tensors, MANY, NULL, 0));
    ck_assert_ok(descent_safetensors_load(&file, path));
    ck_assert_int_eq(descent_layer_list_read(&list, file, "", "x"), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "layers: expected at most 64, found more"));
    ck_assert_int_eq(descent_layer_list_read(&list, file, "best.", "x"), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "expected best.0.weight, found none"));
    char said[8] = "x";
    descent_model_describe_import(file, said, sizeof said);
    ck_assert_str_eq(said, "");
    descent_safetensors_destroy(file);
}
END_TEST

START_TEST(no_tensors_are_no_network)
{
    assert_refused(NULL, 0, NULL, 0, "expected 0.weight, found none");
}
END_TEST

START_TEST(too_many_layers_are_refused)
{
    enum { LAYERS = DESCENT_LAYERS_MAX + 1 };
    static char names[LAYERS][16];
    static descent_tensor tensors[LAYERS];
    for (size_t i = 0; i < LAYERS; i++) {
        snprintf(names[i], sizeof names[i], "%zu.bias", LAYERS - i);
        tensors[i] = (descent_tensor){names[i], DESCENT_TYPE_F32, {1, {1}}, weights_0};
    }
    assert_refused(tensors, LAYERS, NULL, 0, "expected at most 64, found more");
}
END_TEST

START_TEST(a_layer_that_is_too_wide_is_refused)
{
    const size_t wide = DESCENT_WIDTH_MAX + 1;
    float *zeros = calloc(wide, sizeof *zeros);
    ck_assert_ptr_nonnull(zeros);
    const descent_tensor tensors[] = {
        {"0.weight", DESCENT_TYPE_F32, {2, {1, wide}}, zeros},
        {"0.bias", DESCENT_TYPE_F32, {1, {1}}, zeros},
    };
    assert_refused(tensors, 2, NULL, 0, "found [1 × 1048577]");
    free(zeros);
}
END_TEST

static const struct {
    descent_metadata entry;
    const char *reason;
} bad_metadata[] = {
    {{"layers", "3-2-2"}, "expected 3-2-2 by the metadata, found 3-2-1 by the tensors"},
    {{"layers", ""}, "found 3-2-1 by the tensors"},
    {{"activation", "ReLU"}, "activation: expected an activation's name, found 'ReLU'"},
    {{"output_activation", "softmax"}, "output_activation: expected"},
    {{"crc32", "00000000"}, "CRC-32 of the tensors: expected 00000000, found "},
};

START_TEST(metadata_that_do_not_fit_the_tensors_are_refused)
{
    assert_refused(foreign, FOREIGN_COUNT, &bad_metadata[_i].entry, 1, bad_metadata[_i].reason);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_foreign_sequential_is_read),
        TEST_LOOP(a_foreign_file_that_cannot_be_read_is_told, 2),
        TEST_LOOP(tensors_that_are_no_network_are_refused, TEST_COUNT(bad_tensors)),
        TEST_LOOP(names_of_any_kind_are_read, TEST_COUNT(namings)),
        TEST_CASE(an_order_that_nothing_tells_is_refused),
        TEST_CASE(three_layers_tell_their_order),
        TEST_CASE(too_many_parameters_are_refused),
        TEST_LOOP(a_single_layer_needs_no_number, 2),
        TEST_CASE(a_layer_of_another_kind_is_refused),
        TEST_CASE(a_list_has_layers_and_not_too_many),
        TEST_CASE(no_tensors_are_no_network),
        TEST_CASE(too_many_layers_are_refused),
        TEST_CASE(a_layer_that_is_too_wide_is_refused),
        TEST_LOOP(metadata_that_do_not_fit_the_tensors_are_refused, TEST_COUNT(bad_metadata)),
    };
    scratch_begin();
    int failed = run_tests("model_foreign", cases, TEST_COUNT(cases));
    scratch_end();
    return failed;
}

/*
 * Models in memory: the bytes of the file, and what is refused of them.
 */
#include "allocations.h"
#include "harness.h"
#include "scratch.h"

#include <jansson.h>

static const descent_metadata metadata[] = {
    {"loss", "mse"},
    {"task", "regression"},
    {"target_names", "[\"höhe\",\"b\"]"},
    {"preparation", "{\"standardize\":\"feature\",\"mean\":[0.5,-1,7],\"deviation\":[1,2,0.25],"
                    "\"target_mean\":[0.1,3],\"target_deviation\":[1,2]}"},
};

static descent_model *make_model(size_t layers)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = layers;
    config.sizes[0] = 3;
    for (size_t l = 1; l < layers; l++) {
        config.sizes[l] = 1 + l % 5;
    }
    config.sizes[layers] = 2;
    config.activation = DESCENT_ACTIVATION_GELU;
    config.seed = 5;
    config.bias_deviation = 0.1;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    return model;
}

static const size_t depths[] = {1, 2, DESCENT_LAYERS_MAX};

START_TEST(encoding_gives_the_bytes_of_the_file)
{
    static unsigned char expected[1 << 16];
    descent_model *model = make_model(depths[_i]);
    for (size_t count = 0; count <= TEST_COUNT(metadata); count++) {
        const char *path = scratch_path("model");
        ck_assert_ok(descent_model_save(model, path, count > 0 ? metadata : NULL, count));
        unsigned char *bytes;
        size_t size;
        ck_assert_ok(
            descent_model_encode(&bytes, &size, model, count > 0 ? metadata : NULL, count));
        ck_assert_uint_eq(size, scratch_read(path, expected, sizeof expected));
        ck_assert_mem_eq(bytes, expected, size);
        free(bytes);
    }
    descent_model_destroy(model);
}
END_TEST

/* From an odd address, and then the bytes are gone. */
START_TEST(decoding_gives_the_model_and_its_metadata)
{
    descent_model *model = make_model(depths[_i]), *read;
    descent_safetensors *file;
    unsigned char *bytes;
    size_t size;
    ck_assert_ok(descent_model_encode(&bytes, &size, model, metadata, TEST_COUNT(metadata)));
    unsigned char *moved = malloc(size + 1);
    ck_assert_ptr_nonnull(moved);
    memcpy(moved + 1, bytes, size);
    free(bytes);
    ck_assert_ok(descent_model_decode(&read, &file, moved + 1, size));
    memset(moved, 0xee, size + 1);
    free(moved);
    char expected[1024], found[1024];
    descent_model_describe(model, expected, sizeof expected);
    descent_model_describe(read, found, sizeof found);
    ck_assert_str_eq(found, expected);
    ck_assert_mem_eq(descent_model_parameters(read), descent_model_parameters(model),
                     descent_model_parameter_count(model) * sizeof(float));
    for (size_t i = 0; i < TEST_COUNT(metadata); i++) {
        ck_assert_str_eq(descent_safetensors_metadata(file, metadata[i].key), metadata[i].value);
    }
    ck_assert_ptr_null(descent_safetensors_find(file, "0.bias")->data); /* the model has them */
    descent_safetensors_destroy(file);
    descent_model_destroy(read);
    descent_model_destroy(model);
}
END_TEST

static void assert_refused(const unsigned char *bytes, size_t size)
{
    descent_model *model;
    descent_safetensors *file;
    descent_predictor *predictor;
    ck_assert_int_eq(descent_model_decode(&model, &file, bytes, size), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(model);
    ck_assert_ptr_null(file);
    ck_assert_ptr_eq(strstr(descent_last_error(), "model in memory: "), descent_last_error());
    ck_assert_int_eq(descent_predictor_decode(&predictor, bytes, size), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(predictor);
}

/* Each cut is a buffer of its own, so that sanitizers see what is read behind it. */
START_TEST(bytes_that_are_cut_off_or_too_many_are_refused)
{
    descent_model *model = make_model(2);
    unsigned char *bytes;
    size_t size;
    ck_assert_ok(descent_model_encode(&bytes, &size, model, metadata, TEST_COUNT(metadata)));
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *part = malloc(cut > 0 ? cut : 1);
        ck_assert_ptr_nonnull(part);
        memcpy(part, bytes, cut);
        assert_refused(part, cut);
        free(part);
    }
    unsigned char *longer = calloc(1, size + 1);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, bytes, size);
    assert_refused(longer, size + 1);
    free(longer);
    free(bytes);
    descent_model_destroy(model);
}
END_TEST

/* Any bit: refused. But in the key of the header's checksum, which is not found then, of all that
 * is read no bit is another. */
START_TEST(a_flipped_bit_is_found)
{
    static const char checksum[] = "header_crc32";
    descent_model *model = make_model(2), *read;
    unsigned char *bytes;
    size_t size;
    ck_assert_ok(descent_model_encode(&bytes, &size, model, metadata, TEST_COUNT(metadata)));
    size_t key = scratch_find((const char *)bytes, size, checksum);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        size_t i = bit / 8;
        bytes[i] = (unsigned char)(bytes[i] ^ 1u << bit % 8);
        descent_status status = descent_model_decode(&read, NULL, bytes, size);
        bool in_key = i >= key && i < key + strlen(checksum);
        ck_assert_msg(status == DESCENT_ERROR_FORMAT || (status == DESCENT_OK && in_key),
                      "bit %zu of byte %zu", bit % 8, i);
        descent_model_destroy(read);
        bytes[i] = (unsigned char)(bytes[i] ^ 1u << bit % 8);
    }
    free(bytes);
    descent_model_destroy(model);
}
END_TEST

START_TEST(a_predictor_of_bytes_answers_as_that_of_the_file)
{
    const float features[] = {0.5f, 1, -2, 3, 0, 7};
    descent_model *model = make_model(2);
    const char *path = scratch_path("model");
    unsigned char *bytes;
    size_t size;
    ck_assert_ok(descent_model_save(model, path, metadata, TEST_COUNT(metadata)));
    ck_assert_ok(descent_model_encode(&bytes, &size, model, metadata, TEST_COUNT(metadata)));
    descent_predictor *of_file, *of_bytes;
    ck_assert_ok(descent_predictor_load(&of_file, path));
    ck_assert_ok(descent_predictor_decode(&of_bytes, bytes, size));
    free(bytes);
    float expected[4], found[4];
    ck_assert_ok(descent_predictor_run(of_file, features, 2, expected, NULL));
    ck_assert_ok(descent_predictor_run(of_bytes, features, 2, found, NULL));
    ck_assert_mem_eq(found, expected, sizeof found);
    ck_assert_str_eq(descent_predictor_names(of_bytes)[0], "höhe");
    descent_predictor_destroy(of_file);
    descent_predictor_destroy(of_bytes);
    descent_model_destroy(model);
}
END_TEST

/* With any one of its allocations failing. */
START_TEST(encoding_without_memory_fails_cleanly)
{
    descent_model *model = make_model(2);
    unsigned char *bytes = NULL;
    size_t size, n = 0;
    descent_status status = DESCENT_ERROR_MEMORY;
    while (allocations_counted() && status != DESCENT_OK) {
        allocations_fail_at(++n);
        status = descent_model_encode(&bytes, &size, model, metadata, TEST_COUNT(metadata));
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        ck_assert_int_eq(status == DESCENT_OK, bytes != NULL);
        ck_assert_int_eq(status == DESCENT_OK, size > 0);
    }
    ck_assert(!allocations_counted() || n > 4);
    free(bytes);
    descent_model_destroy(model);
}
END_TEST

/* Then with any one of jansson's as well: its parser takes some that fail for damage, and stands
 * none within a text with escapes. */
START_TEST(decoding_without_memory_fails_cleanly)
{
    if (_i == 1) {
        json_set_alloc_funcs(malloc, free);
    }
    descent_model *model = make_model(2);
    unsigned char *bytes;
    size_t size, n = 0;
    ck_assert_ok(
        descent_model_encode(&bytes, &size, model, metadata, _i == 0 ? TEST_COUNT(metadata) : 2));
    descent_predictor *predictor = NULL;
    descent_status status = DESCENT_ERROR_MEMORY;
    while (allocations_counted() && status != DESCENT_OK) {
        allocations_fail_at(++n);
        status = descent_predictor_decode(&predictor, bytes, size);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY ||
                  (status == DESCENT_ERROR_FORMAT && _i == 1));
        ck_assert_int_eq(status == DESCENT_OK, predictor != NULL);
    }
    ck_assert(!allocations_counted() || n > 8);
    descent_predictor_destroy(predictor);
    free(bytes);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(encoding_gives_the_bytes_of_the_file, TEST_COUNT(depths)),
        TEST_LOOP(decoding_gives_the_model_and_its_metadata, TEST_COUNT(depths)),
        TEST_CASE(bytes_that_are_cut_off_or_too_many_are_refused),
        TEST_CASE(a_flipped_bit_is_found),
        TEST_CASE(a_predictor_of_bytes_answers_as_that_of_the_file),
        TEST_CASE(encoding_without_memory_fails_cleanly),
        TEST_LOOP(decoding_without_memory_fails_cleanly, 2),
    };
    scratch_begin();
    int result = run_tests("model_memory", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

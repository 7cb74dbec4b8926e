/*
 * Model files as they are written: what is in them, and what PyTorch needs of them.
 */
#include "harness.h"
#include "scratch.h"

#include "store/model_file.h"

#include <zlib.h>

static descent_model *make_model(size_t layers, const size_t *sizes, descent_activation activation,
                                 descent_activation output_activation)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = layers;
    memcpy(config.sizes, sizes, (layers + 1) * sizeof *sizes);
    config.activation = activation;
    config.output_activation = output_activation;
    config.seed = 7;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    for (size_t i = 0; i < descent_model_parameter_count(model); i++) {
        descent_model_parameters(model)[i] += 0.01f * (float)(i + 1); /* biases as well */
    }
    return model;
}

static descent_model *make_small_model(void)
{
    return make_model(2, (size_t[]){3, 4, 2}, DESCENT_ACTIVATION_TANH, DESCENT_ACTIVATION_SIGMOID);
}

static void assert_same_model(const descent_model *a, const descent_model *b)
{
    char text_a[256];
    char text_b[256];
    descent_model_describe(a, text_a, sizeof text_a);
    descent_model_describe(b, text_b, sizeof text_b);
    ck_assert_str_eq(text_a, text_b);
    ck_assert_mem_eq(descent_model_parameters(a), descent_model_parameters(b),
                     descent_model_parameter_count(a) * sizeof(float));
}

/* One model with hidden layers, one without, one with as many as there may be. */
static const struct {
    size_t layers;
    descent_activation activation, output_activation;
} architectures[] = {
    {2, DESCENT_ACTIVATION_LEAKY_RELU, DESCENT_ACTIVATION_IDENTITY},
    {1, DESCENT_ACTIVATION_SILU, DESCENT_ACTIVATION_TANH},
    {DESCENT_LAYERS_MAX, DESCENT_ACTIVATION_GELU, DESCENT_ACTIVATION_SOFTPLUS},
};

START_TEST(a_model_is_read_as_it_was_written)
{
    size_t sizes[DESCENT_LAYERS_MAX + 1];
    for (size_t l = 0; l <= architectures[_i].layers; l++) {
        sizes[l] = 1 + (5 * l + 2) % 7;
    }
    descent_model *model = make_model(architectures[_i].layers, sizes, architectures[_i].activation,
                                      architectures[_i].output_activation);
    const char *path = scratch_path("model");
    ck_assert_ok(descent_model_save(model, path, NULL, 0));
    descent_model *read;
    ck_assert_ok(descent_model_load(&read, NULL, path));
    assert_same_model(model, read);
    const char *again = scratch_path("again");
    ck_assert_ok(descent_model_save(read, again, NULL, 0));
    static char bytes[2][65536];
    size_t size = scratch_read(path, bytes[0], sizeof bytes[0]);
    ck_assert_uint_eq(scratch_read(again, bytes[1], sizeof bytes[1]), size);
    ck_assert_mem_eq(bytes[0], bytes[1], size);
    descent_model_destroy(model);
    descent_model_destroy(read);
}
END_TEST

START_TEST(tensors_are_those_of_nn_sequential)
{
    descent_model *model = make_small_model();
    const char *path = scratch_path("model");
    const descent_metadata metadata[] = {{"classes", "[\"zero\", \"one\"]"}};
    ck_assert_ok(descent_model_save(model, path, metadata, 1));
    descent_safetensors *file;
    ck_assert_ok(descent_safetensors_load(&file, path));
    const struct {
        const char *name;
        descent_shape shape;
        const float *data;
    } expected[] = {
        {"0.weight", {2, {4, 3}}, descent_model_layer(model, 0).weights},
        {"0.bias", {1, {4}}, descent_model_layer(model, 0).bias},
        {"2.weight", {2, {2, 4}}, descent_model_layer(model, 1).weights},
        {"2.bias", {1, {2}}, descent_model_layer(model, 1).bias},
    };
    ck_assert_uint_eq(descent_safetensors_count(file), TEST_COUNT(expected));
    for (size_t i = 0; i < TEST_COUNT(expected); i++) {
        const descent_tensor *tensor = descent_safetensors_tensor(file, i);
        ck_assert_str_eq(tensor->name, expected[i].name);
        ck_assert_int_eq(tensor->type, DESCENT_TYPE_F32);
        ck_assert_uint_eq(tensor->shape.rank, expected[i].shape.rank);
        ck_assert_mem_eq(tensor->shape.sizes, expected[i].shape.sizes,
                         tensor->shape.rank * sizeof(size_t));
        ck_assert_mem_eq(tensor->data, expected[i].data,
                         descent_tensor_elements(tensor) * sizeof(float));
    }
    descent_safetensors_destroy(file);
    descent_model_destroy(model);
}
END_TEST

START_TEST(metadata_says_the_architecture_then_the_callers)
{
    descent_model *model = make_small_model();
    const char *path = scratch_path("model");
    const descent_metadata metadata[] = {{"input_shape", "[3]"}, {"classes", "null, eins"}};
    ck_assert_ok(descent_model_save(model, path, metadata, 2));
    descent_model *read;
    descent_safetensors *file;
    ck_assert_ok(descent_model_load(&read, &file, path));
    for (size_t i = 0; i < descent_safetensors_count(file); i++) {
        ck_assert_ptr_null(descent_safetensors_tensor(file, i)->data); /* the model has them */
    }
    char checksum[16];
    snprintf(checksum, sizeof checksum, "%08x", descent_model_fingerprint(model));
    const descent_metadata expected[] = {
        {"format", "pt"},
        {"descent", DESCENT_VERSION},
        {"layers", "3-4-2"},
        {"activation", "tanh"},
        {"output_activation", "sigmoid"},
        {"crc32", checksum},
        metadata[0],
        metadata[1],
        /* Computed below. */
        {"header_crc32", descent_safetensors_metadata(file, "header_crc32")},
    };
    ck_assert_uint_eq(descent_safetensors_metadata_count(file), TEST_COUNT(expected));
    for (size_t i = 0; i < TEST_COUNT(expected); i++) {
        descent_metadata found = descent_safetensors_metadata_entry(file, i);
        ck_assert_str_eq(found.key, expected[i].key);
        ck_assert_str_eq(found.value, expected[i].value);
    }
    descent_safetensors_destroy(file);
    descent_model_destroy(read);
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_fingerprint_is_the_crc32_of_the_parameters)
{
    descent_model *model = make_small_model();
    ck_assert_uint_eq(descent_model_parameter_count(model), 3 * 4 + 4 + 4 * 2 + 2);
    uLong expected = crc32(0, (const Bytef *)descent_model_parameters(model), 26 * 4);
    ck_assert_uint_eq(descent_model_fingerprint(model), expected);
    descent_model_parameters(model)[25] += 1.0f;
    ck_assert_uint_ne(descent_model_fingerprint(model), expected);
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_callers_key_must_not_be_one_of_the_files)
{
    descent_model *model = make_small_model();
    const char *path = scratch_path("refused");
    const descent_metadata metadata[] = {{"layers", "1-1"}};
    ck_assert_int_eq(descent_model_save(model, path, metadata, 1), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "'layers'"));
    ck_assert_int_ne(access(path, F_OK), 0);
    descent_model_destroy(model);
}
END_TEST

/* The texts that models/README.md names, each with its NUL. */
START_TEST(the_headers_checksum_is_of_its_metadata_by_key_and_its_tensors)
{
    descent_model *model = make_small_model(), *read;
    char checksum[16], found[16];
    snprintf(checksum, sizeof checksum, "%08x", descent_model_fingerprint(model));
    const char *const said[] = {
        "activation",
        "tanh",
        "crc32",
        checksum,
        "descent",
        DESCENT_VERSION,
        "format",
        "pt",
        "layers",
        "3-4-2",
        "mine",
        "é",
        "output_activation",
        "sigmoid",
        "0.weight",
        "F32",
        "4,3",
        "0.bias",
        "F32",
        "4",
        "2.weight",
        "F32",
        "2,4",
        "2.bias",
        "F32",
        "2",
    };
    uLong sum = crc32(0, NULL, 0);
    for (size_t i = 0; i < TEST_COUNT(said); i++) {
        sum = crc32(sum, (const Bytef *)said[i], (uInt)strlen(said[i]) + 1);
    }
    const char *path = scratch_path("model");
    ck_assert_ok(descent_model_save(model, path, &(descent_metadata){"mine", "é"}, 1));
    descent_safetensors *file;
    ck_assert_ok(descent_model_load(&read, &file, path));
    snprintf(found, sizeof found, "%08lx", sum);
    ck_assert_str_eq(found, descent_safetensors_metadata(file, "header_crc32"));
    descent_safetensors_destroy(file);
    descent_model_destroy(read);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_model_is_read_as_it_was_written, TEST_COUNT(architectures)),
        TEST_CASE(tensors_are_those_of_nn_sequential),
        TEST_CASE(metadata_says_the_architecture_then_the_callers),
        TEST_CASE(the_fingerprint_is_the_crc32_of_the_parameters),
        TEST_CASE(the_callers_key_must_not_be_one_of_the_files),
        TEST_CASE(the_headers_checksum_is_of_its_metadata_by_key_and_its_tensors),
    };
    scratch_begin();
    int result = run_tests("model_file", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

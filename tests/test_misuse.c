/*
 * Callers that do not do what the headers say: NULL, numbers and shapes out of range. Each is
 * refused in words, and what was to be made is NULL.
 */
#include "harness.h"
#include "scratch.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { COUNT = 6, FEATURES = 4, CLASSES = 3 };

static float features[COUNT * FEATURES];
static float targets[COUNT * CLASSES];
static const int32_t labels[COUNT] = {0, 1, 2, 0, 1, 2};

/* The same with labels and with targets. */
static descent_samples samples_of(bool labelled)
{
    return (descent_samples){
        .shape = {1, {FEATURES}},
        .count = COUNT,
        .floats = features,
        .labels = labelled ? labels : NULL,
        .classes = CLASSES,
        .targets = labelled ? NULL : targets,
        .outputs = CLASSES,
    };
}

static descent_model_config shape(void)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 1;
    config.sizes[0] = FEATURES;
    config.sizes[1] = CLASSES;
    return config;
}

static const descent_batch batch = {.features = features, .labels = labels, .n = COUNT};

/* One of each, and somewhere for others that must not come to be. */
static struct {
    descent_model *model, *no_model;
    descent_trainer *trainer, *no_trainer;
    descent_network *network, *no_network;
    descent_dataset *dataset, *no_dataset, *no_other;
    descent_loader *no_loader;
    descent_checkpoint *no_checkpoint;
    descent_preparation *preparation, *no_preparation;
    descent_safetensors *no_file;
    descent_rows *no_rows;
    descent_bench *bench, *no_bench;
    descent_fit *no_fit;
} made;

static void begin(void)
{
    const descent_model_config model = shape();
    const descent_trainer_config trainer = DESCENT_TRAINER_DEFAULT;
    const descent_samples samples = samples_of(true);
    memset(&made, 0, sizeof made);
    ck_assert_ok(descent_model_create(&made.model, &model));
    ck_assert_ok(descent_trainer_create(&made.trainer, made.model, &trainer));
    ck_assert_ok(descent_network_create(&made.network, made.model, COUNT, 1));
    ck_assert_ok(descent_dataset_create(&made.dataset, &samples));
    ck_assert_ok(descent_preparation_create(
        &made.preparation, made.dataset,
        &(descent_preparation_config){.features = DESCENT_STANDARDIZE_SET}));
    ck_assert_ok(descent_bench_create(&made.bench, made.model, COUNT, 1));
}

static void end(void)
{
    descent_model_destroy(made.model);
    descent_trainer_destroy(made.trainer);
    descent_network_destroy(made.network);
    descent_preparation_destroy(made.preparation);
    descent_dataset_destroy(made.dataset);
    descent_bench_destroy(made.bench);
}

/* Asserts that a call is refused with a line that is its own. */
#define refused(call)                                                                              \
    do {                                                                                           \
        (void)descent_file_save("missing/folder", "", 0);                                          \
        ck_assert_msg((call) == DESCENT_ERROR_INVALID, "not refused: %s", #call);                  \
        ck_assert_msg(strstr(descent_last_error(), "missing/folder") == NULL, "no line: %s",       \
                      #call);                                                                      \
    } while (0)

/* The same of what makes something: NULL, whatever was there before. */
#define not_made(object, call)                                                                     \
    do {                                                                                           \
        (object) = (void *)features;                                                               \
        refused(call);                                                                             \
        ck_assert_ptr_null(object);                                                                \
    } while (0)

START_TEST(null_makes_nothing)
{
    const descent_model_config model = shape();
    const descent_trainer_config trainer = DESCENT_TRAINER_DEFAULT;
    const descent_loader_config loader = DESCENT_LOADER_DEFAULT;
    const descent_samples samples = samples_of(true);
    const descent_preparation_config preparation = {.targets = true};
    begin();
    refused(descent_model_create(NULL, &model));
    not_made(made.no_model, descent_model_create(&made.no_model, NULL));
    not_made(made.no_model, descent_model_load(&made.no_model, NULL, NULL));
    not_made(made.no_trainer, descent_trainer_create(&made.no_trainer, NULL, &trainer));
    not_made(made.no_trainer, descent_trainer_create(&made.no_trainer, made.model, NULL));
    not_made(made.no_network, descent_network_create(&made.no_network, NULL, 1, 1));
    refused(descent_dataset_create(NULL, &samples));
    not_made(made.no_dataset, descent_dataset_create(&made.no_dataset, NULL));
    not_made(made.no_dataset, descent_dataset_load(&made.no_dataset, NULL, NULL));
    not_made(made.no_dataset, descent_dataset_load_samples(&made.no_dataset, NULL, 1, NULL));
    refused(descent_dataset_load_samples(NULL, "x.npy", 1, NULL));
    not_made(made.no_dataset,
             descent_dataset_split(&made.no_dataset, &made.no_other, NULL, 0.5, 1));
    not_made(made.no_loader, descent_loader_create(&made.no_loader, NULL, &loader));
    not_made(made.no_loader, descent_loader_create(&made.no_loader, made.dataset, NULL));
    not_made(made.no_checkpoint, descent_checkpoint_load(&made.no_checkpoint, NULL));
    not_made(made.no_preparation,
             descent_preparation_create(&made.no_preparation, NULL, &preparation));
    not_made(made.no_preparation, descent_preparation_load(&made.no_preparation, NULL, 1, 1));
    not_made(made.no_file, descent_safetensors_load(&made.no_file, NULL));
    not_made(made.no_rows, descent_rows_create(&made.no_rows, NULL, 1, NULL));
    not_made(made.no_rows, descent_rows_create(&made.no_rows, "rows.csv", 0, NULL));
    not_made(made.no_bench, descent_bench_create(&made.no_bench, NULL, 1, 1));
    end();
}
END_TEST

START_TEST(null_does_nothing)
{
    const descent_fit_config fit = DESCENT_FIT_DEFAULT;
    const descent_curvature_config curvature_config = DESCENT_CURVATURE_DEFAULT;
    const descent_curvature_problem nothing = {.samples = 1, .batch = 1};
    descent_curvature curvature;
    descent_metrics metrics = {0};
    descent_augment augment;
    float numbers[64] = {0};
    begin();
    refused(descent_trainer_step(NULL, &batch, 0.1, NULL));
    refused(descent_trainer_backward(made.trainer, NULL, 1, NULL));
    refused(descent_trainer_measure(made.trainer, NULL, 1, NULL));
    refused(descent_trainer_evaluate(made.trainer, &batch, NULL));
    refused(descent_trainer_evaluate(made.trainer, NULL, &metrics));
    refused(descent_trainer_gradient(made.trainer, NULL));
    refused(descent_trainer_save(made.trainer, NULL));
    refused(descent_trainer_load(made.trainer, NULL));
    refused(descent_network_forward(made.network, NULL, 1, numbers));
    refused(descent_network_forward(made.network, numbers, 1, NULL));
    refused(descent_network_evaluate(made.network, NULL, &batch, &metrics, NULL));
    refused(descent_checkpoint_restore(NULL, made.trainer));
    refused(descent_checkpoint_save("x", NULL, made.model, NULL, NULL, NULL, NULL));
    refused(descent_augment_init(&augment, NULL));
    refused(descent_augment_check(NULL));
    refused(descent_optimizer_check(NULL));
    refused(descent_schedule_check(NULL));
    not_made(made.no_fit, descent_fit_create(&made.no_fit, NULL, made.dataset, NULL, &fit));
    not_made(made.no_fit, descent_fit_create(&made.no_fit, made.model, NULL, NULL, &fit));
    not_made(made.no_fit, descent_fit_create(&made.no_fit, made.model, made.dataset, NULL, NULL));
    refused(descent_fit_create(NULL, made.model, made.dataset, NULL, &fit));
    refused(descent_fit_start(NULL));
    refused(descent_fit_epoch(NULL));
    refused(descent_fit_run(NULL, NULL));
    refused(descent_fit_step(NULL, 0.1, NULL));
    refused(descent_fit_measure(NULL));
    refused(descent_fit_evaluate(NULL, NULL, made.dataset, &metrics));
    refused(descent_fit_curvature(NULL, NULL, made.dataset, &curvature_config, &curvature));
    refused(descent_curvature_measure(&curvature, NULL, &curvature_config));
    refused(descent_curvature_measure(&curvature, &nothing, &curvature_config));
    refused(descent_curvature_measure(NULL, &nothing, &curvature_config));
    refused(descent_fit_save(NULL, "x", NULL));
    refused(descent_fit_load(NULL, "x"));
    refused(descent_fit_restore(NULL, NULL));
    refused(descent_bench_step(NULL, DESCENT_BENCH_CUT_ENGINE));
    refused(descent_file_save(NULL, "", 0));
    refused(descent_file_check(NULL));
    refused(descent_file_save("x", NULL, 1));
    refused(descent_dataset_save(made.dataset, NULL, DESCENT_PART_TRAIN, DESCENT_FORMAT_CSV));
    end();
}
END_TEST

START_TEST(batches_do_not_fit)
{
    const descent_batch wrong[] = {
        {.labels = labels, .n = COUNT},
        {.features = features, .n = COUNT},
        {.features = features, .labels = labels, .targets = targets, .n = COUNT},
        {.features = features, .targets = targets, .n = COUNT}, /* cross-entropy wants labels */
        {.features = features, .labels = labels, .n = 0},
        {.features = features, .labels = labels, .n = SIZE_MAX},
        {.features = features, .labels = (const int32_t[COUNT]){0, 1, -1}, .n = COUNT},
        {.features = features, .labels = (const int32_t[COUNT]){0, 1, CLASSES}, .n = COUNT},
    };
    descent_metrics metrics = {0};
    const descent_loss loss = {.kind = DESCENT_LOSS_CROSS_ENTROPY};
    begin();
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        refused(descent_trainer_step(made.trainer, &wrong[i], 0.1, &metrics));
        refused(descent_trainer_backward(made.trainer, &wrong[i], COUNT, &metrics));
        refused(descent_trainer_evaluate(made.trainer, &wrong[i], &metrics));
        refused(descent_network_evaluate(made.network, &loss, &wrong[i], &metrics, NULL));
    }
    refused(descent_loss_check_target(NULL, CLASSES, 0));
    refused(descent_trainer_backward(made.trainer, &batch, COUNT - 1, &metrics));
    ck_assert_uint_eq(metrics.samples, 0);
    ck_assert_uint_eq(descent_trainer_steps(made.trainer), 0);
    end();
}
END_TEST

START_TEST(samples_make_no_data_set)
{
    const char *missing[CLASSES] = {"a", NULL, "c"};
    descent_samples wrong[12];
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        wrong[i] = samples_of(true);
    }
    wrong[0].shape.rank = 0;
    wrong[1].shape = (descent_shape){2, {SIZE_MAX / 2, 4}};
    wrong[2].shape.sizes[0] = SIZE_MAX / 16; /* of floats, too many bytes */
    wrong[3].count = 0;
    wrong[4].classes = CLASSES - 1;
    wrong[5].class_names = missing;
    wrong[6].bytes = (const uint8_t *)features; /* beside the floats */
    wrong[7].labels = NULL;
    wrong[8].targets = targets; /* beside the labels */
    wrong[9].classes = 0;
    wrong[10] = samples_of(false);
    wrong[10].outputs = 0;
    wrong[11].labels = (const int32_t[COUNT]){-1};
    begin();
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        not_made(made.no_dataset, descent_dataset_create(&made.no_dataset, &wrong[i]));
    }
    end();
}
END_TEST

/* A number that is not finite is told by sample and place, of features as of targets. */
START_TEST(numbers_of_a_data_set_are_finite)
{
    descent_samples samples = samples_of(false);
    float *number = _i == 0 ? &features[2 * FEATURES + 1] : &targets[2 * CLASSES + 1];
    begin();
    *number = _i == 0 ? NAN : -INFINITY;
    not_made(made.no_dataset, descent_dataset_create(&made.no_dataset, &samples));
    ck_assert_ptr_nonnull(strstr(descent_last_error(), _i == 0
                                                           ? "found nan as feature 1 of sample 2"
                                                           : "found inf as target 1 of sample 2"));
    *number = 0;
    ck_assert_ok(descent_dataset_create(&made.no_dataset, &samples));
    descent_dataset_destroy(made.no_dataset);
    end();
}
END_TEST

START_TEST(class_names_that_a_file_cannot_hold_are_not_written)
{
    const char *const names[][CLASSES] = {
        {"a", "b", "a"}, {"a", "", "c"}, {"a\n", "b", "c"}, {"a", "\xff", "c"}};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        descent_dataset *dataset;
        descent_samples samples = samples_of(true);
        samples.class_names = names[i];
        ck_assert_ok(descent_dataset_create(&dataset, &samples));
        for (int format = DESCENT_FORMAT_IDX; format <= DESCENT_FORMAT_CSV; format++) {
            refused(descent_dataset_save(dataset, scratch_folder, DESCENT_PART_TRAIN,
                                         (descent_format)format));
        }
        descent_dataset_destroy(dataset);
    }
}
END_TEST

START_TEST(numbers_out_of_range)
{
    descent_model_config deviation = shape();
    deviation.init = DESCENT_INIT_NORMAL;
    deviation.init_deviation = 1e300; /* no float */
    descent_loader_config threads = DESCENT_LOADER_DEFAULT;
    const descent_source sources[] = {
        {.part = (descent_part)7},
        {.values = (descent_values)7},
        {.header = (descent_header)7},
        {.test = NAN},
        {.height = SIZE_MAX, .width = 99},
        {.classes = 1, .class_names = (const char *[]){NULL}},
        {.separator = '.'},
        {.separator = '7'},
        {.separator = '\n'},
        {.separator = '\x7f'},
        {.missing = (descent_missing)7},
        {.test = 1},
    };
    begin();
    not_made(made.no_model, descent_model_create(&made.no_model, &deviation));
    for (int wrong = -1; wrong <= 257; wrong += 258) {
        threads.threads = wrong;
        not_made(made.no_loader, descent_loader_create(&made.no_loader, made.dataset, &threads));
        not_made(made.no_network, descent_network_create(&made.no_network, made.model, 1, wrong));
    }
    for (size_t i = 0; i < TEST_COUNT(sources); i++) {
        not_made(made.no_dataset,
                 descent_dataset_load(&made.no_dataset, DESCENT_TEST_DIGITS, &sources[i]));
    }
    const descent_source wild = {.values = DESCENT_VALUES_COUNT};
    not_made(made.no_dataset,
             descent_dataset_load_samples(
                 &made.no_dataset, DESCENT_TEST_DIGITS "/t10k-images-idx3-ubyte.gz", 64, &wild));
    refused(descent_bench_step(made.bench, DESCENT_BENCH_CUT_COUNT));
    refused(
        descent_dataset_save(made.dataset, scratch_folder, (descent_part)7, DESCENT_FORMAT_CSV));
    refused(
        descent_dataset_save(made.dataset, scratch_folder, DESCENT_PART_TEST, (descent_format)7));
    end();
}
END_TEST

START_TEST(images_without_pixels)
{
    uint8_t pixels[64] = {0, 255};
    const descent_image wrong[] = {
        {0}, {2, 2, 1, NULL}, {2, 2, 0, pixels}, {2, 2, 4, pixels}, {SIZE_MAX, 2, 1, pixels}};
    const descent_image image = {2, 2, 1, pixels};
    descent_image resized;
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        refused(descent_image_resize(&resized, &wrong[i], 3, 3));
        refused(descent_image_save("x.png", &wrong[i]));
        refused(descent_picture_fit(pixels, 3, 3, &wrong[i], NULL));
    }
    refused(descent_image_resize(&resized, &image, SIZE_MAX, 3));
    refused(descent_picture_fit(pixels, SIZE_MAX, 3, &image, NULL));
    refused(descent_image_decode(&resized, NULL, 3, false, "x"));
    char **paths;
    size_t found;
    refused(descent_image_find(&paths, &found, NULL));
    refused(descent_image_find(NULL, &found, "x"));
    refused(descent_image_find(&paths, NULL, "x"));
    descent_image_free(NULL);
}
END_TEST

START_TEST(files_are_not_written)
{
    const char *path = scratch_path("none.safetensors");
    const float number = 1;
    const descent_metadata no_key = {NULL, "value"}, no_value = {"key", NULL};
    const descent_tensor no_name = {.shape = {1, {1}}, .data = &number};
    const descent_tensor no_data = {.name = "x", .shape = {1, {1}}};
    const descent_schedule no_rate = {0};
    begin();
    refused(descent_model_save(made.model, NULL, NULL, 0));
    refused(descent_model_save(made.model, path, NULL, 1));
    refused(descent_model_save(made.model, path, &no_key, 1));
    refused(descent_model_save(made.model, path, &no_value, 1));
    unsigned char *bytes;
    size_t size;
    refused(descent_model_encode(NULL, &size, made.model, NULL, 0));
    refused(descent_model_encode(&bytes, NULL, made.model, NULL, 0));
    refused(descent_model_encode(&bytes, &size, NULL, NULL, 0));
    refused(descent_model_encode(&bytes, &size, made.model, NULL, 1));
    refused(descent_model_encode(&bytes, &size, made.model, &no_value, 1));
    refused(descent_safetensors_save(path, NULL, 1, NULL, 0));
    refused(descent_safetensors_save(path, &no_name, 1, NULL, 0));
    refused(descent_safetensors_save(path, &no_data, 1, NULL, 0));
    /* It could not be read again. */
    refused(descent_checkpoint_save(path, made.trainer, made.model, NULL, &no_rate, NULL, NULL));
    end();
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(what_is_decoded_is_there)
{
    const char bytes[] = "bytes";
    descent_model *model;
    descent_predictor *predictor;
    refused(descent_model_decode(NULL, NULL, bytes, sizeof bytes));
    refused(descent_model_decode(&model, NULL, NULL, 1));
    ck_assert_ptr_null(model);
    refused(descent_predictor_decode(NULL, bytes, sizeof bytes));
    refused(descent_predictor_decode(&predictor, NULL, 1));
    ck_assert_ptr_null(predictor);
}
END_TEST

START_TEST(a_checkpoint_needs_no_more_than_a_trainer)
{
    const char *path = scratch_path("checkpoint.safetensors");
    begin();
    ck_assert_ok(descent_checkpoint_save(path, made.trainer, made.model, NULL, NULL, NULL, NULL));
    ck_assert_ok(descent_checkpoint_load(&made.no_checkpoint, path));
    ck_assert_str_eq(descent_checkpoint_config(made.no_checkpoint), "");
    ck_assert_uint_eq(descent_checkpoint_progress(made.no_checkpoint)->epoch, 0);
    ck_assert_ptr_null(descent_checkpoint_best(made.no_checkpoint));
    refused(descent_checkpoint_restore(made.no_checkpoint, NULL));
    ck_assert_ok(descent_checkpoint_restore(made.no_checkpoint, made.trainer));
    descent_checkpoint_destroy(made.no_checkpoint);
    end();
}
END_TEST

START_TEST(names_of_nothing_are_null)
{
    ck_assert_ptr_null(descent_activation_name(DESCENT_ACTIVATION_COUNT));
    ck_assert_ptr_null(descent_init_name(DESCENT_INIT_COUNT));
    ck_assert_ptr_null(descent_loss_name(DESCENT_LOSS_COUNT));
    ck_assert_ptr_null(descent_optimizer_name(DESCENT_OPTIMIZER_COUNT));
    ck_assert_ptr_null(descent_schedule_name(DESCENT_SCHEDULE_COUNT));
    ck_assert_ptr_null(descent_standardize_name(DESCENT_STANDARDIZE_COUNT));
    ck_assert_ptr_null(descent_values_name(DESCENT_VALUES_COUNT));
    ck_assert_ptr_null(descent_missing_name(DESCENT_MISSING_COUNT));
    ck_assert_ptr_null(descent_column_kind_name(DESCENT_COLUMN_KINDS));
    ck_assert_ptr_null(descent_type_name(DESCENT_TYPE_COUNT));
    ck_assert_ptr_null(descent_bench_cut_name(DESCENT_BENCH_CUT_COUNT));
}
END_TEST

/* Of the functions that read what others wrote, every argument that must not be NULL. */
START_TEST(null_reads_nothing)
{
    static const char columns[] = "[{\"kind\":\"numbers\",\"fill\":0}]";
    const char *const fields[] = {"x"};
    const descent_source no_source = {.test = 0.5};
    const descent_tensor none = {.type = DESCENT_TYPE_F32, .name = "x", .shape = {1, {0}}};
    const descent_tensor absent = {.type = DESCENT_TYPE_F32, .name = "x", .shape = {1, {1}}};
    char *text = NULL, described[8] = "kept";
    size_t size;
    float numbers[4];
    descent_image image;
    descent_columns *read;
    uint8_t pixels[4] = {0};
    const descent_image one = {1, 1, 1, pixels};
    begin();
    refused(descent_file_load(NULL, &size, "x", 1));
    refused(descent_file_load(&text, NULL, "x", 1));
    not_made(text, descent_file_load(&text, &size, NULL, 1));
    refused(descent_file_add(NULL, "", 0));
    refused(descent_file_add("x", NULL, 1));
    ck_assert_ok(descent_file_save(scratch_path("empty"), NULL, 0));
    refused(descent_dataset_load(NULL, "x", &no_source));
    not_made(text, descent_columns_save(&text, NULL));
    refused(descent_columns_save(NULL, NULL));
    refused(descent_columns_load(NULL, columns));
    not_made(read, descent_columns_load(&read, NULL));
    ck_assert_ok(descent_columns_load(&read, columns));
    refused(descent_columns_code(NULL, fields, numbers));
    refused(descent_columns_code(read, NULL, numbers));
    refused(descent_columns_code(read, fields, NULL));
    descent_columns_destroy(read);
    not_made(text, descent_preparation_save(&text, NULL));
    refused(descent_preparation_save(NULL, made.preparation));
    refused(descent_preparation_load(NULL, "{}", 1, 1));
    refused(descent_rows_create(NULL, "x", 1, NULL));
    refused(descent_rows_next(NULL, 1, numbers, NULL));
    refused(descent_rows_next(NULL, 1, numbers, &size));
    descent_rows *rows;
    const char *table = scratch_write("rows.csv", "1,2\n", 4);
    ck_assert_ok(descent_rows_create(&rows, table, 2, NULL));
    refused(descent_rows_next(rows, 1, NULL, &size));
    descent_rows_destroy(rows);
    refused(descent_image_load(NULL, "x", false));
    not_made(image.pixels, descent_image_load(&image, NULL, false));
    refused(descent_image_decode(NULL, "", 0, false, "x"));
    not_made(image.pixels, descent_image_decode(&image, "", 0, false, NULL));
    refused(descent_image_resize(NULL, &one, 1, 1));
    not_made(image.pixels, descent_image_resize(&image, NULL, 1, 1));
    refused(descent_image_resize(&image, &one, 0, 1));
    refused(descent_image_resize(&image, &one, 1, 0));
    refused(descent_image_save(NULL, &one));
    refused(descent_image_save("x", NULL));
    refused(descent_picture_fit(NULL, 1, 1, &one, NULL));
    refused(descent_picture_fit(pixels, 1, 1, NULL, NULL));
    refused(descent_picture_fit(pixels, 1, 0, &one, NULL));
    refused(descent_picture_fit(pixels, 0, 1, &one, NULL));
    refused(descent_model_load(NULL, NULL, "x"));
    refused(descent_safetensors_load(NULL, "x"));
    refused(descent_tensor_read(NULL, numbers));
    refused(descent_tensor_read(&none, NULL));
    refused(descent_tensor_read(&absent, numbers));    /* its data are not there */
    ck_assert_ok(descent_tensor_read(&none, numbers)); /* of no elements */
    refused(descent_checkpoint_load(NULL, "x"));
    refused(descent_checkpoint_save(NULL, made.trainer, made.model, NULL, NULL, NULL, NULL));
    refused(descent_checkpoint_save("x", made.trainer, NULL, NULL, NULL, NULL, NULL));
    descent_model_describe_import(NULL, NULL, 8);
    descent_model_describe_import(NULL, described, 0);
    ck_assert_str_eq(described, "kept");
    descent_model_describe_import(NULL, described, sizeof described);
    ck_assert_str_eq(described, "");
    end();
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(null_makes_nothing),
        TEST_CASE(null_does_nothing),
        TEST_CASE(null_reads_nothing),
        TEST_CASE(batches_do_not_fit),
        TEST_CASE(samples_make_no_data_set),
        TEST_LOOP(numbers_of_a_data_set_are_finite, 2),
        TEST_CASE(class_names_that_a_file_cannot_hold_are_not_written),
        TEST_CASE(numbers_out_of_range),
        TEST_CASE(images_without_pixels),
        TEST_CASE(files_are_not_written),
        TEST_CASE(what_is_decoded_is_there),
        TEST_CASE(a_checkpoint_needs_no_more_than_a_trainer),
        TEST_CASE(names_of_nothing_are_null),
    };
    scratch_begin();
    int result = run_tests("misuse", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

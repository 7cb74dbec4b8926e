/*
 * The loader: every sample once an epoch, in an order that seed and epoch decide, as exact floats,
 * without allocating.
 */
#include "harness.h"

#include "allocations.h"

#include <stdint.h>
#include <string.h>

enum { COUNT = 103, FEATURES = 3 };

static uint8_t pixels[COUNT * FEATURES];
static int32_t labels[COUNT];

/* COUNT samples whose first pixel is the sample's number, which the others are made of. */
static descent_dataset *make_dataset(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        pixels[i * FEATURES] = (uint8_t)i;
        pixels[i * FEATURES + 1] = (uint8_t)(i * 7);
        pixels[i * FEATURES + 2] = (uint8_t)(255 - i);
        labels[i] = (int32_t)(i % 10);
    }
    descent_dataset *dataset = NULL;
    const descent_samples samples = {
        .shape = {1, {FEATURES}}, .count = COUNT, .bytes = pixels, .labels = labels, .classes = 10};
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    return dataset;
}

static descent_loader *make_loader(const descent_dataset *dataset, size_t batch, bool shuffle,
                                   uint64_t seed)
{
    descent_loader *loader = NULL;
    const descent_loader_config config = {.batch = batch, .shuffle = shuffle, .seed = seed};
    ck_assert_ok(descent_loader_create(&loader, dataset, &config));
    return loader;
}

/* Runs through the epoch that the loader stands at, checks each batch and keeps the order. */
static void run_epoch(descent_loader *loader, size_t batch_size, size_t *order)
{
    descent_batch batch;
    size_t n = 0;
    while (descent_loader_next(loader, &batch)) {
        ck_assert_uint_eq(batch.n, COUNT - n < batch_size ? COUNT - n : batch_size);
        ck_assert_ptr_null(batch.targets);
        for (size_t i = 0; i < batch.n; i++) {
            const float *sample = batch.features + i * FEATURES;
            size_t number = (size_t)(sample[0] * 255.0f + 0.5f);
            ck_assert_uint_lt(number, COUNT);
            for (size_t j = 0; j < FEATURES; j++) {
                ck_assert_float_eq(sample[j], (float)pixels[number * FEATURES + j] / 255.0f);
            }
            ck_assert_int_eq(batch.labels[i], labels[number]);
            order[n++] = number;
        }
    }
    ck_assert_uint_eq(n, COUNT);
    ck_assert(!descent_loader_next(loader, &batch));
}

static void assert_permutation(const size_t *order)
{
    bool seen[COUNT] = {false};
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert(!seen[order[i]]);
        seen[order[i]] = true;
    }
}

/* Truth: the order that Fisher and Yates give with the promised stream. */
static void expected_order(uint64_t seed, uint64_t epoch, size_t *order)
{
    descent_random random = descent_random_init(seed, DESCENT_STREAM_ORDER, epoch);
    for (size_t i = 0; i < COUNT; i++) {
        order[i] = i;
    }
    for (size_t i = COUNT - 1; i > 0; i--) {
        size_t j = (size_t)descent_random_below(&random, i + 1);
        size_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static const size_t batches[] = {1, 2, 7, 10, 32, 102, COUNT, COUNT + 1, SIZE_MAX};

START_TEST(an_epoch_gives_each_sample_once)
{
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = make_loader(dataset, batches[_i], true, 3);
    size_t expected[COUNT];
    size_t order[COUNT];
    for (uint64_t epoch = 0; epoch < 4; epoch++) {
        descent_loader_shuffle(loader, epoch);
        run_epoch(loader, batches[_i], order);
        assert_permutation(order);
        expected_order(3, epoch, expected);
        ck_assert_mem_eq(order, expected, sizeof order);
    }
    descent_loader_destroy(loader);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(a_new_loader_stands_at_epoch_0)
{
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = make_loader(dataset, 10, true, 3);
    size_t expected[COUNT];
    size_t order[COUNT];
    run_epoch(loader, 10, order);
    expected_order(3, 0, expected);
    ck_assert_mem_eq(order, expected, sizeof order);
    descent_loader_destroy(loader);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(an_order_depends_on_seed_and_epoch_alone)
{
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = make_loader(dataset, 10, true, 3);
    descent_loader *other = make_loader(dataset, 10, true, 4);
    size_t first[COUNT];
    size_t order[COUNT];
    descent_batch batch;
    descent_loader_shuffle(loader, 5);
    run_epoch(loader, 10, first);
    descent_loader_shuffle(loader, 6);
    run_epoch(loader, 10, order);
    ck_assert_mem_ne(order, first, sizeof order);
    descent_loader_shuffle(loader, 9);
    descent_loader_next(loader, &batch); /* an epoch left in its middle */
    descent_loader_shuffle(loader, 5);
    run_epoch(loader, 10, order);
    ck_assert_mem_eq(order, first, sizeof order);
    descent_loader_shuffle(other, 5);
    run_epoch(other, 10, order);
    ck_assert_mem_ne(order, first, sizeof order);
    descent_loader_destroy(loader);
    descent_loader_destroy(other);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(without_shuffle_the_order_is_the_data_sets)
{
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = make_loader(dataset, 10, false, 3);
    size_t order[COUNT];
    for (uint64_t epoch = 0; epoch < 3; epoch++) {
        descent_loader_shuffle(loader, epoch);
        run_epoch(loader, 10, order);
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_uint_eq(order[i], i);
        }
    }
    descent_loader_destroy(loader);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(batches_are_counted_with_the_short_one)
{
    static const size_t expected[] = {103, 52, 15, 11, 4, 2, 1, 1, 1};
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = make_loader(dataset, batches[_i], true, 0);
    ck_assert_uint_eq(descent_loader_batches(loader), expected[_i]);
    descent_loader_destroy(loader);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(a_half_of_a_split_loads_its_own_samples)
{
    descent_dataset *dataset = make_dataset();
    descent_dataset *train = NULL;
    descent_dataset *validation = NULL;
    ck_assert_ok(descent_dataset_split(&train, &validation, dataset, 0.2, 1));
    descent_loader *loader = make_loader(validation, SIZE_MAX, false, 0);
    descent_batch batch;
    ck_assert(descent_loader_next(loader, &batch));
    ck_assert_uint_eq(batch.n, descent_dataset_count(validation));
    for (size_t i = 0; i < batch.n; i++) {
        const uint8_t *sample = descent_dataset_sample(validation, i);
        ck_assert_float_eq(batch.features[i * FEATURES], (float)sample[0] / 255.0f);
        ck_assert_int_eq(batch.labels[i], labels[sample[0]]);
    }
    descent_loader_destroy(loader);
    descent_dataset_destroy(train);
    descent_dataset_destroy(validation);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(every_byte_becomes_its_exact_255th)
{
    uint8_t bytes[256];
    const int32_t label = 0;
    for (size_t i = 0; i < 256; i++) {
        bytes[i] = (uint8_t)i;
    }
    descent_dataset *dataset = NULL;
    const descent_samples samples = {
        .shape = {2, {16, 16}}, .count = 1, .bytes = bytes, .labels = &label, .classes = 1};
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    descent_loader *loader = make_loader(dataset, 1, true, 0);
    descent_batch batch;
    ck_assert(descent_loader_next(loader, &batch));
    for (size_t i = 0; i < 256; i++) {
        /* The quotient in double, rounded once more, is the float nearest to i / 255. */
        ck_assert_float_eq(batch.features[i], (float)((double)i / 255.0));
    }
    ck_assert_float_eq(batch.features[0], 0.0f);
    ck_assert_float_eq(batch.features[255], 1.0f);
    descent_loader_destroy(loader);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(floats_and_targets_are_given_out_as_they_are)
{
    enum { SAMPLES = 5, WIDTH = 3, OUTPUTS = 2 };
    float floats[SAMPLES * WIDTH], targets[SAMPLES * OUTPUTS];
    for (size_t i = 0; i < SAMPLES * WIDTH; i++) {
        floats[i] = 1e20f / (float)(i + 1) - 300.0f;
    }
    for (size_t i = 0; i < SAMPLES * OUTPUTS; i++) {
        targets[i] = -0.1f * (float)i;
    }
    const descent_samples samples = {.shape = {1, {WIDTH}},
                                     .count = SAMPLES,
                                     .floats = floats,
                                     .targets = targets,
                                     .outputs = OUTPUTS};
    descent_dataset *dataset = NULL;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    ck_assert_int_eq(descent_dataset_values(dataset), DESCENT_VALUES_FLOATS);
    ck_assert_uint_eq(descent_dataset_classes(dataset), 0);
    ck_assert_uint_eq(descent_dataset_outputs(dataset), OUTPUTS);
    descent_dataset *train = NULL, *validation = NULL;
    ck_assert_ok(descent_dataset_split(&train, &validation, dataset, 0.4, 1));
    const descent_dataset *halves[] = {train, validation};
    size_t seen = 0;
    for (size_t half = 0; half < 2; half++) {
        descent_loader *loader = make_loader(halves[half], 2, true, 4);
        descent_batch batch;
        while (descent_loader_next(loader, &batch)) {
            ck_assert_ptr_null(batch.labels);
            for (size_t i = 0; i < batch.n; i++, seen++) {
                size_t row = 0;
                while (row < SAMPLES && floats[row * WIDTH] != batch.features[i * WIDTH]) {
                    row++;
                }
                ck_assert_uint_lt(row, SAMPLES);
                ck_assert_mem_eq(batch.features + i * WIDTH, floats + row * WIDTH,
                                 WIDTH * sizeof(float));
                ck_assert_mem_eq(batch.targets + i * OUTPUTS, targets + row * OUTPUTS,
                                 OUTPUTS * sizeof(float));
            }
        }
        descent_loader_destroy(loader);
    }
    ck_assert_uint_eq(seen, SAMPLES);
    descent_dataset_destroy(train);
    descent_dataset_destroy(validation);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(features_are_aligned)
{
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = make_loader(dataset, 7, true, 0);
    descent_batch batch;
    ck_assert(descent_loader_next(loader, &batch));
    ck_assert_uint_eq((uintptr_t)batch.features % 64, 0);
    descent_loader_destroy(loader);
    descent_dataset_destroy(dataset);
}
END_TEST

/* Of large batches: each copy is what a loader without copies gives, the last short batch included;
 * copies that nobody can make, or that take as long as the augmentation, are not made. */
START_TEST(copies_are_the_same)
{
    enum { SIDE = 40, SAMPLES = 50, BATCH = 20 };
    static uint8_t images[SAMPLES * SIDE * SIDE];
    static int32_t answers[SAMPLES];
    for (size_t i = 0; i < sizeof images; i++) {
        images[i] = (uint8_t)(i * i % 251);
    }
    const descent_samples samples = {.shape = {2, {SIDE, SIDE}},
                                     .count = SAMPLES,
                                     .bytes = images,
                                     .labels = answers,
                                     .classes = 2};
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    descent_loader_config config = {.batch = BATCH, .shuffle = true, .seed = 3, .threads = 3};
    descent_loader *one, *several;
    ck_assert_ok(descent_loader_create(&one, dataset, &config));
    config.copies = 2;
    ck_assert_ok(descent_loader_create(&several, dataset, &config));
    descent_batch expected, found;
    while (descent_loader_next(one, &expected)) {
        ck_assert(descent_loader_next(several, &found));
        ck_assert_uint_eq(expected.copies, 1);
        ck_assert_uint_eq(found.copies, found.n == BATCH ? 2 : 1);
        ck_assert_uint_eq(found.n, expected.n);
        ck_assert_mem_eq(found.labels, expected.labels, found.n * sizeof *found.labels);
        for (size_t copy = 0; copy < found.copies; copy++) {
            const float *features = found.features + copy * found.copy_stride;
            ck_assert_uint_eq((uintptr_t)features % 64, 0);
            ck_assert_mem_eq(features, expected.features, found.n * SIDE * SIDE * sizeof *features);
        }
    }
    ck_assert(!descent_loader_next(several, &found));
    descent_loader_destroy(one);
    descent_loader_destroy(several);

    config.augment.shift = 1.0;
    ck_assert_ok(descent_loader_create(&several, dataset, &config));
    ck_assert(descent_loader_next(several, &found));
    ck_assert_uint_eq(found.copies, 1);
    descent_loader_destroy(several);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(an_epoch_allocates_nothing)
{
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = make_loader(dataset, 7, true, 0);
    descent_batch batch;
    size_t samples = 0;
    size_t before = allocations_count();
    for (uint64_t epoch = 0; epoch < 10; epoch++) {
        descent_loader_shuffle(loader, epoch);
        while (descent_loader_next(loader, &batch)) {
            samples += batch.n;
        }
    }
    size_t after = allocations_count();
    ck_assert_uint_eq(after, before);
    ck_assert_uint_eq(samples, 10 * COUNT);
    descent_loader_destroy(loader);
    ck_assert_int_eq(before > 0, allocations_counted()); /* the counter does count */
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(a_loader_that_cannot_be_is_refused)
{
    descent_dataset *dataset = make_dataset();
    descent_loader *loader = (descent_loader *)1;
    descent_loader_config config = DESCENT_LOADER_DEFAULT;
    config.batch = 0;
    ck_assert_int_eq(descent_loader_create(&loader, dataset, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(loader);
    ck_assert_str_eq(descent_last_error(), "batch: expected at least 1, found 0");
    if (allocations_counted()) {
        config.batch = 1;
        allocations_fail_at(1);
        ck_assert_int_eq(descent_loader_create(&loader, dataset, &config), DESCENT_ERROR_MEMORY);
        ck_assert_ptr_null(loader);
    }
    descent_loader_destroy(NULL);
    descent_dataset_destroy(dataset);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(an_epoch_gives_each_sample_once, TEST_COUNT(batches)),
        TEST_CASE(a_new_loader_stands_at_epoch_0),
        TEST_CASE(an_order_depends_on_seed_and_epoch_alone),
        TEST_CASE(without_shuffle_the_order_is_the_data_sets),
        TEST_LOOP(batches_are_counted_with_the_short_one, TEST_COUNT(batches)),
        TEST_CASE(a_half_of_a_split_loads_its_own_samples),
        TEST_CASE(every_byte_becomes_its_exact_255th),
        TEST_CASE(floats_and_targets_are_given_out_as_they_are),
        TEST_CASE(features_are_aligned),
        TEST_CASE(copies_are_the_same),
        TEST_CASE(an_epoch_allocates_nothing),
        TEST_CASE(a_loader_that_cannot_be_is_refused),
    };
    return run_tests("loader", cases, TEST_COUNT(cases));
}

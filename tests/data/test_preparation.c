/*
 * Preparation: means and deviations against plain sums in long double, what the loader makes of
 * them, and the way into text and back, bit by bit.
 */
#include "harness.h"

#include "allocations.h"
#include "problem.h"

#include <math.h>
#include <string.h>

enum { COUNT = 97, FEATURES = 5, OUTPUTS = 2 };

static uint8_t bytes[COUNT * FEATURES];
static float floats[COUNT * FEATURES];
static float targets[COUNT * OUTPUTS];
static int32_t labels[COUNT];

/* Numbers of very unlike size; feature 2 is constant, and a target is far from 0. */
static void fill(void)
{
    static const double scales[FEATURES] = {1.0, 1e-3, 0.0, 3e4, 1e30};
    uint64_t state = 5;
    for (size_t i = 0; i < COUNT * FEATURES; i++) {
        size_t f = i % FEATURES;
        bytes[i] = f == 2 ? 77 : (uint8_t)(128 + 127 * problem_uniform(&state));
        floats[i] = (float)(0.1 + scales[f] * (0.3 + problem_uniform(&state)));
    }
    for (size_t i = 0; i < COUNT; i++) {
        targets[OUTPUTS * i] = (float)(1e6 + problem_uniform(&state));
        targets[OUTPUTS * i + 1] = (float)(1e-3 * problem_uniform(&state));
    }
}

enum { AS_BYTES = 1, AS_TARGETS = 2 };

static descent_dataset *make_dataset(int kind)
{
    descent_samples samples = {.shape = {1, {FEATURES}}, .count = COUNT};
    descent_dataset *dataset = NULL;
    fill();
    samples.bytes = kind & AS_BYTES ? bytes : NULL;
    samples.floats = kind & AS_BYTES ? NULL : floats;
    samples.labels = kind & AS_TARGETS ? NULL : labels;
    samples.classes = kind & AS_TARGETS ? 0 : 1;
    samples.targets = kind & AS_TARGETS ? targets : NULL;
    samples.outputs = kind & AS_TARGETS ? OUTPUTS : 0;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    return dataset;
}

static descent_preparation *learn(const descent_dataset *dataset, descent_standardize standardize)
{
    const descent_preparation_config config = {standardize, true};
    descent_preparation *preparation = NULL;
    ck_assert_ok(descent_preparation_create(&preparation, dataset, &config));
    return preparation;
}

static float value_of(int kind, size_t i)
{
    return kind & AS_BYTES ? (float)bytes[i] / 255.0f : floats[i];
}

/* Mean and deviation of the values first, first + stride, … of all samples. */
static void measure(int kind, size_t first, size_t stride, double *mean, double *deviation)
{
    long double sum = 0, squares = 0;
    size_t n = 0;
    for (size_t i = first; i < COUNT * FEATURES; i += stride, n++) {
        sum += (long double)value_of(kind, i);
    }
    for (size_t i = first; i < COUNT * FEATURES; i += stride) {
        long double d = (long double)value_of(kind, i) - sum / (long double)n;
        squares += d * d;
    }
    *mean = (double)(sum / (long double)n);
    *deviation = (double)sqrtl(squares / (long double)n);
}

static void assert_close(float found, double expected)
{
    ck_assert_double_eq_tol((double)found, expected, 1e-7 * fabs(expected));
}

START_TEST(features_have_their_own_mean_and_deviation)
{
    descent_dataset *dataset = make_dataset(_i);
    descent_preparation *preparation = learn(dataset, DESCENT_STANDARDIZE_FEATURE);
    ck_assert_uint_eq(descent_preparation_features(preparation), FEATURES);
    for (size_t f = 0; f < FEATURES; f++) {
        double mean, deviation;
        measure(_i, f, FEATURES, &mean, &deviation);
        assert_close(descent_preparation_mean(preparation)[f], mean);
        assert_close(descent_preparation_deviation(preparation)[f], f == 2 ? 1 : deviation);
    }
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(a_set_has_one_mean_and_deviation)
{
    double mean, deviation;
    descent_dataset *dataset = make_dataset(_i);
    descent_preparation *preparation = learn(dataset, DESCENT_STANDARDIZE_SET);
    measure(_i, 0, 1, &mean, &deviation);
    for (size_t f = 0; f < FEATURES; f++) {
        assert_close(descent_preparation_mean(preparation)[f], mean);
        assert_close(descent_preparation_deviation(preparation)[f], deviation);
    }
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

/* A value that no sum of its copies gives back exactly: rounding must not become a deviation. */
START_TEST(a_constant_set_becomes_zeros)
{
    static float constant[COUNT * FEATURES];
    const descent_samples samples = {.shape = {1, {FEATURES}},
                                     .count = COUNT,
                                     .floats = constant,
                                     .labels = labels,
                                     .classes = 1};
    descent_dataset *dataset = NULL;
    for (size_t i = 0; i < COUNT * FEATURES; i++) {
        constant[i] = 0.1f;
    }
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    descent_preparation *preparation = learn(dataset, (descent_standardize)(1 + _i));
    descent_preparation_apply(preparation, COUNT, constant);
    for (size_t i = 0; i < COUNT * FEATURES; i++) {
        ck_assert_float_eq(constant[i], 0);
    }
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

static descent_loader *make_loader(const descent_dataset *dataset,
                                   const descent_preparation *preparation)
{
    const descent_loader_config config = {.batch = 10, .preparation = preparation, .threads = 2};
    descent_loader *loader = NULL;
    ck_assert_ok(descent_loader_create(&loader, dataset, &config));
    return loader;
}

static bool next_without_allocating(descent_loader *loader, descent_batch *batch)
{
    size_t before = allocations_count();
    bool more = descent_loader_next(loader, batch);
    size_t after = allocations_count();
    ck_assert_uint_eq(after, before);
    return more;
}

/* What the loader gives is (value − mean) / deviation to the last bit, as any float32 arithmetic
 * gives it; and over the training samples it has mean 0 and deviation 1. */
START_TEST(a_loader_standardises)
{
    double sums[FEATURES] = {0}, squares[FEATURES] = {0};
    size_t n = 0;
    descent_batch batch;
    descent_dataset *dataset = make_dataset(_i);
    descent_preparation *preparation = learn(dataset, DESCENT_STANDARDIZE_FEATURE);
    const float *mean = descent_preparation_mean(preparation);
    const float *deviation = descent_preparation_deviation(preparation);
    descent_loader *loader = make_loader(dataset, preparation);
    while (next_without_allocating(loader, &batch)) {
        for (size_t i = 0; i < batch.n * FEATURES; i++) {
            size_t f = i % FEATURES;
            volatile float difference = value_of(_i, n * FEATURES + i) - mean[f];
            ck_assert_float_eq(batch.features[i], difference / deviation[f]);
            sums[f] += (double)batch.features[i];
            squares[f] += (double)batch.features[i] * (double)batch.features[i];
        }
        n += batch.n;
    }
    for (size_t f = 0; f < FEATURES; f++) {
        ck_assert_double_eq_tol(sums[f] / COUNT, 0, 1e-5); /* the mean itself is rounded */
        ck_assert_double_eq_tol(squares[f] / COUNT, f == 2 ? 0 : 1, 1e-5);
    }
    descent_loader_destroy(loader);
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

/* Targets near a million keep as many digits as float32 has there: 1/16 of a deviation of 1/2. */
START_TEST(targets_go_there_and_back)
{
    descent_batch batch;
    double sums[OUTPUTS] = {0}, squares[OUTPUTS] = {0};
    size_t n = 0;
    descent_dataset *dataset = make_dataset(AS_TARGETS);
    descent_preparation *preparation = learn(dataset, DESCENT_STANDARDIZE_NONE);
    ck_assert_uint_eq(descent_preparation_outputs(preparation), OUTPUTS);
    ck_assert_ptr_null(descent_preparation_mean(preparation));
    descent_loader *loader = make_loader(dataset, preparation);
    while (descent_loader_next(loader, &batch)) {
        float back[10 * OUTPUTS];
        memcpy(back, batch.targets, batch.n * OUTPUTS * sizeof *back);
        ck_assert_mem_eq(batch.features, floats + n * FEATURES,
                         batch.n * FEATURES * sizeof *floats);
        descent_preparation_undo_targets(preparation, batch.n, back);
        for (size_t i = 0; i < batch.n * OUTPUTS; i++) {
            float truth = targets[n * OUTPUTS + i];
            ck_assert_double_eq_tol((double)back[i], (double)truth, 1e-6 * fabs((double)truth));
            sums[i % OUTPUTS] += (double)batch.targets[i];
            squares[i % OUTPUTS] += (double)batch.targets[i] * (double)batch.targets[i];
        }
        n += batch.n;
    }
    ck_assert_double_eq_tol(sums[1] / COUNT, 0, 1e-6);
    ck_assert_double_eq_tol(squares[1] / COUNT, 1, 1e-6);
    ck_assert_double_eq_tol(sums[0] / COUNT, 0, 0.1);
    descent_loader_destroy(loader);
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

static void assert_same(const float *left, const float *right, size_t count)
{
    ck_assert((left == NULL) == (right == NULL));
    if (left != NULL) {
        ck_assert_mem_eq(left, right, count * sizeof *left);
    }
}

START_TEST(text_gives_back_the_same_bits)
{
    char *text, *again;
    descent_preparation *read;
    int kind = _i / DESCENT_STANDARDIZE_COUNT;
    descent_dataset *dataset = make_dataset(kind);
    descent_preparation *preparation =
        learn(dataset, (descent_standardize)(_i % DESCENT_STANDARDIZE_COUNT));
    ck_assert_ok(descent_preparation_save(&text, preparation));
    ck_assert_ok(descent_preparation_load(&read, text, FEATURES, OUTPUTS));
    ck_assert_int_eq(descent_preparation_standardize(read),
                     descent_preparation_standardize(preparation));
    ck_assert_uint_eq(descent_preparation_outputs(read), kind & AS_TARGETS ? OUTPUTS : 0);
    assert_same(descent_preparation_mean(read), descent_preparation_mean(preparation), FEATURES);
    assert_same(descent_preparation_deviation(read), descent_preparation_deviation(preparation),
                FEATURES);
    assert_same(descent_preparation_target_mean(read), descent_preparation_target_mean(preparation),
                OUTPUTS);
    assert_same(descent_preparation_target_deviation(read),
                descent_preparation_target_deviation(preparation), OUTPUTS);
    ck_assert_ok(descent_preparation_save(&again, read));
    ck_assert_str_eq(again, text);
    free(text);
    free(again);
    descent_preparation_destroy(read);
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

#define TARGETS ",\"target_mean\":[0,1],\"target_deviation\":[1,2]}"

static const struct {
    const char *text;
    const char *message;
} broken[] = {
    {"", "preparation"},
    {"{", "preparation"},
    {"[]", "standardize"},
    {"{\"standardize\":\"some\"}", "none, feature or set"},
    {"{\"standardize\":3}", "none, feature or set"},
    {"{\"standardize\":\"set\"}", "mean: expected 1 numbers, found 0"},
    {"{\"standardize\":\"set\",\"mean\":[0,1],\"deviation\":[1]}", "expected 1 numbers, found 2"},
    {"{\"standardize\":\"set\",\"mean\":[0]}", "deviation"},
    {"{\"standardize\":\"set\",\"mean\":[0],\"deviation\":[0]}", "> 0"},
    {"{\"standardize\":\"set\",\"mean\":[0],\"deviation\":[-1]}", "> 0"},
    {"{\"standardize\":\"set\",\"mean\":[0],\"deviation\":[1e-60]}", "> 0"},
    {"{\"standardize\":\"set\",\"mean\":[1e60],\"deviation\":[1]}", "finite"},
    {"{\"standardize\":\"set\",\"mean\":[\"0\"],\"deviation\":[1]}", "place 0"},
    {"{\"standardize\":\"set\",\"mean\":{\"0\":0},\"deviation\":[1]}", "mean"},
    {"{\"standardize\":\"feature\",\"mean\":[0,0,0,0],\"deviation\":[1,1,1,1]}",
     "expected 5 numbers, found 4"},
    {"{\"standardize\":\"none\",\"target_mean\":[0]}", "expected 2 numbers, found 1"},
    {"{\"standardize\":\"none\",\"target_deviation\":[1,1]}", "target_mean"},
    {"{\"standardize\":\"none\",\"target_mean\":[0,0],\"target_deviation\":[1,0]}", "place 1"},
    {"{\"standardize\":\"none\"" TARGETS "}", "preparation"},
    {"{\"standardize\":\"none\",\"standardize\":\"none\"" TARGETS, "duplicate"},
};

START_TEST(broken_text_is_refused)
{
    descent_preparation *preparation;
    ck_assert_int_eq(descent_preparation_load(&preparation, broken[_i].text, FEATURES, OUTPUTS),
                     DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(preparation);
    ck_assert_msg(strstr(descent_last_error(), broken[_i].message) != NULL, "%s: %s",
                  broken[_i].text, descent_last_error());
}
END_TEST

static void refuse_loader(const descent_dataset *dataset, const descent_preparation *preparation,
                          const char *message)
{
    const descent_loader_config config = {.batch = 1, .preparation = preparation};
    descent_loader *loader;
    ck_assert_int_eq(descent_loader_create(&loader, dataset, &config), DESCENT_ERROR_MISMATCH);
    ck_assert_ptr_null(loader);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), message));
}

START_TEST(another_shape_is_refused)
{
    const char *text = "{\"standardize\":\"none\"" TARGETS;
    const char *one = "{\"standardize\":\"none\",\"target_mean\":[0],\"target_deviation\":[1]}";
    descent_preparation *preparation;
    descent_dataset *dataset = make_dataset(AS_TARGETS);
    ck_assert_ok(descent_preparation_load(&preparation, text, FEATURES + 1, OUTPUTS));
    refuse_loader(dataset, preparation, "expected samples of 6 features, found 5");
    descent_preparation_destroy(preparation);
    ck_assert_ok(descent_preparation_load(&preparation, one, FEATURES, 1));
    refuse_loader(dataset, preparation, "expected targets of 1 numbers, found 2");
    descent_preparation_destroy(preparation);
    descent_preparation_destroy(NULL);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(an_unknown_kind_is_refused)
{
    const descent_preparation_config config = {DESCENT_STANDARDIZE_COUNT, true};
    descent_preparation *preparation;
    descent_dataset *dataset = make_dataset(0);
    ck_assert_int_eq(descent_preparation_create(&preparation, dataset, &config),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(preparation);
    ck_assert_ptr_null(descent_standardize_name(DESCENT_STANDARDIZE_COUNT));
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(a_table_is_standardised_by_feature)
{
    const uint8_t few[] = {0, 1, 2, 3};
    const float some[] = {0, 1, 2, 3};
    const int32_t half[] = {0, 1, 0, 1};
    const descent_samples kinds[] = {
        {.shape = {1, {1}}, .count = 4, .floats = some, .labels = half, .classes = 2},
        {.shape = {1, {1}}, .count = 4, .bytes = few, .labels = half, .classes = 2},
        {.shape = {2, {1, 1}}, .count = 4, .floats = some, .labels = half, .classes = 2},
    };
    for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
        descent_dataset *dataset;
        ck_assert_ok(descent_dataset_create(&dataset, &kinds[i]));
        ck_assert_int_eq(descent_standardize_for(dataset),
                         i == 0 ? DESCENT_STANDARDIZE_FEATURE : DESCENT_STANDARDIZE_NONE);
        descent_dataset_destroy(dataset);
    }
}
END_TEST

/* With any one of its allocations failing, creating fails cleanly; without, it succeeds. */
START_TEST(creating_without_memory_fails_cleanly)
{
    const descent_preparation_config config = {DESCENT_STANDARDIZE_FEATURE, true};
    descent_preparation *preparation = NULL;
    descent_dataset *dataset = make_dataset(AS_TARGETS);
    descent_status status = DESCENT_ERROR_MEMORY;
    for (size_t n = 1; allocations_counted() && status != DESCENT_OK; n++) {
        allocations_fail_at(n);
        status = descent_preparation_create(&preparation, dataset, &config);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        ck_assert((preparation != NULL) == (status == DESCENT_OK));
    }
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(features_have_their_own_mean_and_deviation, 2),
        TEST_LOOP(a_set_has_one_mean_and_deviation, 2),
        TEST_LOOP(a_constant_set_becomes_zeros, 2),
        TEST_LOOP(a_loader_standardises, 2),
        TEST_CASE(targets_go_there_and_back),
        TEST_LOOP(text_gives_back_the_same_bits, 4 * DESCENT_STANDARDIZE_COUNT),
        TEST_LOOP(broken_text_is_refused, TEST_COUNT(broken)),
        TEST_CASE(another_shape_is_refused),
        TEST_CASE(an_unknown_kind_is_refused),
        TEST_CASE(a_table_is_standardised_by_feature),
        TEST_CASE(creating_without_memory_fails_cleanly),
    };
    return run_tests("preparation", cases, TEST_COUNT(cases));
}

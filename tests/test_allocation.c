/*
 * Only creating allocates: steps, evaluations, shuffles and batches do not, and not even failing
 * does. Counted are the library's own calls; what BLAS does inside is not seen.
 */

#include "allocations.h"
#include "engines.h"
#include "golden.h"

#include <math.h>
#include <stdio.h>

enum { COUNT = 50, FEATURES = 13, CLASSES = 5, BATCH = 8 };

static uint8_t pixels[COUNT * FEATURES];
static int32_t labels[COUNT];

static const descent_model_config shape = {
    .layers = 3, .sizes = {FEATURES, 7, 11, CLASSES}, .activation = DESCENT_ACTIVATION_GELU};

/* Everything of a training run. */
struct run {
    descent_dataset *dataset;
    descent_loader *loader;
    descent_model *model;
    descent_network *network;
    descent_trainer *trainer;
    descent_fit *fit;
};

static descent_trainer_config training(const descent_optimizer *optimizer)
{
    descent_trainer_config config = test_trainer_config();
    config.optimizer = *optimizer;
    config.batch = BATCH;
    config.dropout = 0.1;
    config.clip_norm = 0.5;
    return config;
}

static void create_dataset(struct run *run)
{
    const descent_samples samples = {.shape = {1, {FEATURES}},
                                     .count = COUNT,
                                     .bytes = pixels,
                                     .labels = labels,
                                     .classes = CLASSES};
    for (size_t i = 0; i < COUNT * FEATURES; i++) {
        pixels[i] = (uint8_t)(i * i % 251);
    }
    for (size_t i = 0; i < COUNT; i++) {
        labels[i] = (int32_t)(i % CLASSES);
    }
    ck_assert_ok(descent_dataset_create(&run->dataset, &samples));
}

static void create_run(struct run *run, const descent_optimizer *optimizer)
{
    const descent_loader_config loading = {.batch = BATCH, .shuffle = true, .seed = 1};
    descent_trainer_config config = training(optimizer);
    create_dataset(run);
    ck_assert_ok(descent_loader_create(&run->loader, run->dataset, &loading));
    ck_assert_ok(descent_model_create(&run->model, &shape));
    ck_assert_ok(test_network_create(&run->network, run->model, BATCH, 0));
    ck_assert_ok(descent_trainer_create(&run->trainer, run->model, &config));
}

static void destroy_run(struct run *run)
{
    descent_fit_destroy(run->fit);
    descent_trainer_destroy(run->trainer);
    descent_network_destroy(run->network);
    descent_model_destroy(run->model);
    descent_loader_destroy(run->loader);
    descent_dataset_destroy(run->dataset);
}

/* Success without Check's macros, which allocate. */
static size_t failures;

static void expect(descent_status found, descent_status expected)
{
    failures += found != expected;
}

/* Each batch of an epoch once through everything that a run calls. */
static void run_epoch(struct run *run, uint64_t epoch, float *numbers)
{
    const descent_loss loss = {.kind = DESCENT_LOSS_CROSS_ENTROPY};
    descent_batch batch;
    descent_metrics metrics = {0};
    int32_t predictions[BATCH];
    descent_loader_shuffle(run->loader, epoch);
    while (descent_loader_next(run->loader, &batch)) {
        expect(descent_trainer_step(run->trainer, &batch, 0.01, &metrics), DESCENT_OK);
        expect(descent_trainer_backward(run->trainer, &batch, batch.n, &metrics), DESCENT_OK);
        expect(descent_trainer_step(run->trainer, NULL, 0.01, &metrics), DESCENT_OK);
        expect(descent_trainer_evaluate(run->trainer, &batch, &metrics), DESCENT_OK);
        expect(descent_trainer_measure(run->trainer, &batch, batch.n, &metrics), DESCENT_OK);
        expect(descent_network_forward(run->network, batch.features, batch.n, numbers), DESCENT_OK);
        expect(descent_network_evaluate(run->network, &loss, &batch, &metrics, predictions),
               DESCENT_OK);
    }
    expect(descent_trainer_save(run->trainer, run->model), DESCENT_OK);
    expect(descent_trainer_load(run->trainer, run->model), DESCENT_OK);
    descent_trainer_gradient(run->trainer, numbers);
}

/* Whether allocations are counted; says so if not. */
static bool counted(void)
{
    if (!allocations_counted()) {
        puts("skipped: allocations cannot be counted here");
    }
    return allocations_counted();
}

/* Sixteen epochs of seven batches: more than a hundred steps of each kind. */
START_TEST(training_allocates_nothing)
{
    static float numbers[1000];
    struct run run = {0};
    create_run(&run, &golden_optimizers[_i].optimizer);
    ck_assert_uint_lt(descent_model_parameter_count(run.model), TEST_COUNT(numbers));
    size_t before = allocations_count();
    for (uint64_t epoch = 0; epoch < 16; epoch++) {
        run_epoch(&run, epoch, numbers);
    }
    size_t after = allocations_count();
    ck_assert_uint_eq(failures, 0);
    ck_assert_uint_eq(descent_trainer_steps(run.trainer), 2 * 16 * 7);
    if (counted()) {
        ck_assert_uint_gt(before, 0);
        ck_assert_uint_eq(after, before);
    }
    destroy_run(&run);
}
END_TEST

START_TEST(failing_allocates_nothing)
{
    const float features[FEATURES] = {NAN};
    const int32_t label = 0;
    descent_batch batch = {.features = features, .labels = &label, .n = 1};
    struct run run = {0};
    create_run(&run, &golden_optimizers[0].optimizer);
    size_t before = allocations_count();
    expect(descent_trainer_step(run.trainer, &batch, 0.01, NULL), DESCENT_ERROR_NONFINITE);
    batch.n = BATCH + 1;
    expect(descent_trainer_step(run.trainer, &batch, 0.01, NULL), DESCENT_ERROR_INVALID);
    expect(descent_trainer_step(run.trainer, NULL, 0.01, NULL), DESCENT_ERROR_INVALID);
    size_t after = allocations_count();
    ck_assert_uint_eq(failures, 0);
    ck_assert_uint_eq(after, before);
    destroy_run(&run);
}
END_TEST

static descent_status create_model(struct run *run)
{
    return descent_model_create(&run->model, &shape);
}

static descent_status create_network(struct run *run)
{
    return test_network_create(&run->network, run->model, BATCH, 0);
}

static descent_status create_trainer(struct run *run)
{
    descent_trainer_config config = training(&golden_optimizers[4].optimizer);
    return descent_trainer_create(&run->trainer, run->model, &config);
}

static descent_status create_fit(struct run *run)
{
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer = training(&golden_optimizers[4].optimizer);
    config.recoveries = 1;
    return descent_fit_create(&run->fit, run->model, run->dataset, run->dataset, &config);
}

/* In the order of their needs. */
static const struct {
    descent_status (*create)(struct run *run);
    size_t result; /* where the result goes */
} creations[] = {
    {create_model, offsetof(struct run, model)},
    {create_network, offsetof(struct run, network)},
    {create_trainer, offsetof(struct run, trainer)},
    {create_fit, offsetof(struct run, fit)},
};

/* With any one of its allocations failing, creating fails cleanly; without, it succeeds. */
START_TEST(creating_without_memory_fails_cleanly)
{
    struct run run = {0};
    create_dataset(&run);
    for (size_t c = 0; c < TEST_COUNT(creations) && counted(); c++) {
        descent_status status = DESCENT_ERROR_MEMORY;
        size_t n = 0;
        while (status != DESCENT_OK) {
            ck_assert_int_eq(status, DESCENT_ERROR_MEMORY);
            ck_assert_uint_lt(n, 100);
            allocations_fail_at(++n);
            status = creations[c].create(&run);
            allocations_fail_at(0);
            void **result = (void **)((char *)&run + creations[c].result);
            ck_assert((status == DESCENT_OK) == (*result != NULL));
        }
        ck_assert_uint_gt(n, 1);
    }
    destroy_run(&run);
}
END_TEST

/* With everything that an epoch can do: validation, best weights, gradient, recoveries, checks. */
START_TEST(epochs_allocate_nothing)
{
    struct run run = {0};
    create_run(&run, &golden_optimizers[_i].optimizer);
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer = training(&golden_optimizers[_i].optimizer);
    config.schedule.lr = 0.01;
    config.measure_gradient = true;
    config.recoveries = 1;
    config.target_loss = 1e-30;
    config.check_every = 1;
    ck_assert_ok(descent_fit_create(&run.fit, run.model, run.dataset, run.dataset, &config));
    size_t before = allocations_count();
    while (descent_fit_stopped(run.fit) == DESCENT_STOP_NONE) {
        expect(descent_fit_epoch(run.fit), DESCENT_OK);
    }
    size_t after = allocations_count();
    ck_assert_uint_eq(failures, 0);
    ck_assert_uint_eq(descent_fit_progress(run.fit)->epoch, 10);
    ck_assert_uint_eq(after, before);
    destroy_run(&run);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(training_allocates_nothing, GOLDEN_OPTIMIZERS),
        TEST_CASE(failing_allocates_nothing),
        TEST_LOOP(epochs_allocate_nothing, GOLDEN_OPTIMIZERS),
        TEST_CASE(creating_without_memory_fails_cleanly),
    };
    return run_tests_on_engines("allocation", cases, TEST_COUNT(cases));
}

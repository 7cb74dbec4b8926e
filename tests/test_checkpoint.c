/*
 * Checkpoints: a restored trainer goes on to the same bits, everything comes back, and nothing
 * broken or foreign is taken for a checkpoint.
 */
#include "harness.h"
#include "scratch.h"

#include "allocations.h"

#include <jansson.h>
#include <math.h>

enum { INPUTS = 3, HIDDEN = 5, OUTPUTS = 2, BATCH = 4, STEPS = 4 };

static const struct optimizer_case {
    const char *name;
    descent_optimizer optimizer;
} optimizers[] = {
    {"sgd", {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .weight_decay = 0.1}},
    {"sgd with momentum", {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .momentum = 0.9}},
    {"sgd with nesterov",
     {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .momentum = 0.9, .nesterov = true}},
    {"adam", {.kind = DESCENT_OPTIMIZER_ADAM, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8}},
    {"adamw",
     {.kind = DESCENT_OPTIMIZER_ADAMW,
      .beta1 = 0.9,
      .beta2 = 0.999,
      .epsilon = 1e-8,
      .weight_decay = 0.01}},
    {"rmsprop", {.kind = DESCENT_OPTIMIZER_RMSPROP, .alpha = 0.99, .epsilon = 1e-8}},
    {"rmsprop with momentum",
     {.kind = DESCENT_OPTIMIZER_RMSPROP, .alpha = 0.99, .epsilon = 1e-8, .momentum = 0.5}},
};
enum { SGD, MOMENTUM, NESTEROV, ADAM, ADAMW };

static const descent_progress progress = {
    .epoch = 3, .samples = UINT64_MAX, .best_epoch = 2, .best_loss = 0.1, .bad_epochs = 1};

/* No field has a default's value. */
static const descent_schedule schedule = {
    .kind = DESCENT_SCHEDULE_PLATEAU,
    .lr = 0.1 / 3.0,
    .lr_final = 1e-300,
    .warmup = 11,
    .steps = UINT64_MAX,
    .period = 7,
    .period_factor = 2,
    .gamma = 1.0 / 3.0,
    .power = 2.5,
    .warmup_fraction = 0.7,
    .start_divisor = 25.1,
    .final_divisor = 1e4 / 3.0,
    .patience = 9,
    .threshold = 0.2,
    .plateau = {.best = 0.7, .bad_epochs = 4, .reductions = 5},
};

static const char *const config = "{\n  \"größe\": [1, 2],\n  \"data\": \"digits\"\n}\n";

static descent_model *make_model(size_t hidden)
{
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = 2;
    shape.sizes[0] = INPUTS;
    shape.sizes[1] = hidden;
    shape.sizes[2] = OUTPUTS;
    shape.activation = DESCENT_ACTIVATION_TANH;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &shape));
    return model;
}

/* With dropout, so that the step count matters to every optimizer. */
static descent_trainer *make_trainer(const descent_model *model, const descent_optimizer *optimizer)
{
    descent_trainer_config trainer_config = DESCENT_TRAINER_DEFAULT;
    trainer_config.optimizer = *optimizer;
    trainer_config.batch = BATCH;
    trainer_config.dropout = 0.3;
    trainer_config.seed = 5;
    descent_trainer *trainer;
    ck_assert_ok(descent_trainer_create(&trainer, model, &trainer_config));
    return trainer;
}

/* Steps first … first + count − 1, each on a batch of its own. */
static void train(descent_trainer *trainer, uint64_t first, uint64_t count)
{
    for (uint64_t step = first; step < first + count; step++) {
        descent_random random = descent_random_init(2, DESCENT_STREAM_USER, step);
        float features[BATCH * INPUTS];
        int32_t labels[BATCH];
        for (size_t i = 0; i < BATCH * INPUTS; i++) {
            features[i] = (float)descent_random_normal(&random);
        }
        for (size_t i = 0; i < BATCH; i++) {
            labels[i] = (int32_t)descent_random_below(&random, OUTPUTS);
        }
        const descent_batch batch = {.features = features, .labels = labels, .n = BATCH};
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.05, NULL));
    }
}

static void assert_same_parameters(const descent_model *a, const descent_model *b)
{
    ck_assert_uint_eq(descent_model_parameter_count(a), descent_model_parameter_count(b));
    ck_assert_mem_eq(descent_model_parameters(a), descent_model_parameters(b),
                     descent_model_parameter_count(a) * sizeof(float));
}

/* A checkpoint after STEPS steps of an optimizer. */
static const char *save_trained(const char *name, const struct optimizer_case *optimizer)
{
    descent_model *model = make_model(HIDDEN);
    descent_trainer *trainer = make_trainer(model, &optimizer->optimizer);
    train(trainer, 0, STEPS);
    const char *path = scratch_path(name);
    ck_assert_ok(
        descent_checkpoint_save(path, trainer, model, model, &schedule, &progress, config));
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
    return path;
}

START_TEST(a_restored_trainer_goes_on_to_the_same_bits)
{
    descent_model *model = make_model(HIDDEN);
    descent_trainer *trainer = make_trainer(model, &optimizers[_i].optimizer);
    train(trainer, 0, STEPS);
    const char *path = scratch_path("checkpoint");
    ck_assert_ok(descent_checkpoint_save(path, trainer, model, NULL, &schedule, &progress, config));
    train(trainer, STEPS, STEPS);

    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, path));
    descent_trainer *resumed = make_trainer(model, &optimizers[_i].optimizer);
    ck_assert_ok(descent_checkpoint_restore(checkpoint, resumed));
    ck_assert_uint_eq(descent_trainer_steps(resumed), STEPS);
    train(resumed, STEPS, STEPS);

    descent_model *expected = make_model(HIDDEN);
    ck_assert_ok(descent_trainer_save(trainer, expected));
    ck_assert_ok(descent_trainer_save(resumed, model));
    assert_same_parameters(model, expected);
    ck_assert_mem_ne(descent_model_parameters(model),
                     descent_model_parameters(descent_checkpoint_model(checkpoint)),
                     descent_model_parameter_count(model) * sizeof(float));
    descent_model_destroy(expected);
    descent_trainer_destroy(resumed);
    descent_checkpoint_destroy(checkpoint);
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

/* All after the kind is of eight bytes, so a field that is forgotten in the file shows here. */
static void assert_same_schedule(const descent_schedule *a, const descent_schedule *b)
{
    size_t numbers = offsetof(descent_schedule, lr);
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert_mem_eq((const char *)a + numbers, (const char *)b + numbers, sizeof *a - numbers);
}

START_TEST(everything_comes_back)
{
    descent_model *model = make_model(HIDDEN);
    descent_model *best = make_model(HIDDEN);
    descent_model_parameters(best)[0] = 42.0f;
    descent_trainer *trainer = make_trainer(model, &optimizers[ADAM].optimizer);
    train(trainer, 0, STEPS);
    const char *path = scratch_path("checkpoint");
    ck_assert_ok(descent_checkpoint_save(path, trainer, model, best, &schedule, &progress, config));
    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, path));
    ck_assert_ok(descent_trainer_save(trainer, model));
    assert_same_parameters(descent_checkpoint_model(checkpoint), model);
    assert_same_parameters(descent_checkpoint_best(checkpoint), best);
    assert_same_schedule(descent_checkpoint_schedule(checkpoint), &schedule);
    ck_assert_mem_eq(descent_checkpoint_progress(checkpoint), &progress, sizeof progress);
    ck_assert_uint_eq(descent_checkpoint_steps(checkpoint), STEPS);
    ck_assert_str_eq(descent_checkpoint_config(checkpoint), config);
    char text[64];
    descent_model_describe(descent_checkpoint_model(checkpoint), text, sizeof text);
    ck_assert_str_eq(text, "3-5-2 tanh");
    descent_checkpoint_destroy(checkpoint);
    descent_trainer_destroy(trainer);
    descent_model_destroy(best);
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_start_of_a_run_comes_back)
{
    descent_model *model = make_model(HIDDEN);
    descent_trainer *trainer = make_trainer(model, &optimizers[SGD].optimizer);
    const descent_schedule fresh = DESCENT_SCHEDULE_DEFAULT;
    const descent_progress nothing = {.best_loss = HUGE_VAL};
    const char *path = scratch_path("checkpoint");
    ck_assert_ok(descent_checkpoint_save(path, trainer, model, NULL, &fresh, &nothing, ""));
    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, path));
    ck_assert_ptr_null(descent_checkpoint_best(checkpoint));
    assert_same_schedule(descent_checkpoint_schedule(checkpoint), &fresh);
    ck_assert_mem_eq(descent_checkpoint_progress(checkpoint), &nothing, sizeof nothing);
    ck_assert_uint_eq(descent_checkpoint_steps(checkpoint), 0);
    ck_assert_str_eq(descent_checkpoint_config(checkpoint), "");
    descent_checkpoint_destroy(checkpoint);
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_same_training_gives_the_same_bytes)
{
    static char bytes[2][16384];
    size_t size = scratch_read(save_trained("one", &optimizers[ADAMW]), bytes[0], sizeof bytes[0]);
    size_t again = scratch_read(save_trained("two", &optimizers[ADAMW]), bytes[1], sizeof bytes[1]);
    ck_assert_uint_eq(size, again);
    ck_assert_mem_eq(bytes[0], bytes[1], size);
}
END_TEST

/* Restoring a checkpoint of `saved` fails and leaves the trainer as it was. */
static void assert_mismatch(const struct optimizer_case *saved, size_t hidden,
                            const struct optimizer_case *optimizer, const char *reason)
{
    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, save_trained("checkpoint", saved)));
    descent_model *model = make_model(hidden);
    descent_model *after = make_model(hidden);
    descent_model_parameters(after)[0] = 42.0f;
    descent_trainer *trainer = make_trainer(model, &optimizer->optimizer);
    ck_assert_int_eq(descent_checkpoint_restore(checkpoint, trainer), DESCENT_ERROR_MISMATCH);
    ck_assert_str_eq(descent_last_error(), reason);
    ck_assert_uint_eq(descent_trainer_steps(trainer), 0);
    ck_assert_ok(descent_trainer_save(trainer, after));
    assert_same_parameters(model, after);
    descent_trainer_destroy(trainer);
    descent_model_destroy(after);
    descent_model_destroy(model);
    descent_checkpoint_destroy(checkpoint);
}

START_TEST(another_architecture_or_optimizer_is_a_mismatch)
{
    assert_mismatch(&optimizers[ADAM], HIDDEN + 1, &optimizers[ADAM],
                    "architecture: expected 3-6-2 tanh, found 3-5-2 tanh");
    assert_mismatch(&optimizers[ADAM], HIDDEN, &optimizers[ADAMW],
                    "optimizer: expected adamw with 2 numbers of state a parameter, found adam "
                    "with 2 in the checkpoint");
    assert_mismatch(&optimizers[SGD], HIDDEN, &optimizers[MOMENTUM],
                    "optimizer: expected sgd with 1 numbers of state a parameter, found sgd with 0 "
                    "in the checkpoint");
}
END_TEST

START_TEST(what_cannot_be_loaded_is_not_saved)
{
    descent_model *model = make_model(HIDDEN);
    descent_model *other = make_model(HIDDEN + 1);
    descent_trainer *trainer = make_trainer(model, &optimizers[SGD].optimizer);
    const char *path = scratch_path("not-saved");
    ck_assert_int_eq(
        descent_checkpoint_save(path, trainer, model, NULL, &schedule, &progress, "gr\xf6\xdf"),
        DESCENT_ERROR_INVALID);
    ck_assert_int_eq(
        descent_checkpoint_save(path, trainer, model, other, &schedule, &progress, config),
        DESCENT_ERROR_INVALID);
    ck_assert_int_eq(
        descent_checkpoint_save(path, trainer, other, NULL, &schedule, &progress, config),
        DESCENT_ERROR_MISMATCH);
    ck_assert_int_ne(access(path, F_OK), 0);
    descent_trainer_destroy(trainer);
    descent_model_destroy(other);
    descent_model_destroy(model);
}
END_TEST

/* A checkpoint taken apart, to be put together wrongly. */
struct pieces {
    descent_safetensors *file;
    descent_tensor tensors[16];
    size_t tensor_count;
    descent_metadata metadata[64];
    size_t metadata_count;
};

static void take_apart(struct pieces *pieces)
{
    const char *path = save_trained("whole", &optimizers[ADAM]);
    ck_assert_ok(descent_safetensors_load(&pieces->file, path));
    pieces->tensor_count = descent_safetensors_count(pieces->file);
    pieces->metadata_count = descent_safetensors_metadata_count(pieces->file);
    ck_assert_uint_eq(pieces->tensor_count, 4 + 4 + 2);
    ck_assert_uint_lt(pieces->metadata_count, TEST_COUNT(pieces->metadata));
    for (size_t i = 0; i < pieces->tensor_count; i++) {
        pieces->tensors[i] = *descent_safetensors_tensor(pieces->file, i);
    }
    for (size_t i = 0; i < pieces->metadata_count; i++) {
        pieces->metadata[i] = descent_safetensors_metadata_entry(pieces->file, i);
    }
}

/* Puts the pieces together and returns how loading them ends. */
static descent_status load_pieces(const struct pieces *pieces)
{
    const char *path = scratch_path("pieces");
    ck_assert_ok(descent_safetensors_save(path, pieces->tensors, pieces->tensor_count,
                                          pieces->metadata, pieces->metadata_count));
    descent_checkpoint *checkpoint;
    descent_status status = descent_checkpoint_load(&checkpoint, path);
    ck_assert((status == DESCENT_OK) == (checkpoint != NULL));
    ck_assert(status == DESCENT_OK || strstr(descent_last_error(), path) != NULL);
    descent_checkpoint_destroy(checkpoint);
    return status;
}

/* The first five are those of a model file, which may be missing there as well. */
START_TEST(no_entry_may_be_missing)
{
    struct pieces pieces;
    take_apart(&pieces);
    ck_assert_ok(load_pieces(&pieces));
    size_t last = --pieces.metadata_count;
    for (size_t i = 5; i < last; i++) {
        descent_metadata missing = pieces.metadata[i];
        pieces.metadata[i] = pieces.metadata[last];
        ck_assert_msg(load_pieces(&pieces) == DESCENT_ERROR_FORMAT, "%s", missing.key);
        pieces.metadata[last] = missing;
    }
    descent_safetensors_destroy(pieces.file);
}
END_TEST

static const struct {
    const char *key;
    const char *value;
    const char *reason;
} bad_entries[] = {
    {"layers", "3-5-1", "layers: expected 3-5-1 by the metadata, found 3-5-2 by the tensors"},
    {"activation", "", "expected an activation's name"},
    {"crc32", "12345678", "CRC-32 of the tensors: expected 12345678, found"},
    {"checkpoint", "2", "checkpoint: expected 1, found '2'"},
    {"steps", "-1", "steps: expected a count, found '-1'"},
    {"steps", "18446744073709551616", "steps: expected a count"},
    {"optimizer", "Adam", "optimizer: expected an optimizer's name, found 'Adam'"},
    {"progress.epoch", "1.5", "progress.epoch: expected a count"},
    {"progress.best_loss", "", "progress.best_loss: expected a number"},
    {"schedule.kind", "plateaux", "schedule.kind: expected a schedule's name"},
    {"schedule.lr", "0", "schedule: expected lr > 0, found 0"},
    {"schedule.lr", "nan", "schedule: expected lr > 0, found nan"},
    {"schedule.lr", "0,1", "schedule.lr: expected a number, found '0,1'"},
    {"schedule.period", "0", "schedule: expected period ≥ 1"},
};

START_TEST(a_bad_entry_is_refused)
{
    struct pieces pieces;
    take_apart(&pieces);
    size_t i = 0;
    while (strcmp(pieces.metadata[i].key, bad_entries[_i].key) != 0) {
        i++;
    }
    pieces.metadata[i].value = bad_entries[_i].value;
    ck_assert_int_eq(load_pieces(&pieces), DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), bad_entries[_i].reason) != NULL, "%s",
                  descent_last_error());
    descent_safetensors_destroy(pieces.file);
}
END_TEST

/* Tensors renamed or reshaped without changing a byte of them, so the checksum still fits. */
static const struct {
    const char *name;
    descent_tensor tensor; /* without data */
    const char *reason;
} bad_tensors[] = {
    {"optimizer.1", {"optimizer.2", DESCENT_TYPE_F32, {1, {32}}, NULL}, "expected 9, found 10"},
    {"optimizer.1", {"other", DESCENT_TYPE_F32, {1, {32}}, NULL}, "expected 9, found 10"},
    {"optimizer.1", {"optimizer.1", DESCENT_TYPE_F64, {1, {16}}, NULL}, "expected F32 [32]"},
    {"optimizer.0", {"optimizer.0", DESCENT_TYPE_F32, {2, {32, 1}}, NULL}, "expected F32 [32]"},
    {"model.0.bias", {"model.0.biases", DESCENT_TYPE_F32, {1, {5}}, NULL}, "'model.0.biases'"},
    {"best.0.bias", {"best.1.bias", DESCENT_TYPE_F32, {1, {5}}, NULL}, "expected weight and bias"},
    {"best.2.weight", {"best.2.weight", DESCENT_TYPE_F32, {2, {5, 2}}, NULL}, "found [5 × 2]"},
};

START_TEST(a_bad_tensor_is_refused)
{
    struct pieces pieces;
    take_apart(&pieces);
    size_t i = 0;
    while (strcmp(pieces.tensors[i].name, bad_tensors[_i].name) != 0) {
        i++;
    }
    const void *data = pieces.tensors[i].data;
    pieces.tensors[i] = bad_tensors[_i].tensor;
    pieces.tensors[i].data = data;
    ck_assert_int_eq(load_pieces(&pieces), DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), bad_tensors[_i].reason) != NULL, "%s",
                  descent_last_error());
    descent_safetensors_destroy(pieces.file);
}
END_TEST

START_TEST(a_model_file_is_no_checkpoint)
{
    descent_model *model = make_model(HIDDEN);
    const char *path = scratch_path("model");
    ck_assert_ok(descent_model_save(model, path, NULL, 0));
    descent_checkpoint *checkpoint;
    ck_assert_int_eq(descent_checkpoint_load(&checkpoint, path), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "not a checkpoint"));
    descent_model_destroy(model);
}
END_TEST

START_TEST(a_broken_checkpoint_is_refused_or_harmless)
{
    static char bytes[16384];
    size_t size = scratch_read(save_trained("whole", &optimizers[MOMENTUM]), bytes, sizeof bytes);
    size_t data = size - 3 * (INPUTS * HIDDEN + HIDDEN + HIDDEN * OUTPUTS + OUTPUTS) * 4;
    descent_checkpoint *checkpoint;
    for (size_t cut = 0; cut < size; cut++) {
        const char *path = scratch_write("broken", bytes, cut);
        ck_assert_int_eq(descent_checkpoint_load(&checkpoint, path), DESCENT_ERROR_FORMAT);
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
        const char *path = scratch_write("broken", bytes, size);
        descent_status status = descent_checkpoint_load(&checkpoint, path);
        ck_assert(status == DESCENT_ERROR_FORMAT || (status == DESCENT_OK && i < data));
        descent_checkpoint_destroy(checkpoint);
        bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
    }
}
END_TEST

START_TEST(running_out_of_memory_while_loading_is_reported)
{
    const char *path = save_trained("whole", &optimizers[ADAM]);
    descent_status status = DESCENT_ERROR_MEMORY;
    size_t n = 0;
    while (status != DESCENT_OK) {
        descent_checkpoint *checkpoint;
        allocations_fail_at(++n);
        status = descent_checkpoint_load(&checkpoint, path);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        descent_checkpoint_destroy(checkpoint);
    }
    ck_assert(!allocations_counted() || n > 5);
}
END_TEST

/* Here jansson's allocations fail as well; its parser is not made for that, but its writer is. */
START_TEST(running_out_of_memory_while_saving_is_reported)
{
    descent_model *model = make_model(HIDDEN);
    descent_trainer *trainer = make_trainer(model, &optimizers[ADAM].optimizer);
    const char *path = scratch_path("out-of-memory");
    json_set_alloc_funcs(malloc, free);
    descent_status status = DESCENT_ERROR_MEMORY;
    size_t n = 0;
    while (status != DESCENT_OK) {
        allocations_fail_at(++n);
        status = descent_checkpoint_save(path, trainer, model, model, &schedule, &progress, config);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        ck_assert(status == DESCENT_OK || access(path, F_OK) != 0);
    }
    ck_assert(!allocations_counted() || n > 100);
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_restored_trainer_goes_on_to_the_same_bits, TEST_COUNT(optimizers)),
        TEST_CASE(everything_comes_back),
        TEST_CASE(the_start_of_a_run_comes_back),
        TEST_CASE(the_same_training_gives_the_same_bytes),
        TEST_CASE(another_architecture_or_optimizer_is_a_mismatch),
        TEST_CASE(what_cannot_be_loaded_is_not_saved),
        TEST_CASE(no_entry_may_be_missing),
        TEST_LOOP(a_bad_entry_is_refused, TEST_COUNT(bad_entries)),
        TEST_LOOP(a_bad_tensor_is_refused, TEST_COUNT(bad_tensors)),
        TEST_CASE(a_model_file_is_no_checkpoint),
        TEST_CASE(a_broken_checkpoint_is_refused_or_harmless),
        TEST_CASE(running_out_of_memory_while_loading_is_reported),
        TEST_CASE(running_out_of_memory_while_saving_is_reported),
    };
    scratch_begin();
    int result = run_tests("checkpoint", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

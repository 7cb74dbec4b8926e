/*
 * Nothing broken or foreign is taken for a checkpoint, and running out of memory is told.
 */
#include "harness.h"

#include "allocations.h"
#include "disk.h"
#include "trained.h"

#include <errno.h>
#include <jansson.h>

/* A checkpoint taken apart, to be put together wrongly. */
struct pieces {
    descent_safetensors *file;
    descent_tensor tensors[16];
    size_t tensor_count;
    descent_metadata metadata[64];
    size_t metadata_count;
};

/* The checksum of the header, which comes last, is left out: it would find every change. */
static void take_apart(struct pieces *pieces)
{
    const char *path = save_trained("whole", &optimizers[ADAM]);
    ck_assert_ok(descent_safetensors_load(&pieces->file, path));
    pieces->tensor_count = descent_safetensors_count(pieces->file);
    pieces->metadata_count = descent_safetensors_metadata_count(pieces->file);
    ck_assert_uint_eq(pieces->tensor_count, 4 + 4 + 2);
    ck_assert_uint_lt(pieces->metadata_count, TEST_COUNT(pieces->metadata));
    pieces->metadata_count--;
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

/* Earlier versions did not write these. */
static bool is_late(const char *key)
{
    return strcmp(key, "progress.lost_epochs") == 0 || strncmp(key, "progress.check.", 15) == 0 ||
           strncmp(key, "progress.crossing.", 18) == 0 ||
           strcmp(key, "progress.part.noise_sum") == 0 ||
           strncmp(key, "progress.part.signal_", 21) == 0 ||
           strcmp(key, "progress.part.noises") == 0;
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
        ck_assert_msg(load_pieces(&pieces) ==
                          (is_late(missing.key) ? DESCENT_OK : DESCENT_ERROR_FORMAT),
                      "%s", missing.key);
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
    {"checkpoint", "1", "checkpoint: expected 2, found '1'"},
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
    {"optimizer.0", {"optimizer.0", DESCENT_TYPE_F32, {1, {31}}, NULL}, "expected F32 [32]"},
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

/* The bytes of the best weights as those of another network: 31 inputs and one output. The layers
 * need not be in the metadata. */
START_TEST(best_weights_are_of_the_same_network)
{
    struct pieces pieces;
    take_apart(&pieces);
    size_t best = 0, layers = 0;
    while (strcmp(pieces.metadata[layers].key, "layers") != 0) {
        layers++;
    }
    pieces.metadata[layers] = pieces.metadata[--pieces.metadata_count];
    while (strncmp(pieces.tensors[best].name, "best.", 5) != 0) {
        best++;
    }
    const float *values = pieces.tensors[best].data;
    pieces.tensors[best] =
        (descent_tensor){"best.0.weight", DESCENT_TYPE_F32, {2, {1, 31}}, values};
    pieces.tensors[best + 1] =
        (descent_tensor){"best.0.bias", DESCENT_TYPE_F32, {1, {1}}, values + 31};
    pieces.tensor_count -= 2;
    memmove(pieces.tensors + best + 2, pieces.tensors + best + 4,
            (pieces.tensor_count - best - 2) * sizeof pieces.tensors[0]);
    ck_assert_int_eq(load_pieces(&pieces), DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), "in the architecture of model.*, found another"),
                  "%s", descent_last_error());
    descent_safetensors_destroy(pieces.file);
}
END_TEST

START_TEST(a_checkpoint_is_no_model_file)
{
    const char *path = save_trained("whole", &optimizers[ADAM]);
    descent_model *model;
    ck_assert_int_eq(descent_model_load(&model, NULL, path), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(model);
    ck_assert_ptr_nonnull(
        strstr(descent_last_error(), "expected a model file, found a checkpoint"));
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

/* A bit flipped is harmless in the key of the header's checksum alone, which is then not found. */
START_TEST(a_broken_checkpoint_is_refused_or_harmless)
{
    static char bytes[16384];
    size_t size = scratch_read(save_trained("whole", &optimizers[MOMENTUM]), bytes, sizeof bytes);
    size_t key = scratch_find(bytes, size, "header_crc32");
    descent_checkpoint *checkpoint;
    for (size_t cut = 0; cut < size; cut++) {
        const char *path = scratch_write("broken", bytes, cut);
        ck_assert_int_eq(descent_checkpoint_load(&checkpoint, path), DESCENT_ERROR_FORMAT);
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
        const char *path = scratch_write("broken", bytes, size);
        descent_status status = descent_checkpoint_load(&checkpoint, path);
        bool in_key = i >= key && i < key + strlen("header_crc32");
        ck_assert_msg(status == DESCENT_ERROR_FORMAT || (status == DESCENT_OK && in_key),
                      "bit %zu of byte %zu", i % 8, i);
        ck_assert(checkpoint == NULL || !descent_checkpoint_is_sealed(checkpoint));
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
    descent_trainer *trainer = make_trainer(model, &optimizers[ADAM]);
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

/* Each call of a kind in turn; a file that ends while it is read has become shorter. */
START_TEST(a_disk_that_fails_is_reported)
{
    static const struct {
        enum disk_call call;
        int error;
        const char *said;
    } faults[] = {{DISK_OPEN, EIO, "Input/output error"},
                  {DISK_FSTAT, EIO, "Input/output error"},
                  {DISK_READ, EIO, "Input/output error"},
                  {DISK_READ, 0, "the file has become shorter"}};
    const char *path = save_trained("whole", &optimizers[ADAM]);
    bool failed = disk_can_fail();
    for (size_t n = 1; failed; n++) {
        descent_checkpoint *checkpoint;
        disk_fail_at(faults[_i].call, n, faults[_i].error);
        descent_status status = descent_checkpoint_load(&checkpoint, path);
        failed = disk_has_failed(faults[_i].call);
        disk_fail_at(faults[_i].call, 0, 0);
        ck_assert_int_eq(status, failed ? DESCENT_ERROR_IO : DESCENT_OK);
        ck_assert(!failed || strstr(descent_last_error(), faults[_i].said) != NULL);
        ck_assert_int_eq(failed, checkpoint == NULL);
        ck_assert(failed || n > 1);
        descent_checkpoint_destroy(checkpoint);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(no_entry_may_be_missing),
        TEST_LOOP(a_bad_entry_is_refused, TEST_COUNT(bad_entries)),
        TEST_LOOP(a_bad_tensor_is_refused, TEST_COUNT(bad_tensors)),
        TEST_CASE(best_weights_are_of_the_same_network),
        TEST_CASE(a_checkpoint_is_no_model_file),
        TEST_CASE(a_model_file_is_no_checkpoint),
        TEST_CASE(a_broken_checkpoint_is_refused_or_harmless),
        TEST_CASE(running_out_of_memory_while_loading_is_reported),
        TEST_CASE(running_out_of_memory_while_saving_is_reported),
        TEST_LOOP(a_disk_that_fails_is_reported, 4),
    };
    scratch_begin();
    int result = run_tests("checkpoint_broken", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

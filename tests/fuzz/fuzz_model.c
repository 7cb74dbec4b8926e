/*
 * Fuzz target: any model file, in memory, with the preparation in its metadata, and once more with
 * its checksums made right. One that is decoded can be encoded and is then the same model.
 */
#include "repaired.h"

/* A preparation that is read gives the same text again. */
static void read_preparation(const descent_safetensors *file, const descent_model *model)
{
    const char *stored = descent_safetensors_metadata(file, "preparation");
    size_t inputs = descent_model_inputs(model), outputs = descent_model_outputs(model);
    if (stored == NULL) {
        return;
    }
    descent_preparation *preparation, *again;
    descent_status status = descent_preparation_load(&preparation, stored, inputs, outputs);
    fuzz_check_status(status, preparation);
    if (status == DESCENT_OK) {
        char *text, *copy;
        fuzz_check(descent_preparation_save(&text, preparation) == DESCENT_OK);
        fuzz_check(descent_preparation_load(&again, text, inputs, outputs) == DESCENT_OK);
        fuzz_check(descent_preparation_save(&copy, again) == DESCENT_OK);
        fuzz_check(strcmp(text, copy) == 0);
        free(text);
        free(copy);
        descent_preparation_destroy(again);
    }
    descent_preparation_destroy(preparation);
}

static void check(const uint8_t *data, size_t size)
{
    descent_model *model;
    descent_safetensors *file;
    uint8_t *bytes = fuzz_bytes(data, size);
    descent_status status = descent_model_decode(&model, &file, bytes, size);
    free(bytes);
    fuzz_check_status(status, model);
    fuzz_check_status(status, file);
    if (status == DESCENT_OK) {
        unsigned char *written;
        size_t written_size;
        descent_model *again;
        fuzz_check(descent_model_encode(&written, &written_size, model, NULL, 0) == DESCENT_OK);
        fuzz_check(descent_model_decode(&again, NULL, written, written_size) == DESCENT_OK);
        fuzz_check(descent_model_fingerprint(again) == descent_model_fingerprint(model));
        descent_model_destroy(again);
        free(written);
        char said[64];
        descent_model_describe_import(file, said, sizeof said);
        fuzz_check(strlen(said) < sizeof said);
        read_preparation(file, model);
    }
    descent_safetensors_destroy(file);
    descent_model_destroy(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { ROOM = 1 << 17 };
    static uint8_t bytes[ROOM];
    check(data, size);
    const char *repaired = repaired_file(data, size);
    if (repaired != NULL) {
        check(bytes, scratch_read(repaired, bytes, sizeof bytes));
    }
    return 0;
}

static bool save_own(const char *path)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = 3;
    config.sizes[1] = 2;
    config.sizes[2] = 2;
    const descent_metadata metadata = {
        "preparation", "{\"standardize\":\"feature\",\"mean\":[0.5,-1e-3,7],\"deviation\":[1,2,"
                       "0.25],\"target_mean\":[0.1,3],\"target_deviation\":[1,2e9]}"};
    descent_model *model;
    bool saved = descent_model_create(&model, &config) == DESCENT_OK &&
                 descent_model_save(model, path, &metadata, 1) == DESCENT_OK;
    descent_model_destroy(model);
    return saved;
}

/* Without a checksum, which would stop most changes at the door; by numbers in the names, or by
 * shapes and beside a tensor of no layer. */
static bool save_foreign(const char *path, bool numbered)
{
    const double numbers[] = {1.5, -2.25, 0.1, 1e300, 0.0, 3.0};
    const descent_tensor tensors[] = {
        {numbered ? "1.bias" : "fc1.bias", DESCENT_TYPE_F16, {1, {2}}, numbers},
        {numbered ? "1.weight" : "fc1.weight", DESCENT_TYPE_F64, {2, {2, 3}}, numbers},
        {numbered ? "10.bias" : "out.bias", DESCENT_TYPE_BF16, {1, {1}}, numbers},
        {numbered ? "10.weight" : "out.weight", DESCENT_TYPE_F32, {2, {1, 2}}, numbers},
        {"scale", DESCENT_TYPE_F32, {1, {3}}, numbers},
    };
    size_t count = sizeof tensors / sizeof tensors[0] - numbered;
    return descent_safetensors_save(path, tensors, count, NULL, 0) == DESCENT_OK;
}

bool fuzz_seed(const char *path, unsigned number)
{
    return (number == 0 && save_own(path)) || (number == 1 && save_foreign(path, true)) ||
           (number == 2 && save_foreign(path, false));
}

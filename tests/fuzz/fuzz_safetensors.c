/*
 * Fuzz target: any safetensors file. One that is read is in bounds and survives being written.
 */
#include "fuzz.h"

/* Touches every byte that the reader hands out, so that a bound that is wrong is noticed. */
static void touch(const descent_safetensors *file)
{
    unsigned sum = 0;
    for (size_t i = 0; i < descent_safetensors_count(file); i++) {
        const descent_tensor *tensor = descent_safetensors_tensor(file, i);
        size_t size = descent_tensor_elements(tensor) * descent_type_size(tensor->type);
        for (size_t b = 0; b < size; b++) {
            sum += ((const unsigned char *)tensor->data)[b];
        }
        fuzz_check(descent_safetensors_find(file, tensor->name) == tensor);
    }
    fuzz_check(sum <= UINT32_MAX);
}

static void write_and_read(const descent_safetensors *file)
{
    size_t tensors = descent_safetensors_count(file);
    size_t metadata = descent_safetensors_metadata_count(file);
    descent_metadata *entries = calloc(metadata + 1, sizeof *entries);
    fuzz_check(entries != NULL);
    for (size_t i = 0; i < metadata; i++) {
        entries[i] = descent_safetensors_metadata_entry(file, i);
    }
    const descent_tensor *first = tensors > 0 ? descent_safetensors_tensor(file, 0) : NULL;
    const char *path = scratch_path("written");
    fuzz_check(descent_safetensors_save(path, first, tensors, entries, metadata) == DESCENT_OK);
    descent_safetensors *again;
    fuzz_check(descent_safetensors_load(&again, path) == DESCENT_OK);
    fuzz_check(descent_safetensors_count(again) == tensors);
    fuzz_check(descent_safetensors_metadata_count(again) == metadata);
    descent_safetensors_destroy(again);
    free(entries);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    descent_safetensors *file;
    descent_status status = descent_safetensors_load(&file, fuzz_file(data, size));
    fuzz_check_status(status, file);
    if (status == DESCENT_OK) {
        touch(file);
        write_and_read(file);
    }
    descent_safetensors_destroy(file);
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    const double numbers[] = {1.5, -2.25, 0.1, 1e300};
    const descent_tensor tensors[] = {
        {"größe", DESCENT_TYPE_F64, {2, {2, 1}}, numbers},
        {"integers", DESCENT_TYPE_I64, {1, {1}}, numbers},
        {"half", DESCENT_TYPE_F16, {3, {1, 2, 2}}, numbers},
        {"brain", DESCENT_TYPE_BF16, {1, {0}}, numbers},
        {"bytes", DESCENT_TYPE_U8, {1, {5}}, numbers},
    };
    const descent_metadata metadata[] = {{"key", "value"}, {"escaped", "\"\\\n"}};
    return number == 0 &&
           descent_safetensors_save(path, tensors, sizeof tensors / sizeof tensors[0], metadata,
                                    sizeof metadata / sizeof metadata[0]) == DESCENT_OK;
}

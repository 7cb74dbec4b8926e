/*
 * A checksum stops nearly all changes of a model or a checkpoint at the door: what comes behind it
 * is reached by files whose checksums are made right again.
 */
#ifndef DESCENT_TEST_FUZZ_REPAIRED_H
#define DESCENT_TEST_FUZZ_REPAIRED_H

#include "fuzz.h"

#include "store/safetensors.h"

enum { REPAIRED_MAX = 256 }; /* tensors, and keys */

/* Of the input's tensors and keys a file with the CRC-32 of its tensors and without one of its
 * header, as earlier versions wrote them; NULL where the input is no safetensors file. */
static inline const char *repaired_file(const uint8_t *data, size_t size)
{
    static char path[512];
    static descent_tensor tensors[REPAIRED_MAX];
    static descent_metadata metadata[REPAIRED_MAX];
    char checksum[16];
    descent_safetensors *file;
    if (descent_safetensors_load(&file, fuzz_file(data, size)) != DESCENT_OK) {
        return NULL;
    }
    size_t tensor_count = descent_safetensors_count(file), count = 0;
    for (size_t i = 0; i < tensor_count && i < REPAIRED_MAX; i++) {
        tensors[i] = *descent_safetensors_tensor(file, i);
    }
    snprintf(checksum, sizeof checksum, "%08x", descent_safetensors_checksum(file));
    for (size_t i = 0; i < descent_safetensors_metadata_count(file) && count < REPAIRED_MAX; i++) {
        metadata[count] = descent_safetensors_metadata_entry(file, i);
        if (strcmp(metadata[count].key, "crc32") == 0) {
            metadata[count].value = checksum;
        }
        count += strcmp(metadata[count].key, "header_crc32") != 0;
    }
    snprintf(path, sizeof path, "%s", scratch_path("repaired"));
    bool saved =
        tensor_count <= REPAIRED_MAX &&
        descent_safetensors_save(path, tensors, tensor_count, metadata, count) == DESCENT_OK;
    descent_safetensors_destroy(file);
    return saved ? path : NULL;
}

#endif

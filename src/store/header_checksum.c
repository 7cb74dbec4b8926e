/*
 * The checksum of a safetensors file's header. It is of what the header says, not of its bytes, so
 * that it still holds where another program has written the same in another order.
 */
#include "store/model_file.h"

#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* With the NUL, so that what belongs to one text cannot move to the next. */
static uLong add_text(uLong sum, const char *text)
{
    return crc32_z(sum, (const Bytef *)text, strlen(text) + 1);
}

/* Name, type, and the sizes as in "128,784". */
static uLong add_tensor(uLong sum, const descent_tensor *tensor)
{
    char sizes[DESCENT_RANK_MAX * 24] = "";
    size_t used = 0;
    for (size_t i = 0; i < tensor->shape.rank; i++) {
        used += (size_t)snprintf(sizes + used, sizeof sizes - used, i == 0 ? "%zu" : ",%zu",
                                 tensor->shape.sizes[i]);
    }
    sum = add_text(sum, tensor->name);
    sum = add_text(sum, descent_type_name(tensor->type));
    return add_text(sum, sizes);
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp(((const descent_metadata *)left)->key, ((const descent_metadata *)right)->key);
}

descent_status descent_header_checksum(uint32_t *checksum, const descent_metadata *metadata,
                                       size_t metadata_count, const descent_tensor *tensors,
                                       size_t tensor_count)
{
    descent_metadata *sorted = calloc(metadata_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "checksum: no memory for %zu keys",
                            metadata_count);
    }
    size_t count = 0;
    for (size_t i = 0; i < metadata_count; i++) {
        if (strcmp(metadata[i].key, DESCENT_HEADER_CHECKSUM) != 0) {
            sorted[count++] = metadata[i];
        }
    }
    qsort(sorted, count, sizeof *sorted, compare_keys);
    uLong sum = crc32_z(0, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        sum = add_text(add_text(sum, sorted[i].key), sorted[i].value);
    }
    free(sorted);
    for (size_t i = 0; i < tensor_count; i++) {
        sum = add_tensor(sum, &tensors[i]);
    }
    *checksum = (uint32_t)sum;
    return DESCENT_OK;
}

/* The file's, which comes with its tensors in the order of their bytes. */
static descent_status checksum_of(uint32_t *checksum, const descent_safetensors *file)
{
    const size_t metadata_count = descent_safetensors_metadata_count(file);
    const size_t tensor_count = descent_safetensors_count(file);
    return descent_header_checksum(checksum, file->metadata, metadata_count, file->tensors,
                                   tensor_count);
}

descent_status descent_header_verify(const descent_safetensors *file, const char *path)
{
    const char *stored = descent_safetensors_metadata(file, DESCENT_HEADER_CHECKSUM);
    uint32_t checksum = 0;
    char found[16];
    if (stored == NULL) {
        return DESCENT_OK;
    }
    DESCENT_TRY(checksum_of(&checksum, file));
    snprintf(found, sizeof found, "%08x", checksum);
    return strcmp(stored, found) == 0
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: CRC-32 of the header: expected %.20s, found %s: the file is "
                              "damaged, or was edited; without " DESCENT_HEADER_CHECKSUM
                              " in its metadata it is read as it is",
                              path, stored, found);
}

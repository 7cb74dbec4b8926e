/*
 * What the header of a safetensors file tells, once it is JSON: the metadata, and the tensors,
 * whose types, shapes and places are checked against each other and against the file's length.
 */
#include "store/safetensors.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

static descent_status read_metadata(descent_safetensors *file, const char *path)
{
    json_t *metadata = json_object_get(file->header, DESCENT_SAFETENSORS_METADATA);
    if (metadata == NULL) {
        return DESCENT_OK;
    }
    if (!json_is_object(metadata)) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: __metadata__: expected an object", path);
    }
    file->metadata = calloc(json_object_size(metadata) + 1, sizeof *file->metadata);
    if (file->metadata == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the metadata", path);
    }
    const char *key;
    json_t *value;
    json_object_foreach(metadata, key, value)
    {
        if (!json_is_string(value)) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: __metadata__ '%.100s': expected a string", path, key);
        }
        file->metadata[file->metadata_count++] = (descent_metadata){key, json_string_value(value)};
    }
    return DESCENT_OK;
}

static bool read_size(const json_t *value, size_t *size)
{
    json_int_t number = json_integer_value(value);
    *size = (size_t)number;
    return json_is_integer(value) && number >= 0;
}

static descent_status read_type(descent_tensor *tensor, const json_t *entry, const char *path)
{
    const char *name = json_string_value(json_object_get(entry, "dtype"));
    for (int type = 0; name != NULL && type < DESCENT_TYPE_COUNT; type++) {
        if (strcmp(name, descent_type_name((descent_type)type)) == 0) {
            tensor->type = (descent_type)type;
            return DESCENT_OK;
        }
    }
    return descent_fail(
        DESCENT_ERROR_FORMAT,
        "%s: tensor '%.100s': dtype: expected F32, F64, F16, BF16, I64 or U8, found %.100s", path,
        tensor->name, name != NULL ? name : "no string");
}

static descent_status read_shape(descent_tensor *tensor, const json_t *entry, const char *path)
{
    const json_t *shape = json_object_get(entry, "shape");
    if (!json_is_array(shape) || json_array_size(shape) > DESCENT_RANK_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%.100s': shape: expected a list of at most %d sizes", path,
                            tensor->name, DESCENT_RANK_MAX);
    }
    tensor->shape.rank = json_array_size(shape);
    for (size_t i = 0; i < tensor->shape.rank; i++) {
        if (!read_size(json_array_get(shape, i), &tensor->shape.sizes[i])) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: tensor '%.100s': shape: expected sizes ≥ 0", path,
                                tensor->name);
        }
    }
    return DESCENT_OK;
}

static descent_status read_place(size_t *place, const descent_tensor *tensor, const json_t *entry,
                                 size_t data_size, const char *path)
{
    const json_t *offsets = json_object_get(entry, "data_offsets");
    size_t begin;
    size_t end;
    if (json_array_size(offsets) != 2 || !read_size(json_array_get(offsets, 0), &begin) ||
        !read_size(json_array_get(offsets, 1), &end) || begin > end) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%.100s': data_offsets: expected [begin, end]", path,
                            tensor->name);
    }
    if (end > data_size) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%.100s': data_offsets: expected at most %zu (the file's "
                            "end), found %zu",
                            path, tensor->name, data_size, end);
    }
    size_t size;
    if (!descent_tensor_size(tensor->type, &tensor->shape, &size)) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%.100s': shape: too large to be counted in bytes", path,
                            tensor->name);
    }
    if (size != end - begin) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%.100s': expected %zu bytes by its shape, found %zu", path,
                            tensor->name, size, end - begin);
    }
    *place = begin;
    return DESCENT_OK;
}

/* A tensor and where its bytes begin among the data. */
struct placed {
    descent_tensor tensor;
    size_t begin;
};

static descent_status read_tensor(struct placed *placed, const json_t *entry, size_t data_size,
                                  const char *path)
{
    descent_tensor *tensor = &placed->tensor;
    if (!json_is_object(entry)) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: tensor '%.100s': expected an object", path,
                            tensor->name);
    }
    DESCENT_TRY(read_type(tensor, entry, path));
    DESCENT_TRY(read_shape(tensor, entry, path));
    return read_place(&placed->begin, tensor, entry, data_size, path);
}

/* By place; an empty tensor stands before the one that begins at the same byte. */
static int compare_places(const void *left, const void *right)
{
    const struct placed *a = left;
    const struct placed *b = right;
    if (a->begin != b->begin) {
        return a->begin < b->begin ? -1 : 1;
    }
    size_t a_bytes = descent_tensor_bytes(&a->tensor);
    size_t b_bytes = descent_tensor_bytes(&b->tensor);
    if (a_bytes != b_bytes) {
        return a_bytes < b_bytes ? -1 : 1;
    }
    return strcmp(a->tensor.name, b->tensor.name);
}

/* The tensors must cover the data from its first byte to its last, each byte once. */
static descent_status check_places(const struct placed *placed, size_t count, size_t data_size,
                                   const char *path)
{
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        size_t begin = placed[i].begin;
        if (begin != end) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: tensor '%.100s': expected to begin at byte %zu of the data, "
                                "found %zu (%s)",
                                path, placed[i].tensor.name, end, begin,
                                begin < end ? "overlap" : "hole");
        }
        end += descent_tensor_bytes(&placed[i].tensor);
    }
    if (end != data_size) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %zu bytes of data by the header, found %zu", path, end,
                            data_size);
    }
    return DESCENT_OK;
}

/* The tensors that the header tells of, in the order of their places. */
static descent_status read_places(struct placed *placed, size_t *count,
                                  const descent_safetensors *file, const char *path)
{
    const char *name;
    json_t *entry;
    *count = 0;
    json_object_foreach(file->header, name, entry)
    {
        if (strcmp(name, DESCENT_SAFETENSORS_METADATA) != 0) {
            placed[*count].tensor.name = name;
            DESCENT_TRY(read_tensor(&placed[(*count)++], entry, file->data_size, path));
        }
    }
    qsort(placed, *count, sizeof *placed, compare_places);
    return check_places(placed, *count, file->data_size, path);
}

/* The tensors, in the order of their bytes and without them. */
static descent_status list_tensors(descent_safetensors *file, const char *path)
{
    size_t count = 0;
    size_t room = json_object_size(file->header) + 1;
    struct placed *placed = calloc(room, sizeof *placed);
    file->tensors = calloc(room, sizeof *file->tensors);
    descent_status status =
        placed != NULL && file->tensors != NULL
            ? read_places(placed, &count, file, path)
            : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the list of tensors", path);
    if (status == DESCENT_OK) {
        file->tensor_count = count;
        for (size_t i = 0; i < count; i++) {
            file->tensors[i] = placed[i].tensor;
        }
    }
    free(placed);
    return status;
}

descent_status descent_safetensors_list(descent_safetensors *file, const char *path)
{
    DESCENT_TRY(read_metadata(file, path));
    return list_tensors(file, path);
}

/*
 * Reading a safetensors file: nothing in it is believed before it has been checked against the
 * file's real length. The order of the checks is that of the bytes: length, header, tensors.
 *
 *     | header length N, u64 little-endian | N bytes of JSON | the tensors' bytes |
 */
#include "store/safetensors.h"

#include "base/fail.h"

#include <descent/file.h>

#include <stdlib.h>
#include <string.h>

/* Far above any model here; keeps a sparse file from taking all of the address space. */
static const size_t file_size_max = (size_t)1 << 40;

static uint64_t header_length_of(const char *bytes)
{
    uint64_t length = 0;
    for (size_t i = DESCENT_SAFETENSORS_PREFIX; i > 0; i--) {
        length = length << 8 | (unsigned char)bytes[i - 1];
    }
    return length;
}

static descent_status read_header(descent_safetensors *file, const char *path)
{
    if (file->size < DESCENT_SAFETENSORS_PREFIX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected 8 bytes of header length, found %zu bytes", path,
                            file->size);
    }
    uint64_t length = header_length_of(file->bytes);
    size_t left = file->size - DESCENT_SAFETENSORS_PREFIX;
    const char *text = file->bytes + DESCENT_SAFETENSORS_PREFIX;
    uint64_t most = left < DESCENT_SAFETENSORS_HEADER ? left : DESCENT_SAFETENSORS_HEADER;
    if (length > most && left > 0 && text[0] != '{') {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected a safetensors file, found another kind of file", path);
    }
    if (length > most) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: header length: expected at most %ju, found %ju (the "
                            "file is cut off)",
                            path, (uintmax_t)most, (uintmax_t)length);
    }
    if (length == 0 || text[0] != '{') {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: header: expected JSON that begins with '{' at byte 8", path);
    }
    json_error_t error;
    file->header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &error);
    if (file->header == NULL && error.text[0] == '\0') { /* jansson says nothing about this one */
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the header", path);
    }
    if (file->header == NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: header: %s (byte %d)", path, error.text,
                            DESCENT_SAFETENSORS_PREFIX + error.position);
    }
    file->data = text + length;
    file->data_size = left - (size_t)length;
    return DESCENT_OK;
}

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

static descent_status read_data(descent_tensor *tensor, const json_t *entry,
                                const descent_safetensors *file, const char *path)
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
    if (end > file->data_size) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%.100s': data_offsets: expected at most %zu (the file's "
                            "end), found %zu",
                            path, tensor->name, file->data_size, end);
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
    tensor->data = file->data + begin;
    return DESCENT_OK;
}

static descent_status read_tensor(descent_tensor *tensor, const json_t *entry,
                                  const descent_safetensors *file, const char *path)
{
    if (!json_is_object(entry)) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: tensor '%.100s': expected an object", path,
                            tensor->name);
    }
    descent_status status = read_type(tensor, entry, path);
    if (status == DESCENT_OK) {
        status = read_shape(tensor, entry, path);
    }
    if (status == DESCENT_OK) {
        status = read_data(tensor, entry, file, path);
    }
    return status;
}

static size_t bytes_of(const descent_tensor *tensor)
{
    return descent_tensor_elements(tensor) * descent_type_size(tensor->type);
}

/* By place; an empty tensor stands before the one that begins at the same byte. */
static int compare_places(const void *left, const void *right)
{
    const descent_tensor *a = left;
    const descent_tensor *b = right;
    if (a->data != b->data) {
        return (const char *)a->data < (const char *)b->data ? -1 : 1;
    }
    if (bytes_of(a) != bytes_of(b)) {
        return bytes_of(a) < bytes_of(b) ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

/* The tensors must cover the data from its first byte to its last, each byte once. */
static descent_status check_places(const descent_safetensors *file, const char *path)
{
    size_t end = 0;
    for (size_t i = 0; i < file->tensor_count; i++) {
        const descent_tensor *tensor = &file->tensors[i];
        size_t begin = (size_t)((const char *)tensor->data - file->data);
        if (begin != end) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: tensor '%.100s': expected to begin at byte %zu of the data, "
                                "found %zu (%s)",
                                path, tensor->name, end, begin, begin < end ? "overlap" : "hole");
        }
        end += bytes_of(tensor);
    }
    if (end != file->data_size) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %zu bytes of data by the header, found %zu", path, end,
                            file->data_size);
    }
    return DESCENT_OK;
}

static descent_status read_tensors(descent_safetensors *file, const char *path)
{
    file->tensors = calloc(json_object_size(file->header) + 1, sizeof *file->tensors);
    if (file->tensors == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the list of tensors", path);
    }
    const char *name;
    json_t *entry;
    json_object_foreach(file->header, name, entry)
    {
        if (strcmp(name, DESCENT_SAFETENSORS_METADATA) == 0) {
            continue;
        }
        descent_tensor *tensor = &file->tensors[file->tensor_count++];
        tensor->name = name;
        descent_status status = read_tensor(tensor, entry, file, path);
        if (status != DESCENT_OK) {
            return status;
        }
    }
    qsort(file->tensors, file->tensor_count, sizeof *file->tensors, compare_places);
    return check_places(file, path);
}

descent_status descent_safetensors_load(descent_safetensors **file, const char *path)
{
    DESCENT_RETURN_UNLESS(file != NULL);
    *file = NULL;
    DESCENT_RETURN_UNLESS(path != NULL);
    descent_safetensors *read = calloc(1, sizeof *read);
    if (read == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory", path);
    }
    descent_status status = descent_file_load(&read->bytes, &read->size, path, file_size_max);
    if (status == DESCENT_OK) {
        status = read_header(read, path);
    }
    if (status == DESCENT_OK) {
        status = read_metadata(read, path);
    }
    if (status == DESCENT_OK) {
        status = read_tensors(read, path);
    }
    if (status != DESCENT_OK) {
        descent_safetensors_destroy(read);
        return status;
    }
    *file = read;
    return DESCENT_OK;
}

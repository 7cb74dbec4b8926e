/*
 * Writing a safetensors file, to disk or to memory. The header is built in the order of the
 * arguments, and jansson keeps that order, so the same arguments give the same bytes.
 */
#include "store/safetensors.h"

#include "base/fail.h"
#include "base/file_private.h"
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

static bool is_utf8(const char *text)
{
    size_t size = 1;
    while (*text != '\0' && size > 0) {
        size = descent_utf8_size(text);
        text += size;
    }
    return size > 0;
}

/* Adds value, which it takes over, under a key that must be new; what says whose key it is. */
static descent_status add(json_t *object, const char *key, json_t *value, const char *what)
{
    if (!is_utf8(key) || json_object_get(object, key) != NULL) {
        json_decref(value);
        return descent_fail(DESCENT_ERROR_INVALID, "safetensors: %s '%.100s': %s", what, key,
                            is_utf8(key) ? "there twice" : "not UTF-8");
    }
    if (json_object_set_new(object, key, value) != 0) {
        return descent_fail(DESCENT_ERROR_MEMORY, "safetensors: no memory for the header");
    }
    return DESCENT_OK;
}

static descent_status add_metadata(json_t *header, const descent_metadata *metadata, size_t count)
{
    json_t *object = json_object();
    descent_status status = add(header, DESCENT_SAFETENSORS_METADATA, object, "metadata");
    for (size_t i = 0; i < count && status == DESCENT_OK; i++) {
        if (metadata[i].key == NULL || metadata[i].value == NULL) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "safetensors: metadata %zu: expected a key and a value, found NULL",
                                i);
        }
        if (!is_utf8(metadata[i].value)) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "safetensors: value of metadata '%.100s': not UTF-8",
                                metadata[i].key);
        }
        status = add(object, metadata[i].key, json_string(metadata[i].value), "metadata");
    }
    return status;
}

/* Adds a tensor whose bytes begin at *offset, and moves *offset to its end. */
static descent_status add_tensor(json_t *header, const descent_tensor *tensor, size_t *offset)
{
    size_t size;
    size_t begin = *offset;
    if (tensor->name == NULL) {
        return descent_fail(DESCENT_ERROR_INVALID, "safetensors: expected a tensor's name, found "
                                                   "NULL");
    }
    if (strcmp(tensor->name, DESCENT_SAFETENSORS_METADATA) == 0) {
        return descent_fail(DESCENT_ERROR_INVALID, "safetensors: tensor '%s': the name is reserved",
                            tensor->name);
    }
    if (descent_type_name(tensor->type) == NULL || tensor->shape.rank > DESCENT_RANK_MAX ||
        !descent_tensor_size(tensor->type, &tensor->shape, &size) ||
        __builtin_add_overflow(begin, size, offset)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "safetensors: tensor '%.100s': type or shape out of range",
                            tensor->name);
    }
    if (tensor->data == NULL && size > 0) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "safetensors: tensor '%.100s': expected data, found NULL",
                            tensor->name);
    }
    json_t *shape = json_array();
    for (size_t i = 0; i < tensor->shape.rank; i++) {
        json_array_append_new(shape, json_integer((json_int_t)tensor->shape.sizes[i]));
    }
    if (json_array_size(shape) != tensor->shape.rank) {
        json_decref(shape);
        shape = NULL; /* a size is missing: makes the packing fail */
    }
    json_t *entry =
        json_pack("{s:s, s:o, s:[I, I]}", "dtype", descent_type_name(tensor->type), "shape", shape,
                  "data_offsets", (json_int_t)begin, (json_int_t)*offset);
    return add(header, tensor->name, entry, "tensor");
}

/* The header's text, to be freed, and the number of bytes of data. */
static descent_status make_header(char **text, size_t *data_size, const descent_tensor *tensors,
                                  size_t tensor_count, const descent_metadata *metadata,
                                  size_t metadata_count)
{
    *text = NULL;
    *data_size = 0;
    json_t *header = json_object();
    descent_status status = DESCENT_OK;
    if (metadata_count > 0) {
        status = add_metadata(header, metadata, metadata_count);
    }
    for (size_t i = 0; i < tensor_count && status == DESCENT_OK; i++) {
        status = add_tensor(header, &tensors[i], data_size);
    }
    if (status == DESCENT_OK) {
        *text = json_dumps(header, JSON_COMPACT);
        if (*text == NULL) {
            status = descent_fail(DESCENT_ERROR_MEMORY, "safetensors: no memory for the header");
        }
    }
    json_decref(header);
    return status;
}

/* What is written can be read again. */
static descent_status check_header(const char *header, size_t padded)
{
    if (padded > DESCENT_SAFETENSORS_HEADER) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "safetensors: header: expected at most %d bytes, found %zu",
                            DESCENT_SAFETENSORS_HEADER, padded);
    }
    return descent_safetensors_check_pieces(header, strlen(header), "safetensors",
                                            DESCENT_ERROR_INVALID);
}

/* A file's bytes before those of its tensors, and the number of these. */
struct head {
    char *bytes;
    size_t size, data_size;
};

/* Header length, header, and spaces up to the alignment. */
static descent_status frame(struct head *head, const char *header)
{
    size_t alignment = DESCENT_SAFETENSORS_PREFIX, length = strlen(header);
    size_t padded = (length + alignment - 1) / alignment * alignment;
    DESCENT_TRY(check_header(header, padded));
    head->size = DESCENT_SAFETENSORS_PREFIX + padded;
    head->bytes = malloc(head->size);
    if (head->bytes == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "safetensors: no memory for the header");
    }
    for (size_t i = 0; i < DESCENT_SAFETENSORS_PREFIX; i++) {
        head->bytes[i] = (char)(padded >> (8 * i) & 0xff);
    }
    memset(head->bytes + DESCENT_SAFETENSORS_PREFIX, ' ', padded);
    memcpy(head->bytes + DESCENT_SAFETENSORS_PREFIX, header, length);
    return DESCENT_OK;
}

/* Takes the next bytes of a file. */
typedef descent_status put_bytes(void *to, const void *bytes, size_t size);

/* Hands out a file's bytes from the first to the last. */
static descent_status put_all(put_bytes *put, void *to, const struct head *head,
                              const descent_tensor *tensors, size_t tensor_count)
{
    DESCENT_TRY(put(to, head->bytes, head->size));
    for (size_t i = 0; i < tensor_count; i++) {
        size_t size;
        if (descent_tensor_size(tensors[i].type, &tensors[i].shape, &size) && size > 0) {
            DESCENT_TRY(put(to, tensors[i].data, size));
        }
    }
    return DESCENT_OK;
}

static descent_status put_to_file(void *to, const void *bytes, size_t size)
{
    return descent_file_append(to, bytes, size);
}

static descent_status save(const char *path, const struct head *head, const descent_tensor *tensors,
                           size_t tensor_count)
{
    struct descent_file_writer writer;
    DESCENT_TRY(descent_file_begin(&writer, path));
    descent_status status = put_all(put_to_file, &writer, head, tensors, tensor_count);
    if (status != DESCENT_OK) {
        descent_file_abandon(&writer);
        return status;
    }
    return descent_file_commit(&writer);
}

/* to points to where the bytes go. */
static descent_status put_to_memory(void *to, const void *bytes, size_t size)
{
    unsigned char **at = to;
    memcpy(*at, bytes, size);
    *at += size;
    return DESCENT_OK;
}

static descent_status encode(struct descent_safetensors_target *target, const struct head *head,
                             const descent_tensor *tensors, size_t tensor_count)
{
    if (!__builtin_add_overflow(head->size, head->data_size, &target->size)) {
        target->bytes = malloc(target->size);
    }
    if (target->bytes == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "safetensors: no memory for %zu bytes of tensors",
                            head->data_size);
    }
    unsigned char *at = target->bytes;
    return put_all(put_to_memory, &at, head, tensors, tensor_count);
}

descent_status descent_safetensors_write(struct descent_safetensors_target *target,
                                         const descent_tensor *tensors, size_t tensor_count,
                                         const descent_metadata *metadata, size_t metadata_count)
{
    struct head head = {0};
    char *header;
    target->bytes = NULL;
    DESCENT_TRY(
        make_header(&header, &head.data_size, tensors, tensor_count, metadata, metadata_count));
    descent_status status = frame(&head, header);
    free(header);
    if (status == DESCENT_OK) {
        status = target->path != NULL ? save(target->path, &head, tensors, tensor_count)
                                      : encode(target, &head, tensors, tensor_count);
    }
    free(head.bytes);
    return status;
}

descent_status descent_safetensors_save(const char *path, const descent_tensor *tensors,
                                        size_t tensor_count, const descent_metadata *metadata,
                                        size_t metadata_count)
{
    DESCENT_RETURN_UNLESS(path != NULL);
    DESCENT_RETURN_UNLESS(tensors != NULL || tensor_count == 0);
    DESCENT_RETURN_UNLESS(metadata != NULL || metadata_count == 0);
    struct descent_safetensors_target target = {.path = path};
    return descent_safetensors_write(&target, tensors, tensor_count, metadata, metadata_count);
}

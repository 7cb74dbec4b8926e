/*
 * Reading a safetensors file, from disk or from memory: nothing in it is believed before it has
 * been checked against the file's real length, nor is memory taken for it. The order is that of the
 * bytes: length, header, tensors.
 *
 *     | header length N, u64 little-endian | N bytes of JSON | the tensors' bytes |
 */
#include "store/safetensors.h"

#include "base/fail.h"
#include "base/file_private.h"
#include "base/memory_limit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* The header's length, and the first byte of its text. */
enum { START = DESCENT_SAFETENSORS_PREFIX + 1 };

/* Where a file's bytes come from. */
struct source {
    const char *name; /* its path, or what stands for it in messages */
    uint64_t size;
    int file;          /* −1: memory */
    const char *bytes; /* of memory: those that are still to be read */
    struct descent_safetensors_reading reading;
};

static uint64_t header_length_of(const char *bytes)
{
    uint64_t length = 0;
    for (size_t i = DESCENT_SAFETENSORS_PREFIX; i > 0; i--) {
        length = length << 8 | (unsigned char)bytes[i - 1];
    }
    return length;
}

/* What a file of that size says of its header's length. */
static descent_status check_start(const char start[START], uint64_t size, const char *path)
{
    if (size < DESCENT_SAFETENSORS_PREFIX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected 8 bytes of header length, found %ju bytes", path,
                            (uintmax_t)size);
    }
    uint64_t length = header_length_of(start);
    uint64_t left = size - DESCENT_SAFETENSORS_PREFIX;
    uint64_t most = left < DESCENT_SAFETENSORS_HEADER ? left : DESCENT_SAFETENSORS_HEADER;
    char first = start[DESCENT_SAFETENSORS_PREFIX];
    if (length > most && left > 0 && first != '{') {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected a safetensors file, found another kind of file", path);
    }
    if (length > most) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: header length: expected at most %ju, found %ju (the "
                            "file is cut off)",
                            path, (uintmax_t)most, (uintmax_t)length);
    }
    if (length == 0 || first != '{') {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: header: expected JSON that begins with '{' at byte 8", path);
    }
    return DESCENT_OK;
}

static descent_status parse_header(descent_safetensors *file, const char *text, size_t length,
                                   const char *path)
{
    DESCENT_TRY(descent_safetensors_check_pieces(text, length, path, DESCENT_ERROR_FORMAT));
    json_error_t error;
    file->header = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (file->header == NULL && error.text[0] == '\0') { /* jansson says nothing about this one */
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the header", path);
    }
    if (file->header == NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: header: %s (byte %d)", path, error.text,
                            DESCENT_SAFETENSORS_PREFIX + error.position);
    }
    return DESCENT_OK;
}

/* Reads on by so many bytes, which the source had when it was opened. */
static descent_status read_bytes(struct source *source, char *bytes, size_t size)
{
    size_t got = size;
    if (source->file >= 0) {
        DESCENT_TRY(descent_file_read(source->file, source->name, bytes, size, &got));
    } else if (size > 0) {
        memcpy(bytes, source->bytes, size);
        source->bytes += size;
    }
    return got == size ? DESCENT_OK
                       : descent_fail(DESCENT_ERROR_IO,
                                      "%s: expected %zu more bytes, found only %zu: the "
                                      "file has become shorter",
                                      source->name, size, got);
}

static descent_status read_header(descent_safetensors *file, struct source *source)
{
    char start[START] = "";
    DESCENT_TRY(read_bytes(source, start, source->size < START ? (size_t)source->size : START));
    DESCENT_TRY(check_start(start, source->size, source->name));
    size_t length = (size_t)header_length_of(start);
    char *text = malloc(length);
    if (text == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the header", source->name);
    }
    text[0] = start[DESCENT_SAFETENSORS_PREFIX];
    descent_status status = read_bytes(source, text + 1, length - 1);
    if (status == DESCENT_OK) {
        status = parse_header(file, text, length, source->name);
    }
    free(text);
    file->data_size = (size_t)(source->size - DESCENT_SAFETENSORS_PREFIX - length);
    return status;
}

/* All of them, whose bytes follow each other without holes. */
static descent_status keep_tensors(descent_safetensors *file, struct source *source)
{
    file->data = malloc(file->data_size + 1);
    if (file->data == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu bytes of tensors",
                            source->name, file->data_size);
    }
    const char *data = file->data;
    for (size_t i = 0; i < file->tensor_count; i++) {
        file->tensors[i].data = data;
        data += descent_tensor_bytes(&file->tensors[i]);
    }
    return read_bytes(source, file->data, file->data_size);
}

/* Reads on by a tensor's bytes, of which the file's checksum takes note. */
static descent_status read_summed(descent_safetensors *file, struct source *source, void *bytes,
                                  size_t size)
{
    DESCENT_TRY(read_bytes(source, bytes, size));
    file->checksum = (uint32_t)crc32_z(file->checksum, bytes, size);
    return DESCENT_OK;
}

/* By way of a buffer: numbers of another type, or of no use. */
static descent_status convert_tensor(descent_safetensors *file, struct source *source,
                                     descent_tensor tensor, float *room)
{
    size_t size = descent_tensor_bytes(&tensor);
    char *bytes = malloc(size + 1);
    if (bytes == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu bytes of a tensor",
                            source->name, size);
    }
    tensor.data = bytes;
    descent_status status = read_summed(file, source, bytes, size);
    if (status == DESCENT_OK && room != NULL) {
        status = descent_tensor_read(&tensor, room);
    }
    free(bytes);
    return status;
}

static descent_status place_tensors(descent_safetensors *file, struct source *source)
{
    descent_status status = DESCENT_OK;
    for (size_t i = 0; i < file->tensor_count && status == DESCENT_OK; i++) {
        const descent_tensor *tensor = &file->tensors[i];
        float *room = source->reading.room(source->reading.context, tensor);
        status = room != NULL && tensor->type == DESCENT_TYPE_F32
                     ? read_summed(file, source, room, descent_tensor_bytes(tensor))
                     : convert_tensor(file, source, *tensor, room);
    }
    return status;
}

static descent_status read_tensors(descent_safetensors *file, struct source *source)
{
    return source->reading.room != NULL ? place_tensors(file, source) : keep_tensors(file, source);
}

static descent_status fill(descent_safetensors *file, struct source *source)
{
    DESCENT_TRY(read_header(file, source));
    DESCENT_TRY(descent_safetensors_list(file, source->name));
    DESCENT_TRY(descent_memory_check(source->name, file->tensor_count, "tensors", file->data_size,
                                     descent_memory_limit(0)));
    if (source->reading.look != NULL) {
        DESCENT_TRY(source->reading.look(source->reading.context, file, source->name));
    }
    return read_tensors(file, source);
}

static descent_status read_source(descent_safetensors **file, struct source *source)
{
    descent_safetensors *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory", source->name);
    }
    descent_status status = fill(made, source);
    if (status != DESCENT_OK) {
        descent_safetensors_destroy(made);
        return status;
    }
    *file = made;
    return DESCENT_OK;
}

descent_status descent_safetensors_load(descent_safetensors **file, const char *path)
{
    return descent_safetensors_load_after(file, path, NULL, NULL);
}

descent_status descent_safetensors_load_after(descent_safetensors **file, const char *path,
                                              descent_safetensors_look *look, void *context)
{
    const struct descent_safetensors_reading reading = {.look = look, .context = context};
    return descent_safetensors_read(file, path, &reading);
}

descent_status descent_safetensors_read(descent_safetensors **file, const char *path,
                                        const struct descent_safetensors_reading *reading)
{
    DESCENT_RETURN_UNLESS(file != NULL);
    *file = NULL;
    DESCENT_RETURN_UNLESS(path != NULL);
    struct source source = {.name = path, .file = -1, .reading = *reading};
    DESCENT_TRY(descent_file_open(&source.file, &source.size, path));
    descent_status status = read_source(file, &source);
    close(source.file);
    return status;
}

descent_status descent_safetensors_decode(descent_safetensors **file, const void *bytes,
                                          size_t size, const char *name,
                                          const struct descent_safetensors_reading *reading)
{
    struct source source = {
        .name = name, .size = size, .file = -1, .bytes = bytes, .reading = *reading};
    *file = NULL;
    return read_source(file, &source);
}

/*
 * Protocol buffers, as much of them as writing takes. The length of a message within a message
 * comes before it and takes fewer bytes where it is small: the message is moved once it is known.
 */
#include "export/protobuf.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

/* Floats are little-endian, those in bytes as well. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "descent needs a little-endian machine");

enum { VARINT, LENGTH = 2, FIXED_32 = 5 }; /* how a value is written: the lowest bits of a tag */
enum { VARINT_MAX = 10 };                  /* bytes */

void descent_protobuf_reserve(struct descent_protobuf *message, size_t size)
{
    if (message->status != DESCENT_OK || size <= message->capacity - message->size) {
        return;
    }
    size_t capacity = message->size + size;
    unsigned char *bytes = realloc(message->bytes, capacity);
    if (bytes == NULL) {
        message->status =
            descent_fail(DESCENT_ERROR_MEMORY, "protobuf: no memory for %zu bytes", capacity);
        return;
    }
    message->bytes = bytes;
    message->capacity = capacity;
}

static void put(struct descent_protobuf *message, const void *bytes, size_t size)
{
    size_t most = DESCENT_PROTOBUF_MAX, half = message->capacity / 2;
    if (message->status == DESCENT_OK && size > most - message->size) {
        message->status = descent_fail(DESCENT_ERROR_INVALID,
                                       "protobuf: expected at most %zu bytes, found more", most);
    }
    if (size > message->capacity - message->size) {
        descent_protobuf_reserve(message, size > half ? size : half);
    }
    if (message->status == DESCENT_OK && size > 0) {
        memcpy(message->bytes + message->size, bytes, size);
        message->size += size;
    }
}

/* Seven bits a byte, the lowest first; the eighth says that more follow. Returns the size. */
static size_t varint(unsigned char bytes[VARINT_MAX], uint64_t value)
{
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) {
        bytes[size++] = (unsigned char)(value | 0x80);
    }
    bytes[size++] = (unsigned char)value;
    return size;
}

static void put_varint(struct descent_protobuf *message, uint64_t value)
{
    unsigned char bytes[VARINT_MAX];
    put(message, bytes, varint(bytes, value));
}

static void put_tag(struct descent_protobuf *message, uint32_t field, unsigned written)
{
    put_varint(message, (uint64_t)field << 3 | written);
}

void descent_protobuf_number(struct descent_protobuf *message, uint32_t field, uint64_t value)
{
    put_tag(message, field, VARINT);
    put_varint(message, value);
}

void descent_protobuf_float(struct descent_protobuf *message, uint32_t field, float value)
{
    put_tag(message, field, FIXED_32);
    put(message, &value, sizeof value);
}

void descent_protobuf_text(struct descent_protobuf *message, uint32_t field, const char *text)
{
    descent_protobuf_bytes(message, field, text, strlen(text));
}

void descent_protobuf_bytes(struct descent_protobuf *message, uint32_t field, const void *bytes,
                            size_t size)
{
    put_tag(message, field, LENGTH);
    put_varint(message, size);
    put(message, bytes, size);
}

size_t descent_protobuf_begin(struct descent_protobuf *message, uint32_t field)
{
    put_tag(message, field, LENGTH);
    return message->size;
}

void descent_protobuf_end(struct descent_protobuf *message, size_t start)
{
    unsigned char length[VARINT_MAX];
    size_t content = message->size - start, size = varint(length, content);
    put(message, length, size);
    if (message->status == DESCENT_OK) {
        memmove(message->bytes + start + size, message->bytes + start, content);
        memcpy(message->bytes + start, length, size);
    }
}

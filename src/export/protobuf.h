/*
 * Writes a message of protocol buffers (protobuf.dev, "Encoding"): fields one after the other, each
 * a tag, which is its number and how its value is written, and the value. A message within a
 * message is a field of bytes.
 */
#ifndef DESCENT_PROTOBUF_H
#define DESCENT_PROTOBUF_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a message, at most: readers count them in 32 bits with a sign. */
enum { DESCENT_PROTOBUF_MAX = INT32_MAX };

/* Starts zeroed. Failures are kept: it is enough to look at status in the end. bytes is the
 * caller's, who frees it in any case. */
struct descent_protobuf {
    unsigned char *bytes;
    size_t size, capacity;
    descent_status status; /* INVALID: more than DESCENT_PROTOBUF_MAX; MEMORY */
};

/* Makes room for so many more bytes at once. */
void descent_protobuf_reserve(struct descent_protobuf *message, size_t size);

/* Fields of the types int32, int64 and enum, which are never negative here; float; string, which
 * ends at its NUL; bytes. */
void descent_protobuf_number(struct descent_protobuf *message, uint32_t field, uint64_t value);
void descent_protobuf_float(struct descent_protobuf *message, uint32_t field, float value);
void descent_protobuf_text(struct descent_protobuf *message, uint32_t field, const char *text);
void descent_protobuf_bytes(struct descent_protobuf *message, uint32_t field, const void *bytes,
                            size_t size);

/* What is written between the two is a message within the message; end takes what begin gave. */
size_t descent_protobuf_begin(struct descent_protobuf *message, uint32_t field);
void descent_protobuf_end(struct descent_protobuf *message, size_t start);

#endif

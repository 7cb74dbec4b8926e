/*
 * How much memory data may take, checked before it is taken.
 */
#ifndef DESCENT_MEMORY_LIMIT_H
#define DESCENT_MEMORY_LIMIT_H

#include <descent/status.h>
#include <stdint.h>

/* The limit in bytes: the given one, or for 0 half of the machine's memory. */
uint64_t descent_memory_limit(uint64_t limit);

/* So many things of a size in bytes, or UINT64_MAX where that is more. */
uint64_t descent_memory_product(uint64_t count, uint64_t size);

/* Refuses what takes more bytes than the limit (0: none): `count` samples, labels, …, as `what`
 * says, of the source `path`. The line names them, the bytes, and the limit. Error: MEMORY. */
descent_status descent_memory_check(const char *path, uint64_t count, const char *what,
                                    uint64_t bytes, uint64_t limit);

#endif

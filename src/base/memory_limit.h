/*
 * How much memory data may take, checked before it is taken.
 */
#ifndef DESCENT_MEMORY_LIMIT_H
#define DESCENT_MEMORY_LIMIT_H

#include <descent/status.h>
#include <stdint.h>

/* The limit in bytes: the given one, or for 0 half of the machine's memory. */
uint64_t descent_memory_limit(uint64_t limit);

/* Refuses `count` samples of `sample_size` bytes each that are more than the limit (0: none). The
 * line names the source `path`, what is needed, and the limit. Error: MEMORY. */
descent_status descent_memory_check(const char *path, uint64_t count, uint64_t sample_size,
                                    uint64_t limit);

#endif

/*
 * Counts the library's allocations and the threads that it starts, and lets some of them fail; has
 * a clock of its own. Works where the linker can wrap symbols (--wrap); elsewhere nothing is
 * counted and nothing fails.
 */
#ifndef DESCENT_TEST_ALLOCATIONS_H
#define DESCENT_TEST_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether they are counted here; a test that needs it returns early otherwise. */
bool allocations_counted(void);

/* Allocations of the library and of the test itself so far. */
size_t allocations_count(void);

/* The n-th allocation from now on fails, once; 0: none. */
void allocations_fail_at(size_t n);

/* Whether the allocation that was to fail has failed. */
bool allocations_failed(void);

/* Threads that were asked for so far. */
size_t allocations_threads(void);

/* After so many more threads there are no others. */
void allocations_threads_left(size_t n);

/* Whether the clock is one that jumps, so that teams which follow it change their size all the
 * time.
 */
void allocations_wild_clock(bool wild);

#endif

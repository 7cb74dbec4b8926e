/*
 * What the linker's --wrap puts in place of the functions that allocate, start threads, and tell
 * the time.
 */
#include "allocations.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#ifdef DESCENT_TEST_WRAPS_ALLOCATIONS

static atomic_size_t count;
static size_t failing;
static atomic_size_t threads;
static size_t threads_left = SIZE_MAX;
static bool clock_is_wild;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

static bool next_fails(void)
{
    count++;
    if (failing == 0 || --failing > 0) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return next_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return next_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return next_fails() ? NULL : __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return next_fails() ? NULL : __real_aligned_alloc(alignment, size);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument)
{
    threads++;
    if (threads_left == 0) {
        return EAGAIN;
    }
    threads_left--;
    return __real_pthread_create(thread, attributes, body, argument);
}

int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);

/* A step of up to 20 milliseconds at every call, by a linear congruence (Knuth's MMIX). */
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    static uint64_t nanoseconds, state = 1;
    if (!clock_is_wild) {
        return __real_clock_gettime(clock, time);
    }
    state = state * 6364136223846793005u + 1442695040888963407u;
    nanoseconds += (state >> 33) % 20000000;
    time->tv_sec = (time_t)(nanoseconds / 1000000000);
    time->tv_nsec = (long)(nanoseconds % 1000000000);
    return 0;
}

void allocations_wild_clock(bool wild)
{
    clock_is_wild = wild;
}

bool allocations_counted(void)
{
    return true;
}

size_t allocations_threads(void)
{
    return threads;
}

void allocations_threads_left(size_t n)
{
    threads_left = n;
}

size_t allocations_count(void)
{
    return count;
}

void allocations_fail_at(size_t n)
{
    failing = n;
}

#else

bool allocations_counted(void)
{
    return false;
}

size_t allocations_threads(void)
{
    return 0;
}

void allocations_threads_left(size_t n)
{
    (void)n;
}

void allocations_wild_clock(bool wild)
{
    (void)wild;
}

size_t allocations_count(void)
{
    return 0;
}

void allocations_fail_at(size_t n)
{
    (void)n;
}

#endif

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
#include <zlib.h>

#ifdef DESCENT_TEST_WRAPS_SYMBOLS

static atomic_size_t count;
static size_t failing;
static bool failed;
static atomic_size_t threads;
static size_t threads_left = SIZE_MAX;
static bool clock_is_wild;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t most);
int __real_inflateInit2_(z_streamp stream, int bits, const char *version, int size);
int __real_inflate(z_streamp stream, int flush);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
int __wrap_inflateInit2_(z_streamp stream, int bits, const char *version, int size);
int __wrap_inflate(z_streamp stream, int flush);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

static bool next_fails(void)
{
    count++;
    if (failing == 0 || --failing > 0) {
        return false;
    }
    errno = ENOMEM;
    failed = true;
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

/* The C library and zlib allocate by themselves: zlib's window with the first bytes. */
char *__wrap_strdup(const char *text)
{
    return next_fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t most)
{
    return next_fails() ? NULL : __real_strndup(text, most);
}

int __wrap_inflateInit2_(z_streamp stream, int bits, const char *version, int size)
{
    return next_fails() ? Z_MEM_ERROR : __real_inflateInit2_(stream, bits, version, size);
}

int __wrap_inflate(z_streamp stream, int flush)
{
    return next_fails() ? Z_MEM_ERROR : __real_inflate(stream, flush);
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
    failed = n == 0 && failed;
}

bool allocations_failed(void)
{
    return failed;
}

#else

bool allocations_failed(void)
{
    return false;
}

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

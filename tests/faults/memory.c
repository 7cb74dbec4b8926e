/*
 * Loaded before a program's libraries (LD_PRELOAD): its allocations are counted from main() on, and
 * the one of number FAIL_ALLOCATION fails, or with "12+" all from that one on. What the loader and
 * the libraries do before main() is left out: it is not ours, and the same for every program. A
 * process of the same program that it starts counts anew; what else it starts (gnuplot) has all the
 * memory it wants. Each that ends adds its count to the file ALLOCATIONS, a line, if that is given.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* glibc's own names of what is replaced here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

#pragma GCC visibility push(default)

static atomic_bool counting;
static atomic_ulong count;
static unsigned long failing;
static bool from_then_on;
static int (*real_main)(int, char **, char **);

static bool fails(void)
{
    if (!counting) {
        return false;
    }
    unsigned long n = ++count;
    bool fail = failing > 0 && (n == failing || (from_then_on && n > failing));
    if (fail) {
        errno = ENOMEM;
    }
    return fail;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *block, size_t size)
{
    return fails() ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

static void tell(void)
{
    const char *path = getenv("ALLOCATIONS");
    counting = false;
    FILE *file = path != NULL ? fopen(path, "a") : NULL;
    if (file != NULL) {
        fprintf(file, "%lu\n", (unsigned long)count);
        fclose(file);
    }
}

/* Whether this is the program that was started with the library, or one that it has started. */
static bool is_meant(void)
{
    const char *meant = getenv("FAIL_PROGRAM");
    if (meant == NULL) {
        return setenv("FAIL_PROGRAM", program_invocation_short_name, 1) == 0;
    }
    return strcmp(meant, program_invocation_short_name) == 0;
}

static int counted_main(int argc, char **argv, char **environment)
{
    const char *text = getenv("FAIL_ALLOCATION");
    char *end = NULL;
    failing = text != NULL ? strtoul(text, &end, 10) : 0;
    from_then_on = end != NULL && *end == '+';
    if (is_meant()) {
        atexit(tell);
        counting = true;
    }
    return real_main(argc, argv, environment);
}

int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv,
                      int (*init)(int, char **, char **), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    int (*next)(int (*)(int, char **, char **), int, char **, int (*)(int, char **, char **),
                void (*)(void), void (*)(void), void *);
    void *found = dlsym(RTLD_NEXT, "__libc_start_main");
    memcpy(&next, &found, sizeof next);
    real_main = program;
    return next(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

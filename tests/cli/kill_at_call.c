/*
 * What the linker's --wrap puts in front of the calls by which the command changes files. The
 * process is killed before one of them, or where that writes, in the middle of it:
 *
 *   KILL_AT_CALL=57     the process ends at call 57
 *   COUNT_CALLS=FILE    FILE gets the number of calls, when the process ends of itself
 *
 * Elsewhere it ends by SIGNAL_AT_STEP (signal_at_step.c).
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long calls;

static void write_count(void)
{
    FILE *file = fopen(getenv("COUNT_CALLS"), "w");
    if (file != NULL) {
        fprintf(file, "%lu\n", calls);
        fclose(file);
    }
}

/* Whether this is the call at which the process ends. */
static bool is_last(void)
{
    const char *when = getenv("KILL_AT_CALL");
    if (calls == 0 && getenv("COUNT_CALLS") != NULL) {
        atexit(write_count);
    }
    calls++;
    return when != NULL && strtoul(when, NULL, 10) == calls;
}

#define WRAP(type, name, parameters, arguments)                                                    \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        if (is_last()) {                                                                           \
            raise(SIGKILL);                                                                        \
        }                                                                                          \
        return __real_##name arguments;                                                            \
    }

WRAP(int, close, (int file), (file))
WRAP(int, fsync, (int file), (file))
WRAP(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, renameat, (int from, const char *old, int to, const char *new), (from, old, to, new))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);

ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    if (is_last()) {
        (void)__real_write(file, bytes, size / 2);
        raise(SIGKILL);
    }
    return __real_write(file, bytes, size);
}

int __real_fflush(FILE *file);
int __wrap_fflush(FILE *file);

/* A row that was begun: what stands in the buffer is lost. */
int __wrap_fflush(FILE *file)
{
    if (is_last()) {
        if (file != NULL) {
            (void)__real_write(fileno(file), "1", 1);
        }
        raise(SIGKILL);
    }
    return __real_fflush(file);
}

/*
 * A process inherits limits, signals and descriptors from whoever started it, and none of them may
 * end it without a word or turn a message into a file's bytes.
 */
#include "cli/base/process.h"

#include "cli/base/cli.h"
#include "cli/base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Where a standard stream is closed, as by ">&-", the next file that is opened would get its number
 * and what is printed. In its place comes one that fails whoever reads it, or writes to it. */
static void fill_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
            (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

/* Some functions have room for several paths. Linux lets a stack grow to the limit that holds when
 * it grows, so that one which may be raised is. */
static bool have_stack(void)
{
    const rlim_t least = (rlim_t)512 << 10;
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur >= least) {
        return true;
    }
    struct rlimit raised = {.rlim_cur = least, .rlim_max = stack.rlim_max};
    if (stack.rlim_max >= least && setrlimit(RLIMIT_STACK, &raised) == 0) {
        return true;
    }
    /* Not by fprintf(), which takes 8 KiB of it. */
    char line[160];
    snprintf(line, sizeof line,
             "descent: expected a stack of at least %ju KiB, found %ju KiB: raise the limit "
             "(ulimit -s)\n",
             (uintmax_t)least / 1024, (uintmax_t)stack.rlim_cur / 1024);
    fputs(line, stderr);
    return false;
}

/* jansson leaves out what it has no memory for: an object would lack a key, and a file be written
 * without it. Nothing that is being written is lost, since files are replaced at once. */
static void *allocate_or_end(size_t size)
{
    static const char line[] = "descent: out of memory\n";
    void *block = malloc(size);
    if (block == NULL && size > 0) {
        (void)!write(STDERR_FILENO, line, sizeof line - 1);
        _exit(FAILED);
    }
    return block;
}

bool process_prepare(void)
{
    json_set_alloc_funcs(allocate_or_end, free);
    fill_streams();
    /* A file above the limit (ulimit -f) is an error of writing, which is told, and no death. */
    signal(SIGXFSZ, SIG_IGN);
    interrupt_begin();
    return have_stack();
}

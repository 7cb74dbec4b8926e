/*
 * Until something is to be saved, a signal ends the process at once, whatever it is doing: reading,
 * unpacking, decoding. What it does then is async-signal-safe.
 *
 * In training the first signal is noted, and puts the default action back for all, so that the next
 * one ends the process at once. A signal that was ignored when the process started, as under nohup,
 * or in the background of a shell, stays ignored. Processes that are forked from one that shares
 * follow it: they see in memory what it has noted, so that each of them may get the terminal's
 * signal, or one from it, and stops once all the same. A reader that has gone, as in "descent train
 * digits | head", ends no run: what is written goes nowhere, while the run's files become whole.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "cli/base/interrupt.h"

#include <descent/file.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

static const struct {
    int signal;
    enum exit_status status;
    const char *line;
} watched[] = {{SIGINT, INTERRUPTED, "descent: interrupted\n"},
               {SIGTERM, TERMINATED, "descent: terminated\n"},
               {SIGHUP, HUNG_UP, "descent: ended, as its terminal was\n"},
               {SIGXCPU, OUT_OF_TIME, "descent: out of processor time\n"}};

enum { WATCHED = sizeof watched / sizeof watched[0] };

/* The signal's number, or 0: where this process notes it, and where the one did that it follows. */
static volatile sig_atomic_t own;
static volatile sig_atomic_t *noted = &own;
static const volatile sig_atomic_t *followed = &own;

/* For the end at once: whether it has to wait, and the signal's number where one does. */
static volatile sig_atomic_t held, waiting;

/* A folder that is to be gone then; its path is borrowed. */
static volatile sig_atomic_t unfinished = -1;
static const char *volatile unfinished_path;

/* Whether a line may have been begun: a terminal shows ^C, maybe behind a progress bar. */
static volatile sig_atomic_t on_terminal;

static size_t place_of(int signal)
{
    size_t i = 0;
    while (i + 1 < WATCHED && watched[i].signal != signal) {
        i++;
    }
    return i;
}

/* readdir() allocates, which a handler must not. Elsewhere the next one that makes the folder
 * removes it. */
static void remove_unfinished(void)
{
#ifdef __linux__
    enum { LENGTH = 16, NAME = 19 }; /* places in an entry, as getdents64(2) describes it */
    char entries[4096];
    int folder = unfinished;
    long got = 0;
    if (folder < 0 || lseek(folder, 0, SEEK_SET) != 0) {
        return;
    }
    while ((got = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
        unsigned short length = 0;
        for (long at = 0; at < got; at += length) {
            memcpy(&length, entries + at + LENGTH, sizeof length);
            unlinkat(folder, entries + at + NAME, 0);
        }
    }
    rmdir(unfinished_path);
#endif
}

static void leave(int signal)
{
    if (held && !waiting) {
        waiting = signal;
        return;
    }
    size_t place = place_of(signal);
    const char *line = watched[place].line;
    remove_unfinished();
    if (on_terminal) {
        (void)!write(STDERR_FILENO, "\n", 1);
    }
    (void)!write(STDERR_FILENO, line, strlen(line));
    _exit((int)watched[place].status);
}

void interrupt_hold(void)
{
    held = 1;
}

void interrupt_release(void)
{
    held = 0;
    if (waiting) {
        leave(waiting);
    }
}

enum exit_status interrupt_save(const char *path, const void *bytes, size_t size)
{
    interrupt_hold();
    enum exit_status status = cli_library(descent_file_save(path, bytes, size));
    interrupt_release();
    return status;
}

void interrupt_remove(int folder, const char *path)
{
    unfinished_path = path;
    unfinished = folder;
}

/* Sets the action of all those that are not ignored. */
static void set_all(void (*handler)(int signal))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < WATCHED; i++) {
        if (sigaction(watched[i].signal, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            sigaction(watched[i].signal, &action, NULL);
        }
    }
}

static void note(int signal)
{
    *noted = signal;
    set_all(SIG_DFL);
}

void interrupt_begin(void)
{
    on_terminal = isatty(STDERR_FILENO);
    set_all(leave);
}

void interrupt_watch(void)
{
    set_all(note);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupt_share(void)
{
    void *shared =
        mmap(NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return false;
    }
    noted = shared;
    return true;
}

void interrupt_follow(void)
{
    followed = noted;
    noted = &own;
}

static int signal_that_came(void)
{
    return *noted != 0 ? *noted : *followed;
}

bool interrupt_came(void)
{
    return signal_that_came() != 0;
}

enum exit_status interrupt_status(void)
{
    return watched[place_of(signal_that_came())].status;
}

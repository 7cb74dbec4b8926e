/*
 * The first signal is noted, and puts the default action back for all, so that the next one ends
 * the process at once. A signal that was ignored when the process started, as under nohup, or in
 * the background of a shell, stays ignored. Processes that are forked from one that shares follow
 * it: they see in memory what it has noted, so that each of them may get the terminal's signal, or
 * one from it, and stops once all the same. A reader that has gone, as in "descent train digits |
 * head", ends no run: what is written goes nowhere, while the run's files become whole.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "cli/base/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

static const struct {
    int signal;
    enum exit_status status;
} watched[] = {
    {SIGINT, INTERRUPTED}, {SIGTERM, TERMINATED}, {SIGHUP, HUNG_UP}, {SIGXCPU, OUT_OF_TIME}};

enum { WATCHED = sizeof watched / sizeof watched[0] };

/* The signal's number, or 0: where this process notes it, and where the one did that it follows. */
static volatile sig_atomic_t own;
static volatile sig_atomic_t *noted = &own;
static const volatile sig_atomic_t *followed = &own;

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
    size_t i = 0;
    while (i + 1 < WATCHED && watched[i].signal != signal_that_came()) {
        i++;
    }
    return watched[i].status;
}

/*
 * The first signal is noted, and puts the default action back for all, so that the next one ends
 * the process at once. A signal that was ignored when the process started, as under nohup, or in
 * the background of a shell, stays ignored. A reader that has gone, as in "descent train digits |
 * head", ends no run: what is written goes nowhere, while the run's files become whole.
 */
#include "cli/base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const struct {
    int signal;
    enum exit_status status;
} watched[] = {{SIGINT, INTERRUPTED}, {SIGTERM, TERMINATED}, {SIGHUP, HUNG_UP}};

enum { WATCHED = sizeof watched / sizeof watched[0] };

static volatile sig_atomic_t came; /* the signal's number, or 0 */

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
    came = signal;
    set_all(SIG_DFL);
}

void interrupt_watch(void)
{
    set_all(note);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupt_came(void)
{
    return came != 0;
}

enum exit_status interrupt_status(void)
{
    size_t i = 0;
    while (i + 1 < WATCHED && watched[i].signal != came) {
        i++;
    }
    return watched[i].status;
}

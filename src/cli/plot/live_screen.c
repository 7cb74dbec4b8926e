/*
 * By the sequences of xterm that all of today's terminals know: another screen (1049), the cursor
 * hidden (25), long lines cut (7). A picture is written over the one before, line by line, so that
 * nothing flickers.
 */
#include "cli/plot/live_screen.h"

#include "cli/base/terminal.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
    int signal;
    enum exit_status status;
} endings[] = {
    {SIGINT, INTERRUPTED}, {SIGQUIT, INTERRUPTED}, {SIGTERM, TERMINATED}, {SIGHUP, HUNG_UP}};

enum { ENDINGS = sizeof endings / sizeof endings[0] };

static volatile sig_atomic_t ending; /* the number of a signal that came, or 0 */
static volatile sig_atomic_t suspended, resized;

static void note(int signal)
{
    if (signal == SIGTSTP) {
        suspended = 1;
    } else if (signal == SIGWINCH) {
        resized = 1;
    } else {
        ending = signal;
    }
}

/* One that is ignored, as under nohup, stays ignored. Writes go on after a signal. */
static void handle(int signal, void (*handler)(int signal))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    if (sigaction(signal, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        sigaction(signal, &action, NULL);
    }
}

static void handle_all(void (*handler)(int signal))
{
    for (size_t i = 0; i < ENDINGS; i++) {
        handle(endings[i].signal, handler);
    }
    handle(SIGTSTP, handler);
    handle(SIGWINCH, handler);
}

static void put(const char *sequence)
{
    fputs(sequence, stdout);
    fflush(stdout);
}

static void enter(void)
{
    put("\033[?1049h\033[?25l\033[?7l\033[2J");
}

static void leave(void)
{
    put("\033[?7h\033[?25h\033[?1049l");
}

void live_screen_begin(void)
{
    handle_all(note);
    enter();
}

void live_screen_show(const char *line, const char *text, size_t size)
{
    size_t rows = terminal_height(stdout, 24);
    const char *end = text + size;
    printf("%s%s\033[K", resized ? "\033[2J\033[H" : "\033[H", line);
    resized = 0;
    for (size_t row = 1; row < rows && text < end; row++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline != NULL ? newline : end;
        printf("\n%.*s\033[K", (int)(stop - text), text);
        text = stop < end ? stop + 1 : end;
    }
    put("\033[J");
}

static void suspend(void)
{
    suspended = 0;
    leave();
    raise(SIGSTOP);
    enter();
}

bool live_screen_wait(double seconds)
{
    static const struct timespec moment = {.tv_nsec = 50000000};
    int moments = (int)ceil(seconds / 0.05);
    for (int i = 0; i < moments && !ending && !resized; i++) {
        if (suspended) {
            suspend();
            return true;
        }
        nanosleep(&moment, NULL);
    }
    return ending == 0;
}

enum exit_status live_screen_end(void)
{
    leave();
    handle_all(SIG_DFL);
    for (size_t i = 0; i < ENDINGS; i++) {
        if (endings[i].signal == ending) {
            return endings[i].status;
        }
    }
    return DONE;
}

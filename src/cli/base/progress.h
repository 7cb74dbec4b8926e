/*
 * What a long command says while it works, on the standard error: lines, and on a terminal a bar
 * under them.
 */
#ifndef DESCENT_CLI_PROGRESS_H
#define DESCENT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool quiet;
    bool terminal; /* whether bars are drawn; else lines, which stay */
    bool drawn;    /* whether a bar stands on the current line */
    double redraw; /* the time before which nothing is drawn again */
};

/* Where the work stands, for the bar. */
struct progress_state {
    uint64_t epoch, epochs;    /* epochs 0: their number is unknown */
    uint64_t step, steps;      /* of this epoch */
    double loss;               /* mean over the epoch so far */
    double samples_per_second; /* of this epoch so far */
    double seconds_left;       /* of the whole run */
};

/* Seconds on a clock that never jumps. */
double progress_clock(void);

struct progress progress_create(bool quiet);

/* One line, whatever names it mentions, or several; takes the bar away first. Lines that the
 * terminal has no room for are broken: see lines_put(). */
void progress_say(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void progress_say_lines(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A row of a table, of which the terminal shows the first `shown` bytes. */
void progress_say_row(struct progress *progress, const char *row, size_t shown);

/* A text behind a heading such as "inputs"; where it does not fit, a new line behind one of its
 * semicolons. */
void progress_say_parts(struct progress *progress, const char *heading, const char *text);

/* Whether to draw: on a terminal a bar ten times a second at most, elsewhere a line every ten
 * seconds. */
bool progress_due(const struct progress *progress, double now);

/* Draws the bar over the one before, as much of it as the terminal has room for. */
void progress_draw(struct progress *progress, double now, const struct progress_state *state);

/* The same for other work: what is being done, and how far. */
void progress_draw_work(struct progress *progress, double now, const char *what, uint64_t done,
                        uint64_t total);

/* The same for work that has words of its own: those before the bar, and behind it the first of
 * several that the terminal has room for, NULL behind the last. In a log, all before and the first
 * behind. */
void progress_draw_words(struct progress *progress, double now, const char *before, double fraction,
                         const char *const *afters);

/* Takes the bar away. */
void progress_clear(struct progress *progress);

#endif

/*
 * What a long command says while it works, on the standard error: lines, and on a terminal a bar
 * under them.
 */
#ifndef DESCENT_CLI_PROGRESS_H
#define DESCENT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool quiet;
    bool terminal; /* whether bars are drawn */
    bool drawn;    /* whether a bar stands on the current line */
    double redraw; /* the time before which the bar is not drawn again */
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

/* One line or several, with the end of the last; takes the bar away first. Those of more than 80
 * columns are broken at blanks, unless they are indented, as rows and commands are. */
void progress_say(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A text behind a heading such as "inputs"; where it would pass 80 columns, a
 * new line behind one of its semicolons. */
void progress_say_parts(struct progress *progress, const char *heading, const char *text);

/* Whether a bar is due: it is drawn ten times a second at most. */
bool progress_due(const struct progress *progress, double now);

/* Draws the bar over the one before, within the width of the terminal. */
void progress_draw(struct progress *progress, double now, const struct progress_state *state);

/* The same for other work: what is being done, and how far. */
void progress_draw_work(struct progress *progress, double now, const char *what, uint64_t done,
                        uint64_t total);

/* Takes the bar away. */
void progress_clear(struct progress *progress);

#endif

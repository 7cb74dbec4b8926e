/*
 * The progress bar: one line that is drawn over and over, for terminals only; in a log a line now
 * and then, so that it is not flooded.
 */
#include "cli/base/progress.h"

#include "cli/base/cli.h"
#include "cli/base/controls.h"
#include "cli/base/lines.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Between two bars, and between two lines where none can be drawn. */
static const double SECONDS_BETWEEN_BARS = 0.1, SECONDS_BETWEEN_LINES = 10.0;

/* Columns of the heading before a line, and of a gauge. */
enum { HEADING = 10, GAUGE_LEAST = 8, GAUGE_MOST = 42 };

/* Bytes of what is said at once, paths included. */
enum { SAID = 8192 };

double progress_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double seconds_between(const struct progress *progress)
{
    return progress->terminal ? SECONDS_BETWEEN_BARS : SECONDS_BETWEEN_LINES;
}

struct progress progress_create(bool quiet)
{
    struct progress progress = {.quiet = quiet, .terminal = !quiet && terminal_of(stderr).redraws};
    progress.redraw = progress_clock() + seconds_between(&progress);
    return progress;
}

void progress_clear(struct progress *progress)
{
    if (progress->drawn) {
        fputs("\r\033[K", stderr);
        progress->drawn = false;
    }
}

__attribute__((format(printf, 3, 0))) static void say(struct progress *progress, bool one,
                                                      const char *format, va_list arguments)
{
    char text[SAID];
    vsnprintf(text, sizeof text, format, arguments);
    if (one) {
        controls_remove(text);
    }
    progress_clear(progress);
    cli_keep_message(text);
    if (!progress->quiet) {
        lines_put(stderr, text, lines_width(stderr));
    }
}

void progress_say(struct progress *progress, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(progress, true, format, arguments);
    va_end(arguments);
}

void progress_say_lines(struct progress *progress, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(progress, false, format, arguments);
    va_end(arguments);
}

void progress_say_row(struct progress *progress, const char *row, size_t shown)
{
    progress_clear(progress);
    cli_keep_message(row);
    if (!progress->quiet) {
        fprintf(stderr, "%.*s\n", (int)shown, row);
    }
}

void progress_say_parts(struct progress *progress, const char *heading, const char *text)
{
    char line[512];
    size_t width = lines_width(stderr);
    snprintf(line, sizeof line, "%-*s", HEADING, heading);
    while (*text != '\0') {
        const char *end = strstr(text, "; ");
        size_t length = end != NULL ? (size_t)(end - text) + 1 : strlen(text);
        bool first = strlen(line) <= HEADING;
        if (!first && strlen(line) + 1 + length > width) {
            progress_say(progress, "%s", line);
            snprintf(line, sizeof line, "%-*s", HEADING, "");
            first = true;
        }
        text_append(line, sizeof line, "%s%.*s", first ? "" : " ", (int)length, text);
        text += length + (end != NULL ? 1 : 0);
    }
    progress_say(progress, "%s", line);
}

bool progress_due(const struct progress *progress, double now)
{
    return !progress->quiet && now >= progress->redraw;
}

/* "[=====>    ]" of the given width, or nothing where that is too small to tell anything. */
static void draw_gauge(size_t width, double fraction)
{
    if (width < GAUGE_LEAST) {
        return;
    }
    size_t inner = width - 3;
    size_t filled = (size_t)(fraction * (double)inner);
    fputc('[', stderr);
    for (size_t i = 0; i < inner; i++) {
        fputc(i < filled ? '=' : i == filled ? '>' : ' ', stderr);
    }
    fputs("] ", stderr);
}

/* The first of several texts, each shorter than the one before, that fits; or else the last. */
static const char *choose(const char *const *texts, size_t room)
{
    while (texts[1] != NULL && strlen(texts[0]) > room) {
        texts++;
    }
    return texts[0];
}

/* A text's first bytes, which may hold names of others. */
static void put_words(const char *text, size_t width)
{
    char words[SAID];
    snprintf(words, sizeof words, "%.*s", (int)width, text);
    controls_remove(words);
    fputs(words, stderr);
}

/* A line of words, gauge and words, within the width of the terminal. */
static void draw_bar(struct progress *progress, const char *before, double fraction,
                     const char *const *afters)
{
    /* Room stays for the ^C that a terminal echoes, and some wrap as soon as a line is full. */
    size_t width = terminal_width(stderr, LINES_WIDTH);
    width = width > 3 ? width - 3 : 0;
    size_t head = strlen(before);
    size_t room = width > head ? width - head : 0;
    const char *after = choose(afters, room > GAUGE_LEAST ? room - GAUGE_LEAST : 0);
    size_t gauge = room > strlen(after) ? room - strlen(after) : 0;
    fputs("\r\033[K", stderr);
    put_words(before, width);
    draw_gauge(gauge < GAUGE_MOST ? gauge : GAUGE_MOST, fraction);
    put_words(after, room);
    fflush(stderr);
    progress->drawn = true;
}

/* Where no bar can be drawn, a line that stays; these are not kept with the messages. */
void progress_draw_words(struct progress *progress, double now, const char *before, double fraction,
                         const char *const *afters)
{
    if (progress->terminal) {
        draw_bar(progress, before, fraction, afters);
    } else {
        put_words(before, SAID);
        fputc(' ', stderr);
        put_words(afters[0], SAID);
        fputc('\n', stderr);
    }
    progress->redraw = now + seconds_between(progress);
}

void progress_draw(struct progress *progress, double now, const struct progress_state *state)
{
    char rate[TEXT_SIZE], left[TEXT_SIZE], all[TEXT_SIZE] = "", before[64], steps[64], loss[32];
    char texts[3][160];
    if (state->epochs > 0) {
        snprintf(all, sizeof all, "/%ju", (uintmax_t)state->epochs);
    }
    snprintf(before, sizeof before, "epoch %ju%s ", (uintmax_t)state->epoch, all);
    snprintf(steps, sizeof steps, "%ju/%ju", (uintmax_t)state->step, (uintmax_t)state->steps);
    snprintf(loss, sizeof loss, "loss %.4g", state->loss);
    text_clock(left, state->seconds_left);
    snprintf(texts[0], sizeof texts[0], "%s  %s  %s samples/s  %s left", steps, loss,
             text_count(rate, (uint64_t)state->samples_per_second), left);
    snprintf(texts[1], sizeof texts[1], "%s  %s  %s left", steps, loss, left);
    snprintf(texts[2], sizeof texts[2], "%s  %s left", steps, left);
    const char *const afters[] = {texts[0], texts[1], texts[2], steps, NULL};
    progress_draw_words(progress, now, before, (double)state->step / (double)state->steps, afters);
}

void progress_draw_work(struct progress *progress, double now, const char *what, uint64_t done,
                        uint64_t total)
{
    char before[64], after[32];
    double fraction = total > 0 ? (double)done / (double)total : 1.0;
    snprintf(before, sizeof before, "%s ", what);
    snprintf(after, sizeof after, "%.0f %%", 100.0 * fraction);
    const char *const afters[] = {after, NULL};
    progress_draw_words(progress, now, before, fraction, afters);
}

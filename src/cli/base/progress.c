/*
 * The progress bar: one line that is drawn over and over, for terminals only, so that logs are not
 * flooded.
 */
#include "cli/base/progress.h"

#include "cli/base/cli.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const double SECONDS_BETWEEN = 0.1;

/* Columns of a line, and of the heading before it. */
enum { LINE = 80, HEADING = 10 };

/* Bytes of what is said at once, paths included. */
enum { SAID = 8192 };

double progress_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct progress progress_create(bool quiet)
{
    return (struct progress){
        .quiet = quiet,
        .terminal = !quiet && terminal_of(stderr).redraws,
        .redraw = progress_clock() + SECONDS_BETWEEN,
    };
}

void progress_clear(struct progress *progress)
{
    if (progress->drawn) {
        fputs("\r\033[K", stderr);
        progress->drawn = false;
    }
}

/* Quiet or not, lines are kept where messages are. */
static void show(const struct progress *progress, const char *line)
{
    cli_keep_message("%s", line);
    if (!progress->quiet) {
        fprintf(stderr, "%s\n", line);
    }
}

/* A line of at most 80 columns as it is. A longer one is broken at blanks, and goes on below its
 * text; rows of tables and commands to be copied, which are indented, stay whole. */
static void say_line(const struct progress *progress, const char *line)
{
    size_t length = strlen(line);
    bool headed = length > HEADING && line[HEADING - 2] == ' ' && line[HEADING - 1] == ' ' &&
                  line[HEADING] != ' ';
    char wrapped[2 * SAID];
    if (length <= LINE || (line[0] == ' ' && !headed)) {
        show(progress, line);
        return;
    }
    char indent[HEADING + 1];
    snprintf(indent, sizeof indent, "%*s", headed ? HEADING : 2, "");
    text_wrap(wrapped, sizeof wrapped, line, indent);
    show(progress, wrapped);
}

void progress_say(struct progress *progress, const char *format, ...)
{
    char text[SAID];
    progress_clear(progress);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char *line = text, *end;
    while ((end = strchr(line, '\n')) != NULL) {
        *end = '\0';
        say_line(progress, line);
        line = end + 1;
    }
    say_line(progress, line);
}

void progress_say_parts(struct progress *progress, const char *heading, const char *text)
{
    char line[512];
    snprintf(line, sizeof line, "%-*s", HEADING, heading);
    while (*text != '\0') {
        const char *end = strstr(text, "; ");
        size_t length = end != NULL ? (size_t)(end - text) + 1 : strlen(text);
        bool first = strlen(line) <= HEADING;
        if (!first && strlen(line) + 1 + length > LINE) {
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
    return progress->terminal && now >= progress->redraw;
}

/* "[=====>    ]" of the given width, or nothing where that is too small to tell anything. */
static void draw_gauge(size_t width, double fraction)
{
    if (width < 8) {
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

/* A line of words, gauge and words, within the width of the terminal. */
static void draw_line(struct progress *progress, double now, const char *before, double fraction,
                      const char *after)
{
    /* Room stays for the ^C that a terminal echoes, and some wrap as soon as a line is full. */
    size_t width = terminal_width(stderr, LINE);
    width = width > 3 ? width - 3 : 0;
    size_t head = strlen(before);
    size_t words = head + strlen(after);
    size_t gauge = width > words ? width - words : 0;
    int room = width > head ? (int)(width - head) : 0;
    fprintf(stderr, "\r\033[K%.*s", (int)width, before);
    draw_gauge(gauge < 42 ? gauge : 42, fraction);
    fprintf(stderr, "%.*s", room, after);
    fflush(stderr);
    progress->drawn = true;
    progress->redraw = now + SECONDS_BETWEEN;
}

void progress_draw(struct progress *progress, double now, const struct progress_state *state)
{
    char rate[TEXT_SIZE], left[TEXT_SIZE], all[TEXT_SIZE] = "", before[64], after[160];
    if (state->epochs > 0) {
        snprintf(all, sizeof all, "/%ju", (uintmax_t)state->epochs);
    }
    snprintf(before, sizeof before, "epoch %ju%s ", (uintmax_t)state->epoch, all);
    snprintf(after, sizeof after, "%ju/%ju  loss %.4g  %s samples/s  %s left",
             (uintmax_t)state->step, (uintmax_t)state->steps, state->loss,
             text_count(rate, (uint64_t)state->samples_per_second),
             text_clock(left, state->seconds_left));
    draw_line(progress, now, before, (double)state->step / (double)state->steps, after);
}

void progress_draw_work(struct progress *progress, double now, const char *what, uint64_t done,
                        uint64_t total)
{
    char before[64], after[32];
    double fraction = total > 0 ? (double)done / (double)total : 1.0;
    snprintf(before, sizeof before, "%s ", what);
    snprintf(after, sizeof after, "%.0f %%", 100.0 * fraction);
    draw_line(progress, now, before, fraction, after);
}

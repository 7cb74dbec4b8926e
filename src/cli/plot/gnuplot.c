/*
 * Runs gnuplot as a child between three unnamed temporary files. Files, unlike pipes, never make
 * the two wait for each other.
 */
#include "cli/plot/gnuplot.h"

#include "cli/base/controls.h"
#include "cli/base/text.h"
#include "cli/plot/figure_theme.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Of an inch; the points are those that cairo measures text in. */
static const double PIXELS_OF_INCH = 96.0, POINTS_OF_INCH = 72.0;

double gnuplot_font(enum figure_format format, double pixels)
{
    return format == FIGURE_SVG ? pixels : pixels * POINTS_OF_INCH / PIXELS_OF_INCH;
}

void gnuplot_begin(FILE *script, const struct gnuplot_picture *picture)
{
    bool svg = picture->format == FIGURE_SVG, pdf = picture->format == FIGURE_PDF;
    if (!svg) {
        fputs("if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) "
              "exit error 'it was built without cairo; install gnuplot-nox'\n",
              script);
    }
    fprintf(script, "set term %s noenhanced rounded font '%s,%g'%s linewidth %g",
            svg   ? "svg"
            : pdf ? "pdfcairo"
                  : "pngcairo",
            svg ? "sans-serif" : "sans", gnuplot_font(picture->format, picture->font),
            svg ? "" : " fontscale 1", picture->line_width);
    if (pdf) {
        fprintf(script, " size %gin,%gin", picture->width / PIXELS_OF_INCH,
                picture->height / PIXELS_OF_INCH);
    } else {
        fprintf(script, " size %.0f,%.0f", picture->width, picture->height);
    }
    if (picture->theme != FIGURE_TRANSPARENT) {
        fprintf(script, " background '#%06x'",
                (unsigned)figure_theme_colours(picture->theme)->background);
    } else if (!svg) {
        fputs(" transparent", script);
    }
    fputs("\nset encoding utf8\nunset key\n", script);
}

/* What XML, and with it SVG, has no place for. */
static bool is_outside_xml(uint32_t character)
{
    return controls_has(character) || character == 0xFFFE || character == 0xFFFF;
}

/* Between apostrophes gnuplot takes everything literally but the apostrophe itself. Its escape, a
 * doubled one, is misread at the beginning of a string, so that none is let through at all. In SVG
 * it leaves "&#" and "]]>" as they are, which mean something there: their last or first character
 * is drawn as its wide form. */
void gnuplot_quote(FILE *script, const char *text)
{
    const char *whole = text;
    fputc('\'', script);
    while (*text != '\0') {
        const char *begin = text;
        uint32_t character = text_character(&text);
        bool broken = text - begin == 1 && (unsigned char)*begin >= 0x80;
        if (broken || is_outside_xml(character)) {
            fputc('?', script);
        } else if (character == '\'') {
            fputs("\u2019", script);
        } else if (character == '&' && *text == '#') {
            fputs("\uFF06", script);
        } else if (character == '>' && begin - whole >= 2 && memcmp(begin - 2, "]]", 2) == 0) {
            fputs("\uFF1E", script);
        } else {
            fwrite(begin, 1, (size_t)(text - begin), script);
        }
    }
    fputc('\'', script);
}

enum { INPUT, OUTPUT, ERRORS, STREAMS };

static enum exit_status open_streams(FILE **streams)
{
    for (size_t i = 0; i < STREAMS; i++) {
        streams[i] = tmpfile();
        if (streams[i] == NULL) {
            return cli_failed("cannot make a temporary file: %s", strerror(errno));
        }
    }
    return DONE;
}

static enum exit_status write_script(FILE *input, const char *script, size_t length)
{
    if (fwrite(script, 1, length, input) != length || fflush(input) != 0) {
        return cli_failed("cannot write a temporary file: %s", strerror(errno));
    }
    rewind(input);
    return DONE;
}

/* The whole of a stream that the child wrote, with a NUL byte behind it. */
static enum exit_status read_stream(char **bytes, size_t *size, FILE *stream)
{
    *bytes = NULL;
    long end = fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
    if (end < 0) {
        return cli_failed("cannot read a temporary file: %s", strerror(errno));
    }
    rewind(stream);
    *bytes = malloc((size_t)end + 1);
    if (*bytes == NULL) {
        return cli_failed("out of memory for a picture of %ld bytes", end);
    }
    *size = fread(*bytes, 1, (size_t)end, stream);
    (*bytes)[*size] = '\0';
    if (*size != (size_t)end) {
        free(*bytes);
        *bytes = NULL;
        return cli_failed("cannot read a temporary file: %s", strerror(errno));
    }
    return DONE;
}

/* gnuplot echoes the faulty line, points into it, and then says "line N: what is wrong"; other
 * troubles take a line without a number. */
static const char *first_error(char *errors)
{
    const char *first = NULL;
    char *rest;
    for (char *line = strtok_r(errors, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        line += strspn(line, " \t");
        if (strncmp(line, "line ", 5) == 0 && strchr(line, ':') != NULL) {
            return strchr(line, ':') + 1 + strspn(strchr(line, ':') + 1, " ");
        }
        if (first == NULL && line[0] != '\0') {
            first = line;
        }
    }
    return first;
}

static enum exit_status tell_failure(FILE *stream, int wait_status)
{
    char *errors;
    size_t size;
    if (read_stream(&errors, &size, stream) != DONE) {
        return FAILED;
    }
    const char *line = first_error(errors);
    if (line != NULL) {
        cli_failed("gnuplot failed: %s", line);
    } else if (WIFSIGNALED(wait_status)) {
        cli_failed("gnuplot was killed by signal %d", WTERMSIG(wait_status));
    } else {
        cli_failed("gnuplot failed with exit status %d", WEXITSTATUS(wait_status));
    }
    free(errors);
    return FAILED;
}

/* gnuplot would not notice that a picture could not be written: signals that we ignore end it. */
static int prepare_signals(posix_spawnattr_t *attributes)
{
    sigset_t ignored;
    int error = posix_spawnattr_init(attributes);
    if (error != 0) {
        return error;
    }
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGXFSZ);
    sigaddset(&ignored, SIGPIPE);
    posix_spawnattr_setsigdefault(attributes, &ignored);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF);
    return 0;
}

/* posix_spawnp() into `child` with the three streams as its standard ones. */
static int spawn(pid_t *child, FILE *const *streams)
{
    /* -d: without the user's start-up files, so that the same run gives the same picture. */
    char name[] = "gnuplot";
    char plain[] = "-d";
    char *const arguments[] = {name, plain, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = prepare_signals(&attributes);
    if (error != 0) {
        return error;
    }
    error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        posix_spawnattr_destroy(&attributes);
        return error;
    }
    for (int i = 0; i < STREAMS && error == 0; i++) {
        error = posix_spawn_file_actions_adddup2(&actions, fileno(streams[i]), i);
    }
    if (error == 0) {
        error = posix_spawnp(child, name, &actions, &attributes, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

static enum exit_status run_child(FILE *const *streams)
{
    pid_t child;
    int error = spawn(&child, streams);
    if (error == ENOENT) {
        return cli_failed("gnuplot not found: install gnuplot-nox");
    }
    if (error != 0) {
        return cli_failed("cannot run gnuplot: %s", strerror(error));
    }
    int wait_status;
    while (waitpid(child, &wait_status, 0) < 0) {
        if (errno != EINTR) {
            return cli_failed("cannot wait for gnuplot: %s", strerror(errno));
        }
    }
    if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0) {
        return tell_failure(streams[ERRORS], wait_status);
    }
    return DONE;
}

static enum exit_status run(FILE **streams, char **output, size_t *size, const char *script,
                            size_t length)
{
    CLI_TRY(open_streams(streams));
    CLI_TRY(write_script(streams[INPUT], script, length));
    CLI_TRY(run_child(streams));
    CLI_TRY(read_stream(output, size, streams[OUTPUT]));
    return *size > 0 ? DONE : tell_failure(streams[ERRORS], 0);
}

/* Copies an SVG without gnuplot's own names of its parts, which browsers show where the mouse is.
 * The first stands in the head, where a style sheet has its place as well. */
static void copy_svg(FILE *file, const char *bytes, bool styled)
{
    static const char begin[] = "<title>", end[] = "</title>";
    const char *title, *behind;
    while ((title = strstr(bytes, begin)) != NULL && (behind = strstr(title, end)) != NULL) {
        fwrite(bytes, 1, (size_t)(title - bytes), file);
        if (styled) {
            figure_theme_write_style(file);
            styled = false;
        }
        bytes = behind + strlen(end);
    }
    fputs(bytes, file);
}

static enum exit_status finish_svg(char **bytes, size_t *size, enum figure_theme theme)
{
    char *finished = NULL;
    size_t length;
    FILE *file = text_open(&finished, &length);
    if (file == NULL) {
        return cli_failed("out of memory for a picture");
    }
    copy_svg(file, *bytes, theme == FIGURE_AUTO);
    if (!text_close(file, &finished)) {
        free(finished);
        return cli_failed("out of memory for a picture");
    }
    free(*bytes);
    *bytes = finished;
    *size = length;
    return DONE;
}

enum exit_status gnuplot_run(char **bytes, size_t *size, const struct gnuplot_picture *picture,
                             const char *script, size_t length)
{
    *bytes = NULL;
    FILE *streams[STREAMS] = {NULL};
    enum exit_status status = run(streams, bytes, size, script, length);
    for (size_t i = 0; i < STREAMS; i++) {
        if (streams[i] != NULL) {
            fclose(streams[i]);
        }
    }
    return status == DONE && picture->format == FIGURE_SVG ? finish_svg(bytes, size, picture->theme)
                                                           : status;
}

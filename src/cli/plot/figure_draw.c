/*
 * Draws a figure: the script's head, which depends on what the panels are, then the panels, through
 * gnuplot to the terminal or into a file.
 */
#include "cli/plot/figure.h"

#include "cli/base/terminal.h"
#include "cli/plot/gnuplot.h"

#include <descent/file.h>

#include <stdlib.h>
#include <string.h>

/* A panel's size where the figure's is not given; the lines of the legend come on top. */
enum { PANEL_WIDTH = 640, PANEL_HEIGHT = 480, PANEL_COLUMNS = 80, PANEL_LINES = 18 };

/* A figure as wide as a wide terminal is hard to read, and a narrow one has no room for curves. */
enum { COLUMNS_MIN = 60, COLUMNS_MAX = 120 };

enum exit_status figure_format_of(enum figure_format *format, const char *path)
{
    static const char *const extensions[] = {
        [FIGURE_TEXT] = ".txt", [FIGURE_PNG] = ".png", [FIGURE_SVG] = ".svg"};
    size_t length = strlen(path);
    for (size_t f = 0; f < sizeof extensions / sizeof extensions[0]; f++) {
        if (length > 4 && strcmp(path + length - 4, extensions[f]) == 0) {
            *format = (enum figure_format)f;
            return DONE;
        }
    }
    return cli_usage("--out: expected a file name ending in .png, .svg or .txt, found \"%s\"",
                     path);
}

/* As many columns as the terminal has, within bounds. */
static size_t text_width(void)
{
    size_t width = terminal_width(stdout, PANEL_COLUMNS);
    width = width < COLUMNS_MIN ? COLUMNS_MIN : width;
    return width > COLUMNS_MAX ? COLUMNS_MAX : width;
}

/* Panels one above the other as text; else up to three side by side, but four as two by two. */
static size_t count_columns(const struct figure *figure)
{
    if (figure->format == FIGURE_TEXT) {
        return 1;
    }
    return figure->panels == 4 ? 2 : figure->panels < 3 ? figure->panels : 3;
}

static void write_terminal(FILE *script, enum figure_format format, size_t width, size_t height)
{
    switch (format) {
    case FIGURE_TEXT:
        /* Without colours each curve has a character of its own, which every terminal shows. */
        fprintf(script, "set term dumb noenhanced nofeed mono size %zu,%zu\n", width, height);
        break;
    case FIGURE_PNG:
        fprintf(script,
                "if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {\n"
                "set term pngcairo noenhanced rounded font 'sans,11' linewidth 1.2 size %zu,%zu\n"
                "} else {\n"
                "set term png truecolor noenhanced medium size %zu,%zu\n"
                "}\n",
                width, height, width, height);
        break;
    case FIGURE_SVG:
        fprintf(script,
                "set term svg noenhanced rounded font 'sans-serif,14' linewidth 1.2 size %zu,%zu "
                "background 'white'\n",
                width, height);
        break;
    }
}

static void write_head(FILE *script, const struct figure *figure)
{
    bool text = figure->format == FIGURE_TEXT;
    size_t columns = count_columns(figure);
    size_t rows = (figure->panels + columns - 1) / columns;
    size_t width = text ? PANEL_COLUMNS : PANEL_WIDTH * columns;
    size_t height = (text ? PANEL_LINES + figure->most_entries : PANEL_HEIGHT) * rows;
    if (figure->path == NULL) {
        width = text_width();
    }
    write_terminal(script, figure->format, figure->width > 0 ? figure->width : width,
                   figure->height > 0 ? figure->height : height);
    fputs("set encoding utf8\nset format '%g'\nset tics nomirror\n", script);
    fputs(text ? "set border 3 back\nset key below left Left reverse samplen 2 maxcols 1\n"
               : "set border 3 lc rgb '#404040'\n"
                 "set grid lt 1 lc rgb '#d0d0d0' lw 0.7\n"
                 "set title font ',14'\n"
                 "set xlabel offset 0,0.4\n"
                 "set key below center Left reverse height 0.8\n",
          script);
    fprintf(script, "set multiplot layout %zu,%zu", rows, columns);
    if (figure->title != NULL) {
        fputs(" title ", script);
        gnuplot_quote(script, figure->title);
    }
    fputs("\n", script);
}

/* The text terminal may begin with a form feed, fills its lines with blanks, and ends without a
 * newline: cuts the blanks at the ends of lines, leaves one empty line where there were several,
 * and none at the beginning. */
static size_t tidy_text(char *text, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\n') {
            text[length] = text[i];
            length += text[i] != '\f';
            continue;
        }
        while (length > 0 && text[length - 1] == ' ') {
            length--;
        }
        bool empty = length == 0 || text[length - 1] == '\n';
        bool second = length < 2 || text[length - 2] == '\n';
        if (!empty || !second) {
            text[length++] = '\n';
        }
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\n')) {
        length--;
    }
    text[length++] = '\n';
    return length;
}

/* The whole script, which the caller frees; NULL where memory was out. */
static char *write_script(const struct figure *figure, size_t *length)
{
    char *text = NULL;
    bool complete =
        fflush(figure->script) == 0 && !ferror(figure->script) && !figure->out_of_memory;
    FILE *script = complete ? open_memstream(&text, length) : NULL;
    if (script == NULL) {
        return NULL;
    }
    write_head(script, figure);
    fwrite(figure->script_text, 1, figure->script_length, script);
    fputs("unset multiplot\n", script);
    if (fclose(script) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static enum exit_status put_out(const struct figure *figure, const char *bytes, size_t size,
                                bool quiet)
{
    if (figure->path == NULL) {
        fwrite(bytes, 1, size, stdout);
        return DONE;
    }
    if (descent_file_save(figure->path, bytes, size) != DESCENT_OK) {
        return cli_library_failed();
    }
    if (!quiet) {
        fprintf(stderr, "%s written\n", figure->path);
    }
    return DONE;
}

enum exit_status figure_draw(struct figure *figure, bool quiet)
{
    size_t length;
    figure_end_panel(figure);
    if (figure->panels == 0 && !figure->out_of_memory) {
        return cli_failed("there are no values to draw");
    }
    char *script = write_script(figure, &length);
    if (script == NULL) {
        return cli_failed("out of memory for a figure");
    }
    char *bytes;
    size_t size;
    enum exit_status status = gnuplot_run(&bytes, &size, script, length);
    free(script);
    if (status == DONE && figure->format == FIGURE_TEXT) {
        size = tidy_text(bytes, size);
    }
    if (status == DONE) {
        status = put_out(figure, bytes, size, quiet);
    }
    free(bytes);
    return status;
}

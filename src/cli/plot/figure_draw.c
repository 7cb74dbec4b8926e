/*
 * Draws a figure, as text or as a picture, on the standard output or into a file.
 */
#include "cli/base/interrupt.h"
#include "cli/base/lines.h"
#include "cli/base/terminal.h"
#include "cli/plot/figure_axis.h"
#include "cli/plot/figure_gnuplot.h"
#include "cli/plot/figure_text.h"

#include <stdlib.h>

/* A text is as wide as the terminal, within bounds: curves need room, and a panel that is wider
 * than two is hard to read. */
enum { COLUMNS_MIN = 24, COLUMNS_MAX = 120, COLUMNS = 80 };

static size_t text_width(const struct figure *figure)
{
    size_t width = figure->path == NULL ? terminal_width(stdout, COLUMNS) : COLUMNS;
    width = width < COLUMNS_MIN ? COLUMNS_MIN : width;
    return width > COLUMNS_MAX ? COLUMNS_MAX : width;
}

static enum exit_status draw_text(const struct figure *figure, char **bytes, size_t *size)
{
    struct terminal terminal = {0};
    if (figure->path == NULL) {
        terminal = terminal_of(stdout);
    }
    return figure_text(figure, &terminal, text_width(figure), bytes, size);
}

static enum exit_status put_out(const struct figure *figure, const char *bytes, size_t size,
                                bool quiet)
{
    if (figure->path == NULL) {
        fwrite(bytes, 1, size, stdout);
        return DONE;
    }
    CLI_TRY(interrupt_save(figure->path, bytes, size));
    if (!quiet) {
        lines_print_whole(stderr, "%s written", figure->path);
    }
    return DONE;
}

/* Ends the last panel, and chooses the ranges that nobody has. */
static enum exit_status finish(struct figure *figure)
{
    figure_end_panel(figure);
    if (figure->out_of_memory) {
        return cli_failed("out of memory for a figure");
    }
    if (figure->panels == 0) {
        return cli_failed("there are no values to draw");
    }
    for (size_t p = 0; p < figure->panels; p++) {
        figure_axis_close_vertical(&figure->ended[p]);
    }
    return DONE;
}

enum exit_status figure_draw_bytes(struct figure *figure, char **bytes, size_t *size)
{
    CLI_TRY(finish(figure));
    return figure->format == FIGURE_TEXT ? draw_text(figure, bytes, size)
                                         : figure_gnuplot(figure, bytes, size);
}

enum exit_status figure_draw(struct figure *figure, bool quiet)
{
    char *bytes = NULL;
    size_t size;
    enum exit_status status = figure_draw_bytes(figure, &bytes, &size);
    if (status == DONE) {
        status = put_out(figure, bytes, size, quiet);
    }
    free(bytes);
    return status;
}

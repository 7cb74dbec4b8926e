/*
 * Aligns columns by the number of characters, not of bytes: names may be in any language. What is
 * wider than the screen is laid out below each other, since a terminal breaks lines anywhere.
 */
#include "cli/base/table.h"

#include "cli/base/controls.h"
#include "cli/base/lines.h"
#include "cli/base/paths.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void table_add(struct table *table, const char *format, ...)
{
    if (table->out == NULL && !table->failed) {
        table->out = text_open(&table->cells, &table->size);
        table->failed = table->out == NULL;
    }
    if (table->failed) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    /* A cell that is lost would move all that come behind it. */
    table->failed = vfprintf(table->out, format, arguments) < 0 || fputc('\0', table->out) == EOF;
    va_end(arguments);
}

/* How a table is laid out: rows that are too long for a line have their last text wrapped, where
 * that is long; else the columns are shown some at a time, each time beside the first. */
struct layout {
    const char *alignment;
    size_t count, width; /* of columns, and of a line */
    size_t *widths;      /* [count] */
};

/* Columns that a text in the last column must have to be wrapped. */
enum { LAST_LEAST = 24, BETWEEN = 2 };

static size_t width_of(const char *cell)
{
    return text_columns(cell, strlen(cell));
}

/* Cleans the cells on the way. */
static void measure(const struct table *table, struct layout *layout)
{
    size_t i = 0;
    for (char *cell = table->cells; cell < table->cells + table->size; cell += strlen(cell) + 1) {
        controls_remove(cell);
        size_t width = width_of(cell);
        size_t *most = &layout->widths[i++ % layout->count];
        *most = width > *most ? width : *most;
    }
}

/* Columns of a line with the first column, and with those from `from` to before `to`. */
static size_t line_width(const struct layout *layout, size_t from, size_t to)
{
    size_t width = layout->widths[0];
    for (size_t c = from; c < to; c++) {
        width += BETWEEN + layout->widths[c];
    }
    return width;
}

/* The end of the columns that are shown together with the first: one at least. */
static size_t block_end(const struct layout *layout, size_t from)
{
    size_t to = from + 1;
    while (to < layout->count && line_width(layout, from, to + 1) <= layout->width) {
        to++;
    }
    return to < layout->count ? to : layout->count;
}

/* Makes the last column as narrow as it must be, if it is a text that can be wrapped. */
static void narrow_last(struct layout *layout)
{
    size_t last = layout->count - 1;
    size_t others = last > 0 ? line_width(layout, 1, last) + BETWEEN : 0;
    bool wraps = layout->alignment[last] == 'l' && others + LAST_LEAST <= layout->width;
    if (wraps && others + layout->widths[last] > layout->width) {
        layout->widths[last] = layout->width - others;
    }
}

/* Prints a cell behind so many blanks, and returns how many blanks there are before the next:
 * those at the end of a row, of a cell included, are left out. */
static size_t print_cell(const struct layout *layout, size_t c, const char *cell, size_t begin,
                         size_t blanks)
{
    size_t width = width_of(cell), length = strlen(cell), end = length;
    size_t padding = layout->widths[c] > width ? layout->widths[c] - width : 0;
    bool right = layout->alignment[c] == 'r';
    while (end > 0 && cell[end - 1] == ' ') {
        end--;
    }
    blanks += right ? padding : 0;
    if (end > 0) {
        printf("%*s", (int)blanks, "");
        if (width > layout->widths[c]) {
            lines_wrap(stdout, cell, begin, begin, layout->width + 1);
        } else {
            printf("%.*s", (int)end, cell);
        }
        blanks = 0;
    }
    return blanks + length - end + (right ? 0 : padding) + BETWEEN;
}

/* Prints the first column of a row, and those from `from` to before `to`. Returns the next row. */
static const char *print_row(const struct layout *layout, const char *cell, size_t from, size_t to)
{
    size_t blanks = 0, begin = 0;
    for (size_t c = 0; c < layout->count; c++) {
        if (c == 0 || (c >= from && c < to)) {
            blanks = print_cell(layout, c, cell, begin, blanks);
            begin += layout->widths[c] + BETWEEN;
        }
        cell += strlen(cell) + 1;
    }
    putchar('\n');
    return cell;
}

static bool print_rows(const struct table *table)
{
    struct layout layout = {.alignment = table->alignment,
                            .count = strlen(table->alignment),
                            .width = terminal_width(stdout, LINES_WIDTH)};
    layout.widths = calloc(layout.count, sizeof *layout.widths);
    if (layout.widths == NULL) {
        return false;
    }
    measure(table, &layout);
    narrow_last(&layout);
    size_t from = 1;
    do {
        size_t to = block_end(&layout, from);
        for (const char *row = table->cells; row < table->cells + table->size;) {
            row = print_row(&layout, row, from, to);
        }
        from = to;
        if (from < layout.count) {
            putchar('\n');
        }
    } while (from < layout.count);
    free(layout.widths);
    return true;
}

/* Whether all cells are there. */
static bool end_cells(struct table *table)
{
    return table->out != NULL && text_close(table->out, &table->cells) && !table->failed;
}

static void free_cells(struct table *table)
{
    free(table->cells);
    *table = (struct table){.alignment = table->alignment};
}

size_t table_width(struct table *table)
{
    struct layout layout = {.count = strlen(table->alignment)};
    size_t width = 0;
    layout.widths = calloc(layout.count, sizeof *layout.widths);
    if (end_cells(table) && layout.widths != NULL) {
        measure(table, &layout);
        width = line_width(&layout, 1, layout.count);
    } else {
        path_keep("out of memory for a table"); /* which then is not laid out as it should be */
    }
    free(layout.widths);
    free_cells(table);
    return width;
}

enum exit_status table_print(struct table *table)
{
    bool empty = !table->failed && table->out == NULL;
    bool printed = empty || (end_cells(table) && print_rows(table));
    free_cells(table);
    return printed ? DONE : cli_failed("out of memory for a table");
}

/*
 * Aligns columns by the number of characters, not of bytes: names may be in any language.
 */
#include "cli/base/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool grow(struct table *table)
{
    if (table->count < table->room) {
        return true;
    }
    size_t room = table->room == 0 ? 64 : 2 * table->room;
    char **cells = realloc(table->cells, room * sizeof *cells);
    if (cells == NULL) {
        return false;
    }
    table->cells = cells;
    table->room = room;
    return true;
}

void table_add(struct table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *cell = length < 0 ? NULL : malloc((size_t)length + 1);
    if (cell == NULL || !grow(table)) {
        free(cell);
        table->failed = true;
        return;
    }
    va_start(arguments, format);
    vsnprintf(cell, (size_t)length + 1, format, arguments);
    va_end(arguments);
    cli_remove_controls(cell);
    table->cells[table->count++] = cell;
}

/* Characters of UTF-8: bytes that do not continue one. */
static size_t text_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return width;
}

static size_t column_width(const struct table *table, size_t column, size_t columns)
{
    size_t width = 0;
    for (size_t i = column; i < table->count; i += columns) {
        size_t cell = text_width(table->cells[i]);
        width = cell > width ? cell : width;
    }
    return width;
}

static void print_blanks(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputc(' ', stdout);
    }
}

/* Prints a row; blanks at its end, those of a cell included, are left out. */
static void print_row(char *const *cells, const size_t *widths, const char *alignment)
{
    size_t blanks = 0;
    for (size_t c = 0; alignment[c] != '\0'; c++) {
        const char *cell = cells[c];
        size_t padding = widths[c] - text_width(cell);
        size_t length = strlen(cell);
        size_t end = length;
        while (end > 0 && cell[end - 1] == ' ') {
            end--;
        }
        blanks += alignment[c] == 'r' ? padding : 0;
        if (end > 0) {
            print_blanks(blanks);
            fwrite(cell, 1, end, stdout);
            blanks = 0;
        }
        blanks += length - end + (alignment[c] == 'r' ? 0 : padding) + 2;
    }
    fputc('\n', stdout);
}

static bool print_rows(const struct table *table)
{
    size_t columns = strlen(table->alignment);
    size_t *widths = calloc(columns, sizeof *widths);
    if (widths == NULL) {
        return false;
    }
    for (size_t c = 0; c < columns; c++) {
        widths[c] = column_width(table, c, columns);
    }
    for (size_t row = 0; row + columns <= table->count; row += columns) {
        print_row(table->cells + row, widths, table->alignment);
    }
    free(widths);
    return true;
}

enum exit_status table_print(struct table *table)
{
    bool printed = !table->failed && print_rows(table);
    for (size_t i = 0; i < table->count; i++) {
        free(table->cells[i]);
    }
    free(table->cells);
    *table = (struct table){.alignment = table->alignment};
    return printed ? DONE : cli_failed("out of memory for a table");
}

/*
 * Aligns columns by the number of characters, not of bytes: names may be in any language.
 */
#include "cli/base/table.h"

#include "cli/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void table_add(struct table *table, const char *format, ...)
{
    if (table->out == NULL) {
        table->out = open_memstream(&table->cells, &table->size);
        table->failed = table->out == NULL;
    }
    if (table->failed) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vfprintf(table->out, format, arguments);
    va_end(arguments);
    fputc('\0', table->out);
}

static size_t text_width(const char *text)
{
    return text_columns(text, strlen(text));
}

/* Cleans the cells on the way. */
static void measure(const struct table *table, size_t columns, size_t *widths)
{
    size_t i = 0;
    for (char *cell = table->cells; cell < table->cells + table->size; cell += strlen(cell) + 1) {
        cli_remove_controls(cell);
        size_t width = text_width(cell);
        size_t *most = &widths[i++ % columns];
        *most = width > *most ? width : *most;
    }
}

/* Prints a row; blanks at its end, those of a cell included, are left out. Returns the next one. */
static const char *print_row(const char *cell, const size_t *widths, const char *alignment)
{
    size_t blanks = 0;
    for (size_t c = 0; alignment[c] != '\0'; c++) {
        size_t padding = widths[c] - text_width(cell);
        size_t length = strlen(cell);
        size_t end = length;
        while (end > 0 && cell[end - 1] == ' ') {
            end--;
        }
        blanks += alignment[c] == 'r' ? padding : 0;
        if (end > 0) {
            printf("%*s%.*s", (int)blanks, "", (int)end, cell);
            blanks = 0;
        }
        blanks += length - end + (alignment[c] == 'r' ? 0 : padding) + 2;
        cell += length + 1;
    }
    putchar('\n');
    return cell;
}

static bool print_rows(const struct table *table)
{
    size_t columns = strlen(table->alignment);
    size_t *widths = calloc(columns, sizeof *widths);
    if (widths == NULL) {
        return false;
    }
    measure(table, columns, widths);
    for (const char *row = table->cells; row < table->cells + table->size;) {
        row = print_row(row, widths, table->alignment);
    }
    free(widths);
    return true;
}

enum exit_status table_print(struct table *table)
{
    bool printed = !table->failed;
    if (table->out != NULL) {
        printed = fclose(table->out) == 0 && print_rows(table);
    }
    free(table->cells);
    *table = (struct table){.alignment = table->alignment};
    return printed ? DONE : cli_failed("out of memory for a table");
}

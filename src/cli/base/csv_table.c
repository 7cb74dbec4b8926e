/*
 * Reads files of figures. A file may have been edited or cut off, so that each field is checked,
 * and a fault is told with file and line. The command never leaves the C locale, so that a point is
 * a decimal point here wherever the user lives.
 */
#include "cli/base/csv_table.h"

#include <descent/file.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than ten million epochs: no run is that long. */
static const size_t FILE_LIMIT = (size_t)1 << 30;

/* The next line without its end, which becomes a NUL; NULL at the end of the file. */
static char *next_line(char **rest)
{
    if (**rest == '\0') {
        return NULL;
    }
    char *line = *rest;
    size_t length = strcspn(line, "\n");
    *rest += length + (line[length] == '\n');
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    line[length] = '\0';
    return line;
}

/* Cuts the next field off a line; NULL after the last one. */
static char *next_field(char **line)
{
    char *field = *line;
    if (field == NULL) {
        return NULL;
    }
    size_t length = strcspn(field, ",");
    *line = field[length] == ',' ? field + length + 1 : NULL;
    field[length] = '\0';
    return field;
}

static size_t count_of(char wanted, const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == wanted;
    }
    return count;
}

static enum exit_status check_header(struct csv_table *table, const char *kind, size_t most,
                                     char **rest)
{
    char *line = next_line(rest);
    if (line == NULL) {
        return cli_failed("%s: empty, expected the header of a %s file", table->path, kind);
    }
    size_t found = count_of(',', line) + 1;
    if (found == most) {
        table->columns = most;
    }
    if (found != table->columns) {
        return cli_failed("%s:1: expected the header of a %s file with %zu columns, found %zu",
                          table->path, kind, table->columns, found);
    }
    for (size_t c = 0; c < table->columns; c++) {
        const char *field = next_field(&line);
        if (strcmp(field, table->names[c]) != 0) {
            return cli_failed("%s:1: expected column %zu of a %s file to be %s, found '%.40s'",
                              table->path, c + 1, kind, table->names[c], field);
        }
    }
    return DONE;
}

enum exit_status csv_failed(const struct csv_table *table, size_t row, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return cli_failed("%s:%zu: %s", table->path, row + 2, line);
}

static enum exit_status cut_row(struct csv_table *table, char *line)
{
    size_t found = count_of(',', line) + 1;
    if (found != table->columns) {
        return csv_failed(table, table->rows, "expected %zu fields, found %zu", table->columns,
                          found);
    }
    for (size_t c = 0; c < table->columns; c++) {
        table->cells[table->rows * table->columns + c] = next_field(&line);
    }
    table->rows++;
    return DONE;
}

static enum exit_status cut_rows(struct csv_table *table, char *rest)
{
    /* Room for as many rows as the rest of the file has lines. */
    size_t lines = count_of('\n', rest) + 1;
    table->cells = calloc(lines, table->columns * sizeof *table->cells);
    if (table->cells == NULL) {
        return cli_failed("%s: out of memory for %zu rows", table->path, lines);
    }
    enum exit_status status = DONE;
    char *line;
    while (status == DONE && (line = next_line(&rest)) != NULL) {
        status = cut_row(table, line);
    }
    return status;
}

enum exit_status csv_load(struct csv_table *table, const char *path, const char *kind,
                          const char *const *names, size_t least, size_t columns)
{
    *table = (struct csv_table){.path = path, .names = names, .columns = least};
    size_t size;
    if (descent_file_load(&table->text, &size, path, FILE_LIMIT) != DESCENT_OK) {
        return cli_library_failed();
    }
    if (strlen(table->text) != size) {
        return cli_failed("%s: expected text, found a NUL byte at offset %zu", path,
                          strlen(table->text));
    }
    char *rest = table->text;
    enum exit_status status = check_header(table, kind, columns, &rest);
    return status == DONE ? cut_rows(table, rest) : status;
}

const char *csv_text(const struct csv_table *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

/* strtod() alone would also take leading blanks, hexadecimal numbers and NaN payloads. */
static bool parse_number(double *number, const char *text)
{
    if (text[0] == '\0') {
        *number = NAN;
        return true;
    }
    bool plain = strspn(text, "+-.0123456789eE") == strlen(text);
    const char *magnitude = text + (text[0] == '-');
    if (!plain && strcmp(magnitude, "nan") != 0 && strcmp(magnitude, "inf") != 0) {
        return false;
    }
    char *end;
    *number = strtod(text, &end);
    return *end == '\0';
}

enum exit_status csv_number(const struct csv_table *table, size_t row, size_t column,
                            double *number)
{
    const char *text = csv_text(table, row, column);
    if (!parse_number(number, text)) {
        return csv_failed(table, row, "expected a number for %s, found '%.40s'",
                          table->names[column], text);
    }
    return DONE;
}

void csv_free(struct csv_table *table)
{
    free(table->text);
    free(table->cells);
    *table = (struct csv_table){0};
}

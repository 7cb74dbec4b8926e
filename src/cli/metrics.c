/*
 * Reads metrics.csv. The file may have been edited or cut off, so that each field is checked, and a
 * fault is told with file and line. The command never leaves the C locale, so that a point is a
 * decimal point here wherever the user lives.
 */
#include "metrics.h"

#include <descent/file.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More than ten million epochs: no run is that long. */
static const size_t METRICS_LIMIT = (size_t)1 << 30;

static const char *const COLUMN_NAMES[METRICS_COLUMNS] = {
#define METRICS_COLUMN_ENTRY(name, text) [METRICS_##name] = text,
    METRICS_COLUMN_MAP(METRICS_COLUMN_ENTRY)
#undef METRICS_COLUMN_ENTRY
};

/* Where the reader stands: the rest of the file, and what an error needs to know. */
struct reader {
    const char *path;
    char *rest;
    size_t line;
};

/* The next line without its end, which becomes a NUL; NULL at the end of the file. */
static char *next_line(struct reader *reader)
{
    if (*reader->rest == '\0') {
        return NULL;
    }
    char *line = reader->rest;
    size_t length = strcspn(line, "\n");
    reader->rest += length + (line[length] == '\n');
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    line[length] = '\0';
    reader->line++;
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

static size_t count_fields(const char *line)
{
    size_t fields = 1;
    for (; *line != '\0'; line++) {
        fields += *line == ',';
    }
    return fields;
}

static enum exit_status check_header(struct reader *reader)
{
    char *line = next_line(reader);
    if (line == NULL) {
        return cli_failed("%s: empty, expected the header of a metrics file", reader->path);
    }
    size_t found = count_fields(line);
    if (found != METRICS_COLUMNS) {
        return cli_failed("%s:1: expected a header of %d columns, found %zu", reader->path,
                          METRICS_COLUMNS, found);
    }
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        const char *field = next_field(&line);
        if (strcmp(field, COLUMN_NAMES[c]) != 0) {
            return cli_failed("%s:1: expected column %zu to be %s, found '%.40s'", reader->path,
                              c + 1, COLUMN_NAMES[c], field);
        }
    }
    return DONE;
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

static enum exit_status parse_row(struct metrics *metrics, struct reader *reader, char *line)
{
    size_t found = count_fields(line);
    if (found != METRICS_COLUMNS) {
        return cli_failed("%s:%zu: expected %d fields, found %zu", reader->path, reader->line,
                          METRICS_COLUMNS, found);
    }
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        const char *field = next_field(&line);
        double *number = &metrics->columns[c][metrics->rows];
        if (!parse_number(number, field)) {
            return cli_failed("%s:%zu: expected a number for %s, found '%.40s'", reader->path,
                              reader->line, COLUMN_NAMES[c], field);
        }
    }
    if (!isfinite(metrics->columns[METRICS_EPOCH][metrics->rows])) {
        return cli_failed("%s:%zu: the epoch is missing", reader->path, reader->line);
    }
    metrics->rows++;
    return DONE;
}

/* Room for as many rows as the rest of the file has lines, all columns in one block. */
static enum exit_status allocate(struct metrics *metrics, const struct reader *reader)
{
    size_t lines = 1;
    for (const char *c = reader->rest; *c != '\0'; c++) {
        lines += *c == '\n';
    }
    double *block = calloc(lines, METRICS_COLUMNS * sizeof *block);
    if (block == NULL) {
        return cli_failed("%s: out of memory for %zu rows", reader->path, lines);
    }
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        metrics->columns[c] = block + c * lines;
    }
    return DONE;
}

static enum exit_status read_rows(struct metrics *metrics, struct reader *reader)
{
    enum exit_status status = check_header(reader);
    if (status == DONE) {
        status = allocate(metrics, reader);
    }
    char *line;
    while (status == DONE && (line = next_line(reader)) != NULL) {
        status = parse_row(metrics, reader, line);
    }
    return status;
}

enum exit_status metrics_load(struct metrics *metrics, const char *path)
{
    *metrics = (struct metrics){0};
    char *text;
    size_t size;
    if (descent_file_load(&text, &size, path, METRICS_LIMIT) != DESCENT_OK) {
        return cli_library_failed();
    }

    struct reader reader = {.path = path, .rest = text};
    enum exit_status status;
    if (strlen(text) != size) {
        status =
            cli_failed("%s: expected text, found a NUL byte at offset %zu", path, strlen(text));
    } else {
        status = read_rows(metrics, &reader);
    }
    if (status != DONE) {
        metrics_free(metrics);
    }
    free(text);
    return status;
}

void metrics_free(struct metrics *metrics)
{
    free(metrics->columns[0]);
    *metrics = (struct metrics){0};
}

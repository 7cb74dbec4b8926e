/*
 * Records as CSV files. A file may have been edited or cut off, so that each field is checked, and
 * a fault is reported with file and line.
 */
#include "cli/base/record.h"

#include "cli/base/controls.h"
#include "cli/base/interrupt.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <descent/file.h>

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static bool is_column(const struct record_field *field)
{
    return field->name != NULL && field->where != RECORD_IN_JSON;
}

void record_write_header(FILE *out, const struct record *record)
{
    const char *comma = "";
    for (size_t f = 0; f < record->count; f++) {
        if (is_column(&record->fields[f])) {
            fprintf(out, "%s%s", comma, record->fields[f].name);
            comma = ",";
        }
    }
    fputc('\n', out);
}

static void write_number(FILE *out, const char *format, double number)
{
    if (!isnan(number)) {
        fprintf(out, format, number);
    }
}

static void write_field(FILE *out, const struct record_field *field, const void *value)
{
    switch (field->type) {
    case RECORD_NUMBER:
        write_number(out, field->csv != NULL ? field->csv : "%.9g", *(const double *)value);
        break;
    case RECORD_WHOLE:
        write_number(out, "%.0f", *(const double *)value);
        break;
    case RECORD_COUNT:
    case RECORD_SIZE:
        fprintf(out, "%ju", (uintmax_t) * (const uint64_t *)value);
        break;
    case RECORD_TEXT:
        record_write_text(out, *(const char *const *)value);
        break;
    case RECORD_CHARS:
        record_write_text(out, value);
        break;
    default:
        break;
    }
}

/* Files and pipes get texts as they are. Asked once, since fields are many. */
static bool is_shown(FILE *out)
{
    static int shown = -1;
    if (shown < 0) {
        shown = terminal_of(stdout).present;
    }
    return out == stdout && shown == 1;
}

void record_write_text(FILE *out, const char *text)
{
    char shown[RECORD_CELL_SIZE];
    if (text != NULL && is_shown(out)) {
        text_cut(shown, sizeof shown, text);
        controls_remove(shown);
        text = shown;
    }
    if (text == NULL || strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text == NULL ? "" : text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        fputs(*text == '"' ? "\"" : "", out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void record_write_rows(FILE *out, const struct record *record, const void *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *row = (const char *)rows + i * record->size;
        const char *comma = "";
        for (size_t f = 0; f < record->count; f++) {
            if (is_column(&record->fields[f])) {
                fputs(comma, out);
                write_field(out, &record->fields[f], row + record->fields[f].offset);
                comma = ",";
            }
        }
        fputc('\n', out);
    }
}

enum exit_status text_file_open(struct text_file *file, const char *path)
{
    *file = (struct text_file){.path = path};
    file->out = text_open(&file->text, &file->size);
    return file->out != NULL ? DONE : cli_failed("%s: out of memory", path);
}

enum exit_status text_file_save(struct text_file *file)
{
    enum exit_status status = text_close(file->out, &file->text)
                                  ? interrupt_save(file->path, file->text, file->size)
                                  : cli_failed("%s: out of memory", file->path);
    free(file->text);
    return status;
}

void text_file_discard(struct text_file *file)
{
    (void)fclose(file->out);
    free(file->text);
}

enum exit_status record_save(const struct record *record, const char *path, const void *rows,
                             size_t count)
{
    struct text_file file;
    CLI_TRY(text_file_open(&file, path));
    record_write_header(file.out, record);
    record_write_rows(file.out, record, rows, count);
    return text_file_save(&file);
}

/* A file that is read. */
struct reader {
    const struct record *record;
    const char *path, *kind;
    char *rest;
    size_t line;
    size_t columns; /* of the file */
    const struct record_field *fields[RECORD_FIELDS_MAX];
};

static enum exit_status failed(const struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum exit_status failed(const struct reader *reader, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return cli_failed("%s:%zu: %s", reader->path, reader->line, text);
}

/* Cuts the next field off the rest; returns what stood behind it: a comma, or the line's end. In
 * quotes a field may hold either (RFC 4180). */
static char next_field(char **field, char **rest)
{
    char *from = *rest, *to = *rest;
    bool quoted = *from == '"';
    *field = *rest;
    from += quoted;
    while (*from != '\0' && (quoted || (*from != ',' && *from != '\n'))) {
        if (quoted && from[0] == '"' && from[1] != '"') {
            quoted = false;
            from++;
            continue;
        }
        from += quoted && from[0] == '"';
        *to++ = *from++;
    }
    char end = *from;
    *rest = from + (end != '\0');
    if (end != ',' && to > *field && to[-1] == '\r') {
        to--;
    }
    *to = '\0';
    return end;
}

/* Cuts a line into fields; returns how many it has, of which some may have no room. */
static size_t next_line(struct reader *reader, char *fields[RECORD_FIELDS_MAX])
{
    size_t count = 0;
    char *field, end;
    do {
        end = next_field(&field, &reader->rest);
        if (count < RECORD_FIELDS_MAX) {
            fields[count] = field;
        }
        count++;
    } while (end == ',');
    reader->line++;
    return count;
}

/* The first columns must be those of the record; of the others any may be missing. Leaves the
 * fields of the columns there are. */
static enum exit_status match_columns(struct reader *reader, char *names[RECORD_FIELDS_MAX],
                                      size_t least, size_t most)
{
    size_t next = 0;
    for (size_t c = 0; c < reader->columns; c++) {
        const char *expected = next < most ? reader->fields[next]->name : "the last";
        while (c >= least && next < most && strcmp(names[c], reader->fields[next]->name) != 0) {
            next++;
        }
        if (next == most || strcmp(names[c], reader->fields[next]->name) != 0) {
            return failed(reader, "expected column %zu of a %s file to be %s, found '%.40s'", c + 1,
                          reader->kind, expected, names[c]);
        }
        reader->fields[c] = reader->fields[next++];
    }
    return DONE;
}

static enum exit_status read_header(struct reader *reader, size_t least)
{
    char *names[RECORD_FIELDS_MAX];
    size_t most = 0;
    assert(reader->record->count <= RECORD_FIELDS_MAX);
    for (size_t f = 0; f < reader->record->count; f++) {
        if (is_column(&reader->record->fields[f])) {
            reader->fields[most++] = &reader->record->fields[f];
        }
    }
    if (*reader->rest == '\0') {
        return cli_failed("%s: empty, expected the header of a %s file", reader->path,
                          reader->kind);
    }
    size_t found = next_line(reader, names);
    least = least < most ? least : most;
    if (found < least || found > most) {
        return failed(reader, "expected the header of a %s file with %zu columns, found %zu",
                      reader->kind, found < least ? least : most, found);
    }
    reader->columns = found;
    return match_columns(reader, names, least, most);
}

/* Also "inf" and "nan", which printf() has made; NaN for nothing. */
static bool parse_number(double *number, const char *text)
{
    bool negative = text[0] == '-';
    *number = NAN;
    if (strcmp(text + negative, "inf") == 0) {
        *number = negative ? -HUGE_VAL : HUGE_VAL;
        return true;
    }
    return text[0] == '\0' || strcmp(text + negative, "nan") == 0 || text_read_number(number, text);
}

/* Reads a field into its member; false where it is no such number. */
static bool read_field(const struct record_field *field, void *row, char *text)
{
    void *value = (char *)row + field->offset;
    double number;
    if (field->type == RECORD_TEXT) {
        memcpy(value, &text, sizeof text);
        return true;
    }
    if (field->type != RECORD_NUMBER && field->type != RECORD_WHOLE) {
        return text_read_count(value, text);
    }
    bool valid = parse_number(&number, text);
    *(double *)value = number;
    return valid && (field->type == RECORD_NUMBER || isnan(number) || floor(number) == number);
}

static enum exit_status read_row(struct reader *reader, void *row)
{
    char *texts[RECORD_FIELDS_MAX];
    size_t found = next_line(reader, texts);
    if (found != reader->columns) {
        return failed(reader, "expected %zu fields, found %zu", reader->columns, found);
    }
    for (size_t f = 0; f < reader->record->count; f++) {
        const struct record_field *field = &reader->record->fields[f];
        if (field->type == RECORD_NUMBER || field->type == RECORD_WHOLE) {
            *(double *)((char *)row + field->offset) = NAN;
        }
    }
    for (size_t c = 0; c < found; c++) {
        if (!read_field(reader->fields[c], row, texts[c])) {
            const struct record_field *field = reader->fields[c];
            return failed(reader, "expected a %snumber for %s, found '%.40s'",
                          field->type == RECORD_NUMBER ? "" : "whole ", field->name, texts[c]);
        }
    }
    return DONE;
}

/* A reader may see the front part of a row that is being written: it is not there yet. */
static void drop_row_under_way(char *text)
{
    char *last = strrchr(text, '\n');
    if (last != NULL) {
        last[1] = '\0';
    }
}

static size_t count_lines(const char *text)
{
    size_t count = 1;
    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

enum exit_status record_load(struct record_rows *rows, const struct record *record, size_t least,
                             const char *path, const char *kind,
                             const char *(*check)(const void *row))
{
    struct reader reader = {.record = record, .path = path, .kind = kind};
    size_t size;
    *rows = (struct record_rows){0};
    CLI_TRY_LIBRARY(descent_file_load(&rows->text, &size, path, RECORD_FILE_LIMIT));
    if (strlen(rows->text) != size) {
        return cli_failed("%s: expected text, found a NUL byte at offset %zu", path,
                          strlen(rows->text));
    }
    if (record->grows) {
        drop_row_under_way(rows->text);
    }
    reader.rest = rows->text;
    size_t room = count_lines(rows->text);
    CLI_TRY(read_header(&reader, least));
    if (room > RECORD_ROWS_MAX) {
        return cli_failed("%s: expected at most %d rows, found %zu", path, RECORD_ROWS_MAX, room);
    }
    rows->rows = calloc(room, record->size);
    if (rows->rows == NULL) {
        return cli_library(cli_no_memory());
    }
    for (; *reader.rest != '\0'; rows->count++) {
        void *row = (char *)rows->rows + rows->count * record->size;
        CLI_TRY(read_row(&reader, row));
        const char *expected = check != NULL ? check(row) : NULL;
        if (expected != NULL) {
            return failed(&reader, "expected %s", expected);
        }
    }
    return DONE;
}

void record_free(struct record_rows *rows)
{
    free(rows->rows);
    free(rows->text);
    *rows = (struct record_rows){0};
}

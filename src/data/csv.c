/*
 * CSV: RFC 4180, and common deviations from it: a byte order mark, lines that end in LF
 * alone, blanks around fields, empty lines.
 */
#include "data/csv.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

enum state {
    BEFORE,  /* before a field's first character */
    PLAIN,   /* in a field without quotes */
    QUOTED,  /* between quotes */
    BEHIND,  /* behind a quote that closes a field, or is the first of two */
    RETURNED /* behind a carriage return */
};

enum { END = -1 };

static descent_status fail_at(const struct descent_csv *csv, const char *what)
{
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: line %llu, column %zu: %s", csv->reader.path,
                        (unsigned long long)csv->next_line, csv->fields + 1, what);
}

static descent_status fail_memory(const struct descent_csv *csv)
{
    return descent_fail(DESCENT_ERROR_MEMORY, "%s: line %llu: no memory for the line",
                        csv->reader.path, (unsigned long long)csv->line);
}

/* Reads the first bytes of what the reader has opened. */
static descent_status begin(struct descent_csv *csv)
{
    csv->next_line = 1;
    descent_status status =
        descent_reader_read_some(&csv->reader, csv->buffer, sizeof csv->buffer, &csv->filled);
    if (status != DESCENT_OK) {
        descent_csv_close(csv);
        return status;
    }
    if (csv->filled >= 3 && memcmp(csv->buffer, "\xEF\xBB\xBF", 3) == 0) {
        csv->at = 3;
    }
    return DESCENT_OK;
}

descent_status descent_csv_open(struct descent_csv *csv, const char *path)
{
    memset(csv, 0, offsetof(struct descent_csv, buffer));
    descent_status status = descent_reader_open(&csv->reader, path);
    return status == DESCENT_OK ? begin(csv) : status;
}

descent_status descent_csv_take(struct descent_csv *csv, int file, const char *name)
{
    memset(csv, 0, offsetof(struct descent_csv, buffer));
    descent_reader_take(&csv->reader, file, name);
    return begin(csv);
}

void descent_csv_close(struct descent_csv *csv)
{
    descent_reader_close(&csv->reader);
    free(csv->text);
    free(csv->starts);
    csv->text = NULL;
    csv->starts = NULL;
}

/* The next byte, or END. */
static descent_status take(struct descent_csv *csv, int *byte)
{
    if (csv->at == csv->filled) {
        csv->at = 0;
        descent_status status =
            descent_reader_read_some(&csv->reader, csv->buffer, sizeof csv->buffer, &csv->filled);
        if (status != DESCENT_OK) {
            csv->filled = 0;
            return status;
        }
    }
    *byte = csv->filled == 0 ? END : csv->buffer[csv->at++];
    csv->length += *byte != END;
    return DESCENT_OK;
}

static bool append(struct descent_csv *csv, int byte)
{
    if (csv->size == csv->text_room) {
        size_t room = csv->text_room == 0 ? 4096 : 2 * csv->text_room;
        char *text = realloc(csv->text, room);
        if (text == NULL) {
            return false;
        }
        csv->text = text;
        csv->text_room = room;
    }
    csv->text[csv->size++] = (char)byte;
    return true;
}

static bool begin_field(struct descent_csv *csv)
{
    if (csv->fields == csv->starts_room) {
        size_t room = csv->starts_room == 0 ? 1024 : 2 * csv->starts_room;
        uint32_t *starts = realloc(csv->starts, room * sizeof *starts);
        if (starts == NULL) {
            return false;
        }
        csv->starts = starts;
        csv->starts_room = room;
    }
    csv->starts[csv->fields] = (uint32_t)csv->size;
    return true;
}

/* Ends the field; blanks at the end of one without quotes are not part of it. */
static descent_status end_field(struct descent_csv *csv, enum state state)
{
    size_t start = csv->starts[csv->fields];
    while (state == PLAIN && csv->size > start &&
           (csv->text[csv->size - 1] == ' ' || csv->text[csv->size - 1] == '\t')) {
        csv->size--;
    }
    if (csv->fields + 1 == DESCENT_CSV_FIELDS_MAX) {
        return fail_at(csv, "expected fewer than 1048576 fields, found more");
    }
    if (!append(csv, '\0')) {
        return fail_memory(csv);
    }
    csv->fields++;
    return DESCENT_OK;
}

/* A separator: ends the field, and begins the next one. */
static descent_status separate(struct descent_csv *csv, enum state *state)
{
    descent_status status = end_field(csv, *state);
    *state = BEFORE;
    return status != DESCENT_OK || begin_field(csv) ? status : fail_memory(csv);
}

/* A byte that belongs to a field, in one of the states. */
static descent_status put(struct descent_csv *csv, enum state *state, int byte)
{
    bool blank = byte == ' ' || byte == '\t';
    if (*state == RETURNED) {
        return fail_at(csv, "expected a line feed after a carriage return, found none");
    }
    if (*state == BEHIND && byte != '"') {
        return blank ? DESCENT_OK
                     : fail_at(csv, "expected a comma after a closing quote, found more text");
    }
    if (*state == PLAIN && byte == '"') {
        return fail_at(csv, "expected quotes around the whole field, found one within it");
    }
    if (*state == BEFORE && (blank || byte == '"')) {
        *state = byte == '"' ? QUOTED : BEFORE;
        return DESCENT_OK;
    }
    if (*state == QUOTED && byte == '"') {
        *state = BEHIND;
        return DESCENT_OK;
    }
    *state = *state == BEFORE ? PLAIN : *state == BEHIND ? QUOTED : *state;
    return append(csv, byte) ? DESCENT_OK : fail_memory(csv);
}

/* One byte of a record; *ended tells whether the record ends with it. */
static descent_status step(struct descent_csv *csv, enum state *state, int byte, bool *ended)
{
    if (byte == '\0') {
        return fail_at(csv, "expected text, found a NUL byte");
    }
    if (byte == END && *state == QUOTED) {
        return fail_at(csv, "expected a closing quote, found the end of the file");
    }
    if (byte == END || (byte == '\n' && *state != QUOTED)) {
        *ended = true;
        return *state == RETURNED ? DESCENT_OK : end_field(csv, *state);
    }
    if (byte == ',' && *state != QUOTED && *state != RETURNED) {
        return separate(csv, state);
    }
    if (byte == '\r' && *state != QUOTED && *state != RETURNED) {
        descent_status status = end_field(csv, *state);
        *state = RETURNED;
        return status;
    }
    return put(csv, state, byte);
}

static descent_status check_length(const struct descent_csv *csv, enum state state)
{
    if (csv->length <= DESCENT_CSV_RECORD_MAX) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: line %llu: expected at most %d bytes%s",
                        csv->reader.path, (unsigned long long)csv->line, DESCENT_CSV_RECORD_MAX,
                        state == QUOTED ? "; a quote may not be closed" : ", found more");
}

/* Reads up to the end of a line outside of quotes, or of the file. */
static descent_status read_record(struct descent_csv *csv, int *last)
{
    enum state state = BEFORE;
    bool ended = false;
    csv->line = csv->next_line;
    csv->fields = 0;
    csv->size = 0;
    csv->length = 0;
    if (!begin_field(csv)) {
        return fail_memory(csv);
    }
    while (!ended) {
        descent_status status = take(csv, last);
        if (status == DESCENT_OK) {
            status = check_length(csv, state);
        }
        if (status == DESCENT_OK) {
            status = step(csv, &state, *last, &ended);
        }
        if (status != DESCENT_OK) {
            return status;
        }
        csv->next_line += *last == '\n';
    }
    return DESCENT_OK;
}

/* Whether the record is a line without a byte, apart from its end. */
static bool is_empty(const struct descent_csv *csv, int last)
{
    return csv->fields == 1 && csv->size == 1 && csv->length <= (last == '\n' ? 2 : 1);
}

descent_status descent_csv_next(struct descent_csv *csv, bool *more)
{
    int last = 0;
    descent_status status = DESCENT_OK;
    do {
        status = read_record(csv, &last);
    } while (status == DESCENT_OK && last != END && is_empty(csv, last));
    *more = status == DESCENT_OK && !is_empty(csv, last);
    return status;
}

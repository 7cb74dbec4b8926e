/*
 * CSV records: RFC 4180, and common deviations from it: other separators, lines that end in LF or
 * CR alone, blanks around fields, lines and rows that are empty, decimal commas.
 */
#include "data/csv.h"

#include "base/fail.h"
#include "data/csv_private.h"

#include <stdlib.h>
#include <string.h>

enum state {
    BEFORE, /* before a field's first character */
    PLAIN,  /* in a field without quotes */
    QUOTED, /* between quotes */
    BEHIND, /* behind a quote that closes a field, or is the first of two */
    CLOSED  /* behind a field in quotes and a blank */
};

/* What a byte means outside of quotes. */
enum kind { TEXT, BLANK, SEPARATOR, QUOTE, RETURN, FEED, NUL };

enum { BLANKS = ' ' /* the separator that stands for any number of blanks and tabs */ };

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

void descent_csv_set_dialect(struct descent_csv *csv, struct descent_csv_dialect dialect)
{
    csv->dialect = dialect;
    memset(csv->kinds, TEXT, sizeof csv->kinds);
    csv->kinds[' '] = BLANK;
    csv->kinds['\t'] = BLANK;
    csv->kinds['"'] = QUOTE;
    csv->kinds['\r'] = RETURN;
    csv->kinds['\n'] = FEED;
    csv->kinds[0] = NUL;
    if (dialect.separator != BLANKS) {
        csv->kinds[(unsigned char)dialect.separator] = SEPARATOR;
    }
}

/* Reads from what the reader has opened up to the first record. */
static descent_status begin(struct descent_csv *csv, struct descent_csv_dialect dialect)
{
    csv->dialect = dialect;
    descent_status status = descent_csv_begin_bytes(csv);
    if (status == DESCENT_OK && !dialect.found) {
        status = descent_csv_find_dialect(csv);
    } else {
        descent_csv_set_dialect(csv, dialect);
    }
    if (status != DESCENT_OK) {
        descent_csv_close(csv);
    }
    return status;
}

static void clear(struct descent_csv *csv)
{
    size_t after = offsetof(struct descent_csv, dialect);
    memset((char *)csv + after, 0, sizeof *csv - after);
}

descent_status descent_csv_open(struct descent_csv *csv, const char *path,
                                struct descent_csv_dialect dialect)
{
    clear(csv);
    DESCENT_TRY(descent_reader_open(&csv->reader, path));
    return begin(csv, dialect);
}

descent_status descent_csv_take(struct descent_csv *csv, int file, const char *name,
                                struct descent_csv_dialect dialect)
{
    clear(csv);
    descent_reader_take(&csv->reader, file, name);
    return begin(csv, dialect);
}

void descent_csv_begin_sample(struct descent_csv *sample, const struct descent_csv *csv,
                              struct descent_csv_dialect dialect)
{
    clear(sample);
    sample->reader.path = csv->reader.path;
    sample->sample = true;
    sample->cut = csv->encoding != 0 || csv->filled == DESCENT_CSV_BUFFER;
    sample->buffer = csv->buffer;
    sample->at = csv->at;
    sample->filled = csv->filled;
    sample->next_line = csv->next_line;
    descent_csv_set_dialect(sample, dialect);
}

void descent_csv_begin_comment(struct descent_csv *sample, const struct descent_csv *csv)
{
    char *text = csv->comment + 1;
    bool field = csv->dialect.separator != BLANKS && *text == csv->dialect.separator;
    descent_csv_begin_sample(sample, csv, csv->dialect);
    sample->cut = false;
    sample->buffer = (unsigned char *)(field ? csv->comment : text + strspn(text, "# "));
    sample->at = 0;
    sample->filled = strlen((char *)sample->buffer);
}

void descent_csv_close(struct descent_csv *csv)
{
    if (!csv->sample) {
        descent_reader_close(&csv->reader);
        free(csv->buffer);
    }
    free(csv->text);
    free(csv->starts);
    free(csv->comment);
    csv->text = NULL;
    csv->starts = NULL;
    csv->comment = NULL;
    csv->buffer = NULL;
}

/* Room for as many more bytes, and the NUL byte behind them. */
static bool reserve(struct descent_csv *csv, size_t more)
{
    if (csv->text_room - csv->size > more) {
        return true;
    }
    size_t room = csv->text_room == 0 ? 4096 : 2 * csv->text_room;
    room = room - csv->size > more ? room : csv->size + more + 1;
    char *text = realloc(csv->text, room);
    if (text == NULL) {
        return false;
    }
    csv->text = text;
    csv->text_room = room;
    return true;
}

static bool append(struct descent_csv *csv, int byte)
{
    if (!reserve(csv, 1)) {
        return false;
    }
    csv->text[csv->size++] = (char)byte;
    return true;
}

/* Appends the bytes up to the next one that is no mere text, as far as the buffer goes. */
static bool append_run(struct descent_csv *csv)
{
    size_t end = csv->at;
    while (end < csv->filled && csv->kinds[csv->buffer[end]] == TEXT) {
        end++;
    }
    size_t size = end - csv->at;
    if (!reserve(csv, size)) {
        return false;
    }
    memcpy(csv->text + csv->size, csv->buffer + csv->at, size);
    csv->size += size;
    csv->at = end;
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
    DESCENT_TRY(csv->dialect.separator == ';' ? descent_csv_read_point(csv) : DESCENT_OK);
    csv->fields++;
    return DESCENT_OK;
}

/* A separator: ends the field, and begins the next one. */
static descent_status separate(struct descent_csv *csv, enum state *state)
{
    DESCENT_TRY(end_field(csv, *state));
    *state = BEFORE;
    return begin_field(csv) ? DESCENT_OK : fail_memory(csv);
}

/* A byte between quotes. */
static descent_status put_quoted(struct descent_csv *csv, enum state *state, int byte)
{
    csv->next_line += byte == '\r' || (byte == '\n' && !csv->returned);
    csv->returned = byte == '\r';
    if (byte == '"') {
        *state = BEHIND;
        return DESCENT_OK;
    }
    return append(csv, byte) ? DESCENT_OK : fail_memory(csv);
}

static descent_status fail_more(const struct descent_csv *csv)
{
    return fail_at(csv, "expected the end of the field after a closing quote, found more text");
}

static descent_status put_quote(struct descent_csv *csv, enum state *state)
{
    if (*state == CLOSED) {
        return fail_more(csv);
    }
    if (*state == PLAIN) {
        return fail_at(csv, "expected quotes around the whole field, found one within it");
    }
    bool doubled = *state == BEHIND;
    *state = QUOTED;
    return !doubled || append(csv, '"') ? DESCENT_OK : fail_memory(csv);
}

/* A blank matters within a field, and where blanks separate fields. */
static descent_status put_blank(struct descent_csv *csv, enum state *state, int byte)
{
    if (*state == BEFORE) {
        return DESCENT_OK;
    }
    if (csv->dialect.separator == BLANKS) {
        return separate(csv, state);
    }
    if (*state == BEHIND || *state == CLOSED) {
        *state = CLOSED;
        return DESCENT_OK;
    }
    return append(csv, byte) ? DESCENT_OK : fail_memory(csv);
}

static descent_status put_text(struct descent_csv *csv, enum state *state)
{
    if (*state == BEHIND || *state == CLOSED) {
        return fail_more(csv);
    }
    *state = PLAIN;
    csv->at--;
    return append_run(csv) ? DESCENT_OK : fail_memory(csv);
}

/* The record ends; where blanks separate fields, none begins behind the last ones. */
static descent_status end_record(struct descent_csv *csv, enum state state)
{
    return state == BEFORE && csv->dialect.separator == BLANKS ? DESCENT_OK : end_field(csv, state);
}

/* One byte of a record that does not end it. */
static descent_status step(struct descent_csv *csv, enum state *state, int byte)
{
    if (byte == '\0') {
        return fail_at(csv, "expected text, found a NUL byte; text in UTF-16 is read where a byte "
                            "order mark says so");
    }
    if (*state == QUOTED) {
        return put_quoted(csv, state, byte);
    }
    switch (csv->kinds[byte]) {
    case SEPARATOR:
        return separate(csv, state);
    case QUOTE:
        return put_quote(csv, state);
    case BLANK:
        return put_blank(csv, state, byte);
    default:
        return put_text(csv, state);
    }
}

static descent_status check_length(const struct descent_csv *csv, enum state state)
{
    if (csv->length + csv->at <= DESCENT_CSV_RECORD_MAX) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: line %llu: expected at most %d bytes%s",
                        csv->reader.path, (unsigned long long)csv->line, DESCENT_CSV_RECORD_MAX,
                        state == QUOTED ? "; a quote may not be closed" : ", found more");
}

static descent_status begin_record(struct descent_csv *csv)
{
    csv->line = csv->next_line;
    csv->fields = 0;
    csv->size = 0;
    csv->length = (size_t)0 - csv->at; /* so that with `at` it is what has been read */
    return begin_field(csv) ? DESCENT_OK : fail_memory(csv);
}

static descent_status end_file(struct descent_csv *csv, enum state state)
{
    csv->ended = true;
    if (state == QUOTED && !csv->cut) {
        return fail_at(csv, "expected a closing quote, found the end of the file");
    }
    return end_record(csv, state);
}

/* A line feed behind a carriage return ends the same line. */
static descent_status end_line(struct descent_csv *csv, enum state state, int byte)
{
    DESCENT_TRY(check_length(csv, state));
    DESCENT_TRY(end_record(csv, state));
    csv->returned = byte == '\r';
    csv->next_line++;
    return DESCENT_OK;
}

/* Passes over the second byte of CR LF, behind the first. */
static void skip_feed(struct descent_csv *csv)
{
    csv->at += csv->buffer[csv->at] == '\n';
    csv->returned = false;
}

/* Fields of mere text with a separator behind each, as far as the buffer and the room for fields
 * go: most files consist of them. A field that is something else stays for the other functions. */
static bool read_plain_fields(struct descent_csv *csv)
{
    const unsigned char *bytes = csv->buffer;
    size_t at = csv->at;
    if (!reserve(csv, csv->filled - at)) { /* each separator becomes a NUL byte */
        return false;
    }
    while (csv->fields + 1 < csv->starts_room) {
        size_t end = csv->size;
        for (; at < csv->filled && csv->kinds[bytes[at]] == TEXT; at++) {
            csv->text[end++] = (char)bytes[at];
        }
        if (at == csv->filled || csv->kinds[bytes[at]] != SEPARATOR) {
            break;
        }
        csv->text[end++] = '\0';
        csv->size = end;
        csv->starts[++csv->fields] = (uint32_t)end;
        csv->at = ++at;
    }
    return true;
}

/* Reads up to the end of a line outside of quotes, or of the file. */
static descent_status read_record(struct descent_csv *csv)
{
    enum state state = BEFORE;
    DESCENT_TRY(begin_record(csv));
    while (true) {
        if (csv->at == csv->filled) {
            DESCENT_TRY(check_length(csv, state));
            DESCENT_TRY(descent_csv_refill(csv));
            if (csv->filled == 0) {
                return end_file(csv, state);
            }
        }
        if (csv->returned && state != QUOTED) {
            skip_feed(csv);
            continue;
        }
        if (state == BEFORE && csv->dialect.separator != ';' && !read_plain_fields(csv)) {
            return fail_memory(csv);
        }
        if (csv->at == csv->filled) {
            continue;
        }
        int byte = csv->buffer[csv->at++];
        enum kind kind = csv->kinds[byte];
        if (state != QUOTED && (kind == FEED || kind == RETURN)) {
            return end_line(csv, state, byte);
        }
        DESCENT_TRY(step(csv, &state, byte));
    }
}

/* Whether no field has any text. */
static bool is_empty(const struct descent_csv *csv)
{
    return csv->size == csv->fields;
}

descent_status descent_csv_next(struct descent_csv *csv, bool *more)
{
    *more = false;
    do {
        if (csv->ended) {
            return DESCENT_OK;
        }
        DESCENT_TRY(read_record(csv));
        csv->empty += is_empty(csv) && csv->fields > 1;
    } while (is_empty(csv));
    size_t last = csv->fields - 1;
    csv->fields -= csv->dialect.trailing && last > 0 && *descent_csv_field(csv, last) == '\0';
    *more = true;
    return DESCENT_OK;
}

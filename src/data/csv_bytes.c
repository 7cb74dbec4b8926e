/*
 * The bytes of a CSV file as UTF-8 (RFC 3629), out of UTF-16 (RFC 2781) where its byte order mark
 * says so, and the lines above the first record: comments, and the line sep=; that Excel reads.
 */
#include "base/fail.h"
#include "data/csv_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum encoding { UTF8, UTF16_LITTLE, UTF16_BIG };

/* Bytes of UTF-16 read at once: each two of them become at most three. */
enum { RAW = DESCENT_CSV_BUFFER / 4 };

static size_t put_utf8(unsigned char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (unsigned char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size; i-- > 1; code >>= 6) {
        to[i] = (unsigned char)(0x80 | (code & 0x3F));
    }
    to[0] = (unsigned char)(leads[size] | code);
    return size;
}

static descent_status fail_utf16(const struct descent_csv *csv, const char *found)
{
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected text in UTF-16, as its first two bytes say, found %s before "
                        "byte %llu",
                        csv->reader.path, found, (unsigned long long)csv->reader.position);
}

/* Adds a unit of UTF-16 to the buffer; the first half of a pair waits for the second. */
static descent_status put_unit(struct descent_csv *csv, uint16_t unit)
{
    bool second = unit >= 0xDC00 && unit <= 0xDFFF;
    if (second != (csv->high != 0)) {
        return fail_utf16(csv, "half of a surrogate pair");
    }
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        csv->high = unit;
        return DESCENT_OK;
    }
    uint32_t code = second ? 0x10000 + ((csv->high & 0x3FFu) << 10) + (unit & 0x3FFu) : unit;
    csv->high = 0;
    csv->filled += put_utf8(csv->buffer + csv->filled, code);
    return DESCENT_OK;
}

/* Until there is a character or the file ends: a chunk may hold half of one. */
static descent_status refill_utf16(struct descent_csv *csv)
{
    unsigned char raw[RAW];
    size_t got = sizeof raw;
    bool big = csv->encoding == UTF16_BIG;
    while (csv->filled == 0 && got > 0) {
        DESCENT_TRY(descent_reader_read_some(&csv->reader, raw, sizeof raw, &got));
        for (size_t i = 0; i + 1 < got; i += 2) {
            unsigned first = raw[i], second = raw[i + 1];
            DESCENT_TRY(put_unit(csv, (uint16_t)(big ? first << 8 | second : second << 8 | first)));
        }
        if (got % 2 != 0 || (got < sizeof raw && csv->high != 0)) {
            return fail_utf16(csv, "half of a character");
        }
    }
    return DESCENT_OK;
}

descent_status descent_csv_refill(struct descent_csv *csv)
{
    csv->length += csv->filled;
    csv->at = 0;
    csv->filled = 0;
    if (csv->sample) {
        return DESCENT_OK;
    }
    return csv->encoding == UTF8 ? descent_reader_read_some(&csv->reader, csv->buffer,
                                                            DESCENT_CSV_BUFFER, &csv->filled)
                                 : refill_utf16(csv);
}

/* Reads the byte order mark, if there is one, and the bytes behind it. */
static descent_status read_mark(struct descent_csv *csv)
{
    unsigned char *bytes = csv->buffer;
    size_t got = 0;
    DESCENT_TRY(descent_reader_read_some(&csv->reader, bytes, 2, &got));
    if (got == 2 &&
        ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF))) {
        csv->encoding = bytes[0] == 0xFF ? UTF16_LITTLE : UTF16_BIG;
        return descent_csv_refill(csv);
    }
    DESCENT_TRY(descent_reader_read_some(&csv->reader, bytes + got, DESCENT_CSV_BUFFER - got,
                                         &csv->filled));
    csv->filled += got;
    if (csv->filled >= 4 && memcmp(bytes, "PK\3\4", 4) == 0) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected text, found a ZIP archive, as workbooks of Excel are: "
                            "save the table as CSV",
                            csv->reader.path);
    }
    csv->at = csv->filled >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    return DESCENT_OK;
}

/* The bytes that are left to the front of the buffer, and as many more as it holds, so that there
 * is something to find the dialect from. */
static descent_status top_up(struct descent_csv *csv)
{
    size_t got = 0;
    size_t left = csv->filled - csv->at;
    if (csv->at < DESCENT_CSV_BUFFER / 2 || csv->encoding != UTF8) {
        return DESCENT_OK;
    }
    memmove(csv->buffer, csv->buffer + csv->at, left);
    csv->at = 0;
    csv->filled = left;
    DESCENT_TRY(descent_reader_read_some(&csv->reader, csv->buffer + left,
                                         DESCENT_CSV_BUFFER - left, &got));
    csv->filled += got;
    return DESCENT_OK;
}

/* The next byte, which stays the next one; 0 at the end. */
static descent_status peek(struct descent_csv *csv, unsigned char *byte)
{
    if (csv->at == csv->filled) {
        DESCENT_TRY(descent_csv_refill(csv));
    }
    *byte = csv->filled > 0 ? csv->buffer[csv->at] : 0;
    return DESCENT_OK;
}

/* Passes over a line's end. */
static descent_status skip_end(struct descent_csv *csv)
{
    unsigned char byte = 0;
    bool returned = csv->buffer[csv->at++] == '\r';
    csv->next_line++;
    DESCENT_TRY(peek(csv, &byte));
    csv->at += returned && byte == '\n';
    return DESCENT_OK;
}

static bool keep_byte(struct descent_csv *csv, size_t size, unsigned char byte)
{
    if (size + 1 >= csv->text_room) {
        size_t room = csv->text_room == 0 ? 4096 : 2 * csv->text_room;
        char *text = realloc(csv->text, room);
        if (text == NULL) {
            return false;
        }
        csv->text = text;
        csv->text_room = room;
    }
    csv->text[size] = (char)byte;
    csv->text[size + 1] = '\0';
    return true;
}

/* Passes over a line, whose first byte is in the buffer, and leaves it in csv->text, without its
 * end. */
static descent_status skip_line(struct descent_csv *csv)
{
    unsigned char byte = csv->buffer[csv->at];
    size_t size = 0;
    for (; byte != 0 && byte != '\n' && byte != '\r'; size++) {
        if (size == DESCENT_CSV_RECORD_MAX) {
            return descent_fail(
                DESCENT_ERROR_FORMAT, "%s: line %llu: expected at most %d bytes of comment",
                csv->reader.path, (unsigned long long)csv->next_line, DESCENT_CSV_RECORD_MAX);
        }
        if (!keep_byte(csv, size, byte)) {
            return descent_fail(DESCENT_ERROR_MEMORY, "%s: line %llu: no memory for the line",
                                csv->reader.path, (unsigned long long)csv->next_line);
        }
        csv->at++;
        DESCENT_TRY(peek(csv, &byte));
    }
    return byte != 0 ? skip_end(csv) : DESCENT_OK;
}

/* The line sep=X names the separator to programs that would not find it. */
static descent_status skip_separator_line(struct descent_csv *csv)
{
    const unsigned char *line = csv->buffer + csv->at;
    size_t size = csv->filled - csv->at;
    if (size < 6 || memcmp(line, "sep=", 4) != 0 || (line[5] != '\n' && line[5] != '\r')) {
        return DESCENT_OK;
    }
    if (csv->dialect.separator == 0 && strchr(",;\t|", line[4]) != NULL) {
        csv->dialect.separator = (char)line[4];
    }
    return skip_line(csv);
}

/* Whether a line that starts with # is a sample whose first field is one of Excel's errors. */
static bool starts_with_error(const struct descent_csv *csv)
{
    static const char *const errors[] = {"#N/A",    "#DIV/0!", "#NAME?", "#NULL!",
                                         "#VALUE!", "#NUM!",   "#REF!"};
    const char *line = (const char *)csv->buffer + csv->at;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        size_t size = strlen(errors[i]);
        if (csv->filled - csv->at > size && strncasecmp(line, errors[i], size) == 0) {
            return true;
        }
    }
    return false;
}

/* Passes over lines that are empty or start with #, and keeps the last of these. */
static descent_status skip_comments(struct descent_csv *csv)
{
    unsigned char byte = 0;
    DESCENT_TRY(peek(csv, &byte));
    while ((byte == '#' && !starts_with_error(csv)) || byte == '\n' || byte == '\r') {
        if (byte == '#') {
            DESCENT_TRY(skip_line(csv));
            free(csv->comment);
            csv->comment = csv->text;
            csv->text = NULL;
            csv->text_room = 0;
        } else {
            DESCENT_TRY(skip_end(csv));
        }
        DESCENT_TRY(peek(csv, &byte));
    }
    return DESCENT_OK;
}

descent_status descent_csv_begin_bytes(struct descent_csv *csv)
{
    csv->next_line = 1;
    csv->buffer = malloc(DESCENT_CSV_BUFFER);
    if (csv->buffer == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory to read it", csv->reader.path);
    }
    DESCENT_TRY(read_mark(csv));
    DESCENT_TRY(skip_separator_line(csv));
    DESCENT_TRY(skip_comments(csv));
    return top_up(csv);
}

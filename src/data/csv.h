/*
 * Reads tables in text record by record, plain or gzip, in memory that depends on the longest
 * record alone: CSV as RFC 4180 has it, and what programs write in its place. The bytes may be
 * UTF-8 or, with a byte order mark, UTF-16; lines end in LF, CR LF or CR; lines at the top that
 * start with # are comments. Where a semicolon separates fields, a comma in a number is its point.
 */
#ifndef DESCENT_CSV_H
#define DESCENT_CSV_H

#include "base/reader.h"

/* Bytes and fields that a record may have, and bytes that are looked at to find the dialect. */
enum {
    DESCENT_CSV_RECORD_MAX = 1 << 24,
    DESCENT_CSV_FIELDS_MAX = 1 << 20,
    DESCENT_CSV_BUFFER = 1 << 16
};

/* How a file separates its fields. */
struct descent_csv_dialect {
    char separator; /* ' ': any number of blanks and tabs; 0: not known yet */
    bool trailing;  /* one more stands at the end of lines, behind the last field */
    bool found;     /* whether all this is known from the file */
};

struct descent_csv {
    struct descent_reader reader;
    struct descent_csv_dialect dialect;
    unsigned char kinds[256]; /* what each byte means, by the dialect */
    uint64_t line;            /* on which the present record starts, from 1 */
    uint64_t next_line;       /* on which the next byte is */
    size_t empty;             /* records passed over so far since all of their fields are empty */
    uint64_t point_line; /* the first lines with a number that has a point, or a comma in its */
    uint64_t comma_line; /* place, where the dialect allows it; 0: none yet */
    size_t fields;       /* of the present record */
    char *text;          /* the fields one after another, each with a NUL byte behind it */
    uint32_t *starts;    /* [fields], where in text each begins */
    size_t size, text_room, starts_room;
    size_t length; /* bytes of the record before those in the buffer */
    char *comment; /* the last line of comment above the first record, without its end, or NULL */
    int encoding;  /* of the file's bytes */
    uint16_t high; /* the first half of a surrogate pair whose second is still to come, or 0 */
    bool returned; /* whether the byte before was a carriage return */
    bool ended;    /* whether the file ended with the present record */
    bool sample;   /* whether these are the first bytes of another reader, and no more */
    bool cut;      /* sample: whether more bytes follow on them */
    size_t at, filled;
    unsigned char *buffer; /* [DESCENT_CSV_BUFFER], of UTF-8 */
};

/* Opens a file; path must stay valid until it is closed. The dialect is found out from the first
 * records, within what is given of it. Errors: NOT_FOUND, IO, MEMORY, FORMAT (the separator is
 * doubtful, or the bytes are no text). The caller closes it after success only. */
descent_status descent_csv_open(struct descent_csv *csv, const char *path,
                                struct descent_csv_dialect dialect);

/* The same for plain bytes from a descriptor, which is closed with it, also on failure. */
descent_status descent_csv_take(struct descent_csv *csv, int file, const char *name,
                                struct descent_csv_dialect dialect);

void descent_csv_close(struct descent_csv *csv);

/* Reads the next record; those whose fields are all empty are passed over. more is false where
 * there is none. Errors: FORMAT (says line and column), IO, MEMORY. */
descent_status descent_csv_next(struct descent_csv *csv, bool *more);

/* Field i < fields, without blanks around it unless they were quoted; valid until the next record.
 */
static inline const char *descent_csv_field(const struct descent_csv *csv, size_t i)
{
    return csv->text + csv->starts[i];
}

/* A reader of no more than the bytes that another one has in its buffer, from its present place.
 * Its last record, the one with which `ended` is true, may be cut where `cut` is. It must be closed
 * before the other one, which stays as it is, goes on. */
void descent_csv_begin_sample(struct descent_csv *sample, const struct descent_csv *csv,
                              struct descent_csv_dialect dialect);

/* The same for csv->comment, which is not NULL, without the # unless that is a field. */
void descent_csv_begin_comment(struct descent_csv *sample, const struct descent_csv *csv);

#endif

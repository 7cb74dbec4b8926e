/*
 * Reads CSV files record by record, plain or gzip, in memory that depends on the longest record
 * alone.
 */
#ifndef DESCENT_CSV_H
#define DESCENT_CSV_H

#include "base/reader.h"

/* Bytes and fields that a record may have. */
enum { DESCENT_CSV_RECORD_MAX = 1 << 24, DESCENT_CSV_FIELDS_MAX = 1 << 20 };

struct descent_csv {
    struct descent_reader reader;
    uint64_t line;      /* on which the present record starts, from 1 */
    uint64_t next_line; /* on which the next byte is */
    size_t fields;      /* of the present record */
    char *text;         /* the fields one after another, each with a NUL byte behind it */
    uint32_t *starts;   /* [fields], where in text each begins */
    size_t size, text_room, starts_room;
    size_t length; /* bytes of the record read so far, as they are in the file */
    size_t at, filled;
    unsigned char buffer[1 << 15];
};

/* Opens a file; path must stay valid until it is closed. Errors: NOT_FOUND, IO, MEMORY. The caller
 * closes it after success only. */
descent_status descent_csv_open(struct descent_csv *csv, const char *path);

/* The same for plain bytes from a descriptor, which is closed with it, also on failure. */
descent_status descent_csv_take(struct descent_csv *csv, int file, const char *name);

void descent_csv_close(struct descent_csv *csv);

/* Reads the next record; empty lines are passed over. more is false where there is none. Errors:
 * FORMAT (says line and column), IO, MEMORY. */
descent_status descent_csv_next(struct descent_csv *csv, bool *more);

/* Field i < fields, without blanks around it unless they were quoted; valid until the next record.
 */
static inline const char *descent_csv_field(const struct descent_csv *csv, size_t i)
{
    return csv->text + csv->starts[i];
}

#endif

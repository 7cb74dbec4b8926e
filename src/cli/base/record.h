/*
 * Records: one description of a struct's members, from which follow a table for people, JSON for
 * programs, and CSV files, written and read.
 *
 *     struct point {
 *         size_t step;
 *         double rate, loss;
 *     };
 *
 *     static const struct record_field FIELDS[] = {
 *         {"step", RECORD_MEMBER(SIZE, struct point, step), .heading = "step"},
 *         {"learning_rate", RECORD_MEMBER(NUMBER, struct point, rate), .heading = "rate",
 *          .format = "%.3g"},
 *         {"loss", RECORD_MEMBER(NUMBER, struct point, loss)},
 *     };
 *     static const struct record POINT = RECORD(struct point, FIELDS);
 *
 * A field with a name stands in CSV and JSON, one with a heading in tables, in the order of the
 * description. What is absent (a number that is NaN, numbers that begin with one, a text that is
 * NULL) is an empty field in CSV, null in JSON, and "-" in a table.
 *
 * Where a heading depends on the run, or a prefix of the fields is wanted, copy the fields or the
 * record and change the copy.
 */
#ifndef DESCENT_CLI_RECORD_H
#define DESCENT_CLI_RECORD_H

#include "cli/base/cli.h"
#include "cli/base/text.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum record_type {
    RECORD_NUMBER,  /* double */
    RECORD_WHOLE,   /* the same, of a whole number */
    RECORD_COUNT,   /* uint64_t */
    RECORD_SIZE,    /* size_t */
    RECORD_TEXT,    /* const char *, borrowed */
    RECORD_CHARS,   /* char [], a text inside the struct */
    RECORD_NUMBERS, /* double [length]; JSON only */
    RECORD_SHAPE,   /* descent_shape: an array in JSON, "28 x 28" in tables; not in CSV */
    RECORD_JSON     /* json_t *, taken over by the object, which fails with NULL; JSON only */
};

/* Where a field stands, for those that do not stand everywhere. */
enum { RECORD_IN_CSV = 1, RECORD_IN_JSON = 2 };

struct record_field {
    const char *name; /* in CSV and JSON; NULL: in tables only */
    enum record_type type;
    size_t offset;
    const char *heading; /* in tables; NULL: not there */
    const char *format;  /* of a number in tables, as for printf; NULL: that of CSV */
    const char *csv;     /* of a number in CSV; NULL: "%.9g", which gives back the same float */
    /* In place of a format: how a number, or a row, reads in tables. */
    const char *(*text)(char text[TEXT_SIZE], double number);
    void (*cell)(char *text, size_t size, const void *row);
    size_t length;  /* of an array */
    unsigned where; /* RECORD_IN_CSV or RECORD_IN_JSON; 0: both */
    char align;     /* in tables, 'l' or 'r'; 0: texts left, numbers right */
    bool optional;  /* left out of a JSON object that does not have it, and of a table where no row
                       has it */
};

struct record {
    const struct record_field *fields;
    size_t count;
    size_t size; /* of the struct */
    bool grows;  /* a run may be adding a row to its file while that is read: a last line without
                    its end is not there yet */
};

#define RECORD_MEMBER(kind, holder, member)                                                        \
    .type = RECORD_##kind, .offset = offsetof(holder, member)
#define RECORD(holder, list)                                                                       \
    {                                                                                              \
        (list), sizeof(list) / sizeof(list)[0], sizeof(holder), false                              \
    }
#define RECORD_THAT_GROWS(holder, list)                                                            \
    {                                                                                              \
        (list), sizeof(list) / sizeof(list)[0], sizeof(holder), true                               \
    }

enum { RECORD_CELL_SIZE = 1024, RECORD_FIELDS_MAX = 192 };

/* Prints rows as a table, under their headings. */
enum exit_status record_print(const struct record *record, const void *rows, size_t count);

/* How many columns of the screen that table takes; 0 where memory is out. */
size_t record_width(const struct record *record, const void *rows, size_t count);

/* Writes a row's value as it stands in tables, or "-". */
void record_write_cell(char *text, size_t size, const struct record_field *field, const void *row);

/* A row as an object, rows as an array of objects. The caller owns the reference; NULL where memory
 * is out or a text is not UTF-8, which json_pack() and cli_print_json() pass on. */
json_t *record_json(const struct record *record, const void *row);
json_t *record_array(const struct record *record, const void *rows, size_t count);

/* json_real(), or null for what JSON has no number for. */
json_t *cli_json_number(double number);

/* The number of an object at a key, or NaN where there is none. */
double cli_json_read(const json_t *object, const char *key);

/* Add a value, which is taken over, to an array or an object. Where that fails, as it does for a
 * value that is NULL, the whole is dropped and becomes NULL, which json_pack() and cli_print_json()
 * pass on: nothing is left out in silence. */
void cli_json_append(json_t **array, json_t *value);
void cli_json_set(json_t **object, const char *key, json_t *value);

/* Prints an object on one line of stdout and drops the reference; NULL, which is what jansson makes
 * of text that is not UTF-8 and of missing memory, is reported as such. */
enum exit_status cli_print_json(json_t *object);

/* The same with fifteen digits of each number, as many as any decimal keeps in a double. */
enum exit_status cli_print_json_exact(json_t *object);

/* Prints the header of a CSV file, and rows below it. */
void record_write_header(FILE *out, const struct record *record);
void record_write_rows(FILE *out, const struct record *record, const void *rows, size_t count);

/* Prints a text as a field of CSV: in quotes where RFC 4180 asks for them; nothing for NULL. */
void record_write_text(FILE *out, const char *text);

/* A text file that is written whole or not at all: printed into memory first. */
struct text_file {
    const char *path; /* borrowed */
    FILE *out;        /* where to print */
    char *text;
    size_t size;
};

/* Opens for printing; on failure there is nothing to save. The struct stays where it is until then.
 */
enum exit_status text_file_open(struct text_file *file, const char *path);

/* Puts what was printed into the file, in place of what it held, and frees it. */
enum exit_status text_file_save(struct text_file *file);

/* Frees what was printed; the file stays as it was. */
void text_file_discard(struct text_file *file);

/* Writes a CSV file, whole or not at all. */
enum exit_status record_save(const struct record *record, const char *path, const void *rows,
                             size_t count);

/* The largest file that is read, in bytes, and rows of it, since a short one may take twenty times
 * as much in memory. More than eight million epochs: no run is that long. */
#define RECORD_FILE_LIMIT ((size_t)1 << 30)
enum { RECORD_ROWS_MAX = 1 << 23 };

/* Rows read from a CSV file; their texts point into it. Starts as {0}. */
struct record_rows {
    void *rows;
    size_t count;
    char *text;
};

/*
 * Reads a CSV file strictly: its header has the names of the record in their order, the first
 * `least` at the least, and each field is checked; what is not in the file is absent. kind is what
 * the file should be, such as "metrics"; check, if not NULL, is asked about each row, and answers
 * with what was expected or with NULL. On failure it reports file and line and returns FAILED. The
 * caller frees the rows in any case.
 */
enum exit_status record_load(struct record_rows *rows, const struct record *record, size_t least,
                             const char *path, const char *kind,
                             const char *(*check)(const void *row));

/* Frees what was read; zeroed rows are allowed. */
void record_free(struct record_rows *rows);

/*
 * CSV files to which a run adds rows, epoch by epoch: the first field is the epoch. A row is on the
 * disk before the checkpoint of its epoch is, and a resumed run cuts off the rows behind its
 * checkpoint: whenever a run is killed, each epoch ends up in the file once.
 */

/* Starts a file with the header, in place of any that is there. */
enum exit_status record_start(const struct record *record, const char *path);

/* Adds rows. */
enum exit_status record_append(const struct record *record, const char *path, const void *rows,
                               size_t count);

/* Waits until the disk has all rows of a file. */
enum exit_status record_sync(const char *path);

/* Cuts off the rows behind an epoch, and one that was left half-written; a file that is not there
 * is started. */
enum exit_status record_cut(const struct record *record, const char *path, const char *kind,
                            uint64_t epoch);

#endif

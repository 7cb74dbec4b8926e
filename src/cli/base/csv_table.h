/*
 * A file of figures: lines of fields with commas between, under a header that is known.
 */
#ifndef DESCENT_CLI_CSV_TABLE_H
#define DESCENT_CLI_CSV_TABLE_H

#include "cli/base/cli.h"

#include <stddef.h>

struct csv_table {
    const char *path; /* borrowed, for errors */
    const char *const *names;
    size_t columns; /* of the file */
    size_t rows;
    char *text;         /* the file, cut into fields */
    const char **cells; /* [rows × columns], into text */
};

/*
 * Reads a file strictly: the header, which has the given names, all of them or the first `least`,
 * and the number of fields in each line; fields are not quoted. kind is what the file should be,
 * such as "metrics". On failure it says file and line and returns FAILED. The caller frees the
 * table in any case.
 */
enum exit_status csv_load(struct csv_table *table, const char *path, const char *kind,
                          const char *const *names, size_t least, size_t columns);

/* The text of a field. */
const char *csv_text(const struct csv_table *table, size_t row, size_t column);

/* The number in a field, NaN if it is empty. FAILED after naming file, line and column if it holds
 * anything else. */
enum exit_status csv_number(const struct csv_table *table, size_t row, size_t column,
                            double *number);

/* FAILED after a line that begins with the file and the row's line. */
enum exit_status csv_failed(const struct csv_table *table, size_t row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Frees what was read; zeroed tables are allowed. */
void csv_free(struct csv_table *table);

#endif

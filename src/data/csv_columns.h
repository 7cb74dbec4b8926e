/*
 * What the columns of a CSV file are: whether its first line names them, and which hold the
 * answers.
 */
#ifndef DESCENT_CSV_COLUMNS_H
#define DESCENT_CSV_COLUMNS_H

#include "data/csv.h"

#include <descent/dataset.h>

/* Starts as {0}. */
struct descent_csv_columns {
    size_t count;
    size_t answers; /* how many columns hold labels or targets */
    struct descent_csv_dialect dialect;
    bool header;
    bool commented;            /* the header is the comment above the first record */
    char **names;              /* [count], or NULL without a header */
    size_t *answer;            /* [count], 1 + which answer a column is, or 0 for none */
    descent_column_kind *role; /* [count], IGNORED, KEPT, ANSWER, or NUMBERS for one of features,
                                  whatever these turn out to be */
    size_t features;           /* how many of the last there are */
};

/* What is expected where there is no number. */
#define DESCENT_EXPECTED_NUMBER "a finite number that fits a float"

/* Reads the first lines of a file for it; the caller frees the columns in any case. Errors: FORMAT,
 * INVALID (no such column), IO, MEMORY, NOT_FOUND. */
descent_status descent_csv_columns_load(struct descent_csv_columns *columns, const char *path,
                                        const descent_source *source);

/* The same for a file that is open, which then stands at its first record of data. Where `features`
 * is not 0, as many columns have no answers, and another number of features is an error: MISMATCH
 * (says both). */
descent_status descent_csv_columns_read(struct descent_csv_columns *columns,
                                        struct descent_csv *csv, const descent_source *source,
                                        size_t features);

/* The dialect that a source asks for. */
static inline struct descent_csv_dialect descent_csv_dialect_of(const descent_source *source)
{
    return (struct descent_csv_dialect){.separator = source->separator};
}

/* The same without looking for answers. */
descent_status descent_csv_columns_begin(struct descent_csv_columns *columns,
                                         struct descent_csv *csv, const descent_source *source,
                                         size_t features);

/* Makes those of the source's label_column, which is not NULL, the answers. Errors: INVALID (no
 * such column), MEMORY. */
descent_status descent_csv_columns_choose(struct descent_csv_columns *columns, const char *path,
                                          const descent_source *source);

/* Refuses a record with more or fewer fields. Error: FORMAT. */
descent_status descent_csv_columns_check(const struct descent_csv_columns *columns,
                                         const struct descent_csv *csv);

/* Fails for a column of the present record: "PATH: line 3, column 5 (width): expected …, found
 * "…"". */
descent_status descent_csv_columns_fail(const struct descent_csv_columns *columns,
                                        const struct descent_csv *csv, size_t column,
                                        const char *expected);

/* Reads a number of the present record; true and false, in any case, are 1 and 0. Error: FORMAT, as
 * above. */
descent_status descent_csv_columns_number(const struct descent_csv_columns *columns,
                                          const struct descent_csv *csv, size_t column,
                                          float *number);

/* Frees what the columns hold; zeroed ones are allowed. */
void descent_csv_columns_free(struct descent_csv_columns *columns);

#endif

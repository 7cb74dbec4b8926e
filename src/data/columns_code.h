/*
 * Makes features out of records, as known columns say.
 */
#ifndef DESCENT_COLUMNS_CODE_H
#define DESCENT_COLUMNS_CODE_H

#include "data/columns_private.h"
#include "data/csv_columns.h"

/* How the records of a file are coded; everything but the map is borrowed. Starts as {0}. */
struct descent_coding {
    const struct descent_csv_columns *file;
    const descent_columns *columns;
    descent_reading *reading;
    size_t *map; /* [columns of the file], as descent_columns_match() gives */
    descent_missing missing;
    bool divide; /* numbers by 255 */
};

/* Codes a record into features, [features of the columns], and counts it in the reading. Errors:
 * FORMAT (says line and column), MEMORY. */
descent_status descent_coding_apply(const struct descent_coding *coding,
                                    const struct descent_csv *csv, float *features);

#endif

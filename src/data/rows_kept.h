/*
 * Texts of columns that are carried beside the features of rows.
 */
#ifndef DESCENT_ROWS_KEPT_H
#define DESCENT_ROWS_KEPT_H

#include "data/csv_columns.h"

/* Starts as {0}. */
struct descent_kept {
    size_t count;
    size_t *columns; /* [count] */
    size_t texts;    /* count for each row of the last batch */
    size_t *starts;  /* [texts], where in text each begins */
    char *text;
    size_t size, text_room, starts_room;
};

/* Adds a column of the file, as descent_csv_each_column() wants it. Error: MEMORY. */
descent_status descent_kept_add(void *context, size_t column);

/* Forgets the last batch. */
void descent_kept_clear(struct descent_kept *kept);

/* Copies the texts of the next row. Error: MEMORY. */
descent_status descent_kept_take(struct descent_kept *kept, const struct descent_csv *csv);

/* Frees what is held; zeroed ones are allowed. */
void descent_kept_free(struct descent_kept *kept);

#endif

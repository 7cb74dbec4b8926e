/*
 * Columns of a CSV file as callers name them: by name, by number, or several in a list.
 */
#ifndef DESCENT_CSV_LIST_H
#define DESCENT_CSV_LIST_H

#include "data/csv_columns.h"

/* The column with that name, or with that number: 1 is the first, -1 the last. `what` says what it
 * is looked for. Error: INVALID (there is none, or several). */
descent_status descent_csv_find_column(const struct descent_csv_columns *columns, const char *path,
                                       const char *what, const char *text, size_t *column);

/* What is done with each column of a list. */
typedef descent_status descent_csv_use_column(void *context, size_t column);

/* Calls a function for each column of a list with commas, unless the whole is a name; list may be
 * NULL. Errors: as above, the function's, MEMORY. */
descent_status descent_csv_each_column(const struct descent_csv_columns *columns, const char *path,
                                       const char *what, const char *list,
                                       descent_csv_use_column *use, void *context);

/* Marks the columns of a list in marks, [count]. Errors: INVALID, MEMORY. */
descent_status descent_csv_mark_columns(const struct descent_csv_columns *columns, const char *path,
                                        const char *what, const char *list, bool *marks);

#endif

/*
 * Finds known columns in another file: by name, or where the one or the other has no names, by
 * place.
 */
#ifndef DESCENT_COLUMNS_MATCH_H
#define DESCENT_COLUMNS_MATCH_H

#include "data/columns_private.h"
#include "data/csv_columns.h"

/* Which known column each column of a file is: map, [count of the file], gets its number, or
 * SIZE_MAX for another one. The reading gets the names of these, and how columns were told apart.
 * Errors: MISMATCH (names the columns that are missing; or the number of fields fits nothing, or
 * fits several), MEMORY. */
descent_status descent_columns_match(size_t *map, descent_reading *reading,
                                     const descent_columns *columns,
                                     const struct descent_csv_columns *file, const char *path);

#endif

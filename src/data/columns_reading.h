/*
 * The record of what a reader meets in a CSV file, while it reads.
 */
#ifndef DESCENT_COLUMNS_READING_H
#define DESCENT_COLUMNS_READING_H

#include <descent/columns.h>

/* A record for `columns` columns (0: pixels), to be destroyed. Error: MEMORY. */
descent_status descent_reading_create(descent_reading **reading, size_t columns);
void descent_reading_destroy(descent_reading *reading);

/* Counts a missing value, or a word that is not known; the first of these is copied. Error: MEMORY.
 */
void descent_reading_miss(descent_reading *reading, size_t column);
descent_status descent_reading_unknown(descent_reading *reading, size_t column, const char *word);

/* Adds the name of a column that is passed over, as a copy. Error: MEMORY. */
descent_status descent_reading_pass(descent_reading *reading, const char *name);

#endif

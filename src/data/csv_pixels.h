/*
 * Whether the names of a CSV file's columns are those of pixels, as public files have them.
 */
#ifndef DESCENT_CSV_PIXELS_H
#define DESCENT_CSV_PIXELS_H

#include "data/csv_columns.h"

enum descent_csv_pixels {
    DESCENT_CSV_PIXELS_NONE,
    DESCENT_CSV_PIXELS_ORDERED, /* pixel0, pixel1, …, from 0 or 1, or 1x1, 1x2, …, row by row */
    DESCENT_CSV_PIXELS_SCRAMBLED /* such names in another order */
};

/* Of the columns of features. */
enum descent_csv_pixels descent_csv_find_pixels(const struct descent_csv_columns *columns);

/* Refuses pixels in another order, where all that is known is that they are pixels. Error:
 * MISMATCH.
 */
descent_status descent_csv_check_pixels(const struct descent_csv_columns *columns,
                                        const char *path);

#endif

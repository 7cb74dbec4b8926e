/*
 * What the parts of the CSV reader know of each other: bytes (csv_bytes.c), records (csv.c),
 * decimal commas (csv_point.c), and how fields are separated (csv_dialect.c).
 */
#ifndef DESCENT_CSV_PRIVATE_H
#define DESCENT_CSV_PRIVATE_H

#include "data/csv.h"

/* Opens the reader's file for a struct that is zeroed but for it: finds out how its characters are
 * encoded, and passes over what stands above the first record. Errors: FORMAT, IO, MEMORY. */
descent_status descent_csv_begin_bytes(struct descent_csv *csv);

/* Fills the buffer, from whose start all has been used; filled is 0 at the end of the file. Errors:
 * FORMAT (the bytes are not in the file's encoding, or damaged), IO. */
descent_status descent_csv_refill(struct descent_csv *csv);

/* Finds the dialect from the bytes in the buffer. Errors: FORMAT (several are possible), MEMORY. */
descent_status descent_csv_find_dialect(struct descent_csv *csv);

/* Sets the dialect, and what each byte means by it. */
void descent_csv_set_dialect(struct descent_csv *csv, struct descent_csv_dialect dialect);

/* Puts a point into the place of a decimal comma in the field that was read last. A file has one or
 * the other in its numbers: with both, either may separate thousands. Error: FORMAT (says where
 * each stands). */
descent_status descent_csv_read_point(struct descent_csv *csv);

#endif

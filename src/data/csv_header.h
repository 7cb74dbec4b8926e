/*
 * Whether the first line of a CSV file names its columns.
 */
#ifndef DESCENT_CSV_HEADER_H
#define DESCENT_CSV_HEADER_H

#include "data/csv.h"

#include <descent/dataset.h>

/* Names by which a column of labels or targets is known without being told. */
bool descent_csv_is_answer_name(const char *name);

/* Whether a field can only be text: neither a number nor a way to write that there is none. */
bool descent_csv_is_word(const char *field);

/* A whole number from 1 to count, or from −1 to −count at the right end, as an index. */
bool descent_csv_read_index(const char *text, size_t count, size_t *index);

/* Where the names of the columns are. */
enum descent_csv_names {
    DESCENT_CSV_NAMES_NONE,
    DESCENT_CSV_NAMES_FIRST,  /* in the first record */
    DESCENT_CSV_NAMES_COMMENT /* in the comment above it */
};

/* Looks for them from before the first record, which stays the next one. With as many fields as
 * features (0: unknown), none is a label. Errors: FORMAT (they are
 * doubtful, or a title stands there; says what to do), MEMORY. */
descent_status descent_csv_find_names(enum descent_csv_names *names, const struct descent_csv *csv,
                                      const descent_source *source, size_t features);

#endif

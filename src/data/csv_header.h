/*
 * Whether the first line of a CSV file names its columns.
 */
#ifndef DESCENT_CSV_HEADER_H
#define DESCENT_CSV_HEADER_H

#include "base/names.h"
#include "data/csv.h"

#include <descent/dataset.h>

/* Names by which a column of labels or targets is known without being told. */
bool descent_csv_is_answer_name(const char *name);

/* A whole number from 1 to count, or from −1 to −count at the right end, as an index. */
bool descent_csv_read_index(const char *text, size_t count, size_t *index);

/* Whether a list of columns, which may be NULL, has a name in it: not only numbers up to count. */
bool descent_csv_has_name(const char *list, size_t count);

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

/* Refuses labels [count] of which only the first one is a word that comes never again: the first
 * line may name the columns all the same. Errors: FORMAT, MEMORY. */
descent_status descent_csv_check_first_label(const int32_t *labels, size_t count,
                                             const struct descent_names *names, const char *path);

#endif

/*
 * Learns what the columns of a table are from the records of its training part.
 */
#ifndef DESCENT_COLUMNS_LEARN_H
#define DESCENT_COLUMNS_LEARN_H

#include "data/columns_private.h"
#include "data/csv_columns.h"

/* Of one column, so far. */
struct descent_column_lesson {
    bool forced; /* words, whatever they look like */
    size_t numbers, others, missing;
    size_t decorated; /* of the others, those that are numbers in another way */
    double sum;
    uint64_t number_line, other_line; /* where the first number and the first other text stand */
    uint64_t written_line;            /* and the first of those that are numbers in another way */
    char *number, *other, *written;   /* these texts */
    char **words;                     /* [count], sorted: the words, until there are too many */
    size_t count;
    bool crowded; /* there are too many, or one is too long */
};

/* Starts as {0}. */
struct descent_lessons {
    const struct descent_csv_columns *file; /* borrowed */
    const char *path;                       /* borrowed */
    descent_columns *columns;
    struct descent_column_lesson *lessons; /* [columns] */
};

/* Begins with a file whose columns are known; the caller frees the lessons in any case. Errors:
 * FORMAT (a name), INVALID (no such column in a list of the source), MEMORY. */
descent_status descent_lessons_begin(struct descent_lessons *lessons,
                                     const struct descent_csv_columns *file, const char *path,
                                     const descent_source *source);

/* Takes in a record. Errors: FORMAT (a number that fits no float), MEMORY. */
descent_status descent_lessons_take(struct descent_lessons *lessons, const struct descent_csv *csv);

/* Gives out the columns, to be destroyed. Errors: FORMAT (says which column is a mixture of numbers
 * and words, has numbers in another way or too many words, and what to do), MEMORY. */
descent_status descent_lessons_end(struct descent_lessons *lessons, descent_columns **columns);

/* Frees what is left; zeroed ones are allowed. */
void descent_lessons_free(struct descent_lessons *lessons);

#endif

/*
 * What columns are made of, for the files that learn, store and apply them.
 */
#ifndef DESCENT_COLUMNS_PRIVATE_H
#define DESCENT_COLUMNS_PRIVATE_H

#include <descent/columns.h>

/* Features that a table may have: as many as a checkpoint has room to describe; and bytes of all
 * their names. */
enum { DESCENT_COLUMNS_FEATURES_MAX = 1 << 19, DESCENT_COLUMNS_NAMES_MAX = 1 << 28 };

struct descent_columns {
    size_t count;
    bool named;
    descent_column *columns; /* [count], their texts owned */
    size_t features;
    char **feature_names; /* [features], or NULL before they are settled */
};

/* Columns of a kind each that is still to be set, without names. Error: MEMORY. */
descent_status descent_columns_allocate(descent_columns **columns, size_t count);

/* Sets a column's name, or adds a word to it, as a copy. Errors: FORMAT (no UTF-8, or too long;
 * `where` stands at the start of the line), MEMORY. */
descent_status descent_columns_set_name(descent_columns *columns, size_t i, const char *name,
                                        const char *where);
descent_status descent_columns_set_words(descent_columns *columns, size_t i,
                                         const char *const *words, size_t count, const char *where);

/* When kinds, words and flags are set: counts and names the features. Errors: FORMAT (none, or too
 * many; `where` as above), MEMORY. */
descent_status descent_columns_settle(descent_columns *columns, const char *where);

/* A copy of its own. Error: MEMORY. */
descent_status descent_columns_copy(descent_columns **copy, const descent_columns *columns);

/* Whether columns, which may be NULL, have one of that name (NULL: none) that makes features. */
bool descent_columns_need(const descent_columns *columns, const char *name);

/* Whether a column makes features. */
static inline bool descent_column_counts(const descent_column *column)
{
    return column->kind == DESCENT_COLUMN_NUMBERS || column->kind == DESCENT_COLUMN_WORDS;
}

/* The place of a word among those of a column, or its count where there is none. */
size_t descent_column_find(const descent_column *column, const char *word);

#endif

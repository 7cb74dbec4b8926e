/*
 * The columns of a table: what each is, and how it becomes numbers for a network. A CSV reader
 * learns them from the training part; stored with a model, they code every later file in the same
 * way. Every feature is finite, even where values are missing:
 *
 * - a column of numbers is one feature; missing values become the mean of the training part;
 * - a column of words is one-hot: a feature for each word of the training part, 1 where the row has
 *   it and 0 elsewhere; an unknown or missing word is 0 in all of them;
 * - if the training part has missing values in the column, a flag follows: 1 where the value is
 *   missing and 0 elsewhere.
 */
#ifndef DESCENT_COLUMNS_H
#define DESCENT_COLUMNS_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>

DESCENT_BEGIN

typedef struct descent_columns descent_columns;

typedef enum descent_column_kind {
    DESCENT_COLUMN_NUMBERS,
    DESCENT_COLUMN_WORDS,
    DESCENT_COLUMN_EMPTY,   /* no feature: the training part has no value in it */
    DESCENT_COLUMN_IGNORED, /* no feature, as the source says */
    DESCENT_COLUMN_KEPT,    /* likewise; its texts are kept next to predictions */
    DESCENT_COLUMN_ANSWER,  /* labels or targets */
    DESCENT_COLUMN_KINDS
} descent_column_kind;

/* Words that a column may have, and bytes that a name may have. */
enum { DESCENT_COLUMN_WORDS_MAX = 100, DESCENT_COLUMN_NAME_MAX = 1023 };

/* One column, borrowed from its descent_columns. */
typedef struct descent_column {
    const char *name; /* UTF-8; NULL: the table names none of its columns */
    descent_column_kind kind;
    size_t first;    /* its first feature, from 0 */
    size_t features; /* how many it makes, the flag included, which is the last; 0: none */
    bool flagged;
    float fill;               /* numbers: replaces a missing value */
    size_t count;             /* words: how many */
    const char *const *words; /* [count], sorted by their bytes; else NULL */
} descent_column;

/* Columns of the table, in the order of the training part's file. */
DESCENT_API size_t descent_columns_count(const descent_columns *columns);

/* Column i < count. */
DESCENT_API const descent_column *descent_columns_at(const descent_columns *columns, size_t i);

/* Whether the table names its columns; another file is then matched by these names. */
DESCENT_API bool descent_columns_named(const descent_columns *columns);

/* Number of features of all columns together, ≥ 1. */
DESCENT_API size_t descent_columns_features(const descent_columns *columns);

/* Their names, [features], borrowed: "age", "age missing", "colour=red". A column without a name is
 * called x and its number, from 1: "x3". */
DESCENT_API const char *const *descent_columns_feature_names(const descent_columns *columns);

/* "numbers", "words", "empty", "ignored", "kept" or "answer"; NULL for any other number. */
DESCENT_API const char *descent_column_kind_name(descent_column_kind kind);

/* Columns as a line of JSON, which the caller frees, and back, to be destroyed. Errors: FORMAT (not
 * such a line; says what was expected), MEMORY. */
DESCENT_API descent_status descent_columns_save(char **text, const descent_columns *columns);
DESCENT_API descent_status descent_columns_load(descent_columns **columns, const char *text);

/* Codes one row: fields are its texts, [count], in the order of the columns, without blanks around
 * them; those of columns without features are not looked at. A value is missing where its text is
 * NULL, "", "NA", "?" or another that a table's reader takes for one. Numbers have a decimal point;
 * "True" and "False" are 1 and 0. features gets [features] numbers: an unknown word is 0 in all of
 * its column's. Error: FORMAT (a text in a column of numbers is none, or not finite; names both).
 */
DESCENT_API descent_status descent_columns_code(const descent_columns *columns,
                                                const char *const *fields, float *features);

/* Frees columns; NULL is allowed. */
DESCENT_API void descent_columns_destroy(descent_columns *columns);

/* How the columns of a file were matched. */
typedef enum descent_match {
    DESCENT_MATCH_LEARNED, /* they are this file's own */
    DESCENT_MATCH_NAMES,   /* known columns were found by name */
    DESCENT_MATCH_PLACES   /* or by position: the file or the table has no names */
} descent_match;

/* What a reader found in one column. */
typedef struct descent_column_reading {
    size_t missing;      /* missing values */
    size_t unknown;      /* words that are not in the training part */
    const char *example; /* the first of these, or NULL */
} descent_column_reading;

/* What a reader found in one part of a CSV file, among the rows of that part. */
typedef struct descent_reading {
    bool header;        /* the first line names the columns */
    char separator;     /* between fields; ' ' stands for any number of blanks and tabs */
    bool decimal_comma; /* numbers have a decimal comma */
    size_t empty;       /* rows of the file skipped since all of their fields are empty */
    descent_match match;
    size_t rows;
    size_t incomplete;                     /* rows with a missing value in a feature's column */
    const descent_column_reading *columns; /* [count of the columns]; NULL: pixels */
    size_t passed_count;                   /* columns that the training part does not have */
    const char *const *passed;             /* [passed_count], their names */
} descent_reading;

DESCENT_END

#endif

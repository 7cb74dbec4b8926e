/*
 * What a data set is made of, for the files that make one.
 */
#ifndef DESCENT_DATASET_PRIVATE_H
#define DESCENT_DATASET_PRIVATE_H

#include "data/aside.h"

#include <descent/dataset.h>

/* Features, labels, targets. */
enum { DESCENT_DATASET_ARRAYS = 3 };

/* Sample i stands at row i of the arrays, or at row rows[i] where only some are chosen. */
struct descent_dataset {
    descent_shape shape;
    size_t features; /* product of the shape's sizes */
    size_t count;
    size_t whole;                    /* samples that a split was made of, or 0 */
    size_t classes;                  /* 0: targets */
    size_t outputs;                  /* 0: labels */
    size_t *class_counts;            /* [classes] */
    const char *const *class_names;  /* [classes] */
    const char *const *target_names; /* [outputs]; NULL: they have none */
    uint32_t *rows;                  /* [count], or NULL: all rows in order */
    const uint8_t *bytes;            /* rows of `features`; NULL: floats */
    const float *floats;
    const int32_t *labels; /* NULL: targets */
    const float *targets;  /* rows of `outputs` */
    bool pictures;
    bool validation;                /* whether the source's test part is one for validation */
    const uint32_t *places;         /* of rows among all of the source; NULL: as they stand */
    char *const *files;             /* of rows that have one each, or NULL */
    const descent_columns *columns; /* of a table, or NULL */
    const descent_reading *reading; /* of a CSV file, or NULL */
    struct {                        /* freed with the data set: what is not borrowed, or NULL */
        void *arrays[DESCENT_DATASET_ARRAYS];
        descent_columns *columns;
        descent_reading *reading;
        struct descent_aside *aside;
        uint32_t *places;
        char **files; /* [file_count] */
        size_t file_count;
    } owned;
};

/* The row of sample i. */
static inline size_t descent_dataset_row(const descent_dataset *dataset, size_t i)
{
    return dataset->rows != NULL ? dataset->rows[i] : i;
}

/* The features of sample i into to, [features]: bytes divided by 255, floats as they are. */
void descent_dataset_widen(const descent_dataset *dataset, size_t i, float *to);

/* A data set of `count` of the source's samples, which it borrows; its rows and class counts are
 * zero for the caller to fill in. Error: MEMORY. */
descent_status descent_dataset_choose(descent_dataset **dataset, const descent_dataset *source,
                                      size_t count);

/* Leaves the first so many of its samples, at most all. */
void descent_dataset_cut(descent_dataset *dataset, size_t count);

/* Bytes that a data set of these samples takes for its classes. */
size_t descent_dataset_table_size(const descent_samples *samples);

/* Hands the arrays of samples over to the data set, which frees them. */
void descent_dataset_own(descent_dataset *dataset, const descent_samples *samples);

/* Notes the places of those of `count` samples that are held, or are not. Error: MEMORY. */
descent_status descent_dataset_own_places(descent_dataset *dataset, const bool *held, size_t count,
                                          bool which);

/* Hands over the paths of all samples' files, [count]. */
void descent_dataset_own_files(descent_dataset *dataset, char **files, size_t count);

/* Frees both. */
void descent_dataset_free_places(descent_dataset *dataset);

/* Hands over what a CSV reader found out; both may be NULL. */
void descent_dataset_own_table(descent_dataset *dataset, descent_columns *columns,
                               descent_reading *reading);

#endif

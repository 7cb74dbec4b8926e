/*
 * What a data set is made of, for the files that make one.
 */
#ifndef DESCENT_DATASET_PRIVATE_H
#define DESCENT_DATASET_PRIVATE_H

#include <descent/dataset.h>
#include <stdbool.h>

/* Sample i stands at row i of pixels and labels, or at row rows[i] where only some are chosen. */
struct descent_dataset {
    descent_shape shape;
    size_t features; /* product of the shape's sizes */
    size_t count;
    size_t classes;
    size_t *class_counts;  /* [classes] */
    uint32_t *rows;        /* [count], or NULL: all rows in order */
    const uint8_t *pixels; /* rows of `features` bytes */
    const uint8_t *labels;
    uint8_t *owned_pixels; /* freed with the data set; NULL where borrowed */
    uint8_t *owned_labels;
};

/* The row of sample i in pixels and labels. */
static inline size_t descent_dataset_row(const descent_dataset *dataset, size_t i)
{
    return dataset->rows != NULL ? dataset->rows[i] : i;
}

/* A data set with room for its class counts and, if chosen, its rows, all zero, and without
 * samples. The caller fills these in and destroys it. Errors: INVALID (shape, count), MEMORY. */
descent_status descent_dataset_allocate(descent_dataset **dataset, const descent_shape *shape,
                                        size_t count, size_t classes, bool chosen);

#endif

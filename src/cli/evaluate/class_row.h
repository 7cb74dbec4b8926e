/*
 * The figures of one class, or of one label: a row of the table.
 */
#ifndef DESCENT_CLI_CLASS_ROW_H
#define DESCENT_CLI_CLASS_ROW_H

#include "cli/base/record.h"

/* Figures are NaN where nothing was divided by: no such sample, or no such prediction. */
struct class_row {
    const char *name;
    size_t samples; /* that it is true of */
    double precision;
    double recall;
    double f1;
};

extern const struct record CLASS_RECORD;

/* From the samples of a class, those that were predicted to be, and those that are both. */
struct class_row class_row_of(const char *name, size_t samples, size_t predictions, size_t correct);

/* The unweighted mean over rows; a figure that a row does not have does not count. */
struct class_row class_row_mean(const char *name, size_t samples, const struct class_row *rows,
                                size_t count);

#endif

/*
 * The figures of a run, one row an epoch, as metrics.csv holds them.
 */
#ifndef DESCENT_CLI_METRICS_H
#define DESCENT_CLI_METRICS_H

#include "cli/base/cli.h"

#include <stddef.h>

/* The columns, in the order of the file. Accuracies are fractions; samples and seconds count from
 * the start of the run. */
#define METRICS_COLUMN_MAP(X)                                                                      \
    X(EPOCH, "epoch")                                                                              \
    X(STEP, "step")                                                                                \
    X(SAMPLES, "samples")                                                                          \
    X(LEARNING_RATE, "learning_rate")                                                              \
    X(TRAIN_LOSS, "train_loss")                                                                    \
    X(TRAIN_ACCURACY, "train_accuracy")                                                            \
    X(VALIDATION_LOSS, "validation_loss")                                                          \
    X(VALIDATION_ACCURACY, "validation_accuracy")                                                  \
    X(GRADIENT_NORM, "gradient_norm")                                                              \
    X(SECONDS, "seconds")                                                                          \
    X(SAMPLES_PER_SECOND, "samples_per_second")                                                    \
    X(TRAIN_R2, "train_r2")                                                                        \
    X(TRAIN_RMSE, "train_rmse")                                                                    \
    X(VALIDATION_R2, "validation_r2")                                                              \
    X(VALIDATION_RMSE, "validation_rmse")

enum metrics_column {
#define METRICS_COLUMN_ENTRY(name, text) METRICS_##name,
    METRICS_COLUMN_MAP(METRICS_COLUMN_ENTRY)
#undef METRICS_COLUMN_ENTRY
        METRICS_COLUMNS
};

/* A run on classes has the columns before these; one on numbers has all, and no accuracies. */
enum { METRICS_COLUMNS_OF_CLASSES = METRICS_TRAIN_R2 };

/* The name of a column. */
const char *metrics_column_name(size_t column);

/* A file read: columns[c] holds `rows` numbers, NaN where the field is empty or
 * the file does not have the column. */
struct metrics {
    size_t rows;
    double *columns[METRICS_COLUMNS];
};

/* Reads a file strictly: the header, the number of fields and every number are checked. On failure
 * it says file and line and returns FAILED. The caller frees what was read. */
enum exit_status metrics_load(struct metrics *metrics, const char *path);

/* Frees the columns; zeroed metrics are allowed. */
void metrics_free(struct metrics *metrics);

#endif

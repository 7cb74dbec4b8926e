/*
 * The figures of a run, one row an epoch, as metrics.csv holds them.
 */
#ifndef DESCENT_CLI_METRICS_H
#define DESCENT_CLI_METRICS_H

#include "cli.h"

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
    X(SAMPLES_PER_SECOND, "samples_per_second")

enum metrics_column {
#define METRICS_COLUMN_ENTRY(name, text) METRICS_##name,
    METRICS_COLUMN_MAP(METRICS_COLUMN_ENTRY)
#undef METRICS_COLUMN_ENTRY
        METRICS_COLUMNS
};

/* A file read: columns[c] holds `rows` numbers, NaN where the field is empty. */
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

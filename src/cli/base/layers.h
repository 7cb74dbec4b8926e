/*
 * The figures of a network's layers, as layers.csv holds them: a row for each layer and epoch.
 */
#ifndef DESCENT_CLI_LAYERS_H
#define DESCENT_CLI_LAYERS_H

#include "cli/base/cli.h"

#include <stddef.h>
#include <stdint.h>

/* Layers count from 1. The gradient is that of the loss over all training samples, at the epoch's
 * end; weights include biases. */
#define LAYERS_COLUMN_MAP(X)                                                                       \
    X(EPOCH, "epoch")                                                                              \
    X(STEP, "step")                                                                                \
    X(LAYER, "layer")                                                                              \
    X(GRADIENT_NORM, "gradient_norm")                                                              \
    X(WEIGHT_NORM, "weight_norm")

enum layers_column {
#define LAYERS_COLUMN_ENTRY(name, text) LAYERS_##name,
    LAYERS_COLUMN_MAP(LAYERS_COLUMN_ENTRY)
#undef LAYERS_COLUMN_ENTRY
        LAYERS_COLUMNS
};

/* A file read: values[r][c], rows in the order of the file. */
struct layers {
    size_t rows;
    size_t layers; /* the highest number of one */
    double (*values)[LAYERS_COLUMNS];
};

/* Reads a file strictly. On failure it says file and line and returns FAILED; the caller frees what
 * was read. */
enum exit_status layers_load(struct layers *layers, const char *path);

/* Frees the rows; zeroed layers are allowed. */
void layers_free(struct layers *layers);

/* Starts, continues and cuts the file: see rows_file.h. */
enum exit_status layers_start(const char *path);
enum exit_status layers_append(const char *path, const double (*rows)[LAYERS_COLUMNS],
                               size_t count);
enum exit_status layers_cut(const char *path, uint64_t epoch);

#endif

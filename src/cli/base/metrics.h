/*
 * The figures of a run: one row an epoch, as metrics.csv holds them, and with --log-layers one a
 * layer and epoch, as layers.csv does.
 */
#ifndef DESCENT_CLI_METRICS_H
#define DESCENT_CLI_METRICS_H

#include "cli/base/record.h"

/* The columns, in the order of the file, with their kind of number and its format. Accuracies are
 * fractions; samples and seconds count from the start of the run. */
#define METRICS_COLUMN_MAP(X)                                                                      \
    X(EPOCH, "epoch", WHOLE, NULL)                                                                 \
    X(STEP, "step", WHOLE, NULL)                                                                   \
    X(SAMPLES, "samples", WHOLE, NULL)                                                             \
    X(LEARNING_RATE, "learning_rate", NUMBER, NULL)                                                \
    X(TRAIN_LOSS, "train_loss", NUMBER, NULL)                                                      \
    X(TRAIN_ACCURACY, "train_accuracy", NUMBER, NULL)                                              \
    X(VALIDATION_LOSS, "validation_loss", NUMBER, NULL)                                            \
    X(VALIDATION_ACCURACY, "validation_accuracy", NUMBER, NULL)                                    \
    X(GRADIENT_NORM, "gradient_norm", NUMBER, NULL)                                                \
    X(SECONDS, "seconds", NUMBER, "%.6f")                                                          \
    X(SAMPLES_PER_SECOND, "samples_per_second", WHOLE, NULL)                                       \
    X(TRAIN_R2, "train_r2", NUMBER, NULL)                                                          \
    X(TRAIN_RMSE, "train_rmse", NUMBER, NULL)                                                      \
    X(VALIDATION_R2, "validation_r2", NUMBER, NULL)                                                \
    X(VALIDATION_RMSE, "validation_rmse", NUMBER, NULL)                                            \
    X(TEST_LOSS, "test_loss", NUMBER, NULL)                                                        \
    X(TEST_ACCURACY, "test_accuracy", NUMBER, NULL)                                                \
    X(TEST_R2, "test_r2", NUMBER, NULL)                                                            \
    X(TEST_RMSE, "test_rmse", NUMBER, NULL)                                                        \
    X(SHARPNESS, "sharpness", NUMBER, NULL)                                                        \
    X(SHARPNESS_LIMIT, "sharpness_limit", NUMBER, NULL)                                            \
    X(NOISE_SCALE, "noise_scale", NUMBER, NULL)

enum metrics_column {
#define METRICS_COLUMN_ENTRY(id, name, kind, format) METRICS_##id,
    METRICS_COLUMN_MAP(METRICS_COLUMN_ENTRY)
#undef METRICS_COLUMN_ENTRY
        METRICS_COLUMNS
};

/* Which columns a file has. All have those before TRAIN_R2; a run on numbers has R² and RMSE as
 * well and no accuracies, one with --log-test the columns of the test samples, one with
 * --log-sharpness the largest eigenvalue of the loss's Hessian, and the one that the learning rate
 * of the last step allows, and one with --log-noise-scale the gradient noise scale of the epoch's
 * steps, in samples. */
struct metrics_form {
    bool regression, test, sharpness, noise;
};

/* One row: NaN where a figure does not exist. */
struct metrics_row {
    double values[METRICS_COLUMNS];
};

/* A file read: NaN where a field is empty or the file does not have the column. */
struct metrics {
    size_t rows;
    struct metrics_row *row;
};

/* Reads a file. On failure it reports file and line and returns FAILED. The caller frees what was
 * read. */
enum exit_status metrics_load(struct metrics *metrics, const char *path);

/* The row of the epoch whose weights a run keeps, as training chooses it: the lowest validation
 * loss after an epoch, the first of equals, or without any the last epoch; NULL before the first
 * has ended. */
const struct metrics_row *metrics_saved(const struct metrics *metrics);

/* Frees the rows; zeroed metrics are allowed. */
void metrics_free(struct metrics *metrics);

/* Starts, continues and cuts a file of that form: see record.h. *seconds gets the time of the last
 * row that stays, 0 if there is none. */
enum exit_status metrics_start(const char *path, struct metrics_form form);
enum exit_status metrics_append(const char *path, struct metrics_form form,
                                const struct metrics_row *row);
enum exit_status metrics_cut(const char *path, struct metrics_form form, uint64_t epoch,
                             double *seconds);

/* A layer at an epoch's end. The gradient is that of the loss over all training samples; weights
 * include biases. */
struct layers_row {
    double epoch, step;
    double layer; /* from 1 */
    double gradient_norm;
    double weight_norm;
};

/* A file read, rows in its order. */
struct layers {
    size_t rows;
    size_t layers; /* the highest number of one */
    struct layers_row *row;
};

/* The same for layers.csv, and what it is started, continued and cut with. */
enum exit_status layers_load(struct layers *layers, const char *path);
void layers_free(struct layers *layers);
extern const struct record LAYERS_RECORD;

#endif

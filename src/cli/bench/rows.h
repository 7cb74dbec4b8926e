/*
 * What a benchmark has found: a row for each network, batch and number of threads; as CSV and JSON.
 */
#ifndef DESCENT_CLI_BENCH_ROWS_H
#define DESCENT_CLI_BENCH_ROWS_H

#include "cli/base/cli.h"
#include "cli/base/csv_table.h"

#include <jansson.h>
#include <stddef.h>

/* Rates are medians over the repeats; ratios are medians of the ratios within each repeat. */
struct bench_row {
    const char *layers; /* texts are borrowed */
    const char *activation;
    const char *optimizer;
    const char *data; /* "random numbers" for a fixed batch of them */
    double batch;
    double threads; /* in force */
    double repeats;
    double samples_per_second; /* of training */
    double samples_per_second_min;
    double samples_per_second_max;
    double milliseconds; /* a step */
    double gflops;       /* of the products, at the speed of training */
    double bound;        /* samples a second of the products alone, by the best cut */
    const char *bound_cut;
    double bound_ratio; /* training over bound */
    double plain;       /* the same with plain weights, [out × in] */
    double plain_ratio;
    double unaugmented;   /* training on images as they are; NaN: it is what is measured */
    double augment_ratio; /* training over unaugmented */
    double peak_gflops;   /* of a large product on as many threads */
    double peak_ratio;    /* gflops over peak_gflops */
    double bytes;         /* of the trainer */
};

/* Writes rows as CSV, whole or not at all. */
enum exit_status bench_rows_save(const char *path, const struct bench_row *rows, size_t count);

/* Rows as an array of objects with the CSV's names; NULL where memory is out or a text is not
 * UTF-8. */
json_t *bench_rows_to_json(const struct bench_row *rows, size_t count);

/* Rows read from CSV; their texts point into the table. */
struct bench_file {
    struct csv_table table;
    struct bench_row *rows;
    size_t count;
};

/* On failure it says file and line and returns FAILED. The caller frees the file in any case. */
enum exit_status bench_file_load(struct bench_file *file, const char *path);
void bench_file_free(struct bench_file *file);

#endif

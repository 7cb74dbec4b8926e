/*
 * What a benchmark has found: a row for each network, batch and number of threads.
 */
#ifndef DESCENT_CLI_BENCH_ROWS_H
#define DESCENT_CLI_BENCH_ROWS_H

#include "cli/base/record.h"
#include "cli/plot/figure.h"

/* Rates are medians over the repeats; ratios are medians of the ratios within each repeat. */
struct bench_row {
    const char *layers; /* texts are borrowed */
    const char *activation;
    const char *optimizer;
    const char *data; /* "random numbers" for those */
    double batch;
    double threads; /* in force */
    double repeats;
    double samples_per_second; /* of training */
    double samples_per_second_min;
    double samples_per_second_max;
    double milliseconds; /* a step */
    double gflops;       /* of the products, at the speed of training */
    double peak_gflops;  /* of a large product on as many threads */
    double peak_ratio;   /* gflops over peak_gflops */
    double bound;        /* samples a second of the products alone, by the best cut */
    const char *bound_cut;
    double bound_ratio; /* training over bound */
    double plain;       /* the same with plain weights, [out × in] */
    double plain_ratio;
    double bytes;         /* of the trainer */
    double unaugmented;   /* training on images as they are; NaN: it is what is measured */
    double augment_ratio; /* training over unaugmented */
    double epoch_samples;
    double epoch_seconds;
    double deviation; /* the farther of the lowest and the highest rate from the median, as a share
                         of that; NaN where there is one alone */
    const char *busy; /* what other work on the machine has spoilt: "spread", "bound" or "peak";
                         NULL: nothing */
};

/* A row is spoilt where the highest rate is more than so many times the lowest, or where training
 * is more than so many times as fast as its matrix products alone, or as the peak. */
#define BENCH_SPREAD_MAX 1.25
#define BENCH_SHARE_MAX 1.1

/* The same in words, for whoever reads the mark; numbers become texts. */
#define BENCH_TEXT(number) BENCH_TEXT_OF(number)
#define BENCH_TEXT_OF(number) #number
#define BENCH_SPREAD BENCH_TEXT(BENCH_SPREAD_MAX)
#define BENCH_SHARE BENCH_TEXT(BENCH_SHARE_MAX)
#define BENCH_BUSY_HELP                                                                            \
    "marks a row that other work on the machine has spoilt: spread, the highest rate is "          \
    "over " BENCH_SPREAD " times the lowest; bound or peak, training is over " BENCH_SHARE         \
    " times as fast as its matrix products alone or as the peak, which cannot be"

/* verdict.c: fills in deviation and busy from the other figures. */
void bench_row_judge(struct bench_row *row);

/* Says which batch of one network is fastest, how much faster than others, and which cannot be told
 * apart from it; of at least one row, cut to size. */
void bench_fastest(char *text, size_t size, const struct bench_row *rows, size_t count);

/* The names of all figures, for CSV and JSON. */
extern const struct record BENCH_ROW;

/* Rows read from CSV. */
struct bench_file {
    struct record_rows read;
    const struct bench_row *rows;
    size_t count;
};

/* On failure it says file and line and returns FAILED. The caller frees the file in any case. */
enum exit_status bench_file_load(struct bench_file *file, const char *path);
void bench_file_free(struct bench_file *file);

/* The name of a panel on the command line, or NULL behind the last. */
const char *bench_curves_name(size_t i);

/*
 * Adds the panel of that name; none where there is not a number to draw. logarithmic: with a
 * logarithmic vertical axis even where it is linear otherwise. Text goes without what the solid
 * curves are compared with. On failure it says why and returns FAILED.
 */
enum exit_status bench_curves_add(struct figure *figure, const char *name,
                                  const struct bench_file *file, bool logarithmic);

/* What all curves have in common, such as "784-128-10, relu, sgd"; cut to size. */
void bench_curves_title(const struct bench_file *file, char *text, size_t size);

#endif

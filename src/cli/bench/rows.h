/*
 * What a benchmark has found: a row for each network, batch and number of threads.
 */
#ifndef DESCENT_CLI_BENCH_ROWS_H
#define DESCENT_CLI_BENCH_ROWS_H

#include "cli/base/record.h"
#include "cli/plot/figure.h"

#include <descent/engine.h>

/* Rates are medians over the repeats; ratios are medians of the ratios within each repeat. */
struct bench_row {
    const char *layers; /* texts are borrowed */
    const char *activation;
    const char *optimizer;
    const char *data; /* "random numbers" for those */
    const char *engine;
    const char *kernels; /* the engine's: the processor or the instructions that they are for */
    double batch;
    double threads;       /* in force */
    double threads_share; /* of the steps that several threads make where their number is left to
                             training, which makes the others on one; NaN: it was not */
    double repeats;
    double samples_per_second; /* of training */
    double samples_per_second_min;
    double samples_per_second_max;
    double milliseconds;     /* a step */
    double gflops;           /* of the products, at the speed of training */
    double peak_gflops;      /* of a large product of OpenBLAS's on as many threads */
    double peak_ratio;       /* gflops over peak_gflops */
    double fp32_peak_gflops; /* of multiply-adds in registers on as many threads */
    double fp32_peak_ratio;
    double bound; /* samples a second of OpenBLAS's products alone, by the best cut */
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
 * is more than so many times as fast as the matrix products that it is made of, or as the peak. */
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
    " times as fast as the matrix products that it is made of or as the peak, which cannot be"

/* verdict.c: fills in deviation and busy from the other figures. */
void bench_row_judge(struct bench_row *row);

/* Says which batch of one network is fastest, how much faster than others, and which cannot be told
 * apart from it; of at least one row, cut to size. */
void bench_fastest(char *text, size_t size, const struct bench_row *rows, size_t count);

/* Whether they are of several engines. */
bool bench_engines_differ(const struct bench_row *rows, size_t count);

/* Says how much faster the other engine is than that of the first row, which stands before it, and
 * whether to measure again; empty where there is one engine alone. */
void bench_compare_engines(char *text, size_t size, const struct bench_row *rows, size_t count);

/* Says how many of the steps training makes on several threads; empty where it was not asked. */
void bench_tell_shares(char *text, size_t size, const struct bench_row *rows, size_t count);

/* Says what to do about OpenBLAS's kernels of that name where they have older instructions than the
 * best of the processor; empty where they have them. chosen: the environment asks for them. */
void bench_advise_kernels(char *text, size_t size, const char *kernels, descent_instruction_set set,
                          descent_instruction_set best, bool chosen);

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

/*
 * What the rows of a benchmark say: which of them other work on the machine has spoilt, and which
 * batch is fastest.
 */
#include "cli/bench/rows.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>

/* The batch that train takes, with which others are compared, and how many rows are named. */
enum { COMMON_BATCH = 32, NAMED_MAX = 3 };

void bench_row_judge(struct bench_row *row)
{
    double low = row->samples_per_second_min, high = row->samples_per_second_max;
    double rate = row->samples_per_second;
    row->deviation = row->repeats > 1.0 ? fmax(high - rate, rate - low) / rate : (double)NAN;
    row->busy = high > BENCH_SPREAD_MAX * low        ? "spread"
                : row->bound_ratio > BENCH_SHARE_MAX ? "bound"
                : row->peak_ratio > BENCH_SHARE_MAX  ? "peak"
                                                     : NULL;
}

/* The fastest of a batch, or of all for batch 0; NULL where there is none. Other work on the
 * machine only slows down: a row that it has spoilt may well be the fastest. */
static const struct bench_row *find_fastest(const struct bench_row *rows, size_t count,
                                            double batch)
{
    const struct bench_row *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct bench_row *row = &rows[i];
        if ((batch == 0.0 || row->batch == batch) &&
            (best == NULL || row->samples_per_second > best->samples_per_second)) {
            best = row;
        }
    }
    return best;
}

/* The batch to compare with: train's own, or where that is the fastest or not there the least. */
static double choose_reference(const struct bench_row *rows, size_t count, double fastest)
{
    double least = rows[0].batch;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].batch == COMMON_BATCH && fastest != COMMON_BATCH) {
            return COMMON_BATCH;
        }
        least = fmin(least, rows[i].batch);
    }
    return least;
}

/* "batch 32", and where numbers of threads differ "batch 32 on 2 threads". */
static void name_row(char *text, size_t size, const struct bench_row *row, bool threads)
{
    text_append(text, size, "batch %.0f", row->batch);
    if (threads) {
        text_append(text, size, " on %.0f thread%s", row->threads, row->threads == 1.0 ? "" : "s");
    }
}

static bool threads_differ(const struct bench_row *rows, size_t count)
{
    bool differ = false;
    for (size_t i = 1; i < count; i++) {
        differ = differ || rows[i].threads != rows[0].threads;
    }
    return differ;
}

static void append_ratio(char *text, size_t size, double over, double under)
{
    text_append(text, size, over / under < 9.95 ? "%.1f" : "%.0f", over / under);
}

/* ", 1.9 times batch 32's (1.7 to 2.1)": by the medians, and by the ends of both ranges. */
static void compare(char *text, size_t size, const struct bench_row *fastest,
                    const struct bench_row *other)
{
    text_append(text, size, ", ");
    append_ratio(text, size, fastest->samples_per_second, other->samples_per_second);
    text_append(text, size, " times batch %.0f's (", other->batch);
    append_ratio(text, size, fastest->samples_per_second_min, other->samples_per_second_max);
    text_append(text, size, " to ");
    append_ratio(text, size, fastest->samples_per_second_max, other->samples_per_second_min);
    text_append(text, size, ")");
}

/* The others whose range reaches into that of the fastest. */
static void name_rivals(char *text, size_t size, const struct bench_row *rows, size_t count,
                        const struct bench_row *fastest)
{
    size_t rivals = 0;
    for (size_t i = 0; i < count; i++) {
        if (&rows[i] != fastest &&
            rows[i].samples_per_second_max >= fastest->samples_per_second_min &&
            ++rivals <= NAMED_MAX) {
            text_append(text, size, "%s", rivals == 1 ? "; not told apart from it: " : ", ");
            name_row(text, size, &rows[i], threads_differ(rows, count));
        }
    }
    if (rivals > NAMED_MAX) {
        text_append(text, size, " and %zu more", rivals - NAMED_MAX);
    }
}

void bench_fastest(char *text, size_t size, const struct bench_row *rows, size_t count)
{
    const struct bench_row *fastest = find_fastest(rows, count, 0.0);
    const struct bench_row *other =
        find_fastest(rows, count, choose_reference(rows, count, fastest->batch));
    char rate[TEXT_SIZE];
    text[0] = '\0';
    name_row(text, size, fastest, threads_differ(rows, count));
    text_append(text, size, ", %s samples/s", text_whole(rate, fastest->samples_per_second));
    if (other->batch != fastest->batch) {
        compare(text, size, fastest, other);
    }
    name_rivals(text, size, rows, count, fastest);
    if (fastest->busy != NULL) {
        text_append(text, size, "; measure again when the machine is not busy");
    }
}

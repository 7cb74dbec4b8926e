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

/* What its products can reach: those of OpenBLAS, or any at all. The bound is OpenBLAS's. */
static const char *find_impossible(const struct bench_row *row)
{
    bool blas = text_same(row->engine, descent_engine_name(DESCENT_ENGINE_BLAS));
    return blas && row->bound_ratio > BENCH_SHARE_MAX ? "bound"
           : (blas && row->peak_ratio > BENCH_SHARE_MAX) || row->fp32_peak_ratio > BENCH_SHARE_MAX
               ? "peak"
               : NULL;
}

void bench_row_judge(struct bench_row *row)
{
    double low = row->samples_per_second_min, high = row->samples_per_second_max;
    double rate = row->samples_per_second;
    row->deviation = row->repeats > 1.0 ? fmax(high - rate, rate - low) / rate : (double)NAN;
    row->busy = high > BENCH_SPREAD_MAX * low ? "spread" : find_impossible(row);
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

static bool threads_differ(const struct bench_row *rows, size_t count)
{
    bool differ = false;
    for (size_t i = 1; i < count; i++) {
        differ = differ || rows[i].threads != rows[0].threads;
    }
    return differ;
}

bool bench_engines_differ(const struct bench_row *rows, size_t count)
{
    bool differ = false;
    for (size_t i = 1; i < count; i++) {
        differ = differ || !text_same(rows[i].engine, rows[0].engine);
    }
    return differ;
}

/* "batch 32", and what differs between the rows: "batch 32 on 2 threads by packed". */
static void name_row(char *text, size_t size, const struct bench_row *row,
                     const struct bench_row *rows, size_t count)
{
    text_append(text, size, "batch %.0f", row->batch);
    if (threads_differ(rows, count)) {
        text_append(text, size, " on %.0f thread%s", row->threads, row->threads == 1.0 ? "" : "s");
    }
    if (bench_engines_differ(rows, count)) {
        text_append(text, size, " by %s", row->engine);
    }
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
            name_row(text, size, &rows[i], rows, count);
        }
    }
    if (rivals > NAMED_MAX) {
        text_append(text, size, " and %zu more", rivals - NAMED_MAX);
    }
}

static void advise_again(char *text, size_t size, bool busy)
{
    if (busy) {
        text_append(text, size, "; measure again when the machine is not busy");
    }
}

void bench_fastest(char *text, size_t size, const struct bench_row *rows, size_t count)
{
    const struct bench_row *fastest = find_fastest(rows, count, 0.0);
    const struct bench_row *other =
        find_fastest(rows, count, choose_reference(rows, count, fastest->batch));
    char rate[TEXT_SIZE];
    text[0] = '\0';
    name_row(text, size, fastest, rows, count);
    text_append(text, size, ", %s samples/s", text_whole(rate, fastest->samples_per_second));
    if (other->batch != fastest->batch) {
        compare(text, size, fastest, other);
    }
    name_rivals(text, size, rows, count, fastest);
    advise_again(text, size, fastest->busy != NULL);
}

/* "1.21", or where the two differ "0.95 to 1.40". */
static void append_range(char *text, size_t size, int digits, double low, double high)
{
    char ends[2][TEXT_SIZE];
    snprintf(ends[0], TEXT_SIZE, "%.*f", digits, low);
    snprintf(ends[1], TEXT_SIZE, "%.*f", digits, high);
    bool same = text_same(ends[0], ends[1]);
    text_append(text, size, "%s%s%s", ends[0], same ? "" : " to ", same ? "" : ends[1]);
}

void bench_compare_engines(char *text, size_t size, const struct bench_row *rows, size_t count)
{
    const struct bench_row *first = &rows[0], *other = NULL;
    double low = HUGE_VAL, high = 0.0;
    bool busy = false;
    for (size_t i = 0; i < count; i++) {
        busy = busy || rows[i].busy != NULL;
        if (text_same(rows[i].engine, rows[0].engine)) {
            first = &rows[i];
        } else {
            other = &rows[i];
            low = fmin(low, other->samples_per_second / first->samples_per_second);
            high = fmax(high, other->samples_per_second / first->samples_per_second);
        }
    }
    text[0] = '\0';
    if (other != NULL) {
        text_append(text, size, "%s is ", other->engine);
        append_range(text, size, 2, low, high);
        text_append(text, size, " times as fast as %s", first->engine);
        advise_again(text, size, busy);
    }
}

void bench_tell_shares(char *text, size_t size, const struct bench_row *rows, size_t count)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, rows[i].threads_share);
        high = fmax(high, rows[i].threads_share);
    }
    text[0] = '\0';
    if (low <= high) {
        text_append(text, size, "left to choose, training makes ");
        append_range(text, size, 0, 100.0 * low, 100.0 * high);
        text_append(text, size,
                    " %% of the steps on several threads: few where a step is small "
                    "or other work holds threads up");
    }
}

void bench_advise_kernels(char *text, size_t size, const char *kernels, descent_instruction_set set,
                          descent_instruction_set best, bool chosen)
{
    text[0] = '\0';
    if (set < best) {
        text_append(text, size,
                    "OpenBLAS computes with its %s kernels, which do not use the "
                    "processor's %s: ",
                    kernels, descent_instruction_set_name(best));
        text_append(text, size,
                    chosen ? "unset OPENBLAS_CORETYPE" : "a newer OpenBLAS may have faster ones");
    }
}

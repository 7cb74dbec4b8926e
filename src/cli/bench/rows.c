/*
 * The description of a row, and rows read back for plot.
 */
#include "cli/bench/rows.h"

#include <math.h>
#include <stdio.h>

static const char *megabytes(char text[TEXT_SIZE], double bytes)
{
    snprintf(text, TEXT_SIZE, "%.1f MB", bytes / 1e6);
    return text;
}

#define AT(kind, member) RECORD_MEMBER(kind, struct bench_row, member)
#define NUMBER(member) AT(NUMBER, member), .csv = "%.6g"

static const struct record_field fields[] = {
    {"layers", AT(TEXT, layers)},
    {"activation", AT(TEXT, activation)},
    {"optimizer", AT(TEXT, optimizer)},
    {"data", AT(TEXT, data)},
    {"batch", AT(WHOLE, batch), .heading = "batch", .format = "%.0f"},
    {"threads", AT(WHOLE, threads), .heading = "threads", .format = "%.0f"},
    {"repeats", AT(WHOLE, repeats)},
    {"samples_per_second", NUMBER(samples_per_second), .heading = "samples/s", .text = text_whole},
    {"samples_per_second_min", NUMBER(samples_per_second_min), .heading = "lowest",
     .text = text_whole},
    {"samples_per_second_max", NUMBER(samples_per_second_max), .heading = "highest",
     .text = text_whole},
    {"milliseconds_per_step", NUMBER(milliseconds), .heading = "ms/step", .format = "%.4g"},
    {"gflops", NUMBER(gflops), .heading = "GFLOP/s", .format = "%.1f"},
    {"peak_gflops", NUMBER(peak_gflops)},
    {"peak_ratio", NUMBER(peak_ratio), .heading = "of peak", .format = "%.2f"},
    {"bound_ratio", NUMBER(bound_ratio), .heading = "of bound", .format = "%.2f"},
    {"bound_samples_per_second", NUMBER(bound), .heading = "bound", .text = text_whole},
    {"bound_cut", AT(TEXT, bound_cut), .heading = "best cut"},
    {"plain_samples_per_second", NUMBER(plain)},
    {"plain_ratio", NUMBER(plain_ratio), .heading = "of plain", .format = "%.2f"},
    {"bytes", AT(WHOLE, bytes), .heading = "memory", .text = megabytes},
    {"unaugmented_samples_per_second", NUMBER(unaugmented)},
    {"augment_ratio", NUMBER(augment_ratio)},
    {NULL, NUMBER(unaugmented), .heading = "unaugmented", .text = text_whole, .optional = true},
    {NULL, NUMBER(augment_ratio), .heading = "of that", .format = "%.2f", .optional = true},
};

const struct record BENCH_ROW = RECORD(struct bench_row, fields);

static const char *check(const void *row)
{
    double batch = ((const struct bench_row *)row)->batch;
    return batch >= 1.0 && isfinite(batch) ? NULL : "a batch of at least 1";
}

enum exit_status bench_file_load(struct bench_file *file, const char *path)
{
    CLI_TRY(record_load(&file->read, &BENCH_ROW, BENCH_ROW.count, path, "bench", check));
    file->rows = file->read.rows;
    file->count = file->read.count;
    return file->count > 0 ? DONE : cli_failed("%s: no rows, nothing to draw", path);
}

void bench_file_free(struct bench_file *file)
{
    record_free(&file->read);
    *file = (struct bench_file){0};
}

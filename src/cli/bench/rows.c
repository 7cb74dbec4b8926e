/*
 * The description of a row, and rows read back for plot.
 */
#include "cli/bench/rows.h"

#include <math.h>

#define AT(kind, member) RECORD_MEMBER(kind, struct bench_row, member)
#define NUMBER(member) AT(NUMBER, member), .csv = "%.6g"

static const struct record_field fields[] = {
    {"layers", AT(TEXT, layers)},
    {"activation", AT(TEXT, activation)},
    {"optimizer", AT(TEXT, optimizer)},
    {"data", AT(TEXT, data)},
    {"batch", AT(WHOLE, batch)},
    {"threads", AT(WHOLE, threads)},
    {"repeats", AT(WHOLE, repeats)},
    {"samples_per_second", NUMBER(samples_per_second)},
    {"samples_per_second_min", NUMBER(samples_per_second_min)},
    {"samples_per_second_max", NUMBER(samples_per_second_max)},
    {"milliseconds_per_step", NUMBER(milliseconds)},
    {"gflops", NUMBER(gflops)},
    {"peak_gflops", NUMBER(peak_gflops)},
    {"peak_ratio", NUMBER(peak_ratio)},
    {"bound_ratio", NUMBER(bound_ratio)},
    {"bound_samples_per_second", NUMBER(bound)},
    {"bound_cut", AT(TEXT, bound_cut)},
    {"plain_samples_per_second", NUMBER(plain)},
    {"plain_ratio", NUMBER(plain_ratio)},
    {"bytes", AT(WHOLE, bytes)},
    {"unaugmented_samples_per_second", NUMBER(unaugmented)},
    {"augment_ratio", NUMBER(augment_ratio)},
    {"epoch_samples", AT(WHOLE, epoch_samples)},
    {"seconds_per_epoch", NUMBER(epoch_seconds)},
    {"busy", AT(TEXT, busy)},
    {"engine", AT(TEXT, engine)},
    {"kernels", AT(TEXT, kernels)},
    {"threads_share", NUMBER(threads_share)},
    {"fp32_peak_gflops", NUMBER(fp32_peak_gflops)},
    {"fp32_peak_ratio", NUMBER(fp32_peak_ratio)},
};

/* Those that were there from the beginning. */
enum { FIELDS_LEAST = 22 };

const struct record BENCH_ROW = RECORD(struct bench_row, fields);

static const char *check(const void *row)
{
    double batch = ((const struct bench_row *)row)->batch;
    return batch >= 1.0 && isfinite(batch) ? NULL : "a batch of at least 1";
}

/* What a file says of busy machines follows from its figures, also where it does not say it. A file
 * that names no engine is from the time when there was one. */
enum exit_status bench_file_load(struct bench_file *file, const char *path)
{
    CLI_TRY(record_load(&file->read, &BENCH_ROW, FIELDS_LEAST, path, "bench", check));
    struct bench_row *rows = file->read.rows;
    for (size_t i = 0; i < file->read.count; i++) {
        if (rows[i].engine == NULL) {
            rows[i].engine = descent_engine_name(DESCENT_ENGINE_BLAS);
        }
        bench_row_judge(&rows[i]);
    }
    file->rows = rows;
    file->count = file->read.count;
    return file->count > 0 ? DONE : cli_failed("%s: no rows, nothing to draw", path);
}

void bench_file_free(struct bench_file *file)
{
    record_free(&file->read);
    *file = (struct bench_file){0};
}

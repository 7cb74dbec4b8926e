/*
 * How fast the machine multiplies and adds at most, and how fast OpenBLAS does in a large product.
 */
#include "cli/base/progress.h"
#include "cli/bench/bench.h"

#include <descent/bench.h>
#include <descent/descent.h>

#include <math.h>

/* Some floating-point operations; adds their number. */
typedef descent_status work(void *context, double *operations);

/* The best rate of a few runs, in GFLOP/s: other work on the machine only slows down. */
static descent_status measure(double *gflops, work *run, void *context, int runs, double seconds)
{
    double begin = progress_clock();
    double end = begin;
    for (int i = 0; i < runs && (i == 0 || end - begin < seconds); i++) {
        double operations = 0.0, start = progress_clock();
        LIBRARY_TRY(run(context, &operations));
        end = progress_clock();
        *gflops = fmax(*gflops, 1e-9 * operations / fmax(end - start, 1e-9));
    }
    return DESCENT_OK;
}

static descent_status multiply_add(void *threads, double *operations)
{
    return descent_bench_multiply_add(operations, *(const int *)threads);
}

static descent_status multiply(void *bench, double *operations)
{
    *operations = descent_bench_operations(bench);
    return descent_bench_step(bench, DESCENT_BENCH_CUT_SAMPLES);
}

static descent_status measure_product(struct bench_peak *peak, double seconds)
{
    enum { SIZE = 1536, RUNS = 10 };
    const descent_model_config config = {.layers = 1, .sizes = {SIZE, SIZE}};
    size_t batch = (size_t)SIZE * (size_t)peak->threads;
    descent_model *model = NULL;
    descent_bench *bench = NULL;
    descent_status status = descent_model_create(&model, &config);
    status =
        status == DESCENT_OK ? descent_bench_create(&bench, model, batch, peak->threads) : status;
    status =
        status == DESCENT_OK ? measure(&peak->product, multiply, bench, RUNS, seconds) : status;
    descent_bench_destroy(bench);
    descent_model_destroy(model);
    return status;
}

enum exit_status bench_measure_peak(struct bench_peak *peak, double seconds)
{
    enum { RUNS = 100 }; /* of a millisecond */
    CLI_TRY_LIBRARY(
        measure(&peak->multiply_add, multiply_add, &peak->threads, RUNS, seconds / 4.0));
    return cli_library(measure_product(peak, seconds));
}

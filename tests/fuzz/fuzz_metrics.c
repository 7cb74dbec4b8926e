/*
 * Fuzz target: any file in the place of a run's metrics.csv or layers.csv, read as plot reads it
 * and cut as a run that goes on cuts it. What is read has epochs, and what was cut can be read.
 */
#include "quiet.h"

#include "cli/base/metrics.h"

#include <math.h>

static void check_load(const char *path)
{
    struct metrics metrics = {0};
    if (metrics_load(&metrics, path) == DONE) {
        for (size_t i = 0; i < metrics.rows; i++) {
            fuzz_check(isfinite(metrics.row[i].values[METRICS_EPOCH]));
        }
        const struct metrics_row *best = metrics_saved(&metrics);
        fuzz_check(best == NULL || (best >= metrics.row && best < metrics.row + metrics.rows));
    }
    metrics_free(&metrics);
}

static void check_layers(const char *path)
{
    struct layers layers = {0};
    if (layers_load(&layers, path) == DONE) {
        for (size_t i = 0; i < layers.rows; i++) {
            fuzz_check(layers.row[i].layer <= (double)layers.layers);
        }
    }
    layers_free(&layers);
}

static void check_cut(const char *path)
{
    double seconds = 0.0;
    struct metrics metrics = {0};
    if (metrics_cut(path, (struct metrics_form){.test = true}, 2, &seconds) == DONE) {
        fuzz_check(metrics_load(&metrics, path) == DONE);
    }
    metrics_free(&metrics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[512];
    fuzz_quiet();
    snprintf(path, sizeof path, "%s", fuzz_file(data, size));
    check_load(path);
    check_layers(path);
    check_cut(path);
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    static const struct metrics_form forms[] = {
        {.test = true}, {.regression = true}, {.sharpness = true, .noise = true}};
    if (number == 3) {
        static const char layers[] = "epoch,step,layer,gradient_norm,weight_norm\n"
                                     "1,10,1,0.5,2\n1,10,2,0.25,3\n2,20,1,,2\n";
        return descent_file_save(path, layers, sizeof layers - 1) == DESCENT_OK;
    }
    if (number > 3) {
        return false;
    }
    fuzz_check(metrics_start(path, forms[number]) == DONE);
    for (int epoch = 0; epoch < 4; epoch++) {
        struct metrics_row row;
        for (size_t c = 0; c < METRICS_COLUMNS; c++) {
            row.values[c] = (double)epoch / (double)(c + 1);
        }
        row.values[METRICS_EPOCH] = epoch;
        fuzz_check(metrics_append(path, forms[number], &row) == DONE);
    }
    return true;
}

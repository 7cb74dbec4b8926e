/*
 * Rows of a CSV file: each batch is answered before the next is read, so that a file may be of any
 * length, or come through a pipe.
 */
#include "cli/base/record.h"
#include "cli/predict/predict.h"

#include <descent/rows.h>

#include <stdio.h>
#include <stdlib.h>

/* "class,probability"; of several classes or outputs numbered from 1. */
static void print_header(const struct predictor *predictor)
{
    const char *output = predictor->probabilities ? "probability" : "output";
    for (size_t k = 1; k <= predictor->count; k++) {
        char number[24] = "";
        if (predictor->count > 1) {
            snprintf(number, sizeof number, "_%zu", k);
        }
        if (predictor->classes) {
            printf("class%s,", number);
        }
        printf("%s%s%c", output, number, k < predictor->count ? ',' : '\n');
    }
}

static void print_row(const struct predictor *predictor, const float *outputs)
{
    const struct answer *answers = predictor_answer(predictor, outputs);
    for (size_t k = 0; k < predictor->count; k++) {
        if (predictor->classes) {
            record_write_text(stdout, answers[k].name);
            putchar(',');
        }
        /* Nine digits give back the same float. */
        printf("%.9g%c", answers[k].output, k + 1 < predictor->count ? ',' : '\n');
    }
}

/* Prints n rows, or adds them to an array. */
static void give_out(const struct predictor *predictor, const float *outputs, size_t n,
                     json_t *array)
{
    for (size_t i = 0; i < n; i++, outputs += predictor->outputs) {
        if (array == NULL) {
            print_row(predictor, outputs);
        } else {
            json_array_append_new(array, predictor_json(predictor, outputs));
        }
    }
}

/* Room for a batch. */
struct batch {
    descent_rows *rows;
    float *features, *outputs;
};

static enum exit_status answer_all(const struct predictor *predictor, struct batch *batch,
                                   json_t *array)
{
    batch->features = calloc(PREDICT_BATCH, predictor->inputs * sizeof *batch->features);
    batch->outputs = calloc(PREDICT_BATCH, predictor->outputs * sizeof *batch->outputs);
    if (batch->features == NULL || batch->outputs == NULL) {
        return cli_failed("out of memory for rows of %zu numbers", predictor->inputs);
    }
    if (array == NULL) {
        print_header(predictor);
    }
    for (size_t n = PREDICT_BATCH; n > 0;) {
        CLI_TRY_LIBRARY(descent_rows_next(batch->rows, PREDICT_BATCH, batch->features, &n));
        if (n > 0) {
            CLI_TRY(predictor_run(predictor, n, batch->features, batch->outputs));
        }
        give_out(predictor, batch->outputs, n, array);
    }
    return DONE;
}

enum exit_status predict_rows(const struct predictor *predictor,
                              const struct predict_options *options, const descent_source *source,
                              const char *path)
{
    struct batch batch = {0};
    CLI_TRY_LIBRARY(descent_rows_create(&batch.rows, path, predictor->inputs, source));
    json_t *array = options->json ? json_array() : NULL;
    enum exit_status status = answer_all(predictor, &batch, array);
    if (status == DONE && options->json) {
        status = predictor_print_json(predictor, array);
    } else {
        json_decref(array);
    }
    free(batch.features);
    free(batch.outputs);
    descent_rows_destroy(batch.rows);
    return status;
}

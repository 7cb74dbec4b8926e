/*
 * Rows of a CSV file: each batch is answered before the next is read, so that a file may be of any
 * length, or come through a pipe. Samples of arrays are answered in the same way.
 */
#include "cli/base/reading.h"
#include "cli/base/record.h"
#include "cli/predict/sheet.h"

#include <descent/rows.h>

#include <stdio.h>
#include <stdlib.h>

struct answering {
    const struct predictor *predictor;
    const struct predict_options *options;
    descent_rows *rows;        /* or NULL, */
    descent_dataset *samples;  /* and then these */
    float *features, *outputs; /* of a batch */
    struct sheet sheet;
    json_t *array;
};

/* Writes n rows, or adds them to the array. */
static enum exit_status give_out(struct answering *answering, size_t first, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct sheet_row row = {
            .number = first + i + 1,
            .kept = i,
            .outputs = answering->outputs + i * answering->predictor->outputs,
        };
        if (answering->array == NULL) {
            sheet_write(&answering->sheet, &row);
        } else if (json_array_append_new(answering->array,
                                         sheet_json(answering->predictor, answering->options,
                                                    answering->rows, &row)) != 0) {
            return cli_print_json(NULL);
        }
    }
    return DONE;
}

/* The next batch, of none at the end. */
static enum exit_status read_next(struct answering *answering, size_t done, size_t *n)
{
    if (answering->samples != NULL) {
        *n = predict_samples_next(answering->samples, done, PREDICT_BATCH, answering->features);
        return DONE;
    }
    return cli_library(descent_rows_next(answering->rows, PREDICT_BATCH, answering->features, n));
}

static enum exit_status answer_all(struct answering *answering)
{
    const struct predictor *predictor = answering->predictor;
    answering->features = calloc(PREDICT_BATCH, predictor->inputs * sizeof *answering->features);
    answering->outputs = calloc(PREDICT_BATCH, predictor->outputs * sizeof *answering->outputs);
    if (answering->features == NULL || answering->outputs == NULL) {
        return cli_failed("out of memory for rows of %zu numbers", predictor->inputs);
    }
    size_t done = 0;
    for (size_t n = PREDICT_BATCH; n > 0; done += n) {
        CLI_TRY(read_next(answering, done, &n));
        if (n > 0) {
            CLI_TRY(predictor_run(predictor, done, n, answering->features, answering->outputs));
        }
        CLI_TRY(give_out(answering, done, n));
    }
    return DONE;
}

static enum exit_status open_rows(struct answering *answering, const descent_source *source,
                                  const char *path, bool samples)
{
    const struct predictor *predictor = answering->predictor;
    return samples ? predict_samples_load(&answering->samples, predictor, source, path)
                   : cli_library(
                         descent_rows_create(&answering->rows, path, predictor->inputs, source));
}

static void tell_reading(const struct answering *answering, const descent_source *source,
                         const char *path)
{
    struct progress display = progress_create(answering->options->quiet);
    if (answering->rows != NULL) {
        reading_warn(&display, path, source->columns, descent_rows_reading(answering->rows));
    } else if (source->transpose) {
        progress_say(&display, "images transposed, as in training");
    }
}

static enum exit_status answer(struct answering *answering, const descent_source *source,
                               const char *path, bool samples)
{
    const struct predict_options *options = answering->options;
    CLI_TRY(open_rows(answering, source, path, samples));
    if (options->json) {
        answering->array = json_array();
    } else {
        CLI_TRY(
            sheet_open(&answering->sheet, answering->predictor, options, answering->rows, false));
    }
    CLI_TRY(answer_all(answering));
    tell_reading(answering, source, path);
    if (!options->json) {
        return sheet_finish(&answering->sheet);
    }
    json_t *array = answering->array;
    answering->array = NULL;
    return predictor_print_json(answering->predictor, array);
}

enum exit_status predict_rows(const struct predictor *predictor,
                              const struct predict_options *options, const descent_source *source,
                              const char *path, bool samples)
{
    struct answering answering = {.predictor = predictor, .options = options};
    enum exit_status status = answer(&answering, source, path, samples);
    sheet_close(&answering.sheet);
    json_decref(answering.array);
    free(answering.features);
    free(answering.outputs);
    descent_rows_destroy(answering.rows);
    descent_dataset_destroy(answering.samples);
    return status;
}

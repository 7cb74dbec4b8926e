/*
 * Rows of a CSV file: each batch is answered before the next is read, so that a file may be of any
 * length, or come through a pipe.
 */
#include "cli/base/record.h"
#include "cli/predict/predict.h"

#include <descent/rows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name, in quotes where RFC 4180 asks for them. */
static void print_field(const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            putchar('"');
        }
        putchar(*text);
    }
    putchar('"');
}

/* "class,probability"; of several classes or outputs numbered from 1. */
static void print_header(const struct predictor *predictor)
{
    size_t count = predictor->classes ? predictor->top : predictor->outputs;
    for (size_t k = 1; k <= count; k++) {
        char number[24] = "";
        if (count > 1) {
            snprintf(number, sizeof number, "_%zu", k);
        }
        const char *output = predictor->probabilities ? "probability" : "output";
        printf("%s", k > 1 ? "," : "");
        if (predictor->classes) {
            printf("class%s,", number);
        }
        printf("%s%s", output, number);
    }
    putchar('\n');
}

static void print_row(const struct predictor *predictor, const float *outputs)
{
    size_t ranks[PREDICT_TOP_MAX];
    char scratch[CLASS_NAME_SIZE];
    size_t count = predictor->classes ? predictor->top : predictor->outputs;
    if (predictor->classes) {
        predictor_rank(ranks, count, outputs, predictor->outputs);
    }
    for (size_t k = 0; k < count; k++) {
        printf("%s", k > 0 ? "," : "");
        if (predictor->classes) {
            print_field(classifier_class(predictor->classifier, ranks[k], scratch));
            putchar(',');
        }
        /* Nine digits give back the same float. */
        printf("%.9g", (double)outputs[predictor->classes ? ranks[k] : k]);
    }
    putchar('\n');
}

/* Prints n rows, or adds them to an array. */
static void give_out(const struct predictor *predictor, const float *outputs, size_t n,
                     json_t *array)
{
    for (size_t i = 0; i < n; i++, outputs += predictor->outputs) {
        if (array == NULL) {
            print_row(predictor, outputs);
        } else {
            json_array_append_new(array, predict_json(predictor, outputs));
        }
    }
}

static enum exit_status answer_all(const struct predictor *predictor, descent_rows *rows,
                                   float *features, json_t *array)
{
    float *outputs = calloc(PREDICT_BATCH, predictor->outputs * sizeof *outputs);
    enum exit_status status = outputs != NULL ? DONE : cli_failed("out of memory for the outputs");
    size_t n = PREDICT_BATCH;
    while (status == DONE && n > 0) {
        if (descent_rows_next(rows, PREDICT_BATCH, features, &n) != DESCENT_OK) {
            status = cli_library_failed();
        } else if (n > 0) {
            status = predictor_run(predictor, n, features, outputs);
        }
        if (status == DONE) {
            give_out(predictor, outputs, n, array);
        }
    }
    free(outputs);
    return status;
}

enum exit_status predict_rows(const struct predictor *predictor,
                              const struct predict_options *options, const descent_source *source,
                              const char *path)
{
    descent_rows *rows;
    if (descent_rows_create(&rows, path, predictor->inputs, source) != DESCENT_OK) {
        return cli_library_failed();
    }
    json_t *array = options->json ? json_array() : NULL;
    float *features = calloc(PREDICT_BATCH, predictor->inputs * sizeof *features);
    enum exit_status status = FAILED;
    if (features == NULL) {
        cli_failed("out of memory for rows of %zu numbers", predictor->inputs);
    } else {
        if (!options->json) {
            print_header(predictor);
        }
        status = answer_all(predictor, rows, features, array);
    }
    if (status == DONE && options->json) {
        status = predict_print_json(predictor, array);
    } else {
        json_decref(array);
    }
    free(features);
    descent_rows_destroy(rows);
    return status;
}

/*
 * What is to be predicted, as it was given on the command line.
 */
#ifndef DESCENT_CLI_INPUTS_H
#define DESCENT_CLI_INPUTS_H

#include "cli/predict/predict.h"

#include <descent/images.h>

enum predict_kind {
    PREDICT_IMAGES,  /* files of pictures: those that were given, and those in folders, sorted */
    PREDICT_ROWS,    /* a file of a table, or the standard input */
    PREDICT_SAMPLES, /* a file of an array, or a data set */
    PREDICT_KINDS
};

/* Starts as {0}. */
struct predict_inputs {
    enum predict_kind kind;
    char **names; /* [count], owned, and NULL; one of rows or samples */
    size_t count, room;
};

/* Takes arguments, of which there is at least one, for rows if they must be such, else for what
 * they are. FAILED or USAGE after saying why; the caller frees the inputs in any case. */
enum exit_status predict_inputs_find(struct predict_inputs *inputs, const char *const *arguments,
                                     bool rows);
void predict_inputs_free(struct predict_inputs *inputs);

#endif

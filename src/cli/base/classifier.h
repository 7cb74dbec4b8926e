/*
 * A model file as the commands see it: the model, and what its metadata say about the data that it
 * was trained on.
 */
#ifndef DESCENT_CLI_CLASSIFIER_H
#define DESCENT_CLI_CLASSIFIER_H

#include "cli/base/cli.h"

#include <descent/checkpoint.h>
#include <descent/dataset.h>
#include <descent/loss.h>
#include <descent/preparation.h>
#include <jansson.h>

struct classifier {
    char *path; /* of the file */
    descent_model *model;
    descent_safetensors *file;
    descent_loss loss;
    bool regression;      /* its outputs are numbers, not classes */
    float *class_weights; /* what the loss points to, or NULL */
    bool has_shape;
    descent_shape shape;              /* of one sample, where the file has it */
    descent_values values;            /* what its inputs were made of, or auto */
    double black, white;              /* what the darkest and the brightest pixel are to it */
    descent_preparation *preparation; /* what these then go through, or NULL */
    json_t *class_names; /* array of as many strings as the model has outputs, or NULL */
    const char **names;  /* these strings */
};

/* Reads a model file, or that of a run folder. On failure it says why and returns FAILED; the
 * caller frees in any case. */
enum exit_status classifier_load(struct classifier *classifier, const char *path);

/* Frees what was read; a zeroed classifier is allowed. */
void classifier_free(struct classifier *classifier);

/* The name of a class below the number of outputs: the file's, or its number, written to scratch.
 */
enum { CLASS_NAME_SIZE = 24 };
const char *classifier_class(const struct classifier *classifier, size_t class,
                             char scratch[CLASS_NAME_SIZE]);

#endif

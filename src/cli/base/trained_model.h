/*
 * A model file as the commands see it: the model, and what its metadata say about the data that it
 * was trained on.
 */
#ifndef DESCENT_CLI_TRAINED_MODEL_H
#define DESCENT_CLI_TRAINED_MODEL_H

#include "cli/base/cli.h"

#include <descent/checkpoint.h>
#include <descent/dataset.h>
#include <descent/loss.h>
#include <descent/preparation.h>
#include <jansson.h>

/* A data set's fingerprint as 8 hexadecimal digits; empty for NULL. */
struct fingerprint {
    char text[16];
};
struct fingerprint fingerprint_of(const descent_dataset *dataset);

/* The fingerprints of the parts that a model was trained and tested on, under these keys. */
#define TRAINED_MODEL_TRAIN "train_fingerprint"
#define TRAINED_MODEL_TEST "test_fingerprint"
#define TRAINED_MODEL_WHOLE "whole" /* samples of both, where the one was split off the other */

struct trained_model {
    char *path; /* of the file */
    descent_model *model;
    descent_safetensors *file;
    descent_loss loss;
    bool regression;      /* its outputs are numbers, not classes */
    bool multi_label;     /* each of its outputs is a label of its own */
    float *class_weights; /* what the loss points to, or NULL */
    bool has_shape;
    descent_shape shape;   /* of one sample, where the file has it */
    descent_values values; /* what its inputs were made of, or auto */
    double black, white;   /* what the darkest and the brightest pixel are to it */
    bool as_mnist; /* whether a picture is made like MNIST's digits: as the training's were */
    descent_preparation *preparation; /* what these then go through, or NULL */
    bool named;                       /* whether the file names its classes */
    size_t classes;      /* that its outputs tell apart, or how many numbers they are */
    json_t *class_names; /* array of a string for each of these: the file's, or "0", "1", … */
    const char **names;  /* these strings; of numbers their names, or "1", "2", … */
    descent_columns *columns;       /* those of the table that it was trained on, or NULL */
    struct fingerprint train, test; /* of the data that it was trained on; empty where the file does
                                       not say */
    size_t whole;                   /* samples of both, where the test part was split off, or 0 */
};

/* Reads a model file, or that of a run folder. On failure it says why and returns FAILED; the
 * caller frees in any case. */
enum exit_status trained_model_load(struct trained_model *trained, const char *path);

/* Whether each output decides by itself, by a threshold: labels, or one output for two classes. */
bool trained_model_has_threshold(const struct trained_model *trained);

/* Whether such an output's label holds, or of two classes the second is the answer: whether its
 * probability is above the threshold, which is in [0, 1]. All commands decide by this. */
bool trained_model_holds(float logit, double threshold);

/* USAGE, about --threshold, where none does. */
enum exit_status trained_model_check_threshold(const struct trained_model *trained);

/* Frees what was read; a zeroed one is allowed. */
void trained_model_free(struct trained_model *trained);

#endif

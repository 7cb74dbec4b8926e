/*
 * A model file as the commands see it: the model, and what its metadata say about the data that it
 * was trained on.
 */
#ifndef DESCENT_CLI_TRAINED_MODEL_H
#define DESCENT_CLI_TRAINED_MODEL_H

#include "cli/base/cli.h"
#include "cli/base/engine.h"

#include <descent/checkpoint.h>
#include <descent/dataset.h>
#include <descent/predictor.h>
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

/* All but path, predictor and the last members are what the predictor says, and borrowed from it.
 */
struct trained_model {
    char *path; /* of the file */
    descent_predictor *predictor;
    const descent_model *model;
    const descent_safetensors *file;
    descent_engine engine; /* that computes its answers */
    descent_loss loss;
    bool regression;  /* its outputs are numbers, not classes */
    bool multi_label; /* each of its outputs is a label of its own */
    bool has_shape;
    descent_shape shape;                    /* of one sample, where the file has it */
    descent_values values;                  /* what its inputs were made of, or auto */
    const descent_preparation *preparation; /* what these then go through, or NULL */
    bool named;                             /* whether the file names its classes */
    size_t classes;           /* that its outputs tell apart, or how many numbers they are */
    const char *const *names; /* of these, or "0", "1", …; of numbers their names, or "1", … */
    const descent_columns *columns; /* those of the table that it was trained on, or NULL */
    double black, white;            /* what the darkest and the brightest pixel are to it */
    bool as_mnist; /* whether a picture is made like MNIST's digits: as the training's were */
    struct fingerprint train, test; /* of the data that it was trained on; empty where the file does
                                       not say */
    size_t whole;                   /* samples of both, where the test part was split off, or 0 */
};

/* Reads a model file, or that of a run folder. On failure it says why and returns FAILED; the
 * caller frees in any case. */
enum exit_status trained_model_load(struct trained_model *trained, const char *path);

/* Has the engine compute its answers that the options say: its own unless another was given. USAGE
 * as engine_use(). */
enum exit_status trained_model_use_engine(struct trained_model *trained,
                                          const struct engine_options *options);

/* The names as a JSON array, NULL where memory is out. */
json_t *trained_model_names_json(const struct trained_model *trained);

/* Ends the model at hidden layer 1 ≤ layer, so that its answers are the activations there: numbers,
 * named "unit 1" and so on. USAGE where the model has no such layer. */
enum exit_status trained_model_stop_at(struct trained_model *trained, uint64_t layer);

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

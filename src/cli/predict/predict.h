/*
 * What `predict` is made of.
 *
 *     image file → what the network sees ┐
 *                                        ├→ outputs → the likeliest classes → text, JSON or CSV
 *     row of a CSV file, or a sample ────┘
 */
#ifndef DESCENT_CLI_PREDICT_H
#define DESCENT_CLI_PREDICT_H

#include "cli/base/cli.h"
#include "cli/base/source.h"
#include "cli/base/trained_model.h"

#include <stdint.h>

enum { PREDICT_TOP_MAX = 1000, PREDICT_BATCH = DESCENT_PREDICTOR_BATCH };

struct predict_options {
    struct source_options source; /* of rows */
    struct engine_options engine;
    bool reference; /* in place of an engine */
    uint64_t top;   /* 0: 3 for images, 1 for rows; where there may be several labels, those that
                       hold */
    double threshold;
    bool as_is, as_mnist; /* neither: as the model's file says */
    uint64_t layer;       /* whose activations are the answer; 0: the last one's */
    bool show;
    bool csv;
    bool probabilities;
    char *columns, *out;
    bool json, quiet;
};

/* Whether images are answered in columns as well, rather than in a line of text each. */
static inline bool predict_in_columns(const struct predict_options *options)
{
    return options->probabilities || options->columns != NULL || options->out != NULL;
}

/* A class, or of numbers to predict one. */
struct answer {
    size_t class;
    const char *name;
    double output; /* or its probability */
    float raw;     /* as the model gives it: decides, since probabilities of two can be rounded to
                      the same number */
};

/* predictor.c: a model made ready to be asked, PREDICT_BATCH samples at a time. Starts as {0}. */
struct predictor {
    const struct trained_model *trained;
    size_t inputs, outputs; /* of a sample: one output for two classes counts as both of them */
    bool classes;           /* whether outputs are classes, not numbers to predict */
    bool probabilities;     /* whether they are probabilities */
    bool labels;            /* whether all answers that hold are shown, however many */
    double threshold;       /* the probability above which a label holds, or the second of two */
    size_t count;           /* answers to show: of classes the likeliest, else all outputs */
    struct answer *answers; /* of the last sample */
    float *shown;           /* its outputs, or their probabilities */
};

/* top: answers to show at most; 0: the labels that hold. FAILED after saying why. The caller
 * destroys it in any case. */
enum exit_status predictor_create(struct predictor *predictor, const struct trained_model *trained,
                                  size_t top, double threshold);
void predictor_destroy(struct predictor *predictor);

/* The outputs [n × outputs] for n ≤ PREDICT_BATCH samples, features [n × inputs] as a loader gives
 * them. FAILED, too, where an output is not finite; it says of which sample, of which `first` stand
 * before these. */
enum exit_status predictor_run(const struct predictor *predictor, size_t first, size_t n,
                               const float *features, float *outputs);

/* What a sample's outputs say: classes by falling output, the first of equals first, or numbers;
 * valid until the next call, as is predictor->shown. The same as cells of a table, and as a JSON
 * object. */
const struct answer *predictor_answer(const struct predictor *predictor, const float *outputs);
struct table;
void predictor_add_cells(const struct predictor *predictor, const float *outputs,
                         struct table *table);
json_t *predictor_json(const struct predictor *predictor, const float *outputs);

/* labels.c: the same of a sample that may have several labels: the names of those that hold, with ;
 * between, and their probabilities, as texts to be freed, NULL where memory is out; both as cells
 * of a table; and as an object. */
struct record;
char *predictor_labels_names(const struct predictor *predictor, const struct answer *answers);
char *predictor_labels_numbers(const struct predictor *predictor, const struct answer *answers);
void predictor_labels_add(const struct predictor *predictor, const float *outputs,
                          struct table *table);
json_t *predictor_labels_json(const struct predictor *predictor, const struct record *record,
                              const float *outputs);

/* Prints all predictions (the reference is taken over) as one object. */
enum exit_status predictor_print_json(const struct predictor *predictor, json_t *predictions);

/* image.c: the images a model takes; channels is 1 or 3. */
struct predict_shape {
    size_t height, width, channels;
};

/* The shape that the model's file has, or a square where it has none; false where the model
 * does not take images. */
bool predict_shape_of(struct predict_shape *shape, const struct trained_model *trained);

/* Reads an image file, or the standard input where path is "-", and makes of it what the model
 * takes, [height × width × channels]: as MNIST's digits were made, or only resized. FAILED after
 * one line. */
enum exit_status predict_image_read(uint8_t *pixels, const struct predict_shape *shape,
                                    const char *path, bool as_mnist);

/* files.c: classifies image files; those that cannot be read are reported and left out, and
 * then the result is FAILED. names ends in NULL. */
enum exit_status predict_files(const struct predictor *predictor,
                               const struct predict_options *options, const char *const *names);

/* samples.c: an IDX or NumPy file, or a data set, of samples in the model's shape, or of rows of as
 * many numbers. FAILED after one line; the caller destroys it. Then up to `most` samples from the
 * first on, [n × inputs]; returns n. */
enum exit_status predict_samples_load(descent_dataset **dataset, const struct predictor *predictor,
                                      const descent_source *source, const char *path);
size_t predict_samples_next(const descent_dataset *dataset, size_t first, size_t most,
                            float *features);

/* rows.c: answers each row of a CSV file ("-": the standard input), or each of the samples, with a
 * line of CSV, as it is read. */
enum exit_status predict_rows(const struct predictor *predictor,
                              const struct predict_options *options, const descent_source *source,
                              const char *path, bool samples);

#endif

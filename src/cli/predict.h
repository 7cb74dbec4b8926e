/*
 * What `predict` is made of.
 *
 *     file → what the network sees → outputs → the likeliest classes → text, JSON or CSV
 */
#ifndef DESCENT_CLI_PREDICT_H
#define DESCENT_CLI_PREDICT_H

#include "classifier.h"
#include "cli.h"

#include <descent/dataset.h>
#include <stdint.h>

enum { PREDICT_TOP_MAX = 1000 };

struct predict_options {
    uint64_t top; /* 0: 3 for images, 1 for rows */
    bool as_is;
    bool show;
    bool json;
};

/* The images a model takes: channels is 1 or 3. */
struct predict_shape {
    size_t height, width, channels;
};

/* predict_image.c: the shape that the model's file tells, or a square where it tells none. FAILED
 * where the model does not take images. */
enum exit_status predict_shape_of(struct predict_shape *shape, const struct classifier *classifier);

/* Reads an image file, or the standard input where path is "-", and makes of it what the model
 * takes, [height × width × channels]. FAILED after one line. */
enum exit_status predict_image_read(uint8_t *pixels, const struct predict_shape *shape,
                                    const char *path, bool as_is);

/* predict_show.c: prints what the network sees, in shades of characters. */
void predict_show(const uint8_t *pixels, const struct predict_shape *shape);

/* prediction.c: the outputs for all samples, [samples × outputs]: probabilities where the model was
 * trained with cross-entropy, else as they are. The caller frees them. */
enum exit_status prediction_run(float **outputs, const struct classifier *classifier,
                                const descent_dataset *dataset);

/* The indices of the `top` largest of n numbers, largest first; the first of equals comes first. */
void prediction_rank(size_t *ranks, size_t top, const float *outputs, size_t n);

/* predict_print.c: the files whose classification succeeded, with their outputs [count × classes].
 */
struct predict_results {
    const struct classifier *classifier;
    size_t count;
    const char **files;
    const uint8_t *pixels; /* [count × height × width × channels] */
    struct predict_shape shape;
    const float *outputs;
    size_t top; /* 1 … classes */
    bool show;
};

enum exit_status predict_print(const struct predict_results *results);
enum exit_status predict_print_json(const struct predict_results *results);

#endif

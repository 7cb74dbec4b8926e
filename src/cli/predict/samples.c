/*
 * Samples of an array, or of a data set, for a network as a loader gives them.
 */
#include "cli/base/text.h"
#include "cli/predict/predict.h"

#include <string.h>

/* A data set's own test part, or else all of it; its labels are not looked at. */
static descent_status load_parts(descent_dataset **dataset, const char *path,
                                 const descent_source *source)
{
    descent_source asked = *source;
    asked.classes = 0;
    asked.class_names = NULL;
    asked.part = DESCENT_PART_ALL;
    descent_status status = descent_dataset_load(dataset, path, &asked);
    if (status == DESCENT_ERROR_INVALID) {
        asked.part = DESCENT_PART_TEST;
        status = descent_dataset_load(dataset, path, &asked);
    }
    return status;
}

/* The dimensions that count: those of more than 1. */
static size_t list_sizes(size_t sizes[DESCENT_RANK_MAX], const descent_shape *shape)
{
    size_t count = 0;
    for (size_t i = 0; i < shape->rank; i++) {
        sizes[count] = shape->sizes[i];
        count += shape->sizes[i] > 1;
    }
    return count;
}

/* Rows of numbers go by their order; of images, all sides must be those of the model. */
static bool fits(const struct trained_model *trained, const descent_shape *shape)
{
    size_t wanted[DESCENT_RANK_MAX], found[DESCENT_RANK_MAX];
    size_t count = list_sizes(found, shape);
    return !trained->has_shape || shape->rank == 1 || trained->shape.rank == 1 ||
           (count == list_sizes(wanted, &trained->shape) &&
            memcmp(wanted, found, count * sizeof *found) == 0);
}

static enum exit_status check_shape(const descent_dataset *dataset,
                                    const struct predictor *predictor, const char *path)
{
    const struct trained_model *trained = predictor->trained;
    char found[128], expected[128];
    if (descent_dataset_features(dataset) == predictor->inputs &&
        fits(trained, descent_dataset_shape(dataset))) {
        return DONE;
    }
    text_shape(found, sizeof found, descent_dataset_shape(dataset));
    if (!trained->has_shape) {
        return cli_failed("%s: expected samples of %zu numbers, found %s", path, predictor->inputs,
                          found);
    }
    text_shape(expected, sizeof expected, &trained->shape);
    return cli_failed("%s: expected samples of %s, as the model's training data, found %s", path,
                      expected, found);
}

/* A file of one array needs no labels; one of several is a data set, if it has any. */
enum exit_status predict_samples_load(descent_dataset **dataset, const struct predictor *predictor,
                                      const descent_source *source, const char *path)
{
    size_t inputs = predictor->inputs;
    descent_status status = descent_dataset_is_array(path)
                                ? descent_dataset_load_samples(dataset, path, inputs, source)
                                : load_parts(dataset, path, source);
    if (status == DESCENT_ERROR_NOT_FOUND && descent_dataset_is_numpy(path)) {
        status = load_parts(dataset, path, source); /* several arrays */
    }
    CLI_TRY_LIBRARY(status);
    return check_shape(*dataset, predictor, path);
}

size_t predict_samples_next(const descent_dataset *dataset, size_t first, size_t most,
                            float *features)
{
    size_t left = descent_dataset_count(dataset) - first, width = descent_dataset_features(dataset);
    size_t n = left < most ? left : most;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *bytes = descent_dataset_sample(dataset, first + i);
        const float *floats = descent_dataset_sample_floats(dataset, first + i);
        for (size_t f = 0; f < width; f++) {
            features[i * width + f] = bytes != NULL ? (float)bytes[f] / 255.0f : floats[f];
        }
    }
    return n;
}

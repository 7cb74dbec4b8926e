/*
 * Samples of an array, or of a data set, for a network as a loader gives them.
 */
#include "cli/base/text.h"
#include "cli/predict/predict.h"

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

/* A file of one array needs no labels; one of several is a data set, if it has any. */
enum exit_status predict_samples_load(descent_dataset **dataset, size_t inputs,
                                      const descent_source *source, const char *path)
{
    descent_status status = descent_dataset_is_array(path)
                                ? descent_dataset_load_samples(dataset, path, inputs, source)
                                : load_parts(dataset, path, source);
    if (status == DESCENT_ERROR_NOT_FOUND && descent_dataset_is_numpy(path)) {
        status = load_parts(dataset, path, source); /* several arrays */
    }
    CLI_TRY_LIBRARY(status);
    if (descent_dataset_features(*dataset) != inputs) {
        char shape[128];
        text_shape(shape, sizeof shape, descent_dataset_shape(*dataset));
        return cli_failed("%s: expected samples of %zu numbers, found %s", path, inputs, shape);
    }
    return DONE;
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

/*
 * What holds for any data set that loads, whatever it is read from.
 */
#ifndef DESCENT_TEST_FUZZ_LOADED_H
#define DESCENT_TEST_FUZZ_LOADED_H

#include "fuzz.h"

#include <math.h>

static inline void loaded_check_sample(const descent_dataset *dataset, size_t i)
{
    const float *floats = descent_dataset_sample_floats(dataset, i);
    const float *target = descent_dataset_target(dataset, i);
    for (size_t f = 0; floats != NULL && f < descent_dataset_features(dataset); f++) {
        fuzz_check(isfinite(floats[f]));
    }
    for (size_t o = 0; target != NULL && o < descent_dataset_outputs(dataset); o++) {
        fuzz_check(isfinite(target[o]));
    }
    if (target == NULL) {
        int32_t label = descent_dataset_label(dataset, i);
        fuzz_check(label >= 0 && (size_t)label < descent_dataset_classes(dataset));
    }
}

/* Numbers are finite, labels those of classes, and there are as many names as it says. */
static inline void loaded_check(const descent_dataset *dataset)
{
    const char *const *names = descent_dataset_class_names(dataset);
    fuzz_check(descent_dataset_count(dataset) > 0 && descent_dataset_features(dataset) > 0);
    for (size_t c = 0; names != NULL && c < descent_dataset_classes(dataset); c++) {
        fuzz_check(names[c] != NULL);
    }
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        loaded_check_sample(dataset, i);
    }
}

/* The data set, checked; or NULL, with an error that has a code for files and a text. */
static inline descent_dataset *loaded_dataset(const char *path, const descent_source *source)
{
    descent_dataset *dataset = NULL;
    descent_status status = descent_dataset_load(&dataset, path, source);
    fuzz_check((status == DESCENT_OK) == (dataset != NULL));
    fuzz_check(status == DESCENT_OK || status == DESCENT_ERROR_FORMAT ||
               status == DESCENT_ERROR_MEMORY || status == DESCENT_ERROR_INVALID ||
               status == DESCENT_ERROR_NOT_FOUND || status == DESCENT_ERROR_MISMATCH);
    fuzz_check(status == DESCENT_OK || descent_last_error()[0] != '\0');
    if (dataset != NULL) {
        loaded_check(dataset);
    }
    return dataset;
}

#endif

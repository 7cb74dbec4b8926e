/*
 * What is known about a data set, one answer a function.
 */
#include <descent/dataset.h>

#include "data/dataset_private.h"

size_t descent_dataset_count(const descent_dataset *dataset)
{
    return dataset->count;
}

size_t descent_dataset_whole(const descent_dataset *dataset)
{
    return dataset->whole;
}

size_t descent_dataset_classes(const descent_dataset *dataset)
{
    return dataset->classes;
}

const char *const *descent_dataset_class_names(const descent_dataset *dataset)
{
    return dataset->class_names;
}

size_t descent_dataset_outputs(const descent_dataset *dataset)
{
    return dataset->outputs;
}

const char *const *descent_dataset_target_names(const descent_dataset *dataset)
{
    return dataset->target_names;
}

const descent_shape *descent_dataset_shape(const descent_dataset *dataset)
{
    return &dataset->shape;
}

size_t descent_dataset_features(const descent_dataset *dataset)
{
    return dataset->features;
}

const descent_columns *descent_dataset_columns(const descent_dataset *dataset)
{
    return dataset->columns;
}

const char *const *descent_dataset_feature_names(const descent_dataset *dataset)
{
    return dataset->columns != NULL ? descent_columns_feature_names(dataset->columns) : NULL;
}

const descent_reading *descent_dataset_reading(const descent_dataset *dataset)
{
    return dataset->reading;
}

descent_values descent_dataset_values(const descent_dataset *dataset)
{
    return dataset->bytes != NULL ? DESCENT_VALUES_BYTES : DESCENT_VALUES_FLOATS;
}

const descent_left_aside *descent_dataset_left_aside(const descent_dataset *dataset, size_t *count)
{
    *count = dataset->owned.aside != NULL ? dataset->owned.aside->count : 0;
    return dataset->owned.aside != NULL ? dataset->owned.aside->kinds : NULL;
}

bool descent_dataset_tests_validation(const descent_dataset *dataset)
{
    return dataset->validation;
}

bool descent_dataset_is_pictures(const descent_dataset *dataset)
{
    return dataset->pictures;
}

const char *descent_values_name(descent_values values)
{
    static const char *const names[] = {
        [DESCENT_VALUES_AUTO] = "auto",
        [DESCENT_VALUES_BYTES] = "bytes",
        [DESCENT_VALUES_FLOATS] = "floats",
    };
    return (size_t)values < DESCENT_VALUES_COUNT ? names[values] : NULL;
}

const char *descent_missing_name(descent_missing missing)
{
    static const char *const names[] = {
        [DESCENT_MISSING_FILL] = "fill",
        [DESCENT_MISSING_REFUSE] = "refuse",
    };
    return (size_t)missing < DESCENT_MISSING_COUNT ? names[missing] : NULL;
}

const size_t *descent_dataset_class_counts(const descent_dataset *dataset)
{
    return dataset->class_counts;
}

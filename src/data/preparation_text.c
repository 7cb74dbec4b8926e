/*
 * A preparation as a line of JSON. Nine significant digits give back the same float32.
 */
#include "data/preparation_private.h"

#include "base/fail.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool add_numbers(json_t *object, const char *key, const float *numbers, size_t count)
{
    json_t *array = json_array();
    bool complete = true;
    for (size_t i = 0; i < count; i++) {
        complete = json_array_append_new(array, json_real((double)numbers[i])) == 0 && complete;
    }
    return json_object_set_new(object, key, array) == 0 && complete;
}

/* With one mean for the whole set, one number stands for all. */
static size_t numbers_of(descent_standardize standardize, size_t features)
{
    return standardize == DESCENT_STANDARDIZE_SET ? 1 : features;
}

descent_status descent_preparation_save(char **text, const descent_preparation *preparation)
{
    DESCENT_RETURN_UNLESS(text != NULL);
    *text = NULL;
    DESCENT_RETURN_UNLESS(preparation != NULL);
    descent_standardize standardize = preparation->standardize;
    size_t count = numbers_of(standardize, preparation->features);
    size_t outputs = preparation->outputs;
    json_t *object = json_pack("{s:s}", "standardize", descent_standardize_name(standardize));
    bool complete = object != NULL;
    if (preparation->mean != NULL) {
        complete = complete && add_numbers(object, "mean", preparation->mean, count) &&
                   add_numbers(object, "deviation", preparation->deviation, count);
    }
    if (outputs > 0) {
        complete = complete &&
                   add_numbers(object, "target_mean", preparation->target_mean, outputs) &&
                   add_numbers(object, "target_deviation", preparation->target_deviation, outputs);
    }
    *text = complete ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(object);
    return *text != NULL ? DESCENT_OK
                         : descent_fail(DESCENT_ERROR_MEMORY,
                                        "preparation: no memory for %zu "
                                        "numbers as text",
                                        count + outputs);
}

/* Fills in `count` numbers, finite as floats; with `divisors` all above 0. */
static descent_status read_numbers(float *numbers, size_t count, const json_t *object,
                                   const char *key, bool divisors)
{
    const json_t *array = json_object_get(object, key);
    if (json_array_size(array) != count) { /* 0 for what is no array */
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "preparation: %s: expected %zu numbers, found %zu", key, count,
                            json_array_size(array));
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *number = json_array_get(array, i);
        numbers[i] = json_is_number(number) ? (float)json_number_value(number) : NAN;
        if (!isfinite(numbers[i]) || (divisors && !(numbers[i] > 0.0f))) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "preparation: %s: expected finite numbers%s, found another at "
                                "place %zu",
                                key, divisors ? " > 0" : "", i);
        }
    }
    return DESCENT_OK;
}

static void spread_over(float *numbers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        numbers[i] = numbers[0];
    }
}

static descent_status read_features(descent_preparation *preparation, const json_t *object)
{
    size_t count = numbers_of(preparation->standardize, preparation->features);
    descent_status status = read_numbers(preparation->mean, count, object, "mean", false);
    if (status == DESCENT_OK) {
        status = read_numbers(preparation->deviation, count, object, "deviation", true);
    }
    if (count < preparation->features) {
        spread_over(preparation->mean, preparation->features);
        spread_over(preparation->deviation, preparation->features);
    }
    return status;
}

static descent_status read_targets(descent_preparation *preparation, const json_t *object)
{
    size_t outputs = preparation->outputs;
    descent_status status =
        read_numbers(preparation->target_mean, outputs, object, "target_mean", false);
    if (status == DESCENT_OK) {
        status =
            read_numbers(preparation->target_deviation, outputs, object, "target_deviation", true);
    }
    return status;
}

/* NULL where there is no such name. */
static const char *read_standardize(descent_standardize *standardize, const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "standardize"));
    for (int s = 0; name != NULL && s < DESCENT_STANDARDIZE_COUNT; s++) {
        *standardize = (descent_standardize)s;
        if (strcmp(name, descent_standardize_name(*standardize)) == 0) {
            return name;
        }
    }
    return NULL;
}

static descent_status read_object(descent_preparation **preparation, const json_t *object,
                                  size_t features, size_t outputs)
{
    descent_standardize standardize;
    if (read_standardize(&standardize, object) == NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "preparation: expected \"standardize\" with none, feature or set");
    }
    bool targets = json_object_get(object, "target_mean") != NULL ||
                   json_object_get(object, "target_deviation") != NULL;
    descent_status status =
        descent_preparation_allocate(preparation, standardize, features, targets ? outputs : 0);
    if (status == DESCENT_OK && standardize != DESCENT_STANDARDIZE_NONE) {
        status = read_features(*preparation, object);
    }
    if (status == DESCENT_OK && targets) {
        status = read_targets(*preparation, object);
    }
    return status;
}

descent_status descent_preparation_load(descent_preparation **preparation, const char *text,
                                        size_t features, size_t outputs)
{
    DESCENT_RETURN_UNLESS(preparation != NULL);
    *preparation = NULL;
    DESCENT_RETURN_UNLESS(text != NULL);
    json_error_t error;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    descent_status status;
    if (object == NULL && error.text[0] == '\0') { /* jansson says nothing about this one */
        status = descent_fail(DESCENT_ERROR_MEMORY, "preparation: no memory for it");
    } else if (object == NULL) {
        status = descent_fail(DESCENT_ERROR_FORMAT, "preparation: %s", error.text);
    } else {
        status = read_object(preparation, object, features, outputs);
    }
    json_decref(object);
    if (status != DESCENT_OK) {
        descent_preparation_destroy(*preparation);
        *preparation = NULL;
    }
    return status;
}

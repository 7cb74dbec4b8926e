/*
 * The preparation of a data set's numbers for a network: each gets mean 0 and standard deviation 1
 * over the training samples. It is learned from the training samples alone, applied in the same way
 * to all others, and stored with the model as a line of text.
 *
 *     feature → (feature − mean) / deviation            a loader does it (descent_loader_config)
 *     target → (target − mean) / deviation              likewise, for regression
 *     output → output · deviation + mean                back to the target's own units
 *
 * Features are as a loader gives them: bytes are divided by 255 first. `deviation` is the standard
 * deviation of the samples themselves (divided by n, as numpy's std and scikit-learn's
 * StandardScaler do). A number that is the same in all training samples has the deviation 1 by
 * definition, so that it becomes 0.
 */
#ifndef DESCENT_PREPARATION_H
#define DESCENT_PREPARATION_H

#include <descent/dataset.h>
#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>

DESCENT_BEGIN

typedef struct descent_preparation descent_preparation;

typedef enum descent_standardize {
    DESCENT_STANDARDIZE_NONE,
    DESCENT_STANDARDIZE_FEATURE, /* each feature by its own mean and standard deviation */
    DESCENT_STANDARDIZE_SET,     /* all features by one mean and one standard deviation */
    DESCENT_STANDARDIZE_COUNT
} descent_standardize;

typedef struct descent_preparation_config {
    descent_standardize features;
    bool targets; /* each output by its own mean and standard deviation; no effect on labels */
} descent_preparation_config;

/* "none", "feature" or "set"; NULL for any other number. */
DESCENT_API const char *descent_standardize_name(descent_standardize standardize);

/* What suits a data set: by feature for a table, whose samples are floats in a row, and none for
 * images and for bytes. */
DESCENT_API descent_standardize descent_standardize_for(const descent_dataset *train);

/* Learns a preparation from training samples, which need not outlive it. The caller destroys it.
 * Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_preparation_create(descent_preparation **preparation,
                                                      const descent_dataset *train,
                                                      const descent_preparation_config *config);

/* Frees a preparation; NULL is allowed. */
DESCENT_API void descent_preparation_destroy(descent_preparation *preparation);

/*
 * Writes a preparation as text: a JSON object with "standardize" ("none", "feature" or "set"), the
 * arrays "mean" and "deviation" (with "set" of one number, with "none" left out), and
 * "target_mean" and "target_deviation" where targets are standardised. Its numbers give back the
 * same float32 values. The caller frees the text with free(). Error: MEMORY.
 */
DESCENT_API descent_status descent_preparation_save(char **text,
                                                    const descent_preparation *preparation);

/* Reads such a text, for samples of `features` numbers and a network of `outputs` outputs. The
 * caller destroys the preparation. Errors: FORMAT (says what was expected and found), MEMORY. */
DESCENT_API descent_status descent_preparation_load(descent_preparation **preparation,
                                                    const char *text, size_t features,
                                                    size_t outputs);

/* How features are standardised, the number of features, and the number of standardised targets (0:
 * none). */
DESCENT_API descent_standardize
descent_preparation_standardize(const descent_preparation *preparation);
DESCENT_API size_t descent_preparation_features(const descent_preparation *preparation);
DESCENT_API size_t descent_preparation_outputs(const descent_preparation *preparation);

/* The numbers to subtract and to divide by, borrowed: [features] for features, [outputs] for
 * targets; NULL for those that are not standardised. */
DESCENT_API const float *descent_preparation_mean(const descent_preparation *preparation);
DESCENT_API const float *descent_preparation_deviation(const descent_preparation *preparation);
DESCENT_API const float *descent_preparation_target_mean(const descent_preparation *preparation);
DESCENT_API const float *
descent_preparation_target_deviation(const descent_preparation *preparation);

/* Standardises n samples in place: features [n × features], or targets [n × outputs]. */
DESCENT_API void descent_preparation_apply(const descent_preparation *preparation, size_t n,
                                           float *features);
DESCENT_API void descent_preparation_apply_targets(const descent_preparation *preparation, size_t n,
                                                   float *targets);

/* Turns a network's outputs for n samples, [n × outputs], back into the targets' units, in place.
 */
DESCENT_API void descent_preparation_undo_targets(const descent_preparation *preparation, size_t n,
                                                  float *outputs);

DESCENT_END

#endif

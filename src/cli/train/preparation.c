/*
 * What the data of a run go through before the network sees them. It is learned from the training
 * samples once; a run that is resumed goes on with what its checkpoint holds.
 */
#include "cli/train/train.h"

#include <stdlib.h>
#include <string.h>

static descent_status learn(struct train_data *data, const struct train_options *options)
{
    const descent_preparation_config config = {
        .features = (descent_standardize)options->standardize,
        .targets = !options->raw_targets,
    };
    descent_status status = descent_preparation_create(&data->preparation, data->train, &config);
    if (status == DESCENT_OK) {
        status = descent_preparation_save(&data->preparation_text, data->preparation);
    }
    return status;
}

enum exit_status train_data_prepare(struct train_data *data, const struct train_options *options)
{
    descent_status status = DESCENT_OK;
    if (data->preparation_text != NULL) {
        status = descent_preparation_load(&data->preparation, data->preparation_text,
                                          descent_dataset_features(data->train),
                                          descent_dataset_outputs(data->train));
    } else if (options->standardize != DESCENT_STANDARDIZE_NONE ||
               (descent_dataset_outputs(data->train) > 0 && !options->raw_targets)) {
        status = learn(data, options);
    }
    return status == DESCENT_OK ? DONE : cli_library_failed();
}

enum exit_status train_data_adopt(struct train_data *data, struct train_options *options,
                                  const char *text)
{
    descent_preparation_destroy(data->preparation);
    free(data->preparation_text);
    data->preparation = NULL;
    data->preparation_text = strdup(text);
    if (data->preparation_text == NULL) {
        return cli_failed("out of memory for a preparation");
    }
    enum exit_status status = train_data_prepare(data, options);
    if (status == DONE) {
        options->standardize = (int)descent_preparation_standardize(data->preparation);
        train_data_measure(data);
    }
    return status;
}

/*
 * The data of a run, and what all samples go through before the network sees them. This preparation
 * is learned from the training samples once; a run that is resumed goes on with what its checkpoint
 * holds.
 */
#include "cli/base/source.h"
#include "cli/base/statistics.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The columns as files hold them. */
static enum exit_status save_columns(struct train_data *data)
{
    const descent_columns *columns = descent_dataset_columns(data->source);
    return columns != NULL ? cli_library(descent_columns_save(&data->columns_text, columns)) : DONE;
}

/* Columns of a network that goes on learning are found by its names for them. */
static enum exit_status load_initial(struct training *training)
{
    const char *path = training->options.init_from;
    return path != NULL && training->checkpoint == NULL
               ? trained_model_load(&training->initial, path)
               : DONE;
}

/* The name in a path: its last part, without the ending of a CSV or NumPy file. */
static char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = strdup(slash != NULL ? slash + 1 : path);
    while (name != NULL && (descent_dataset_is_csv(name) || descent_dataset_is_numpy(name))) {
        *strrchr(name, '.') = '\0';
    }
    return name;
}

/* A resumed run keeps its name, wherever its data are now. */
static bool choose_name(struct train_data *data)
{
    if (data->name == NULL) {
        bool path = strchr(data->given, '/') != NULL || data->given[0] == '.';
        data->name = name_of(path ? data->folder : data->given);
    }
    return data->name != NULL;
}

static descent_status learn(struct train_data *data, const struct train_options *options)
{
    const descent_preparation_config config = {
        .features = (descent_standardize)options->standardize,
        .targets = data->numbers && !options->raw_targets,
    };
    LIBRARY_TRY(descent_preparation_create(&data->preparation, data->train, &config));
    return descent_preparation_save(&data->preparation_text, data->preparation);
}

static double variance_of(const struct train_data *data, const descent_dataset *part)
{
    return part != NULL && data->numbers ? regression_variance(part, data->preparation) : 0.0;
}

/* Whether samples look as MNIST's digits do, which are what pictures from outside are made into:
 * grey, of MNIST's size or that of the bundled digits, and dark. Files of pictures were only
 * resized. */
static bool are_like_mnist(const descent_dataset *dataset)
{
    const size_t *sizes = descent_dataset_shape(dataset)->sizes;
    size_t rank = descent_dataset_shape(dataset)->rank;
    bool grey = rank == 2 || (rank == 3 && sizes[2] == 1);
    bool sized = grey && sizes[0] == sizes[1] && (sizes[0] == 28 || sizes[0] == 8);
    if (!sized || descent_dataset_is_pictures(dataset)) {
        return false;
    }
    struct statistics statistics = statistics_of_features(dataset);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    double middle = bytes ? 127.5 : (statistics.minimum + statistics.maximum) / 2.0;
    return statistics.mean < middle;
}

/* The variances of targets, the range of pixels that are floats, and what pictures are like. */
static void measure(struct train_data *data)
{
    data->variances[TRAIN_PART] = variance_of(data, data->train);
    data->variances[VALIDATION_PART] = variance_of(data, data->validation);
    data->variances[TEST_PART] = variance_of(data, data->test);
    if (descent_dataset_values(data->source) == DESCENT_VALUES_FLOATS &&
        descent_dataset_shape(data->source)->rank >= 2) {
        struct statistics statistics = statistics_of_features(data->source);
        data->low = statistics.minimum;
        data->high = statistics.maximum;
    }
    data->as_mnist = are_like_mnist(data->source);
}

/* Bytes that were asked for are bytes, also where they had to be divided when they were read. */
bool train_is_table(const struct train_options *options, const descent_dataset *train)
{
    return options->source.values != DESCENT_VALUES_BYTES &&
           descent_standardize_for(train) != DESCENT_STANDARDIZE_NONE;
}

static void resolve(struct train_options *options, const descent_dataset *train)
{
    if (options->standardize == TRAIN_STANDARDIZE_AUTO) {
        bool table = train_is_table(options, train);
        options->standardize = table ? DESCENT_STANDARDIZE_FEATURE : DESCENT_STANDARDIZE_NONE;
    }
}

/* By the options, or as the text says that a file holds. */
static enum exit_status prepare(struct train_data *data, struct train_options *options)
{
    resolve(options, data->train);
    descent_status status = DESCENT_OK;
    if (data->preparation_text != NULL) {
        status = descent_preparation_load(&data->preparation, data->preparation_text,
                                          descent_dataset_features(data->train),
                                          descent_dataset_outputs(data->train));
    } else if (options->standardize != DESCENT_STANDARDIZE_NONE ||
               (data->numbers && !options->raw_targets)) {
        status = learn(data, options);
    }
    CLI_TRY_LIBRARY(status);
    measure(data);
    return DONE;
}

enum exit_status train_data_load(struct training *training)
{
    struct train_data *data = &training->data;
    struct train_options *options = &training->options;
    if (data->folder == NULL) {
        data->folder = cli_data_find(data->given);
    }
    if (data->folder == NULL) {
        return FAILED;
    }
    if (!choose_name(data)) {
        return cli_failed("out of memory");
    }
    CLI_TRY(load_initial(training));
    CLI_TRY(train_parts_load(training));
    CLI_TRY(save_columns(data));
    CLI_TRY(train_parts_split(training));
    return prepare(data, options);
}

enum exit_status train_data_adopt(struct training *training, const char *text)
{
    struct train_data *data = &training->data;
    descent_preparation_destroy(data->preparation);
    free(data->preparation_text);
    data->preparation = NULL;
    data->preparation_text = NULL;
    training->options.standardize = (int)DESCENT_STANDARDIZE_NONE;
    if (text == NULL) {
        return prepare(data, &training->options);
    }
    data->preparation_text = strdup(text);
    if (data->preparation_text == NULL) {
        return cli_failed("out of memory for a preparation");
    }
    CLI_TRY(prepare(data, &training->options));
    training->options.standardize = (int)descent_preparation_standardize(data->preparation);
    return DONE;
}

size_t train_outputs(const struct train_data *data)
{
    size_t outputs = descent_dataset_outputs(data->source);
    return outputs > 0 ? outputs : descent_dataset_classes(data->source);
}

struct train_figures train_figures(const struct train_data *data, enum train_part part,
                                   const descent_metrics *metrics)
{
    struct train_figures figures = {NAN, NAN, NAN, NAN};
    if (metrics->samples == 0) {
        return figures;
    }
    figures.loss = descent_metrics_loss(metrics);
    if (data->numbers) {
        figures.r2 = regression_r2(figures.loss, data->variances[part]);
        figures.rmse = descent_metrics_rmse(metrics);
    } else {
        figures.accuracy = (double)metrics->correct / (double)metrics->samples;
    }
    return figures;
}

void train_data_destroy(struct train_data *data)
{
    descent_preparation_destroy(data->preparation);
    free(data->preparation_text);
    descent_columns_destroy(data->known_columns);
    free(data->columns_text);
    descent_dataset_destroy(data->validation);
    descent_dataset_destroy(data->train);
    descent_dataset_destroy(data->source);
    descent_dataset_destroy(data->test);
    free(data->name);
    free(data->folder);
    free(data->given);
}

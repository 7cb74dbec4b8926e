/*
 * The data of a run: both parts of a data set, and the validation set split off the first.
 */
#include "cli/base/data.h"
#include "cli/train/train.h"

#include <stdlib.h>
#include <string.h>

static enum exit_status check_parts(const struct train_data *data)
{
    const descent_shape *train = descent_dataset_shape(data->source);
    const descent_shape *test = descent_dataset_shape(data->test);
    size_t size = train->rank * sizeof train->sizes[0];
    if (train->rank != test->rank || memcmp(train->sizes, test->sizes, size) != 0) {
        return cli_failed("%s: training and test samples differ in shape: %zu and %zu numbers",
                          data->folder, descent_dataset_features(data->source),
                          descent_dataset_features(data->test));
    }
    if (descent_dataset_outputs(data->source) != descent_dataset_outputs(data->test)) {
        return cli_failed("%s: training and test targets differ: %zu and %zu numbers", data->folder,
                          descent_dataset_outputs(data->source),
                          descent_dataset_outputs(data->test));
    }
    if (descent_dataset_outputs(data->source) == 0 && descent_dataset_classes(data->source) < 2) {
        return cli_failed("%s: expected labels of at least 2 classes, found 1", data->folder);
    }
    return DONE;
}

static enum exit_status load_parts(struct train_data *data, const struct train_options *options)
{
    descent_source source;
    source_init(&source, &options->source, data->display);
    source.threads = (int)options->threads;
    enum exit_status status = source_load(&data->source, data->folder, &source);
    if (status == DONE) {
        status = source_check(&source, data->source);
    }
    if (status == DONE) {
        source.part = DESCENT_PART_TEST;
        source_follow(&source, data->source);
        status = source_load(&data->test, data->folder, &source);
    }
    return status == DONE ? check_parts(data) : status;
}

/* The name in a path: its last part, without the ending of a CSV file. */
static char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = strdup(slash != NULL ? slash + 1 : path);
    while (name != NULL && descent_dataset_is_csv(name)) {
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

enum exit_status train_data_load(struct train_data *data, const struct train_options *options)
{
    if (data->folder == NULL) {
        data->folder = cli_data_find(data->given);
    }
    if (data->folder == NULL) {
        return FAILED;
    }
    if (!choose_name(data)) {
        return cli_failed("out of memory");
    }
    enum exit_status status = load_parts(data, options);
    if (status == DONE && descent_dataset_split(&data->train, &data->validation, data->source,
                                                options->validation, options->seed) != DESCENT_OK) {
        status = cli_library_failed();
    }
    if (status == DONE) {
        status = train_data_prepare(data, options);
    }
    if (status == DONE) {
        train_data_measure(data);
    }
    return status;
}

void train_data_destroy(struct train_data *data)
{
    descent_preparation_destroy(data->preparation);
    free(data->preparation_text);
    descent_dataset_destroy(data->validation);
    descent_dataset_destroy(data->train);
    descent_dataset_destroy(data->source);
    descent_dataset_destroy(data->test);
    free(data->name);
    free(data->folder);
    free(data->given);
}

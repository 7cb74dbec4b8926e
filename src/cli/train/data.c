/*
 * The data of a run: both parts of a data set, the validation set split off the first, and what all
 * go through before the network sees them. This preparation is learned from the training samples
 * once; a run that is resumed goes on with what its checkpoint holds.
 */
#include "cli/base/alike.h"
#include "cli/base/emnist.h"
#include "cli/base/left_aside.h"
#include "cli/base/reading.h"
#include "cli/base/source.h"
#include "cli/base/statistics.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum exit_status check_test_part(const struct train_data *data)
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
    return DONE;
}

/* Classes that training samples have. */
static size_t classes_to_train(const descent_dataset *source)
{
    const size_t *counts = descent_dataset_class_counts(source);
    size_t found = 0;
    for (size_t c = 0; c < descent_dataset_classes(source); c++) {
        found += counts[c] > 0;
    }
    return found;
}

/* Of data that are sorted by class, the first samples are of the first classes alone. */
static enum exit_status check_classes(struct training *training)
{
    const struct train_data *data = &training->data;
    size_t classes = descent_dataset_classes(data->source), found = classes_to_train(data->source);
    uint64_t limit = training->options.source.limit;
    if (descent_dataset_outputs(data->source) > 0) {
        return DONE;
    }
    if (limit > 0 && found < 2) {
        return cli_failed("%s: the first %ju training samples (--limit) are of one class of %zu; "
                          "take more of them, or shuffle the data",
                          data->folder, (uintmax_t)limit, classes);
    }
    if (classes < 2) {
        return cli_failed("%s: expected labels of at least 2 classes, found 1", data->folder);
    }
    if (limit > 0 && found < classes) {
        progress_say(
            &training->display,
            "warning: the first %ju training samples (--limit) are of %zu classes of %zu;\n"
            "         data that are sorted by class have to be shuffled first",
            (uintmax_t)limit, found, classes);
    }
    return DONE;
}

static void tell_reading(struct training *training, const descent_dataset *dataset)
{
    reading_warn(&training->display, training->data.given, descent_dataset_columns(dataset),
                 descent_dataset_reading(dataset));
}

/* Both parts of one file that is not the model's have the same to tell. */
static bool is_told(const struct train_data *data)
{
    const descent_reading *reading = descent_dataset_reading(data->source);
    return descent_dataset_whole(data->test) > 0 && reading != NULL &&
           reading->match != DESCENT_MATCH_LEARNED;
}

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

/* Data without a test part are small, or it is wanted so; the option then says what was done. */
static enum exit_status load_test(struct training *training, descent_source *source)
{
    struct train_data *data = &training->data;
    double *share = &training->options.source.test;
    bool small = descent_dataset_count(data->source) < DESCENT_SPLIT_LEAST;
    bool may_lack = *share == 0.0 || (*share == OPTION_AUTO && small);
    descent_status status = source_try(&data->test, data->folder, source);
    if (status == DESCENT_ERROR_NOT_FOUND && may_lack) {
        *share = 0.0;
        return !training->options.log_test
                   ? DONE
                   : cli_usage("--log-test has an effect only on data with test samples; --test "
                               "says how many to hold back");
    }
    *share = *share == OPTION_AUTO ? 0.2 : *share;
    CLI_TRY_LIBRARY(status);
    return check_test_part(data);
}

/* The first class whose name is a list, or NULL. */
static const char *find_list(const descent_dataset *source)
{
    for (size_t c = 0; c < descent_dataset_classes(source); c++) {
        const char *name = descent_dataset_class_names(source)[c];
        if (strpbrk(name, ";|") != NULL) {
            return name;
        }
    }
    return NULL;
}

static void warn_of_lists(struct training *training)
{
    const char *list = find_list(training->data.source);
    if (list != NULL) {
        progress_say(&training->display,
                     "warning: \"%.40s\" is a class of its own here; for samples of several\n"
                     "         labels: --loss binary-cross-entropy",
                     list);
    }
}

/* With binary cross-entropy samples may have several labels: whether they do, the data say. */
static enum exit_status load_source(struct training *training, descent_source *source)
{
    struct train_data *data = &training->data;
    struct source_options *options = &training->options.source;
    bool asked = options->multi_label;
    source->multi_label = asked || training->options.loss == DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    CLI_TRY(source_load(&data->source, data->folder, source));
    data->numbers = options->regression;
    options->multi_label = !data->numbers && descent_dataset_outputs(data->source) > 0;
    if (asked && !options->multi_label) {
        return cli_usage("--multi-label: expected samples of several labels in %s, found one each; "
                         "leave it out",
                         data->folder);
    }
    warn_of_lists(training);
    return source_check(source, data->source);
}

static enum exit_status load_parts(struct training *training)
{
    struct train_data *data = &training->data;
    descent_source source;
    source_note_given(&training->options.source, &TRAIN_OPTIONS, &training->arguments);
    source_init(&source, &training->options.source, &training->display);
    source.threads = (int)training->options.threads;
    source.columns = data->known_columns != NULL ? data->known_columns : training->initial.columns;
    CLI_TRY(load_source(training, &source));
    source.part = DESCENT_PART_TEST;
    source_follow(&source, data->source);
    CLI_TRY(load_test(training, &source));
    CLI_TRY(source_check_effects(&training->options.source, data->source, data->test != NULL));
    tell_reading(training, data->source);
    if (data->test != NULL && !is_told(data)) {
        tell_reading(training, data->test);
    }
    alike_warn(&training->display, data->source);
    left_aside_warn(&training->display, (const descent_dataset *[]){data->source, data->test});
    if (!training->options.source.transpose && !descent_dataset_is_pictures(data->source)) {
        emnist_warn(&training->display, data->folder);
    }
    return check_classes(training);
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

/* The part that is held back for validation. */
static enum exit_status split(struct training *training)
{
    struct train_data *data = &training->data;
    double *held = &training->options.validation;
    bool small = descent_dataset_count(data->source) < DESCENT_SPLIT_LEAST;
    *held = *held != OPTION_AUTO ? *held : small ? 0.0 : 0.1;
    descent_status status =
        *held >= 1.0 ? descent_dataset_split_last(&data->train, &data->validation, data->source,
                                                  (size_t)*held)
                     : descent_dataset_split(&data->train, &data->validation, data->source, *held,
                                             training->options.seed);
    CLI_TRY_LIBRARY(status);
    if (data->validation == NULL && training->options.patience > 0) {
        return cli_usage("--patience has an effect only with --validation > 0; of fewer than %d "
                         "samples none are held back unless --validation says how many",
                         DESCENT_SPLIT_LEAST);
    }
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
    CLI_TRY(load_parts(training));
    CLI_TRY(save_columns(data));
    CLI_TRY(split(training));
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

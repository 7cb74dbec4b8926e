/*
 * The parts of a run's data: training and test part of a data set, each checked and what was found
 * in it told, and the validation set that is split off the first.
 */
#include "cli/base/alike.h"
#include "cli/base/emnist.h"
#include "cli/base/left_aside.h"
#include "cli/base/reading.h"
#include "cli/base/source.h"
#include "cli/train/train.h"

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
        progress_say_lines(
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
        progress_say_lines(&training->display,
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

enum exit_status train_parts_load(struct training *training)
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

/* What cannot be done without validation samples. */
static enum exit_status check_needs(const struct train_options *options)
{
    const char *needy = options->patience > 0        ? "patience"
                        : options->check_every > 0.0 ? "check-every"
                                                     : NULL;
    return needy == NULL
               ? DONE
               : cli_usage("--%s has an effect only with --validation > 0; of fewer than %d "
                           "samples none are held back unless --validation says how many",
                           needy, DESCENT_SPLIT_LEAST);
}

/* A share of the samples, or the last of them. */
static descent_status split(struct train_data *data, const struct train_options *options)
{
    double held = options->validation;
    return held >= 1.0 ? descent_dataset_split_last(&data->train, &data->validation, data->source,
                                                    (size_t)held)
                       : descent_dataset_split(&data->train, &data->validation, data->source, held,
                                               options->seed);
}

static enum exit_status split_fold(struct train_data *data, const struct option_pair *fold)
{
    size_t samples = descent_dataset_count(data->source);
    if (fold->second < 2 || fold->second > samples || fold->first > fold->second) {
        return cli_usage("--fold: expected K/N with N from 2 to the %zu training samples, and K "
                         "from 1 to N, found %zu/%zu",
                         samples, fold->first, fold->second);
    }
    return cli_library(descent_dataset_split_fold(&data->train, &data->validation, data->source,
                                                  fold->first, fold->second));
}

/* The part that is held back for validation. */
enum exit_status train_parts_split(struct training *training)
{
    struct train_data *data = &training->data;
    struct train_options *options = &training->options;
    bool small = descent_dataset_count(data->source) < DESCENT_SPLIT_LEAST;
    if (options->fold.second > 0) {
        options->validation = 1.0 / (double)options->fold.second;
        return split_fold(data, &options->fold);
    }
    options->validation = options->validation != OPTION_AUTO ? options->validation
                          : small                            ? 0.0
                                                             : 0.1;
    CLI_TRY_LIBRARY(split(data, options));
    return data->validation == NULL ? check_needs(options) : DONE;
}

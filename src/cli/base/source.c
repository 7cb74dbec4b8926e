/*
 * From options to sources.
 */
#include "cli/base/source.h"

#include "cli/base/record.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

static const char *header_name(int i)
{
    static const char *const names[DESCENT_HEADER_COUNT] = {
        [DESCENT_HEADER_AUTO] = "auto", [DESCENT_HEADER_YES] = "yes", [DESCENT_HEADER_NO] = "no"};
    return i < DESCENT_HEADER_COUNT ? names[i] : NULL;
}

/* The separators that can be given, the first for finding it out. */
static const struct {
    const char *name;
    char separator;
} separators[] = {{"auto", 0},     {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
                  {"blanks", ' '}, {"bar", '|'},   {"colon", ':'}};

static const char *separator_name(int i)
{
    return (size_t)i < sizeof separators / sizeof separators[0] ? separators[i].name : NULL;
}

const char *source_separator_name(char separator)
{
    int i = 0;
    while (separator_name(i) != NULL && separators[i].separator != separator) {
        i++;
    }
    return separator_name(i);
}

static const char *values_name(int i)
{
    return i < DESCENT_VALUES_COUNT ? descent_values_name((descent_values)i) : NULL;
}

static const char *missing_name(int i)
{
    return i < DESCENT_MISSING_COUNT ? descent_missing_name((descent_missing)i) : NULL;
}

#define AT(kind, member) OPTION_AT(kind, struct source_options, member)
#define RESULT .fixed = true, .storage = OPTION_RESULT

static const struct option rows[] = {
    {"label-column", AT(TEXT, label_column), .value = "COL", RESULT,
     .help = "CSV column of the labels: its name or number, -1 for the last (default: label, class "
             "or target, or else the only column of words); several columns of 0 and 1 (a,b,c) are "
             "one class each"},
    {"regression", AT(FLAG, regression), RESULT,
     .help = "The label column holds numbers to predict; several columns are separated by commas"},
    {"multi-label", AT(FLAG, multi_label), RESULT,
     .help = "A sample may have any number of labels: several label columns of 0 and 1 (a,b,c), or "
             "one column of names separated by ;"},
    {"header", AT(CHOICE, header), .choice = header_name, .initial = "auto", RESULT,
     .help = "Whether the first line of a CSV file names the columns"},
    {"separator", AT(CHOICE, separator), .choice = separator_name, .initial = "auto", RESULT,
     .help =
         "Field separator of a CSV file; auto detects it, blanks is any run of blanks and tabs"},
    {"missing", AT(CHOICE, missing), .choice = missing_name, .initial = "fill", RESULT,
     .help = "Missing values in a CSV file; fill replaces empty fields, NA, N/A, nan, ?, null and "
             "None with the mean of the training samples, and adds an input that marks them if the "
             "training samples have missing values too"},
    {"values", AT(CHOICE, values), .choice = values_name, .initial = "auto", RESULT,
     .help = "How the numbers of a table are read; bytes are divided by 255, floats are not; auto "
             "takes for bytes only whole numbers from 0 to 255 in columns named pixel0, pixel1, "
             "... or 1x1, 1x2, ..., or with --size"},
    {"words", AT(TEXT, words), .value = "NAME,...", RESULT,
     .help = "CSV columns, by name or number, to read as words even if they hold numbers; each "
             "word, at most 100 a column, becomes an input of 0 or 1"},
    {"ignore", AT(TEXT, ignore), .value = "NAME,...", RESULT,
     .help = "CSV columns, by name or number, to leave out"},
    {"keep", AT(TEXT, keep), .value = "NAME,...", RESULT,
     .help = "CSV columns to repeat next to predictions; such as an id, by name or number; they "
             "are left out of the inputs"},
    {"size", AT(PAIR, size), OPTION_FROM_TO(1.0, 99999.0), .value = "HxW", RESULT,
     .help = "Resize images to this height and width (default: the first image's); CSV rows are "
             "read as images of this size"},
    {"color", AT(FLAG, color), RESULT, .help = "Read images in colour, not as grey"},
    {"transpose", AT(FLAG, transpose), RESULT,
     .help = "Swap rows and columns of images in IDX, NumPy and CSV files; EMNIST's need it"},
    {"test", AT(NUMBER, test), OPTION_FRACTION, .word = "auto", .initial = "auto", RESULT,
     .help = "Fraction of the samples held back for testing if the data have no test part; auto is "
             "0.2, or 0 for fewer than 20 samples"},
    {"test-seed", AT(COUNT, test_seed), OPTION_FROM(0.0), .initial = "0", RESULT,
     .help = "Seed that decides which samples are held back for testing"},
    {"limit", AT(COUNT, limit), OPTION_FROM_TO(1.0, (double)UINT32_MAX), .word = "all",
     .initial = "all", RESULT, .help = "Use only the first N training samples"},
    {"memory-limit", AT(COUNT, memory_limit), OPTION_FROM_TO(1.0, 0x1p43), .word = "auto",
     .initial = "auto", .value = "MIB", .storage = OPTION_LOCAL,
     .help = "Memory for each part of the data, in MiB; auto is half of the machine's"},
};

static const char *const groups[] = {"Data:"};

const struct option_table SOURCE_TABLE = OPTION_TABLE(rows, groups, NULL, .operands = NULL);

/* What is meant by a file that says nothing of it. */
static const double FORMER_TEST = 0.2;

json_t *source_options_to_json(const struct source_options *options)
{
    static const char *const kept[] = {"transpose", "label-column", "header",      "separator",
                                       "missing",   "regression",   "multi-label", "test",
                                       "test-seed", "limit"};
    struct source_options defaults = {0};
    if (option_defaults(&SOURCE_TABLE, &defaults) != DONE) {
        return NULL;
    }
    defaults.test = FORMER_TEST;
    json_t *before = option_to_json(&SOURCE_TABLE, &defaults, OPTION_RESULT);
    json_t *now = option_to_json(&SOURCE_TABLE, options, OPTION_RESULT);
    json_t *changed = json_object();
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        json_t *value = json_object_get(now, kept[i]);
        if (!json_equal(value, json_object_get(before, kept[i]))) {
            cli_json_set(&changed, kept[i], json_incref(value));
        }
    }
    json_decref(before);
    json_decref(now);
    return changed;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    double now = progress_clock();
    if (progress_due(context, now)) {
        progress_draw_work(context, now, "reading", done, total);
    }
}

void source_init(descent_source *source, const struct source_options *options,
                 struct progress *progress)
{
    *source = (descent_source){
        .height = options->size.first,
        .width = options->size.second,
        .values = (descent_values)options->values,
        .test = options->test == OPTION_AUTO ? 0.0
                : options->test == 0.0       ? DESCENT_TEST_NONE
                                             : options->test,
        .limit = (size_t)options->limit,
        .test_seed = options->test_seed,
        .color = options->color,
        .transpose = options->transpose,
        .label_column = options->label_column,
        .header = (descent_header)options->header,
        .separator = separators[options->separator].separator,
        .regression = options->regression,
        .multi_label = options->multi_label,
        .missing = (descent_missing)options->missing,
        .words = options->words,
        .ignore = options->ignore,
        .keep = options->keep,
        .bytes_are_pixels = options->bytes_are_pixels,
        .memory_limit = options->memory_limit << 20,
        .progress = progress != NULL ? show_progress : NULL,
        .progress_context = progress,
    };
}

enum exit_status source_recall(struct source_options *options, const struct trained_model *trained)
{
    const char *text = descent_safetensors_metadata(trained->file, "source");
    options->test = FORMER_TEST;
    if (text == NULL) {
        return DONE;
    }
    json_t *stored = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    enum exit_status status = option_from_json(&SOURCE_TABLE, stored, options, trained->path);
    json_decref(stored);
    return status;
}

descent_status source_try(descent_dataset **dataset, const char *path, const descent_source *source)
{
    descent_status status = descent_dataset_load(dataset, path, source);
    if (source->progress_context != NULL) {
        progress_clear(source->progress_context);
    }
    return status;
}

enum exit_status source_load(descent_dataset **dataset, const char *path,
                             const descent_source *source)
{
    return cli_library(source_try(dataset, path, source));
}

/* Why a part is missing matters only where the other one is missing as well. */
descent_status source_try_parts(struct source_parts *parts, const char *path,
                                descent_source *source, char error[SOURCE_ERROR_SIZE])
{
    error[0] = '\0';
    for (int p = 0; p < SOURCE_PARTS; p++) {
        source->part = (descent_part)p;
        descent_status loaded = source_try(&parts->datasets[p], path, source);
        if (loaded == DESCENT_OK) {
            source_follow(source, parts->datasets[p]);
        } else if (loaded != DESCENT_ERROR_NOT_FOUND || error[0] == '\0') {
            snprintf(error, SOURCE_ERROR_SIZE, "%s", descent_last_error());
        }
        if (loaded != DESCENT_OK && loaded != DESCENT_ERROR_NOT_FOUND) {
            return loaded;
        }
    }
    return source_first_part(parts) != NULL ? DESCENT_OK : DESCENT_ERROR_NOT_FOUND;
}

enum exit_status source_load_parts(struct source_parts *parts, const char *path,
                                   descent_source *source, const struct source_options *options)
{
    const descent_source asked = *source;
    char error[SOURCE_ERROR_SIZE];
    if (source_try_parts(parts, path, source, error) != DESCENT_OK) {
        return cli_failed("%s", error);
    }
    const descent_dataset *first = source_first_part(parts);
    CLI_TRY(source_check(&asked, first));
    return source_check_effects(options, first, parts->datasets[DESCENT_PART_TEST] != NULL);
}

const descent_dataset *source_first_part(const struct source_parts *parts)
{
    const descent_dataset *train = parts->datasets[DESCENT_PART_TRAIN];
    return train != NULL ? train : parts->datasets[DESCENT_PART_TEST];
}

void source_free_parts(struct source_parts *parts)
{
    for (int p = 0; p < SOURCE_PARTS; p++) {
        descent_dataset_destroy(parts->datasets[p]);
    }
}

/* Where the shape is one of images: the size that they have in a file. */
static void follow_shape(descent_source *source, const descent_shape *shape)
{
    if (shape->rank >= 2) {
        source->height = shape->sizes[source->transpose ? 1 : 0];
        source->width = shape->sizes[source->transpose ? 0 : 1];
        source->color = shape->rank == 3 && shape->sizes[2] == 3;
    }
}

enum exit_status source_check(const descent_source *source, const descent_dataset *dataset)
{
    const descent_shape *shape = descent_dataset_shape(dataset);
    size_t vertical = source->transpose ? 1 : 0;
    bool sized =
        source->height == 0 || (shape->rank >= 2 && shape->sizes[vertical] == source->height &&
                                shape->sizes[1 - vertical] == source->width);
    bool colored = !source->color || (shape->rank == 3 && shape->sizes[2] == 3);
    char found[80];
    text_shape(found, sizeof found, shape);
    return sized && colored
               ? DONE
               : cli_usage("--%s has an effect only on files of images and rows of CSV; found "
                           "samples of %s, which are taken as they are",
                           sized ? "color" : "size", found);
}

void source_follow(descent_source *source, const descent_dataset *dataset)
{
    source->outputs = descent_dataset_outputs(dataset);
    source->target_names = descent_dataset_target_names(dataset);
    source->classes = descent_dataset_classes(dataset);
    source->class_names = descent_dataset_class_names(dataset);
    source->columns = descent_dataset_columns(dataset);
    /* Bytes that were asked for may have been divided, and are floats by now. */
    if (source->values != DESCENT_VALUES_BYTES) {
        source->values = descent_dataset_values(dataset);
    }
    follow_shape(source, descent_dataset_shape(dataset));
}

enum exit_status source_follow_model(descent_source *source, const struct trained_model *trained)
{
    if (source->values != DESCENT_VALUES_AUTO && trained->values != DESCENT_VALUES_AUTO &&
        source->values != trained->values) {
        return cli_usage("--values: expected %s, which the model was trained on, found %s",
                         descent_values_name(trained->values), descent_values_name(source->values));
    }
    if (source->multi_label && !trained->multi_label) {
        return cli_usage(
            "--multi-label has an effect only with a model of several labels a sample");
    }
    if (trained->named && (trained->regression || trained->multi_label)) {
        source->outputs = trained->classes;
        source->target_names = trained->names;
    } else if (trained->named) {
        source->classes = trained->classes;
        source->class_names = trained->names;
    }
    if (source->values == DESCENT_VALUES_AUTO) {
        source->values = trained->values;
    }
    source->columns = trained->columns;
    source->bytes_are_pixels = trained->values == DESCENT_VALUES_BYTES;
    if (trained->has_shape && source->height == 0) {
        follow_shape(source, &trained->shape);
    }
    return DONE;
}

enum exit_status source_augment_read(descent_augment *augment, const char *text)
{
    bool valid = descent_augment_init(augment, text) == DESCENT_OK;
    return valid ? DONE : cli_usage("--augment: %s", descent_last_error());
}

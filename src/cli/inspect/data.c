/*
 * Looks into data sets: how many samples of what shape and class, what their numbers are like, and
 * which are there twice.
 */
#include "cli/base/alike.h"
#include "cli/base/left_aside.h"
#include "cli/base/lines.h"
#include "cli/base/reading.h"
#include "cli/base/record.h"
#include "cli/base/source.h"
#include "cli/base/statistics.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/inspect/inspect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BAR_MAX = 24 };

static const char *const PART_NAMES[SOURCE_PARTS] = {
    [DESCENT_PART_TRAIN] = "training", [DESCENT_PART_TEST] = "test"};

/* A part of a data set, or of it one of the targets. */
struct part {
    const descent_dataset *dataset; /* NULL: there is no such part */
    const char *name;
    char target[RECORD_CELL_SIZE]; /* its name, or its number from 1 */
    const char *values;
    descent_shape shape;
    size_t samples, classes;
    double class_count, target_count; /* for the table: NaN where it has none */
    struct statistics statistics;     /* of all features, or of the target */
    char fingerprint[16];
    json_t *class_counts, *class_names, *targets; /* made for JSON */
};

/* What is reported about a data set. */
struct view {
    const char *path;
    struct source_parts sources;
    struct part parts[SOURCE_PARTS];
    struct duplicates duplicates;
};

static void describe_range(char *text, size_t size, const void *row)
{
    const struct statistics *statistics = &((const struct part *)row)->statistics;
    snprintf(text, size, "%.5g..%.5g", statistics->minimum, statistics->maximum);
}

/* A mean of bytes, and what a network is given of it. */
static const char *describe_byte(char text[TEXT_SIZE], double number)
{
    snprintf(text, TEXT_SIZE, "%.3f (%.4f)", number, number / 255.0);
    return text;
}

#define AT(kind, member) RECORD_MEMBER(kind, struct part, member)

/* How statistics are reported: kind of the ends, heading of the range, what is behind the others'
 * headings, and their form. */
#define STATISTICS(kind, range, unit, ...)                                                         \
    {"minimum", AT(kind, statistics.minimum), .heading = (range), .cell = describe_range},         \
        {"maximum", AT(kind, statistics.maximum)},                                                 \
        {"mean", AT(NUMBER, statistics.mean), .heading = "mean" unit, __VA_ARGS__},                \
    {                                                                                              \
        "deviation", AT(NUMBER, statistics.deviation), .heading = "deviation" unit, __VA_ARGS__    \
    }

#define PART(...)                                                                                  \
    {NULL, AT(TEXT, name), .heading = "part"},                                                     \
        {"samples", AT(SIZE, samples), .heading = "samples", .text = text_whole},                  \
        {"shape", AT(SHAPE, shape), .heading = "shape"}, {"values", AT(TEXT, values)},             \
        {"classes", AT(SIZE, classes)},                                                            \
        {NULL, AT(NUMBER, class_count), .heading = "classes", .format = "%.0f", .optional = true}, \
        {NULL, AT(NUMBER, target_count), .heading = "targets", .format = "%.0f",                   \
         .optional = true},                                                                        \
        __VA_ARGS__, {"fingerprint", AT(CHARS, fingerprint)},                                      \
        {"class_counts", AT(JSON, class_counts)}, {"class_names", AT(JSON, class_names)},          \
    {                                                                                              \
        "targets", AT(JSON, targets), .optional = true                                             \
    }

static const struct record_field BYTES[] = {
    PART(STATISTICS(WHOLE, "pixels", " (/255)", .text = describe_byte))};
static const struct record_field FLOATS[] = {
    PART(STATISTICS(NUMBER, "range", "", .format = "%.5g"))};
static const struct record_field TARGETS[] = {
    {"target", AT(CHARS, target), .heading = "target"},
    {NULL, AT(TEXT, name), .heading = "part", .align = 'r'},
    STATISTICS(NUMBER, "range", "", .format = "%.5g"),
};

static const struct record BYTE_PART = RECORD(struct part, BYTES);
static const struct record FLOAT_PART = RECORD(struct part, FLOATS);
static const struct record TARGET = RECORD(struct part, TARGETS);

static bool is_regression(const struct view *view)
{
    return descent_dataset_outputs(source_first_part(&view->sources)) > 0;
}

static const struct record *part_record(const struct view *view)
{
    const descent_dataset *first = source_first_part(&view->sources);
    return descent_dataset_values(first) == DESCENT_VALUES_BYTES ? &BYTE_PART : &FLOAT_PART;
}

static void fill_part(struct part *part, const descent_dataset *dataset, const char *name)
{
    size_t outputs = descent_dataset_outputs(dataset);
    size_t classes = descent_dataset_classes(dataset);
    *part = (struct part){
        .dataset = dataset,
        .name = name,
        .values = descent_values_name(descent_dataset_values(dataset)),
        .shape = *descent_dataset_shape(dataset),
        .samples = descent_dataset_count(dataset),
        .classes = classes,
        .class_count = outputs == 0 ? (double)classes : NAN,
        .target_count = outputs > 0 ? (double)outputs : NAN,
        .statistics = statistics_of_features(dataset),
    };
    snprintf(part->fingerprint, sizeof part->fingerprint, "%08x",
             (unsigned)descent_dataset_fingerprint(dataset));
}

static void print_fingerprints(const struct part *parts, size_t count)
{
    printf("\nfingerprint");
    for (size_t p = 0; p < count; p++) {
        printf("%s%s %s", p == 0 ? "  " : ", ", parts[p].name, parts[p].fingerprint);
    }
    putchar('\n');
}

static enum exit_status print_overview(const struct view *view)
{
    struct part rows[SOURCE_PARTS];
    size_t count = 0;
    for (int p = 0; p < SOURCE_PARTS; p++) {
        if (view->parts[p].dataset != NULL) {
            rows[count++] = view->parts[p];
        }
    }
    CLI_TRY(record_print(part_record(view), rows, count));
    print_fingerprints(rows, count);
    return DONE;
}

static void print_duplicates(const struct duplicates *duplicates)
{
    char across[TEXT_SIZE], train[TEXT_SIZE], test[TEXT_SIZE], labelled[TEXT_SIZE];
    char other[128] = "";
    if (duplicates->across + duplicates->train + duplicates->test == 0) {
        printf("\nduplicates  none\n\n");
        return;
    }
    if (duplicates->labelled > 0) {
        snprintf(other, sizeof other, "; %s of all these have another label there",
                 text_count(labelled, duplicates->labelled));
    }
    lines_print(stdout,
                "\nduplicates  %s test samples are among the training samples; %s training and %s "
                "test samples repeat an earlier one%s\n",
                text_count(across, duplicates->across), text_count(train, duplicates->train),
                text_count(test, duplicates->test), other);
}

/* Samples of a class; 0 for a class that the part does not know. */
static size_t class_count(const struct part *part, size_t class)
{
    if (part->dataset == NULL || class >= descent_dataset_classes(part->dataset)) {
        return 0;
    }
    return descent_dataset_class_counts(part->dataset)[class];
}

static size_t largest_class(const struct part *part, size_t classes)
{
    size_t largest = 1;
    for (size_t c = 0; c < classes; c++) {
        largest = class_count(part, c) > largest ? class_count(part, c) : largest;
    }
    return largest;
}

/* A class that has samples has a bar. */
static void add_bar(struct table *table, size_t count, size_t largest)
{
    static const char BAR[BAR_MAX + 1] = "########################";
    size_t length = (size_t)ceil((double)count / (double)largest * BAR_MAX);
    table_add(table, "%zu", count);
    table_add(table, "%.*s", (int)length, BAR);
}

/* Both parts have the same classes. */
static enum exit_status print_classes(const struct view *view)
{
    struct table table = {.alignment = "lrlrl"};
    const descent_dataset *first = source_first_part(&view->sources);
    size_t classes = descent_dataset_classes(first);
    size_t largest[SOURCE_PARTS];
    table_add(&table, "class");
    for (int p = 0; p < SOURCE_PARTS; p++) {
        largest[p] = largest_class(&view->parts[p], classes);
        table_add(&table, "%s", PART_NAMES[p]);
        table_add(&table, "%s", "");
    }
    for (size_t c = 0; c < classes; c++) {
        table_add(&table, "%s", descent_dataset_class_names(first)[c]);
        for (int p = 0; p < SOURCE_PARTS; p++) {
            add_bar(&table, class_count(&view->parts[p], c), largest[p]);
        }
    }
    return table_print(&table);
}

static struct part target_of(const struct part *part, size_t output)
{
    const char *const *names = descent_dataset_target_names(part->dataset);
    struct part target = {.name = part->name,
                          .statistics = statistics_of_target(part->dataset, output)};
    snprintf(target.target, sizeof target.target, "%zu", output + 1);
    if (names != NULL) {
        snprintf(target.target, sizeof target.target, "%s", names[output]);
    }
    return target;
}

static enum exit_status print_targets(const struct view *view)
{
    size_t outputs = descent_dataset_outputs(source_first_part(&view->sources));
    size_t count = 0;
    struct part *targets = calloc(outputs, SOURCE_PARTS * sizeof *targets);
    if (targets == NULL) {
        return cli_failed("out of memory for %zu targets", outputs);
    }
    for (size_t o = 0; o < outputs; o++) {
        for (int p = 0; p < SOURCE_PARTS; p++) {
            if (view->parts[p].dataset != NULL) {
                targets[count++] = target_of(&view->parts[p], o);
            }
        }
    }
    enum exit_status status = record_print(&TARGET, targets, count);
    free(targets);
    return status;
}

static json_t *targets_json(const struct part *part)
{
    json_t *array = json_array();
    for (size_t o = 0; o < descent_dataset_outputs(part->dataset); o++) {
        struct part target = target_of(part, o);
        cli_json_append(&array, record_json(&TARGET, &target));
    }
    return array;
}

static json_t *part_json(const struct record *record, const struct part *part)
{
    struct part row = *part;
    if (part->dataset == NULL) {
        return json_null();
    }
    row.class_counts = json_array();
    row.class_names = json_array();
    for (size_t c = 0; c < row.classes; c++) {
        cli_json_append(&row.class_counts, json_integer((json_int_t)class_count(part, c)));
        cli_json_append(&row.class_names,
                        json_string(descent_dataset_class_names(part->dataset)[c]));
    }
    row.targets = descent_dataset_outputs(part->dataset) > 0 ? targets_json(part) : NULL;
    return record_json(record, &row);
}

static const descent_dataset *const *datasets_of(const struct view *view)
{
    return (const descent_dataset *const *)view->sources.datasets;
}

static json_t *view_json(const struct view *view)
{
    const struct duplicates *duplicates = &view->duplicates;
    const struct record *record = part_record(view);
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I, s:I}}", "kind", "data",
                     "folder", view->path, "table", reading_json(source_first_part(&view->sources)),
                     "columns",
                     inspect_columns_json(source_first_part(&view->sources),
                                          view->sources.datasets[DESCENT_PART_TEST]),
                     "train", part_json(record, &view->parts[DESCENT_PART_TRAIN]), "test",
                     part_json(record, &view->parts[DESCENT_PART_TEST]), "left_aside",
                     left_aside_json(datasets_of(view)), "duplicates", "across",
                     (json_int_t)duplicates->across, "train", (json_int_t)duplicates->train, "test",
                     (json_int_t)duplicates->test, "other_label", (json_int_t)duplicates->labelled);
}

static enum exit_status show_text(const struct view *view)
{
    char left[1024], table[256], alike[1024];
    left_aside_list(left, sizeof left, datasets_of(view), true);
    reading_describe(table, sizeof table, source_first_part(&view->sources));
    lines_print_whole(stdout, "%s: data set", view->path);
    putchar('\n');
    CLI_TRY(print_overview(view));
    if (table[0] != '\0') {
        lines_print(stdout, "\ntable  %s", table);
    }
    alike_list(alike, sizeof alike, source_first_part(&view->sources));
    if (alike[0] != '\0') {
        lines_print(stdout, "\nalike  %s, but for case or blanks", alike);
    }
    if (left[0] != '\0') {
        lines_print(stdout, "\nignored  %s", left);
    }
    print_duplicates(&view->duplicates);
    CLI_TRY(inspect_print_columns(source_first_part(&view->sources),
                                  view->sources.datasets[DESCENT_PART_TEST]));
    return is_regression(view) ? print_targets(view) : print_classes(view);
}

static enum exit_status save_sheet(const struct view *view, const struct inspect_options *options)
{
    const struct part *train = &view->parts[DESCENT_PART_TRAIN];
    const struct part *part = train->dataset != NULL ? train : &view->parts[DESCENT_PART_TEST];
    const struct sheet_samples what = {.options = options,
                                       .data = view->path,
                                       .part = part->name,
                                       .low = part->statistics.minimum,
                                       .high = part->statistics.maximum};
    return inspect_save_sheet(part->dataset, &what);
}

static enum exit_status show(struct view *view, const struct inspect_options *options,
                             json_t **json)
{
    struct progress display = progress_create(false);
    descent_source source;
    source_init(&source, &options->source, &display);
    CLI_TRY(source_load_parts(&view->sources, view->path, &source, &options->source));
    for (int p = 0; p < SOURCE_PARTS; p++) {
        if (view->sources.datasets[p] != NULL) {
            fill_part(&view->parts[p], view->sources.datasets[p], PART_NAMES[p]);
        }
    }
    CLI_TRY(duplicates_find(&view->duplicates, view->sources.datasets[DESCENT_PART_TRAIN],
                            view->sources.datasets[DESCENT_PART_TEST]));
    if (options->sheet != NULL) {
        CLI_TRY(save_sheet(view, options));
    }
    if (json == NULL) {
        return show_text(view);
    }
    *json = view_json(view);
    return DONE;
}

enum exit_status inspect_data(const char *path, const struct inspect_options *options,
                              json_t **json)
{
    struct view view = {.path = path};
    enum exit_status status = show(&view, options, json);
    source_free_parts(&view.sources);
    return status;
}

/*
 * Looks into data sets: how many samples of what shape and class, what their numbers are like, and
 * which are there twice.
 */
#include "cli/base/data_part.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/inspect/duplicates.h"
#include "cli/inspect/inspect.h"
#include "cli/inspect/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BAR_MAX = 24 };

static const char *const PART_NAMES[DATA_PARTS] = {
    [DESCENT_PART_TRAIN] = "training", [DESCENT_PART_TEST] = "test"};

static const char *const PART_KEYS[DATA_PARTS] = {
    [DESCENT_PART_TRAIN] = "train", [DESCENT_PART_TEST] = "test"};

/* What is told about a data set. */
struct view {
    const char *path;
    struct data_part parts[DATA_PARTS];
    struct duplicates duplicates;
};

static void add_shape(struct table *table, const descent_dataset *dataset)
{
    char shape[128];
    text_shape(shape, sizeof shape, descent_dataset_shape(dataset));
    table_add(table, "%s", shape);
}

static bool holds_bytes(const struct data_part *part)
{
    return descent_dataset_values(part->dataset) == DESCENT_VALUES_BYTES;
}

/* Bytes exactly, and what a network is given of them. */
static void add_byte_spread(struct table *table, const struct spread *spread)
{
    table_add(table, "%.0f..%.0f", spread->minimum, spread->maximum);
    table_add(table, "%.3f (%.4f)", spread->mean, spread->mean / 255.0);
    table_add(table, "%.3f (%.4f)", spread->deviation, spread->deviation / 255.0);
}

static void add_spread(struct table *table, const struct spread *spread)
{
    table_add(table, "%.5g..%.5g", spread->minimum, spread->maximum);
    table_add(table, "%.5g", spread->mean);
    table_add(table, "%.5g", spread->deviation);
}

static void add_part(struct table *table, const char *name, const struct data_part *part)
{
    char count[TEXT_SIZE];
    size_t outputs = descent_dataset_outputs(part->dataset);
    table_add(table, "%s", name);
    table_add(table, "%s", text_count(count, descent_dataset_count(part->dataset)));
    add_shape(table, part->dataset);
    table_add(table, "%zu", outputs > 0 ? outputs : descent_dataset_classes(part->dataset));
    (holds_bytes(part) ? add_byte_spread : add_spread)(table, &part->spread);
    table_add(table, "%08x", (unsigned)descent_dataset_fingerprint(part->dataset));
}

static enum exit_status print_overview(const struct data_part *parts)
{
    struct table table = {.alignment = "lrlrrrrr"};
    const struct data_part *first = data_parts_first(parts);
    bool bytes = holds_bytes(first);
    const char *const header[] = {"part",
                                  "samples",
                                  "shape",
                                  descent_dataset_outputs(first->dataset) > 0 ? "targets"
                                                                              : "classes",
                                  bytes ? "pixel range" : "range",
                                  bytes ? "mean (/255)" : "mean",
                                  bytes ? "deviation (/255)" : "deviation",
                                  "fingerprint"};
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++) {
        table_add(&table, "%s", header[i]);
    }
    for (int p = 0; p < DATA_PARTS; p++) {
        if (parts[p].dataset != NULL) {
            add_part(&table, PART_NAMES[p], &parts[p]);
        }
    }
    return table_print(&table);
}

static void print_duplicates(const struct duplicates *duplicates)
{
    char across[TEXT_SIZE], train[TEXT_SIZE], test[TEXT_SIZE], labelled[TEXT_SIZE];
    if (duplicates->across + duplicates->train + duplicates->test == 0) {
        printf("\nduplicates  none\n\n");
        return;
    }
    printf("\nduplicates  %s test samples are among the training samples; %s training and %s test "
           "samples\n            repeat an earlier one",
           text_count(across, duplicates->across), text_count(train, duplicates->train),
           text_count(test, duplicates->test));
    if (duplicates->labelled > 0) {
        printf("; %s of all these have another label there",
               text_count(labelled, duplicates->labelled));
    }
    printf("\n\n");
}

/* Samples of a class; 0 for a class that the part does not know. */
static size_t class_count(const struct data_part *part, size_t class)
{
    if (part->dataset == NULL || class >= descent_dataset_classes(part->dataset)) {
        return 0;
    }
    return descent_dataset_class_counts(part->dataset)[class];
}

static size_t largest_class(const struct data_part *part, size_t classes)
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
static enum exit_status print_classes(const struct data_part *parts)
{
    struct table table = {.alignment = "lrlrl"};
    const descent_dataset *first = data_parts_first(parts)->dataset;
    size_t classes = descent_dataset_classes(first);
    table_add(&table, "class");
    for (int p = 0; p < DATA_PARTS; p++) {
        table_add(&table, "%s", PART_NAMES[p]);
        table_add(&table, "%s", "");
    }
    for (size_t c = 0; c < classes; c++) {
        table_add(&table, "%s", descent_dataset_class_names(first)[c]);
        for (int p = 0; p < DATA_PARTS; p++) {
            add_bar(&table, class_count(&parts[p], c), largest_class(&parts[p], classes));
        }
    }
    return table_print(&table);
}

static enum exit_status print_targets(const struct data_part *parts)
{
    struct table table = {.alignment = "lrrrr"};
    static const char *const header[] = {"target", "part", "range", "mean", "deviation"};
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++) {
        table_add(&table, "%s", header[i]);
    }
    for (size_t o = 0; o < descent_dataset_outputs(data_parts_first(parts)->dataset); o++) {
        for (int p = 0; p < DATA_PARTS; p++) {
            if (parts[p].dataset != NULL) {
                struct spread spread = data_part_target(&parts[p], o);
                table_add(&table, "%zu", o + 1);
                table_add(&table, "%s", PART_NAMES[p]);
                add_spread(&table, &spread);
            }
        }
    }
    return table_print(&table);
}

static json_t *spread_json(const struct spread *spread, bool whole)
{
    return json_pack("{s:o, s:o, s:f, s:f}", "minimum",
                     whole ? json_integer((json_int_t)spread->minimum) : json_real(spread->minimum),
                     "maximum",
                     whole ? json_integer((json_int_t)spread->maximum) : json_real(spread->maximum),
                     "mean", spread->mean, "deviation", spread->deviation);
}

static json_t *targets_json(const struct data_part *part)
{
    json_t *array = json_array();
    for (size_t o = 0; o < descent_dataset_outputs(part->dataset); o++) {
        struct spread spread = data_part_target(part, o);
        json_array_append_new(array, spread_json(&spread, false));
    }
    return array;
}

static void add_classes_json(json_t *object, const struct data_part *part)
{
    json_t *counts = json_array();
    json_t *names = json_array();
    for (size_t c = 0; c < descent_dataset_classes(part->dataset); c++) {
        json_array_append_new(counts, json_integer((json_int_t)class_count(part, c)));
        json_array_append_new(names, json_string(descent_dataset_class_names(part->dataset)[c]));
    }
    json_object_set_new(object, "class_counts", counts);
    json_object_set_new(object, "class_names", names);
}

static json_t *part_json(const struct data_part *part)
{
    if (part->dataset == NULL) {
        return json_null();
    }
    char fingerprint[16];
    snprintf(fingerprint, sizeof fingerprint, "%08x",
             (unsigned)descent_dataset_fingerprint(part->dataset));
    json_t *object = json_pack(
        "{s:I, s:o, s:s, s:I, s:s}", "samples", (json_int_t)descent_dataset_count(part->dataset),
        "shape", inspect_shape_json(descent_dataset_shape(part->dataset)), "values",
        descent_values_name(descent_dataset_values(part->dataset)), "classes",
        (json_int_t)descent_dataset_classes(part->dataset), "fingerprint", fingerprint);
    json_object_update_new(object, spread_json(&part->spread, holds_bytes(part)));
    add_classes_json(object, part);
    if (descent_dataset_outputs(part->dataset) > 0) {
        json_object_set_new(object, "targets", targets_json(part));
    }
    return object;
}

static void show_json(const struct view *view, json_t *object)
{
    const struct duplicates *duplicates = &view->duplicates;
    json_object_set_new(object, "kind", json_string("data"));
    json_object_set_new(object, "folder", json_string(view->path));
    for (int p = 0; p < DATA_PARTS; p++) {
        json_object_set_new(object, PART_KEYS[p], part_json(&view->parts[p]));
    }
    json_object_set_new(object, "duplicates",
                        json_pack("{s:I, s:I, s:I, s:I}", "across", (json_int_t)duplicates->across,
                                  "train", (json_int_t)duplicates->train, "test",
                                  (json_int_t)duplicates->test, "other_label",
                                  (json_int_t)duplicates->labelled));
}

static enum exit_status show_text(const struct view *view)
{
    printf("%s: data set\n\n", view->path);
    enum exit_status status = print_overview(view->parts);
    if (status != DONE) {
        return status;
    }
    print_duplicates(&view->duplicates);
    bool regression = descent_dataset_outputs(data_parts_first(view->parts)->dataset) > 0;
    return regression ? print_targets(view->parts) : print_classes(view->parts);
}

static enum exit_status save_sheet(const struct view *view, const struct inspect_options *options)
{
    const struct data_part *part = data_parts_first(view->parts);
    double low = part->spread.minimum, high = part->spread.maximum;
    if (descent_augment_active(&options->augment)) {
        return sheet_save_augmented(part->dataset, low, high, &options->augment, view->path,
                                    options->sheet);
    }
    return sheet_save_classes(part->dataset, low, high, view->path, options->sheet);
}

enum exit_status inspect_data(const char *path, const struct inspect_options *options,
                              json_t *object)
{
    struct progress display = progress_create(false);
    struct view view = {.path = path};
    descent_source source;
    source_init(&source, &options->source, &display);
    enum exit_status status = data_parts_load(view.parts, path, &source);
    if (status == DONE) {
        status = duplicates_find(&view.duplicates, view.parts[DESCENT_PART_TRAIN].dataset,
                                 view.parts[DESCENT_PART_TEST].dataset);
    }
    if (status == DONE && options->sheet != NULL) {
        status = save_sheet(&view, options);
    }
    if (status == DONE && object != NULL) {
        show_json(&view, object);
    } else if (status == DONE) {
        status = show_text(&view);
    }
    data_parts_free(view.parts);
    return status;
}

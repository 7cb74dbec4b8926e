/*
 * Looks into data sets: how many samples of what shape and class, and how bright they are.
 */
#include "classifier.h"
#include "inspect.h"
#include "table.h"
#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 2, BAR_MAX = 24 };

static const char *const PART_NAMES[PARTS] = {
    [DESCENT_PART_TRAIN] = "training", [DESCENT_PART_TEST] = "test"};

static const char *const PART_KEYS[PARTS] = {
    [DESCENT_PART_TRAIN] = "train", [DESCENT_PART_TEST] = "test"};

/* A part, and what its bytes are like. */
struct part {
    descent_dataset *dataset; /* NULL: the folder has no such part */
    unsigned minimum;
    unsigned maximum;
    double mean;
    double deviation;
};

/* Exact integer sums: 255² · 2⁴⁷ samples still fit. */
static void measure(struct part *part)
{
    size_t features = descent_dataset_features(part->dataset);
    size_t count = descent_dataset_count(part->dataset);
    uint64_t histogram[256] = {0};
    for (size_t i = 0; i < count; i++) {
        const uint8_t *sample = descent_dataset_sample(part->dataset, i);
        for (size_t f = 0; f < features; f++) {
            histogram[sample[f]]++;
        }
    }
    uint64_t sum = 0;
    uint64_t squares = 0;
    part->minimum = UINT8_MAX;
    for (unsigned value = 0; value < 256; value++) {
        if (histogram[value] > 0) {
            part->minimum = value < part->minimum ? value : part->minimum;
            part->maximum = value;
        }
        sum += value * histogram[value];
        squares += (uint64_t)value * value * histogram[value];
    }
    double n = (double)count * (double)features;
    part->mean = (double)sum / n;
    part->deviation = sqrt(fmax(0.0, (double)squares / n - part->mean * part->mean));
}

/* A folder may hold one part only; a part that is there must be whole. */
static enum exit_status load_parts(struct part *parts, const char *folder)
{
    enum exit_status status = FAILED;
    char missing[512] = "";
    for (int p = 0; p < PARTS; p++) {
        descent_source source = DESCENT_SOURCE_DEFAULT;
        source.part = (descent_part)p;
        descent_status loaded = descent_dataset_load(&parts[p].dataset, folder, &source);
        if (loaded == DESCENT_OK) {
            measure(&parts[p]);
            status = DONE;
        } else if (loaded != DESCENT_ERROR_NOT_FOUND) {
            return cli_library_failed();
        } else if (missing[0] == '\0') {
            snprintf(missing, sizeof missing, "%s", descent_last_error());
        }
    }
    return status == DONE ? DONE : cli_failed("%s", missing);
}

static void add_shape(struct table *table, const descent_dataset *dataset)
{
    char shape[128];
    classifier_describe_shape(shape, sizeof shape, descent_dataset_shape(dataset));
    table_add(table, "%s", shape);
}

static void add_part(struct table *table, const char *name, const struct part *part)
{
    char count[TEXT_SIZE];
    table_add(table, "%s", name);
    table_add(table, "%s", text_count(count, descent_dataset_count(part->dataset)));
    add_shape(table, part->dataset);
    table_add(table, "%zu", descent_dataset_classes(part->dataset));
    table_add(table, "%u..%u", part->minimum, part->maximum);
    table_add(table, "%.3f (%.4f)", part->mean, part->mean / 255.0);
    table_add(table, "%.3f (%.4f)", part->deviation, part->deviation / 255.0);
    table_add(table, "%08x", (unsigned)descent_dataset_fingerprint(part->dataset));
}

static enum exit_status print_overview(const struct part *parts)
{
    struct table table = {.alignment = "lrlrrrrr"};
    static const char *const HEADER[] = {
        "part",        "samples",          "shape",      "classes", "pixel range",
        "mean (/255)", "deviation (/255)", "fingerprint"};
    for (size_t i = 0; i < sizeof HEADER / sizeof HEADER[0]; i++) {
        table_add(&table, "%s", HEADER[i]);
    }
    for (int p = 0; p < PARTS; p++) {
        if (parts[p].dataset != NULL) {
            add_part(&table, PART_NAMES[p], &parts[p]);
        }
    }
    return table_print(&table);
}

/* Samples of a class; 0 for a class that the part does not know. */
static size_t class_count(const struct part *part, size_t class)
{
    if (part->dataset == NULL || class >= descent_dataset_classes(part->dataset)) {
        return 0;
    }
    return descent_dataset_class_counts(part->dataset)[class];
}

static size_t count_classes(const struct part *parts)
{
    size_t classes = 0;
    for (int p = 0; p < PARTS; p++) {
        if (parts[p].dataset != NULL && descent_dataset_classes(parts[p].dataset) > classes) {
            classes = descent_dataset_classes(parts[p].dataset);
        }
    }
    return classes;
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

static enum exit_status print_classes(const struct part *parts)
{
    struct table table = {.alignment = "lrlrl"};
    size_t classes = count_classes(parts);
    table_add(&table, "class");
    for (int p = 0; p < PARTS; p++) {
        table_add(&table, "%s", PART_NAMES[p]);
        table_add(&table, "%s", "");
    }
    for (size_t c = 0; c < classes; c++) {
        table_add(&table, "%zu", c);
        for (int p = 0; p < PARTS; p++) {
            add_bar(&table, class_count(&parts[p], c), largest_class(&parts[p], classes));
        }
    }
    return table_print(&table);
}

static json_t *part_json(const struct part *part)
{
    if (part->dataset == NULL) {
        return json_null();
    }
    json_t *counts = json_array();
    for (size_t c = 0; c < descent_dataset_classes(part->dataset); c++) {
        json_array_append_new(counts, json_integer((json_int_t)class_count(part, c)));
    }
    char fingerprint[16];
    snprintf(fingerprint, sizeof fingerprint, "%08x",
             (unsigned)descent_dataset_fingerprint(part->dataset));
    return json_pack("{s:I, s:o, s:I, s:o, s:I, s:I, s:f, s:f, s:s}", "samples",
                     (json_int_t)descent_dataset_count(part->dataset), "shape",
                     inspect_shape_json(descent_dataset_shape(part->dataset)), "classes",
                     (json_int_t)descent_dataset_classes(part->dataset), "class_counts", counts,
                     "minimum", (json_int_t)part->minimum, "maximum", (json_int_t)part->maximum,
                     "mean", part->mean, "deviation", part->deviation, "fingerprint", fingerprint);
}

static enum exit_status show_parts(const char *folder, const struct part *parts, json_t *object)
{
    if (object != NULL) {
        json_object_set_new(object, "kind", json_string("data"));
        json_object_set_new(object, "folder", json_string(folder));
        for (int p = 0; p < PARTS; p++) {
            json_object_set_new(object, PART_KEYS[p], part_json(&parts[p]));
        }
        return DONE;
    }
    printf("%s: data set\n\n", folder);
    enum exit_status status = print_overview(parts);
    if (status == DONE) {
        printf("\n");
        status = print_classes(parts);
    }
    return status;
}

enum exit_status inspect_data(const char *folder, json_t *object)
{
    struct part parts[PARTS] = {0};
    enum exit_status status = load_parts(parts, folder);
    if (status == DONE) {
        status = show_parts(folder, parts, object);
    }
    for (int p = 0; p < PARTS; p++) {
        descent_dataset_destroy(parts[p].dataset);
    }
    return status;
}

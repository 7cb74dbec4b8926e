/*
 * A data set out of a CSV file. It is read twice from front to back, first to count and to learn
 * the classes, then to fill what by then has its exact size.
 */
#include "base/fail.h"
#include "base/memory_limit.h"
#include "base/names.h"
#include "data/csv_columns.h"
#include "data/sources.h"
#include "data/split.h"

#include <descent/random.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Records between two reports on the work. */
enum { REPORT_EVERY = 256 };

struct table {
    const char *path;
    const descent_source *source;
    struct descent_csv_columns columns;
    struct descent_names names;
    size_t features;
    size_t count; /* of records */
    size_t room;
    int32_t *labels; /* [count] */
    bool bytes_only; /* whether every feature so far is written as a whole number from 0 to 255 */
    bool *held;      /* [count], which records make up the test part; NULL: all are wanted */
    /* of the wanted records */
    size_t wanted;
    uint8_t *bytes;
    float *floats;
    float *targets;
};

/* What is done with each record. */
typedef descent_status record_function(struct table *table, const struct descent_csv *csv,
                                       size_t record);

/* Calls a function for every record of data; pass 0 or 1 of two. */
static descent_status read_records(struct table *table, record_function *use, unsigned pass)
{
    struct descent_csv csv;
    descent_status status = descent_csv_open(&csv, table->path);
    if (status != DESCENT_OK) {
        return status;
    }
    bool more = false;
    if (table->columns.header) {
        status = descent_csv_next(&csv, &more);
    }
    for (size_t record = 0; status == DESCENT_OK; record++) {
        status = descent_csv_next(&csv, &more);
        if (status != DESCENT_OK || !more) {
            break;
        }
        if (record % REPORT_EVERY == 0) {
            uint64_t size = csv.reader.size;
            uint64_t done = descent_reader_consumed(&csv.reader);
            descent_source_report(table->source, pass * size + done, 2 * size);
        }
        status = descent_csv_columns_check(&table->columns, &csv);
        status = status == DESCENT_OK ? use(table, &csv, record) : status;
    }
    descent_csv_close(&csv);
    return status;
}

/* A whole number from 0 to 255, of digits alone. */
static bool read_byte(uint8_t *byte, const char *field)
{
    unsigned value = 0;
    size_t digits = 0;
    for (; field[digits] >= '0' && field[digits] <= '9' && digits < 4; digits++) {
        value = value * 10 + (unsigned)(field[digits] - '0');
    }
    *byte = (uint8_t)value;
    return digits > 0 && digits < 4 && field[digits] == '\0' && value <= UINT8_MAX;
}

static descent_status keep_label(struct table *table, const struct descent_csv *csv, size_t column)
{
    const char *field = descent_csv_field(csv, column);
    size_t number = 0;
    if (field[0] == '\0') {
        return descent_csv_columns_fail(&table->columns, csv, column, "a label");
    }
    if (table->source->class_names != NULL) {
        number = descent_names_find(&table->names, field);
        if (number == SIZE_MAX) {
            return descent_csv_columns_fail(&table->columns, csv, column,
                                            "a class of the training data");
        }
    } else {
        char where[PATH_MAX];
        snprintf(where, sizeof where, "%s: line %llu, column %zu", table->path,
                 (unsigned long long)csv->line, column + 1);
        descent_status status = descent_names_add(&table->names, &number, field, where);
        if (status != DESCENT_OK) {
            return status;
        }
    }
    table->labels[table->count] = (int32_t)number;
    return DESCENT_OK;
}

static descent_status grow(struct table *table)
{
    size_t room = table->room == 0 ? 4096 : 2 * table->room;
    int32_t *labels = NULL;
    descent_status status = descent_memory_check(
        table->path, room, "samples", room * sizeof *labels, table->source->memory_limit);
    if (status != DESCENT_OK) {
        return status;
    }
    if (table->count < UINT32_MAX) {
        labels = realloc(table->labels, room * sizeof *labels);
    }
    if (labels == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu labels", table->path,
                            room);
    }
    table->labels = labels;
    table->room = room;
    return DESCENT_OK;
}

/* First pass: labels, and whether the features are bytes. */
static descent_status scan(struct table *table, const struct descent_csv *csv, size_t record)
{
    descent_status status = record == table->room ? grow(table) : DESCENT_OK;
    for (size_t c = 0; c < csv->fields && status == DESCENT_OK; c++) {
        uint8_t byte = 0;
        if (table->columns.answer[c] == 0) {
            table->bytes_only = table->bytes_only && read_byte(&byte, descent_csv_field(csv, c));
        } else if (!table->source->regression) {
            status = keep_label(table, csv, c);
        }
    }
    table->count += status == DESCENT_OK;
    return status;
}

static descent_status keep_feature(struct table *table, const struct descent_csv *csv,
                                   size_t column, size_t at)
{
    if (table->bytes != NULL) {
        return read_byte(&table->bytes[at], descent_csv_field(csv, column))
                   ? DESCENT_OK
                   : descent_csv_columns_fail(&table->columns, csv, column,
                                              "a whole number from 0 to 255");
    }
    descent_status status =
        descent_csv_columns_number(&table->columns, csv, column, &table->floats[at]);
    if (table->source->values == DESCENT_VALUES_BYTES) {
        table->floats[at] /= 255.0f;
    }
    return status;
}

static descent_status keep_record(struct table *table, const struct descent_csv *csv)
{
    size_t at = table->wanted * table->features;
    descent_status status = DESCENT_OK;
    for (size_t c = 0; c < csv->fields && status == DESCENT_OK; c++) {
        size_t answer = table->columns.answer[c];
        if (answer == 0) {
            status = keep_feature(table, csv, c, at++);
        } else if (table->source->regression) {
            size_t target = table->wanted * table->columns.answers + answer - 1;
            status = descent_csv_columns_number(&table->columns, csv, c, &table->targets[target]);
        }
    }
    table->wanted++;
    return status;
}

/* Second pass: the wanted records. */
static descent_status fill(struct table *table, const struct descent_csv *csv, size_t record)
{
    if (record >= table->count) {
        return descent_fail(DESCENT_ERROR_IO, "%s: has grown while it was read", table->path);
    }
    bool wanted =
        table->held == NULL || table->held[record] == (table->source->part == DESCENT_PART_TEST);
    if (!wanted) {
        return DESCENT_OK;
    }
    if (!table->source->regression) {
        table->labels[table->wanted] = table->labels[record];
    }
    return keep_record(table, csv);
}

/* The classes in their final order. */
static descent_status sort_classes(struct table *table)
{
    if (table->source->regression || table->source->class_names != NULL) {
        return DESCENT_OK;
    }
    int32_t *numbers = calloc(table->names.count, sizeof *numbers);
    if (numbers == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu classes", table->path,
                            table->names.count);
    }
    descent_status status = descent_names_sort(&table->names, numbers);
    for (size_t i = 0; i < table->count && status == DESCENT_OK; i++) {
        table->labels[i] = numbers[table->labels[i]];
    }
    free(numbers);
    return status;
}

static descent_status hold_test_part(struct table *table, size_t *wanted)
{
    const descent_source *source = table->source;
    const struct descent_split split = {.what = "test",
                                        .labels = source->regression ? NULL : table->labels,
                                        .count = table->count,
                                        .classes = table->names.count,
                                        .fraction = source->test,
                                        .seed = source->test_seed,
                                        .stream = DESCENT_STREAM_TEST};
    size_t held = 0;
    descent_status status = descent_split_choose(&table->held, &held, &split);
    *wanted = source->part == DESCENT_PART_TEST ? held : table->count - held;
    return status;
}

static descent_status allocate(struct table *table, size_t wanted)
{
    bool bytes = table->bytes_only && table->source->values != DESCENT_VALUES_FLOATS;
    size_t outputs = table->source->regression ? table->columns.answers : 0;
    size_t size = table->features * (bytes ? 1 : sizeof(float)) + outputs * sizeof(float);
    descent_status status =
        descent_memory_check(table->path, wanted, "samples", descent_memory_product(wanted, size),
                             table->source->memory_limit);
    if (status != DESCENT_OK) {
        return status;
    }
    table->bytes = bytes ? calloc(wanted, table->features) : NULL;
    table->floats = bytes ? NULL : calloc(wanted, table->features * sizeof(float));
    table->targets = outputs > 0 ? calloc(wanted, outputs * sizeof(float)) : NULL;
    if ((table->bytes == NULL && table->floats == NULL) ||
        (outputs > 0 && table->targets == NULL)) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu samples", table->path,
                            wanted);
    }
    return DESCENT_OK;
}

static descent_status read_table(struct table *table, bool split)
{
    const descent_source *source = table->source;
    DESCENT_TRY(descent_csv_columns_load(&table->columns, table->path, source));
    if (source->class_names != NULL) {
        DESCENT_TRY(descent_names_add_all(&table->names, source->class_names, source->classes));
    }
    table->features = table->columns.count - table->columns.answers;
    DESCENT_TRY(read_records(table, scan, 0));
    DESCENT_TRY(sort_classes(table));
    size_t wanted = table->count;
    if (split) {
        DESCENT_TRY(hold_test_part(table, &wanted));
    }
    DESCENT_TRY(allocate(table, wanted));
    DESCENT_TRY(read_records(table, fill, 1));
    if (table->wanted != wanted) {
        return descent_fail(DESCENT_ERROR_IO, "%s: has shrunk while it was read", table->path);
    }
    return DESCENT_OK;
}

/* Rows with as many numbers as an image of the wanted size are such images. */
static descent_status choose_shape(descent_shape *shape, const struct table *table)
{
    const descent_source *source = table->source;
    size_t channels = source->color ? 3 : 1;
    *shape = (descent_shape){1, {table->features}};
    if (source->height == 0 || source->width == 0) {
        return DESCENT_OK;
    }
    if (source->height * source->width * channels != table->features) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %zu numbers in a line, for images of %zu x %zu x %zu, "
                            "found %zu",
                            table->path, source->height * source->width * channels, source->height,
                            source->width, channels, table->features);
    }
    *shape = (descent_shape){source->color ? 3 : 2, {source->height, source->width, channels}};
    return DESCENT_OK;
}

/* Hands the arrays over to the data set. */
static descent_status finish(descent_dataset **dataset, struct table *table)
{
    bool regression = table->source->regression;
    descent_samples samples = {
        .count = table->wanted,
        .bytes = table->bytes,
        .floats = table->floats,
        .labels = regression ? NULL : table->labels,
        .classes = table->names.count,
        .class_names = (const char *const *)table->names.texts,
        .targets = table->targets,
        .outputs = table->columns.answers,
    };
    DESCENT_TRY(choose_shape(&samples.shape, table));
    table->bytes = NULL;
    table->floats = NULL;
    table->targets = NULL;
    table->labels = regression ? table->labels : NULL;
    return descent_source_finish(dataset, &samples, table->path, table->source);
}

descent_status descent_csv_load(descent_dataset **dataset, const char *path,
                                const descent_source *source, bool split)
{
    struct table table = {.path = path, .source = source, .bytes_only = true};
    descent_status status = read_table(&table, split);
    if (status == DESCENT_OK) {
        status = finish(dataset, &table);
    }
    descent_csv_columns_free(&table.columns);
    descent_names_free(&table.names);
    free(table.labels);
    free(table.held);
    free(table.bytes);
    free(table.floats);
    free(table.targets);
    return status;
}

/*
 * A data set out of a CSV file. It is read twice from front to back, first to count and to learn
 * the classes, then to fill what by then has its exact size.
 */
#include "base/fail.h"
#include "base/memory_limit.h"
#include "data/columns_private.h"
#include "data/columns_reading.h"
#include "data/csv_labels.h"
#include "data/dataset_private.h"
#include "data/sources.h"
#include "data/split.h"

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
    struct descent_csv_labels labels;
    descent_columns *learned; /* NULL: pixels */
    descent_reading *reading;
    size_t features;
    bool bytes_only; /* whether every feature so far is written as a whole number from 0 to 255 */
    bool *held;      /* which records make up the test part; NULL: all are wanted */
    /* of the wanted records */
    size_t wanted;
    uint8_t *bytes;
    float *floats;
};

/* What is done with each record. */
typedef descent_status record_function(struct table *table, const struct descent_csv *csv,
                                       size_t record);

/* Calls a function for every record of data; pass 0 or 1 of two. */
static descent_status read_records(struct table *table, record_function *use, unsigned pass)
{
    struct descent_csv csv;
    descent_status status = descent_csv_open(&csv, table->path, table->columns.dialect);
    if (status != DESCENT_OK) {
        return status;
    }
    bool more = false;
    if (table->columns.header && !table->columns.commented) {
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

/* First pass: labels, and whether the features are bytes. */
static descent_status scan(struct table *table, const struct descent_csv *csv, size_t record)
{
    (void)record;
    for (size_t c = 0; c < csv->fields && table->bytes_only; c++) {
        uint8_t byte = 0;
        table->bytes_only =
            table->columns.answer[c] != 0 || read_byte(&byte, descent_csv_field(csv, c));
    }
    return descent_csv_labels_scan(&table->labels, csv);
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
    for (size_t c = 0; c < csv->fields; c++) {
        if (table->columns.answer[c] == 0) {
            DESCENT_TRY(keep_feature(table, csv, c, at++));
        }
    }
    table->wanted++;
    return DESCENT_OK;
}

/* Second pass: the wanted records. */
static descent_status fill(struct table *table, const struct descent_csv *csv, size_t record)
{
    if (record >= table->labels.count) {
        return descent_fail(DESCENT_ERROR_IO, "%s: has grown while it was read", table->path);
    }
    bool wanted =
        table->held == NULL || table->held[record] == (table->source->part == DESCENT_PART_TEST);
    if (!wanted) {
        return DESCENT_OK;
    }
    DESCENT_TRY(keep_record(table, csv));
    return descent_csv_labels_keep(&table->labels, csv, record);
}

static descent_status hold_test_part(struct table *table, size_t *wanted)
{
    const struct descent_split split = {.labels =
                                            table->labels.outputs > 0 ? NULL : table->labels.labels,
                                        .count = table->labels.count,
                                        .classes = table->labels.names.names.count};
    return descent_source_hold(&table->held, wanted, &split, table->source, table->path);
}

static descent_status allocate(struct table *table, size_t wanted)
{
    bool bytes = table->bytes_only && table->source->values != DESCENT_VALUES_FLOATS;
    size_t size = table->features * (bytes ? 1 : sizeof(float));
    DESCENT_TRY(descent_memory_check(
        table->path, wanted, "samples",
        descent_memory_product(wanted, size + table->labels.outputs * sizeof(float)),
        table->source->memory_limit));
    table->bytes = bytes ? calloc(wanted, table->features) : NULL;
    table->floats = bytes ? NULL : calloc(wanted, table->features * sizeof(float));
    if (table->bytes == NULL && table->floats == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu samples", table->path,
                            wanted);
    }
    return descent_csv_labels_allocate(&table->labels, table->path, wanted);
}

static descent_status read_table(struct table *table, bool split)
{
    const descent_source *source = table->source;
    DESCENT_TRY(descent_csv_columns_load(&table->columns, table->path, source));
    DESCENT_TRY(descent_csv_labels_begin(&table->labels, &table->columns, source, table->path));
    table->features = table->columns.count - table->columns.answers;
    DESCENT_TRY(read_records(table, scan, 0));
    DESCENT_TRY(descent_csv_labels_settle(&table->labels, table->path));
    size_t wanted = table->labels.count;
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

/* What each column of a table is. */
static descent_status learn_columns(struct table *table)
{
    char where[PATH_MAX];
    snprintf(where, sizeof where, "%s: line 1", table->path);
    DESCENT_TRY(descent_reading_create(&table->reading, table->columns.count));
    table->reading->header = table->columns.header;
    table->reading->rows = table->wanted;
    DESCENT_TRY(descent_columns_allocate(&table->learned, table->columns.count));
    for (size_t c = 0; c < table->columns.count; c++) {
        table->learned->columns[c].kind =
            table->columns.answer[c] != 0 ? DESCENT_COLUMN_ANSWER : DESCENT_COLUMN_NUMBERS;
        if (table->columns.header) {
            DESCENT_TRY(
                descent_columns_set_name(table->learned, c, table->columns.names[c], where));
        }
    }
    return descent_columns_settle(table->learned, table->path);
}

/* Hands the arrays over to the data set. */
static descent_status finish(descent_dataset **dataset, struct table *table)
{
    descent_samples samples = {
        .count = table->wanted, .bytes = table->bytes, .floats = table->floats};
    DESCENT_TRY(choose_shape(&samples.shape, table));
    if (table->floats != NULL && samples.shape.rank == 1) {
        DESCENT_TRY(learn_columns(table));
    } else {
        DESCENT_TRY(descent_reading_create(&table->reading, 0));
        table->reading->header = table->columns.header;
        table->reading->rows = table->wanted;
    }
    table->bytes = NULL;
    table->floats = NULL;
    descent_csv_labels_give(&table->labels, &samples);
    DESCENT_TRY(descent_source_finish(dataset, &samples, table->path, table->source));
    (*dataset)->whole = table->held != NULL ? table->labels.count : 0;
    descent_dataset_own_table(*dataset, table->learned, table->reading);
    table->learned = NULL;
    table->reading = NULL;
    return DESCENT_OK;
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
    descent_csv_labels_free(&table.labels);
    descent_columns_destroy(table.learned);
    descent_reading_destroy(table.reading);
    free(table.held);
    free(table.bytes);
    free(table.floats);
    return status;
}

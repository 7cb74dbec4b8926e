/*
 * A data set out of a CSV file. It is read from front to back twice or three times: to count and to
 * learn the classes, to learn what the columns of a table are, and to fill what by then has its
 * exact size.
 */
#include "base/fail.h"
#include "data/csv_features.h"
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
    struct descent_csv_features features;
    bool *held;    /* which records make up the test part; NULL: all are wanted */
    size_t wanted; /* records kept so far */
    unsigned pass, passes;
    bool decimal_comma; /* of the file, */
    size_t empty;       /* and its empty rows */
};

/* What is done with each record. */
typedef descent_status record_function(struct table *table, const struct descent_csv *csv,
                                       size_t record);

/* Calls a function for every record of data. */
static descent_status read_records(struct table *table, record_function *use)
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
            descent_source_report(table->source, table->pass * size + done, table->passes * size);
        }
        status = descent_csv_columns_check(&table->columns, &csv);
        status = status == DESCENT_OK ? use(table, &csv, record) : status;
    }
    table->decimal_comma = csv.comma_line != 0;
    table->empty = csv.empty;
    descent_csv_close(&csv);
    table->pass++;
    return status;
}

/* First pass: labels, and what the features may be. */
static descent_status scan(struct table *table, const struct descent_csv *csv, size_t record)
{
    (void)record;
    descent_csv_features_scan(&table->features, csv);
    return descent_csv_labels_scan(&table->labels, csv);
}

static descent_status check_growth(const struct table *table, size_t record)
{
    return record < table->labels.count
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_IO, "%s: has grown while it was read", table->path);
}

/* Of a table whose columns are not known: what the records that are not held back say of them. */
static descent_status learn(struct table *table, const struct descent_csv *csv, size_t record)
{
    DESCENT_TRY(check_growth(table, record));
    return table->held != NULL && table->held[record]
               ? DESCENT_OK
               : descent_csv_features_learn(&table->features, csv);
}

/* Last pass: the wanted records. */
static descent_status fill(struct table *table, const struct descent_csv *csv, size_t record)
{
    DESCENT_TRY(check_growth(table, record));
    if (table->held != NULL && table->held[record] != (table->source->part == DESCENT_PART_TEST)) {
        return DESCENT_OK;
    }
    table->wanted++;
    DESCENT_TRY(descent_csv_features_keep(&table->features, csv));
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

/* The passes before the last, which learn what the table is. */
static descent_status learn_table(struct table *table, bool split, size_t *wanted)
{
    bool learning;
    DESCENT_TRY(read_records(table, scan));
    DESCENT_TRY(descent_csv_labels_settle(&table->labels, table->path));
    *wanted = table->labels.count;
    if (split) {
        DESCENT_TRY(hold_test_part(table, wanted));
    }
    DESCENT_TRY(descent_csv_features_settle(&table->features, &learning));
    return learning ? read_records(table, learn) : DESCENT_OK;
}

static descent_status read_table(struct table *table, bool split)
{
    const descent_source *source = table->source;
    size_t wanted = 0;
    DESCENT_TRY(descent_csv_columns_load(&table->columns, table->path, source));
    DESCENT_TRY(descent_csv_labels_begin(&table->labels, &table->columns, source, table->path));
    descent_csv_features_begin(&table->features, &table->columns, table->path, source);
    table->passes = descent_csv_features_may_learn(&table->features) ? 3 : 2;
    DESCENT_TRY(learn_table(table, split, &wanted));
    DESCENT_TRY(descent_csv_features_allocate(&table->features, wanted,
                                              table->labels.outputs * sizeof(float)));
    DESCENT_TRY(descent_csv_labels_allocate(&table->labels, table->path, wanted));
    DESCENT_TRY(read_records(table, fill));
    return table->wanted == wanted
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_IO, "%s: has shrunk while it was read", table->path);
}

static void note_dialect(descent_reading *reading, const struct table *table)
{
    reading->separator = table->columns.dialect.separator;
    reading->decimal_comma = table->decimal_comma;
    reading->empty = table->empty;
}

/* Hands the arrays over to the data set. */
static descent_status finish(descent_dataset **dataset, struct table *table)
{
    descent_samples samples = {0};
    DESCENT_TRY(descent_csv_features_give(&table->features, &samples));
    descent_csv_labels_give(&table->labels, &samples);
    note_dialect(table->features.reading, table);
    DESCENT_TRY(descent_source_finish(dataset, &samples, table->path, table->source));
    (*dataset)->whole = table->held != NULL ? table->labels.count : 0;
    descent_dataset_own_table(*dataset, table->features.columns, table->features.reading);
    table->features.columns = NULL;
    table->features.reading = NULL;
    return table->held == NULL
               ? DESCENT_OK
               : descent_dataset_own_places(*dataset, table->held, table->labels.count,
                                            table->source->part == DESCENT_PART_TEST);
}

descent_status descent_csv_load(descent_dataset **dataset, const char *path,
                                const descent_source *source, bool split)
{
    struct table table = {.path = path, .source = source};
    descent_status status = read_table(&table, split);
    if (status == DESCENT_OK) {
        status = finish(dataset, &table);
    }
    if (status != DESCENT_OK) {
        descent_dataset_destroy(*dataset);
        *dataset = NULL;
    }
    descent_csv_features_free(&table.features);
    descent_csv_labels_free(&table.labels);
    descent_csv_columns_free(&table.columns);
    free(table.held);
    return status;
}

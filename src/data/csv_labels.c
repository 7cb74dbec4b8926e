/*
 * Labels and targets out of CSV records, in the two passes of a data set.
 */
#include "data/csv_labels.h"

#include "base/fail.h"
#include "base/memory_limit.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* After their columns. */
static descent_status name_targets(struct descent_csv_labels *labels)
{
    const struct descent_csv_columns *columns = labels->columns;
    labels->target_names = calloc(labels->outputs, sizeof *labels->target_names);
    if (labels->target_names == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for the names of %zu targets",
                            labels->outputs);
    }
    for (size_t c = 0; c < columns->count; c++) {
        if (columns->answer[c] != 0) {
            labels->target_names[columns->answer[c] - 1] = columns->names[c];
        }
    }
    return DESCENT_OK;
}

descent_status descent_csv_labels_begin(struct descent_csv_labels *labels,
                                        const struct descent_csv_columns *columns,
                                        const descent_source *source)
{
    *labels = (struct descent_csv_labels){.source = source, .columns = columns};
    labels->outputs = source->regression ? columns->answers : 0;
    if (labels->outputs > 0 && columns->names != NULL) {
        DESCENT_TRY(name_targets(labels));
    }
    return source->class_names == NULL
               ? DESCENT_OK
               : descent_names_add_all(&labels->names, source->class_names, source->classes);
}

static descent_status grow(struct descent_csv_labels *labels, const char *path)
{
    size_t room = labels->room == 0 ? 4096 : 2 * labels->room;
    int32_t *grown = NULL;
    DESCENT_TRY(descent_memory_check(path, room, "samples", room * sizeof *grown,
                                     labels->source->memory_limit));
    if (labels->count < UINT32_MAX) {
        grown = realloc(labels->labels, room * sizeof *grown);
    }
    if (grown == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu labels", path, room);
    }
    labels->labels = grown;
    labels->room = room;
    return DESCENT_OK;
}

/* The number of the class that a column of the record names. */
static descent_status find_class(struct descent_csv_labels *labels, const struct descent_csv *csv,
                                 size_t column, size_t *number)
{
    const char *field = descent_csv_field(csv, column);
    char where[PATH_MAX];
    if (field[0] == '\0') {
        return descent_csv_columns_fail(labels->columns, csv, column, "a label");
    }
    if (labels->source->class_names != NULL) {
        *number = descent_names_find(&labels->names, field);
        return *number != SIZE_MAX ? DESCENT_OK
                                   : descent_csv_columns_fail(labels->columns, csv, column,
                                                              "a class of the training data");
    }
    snprintf(where, sizeof where, "%s: line %llu, column %zu", csv->reader.path,
             (unsigned long long)csv->line, column + 1);
    return descent_names_add(&labels->names, number, field, where);
}

descent_status descent_csv_labels_scan(struct descent_csv_labels *labels,
                                       const struct descent_csv *csv)
{
    if (labels->count == labels->room) {
        DESCENT_TRY(grow(labels, csv->reader.path));
    }
    for (size_t c = 0; c < csv->fields && labels->outputs == 0; c++) {
        if (labels->columns->answer[c] != 0) {
            size_t number = 0;
            DESCENT_TRY(find_class(labels, csv, c, &number));
            labels->labels[labels->count] = (int32_t)number;
        }
    }
    labels->count++;
    return DESCENT_OK;
}

descent_status descent_csv_labels_settle(struct descent_csv_labels *labels, const char *path)
{
    if (labels->outputs > 0 || labels->source->class_names != NULL) {
        return DESCENT_OK;
    }
    int32_t *numbers = calloc(labels->names.count, sizeof *numbers);
    if (numbers == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu classes", path,
                            labels->names.count);
    }
    descent_status status = descent_names_sort(&labels->names, numbers);
    for (size_t i = 0; i < labels->count && status == DESCENT_OK; i++) {
        labels->labels[i] = numbers[labels->labels[i]];
    }
    free(numbers);
    return status;
}

descent_status descent_csv_labels_allocate(struct descent_csv_labels *labels, const char *path,
                                           size_t wanted)
{
    if (labels->outputs == 0) {
        return DESCENT_OK;
    }
    labels->targets = calloc(wanted, labels->outputs * sizeof *labels->targets);
    return labels->targets != NULL
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu targets", path, wanted);
}

descent_status descent_csv_labels_keep(struct descent_csv_labels *labels,
                                       const struct descent_csv *csv, size_t record)
{
    if (labels->outputs == 0) {
        labels->labels[labels->kept++] = labels->labels[record];
        return DESCENT_OK;
    }
    float *targets = labels->targets + labels->kept++ * labels->outputs;
    for (size_t c = 0; c < csv->fields; c++) {
        size_t answer = labels->columns->answer[c];
        if (answer != 0) {
            DESCENT_TRY(descent_csv_columns_number(labels->columns, csv, c, &targets[answer - 1]));
        }
    }
    return DESCENT_OK;
}

void descent_csv_labels_give(struct descent_csv_labels *labels, descent_samples *samples)
{
    samples->targets = labels->targets;
    samples->outputs = labels->outputs;
    samples->target_names = labels->target_names;
    labels->targets = NULL;
    if (labels->outputs == 0) {
        samples->labels = labels->labels;
        samples->classes = labels->names.count;
        samples->class_names = (const char *const *)labels->names.texts;
        labels->labels = NULL;
    }
}

void descent_csv_labels_free(struct descent_csv_labels *labels)
{
    descent_names_free(&labels->names);
    free(labels->labels);
    free(labels->targets);
    free(labels->target_names);
    *labels = (struct descent_csv_labels){0};
}

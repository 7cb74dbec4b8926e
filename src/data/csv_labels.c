/*
 * Labels and targets out of CSV records, in the two passes of a data set. The first pass learns the
 * classes, the second one keeps what is wanted.
 */
#include "data/csv_labels.h"

#include "base/fail.h"
#include "base/memory_limit.h"
#include "data/csv_header.h"
#include "data/values.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A way to read the answers of a record. */
struct descent_csv_answer {
    /* The number of its label's spelling, in the first pass; NULL: it has no label. */
    descent_status (*scan)(struct descent_csv_labels *labels, const struct descent_csv *csv,
                           size_t *spelling);
    /* Its targets, [outputs], in the second pass. */
    descent_status (*keep)(const struct descent_csv_labels *labels, const struct descent_csv *csv,
                           float *targets);
};

static void say_where(char where[PATH_MAX], const struct descent_csv_labels *labels,
                      const struct descent_csv *csv, size_t column)
{
    const char *const *names = (const char *const *)labels->columns->names;
    snprintf(where, PATH_MAX, "%.2000s: line %llu, column %zu%s%.70s%s", csv->reader.path,
             (unsigned long long)csv->line, column + 1, names != NULL ? " (" : "",
             names != NULL ? names[column] : "", names != NULL ? ")" : "");
}

/* The one column's text is the label. */
static descent_status scan_class(struct descent_csv_labels *labels, const struct descent_csv *csv,
                                 size_t *spelling)
{
    char where[PATH_MAX];
    size_t column = labels->places[0];
    const char *text = descent_csv_field(csv, column);
    *spelling = descent_names_find(&labels->names.spellings, text);
    if (*spelling != SIZE_MAX) {
        return DESCENT_OK;
    }
    say_where(where, labels, csv, column);
    return descent_label_names_add(&labels->names, spelling, text, where);
}

/* A part of a text, without blanks around it; `rest` is behind it then, or NULL. */
static size_t next_part(const char **rest, char part[DESCENT_NAME_SIZE_MAX + 2], char parting)
{
    const char *text = *rest + strspn(*rest, " \t");
    size_t length = parting != 0 ? strcspn(text, (const char[]){parting, '\0'}) : strlen(text);
    *rest = text[length] != '\0' ? text + length + 1 : NULL;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
        length--;
    }
    length = length > DESCENT_NAME_SIZE_MAX + 1 ? DESCENT_NAME_SIZE_MAX + 1 : length;
    memcpy(part, text, length);
    part[length] = '\0';
    return length;
}

/* One of two characters stands between labels; the first that is met, in all of the file. */
static descent_status find_parting(struct descent_csv_labels *labels, const char *text,
                                   const char *where)
{
    const char *found = strpbrk(text, ";|");
    if (found != NULL && labels->parting == 0) {
        labels->parting = *found;
    }
    if (found == NULL || strchr(text, labels->parting == ';' ? '|' : ';') == NULL) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected %c between labels, as before, found \"%.80s\"", where,
                        labels->parting, text);
}

/* The one column's text is any number of labels. */
static descent_status scan_several(struct descent_csv_labels *labels, const struct descent_csv *csv,
                                   size_t *spelling)
{
    char where[PATH_MAX], part[DESCENT_NAME_SIZE_MAX + 2];
    size_t column = labels->places[0], count = 0;
    const char *text = descent_csv_field(csv, column);
    say_where(where, labels, csv, column);
    DESCENT_TRY(find_parting(labels, text, where));
    while (text != NULL) {
        if (next_part(&text, part, labels->parting) > 0) {
            DESCENT_TRY(descent_label_names_add(&labels->names, spelling, part, where));
            count++;
        }
    }
    labels->several = labels->several || count > 1;
    labels->unlabelled = count == 0 && labels->unlabelled == 0 ? csv->line : labels->unlabelled;
    return DESCENT_OK;
}

static descent_status keep_several(const struct descent_csv_labels *labels,
                                   const struct descent_csv *csv, float *targets)
{
    char part[DESCENT_NAME_SIZE_MAX + 2];
    const char *text = descent_csv_field(csv, labels->places[0]);
    while (text != NULL) {
        if (next_part(&text, part, labels->parting) > 0) {
            size_t spelling = descent_names_find(&labels->names.spellings, part);
            if (spelling == SIZE_MAX) {
                return descent_fail(DESCENT_ERROR_IO, "%s: has changed while it was read",
                                    csv->reader.path);
            }
            targets[labels->names.classes[spelling]] = 1.0f;
        }
    }
    return DESCENT_OK;
}

/* A column that is 0 or 1. */
static descent_status read_flag(const struct descent_csv_labels *labels,
                                const struct descent_csv *csv, size_t column, float *flag)
{
    descent_status status = descent_csv_columns_number(labels->columns, csv, column, flag);
    return status == DESCENT_OK && (*flag == 0.0f || *flag == 1.0f)
               ? DESCENT_OK
               : descent_csv_columns_fail(labels->columns, csv, column,
                                          "0 or 1, as in each of several label columns; for other "
                                          "numbers choose regression (--regression)");
}

/* One of several columns is 1, and its name is the class. */
static descent_status scan_one_hot(struct descent_csv_labels *labels, const struct descent_csv *csv,
                                   size_t *spelling)
{
    size_t ones = 0;
    for (size_t i = 0; i < labels->columns->answers; i++) {
        float flag = 0.0f;
        DESCENT_TRY(read_flag(labels, csv, labels->places[i], &flag));
        *spelling = flag == 1.0f ? i : *spelling;
        ones += flag == 1.0f;
    }
    return ones == 1 ? DESCENT_OK
                     : descent_fail(DESCENT_ERROR_FORMAT,
                                    "%s: line %llu: expected exactly one 1 in the %zu label "
                                    "columns, found %zu; for several labels a sample choose "
                                    "--loss binary-cross-entropy, for numbers --regression",
                                    csv->reader.path, (unsigned long long)csv->line,
                                    labels->columns->answers, ones);
}

static descent_status keep_flags(const struct descent_csv_labels *labels,
                                 const struct descent_csv *csv, float *targets)
{
    for (size_t o = 0; o < labels->outputs; o++) {
        DESCENT_TRY(read_flag(labels, csv, labels->places[o], &targets[o]));
    }
    return DESCENT_OK;
}

static descent_status keep_numbers(const struct descent_csv_labels *labels,
                                   const struct descent_csv *csv, float *targets)
{
    for (size_t o = 0; o < labels->outputs; o++) {
        size_t column = labels->places[o];
        if (descent_value_is_missing(descent_csv_field(csv, column))) {
            return descent_csv_columns_fail(labels->columns, csv, column,
                                            "a target (remove the rows without one)");
        }
        DESCENT_TRY(descent_csv_columns_number(labels->columns, csv, column, &targets[o]));
    }
    return DESCENT_OK;
}

static const struct descent_csv_answer CLASS = {.scan = scan_class},
                                       ONE_HOT = {.scan = scan_one_hot},
                                       SEVERAL = {scan_several, keep_several},
                                       FLAGS = {.keep = keep_flags},
                                       NUMBERS = {.keep = keep_numbers};

static const struct descent_csv_answer *choose(const struct descent_csv_columns *columns,
                                               const descent_source *source)
{
    if (source->regression) {
        return &NUMBERS;
    }
    if (columns->answers > 1) {
        return source->multi_label ? &FLAGS : &ONE_HOT;
    }
    return source->multi_label && source->class_names == NULL ? &SEVERAL : &CLASS;
}

static descent_status find_places(struct descent_csv_labels *labels)
{
    const struct descent_csv_columns *columns = labels->columns;
    labels->places = calloc(columns->answers, sizeof *labels->places);
    if (labels->places == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for %zu label columns",
                            columns->answers);
    }
    for (size_t c = 0; c < columns->count; c++) {
        if (columns->answer[c] != 0) {
            labels->places[columns->answer[c] - 1] = c;
        }
    }
    return DESCENT_OK;
}

/* After their columns. */
static descent_status name_targets(struct descent_csv_labels *labels)
{
    const struct descent_csv_columns *columns = labels->columns;
    labels->target_names = calloc(columns->answers, sizeof *labels->target_names);
    if (labels->target_names == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for the names of %zu targets",
                            columns->answers);
    }
    for (size_t o = 0; o < columns->answers; o++) {
        labels->target_names[o] = columns->names[labels->places[o]];
    }
    return DESCENT_OK;
}

/* The classes are the label columns' names. */
static descent_status name_one_hot(struct descent_csv_labels *labels, const char *path)
{
    for (size_t o = 0; o < labels->columns->answers; o++) {
        char number[32], where[PATH_MAX];
        size_t spelling = 0, column = labels->places[o];
        snprintf(number, sizeof number, "%zu", column + 1);
        snprintf(where, sizeof where, "%.2000s: column %zu", path, column + 1);
        const char *name = labels->columns->header ? labels->columns->names[column] : number;
        DESCENT_TRY(descent_label_names_add(&labels->names, &spelling, name, where));
        if (spelling != o) {
            return descent_fail(
                DESCENT_ERROR_FORMAT,
                "%s: expected a label column of another name, found \"%.80s\" twice", where, name);
        }
    }
    return DESCENT_OK;
}

/* Classes, or labels of which a sample has several, that are known beforehand. */
static descent_status know(struct descent_csv_labels *labels)
{
    const descent_source *source = labels->source;
    bool several = labels->answer == &SEVERAL && source->target_names != NULL;
    labels->several = several;
    if (several) {
        return descent_label_names_know(&labels->names, source->target_names, source->outputs);
    }
    return source->class_names == NULL || source->regression
               ? DESCENT_OK
               : descent_label_names_know(&labels->names, source->class_names, source->classes);
}

descent_status descent_csv_labels_begin(struct descent_csv_labels *labels,
                                        const struct descent_csv_columns *columns,
                                        const descent_source *source, const char *path)
{
    *labels = (struct descent_csv_labels){.source = source, .columns = columns};
    labels->answer = choose(columns, source);
    labels->outputs = labels->answer->scan == NULL ? columns->answers : 0;
    if (labels->answer == &FLAGS && source->target_names != NULL &&
        source->outputs != labels->outputs) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "%s: expected %zu label columns, as in the training data, found %zu",
                            path, source->outputs, labels->outputs);
    }
    DESCENT_TRY(find_places(labels));
    DESCENT_TRY(know(labels));
    if (labels->outputs > 0 && columns->names != NULL) {
        DESCENT_TRY(name_targets(labels));
    }
    return labels->answer == &ONE_HOT ? name_one_hot(labels, path) : DESCENT_OK;
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

descent_status descent_csv_labels_scan(struct descent_csv_labels *labels,
                                       const struct descent_csv *csv)
{
    size_t spelling = 0;
    if (labels->count == labels->room) {
        DESCENT_TRY(grow(labels, csv->reader.path));
    }
    if (labels->answer->scan != NULL) {
        DESCENT_TRY(labels->answer->scan(labels, csv, &spelling));
    }
    labels->labels[labels->count++] = (int32_t)spelling;
    return DESCENT_OK;
}

/* A column of single labels holds classes, whatever else it might have held. */
static descent_status settle_several(struct descent_csv_labels *labels, const char *path)
{
    if (labels->several) {
        labels->outputs = labels->names.names.count;
        return DESCENT_OK;
    }
    labels->answer = &CLASS;
    return labels->unlabelled == 0
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: line %llu: expected a label, found nothing: a missing value; "
                              "remove the rows without a label",
                              path, (unsigned long long)labels->unlabelled);
}

/* Whether the first line, which was taken for a sample, may be a header. */
static descent_status check_first(const struct descent_csv_labels *labels, const char *path)
{
    const struct descent_names *names = &labels->names.names;
    bool guessed = labels->source->header == DESCENT_HEADER_AUTO && !labels->columns->header;
    return guessed && labels->answer == &CLASS && names->count > 2 && !labels->names.known
               ? descent_csv_check_first_label(labels->labels, labels->count, names, path)
               : DESCENT_OK;
}

descent_status descent_csv_labels_settle(struct descent_csv_labels *labels, const char *path)
{
    if (labels->answer->scan == NULL) {
        return DESCENT_OK;
    }
    DESCENT_TRY(descent_label_names_settle(&labels->names));
    if (labels->answer == &SEVERAL) {
        DESCENT_TRY(settle_several(labels, path));
    }
    for (size_t i = 0; i < labels->count && labels->outputs == 0; i++) {
        labels->labels[i] = labels->names.classes[labels->labels[i]];
    }
    return check_first(labels, path);
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
    size_t kept = labels->kept++;
    if (labels->outputs > 0) {
        return labels->answer->keep(labels, csv, labels->targets + kept * labels->outputs);
    }
    labels->labels[kept] = labels->labels[record];
    return DESCENT_OK;
}

void descent_csv_labels_give(struct descent_csv_labels *labels, descent_samples *samples)
{
    const char *const *names = (const char *const *)labels->names.names.texts;
    samples->targets = labels->targets;
    samples->outputs = labels->outputs;
    samples->target_names = labels->answer == &SEVERAL ? names : labels->target_names;
    labels->targets = NULL;
    if (labels->outputs == 0) {
        samples->labels = labels->labels;
        samples->classes = labels->names.names.count;
        samples->class_names = names;
        labels->labels = NULL;
    }
}

void descent_csv_labels_free(struct descent_csv_labels *labels)
{
    descent_label_names_free(&labels->names);
    free(labels->places);
    free(labels->labels);
    free(labels->targets);
    free(labels->target_names);
    *labels = (struct descent_csv_labels){0};
}

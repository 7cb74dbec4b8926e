/*
 * Looks at the columns of a table for what is no feature: a column that is the same in every row,
 * the number of the row, a name, or the answer itself. Rows are the training part's, in its file's
 * order; where some were held back for testing, numbers of rows have gaps.
 */
#include "cli/base/text.h"
#include "cli/doctor/checkup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Below this, chance makes such columns. */
enum { ROWS_MIN = 20, UNIQUE_MIN = 10, CLASSES_MAX = 1000, NAMED = 3 };

/* How much of the target's variance a straight line leaves that is exact: what float32 rounds. */
static const double exact = 1e-10;

/* A column of features in a data set. */
struct look {
    const descent_dataset *rows;
    const descent_column *column;
};

/* A row's value: the number, or the number of its word, −1 for one that is missing. */
static double value_of(const struct look *look, size_t row)
{
    const float *features = descent_dataset_sample_floats(look->rows, row) + look->column->first;
    if (look->column->kind == DESCENT_COLUMN_NUMBERS) {
        return (double)features[0];
    }
    for (size_t w = 0; w < look->column->count; w++) {
        if (features[w] > 0.5f) {
            return (double)w;
        }
    }
    return -1.0;
}

static bool is_same(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool is_constant(const struct look *look)
{
    double first = value_of(look, 0);
    for (size_t i = 1; i < descent_dataset_count(look->rows); i++) {
        if (!is_same(value_of(look, i), first)) {
            return false;
        }
    }
    return true;
}

/* Whole numbers that grow, in all by less than twice the number of rows. */
static bool is_counting(const struct look *look)
{
    size_t rows = descent_dataset_count(look->rows);
    double first = value_of(look, 0), last = first;
    for (size_t i = 1; i < rows; i++) {
        double value = value_of(look, i);
        if (!(value > last) || value > floor(value)) {
            return false;
        }
        last = value;
    }
    return rows >= ROWS_MIN && look->column->kind == DESCENT_COLUMN_NUMBERS &&
           last - first < 2.0 * (double)rows && is_same(first, floor(first));
}

static bool is_unique(const struct look *look)
{
    size_t rows = descent_dataset_count(look->rows);
    return look->column->kind == DESCENT_COLUMN_WORDS && look->column->count == rows &&
           rows >= UNIQUE_MIN;
}

/* One value for each class, and no two classes with the same; value has room for all classes. */
static bool tells_class(const struct look *look, double *value)
{
    size_t classes = descent_dataset_classes(look->rows);
    for (size_t c = 0; c < classes; c++) {
        value[c] = NAN;
    }
    for (size_t i = 0; i < descent_dataset_count(look->rows); i++) {
        double found = value_of(look, i), *known = &value[descent_dataset_label(look->rows, i)];
        if (!isnan(*known) && !is_same(*known, found)) {
            return false;
        }
        *known = found;
    }
    for (size_t c = 1; c < classes; c++) {
        for (size_t b = 0; b < c; b++) {
            if (is_same(value[b], value[c])) {
                return false;
            }
        }
    }
    return true;
}

/* Whether the target is on a straight line over the column's numbers: 1 − r² is next to nothing. */
static bool tells_target(const struct look *look)
{
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
    for (size_t i = 0; i < descent_dataset_count(look->rows); i++) {
        double a = value_of(look, i) - x, b = (double)descent_dataset_target(look->rows, i)[0] - y;
        n += 1.0;
        x += a / n;
        y += b / n;
        double rest = (n - 1.0) / n;
        xx += a * a * rest;
        yy += b * b * rest;
        xy += a * b * rest;
    }
    return xx * yy > 0.0 && 1.0 - xy / xx * (xy / yy) < exact;
}

static bool is_telling(const struct look *look)
{
    size_t classes = descent_dataset_classes(look->rows);
    bool number = look->column->kind == DESCENT_COLUMN_NUMBERS;
    if (descent_dataset_count(look->rows) < ROWS_MIN || classes > CLASSES_MAX) {
        return false;
    }
    if (classes == 0) {
        return number && descent_dataset_outputs(look->rows) == 1 && tells_target(look);
    }
    double value[CLASSES_MAX];
    return classes > 1 && tells_class(look, value);
}

/* A name that --ignore takes: the column's, or its number. */
static void add(struct checkup_list *list, const descent_column *column, size_t number)
{
    char name[80];
    if (column->name != NULL) {
        snprintf(name, sizeof name, "%s", column->name);
    } else {
        snprintf(name, sizeof name, "%zu", number);
    }
    if (list->count++ < NAMED) {
        text_append(list->names, sizeof list->names, "%s%s", list->count > 1 ? ", " : "", name);
    }
    text_append(list->given, sizeof list->given, "%s%s", list->count > 1 ? "," : "", name);
}

static void end(struct checkup_list *list)
{
    if (list->count > NAMED) {
        text_append(list->names, sizeof list->names, " and %zu more", list->count - NAMED);
    }
}

static size_t count_features(const descent_columns *columns)
{
    size_t count = 0;
    for (size_t i = 0; i < descent_columns_count(columns); i++) {
        count += descent_columns_at(columns, i)->features > 0;
    }
    return count;
}

/* What is the only column is what there is to learn from. */
static void judge(struct checkup_columns *found, const struct look *look, size_t number, bool only)
{
    if (is_constant(look)) {
        add(&found->constant, look->column, number);
    } else if (is_unique(look)) {
        add(&found->unique, look->column, number);
    } else if (!only && is_counting(look)) {
        add(&found->counting, look->column, number);
    } else if (!only && is_telling(look)) {
        add(&found->telling, look->column, number);
    }
}

void checkup_look_at_columns(struct checkup_facts *facts)
{
    struct checkup_columns *found = &facts->columns;
    *found = (struct checkup_columns){0};
    const descent_columns *columns =
        facts->source != NULL ? descent_dataset_columns(facts->source) : NULL;
    bool floats = columns != NULL && descent_dataset_values(facts->source) == DESCENT_VALUES_FLOATS;
    bool only = floats && count_features(columns) == 1;
    for (size_t i = 0; floats && i < descent_columns_count(columns); i++) {
        struct look look = {facts->source, descent_columns_at(columns, i)};
        if (look.column->features > 0) {
            judge(found, &look, i + 1, only);
        }
    }
    end(&found->constant);
    end(&found->counting);
    end(&found->unique);
    end(&found->telling);
}

/*
 * A table shows decimals of up to twelve digits whole, and of others the first eight; where that is
 * too wide for the terminal, fewer, then without the steps taken, which are the differences of the
 * places, then without the gradient.
 */
#include "cli/walk/steps.h"

#include "cli/base/lines.h"
#include "cli/base/terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a table, about: all steps of a short walk, and so many of a long one. */
enum { ROWS_MAX = 40 };

/* Digits of a decimal that is shown whole, and of the others. Fewer than the least are worse than
 * columns left out, but for the last of those. */
enum { DIGITS_WHOLE = 12, DIGITS_MAX = 8, DIGITS_MIN = 5, DIGITS_LEAST = 3 };

/* Words for the step that left the range of numbers. */
static const char *number_text(char text[TEXT_SIZE], double number)
{
    text[0] = '\0';
    if (isfinite(number)) {
        snprintf(text, TEXT_SIZE, "%.15g", number);
    } else if (!isnan(number)) {
        snprintf(text, TEXT_SIZE, "too large");
    }
    return text;
}

#define POINT(kind, member) RECORD_MEMBER(kind, struct walk_point, member)
#define NUMBER(member) POINT(NUMBER, member), .text = number_text, .csv = "%.15g"

/* Vectors are columns in the table and in CSV, and arrays in JSON. */
static const struct record_field line_fields[] = {
    {"lr", POINT(NUMBER, lr), .csv = "%.15g", .where = RECORD_IN_CSV},
    {"step", POINT(SIZE, step), .heading = "step"},
    {"w", NUMBER(w[0]), .heading = "w", .where = RECORD_IN_CSV},
    {"w", POINT(NUMBERS, w), .length = 1, .where = RECORD_IN_JSON},
    {"loss", NUMBER(loss), .heading = "L(w)"},
    {"gradient", NUMBER(gradient[0]), .heading = "gradient", .where = RECORD_IN_CSV},
    {"gradient", POINT(NUMBERS, gradient), .length = 1, .where = RECORD_IN_JSON},
    {"learning_rate", NUMBER(rate), .heading = "rate"},
    {"update", NUMBER(update[0]), .heading = "step taken", .where = RECORD_IN_CSV},
    {"update", POINT(NUMBERS, update), .length = 1, .where = RECORD_IN_JSON},
};

static const struct record_field plane_fields[] = {
    {"lr", POINT(NUMBER, lr), .csv = "%.15g", .where = RECORD_IN_CSV},
    {"step", POINT(SIZE, step), .heading = "step"},
    {"x", NUMBER(w[0]), .heading = "x", .where = RECORD_IN_CSV},
    {"y", NUMBER(w[1]), .heading = "y", .where = RECORD_IN_CSV},
    {"w", POINT(NUMBERS, w), .length = 2, .where = RECORD_IN_JSON},
    {"loss", NUMBER(loss), .heading = "L(x, y)"},
    {"gradient_x", NUMBER(gradient[0]), .heading = "dL/dx", .where = RECORD_IN_CSV},
    {"gradient_y", NUMBER(gradient[1]), .heading = "dL/dy", .where = RECORD_IN_CSV},
    {"gradient", POINT(NUMBERS, gradient), .length = 2, .where = RECORD_IN_JSON},
    {"learning_rate", NUMBER(rate), .heading = "rate"},
    {"update_x", NUMBER(update[0]), .heading = "step in x", .where = RECORD_IN_CSV},
    {"update_y", NUMBER(update[1]), .heading = "step in y", .where = RECORD_IN_CSV},
    {"update", POINT(NUMBERS, update), .length = 2, .where = RECORD_IN_JSON},
};

static const struct record records[] = {
    RECORD(struct walk_point, line_fields),
    RECORD(struct walk_point, plane_fields),
};

enum { FIELDS_MAX = sizeof plane_fields / sizeof plane_fields[0] };

const struct record *walk_record(const struct walk_function *function)
{
    return &records[function->dimensions - 1];
}

/* What is shown of the steps. */
struct view {
    struct record_field fields[FIELDS_MAX];
    struct record record;
    char loss[16]; /* the heading of the losses */
    struct walk_point exact[ROWS_MAX + 2], rows[ROWS_MAX + 2];
    size_t count;
    size_t stride; /* each so-manyth step is shown */
    int digits;
    bool rounded; /* whether that is less than some number has */
    bool without_update, without_gradient;
};

/* 1, 2, 5, 10, 20, …: the smallest that leaves few enough rows. */
static size_t stride_of(size_t count)
{
    static const size_t factors[] = {1, 2, 5};
    size_t power = 1;
    for (size_t i = 0;; i++) {
        size_t stride = factors[i % 3] * power;
        if (count / stride <= ROWS_MAX) {
            return stride;
        }
        power *= i % 3 == 2 ? 10 : 1;
    }
}

/* Up to where the walk has converged, as what follows are ever smaller steps. */
static size_t shown_points(const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    return verdict->outcome == WALK_CONVERGES ? verdict->step + 1 : walk->count;
}

static void select_rows(struct view *view, const struct walk *walk)
{
    size_t shown = shown_points(walk);
    view->stride = stride_of(shown);
    for (size_t k = 0; k < shown; k++) {
        if (k % view->stride != 0 && k + 1 != shown) {
            continue;
        }
        struct walk_point *row = &view->exact[view->count++];
        *row = walk_exact_point(walk, k);
        for (size_t d = 0; d < WALK_DIMENSIONS_MAX && k < walk->setup.steps; d++) {
            row->update[d] = isnan(row->update[d]) ? INFINITY : row->update[d];
        }
    }
}

static bool is_field(const struct record_field *field, const char *name)
{
    return field->heading != NULL && strncmp(field->name, name, strlen(name)) == 0;
}

static void leave_out(struct view *view, const char *name)
{
    for (size_t f = 0; f < view->record.count; f++) {
        if (is_field(&view->fields[f], name)) {
            view->fields[f].heading = NULL;
        }
    }
}

/* The fields with the headings of this walk; in the plane, where there is little room, a rate that
 * stays the same stands in the title only. */
static void describe_fields(struct view *view, const struct walk *walk)
{
    const struct walk_function *function = walk->setup.function;
    view->record = *walk_record(function);
    memcpy(view->fields, view->record.fields, view->record.count * sizeof *view->fields);
    view->record.fields = view->fields;
    snprintf(view->loss, sizeof view->loss, "L(%s)", walk_variables(function));
    for (size_t f = 0; f < view->record.count; f++) {
        struct record_field *field = &view->fields[f];
        if (is_field(field, "loss")) {
            field->heading = view->loss;
        } else if (is_field(field, "w")) {
            field->heading = function->formula.names[0];
        }
    }
    if (function->dimensions == 2 && walk->setup.schedule.kind == DESCENT_SCHEDULE_CONSTANT) {
        leave_out(view, "learning_rate");
    }
}

static double round_number(double number, int digits)
{
    char text[TEXT_SIZE];
    if (!isfinite(number)) {
        return number;
    }
    snprintf(text, sizeof text, "%.*g", digits, number);
    return strtod(text, NULL);
}

/* Rounds the numbers of the columns that are shown, but for those of at most `whole` digits. */
static void round_rows(struct view *view, int digits, int whole)
{
    view->digits = digits;
    view->rounded = false;
    memcpy(view->rows, view->exact, sizeof view->rows);
    for (size_t f = 0; f < view->record.count; f++) {
        const struct record_field *field = &view->fields[f];
        for (size_t i = 0; i < view->count && field->heading != NULL && field->text != NULL; i++) {
            double *number = (double *)(void *)((char *)&view->rows[i] + field->offset);
            double exact = *number, shorter = round_number(exact, whole);
            if (shorter < exact || shorter > exact) {
                *number = round_number(exact, digits);
                view->rounded = true;
            }
        }
    }
}

static size_t width_of(const struct view *view)
{
    return record_width(&view->record, view->rows, view->count);
}

/* Rounds to as many digits as there is room for; false if these are too few. */
static bool fit(struct view *view, size_t columns, int least)
{
    for (int digits = DIGITS_MAX; digits >= least; digits--) {
        round_rows(view, digits, digits);
        if (width_of(view) <= columns) {
            return true;
        }
    }
    return false;
}

static void fit_columns(struct view *view)
{
    size_t columns = terminal_width(stdout, LINES_WIDTH);
    round_rows(view, DIGITS_MAX, DIGITS_WHOLE);
    if (width_of(view) <= columns || fit(view, columns, DIGITS_MIN)) {
        return;
    }
    view->without_update = true;
    leave_out(view, "update");
    if (!fit(view, columns, DIGITS_MIN)) {
        view->without_gradient = true;
        leave_out(view, "gradient");
        fit(view, columns, DIGITS_LEAST);
    }
}

/* What the table does not show. */
static void print_notes(const struct view *view, const struct walk *walk)
{
    char notes[512] = "";
    if (view->stride > 1) {
        text_append(notes, sizeof notes, "Only every %zu%s step is shown. ", view->stride,
                    view->stride == 2 ? "nd" : "th");
    }
    if (shown_points(walk) < walk->count) {
        text_append(notes, sizeof notes,
                    "The table ends where the walk has converged, at step %zu of %zu. ",
                    shown_points(walk) - 1, walk->count - 1);
    }
    if (view->rounded) {
        text_append(notes, sizeof notes, "Longer numbers are rounded to %d digits. ", view->digits);
    }
    if (view->without_update) {
        text_append(notes, sizeof notes, "%s are left out. ",
                    view->without_gradient ? "Gradients and the steps taken" : "The steps taken");
    }
    if (notes[0] != '\0') {
        text_append(notes, sizeof notes, "--csv FILE has all.");
        lines_print(stdout, "%s", notes);
    }
}

enum exit_status walk_print_steps(const struct walk *walk)
{
    struct view view = {0};
    select_rows(&view, walk);
    describe_fields(&view, walk);
    fit_columns(&view);
    CLI_TRY(record_print(&view.record, view.rows, view.count));
    print_notes(&view, walk);
    return DONE;
}

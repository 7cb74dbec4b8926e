/*
 * Records as tables and as JSON; record_csv.c has the files.
 */
#include "cli/base/record.h"

#include "cli/base/table.h"
#include "cli/base/terminal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "sizes are read and printed as counts");

static const void *member(const struct record_field *field, const void *row)
{
    return (const char *)row + field->offset;
}

static bool is_absent(const struct record_field *field, const void *row)
{
    switch (field->type) {
    case RECORD_NUMBER:
    case RECORD_WHOLE:
    case RECORD_NUMBERS: /* by the first of them */
        return isnan(*(const double *)member(field, row));
    case RECORD_TEXT:
    case RECORD_JSON:
        return *(void *const *)member(field, row) == NULL;
    default:
        return false;
    }
}

/* Optional columns are there if any row has them. */
static bool has_column(const struct record_field *field, const void *rows, size_t size,
                       size_t count)
{
    bool found = field->heading != NULL && !field->optional;
    for (size_t i = 0; field->heading != NULL && i < count && !found; i++) {
        found = !is_absent(field, (const char *)rows + i * size);
    }
    return found;
}

static void write_number(char *text, size_t size, const struct record_field *field, double number)
{
    char shown[TEXT_SIZE];
    const char *format = field->format != NULL ? field->format : field->csv;
    if (field->text != NULL) {
        snprintf(text, size, "%s", field->text(shown, number));
    } else if (isnan(number)) {
        snprintf(text, size, "-");
    } else {
        snprintf(text, size, format != NULL ? format : "%.9g", number);
    }
}

void record_write_cell(char *text, size_t size, const struct record_field *field, const void *row)
{
    const void *value = member(field, row);
    if (field->cell != NULL) {
        field->cell(text, size, row);
        return;
    }
    switch (field->type) {
    case RECORD_NUMBER:
    case RECORD_WHOLE:
        write_number(text, size, field, *(const double *)value);
        break;
    case RECORD_COUNT:
    case RECORD_SIZE:
        write_number(text, size, field, (double)*(const uint64_t *)value);
        break;
    case RECORD_TEXT:
        text_cut(text, size, is_absent(field, row) ? "-" : *(const char *const *)value);
        break;
    case RECORD_CHARS:
        text_cut(text, size, value);
        break;
    case RECORD_SHAPE:
        text_shape(text, size, value);
        break;
    default:
        snprintf(text, size, "-");
    }
}

/* Adds all cells; the letters of the alignment are in an array of zeros. */
static void fill(struct table *table, char alignment[RECORD_FIELDS_MAX + 1],
                 const struct record *record, const void *rows, size_t count)
{
    assert(record->count <= RECORD_FIELDS_MAX);
    const struct record_field *columns[RECORD_FIELDS_MAX];
    size_t column_count = 0;
    *table = (struct table){.alignment = alignment};
    for (size_t f = 0; f < record->count; f++) {
        const struct record_field *field = &record->fields[f];
        bool text = field->type == RECORD_TEXT || field->type == RECORD_CHARS ||
                    field->type == RECORD_SHAPE;
        if (has_column(field, rows, record->size, count)) {
            alignment[column_count] = field->align != 0 ? field->align : text ? 'l' : 'r';
            columns[column_count++] = field;
            table_add(table, "%s", field->heading);
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < column_count; c++) {
            char text[RECORD_CELL_SIZE] = "";
            record_write_cell(text, sizeof text, columns[c], (const char *)rows + i * record->size);
            table_add(table, "%s", text);
        }
    }
}

enum exit_status record_print(const struct record *record, const void *rows, size_t count)
{
    char alignment[RECORD_FIELDS_MAX + 1] = "";
    struct table table;
    fill(&table, alignment, record, rows, count);
    return table_print(&table);
}

size_t record_width(const struct record *record, const void *rows, size_t count)
{
    char alignment[RECORD_FIELDS_MAX + 1] = "";
    struct table table;
    fill(&table, alignment, record, rows, count);
    return table_width(&table);
}

json_t *cli_json_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

double cli_json_read(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void drop_unless(json_t **whole, bool complete)
{
    if (!complete) {
        json_decref(*whole);
        *whole = NULL;
    }
}

void cli_json_append(json_t **array, json_t *value)
{
    drop_unless(array, json_array_append_new(*array, value) == 0);
}

void cli_json_set(json_t **object, const char *key, json_t *value)
{
    drop_unless(object, json_object_set_new(*object, key, value) == 0);
}

static enum exit_status print_json(json_t *object, size_t digits)
{
    /* On a terminal what may command it is escaped as \u..., which is the same text. */
    size_t escapes = terminal_of(stdout).present ? JSON_ENSURE_ASCII : 0;
    char *text = json_dumps(object, JSON_REAL_PRECISION(digits) | escapes);
    json_decref(object);
    if (text == NULL) {
        return cli_failed("cannot make JSON: a text in it is not UTF-8, or memory is out");
    }
    puts(text);
    free(text);
    return DONE;
}

/* Nine digits tell any two floats apart. */
enum exit_status cli_print_json(json_t *object)
{
    return print_json(object, 9);
}

enum exit_status cli_print_json_exact(json_t *object)
{
    return print_json(object, 15);
}

static json_t *numbers_json(const double *numbers, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        cli_json_append(&array, cli_json_number(numbers[i]));
    }
    return array;
}

static json_t *shape_json(const descent_shape *shape)
{
    json_t *array = json_array();
    for (size_t i = 0; i < shape->rank; i++) {
        cli_json_append(&array, json_integer((json_int_t)shape->sizes[i]));
    }
    return array;
}

static json_t *value_json(const struct record_field *field, const void *row)
{
    const void *value = member(field, row);
    double number;
    if (field->type != RECORD_JSON && is_absent(field, row)) {
        return json_null();
    }
    switch (field->type) {
    case RECORD_NUMBER:
        return cli_json_number(*(const double *)value);
    case RECORD_WHOLE:
        number = *(const double *)value;
        return isfinite(number) ? json_integer((json_int_t)number) : json_null();
    case RECORD_COUNT:
    case RECORD_SIZE:
        return json_integer((json_int_t) * (const uint64_t *)value);
    case RECORD_TEXT:
        return json_string(*(const char *const *)value);
    case RECORD_CHARS:
        return json_string(value);
    case RECORD_NUMBERS:
        return numbers_json(value, field->length);
    case RECORD_SHAPE:
        return shape_json(value);
    case RECORD_JSON:
        return *(json_t *const *)value;
    }
    return NULL;
}

json_t *record_json(const struct record *record, const void *row)
{
    json_t *object = json_object();
    for (size_t f = 0; f < record->count; f++) {
        const struct record_field *field = &record->fields[f];
        bool wanted = field->name != NULL && field->where != RECORD_IN_CSV &&
                      !(field->optional && is_absent(field, row));
        if (wanted) {
            cli_json_set(&object, field->name, value_json(field, row));
        }
    }
    return object;
}

json_t *record_array(const struct record *record, const void *rows, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        cli_json_append(&array, record_json(record, (const char *)rows + i * record->size));
    }
    return array;
}

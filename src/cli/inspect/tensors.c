/*
 * Lists of tensors and of metadata.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/base/table.h"
#include "cli/inspect/inspect.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(kind, member) RECORD_MEMBER(kind, struct tensor_row, member)
#define NUMBER(name)                                                                               \
    {                                                                                              \
#name, AT(NUMBER, statistics.name), .heading = #name, .format = "%.4g"                     \
    }

static const struct record_field FIELDS[] = {
    {"name", AT(CHARS, name), .heading = "tensor"},
    {"shape", AT(SHAPE, shape), .heading = "shape"},
    {"kind", AT(TEXT, kind), .heading = "kind"},
    NUMBER(minimum),
    NUMBER(maximum),
    NUMBER(mean),
    NUMBER(deviation),
    NUMBER(norm),
    {"nonfinite", AT(SIZE, statistics.nonfinite)},
};

enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0], FIELDS_WITHOUT = 3 };

static struct record describe(const struct tensor_list *list,
                              struct record_field fields[FIELD_COUNT])
{
    memcpy(fields, FIELDS, sizeof FIELDS);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(fields[i].name, "kind") == 0) {
            fields[i].name = fields[i].heading = list->kind;
        }
    }
    return (struct record){fields, FIELD_COUNT, sizeof(struct tensor_row), false};
}

static struct tensor_row tensor_row(const char *name, const char *kind, const descent_shape *shape)
{
    struct tensor_row row = {.kind = kind, .shape = *shape, .statistics = statistics_of(NULL, 0)};
    snprintf(row.name, sizeof row.name, "%s", name);
    return row;
}

static void set_statistics(struct tensor_row *row, const float *values, size_t count)
{
    row->statistics = statistics_of(values, count);
    row->measured = true;
}

static enum exit_status create_list(struct tensor_list *list, const char *kind, size_t count)
{
    *list = (struct tensor_list){.kind = kind, .count = count};
    list->rows = calloc(count + 1, sizeof *list->rows);
    return list->rows != NULL ? DONE : cli_failed("out of memory for a list of %zu tensors", count);
}

enum exit_status tensor_list_of_model(struct tensor_list *list, const descent_model *model)
{
    size_t layers = descent_model_layers(model);
    CLI_TRY(create_list(list, "activation", 2 * layers));
    for (size_t l = 0; l < layers; l++) {
        descent_layer layer = descent_model_layer(model, l);
        const char *activation = descent_activation_name(layer.activation);
        const descent_shape matrix = {2, {layer.outputs, layer.inputs}};
        const descent_shape vector = {1, {layer.outputs}};
        struct tensor_row *rows = &list->rows[2 * l];
        char name[2][32];
        snprintf(name[0], sizeof name[0], "%zu.weight", 2 * l);
        snprintf(name[1], sizeof name[1], "%zu.bias", 2 * l);
        rows[0] = tensor_row(name[0], activation, &matrix);
        rows[1] = tensor_row(name[1], activation, &vector);
        set_statistics(&rows[0], layer.weights, layer.outputs * layer.inputs);
        set_statistics(&rows[1], layer.bias, layer.outputs);
    }
    return DONE;
}

/* Floating-point numbers have statistics, other types none. */
static enum exit_status summarise(struct tensor_row *row, const descent_tensor *tensor)
{
    *row = tensor_row(tensor->name, descent_type_name(tensor->type), &tensor->shape);
    if (tensor->type == DESCENT_TYPE_I64 || tensor->type == DESCENT_TYPE_U8) {
        return DONE;
    }
    size_t count = descent_tensor_elements(tensor);
    if (tensor->type == DESCENT_TYPE_F32 && (uintptr_t)tensor->data % _Alignof(float) == 0) {
        set_statistics(row, tensor->data, count);
        return DONE;
    }
    float *values = calloc(count + 1, sizeof *values); /* never of size 0 */
    if (values == NULL) {
        return cli_failed("out of memory for %zu numbers", count);
    }
    enum exit_status status = cli_library(descent_tensor_read(tensor, values));
    set_statistics(row, values, count);
    free(values);
    return status;
}

enum exit_status tensor_list_of_file(struct tensor_list *list, const descent_safetensors *file)
{
    CLI_TRY(create_list(list, "type", descent_safetensors_count(file)));
    for (size_t i = 0; i < list->count; i++) {
        CLI_TRY(summarise(&list->rows[i], descent_safetensors_tensor(file, i)));
    }
    return DONE;
}

enum exit_status tensor_list_print(const struct tensor_list *list)
{
    struct record_field fields[FIELD_COUNT];
    const struct record record = describe(list, fields);
    enum exit_status status = record_print(&record, list->rows, list->count);
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].statistics.nonfinite > 0) {
            lines_print_whole(stdout, "warning: %s: %zu numbers are infinite or not a number",
                              list->rows[i].name, list->rows[i].statistics.nonfinite);
        }
    }
    return status;
}

json_t *tensor_list_json(const struct tensor_list *list)
{
    struct record_field fields[FIELD_COUNT];
    struct record record = describe(list, fields);
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        /* Where there are no statistics, the object ends before them. */
        record.count = list->rows[i].measured ? FIELD_COUNT : FIELDS_WITHOUT;
        cli_json_append(&array, record_json(&record, &list->rows[i]));
    }
    return array;
}

/* Characters of a text that is printed as a whole. */
enum { TEXT_LENGTH_MAX = 4000 };

void inspect_add_text(struct table *table, const char *text)
{
    size_t length = strlen(text);
    if (length > TEXT_LENGTH_MAX) {
        table_add(table, "%.*s ... (%zu characters; --json prints all)", TEXT_LENGTH_MAX / 2, text,
                  length);
    } else {
        table_add(table, "%s", text);
    }
}

enum exit_status inspect_print_metadata(const descent_safetensors *file)
{
    size_t count = descent_safetensors_metadata_count(file);
    if (count == 0) {
        return DONE;
    }
    struct table table = {.alignment = "ll"};
    for (size_t i = 0; i < count; i++) {
        descent_metadata entry = descent_safetensors_metadata_entry(file, i);
        table_add(&table, "  %s", entry.key);
        inspect_add_text(&table, entry.value);
    }
    printf("\nmetadata\n");
    return table_print(&table);
}

json_t *inspect_metadata_json(const descent_safetensors *file)
{
    json_t *object = json_object();
    for (size_t i = 0; i < descent_safetensors_metadata_count(file); i++) {
        descent_metadata entry = descent_safetensors_metadata_entry(file, i);
        cli_json_set(&object, entry.key, json_string(entry.value));
    }
    return object;
}

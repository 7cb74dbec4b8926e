/*
 * Lists of tensors and of metadata.
 */
#include "cli/base/classifier.h"
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/inspect/inspect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tensor_row tensor_row(const descent_shape *shape, const float *values, size_t count,
                                    descent_activation activation)
{
    return (struct tensor_row){
        .kind = descent_activation_name(activation),
        .shape = *shape,
        .numbers = true,
        .statistics = statistics_of(values, count),
    };
}

enum exit_status tensor_list_of_model(struct tensor_list *list, const descent_model *model)
{
    size_t layers = descent_model_layers(model);
    *list = (struct tensor_list){.kind = "activation", .count = 2 * layers};
    list->rows = calloc(list->count, sizeof *list->rows);
    if (list->rows == NULL) {
        return cli_failed("out of memory for a list of %zu tensors", list->count);
    }
    for (size_t l = 0; l < layers; l++) {
        descent_layer layer = descent_model_layer(model, l);
        const descent_shape matrix = {2, {layer.outputs, layer.inputs}};
        const descent_shape vector = {1, {layer.outputs}};
        struct tensor_row *rows = &list->rows[2 * l];
        rows[0] =
            tensor_row(&matrix, layer.weights, layer.outputs * layer.inputs, layer.activation);
        rows[1] = tensor_row(&vector, layer.bias, layer.outputs, layer.activation);
        snprintf(rows[0].name, sizeof rows[0].name, "%zu.weight", 2 * l);
        snprintf(rows[1].name, sizeof rows[1].name, "%zu.bias", 2 * l);
    }
    return DONE;
}

static void add_number(struct table *table, const struct tensor_row *row, double number)
{
    if (row->numbers && !isnan(number)) {
        table_add(table, "%.4g", number);
    } else {
        table_add(table, "-");
    }
}

static void add_row(struct table *table, const struct tensor_row *row)
{
    char shape[128];
    text_shape(shape, sizeof shape, &row->shape);
    table_add(table, "%s", row->name);
    table_add(table, "%s", row->shape.rank == 0 ? "scalar" : shape);
    table_add(table, "%s", row->kind);
    add_number(table, row, row->statistics.minimum);
    add_number(table, row, row->statistics.maximum);
    add_number(table, row, row->statistics.mean);
    add_number(table, row, row->statistics.deviation);
    add_number(table, row, row->statistics.norm);
}

enum exit_status tensor_list_print(const struct tensor_list *list)
{
    struct table table = {.alignment = "lllrrrrr"};
    const char *const header[] = {"tensor",  "shape", list->kind,  "minimum",
                                  "maximum", "mean",  "deviation", "norm"};
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++) {
        table_add(&table, "%s", header[i]);
    }
    for (size_t i = 0; i < list->count; i++) {
        add_row(&table, &list->rows[i]);
    }
    enum exit_status status = table_print(&table);
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].statistics.nonfinite > 0) {
            printf("warning: %s: %zu numbers are infinite or not a number\n", list->rows[i].name,
                   list->rows[i].statistics.nonfinite);
        }
    }
    return status;
}

json_t *inspect_shape_json(const descent_shape *shape)
{
    json_t *array = json_array();
    for (size_t i = 0; i < shape->rank; i++) {
        json_array_append_new(array, json_integer((json_int_t)shape->sizes[i]));
    }
    return array;
}

json_t *tensor_list_json(const struct tensor_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct tensor_row *row = &list->rows[i];
        const struct statistics *statistics = &row->statistics;
        json_t *object = json_pack("{s:s, s:s, s:o}", "name", row->name, list->kind, row->kind,
                                   "shape", inspect_shape_json(&row->shape));
        if (row->numbers) {
            json_t *numbers = json_pack(
                "{s:o, s:o, s:o, s:o, s:o, s:I}", "minimum", cli_json_number(statistics->minimum),
                "maximum", cli_json_number(statistics->maximum), "mean",
                cli_json_number(statistics->mean), "deviation",
                cli_json_number(statistics->deviation), "norm", cli_json_number(statistics->norm),
                "nonfinite", (json_int_t)statistics->nonfinite);
            json_object_update(object, numbers);
            json_decref(numbers);
        }
        json_array_append_new(array, object);
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
        json_object_set_new(object, entry.key, json_string(entry.value));
    }
    return object;
}

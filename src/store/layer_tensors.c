/*
 * Layers are told by their tensors' names. nn.Sequential numbers them: 0.weight, 2.weight, …; what
 * stands around the number (model., _orig_mod., fc) is the same in all names and means nothing.
 * Names without such a number leave the order to the shapes: each layer takes what the one before
 * it gives. Where that fits in more than one way the file is refused, not guessed.
 */
#include "store/layer_tensors.h"

#include "base/fail.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789";

/* Bytes of a name that are told. */
enum { NAME_SHOWN = 200 };

/* Splits "NAME.weight" or "NAME.bias", or either without a name, into the length of the name and
 * what it is; false if the tensor is called something else. */
static bool split_name(const char *tensor, int *length, bool *is_bias)
{
    const char *dot = strrchr(tensor, '.');
    const char *kind = dot != NULL ? dot + 1 : tensor;
    ptrdiff_t before = dot != NULL ? dot - tensor : 0;
    *length = before < INT_MAX ? (int)before : 0;
    *is_bias = strcmp(kind, "bias") == 0;
    return *is_bias || strcmp(kind, "weight") == 0;
}

/* The layer of that name, a new one if need be; NULL if there are too many. */
static struct descent_layer_tensors *find_layer(struct descent_layer_list *list, const char *name,
                                                int length)
{
    for (size_t i = 0; i < list->count; i++) {
        struct descent_layer_tensors *layer = &list->layers[i];
        if (layer->length == length && strncmp(layer->name, name, (size_t)length) == 0) {
            return layer;
        }
    }
    if (list->count == DESCENT_LAYERS_MAX) {
        return NULL;
    }
    list->layers[list->count] = (struct descent_layer_tensors){.name = name, .length = length};
    return &list->layers[list->count++];
}

static descent_status add_tensor(struct descent_layer_list *list, const descent_tensor *tensor,
                                 int length, bool is_bias)
{
    struct descent_layer_tensors *layer = find_layer(list, tensor->name, length);
    if (layer == NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: layers: expected at most %d, found more",
                            list->path, DESCENT_LAYERS_MAX);
    }
    *(is_bias ? &layer->bias : &layer->weights) = tensor;
    return DESCENT_OK;
}

/* Reads a number at the front of text; the rest begins behind it. */
static bool read_number(const char *text, unsigned *number, size_t *length)
{
    *length = strspn(text, digits);
    *number = (unsigned)strtoul(text, NULL, 10);
    return *length >= 1 && *length <= 6 && (*length == 1 || text[0] != '0');
}

/* Reads the number that stands in a layer's name behind `before` characters, which are those of the
 * first layer's name, with the same text behind it. */
static bool number_layer(struct descent_layer_tensors *layer,
                         const struct descent_layer_tensors *first, size_t before,
                         const char *behind)
{
    size_t size;
    size_t length = (size_t)layer->length;
    size_t rest = (size_t)(first->name + first->length - behind);
    return length > before && strncmp(layer->name, first->name, before) == 0 &&
           read_number(layer->name + before, &layer->number, &size) &&
           before + size + rest == length &&
           strncmp(layer->name + before + size, behind, rest) == 0;
}

static int compare_numbers(const void *a, const void *b)
{
    unsigned one = ((const struct descent_layer_tensors *)a)->number;
    unsigned other = ((const struct descent_layer_tensors *)b)->number;
    return (one > other) - (one < other);
}

/* Sorts by the number in which alone the names differ; false if there is none. */
static bool sort_by_number(struct descent_layer_list *list)
{
    const struct descent_layer_tensors first = list->layers[0];
    for (size_t at = 0; at < (size_t)first.length;) {
        size_t size = strspn(first.name + at, digits);
        bool numbered = size > 0;
        for (size_t i = 0; numbered && i < list->count; i++) {
            numbered = number_layer(&list->layers[i], &first, at, first.name + at + size);
        }
        if (numbered) {
            qsort(list->layers, list->count, sizeof list->layers[0], compare_numbers);
            return true;
        }
        at += size > 0 ? size : 1;
    }
    return false;
}

static bool is_matrix(const descent_tensor *tensor)
{
    return tensor != NULL && tensor->shape.rank == 2;
}

/* Whether a layer takes what another one gives. */
static bool follows(const struct descent_layer_tensors *layer,
                    const struct descent_layer_tensors *before)
{
    return layer->weights->shape.sizes[1] == before->weights->shape.sizes[0];
}

/* The one of the layers from `from` on that follows the layer before them, or that follows none
 * of all where there is no layer before; `count` if it is not one. */
static size_t find_next(const struct descent_layer_list *list, size_t from)
{
    size_t found = list->count;
    for (size_t i = from; i < list->count; i++) {
        bool fits = from > 0 && follows(&list->layers[i], &list->layers[from - 1]);
        if (from == 0) {
            fits = true;
            for (size_t j = 0; j < list->count && fits; j++) {
                fits = !follows(&list->layers[i], &list->layers[j]);
            }
        }
        if (fits && found != list->count) {
            return list->count;
        }
        found = fits ? i : found;
    }
    return found;
}

static void swap_layers(struct descent_layer_list *list, size_t i, size_t j)
{
    struct descent_layer_tensors layer = list->layers[i];
    list->layers[i] = list->layers[j];
    list->layers[j] = layer;
}

static descent_status sort_by_shape(struct descent_layer_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!is_matrix(list->layers[i].weights)) {
            swap_layers(list, 0, i); /* the first to be looked at, and refused by its name */
            return DESCENT_OK;
        }
    }
    list->by_shape = list->count > 1;
    for (size_t from = 0; list->by_shape && from < list->count; from++) {
        size_t next = find_next(list, from);
        if (next == list->count) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: layers: expected numbers in the tensors' names, such as "
                                "0.weight and 2.weight, or shapes that fit in one order only; "
                                "found %.*s.weight and others, which do not tell their order",
                                list->path, list->layers[from].length, list->layers[from].name);
        }
        swap_layers(list, from, next);
    }
    return DESCENT_OK;
}

/* A normalisation's running mean is part of what the network computes: without it, it would answer
 * something else. */
static descent_status pass_over(const struct descent_layer_list *list, const descent_tensor *tensor)
{
    if (strstr(tensor->name, "running_mean") != NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%.100s': expected dense layers, found batch normalization",
                            list->path, tensor->name);
    }
    return DESCENT_OK;
}

static descent_status fail_empty(const char *path, const char *prefix)
{
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: layers: expected %s0.weight, found none", path,
                        prefix);
}

descent_status descent_layer_list_find(struct descent_layer_list *list,
                                       const descent_safetensors *file, const char *path)
{
    *list = (struct descent_layer_list){.path = path};
    for (size_t i = 0; i < descent_safetensors_count(file); i++) {
        const descent_tensor *tensor = descent_safetensors_tensor(file, i);
        int length;
        bool is_bias;
        DESCENT_TRY(split_name(tensor->name, &length, &is_bias)
                        ? add_tensor(list, tensor, length, is_bias)
                        : pass_over(list, tensor));
    }
    if (list->count == 0) {
        return fail_empty(path, "");
    }
    return sort_by_number(list) ? DESCENT_OK : sort_by_shape(list);
}

descent_status descent_layer_list_read(struct descent_layer_list *list,
                                       const descent_safetensors *file, const char *prefix,
                                       const char *path)
{
    size_t before = strlen(prefix);
    *list = (struct descent_layer_list){.path = path};
    for (size_t i = 0; i < descent_safetensors_count(file); i++) {
        const descent_tensor *tensor = descent_safetensors_tensor(file, i);
        int length;
        bool is_bias;
        if (strncmp(tensor->name, prefix, before) != 0) {
            continue;
        }
        if (!split_name(tensor->name, &length, &is_bias)) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: tensors: expected names such as %s0.weight and %s0.bias, "
                                "found '%.100s'",
                                path, prefix, prefix, tensor->name);
        }
        DESCENT_TRY(add_tensor(list, tensor, length, is_bias));
    }
    if (list->count == 0 || !sort_by_number(list)) {
        return fail_empty(path, prefix);
    }
    return DESCENT_OK;
}

/* Appends a name of that length, in a text that is cut to size. */
static void append(char *text, size_t size, const char *before, const char *name, int length)
{
    size_t used = strlen(text);
    int shown = length < NAME_SHOWN ? length : NAME_SHOWN;
    snprintf(text + used, size - used, "%s%.*s", before, shown, name);
}

void descent_layer_list_describe(const struct descent_layer_list *list,
                                 const descent_safetensors *file, char *text, size_t size)
{
    const char *before = "layers in the order of their shapes: ";
    text[0] = '\0';
    for (size_t i = 0; list->by_shape && i < list->count; i++) {
        append(text, size, before, list->layers[i].name, list->layers[i].length);
        before = ", ";
    }
    before = list->by_shape ? "; ignored, as part of no layer: " : "ignored, as part of no layer: ";
    for (size_t i = 0; i < descent_safetensors_count(file); i++) {
        const char *name = descent_safetensors_tensor(file, i)->name;
        int length;
        bool is_bias;
        if (!split_name(name, &length, &is_bias)) {
            append(text, size, before, name, NAME_SHOWN);
            before = ", ";
        }
    }
}

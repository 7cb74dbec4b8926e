/*
 * Which of a file's tensors are the layers of a network, and in which order they follow each other.
 */
#ifndef DESCENT_LAYER_TENSORS_H
#define DESCENT_LAYER_TENSORS_H

#include <descent/checkpoint.h>

#include <stdbool.h>

/* What a file holds of one layer: the tensors NAME.weight and NAME.bias. */
struct descent_layer_tensors {
    const char *name; /* as part of a tensor's name, not terminated */
    int length;       /* of the name */
    unsigned number;  /* in the name, where names are numbered */
    const descent_tensor *weights;
    const descent_tensor *bias;
};

struct descent_layer_list {
    const char *path;
    size_t count;
    bool by_shape; /* the names do not say the order; the shapes do */
    struct descent_layer_tensors layers[DESCENT_LAYERS_MAX];
};

/* Finds the layers of a file from anywhere, in order; path is for messages. Errors: FORMAT. */
descent_status descent_layer_list_find(struct descent_layer_list *list,
                                       const descent_safetensors *file, const char *path);

/* The same for one of the networks in a file of our own, whose tensors are all named PREFIXn.weight
 * or PREFIXn.bias. */
descent_status descent_layer_list_read(struct descent_layer_list *list,
                                       const descent_safetensors *file, const char *prefix,
                                       const char *path);

/* Writes what a user should know of how a file's layers were found; "" where names said it all. */
void descent_layer_list_describe(const struct descent_layer_list *list,
                                 const descent_safetensors *file, char *text, size_t size);

#endif

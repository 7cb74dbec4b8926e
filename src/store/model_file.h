/*
 * What model files and checkpoints share: a model's tensors and the architecture's metadata.
 */
#ifndef DESCENT_MODEL_FILE_H
#define DESCENT_MODEL_FILE_H

#include "store/layer_tensors.h"
#include "store/safetensors.h"

#include <descent/checkpoint.h>

#include <stdbool.h>

/* What stands for the path of one that was decoded, in messages. */
#define DESCENT_MODEL_IN_MEMORY "model in memory"

enum {
    DESCENT_SLOTS_MAX = 2, /* of an optimizer's state */
    DESCENT_TENSOR_LIST_SIZE = 2 * 2 * DESCENT_LAYERS_MAX + DESCENT_SLOTS_MAX, /* two models */
    DESCENT_ARCHITECTURE_ENTRIES = 6,
    DESCENT_LAYERS_TEXT_SIZE = 8 * (DESCENT_LAYERS_MAX + 1), /* seven digits and a dash each */
};

/* The tensors of a file to be written. Starts with count 0; must not be moved once filled. */
struct descent_tensor_list {
    size_t count;
    descent_tensor tensors[DESCENT_TENSOR_LIST_SIZE];
    char names[DESCENT_TENSOR_LIST_SIZE][32];
};

/* Adds a tensor of floats, borrowed; returns its name, to be filled in. */
char *descent_tensor_list_add(struct descent_tensor_list *list, const descent_shape *shape,
                              const float *data);

/* Adds PREFIX0.weight, PREFIX0.bias, PREFIX2.weight and so on. */
void descent_tensor_list_add_model(struct descent_tensor_list *list, const char *prefix,
                                   const descent_model *model);

/* CRC-32 of all the tensors' bytes. */
uint32_t descent_tensor_list_checksum(const struct descent_tensor_list *list);

/* The metadata that both kinds of files begin with: format, descent, layers, activation,
 * output_activation, crc32. Must not be moved once filled. */
struct descent_architecture {
    descent_metadata entries[DESCENT_ARCHITECTURE_ENTRIES];
    char layers[DESCENT_LAYERS_TEXT_SIZE];
    char checksum[16];
};

/* The metadata's key of the header's checksum. */
#define DESCENT_HEADER_CHECKSUM "header_crc32"

/* CRC-32 (zlib's) of what a header says: of each entry of the metadata but that of this checksum,
 * by key in the order of bytes, key, NUL, value, NUL; of each tensor in the order of their bytes
 * name, NUL, type, NUL, the sizes with commas between, NUL. No text may be NULL. Error: MEMORY. */
descent_status descent_header_checksum(uint32_t *checksum, const descent_metadata *metadata,
                                       size_t metadata_count, const descent_tensor *tensors,
                                       size_t tensor_count);

/* FORMAT where a file has a checksum of its header, and it is another; files from elsewhere, and
 * those of earlier versions, have none. Error: MEMORY. */
descent_status descent_header_verify(const descent_safetensors *file, const char *path);

/* The entry with the checksum of a header, which comes last. Must not be moved once filled. */
struct descent_seal {
    descent_metadata entry;
    char text[16];
};

/* Of the metadata before it and the tensors. Error: MEMORY. */
descent_status descent_file_seal(struct descent_seal *seal, const descent_metadata *metadata,
                                 size_t metadata_count, const struct descent_tensor_list *list);

/* Writes the sizes of a configuration, such as "784-128-10". */
void descent_layers_describe(char text[DESCENT_LAYERS_TEXT_SIZE],
                             const descent_model_config *config);

void descent_architecture_init(struct descent_architecture *architecture,
                               const descent_model *model, uint32_t checksum);

/* The configuration of a zeroed model of the same architecture. */
descent_model_config descent_architecture_config(const descent_model *model);

/* Whether two models have the same layers and activations. */
bool descent_architecture_equal(const descent_model *a, const descent_model *b);

/* FORMAT if the metadata's crc32 is not that of the file's tensors, or if a required one is
 * missing; then descent_header_verify(). */
descent_status descent_safetensors_verify(const descent_safetensors *file, const char *path,
                                          bool required);

/* Which of a file's tensors are a model's, and what it is like; borrows from the file. */
struct descent_model_plan {
    struct descent_layer_list list;
    descent_model_config config;
};

/* The plan of the model of those tensors whose names begin with prefix, which must all be of the
 * form PREFIXn.weight or PREFIXn.bias; their bytes need not have been read. Errors: FORMAT: they
 * are no model, or one that is too large. */
descent_status descent_model_plan_read(struct descent_model_plan *plan,
                                       const descent_safetensors *file, const char *prefix,
                                       const char *path);

/* The model, once the file has been read; the caller destroys it. Error: MEMORY. */
descent_status descent_model_build(descent_model **model, const struct descent_model_plan *plan);

/* Whether two models have the same layers and activations. */
bool descent_config_equal(const descent_model_config *a, const descent_model_config *b);

#endif

/*
 * From a model to the tensors and the metadata of a file.
 */
#include "store/model_file.h"

#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

char *descent_tensor_list_add(struct descent_tensor_list *list, const descent_shape *shape,
                              const float *data)
{
    size_t i = list->count++;
    list->tensors[i] = (descent_tensor){
        .name = list->names[i], .type = DESCENT_TYPE_F32, .shape = *shape, .data = data};
    return list->names[i];
}

void descent_tensor_list_add_model(struct descent_tensor_list *list, const char *prefix,
                                   const descent_model *model)
{
    for (size_t l = 0; l < descent_model_layers(model); l++) {
        descent_layer layer = descent_model_layer(model, l);
        const descent_shape matrix = {2, {layer.outputs, layer.inputs}};
        const descent_shape vector = {1, {layer.outputs}};
        char *name = descent_tensor_list_add(list, &matrix, layer.weights);
        snprintf(name, sizeof list->names[0], "%s%zu.weight", prefix, 2 * l);
        name = descent_tensor_list_add(list, &vector, layer.bias);
        snprintf(name, sizeof list->names[0], "%s%zu.bias", prefix, 2 * l);
    }
}

uint32_t descent_tensor_list_checksum(const struct descent_tensor_list *list)
{
    uLong sum = crc32_z(0, NULL, 0);
    for (size_t i = 0; i < list->count; i++) {
        size_t size = descent_tensor_elements(&list->tensors[i]) * sizeof(float);
        sum = crc32_z(sum, list->tensors[i].data, size);
    }
    return (uint32_t)sum;
}

/* A model of one layer has no hidden activation; what stands for it must be the same always. */
descent_model_config descent_architecture_config(const descent_model *model)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.init = DESCENT_INIT_ZEROS;
    config.layers = descent_model_layers(model);
    config.sizes[0] = descent_model_inputs(model);
    for (size_t l = 0; l < config.layers; l++) {
        descent_layer layer = descent_model_layer(model, l);
        config.sizes[l + 1] = layer.outputs;
        if (l + 1 < config.layers) {
            config.activation = layer.activation;
        } else {
            config.output_activation = layer.activation;
        }
    }
    return config;
}

bool descent_config_equal(const descent_model_config *a, const descent_model_config *b)
{
    return a->layers == b->layers && a->activation == b->activation &&
           a->output_activation == b->output_activation &&
           memcmp(a->sizes, b->sizes, sizeof a->sizes) == 0;
}

bool descent_architecture_equal(const descent_model *a, const descent_model *b)
{
    descent_model_config left = descent_architecture_config(a);
    descent_model_config right = descent_architecture_config(b);
    return descent_config_equal(&left, &right);
}

void descent_layers_describe(char text[DESCENT_LAYERS_TEXT_SIZE],
                             const descent_model_config *config)
{
    size_t used = 0;
    for (size_t l = 0; l <= config->layers; l++) {
        used += (size_t)snprintf(text + used, DESCENT_LAYERS_TEXT_SIZE - used,
                                 l == 0 ? "%zu" : "-%zu", config->sizes[l]);
    }
}

void descent_architecture_init(struct descent_architecture *architecture,
                               const descent_model *model, uint32_t checksum)
{
    descent_model_config config = descent_architecture_config(model);
    descent_layers_describe(architecture->layers, &config);
    snprintf(architecture->checksum, sizeof architecture->checksum, "%08x", checksum);
    const descent_metadata entries[DESCENT_ARCHITECTURE_ENTRIES] = {
        {"format", "pt"},
        {"descent", DESCENT_VERSION},
        {"layers", architecture->layers},
        {"activation", descent_activation_name(config.activation)},
        {"output_activation", descent_activation_name(config.output_activation)},
        {"crc32", architecture->checksum},
    };
    memcpy(architecture->entries, entries, sizeof entries);
}

uint32_t descent_model_fingerprint(const descent_model *model)
{
    size_t size = descent_model_parameter_count(model) * sizeof(float);
    return (uint32_t)crc32_z(0, (const Bytef *)descent_model_parameters(model), size);
}

/* Whether text is missing, which the writer refuses. */
static bool has_null(const descent_metadata *metadata, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        found = metadata[i].key == NULL || metadata[i].value == NULL;
    }
    return found;
}

descent_status descent_file_seal(struct descent_seal *seal, const descent_metadata *metadata,
                                 size_t metadata_count, const struct descent_tensor_list *list)
{
    uint32_t checksum = 0;
    if (!has_null(metadata, metadata_count)) {
        DESCENT_TRY(descent_header_checksum(&checksum, metadata, metadata_count, list->tensors,
                                            list->count));
    }
    snprintf(seal->text, sizeof seal->text, "%08x", checksum);
    seal->entry = (descent_metadata){DESCENT_HEADER_CHECKSUM, seal->text};
    return DESCENT_OK;
}

/* Puts architecture, the caller's metadata and the checksum of all into `all`, which has room. */
static descent_status fill(const descent_model *model, struct descent_safetensors_target *target,
                           const descent_metadata *metadata, size_t metadata_count,
                           descent_metadata *all, struct descent_tensor_list *list)
{
    struct descent_architecture architecture;
    struct descent_seal seal;
    size_t count = DESCENT_ARCHITECTURE_ENTRIES;
    descent_architecture_init(&architecture, model, descent_model_fingerprint(model));
    memcpy(all, architecture.entries, sizeof architecture.entries);
    for (size_t i = 0; i < metadata_count; i++) {
        all[count++] = metadata[i];
    }
    descent_tensor_list_add_model(list, "", model);
    DESCENT_TRY(descent_file_seal(&seal, all, count, list));
    all[count++] = seal.entry;
    return descent_safetensors_write(target, list->tensors, list->count, all, count);
}

static descent_status write_model(const descent_model *model,
                                  struct descent_safetensors_target *target,
                                  const descent_metadata *metadata, size_t metadata_count)
{
    size_t count;
    descent_metadata *all = NULL;
    if (!__builtin_add_overflow(metadata_count, DESCENT_ARCHITECTURE_ENTRIES + 1, &count)) {
        all = calloc(count, sizeof *all);
    }
    struct descent_tensor_list *list = calloc(1, sizeof *list);
    descent_status status =
        all != NULL && list != NULL
            ? fill(model, target, metadata, metadata_count, all, list)
            : descent_fail(DESCENT_ERROR_MEMORY, "model: no memory for the metadata");
    free(list);
    free(all);
    return status;
}

descent_status descent_model_save(const descent_model *model, const char *path,
                                  const descent_metadata *metadata, size_t metadata_count)
{
    DESCENT_RETURN_UNLESS(model != NULL && path != NULL);
    DESCENT_RETURN_UNLESS(metadata != NULL || metadata_count == 0);
    struct descent_safetensors_target target = {.path = path};
    return write_model(model, &target, metadata, metadata_count);
}

descent_status descent_model_encode(unsigned char **bytes, size_t *size, const descent_model *model,
                                    const descent_metadata *metadata, size_t metadata_count)
{
    DESCENT_RETURN_UNLESS(bytes != NULL && size != NULL);
    *bytes = NULL;
    *size = 0;
    DESCENT_RETURN_UNLESS(model != NULL);
    DESCENT_RETURN_UNLESS(metadata != NULL || metadata_count == 0);
    struct descent_safetensors_target target = {0};
    DESCENT_TRY(write_model(model, &target, metadata, metadata_count));
    *bytes = target.bytes;
    *size = target.size;
    return DESCENT_OK;
}

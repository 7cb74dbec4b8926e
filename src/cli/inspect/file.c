/*
 * Looks into safetensors files: models, and any other ones.
 */
#include "cli/base/lines.h"
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/base/trained_model.h"
#include "cli/inspect/inspect.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints what a model file holds beside its tensors. */
static void print_model(const char *path, const struct trained_model *trained)
{
    const descent_model *model = trained->model;
    char architecture[512];
    char parameters[TEXT_SIZE];
    descent_model_describe(model, architecture, sizeof architecture);
    size_t count = descent_model_parameter_count(model);
    bool verified = descent_safetensors_metadata(trained->file, "crc32") != NULL;
    lines_print_whole(stdout, "%s: model", path);
    lines_print(stdout, "architecture  %s", architecture);
    printf("engine        %s\n", descent_engine_name(trained->engine));
    printf("parameters    %s, %.1f KiB\n", text_count(parameters, count),
           (double)count * sizeof(float) / 1024.0);
    printf("checksum      %08x, %s\n\n", (unsigned)descent_model_fingerprint(model),
           verified ? "verified" : "the file has none to compare with");
}

static json_t *model_json(const char *path, const struct trained_model *trained,
                          const struct tensor_list *tensors)
{
    const descent_model *model = trained->model;
    char architecture[512];
    char checksum[16];
    descent_model_describe(model, architecture, sizeof architecture);
    snprintf(checksum, sizeof checksum, "%08x", (unsigned)descent_model_fingerprint(model));
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:o, s:o}", "kind", "model", "file", path,
                     "architecture", architecture, "engine", descent_engine_name(trained->engine),
                     "parameters", (json_int_t)descent_model_parameter_count(model), "crc32",
                     checksum, "verified",
                     descent_safetensors_metadata(trained->file, "crc32") != NULL, "tensors",
                     tensor_list_json(tensors), "metadata", inspect_metadata_json(trained->file));
}

static enum exit_status print_list(const struct tensor_list *tensors,
                                   const descent_safetensors *file)
{
    CLI_TRY(tensor_list_print(tensors));
    return inspect_print_metadata(file);
}

static enum exit_status show_model(const char *path, json_t **json,
                                   const struct trained_model *trained)
{
    struct tensor_list tensors;
    enum exit_status status = tensor_list_of_model(&tensors, trained->model);
    if (status == DONE && json != NULL) {
        *json = model_json(path, trained, &tensors);
    } else if (status == DONE) {
        print_model(path, trained);
        status = print_list(&tensors, trained->file);
    }
    free(tensors.rows);
    return status;
}

static enum exit_status inspect_model(const char *path, const struct page_target *weights,
                                      json_t **json)
{
    struct trained_model trained;
    enum exit_status status = trained_model_load(&trained, path);
    if (status == DONE && weights != NULL) {
        status = inspect_save_weights(&trained, weights);
    }
    if (status == DONE) {
        status = show_model(trained.path, json, &trained);
    }
    trained_model_free(&trained);
    return status;
}

static enum exit_status show_tensors(const char *path, const descent_safetensors *file,
                                     json_t **json)
{
    struct tensor_list tensors;
    enum exit_status status = tensor_list_of_file(&tensors, file);
    if (status == DONE && json != NULL) {
        *json = json_pack("{s:s, s:s, s:o, s:o}", "kind", "tensors", "file", path, "tensors",
                          tensor_list_json(&tensors), "metadata", inspect_metadata_json(file));
    } else if (status == DONE) {
        lines_print_whole(stdout, "%s: %zu tensors", path, tensors.count);
        putchar('\n');
        status = print_list(&tensors, file);
    }
    free(tensors.rows);
    return status;
}

/* Whether a file is one of our models, which must then be whole. */
static bool is_our_model(const descent_safetensors *file)
{
    return descent_safetensors_metadata(file, "checkpoint") == NULL &&
           descent_safetensors_metadata(file, "descent") != NULL &&
           descent_safetensors_metadata(file, "layers") != NULL;
}

static bool is_foreign(const descent_safetensors *file)
{
    return descent_safetensors_metadata(file, "checkpoint") == NULL &&
           descent_safetensors_metadata(file, "descent") == NULL;
}

/* Whether a file can be read as a model. */
static bool reads_as_model(const char *path)
{
    descent_model *model;
    descent_status status = descent_model_load(&model, NULL, path);
    path_keep_memory(status);
    descent_model_destroy(model);
    return status == DESCENT_OK;
}

static enum exit_status inspect_other(const char *path, const descent_safetensors *file,
                                      const struct page_target *weights, json_t **json)
{
    if (weights != NULL) {
        return cli_failed("%s: --sheet shows samples, --weights a model's: expected a data set or "
                          "a model, found another file",
                          path);
    }
    return descent_safetensors_metadata(file, "checkpoint") != NULL
               ? inspect_checkpoint(path, file, json)
               : show_tensors(path, file, json);
}

/* A model is read by those who know models. Files may be large: never are two held at once. */
enum exit_status inspect_file(const char *path, const struct page_target *weights, json_t **json)
{
    descent_safetensors *file;
    CLI_TRY_LIBRARY(descent_safetensors_load(&file, path));
    bool ours = is_our_model(file), foreign = is_foreign(file);
    if (ours || foreign) {
        descent_safetensors_destroy(file);
        if (ours || reads_as_model(path)) {
            return inspect_model(path, weights, json);
        }
        CLI_TRY_LIBRARY(descent_safetensors_load(&file, path));
    }
    enum exit_status status = inspect_other(path, file, weights, json);
    descent_safetensors_destroy(file);
    return status;
}

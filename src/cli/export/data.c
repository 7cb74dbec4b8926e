/*
 * The data that a model was trained on, where they are still there.
 */
#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/source.h"
#include "cli/export/export.h"

#include <stdlib.h>
#include <string.h>

/* A copy, to be freed. NULL where there is no text, or no memory, which is kept: the data are not
 * gone for that. */
static char *copy_of(const char *text)
{
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text != NULL && copy == NULL) {
        path_keep("out of memory");
    }
    return copy;
}

/* What a JSON object of the model's metadata says under a key, to be freed; NULL where there is
 * none. */
static char *said_of(const struct trained_model *trained, const char *entry, const char *key)
{
    const char *text = descent_safetensors_metadata(trained->file, entry);
    json_t *object = text != NULL ? json_loads(text, 0, NULL) : NULL;
    char *copy = copy_of(json_string_value(json_object_get(object, key)));
    json_decref(object);
    return copy;
}

/* The folder that the run was given, or else the name of the data, to be freed. */
static char *place_of(const struct trained_model *trained)
{
    json_t *beside = run_data_beside(trained->path);
    const char *folder = json_string_value(json_object_get(beside, "folder"));
    char *place = folder != NULL && path_is_there(folder) ? copy_of(folder) : NULL;
    json_decref(beside);
    place = place != NULL ? place : said_of(trained, "data", "name");
    return place != NULL ? place : said_of(trained, "training", "data");
}

/* Whether these are the samples that the model says; early ones do not say it. */
static bool is_own(const descent_dataset *dataset, const struct trained_model *trained,
                   descent_part part)
{
    const char *own = part == DESCENT_PART_TRAIN ? trained->train.text : trained->test.text;
    return descent_dataset_features(dataset) == descent_model_inputs(trained->model) &&
           (own[0] == '\0' || strcmp(fingerprint_of(dataset).text, own) == 0);
}

/* Where they are as they were they are given; what cannot be read now is not gone. */
static enum exit_status load_own(descent_dataset **dataset, const struct trained_model *trained,
                                 const char *folder, const descent_source *source)
{
    descent_status status = source_try(dataset, folder, source);
    if (status == DESCENT_ERROR_MEMORY || status == DESCENT_ERROR_IO) {
        return cli_library(status);
    }
    if (status == DESCENT_OK && !is_own(*dataset, trained, source->part)) {
        descent_dataset_destroy(*dataset);
        *dataset = NULL;
    }
    return DONE;
}

static enum exit_status load(descent_dataset **dataset, const struct trained_model *trained,
                             const char *folder, descent_part part)
{
    struct source_options options = {0};
    descent_source source;
    enum exit_status status = option_defaults(&SOURCE_TABLE, &options);
    status = status == DONE ? source_recall(&options, trained) : status;
    if (status == DONE) {
        source_init(&source, &options, NULL);
        source.part = part;
        status = source_follow_model(&source, trained);
    }
    if (status == DONE) {
        status = load_own(dataset, trained, folder, &source);
    }
    option_free_values(&SOURCE_TABLE, &options);
    return status;
}

enum exit_status export_data(descent_dataset **dataset, const struct trained_model *trained,
                             descent_part part)
{
    *dataset = NULL;
    char *place = place_of(trained);
    char *folder = place != NULL && data_is_there(place) ? cli_data_find(place) : NULL;
    enum exit_status status = folder != NULL ? load(dataset, trained, folder, part) : DONE;
    free(folder);
    free(place);
    return status == DONE ? path_check() : status;
}

/*
 * The data that a model was trained on, where they are still there.
 */
#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/source.h"
#include "cli/export/export.h"

#include <stdlib.h>
#include <string.h>

/* What a JSON object of the model's metadata says under a key, to be freed; NULL where there is
 * none. */
static char *said_of(const struct trained_model *trained, const char *entry, const char *key)
{
    const char *text = descent_safetensors_metadata(trained->file, entry);
    json_t *object = text != NULL ? json_loads(text, 0, NULL) : NULL;
    const char *said = json_string_value(json_object_get(object, key));
    char *copy = said != NULL ? strdup(said) : NULL;
    json_decref(object);
    return copy;
}

/* The folder that the run was given, or else the name of the data, to be freed. */
static char *place_of(const struct trained_model *trained)
{
    json_t *beside = run_data_beside(trained->path);
    const char *folder = json_string_value(json_object_get(beside, "folder"));
    char *place = folder != NULL && path_is_there(folder) ? strdup(folder) : NULL;
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

static descent_dataset *load(const struct trained_model *trained, const char *folder,
                             descent_part part)
{
    struct source_options options = {0};
    descent_dataset *dataset = NULL;
    if (option_defaults(&SOURCE_TABLE, &options) == DONE &&
        source_recall(&options, trained) == DONE) {
        descent_source source;
        source_init(&source, &options, NULL);
        source.part = part;
        bool loaded = source_follow_model(&source, trained) == DONE &&
                      source_try(&dataset, folder, &source) == DESCENT_OK;
        if (loaded && !is_own(dataset, trained, part)) {
            descent_dataset_destroy(dataset);
            dataset = NULL;
        }
    }
    option_free_values(&SOURCE_TABLE, &options);
    return dataset;
}

descent_dataset *export_data(const struct trained_model *trained, descent_part part)
{
    char *place = place_of(trained);
    char *folder = place != NULL && data_is_there(place) ? cli_data_find(place) : NULL;
    descent_dataset *dataset = folder != NULL ? load(trained, folder, part) : NULL;
    free(folder);
    free(place);
    return dataset;
}

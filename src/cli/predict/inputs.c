/*
 * What the arguments mean: rows of a table, pictures and folders of them, or samples of arrays and
 * data sets.
 */
#include "cli/predict/inputs.h"

#include "cli/base/paths.h"

#include <stdlib.h>
#include <string.h>

/* Whether it can be the name of a data set: files have an ending, or are there. */
static bool is_name(const char *text)
{
    return strchr(text, '/') == NULL && strchr(text, '.') == NULL && strcmp(text, "-") != 0 &&
           !path_is_there(text);
}

static enum exit_status add(struct predict_inputs *inputs, char *path)
{
    if (inputs->count + 1 >= inputs->room) {
        size_t room = inputs->room == 0 ? 64 : 2 * inputs->room;
        char **names = realloc(inputs->names, room * sizeof *names);
        if (names != NULL) {
            inputs->names = names;
            inputs->room = room;
        }
    }
    if (path == NULL || inputs->count + 1 >= inputs->room) {
        free(path);
        return cli_failed("out of memory for a list of %zu files", inputs->count);
    }
    inputs->names[inputs->count++] = path;
    inputs->names[inputs->count] = NULL;
    return DONE;
}

/* The pictures below a folder; without any it is a data set. */
static enum exit_status add_folder(struct predict_inputs *inputs, const char *folder)
{
    char **paths = NULL;
    size_t count = 0;
    CLI_TRY_LIBRARY(descent_image_find(&paths, &count, folder));
    enum exit_status status = DONE;
    for (size_t i = 0; i < count && status == DONE; i++) {
        status = add(inputs, paths[i]);
        paths[i] = NULL;
    }
    descent_image_paths_free(paths, count);
    if (status == DONE && count == 0) {
        inputs->kind = PREDICT_SAMPLES;
        status = add(inputs, strdup(folder));
    }
    return status;
}

static enum exit_status add_argument(struct predict_inputs *inputs, const char *text)
{
    if (path_is_folder(text)) {
        return add_folder(inputs, text);
    }
    bool name = is_name(text);
    if (name || descent_dataset_is_array(text)) {
        inputs->kind = PREDICT_SAMPLES;
    }
    char *path = name ? cli_data_find(text) : strdup(text);
    return name && path == NULL ? FAILED : add(inputs, path);
}

enum exit_status predict_inputs_find(struct predict_inputs *inputs, const char *const *arguments,
                                     bool rows)
{
    *inputs = (struct predict_inputs){.kind = rows ? PREDICT_ROWS : PREDICT_IMAGES};
    for (size_t i = 0; arguments[i] != NULL; i++) {
        inputs->kind = descent_dataset_is_csv(arguments[i]) ? PREDICT_ROWS : inputs->kind;
    }
    bool given = inputs->kind == PREDICT_ROWS;
    for (size_t i = 0; arguments[i] != NULL; i++) {
        CLI_TRY(given ? add(inputs, strdup(arguments[i])) : add_argument(inputs, arguments[i]));
    }
    return inputs->kind == PREDICT_IMAGES || inputs->count == 1
               ? DONE
               : cli_usage("predict: expected images, or one file of rows or samples; found %s and "
                           "%s",
                           inputs->names[0], inputs->names[1]);
}

void predict_inputs_free(struct predict_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->names[i]);
    }
    free(inputs->names);
    *inputs = (struct predict_inputs){0};
}

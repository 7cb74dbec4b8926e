/*
 * Reading what is in run folders: JSON files, and which path is a model.
 */
#include "cli/base/run.h"

#include "cli/base/json_seal.h"
#include "cli/base/paths.h"

#include <descent/file.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* No configuration or result is as large as this. */
#define JSON_FILE_LIMIT ((size_t)1 << 22)

/* NULL after writing why. */
static json_t *read_object(const char *path, const char *text, size_t size, char *why, size_t room)
{
    json_error_t error;
    json_t *read = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (read == NULL) {
        bool told = error.text[0] != '\0'; /* what else than memory is missing */
        snprintf(why, room, "%s:%d: expected a JSON object, found %s", path, error.line,
                 told ? error.text : "no memory for it");
    } else if (!json_is_object(read)) {
        snprintf(why, room, "%s:1: expected a JSON object, found something else", path);
        json_decref(read);
        read = NULL;
    } else if (!json_unseal(read, text, size)) {
        snprintf(why, room,
                 "%s:2: the file is damaged, or was edited: its checksum is another; without that "
                 "line it is read as it is",
                 path);
        json_decref(read);
        read = NULL;
    }
    return read;
}

json_t *run_load_json(const char *folder, const char *file, const char *consequence)
{
    struct run_path path = run_file(folder, file);
    char why[PATH_MAX + 512], *text;
    size_t size;
    descent_status loaded = descent_file_load(&text, &size, path.text, JSON_FILE_LIMIT);
    snprintf(why, sizeof why, "%s", loaded != DESCENT_OK ? descent_last_error() : "");
    path_keep_memory(loaded);
    json_t *object =
        loaded == DESCENT_OK ? read_object(path.text, text, size, why, sizeof why) : NULL;
    free(text);
    if (loaded == DESCENT_ERROR_IO && path_is_file(path.text)) {
        path_keep(why);
    }
    if (object == NULL && loaded != DESCENT_ERROR_NOT_FOUND && consequence != NULL) {
        cli_failed("%s; %s", why, consequence);
    }
    return object;
}

json_t *run_load_config(const char *folder, const char *consequence)
{
    json_t *config = run_load_json(folder, RUN_CONFIG, consequence);
    json_t *options = json_object_get(config, "options");
    if (json_is_object(options) && json_object_get(options, "engine") == NULL &&
        json_object_set_new(options, "engine", json_string("blas")) != 0) {
        json_decref(config);
        config = NULL;
    }
    return config;
}

json_t *run_data_beside(const char *model)
{
    char folder[PATH_MAX];
    const char *name = strrchr(model, '/');
    if (name == NULL || strcmp(name + 1, RUN_MODEL) != 0) {
        return NULL;
    }
    snprintf(folder, sizeof folder, "%.*s", (int)(name - model), model);
    json_t *config = run_load_json(folder, RUN_CONFIG, NULL);
    json_t *data = json_incref(json_object_get(config, "data"));
    json_decref(config);
    return data;
}

/* Whether a file begins as those of models do: eight bytes with the header's size, and the header,
 * which is JSON. */
static bool begins_as_model(const char *path)
{
    char start[9] = "";
    FILE *file = path_is_file(path) ? path_open_file(path, "rb") : NULL;
    if (file == NULL) {
        return false;
    }
    size_t got = 0;
    do {
        clearerr(file);
        got += fread(start + got, 1, sizeof start - got, file);
    } while (ferror(file) && errno == EINTR);
    bool begins = got == sizeof start && start[8] == '{';
    path_close(file, path);
    return begins;
}

bool run_is_model(const char *path)
{
    return begins_as_model(path) || begins_as_model(run_file(path, RUN_MODEL).text);
}

enum exit_status run_check_first(const char *command, const char *what, const char *const *paths)
{
    if (run_is_model(paths[0])) {
        return DONE;
    }
    for (size_t i = 1; paths[i] != NULL; i++) {
        if (run_is_model(paths[i])) {
            return cli_usage("%s: %s comes first, found \"%s\" behind \"%s\"", command, what,
                             paths[i], paths[0]);
        }
    }
    return DONE;
}

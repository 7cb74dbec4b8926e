/*
 * Run folders. The lock is on the folder itself: it leaves no file behind and ends with the
 * process, however that ends.
 */
#include "cli/base/run.h"

#include "cli/base/run_folders.h"

#include <descent/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The checkpoint goes first: a run without one cannot be resumed into half of another. */
static const char *const FILES[] = {RUN_CHECKPOINT, RUN_MODEL,  RUN_METRICS, RUN_LAYERS,
                                    RUN_CONFIG,     RUN_RESULT, RUN_LOG};
enum { FILE_COUNT = sizeof FILES / sizeof FILES[0] };

/* No configuration or result is as large as this. */
#define JSON_FILE_LIMIT ((size_t)1 << 24)

struct run_path run_file(const char *folder, const char *file)
{
    struct run_path path;
    snprintf(path.text, sizeof path.text, "%s/%s", folder, file);
    return path;
}

struct run_path run_path(const struct run *run, const char *file)
{
    return run_file(run->folder, file);
}

void run_make_parents(const char *path)
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    for (char *slash = strchr(parent + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(parent, 0777);
        *slash = '/';
    }
}

static enum exit_status lock_folder(struct run *run)
{
    run->lock = open(run->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (run->lock < 0) {
        return errno == ENOTDIR
                   ? cli_failed("%s: expected a folder for the run, found a file", run->folder)
                   : cli_failed("%s: cannot open the run folder: %s", run->folder, strerror(errno));
    }
    if (flock(run->lock, LOCK_EX | LOCK_NB) != 0) {
        return cli_failed("%s: another process is training in this run folder", run->folder);
    }
    if (access(run->folder, W_OK | X_OK) != 0) {
        return cli_failed("%s: the run folder is not writable: %s", run->folder, strerror(errno));
    }
    return DONE;
}

static enum exit_status set_folder(struct run *run, const char *folder)
{
    run->lock = -1;
    int length = snprintf(run->folder, sizeof run->folder, "%s", folder);
    if (length <= 0 || length >= (int)sizeof run->folder) {
        return cli_failed("run folder: expected a path of 1 to %zu bytes, found %d",
                          sizeof run->folder - 1, length);
    }
    return DONE;
}

static enum exit_status make_folder(struct run *run)
{
    run_make_parents(run->folder);
    if (mkdir(run->folder, 0777) != 0 && errno != EEXIST) {
        return cli_failed("%s: cannot create the run folder: %s", run->folder, strerror(errno));
    }
    return DONE;
}

/* A new folder models/NAME-DATE-TIME; runs that start within one second have different numbers.
 */
static enum exit_status make_default_folder(struct run *run, const char *name)
{
    char date[32];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(date, sizeof date, "%Y%m%d-%H%M%S", &local);
    int number = 1;
    do {
        char folder[PATH_MAX], suffix[16] = "";
        if (number > 1) {
            snprintf(suffix, sizeof suffix, "-%d", number);
        }
        snprintf(folder, sizeof folder, "models/%.200s-%s%s", name, date, suffix);
        CLI_TRY(set_folder(run, folder));
        run_make_parents(folder);
        if (mkdir(folder, 0777) == 0) {
            return DONE;
        }
    } while (errno == EEXIST && ++number < 1000);
    return cli_failed("%s: cannot create the run folder: %s", run->folder, strerror(errno));
}

static enum exit_status refuse_or_remove(const struct run *run, bool force)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        struct run_path path = run_path(run, FILES[i]);
        if (!force && access(path.text, F_OK) == 0) {
            return cli_failed("%s: the folder holds a run already (%s); --force replaces it, "
                              "--resume continues it",
                              run->folder, FILES[i]);
        }
        if (force && unlink(path.text) != 0 && errno != ENOENT) {
            return cli_failed("%s: cannot remove: %s", path.text, strerror(errno));
        }
    }
    return DONE;
}

enum exit_status run_create(struct run *run, const char *out, const char *name, bool force)
{
    run->lock = -1;
    if (out == NULL) {
        CLI_TRY(make_default_folder(run, name));
    } else {
        CLI_TRY(set_folder(run, out));
        CLI_TRY(make_folder(run));
    }
    CLI_TRY(lock_folder(run));
    return refuse_or_remove(run, force);
}

enum exit_status run_find(struct run *run, const char *folder)
{
    CLI_TRY(set_folder(run, folder));
    struct run_path checkpoint = run_path(run, RUN_CHECKPOINT);
    if (access(checkpoint.text, F_OK) != 0) {
        return access(folder, F_OK) != 0
                   ? run_folders_missing(folder)
                   : cli_failed("%s: not a run folder: expected %s in it, found none", folder,
                                RUN_CHECKPOINT);
    }
    return DONE;
}

enum exit_status run_open(struct run *run, const char *folder)
{
    CLI_TRY(run_find(run, folder));
    return lock_folder(run);
}

/* The lock is asked for only where no result tells, and shared, so that it is in nobody's way. */
bool run_is_training(const char *folder)
{
    bool ended = access(run_file(folder, RUN_RESULT).text, F_OK) == 0;
    int lock = ended ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) {
        return false;
    }
    bool training = flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(lock);
    return training;
}

void run_close(struct run *run)
{
    if (run->lock >= 0) {
        close(run->lock);
        run->lock = -1;
    }
}

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
    json_t *object =
        loaded == DESCENT_OK ? read_object(path.text, text, size, why, sizeof why) : NULL;
    free(text);
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

bool run_is_file(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

/* Whether a file begins as those of models do: eight bytes with the header's size, and the header,
 * which is JSON. */
static bool begins_as_model(const char *path)
{
    char start[9] = "";
    FILE *file = run_is_file(path) ? fopen(path, "rb") : NULL;
    if (file == NULL) {
        return false;
    }
    bool begins = fread(start, 1, sizeof start, file) == sizeof start && start[8] == '{';
    fclose(file);
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

/*
 * Reads runs to be drawn, and names them: from what differs between their configurations, or else
 * between their paths. Configurations come from files that may have been edited: any value is taken
 * as it is, and control characters are left to whoever prints.
 */
#include "cli/plot/runs.h"

#include "cli/base/run.h"
#include "cli/base/text.h"
#include "cli/train/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More options than this are no name any more; a longer path is cut. */
enum { PARTS_MAX = 4, PATH_MAX_BYTES = 36 };

static const json_t *value_of(const struct plotted_run *run, const char *object, const char *key)
{
    return json_object_get(json_object_get(run->config, object), key);
}

static bool differs(const struct plotted_run *runs, size_t count, const char *object,
                    const char *key)
{
    const json_t *first = value_of(&runs[0], object, key);
    for (size_t r = 1; r < count; r++) {
        const json_t *other = value_of(&runs[r], object, key);
        if (first == NULL || other == NULL ? first != other : !json_equal(first, other)) {
            return true;
        }
    }
    return false;
}

/* The value as it would be given; empty for a flag that is set. */
static void describe(const json_t *value, char *text, size_t size)
{
    text[0] = '\0';
    switch (json_typeof(value)) {
    case JSON_STRING:
        snprintf(text, size, "%s", json_string_value(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        snprintf(text, size, "%.6g", json_number_value(value));
        break;
    case JSON_ARRAY:
        for (size_t i = 0; i < json_array_size(value); i++) {
            text_append(text, size, "%s%.6g", i == 0 ? "" : "-",
                        json_number_value(json_array_get(value, i)));
        }
        text_append(text, size, "%s", text[0] == '\0' ? "none" : "");
        break;
    default:
        break;
    }
}

/* A flag that is not set, or an option without a value, goes without saying, unless there is
 * nothing else to say. */
static void append(char *label, const char *name, const json_t *value)
{
    char text[PLOTTED_RUN_NAME_SIZE] = "";
    if (value != NULL && !json_is_false(value) && !json_is_null(value)) {
        describe(value, text, sizeof text);
        text_append(label, PLOTTED_RUN_NAME_SIZE, "%s%s%s%s", label[0] != '\0' ? ", " : "", name,
                    text[0] != '\0' ? " " : "", text);
    } else if (label[0] == '\0') {
        snprintf(label, PLOTTED_RUN_NAME_SIZE, "no %s", name);
    }
}

/* Whether an option may be what a comparison of runs is about. */
static bool decides(const struct option *option)
{
    return option->storage == OPTION_RESULT || strcmp(option->name, "init-from") == 0;
}

/* "optimizer sgd, lr 0.1": the data's name, and the options that decide results, in the order of
 * train's help, cut to size. False where nothing differs, or a configuration is missing. */
static bool name_by_config(struct plotted_run *run, const struct plotted_run *runs, size_t count)
{
    size_t parts = 0;
    run->name[0] = '\0';
    for (size_t r = 0; r < count; r++) {
        if (!json_is_object(json_object_get(runs[r].config, "options"))) {
            return false;
        }
    }
    if (differs(runs, count, "data", "name")) {
        const char *name = json_string_value(value_of(run, "data", "name"));
        snprintf(run->name, sizeof run->name, "%s", name != NULL ? name : "?");
        parts++;
    }
    for (size_t i = 0; i < TRAIN_OPTIONS.count && parts < PARTS_MAX; i++) {
        const struct option option = option_row(&TRAIN_OPTIONS, i);
        if (decides(&option) && differs(runs, count, "options", option.name)) {
            append(run->name, option.name, value_of(run, "options", option.name));
            parts++;
        }
    }
    return parts > 0;
}

/* False if two runs would have the same name. */
static bool name_all_by_config(struct plotted_run *runs, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        if (!name_by_config(&runs[r], runs, count)) {
            return false;
        }
        for (size_t before = 0; before < r; before++) {
            if (strcmp(runs[before].name, runs[r].name) == 0) {
                return false;
            }
        }
    }
    return true;
}

/* Cuts the first folder off all paths, if it is the same one and not all that is left; false if
 * not. */
static bool cut_first_folder(struct plotted_run *runs, size_t count)
{
    size_t length = strcspn(runs[0].path, "/");
    for (size_t r = 0; r < count; r++) {
        const char *path = runs[r].path;
        if (strncmp(path, runs[0].path, length) != 0 || path[length] != '/') {
            return false;
        }
    }
    for (size_t r = 0; r < count; r++) {
        char *path = runs[r].path;
        memmove(path, path + length + 1, strlen(path + length));
    }
    return true;
}

static bool cut_last_folder(struct plotted_run *runs, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        const char *first = strrchr(runs[0].path, '/'), *other = strrchr(runs[r].path, '/');
        if (first == NULL || other == NULL || strcmp(first, other) != 0) {
            return false;
        }
    }
    for (size_t r = 0; r < count; r++) {
        *strrchr(runs[r].path, '/') = '\0';
    }
    return true;
}

/* Cuts out the middle of a long name, at boundaries of UTF-8 characters. */
static void shorten(char *name)
{
    size_t length = strlen(name);
    if (length <= PATH_MAX_BYTES) {
        return;
    }
    size_t head = PATH_MAX_BYTES / 2 - 2;
    size_t tail = length - PATH_MAX_BYTES / 2 + 1;
    while (head > 0 && ((unsigned char)name[head] & 0xC0) == 0x80) {
        head--;
    }
    while (((unsigned char)name[tail] & 0xC0) == 0x80) {
        tail++;
    }
    memcpy(name + head, "...", 3);
    memmove(name + head + 3, name + tail, length - tail + 1);
}

/*
 * Several runs are named after what differs between their configurations, such as "optimizer sgd,
 * lr 0.1"; where that does not tell them apart, after what tells their paths apart, without the
 * folders that all share at the beginning and at the end. One run is called as its folder. A path
 * that is still long is cut in its middle.
 */
static void name_runs(struct plotted_run *runs, size_t count)
{
    if (count > 1 && name_all_by_config(runs, count)) {
        return;
    }
    while (cut_first_folder(runs, count)) {
    }
    while (cut_last_folder(runs, count)) {
    }
    for (size_t r = 0; r < count; r++) {
        shorten(runs[r].path);
        snprintf(runs[r].name, sizeof runs[r].name, "%s", runs[r].path);
    }
}

/* What config.json says is not needed otherwise, so that anything wrong with it only leaves the
 * axis without the loss's name, and the run with its folder's. */
static void load_config(struct plotted_run *run)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/" RUN_CONFIG, run->folder);
    run->config = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    run->loss = json_string_value(json_object_get(json_object_get(run->config, "options"), "loss"));
}

static enum exit_status load_run(struct plotted_run *run, const char *folder)
{
    char path[PATH_MAX + 32];
    int length = snprintf(path, sizeof path, "%s/" RUN_METRICS, folder);
    if (length < 0 || length >= (int)sizeof path) {
        return cli_failed("run folder: expected a path of up to %d bytes, found %d", PATH_MAX,
                          length);
    }
    if (access(path, F_OK) != 0) {
        return cli_failed("%s: not a run folder: expected " RUN_METRICS " in it, found none",
                          folder);
    }
    CLI_TRY(metrics_load(&run->metrics, path));
    if (run->metrics.rows == 0) {
        return cli_failed("%s: no epochs yet, nothing to draw", path);
    }
    run->folder = folder;
    load_config(run);
    run->path = realpath(folder, NULL);
    return run->path != NULL ? DONE : cli_failed("%s: cannot resolve the path", folder);
}

enum exit_status plotted_runs_load(struct plotted_run **runs, const char *const *paths,
                                   size_t count)
{
    *runs = calloc(count, sizeof **runs);
    if (*runs == NULL) {
        return cli_failed("out of memory for %zu runs", count);
    }
    for (size_t r = 0; r < count; r++) {
        CLI_TRY(load_run(&(*runs)[r], paths[r]));
    }
    name_runs(*runs, count);
    return DONE;
}

void plotted_runs_free(struct plotted_run *runs, size_t count)
{
    for (size_t r = 0; runs != NULL && r < count; r++) {
        metrics_free(&runs[r].metrics);
        free(runs[r].path);
        json_decref(runs[r].config);
    }
    free(runs);
}

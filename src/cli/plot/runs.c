/*
 * Reads runs to be drawn, and names them: from what differs between their configurations, or else
 * between their paths. Configurations come from files that may have been edited: any value is taken
 * as it is, and control characters are left to whoever prints.
 */
#include "cli/plot/runs.h"

#include "cli/base/run.h"
#include "cli/base/run_settings.h"
#include "cli/base/text.h"
#include "cli/train/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More options than this are no name any more; a longer path is cut. */
enum { PARTS_MAX = 4, PATH_MAX_BYTES = 36 };

/* An option that is not set goes without saying, unless there is nothing else to say. */
static void append(char *label, const struct run_setting *setting, const json_t *config)
{
    char text[PLOTTED_RUN_NAME_SIZE];
    const json_t *value = run_setting_value(setting, config);
    bool set = value != NULL && !json_is_false(value) && !json_is_null(value);
    if (set || label[0] == '\0') {
        run_setting_describe(setting, config, text, sizeof text);
        text_append(label, PLOTTED_RUN_NAME_SIZE, "%s%s", label[0] != '\0' ? ", " : "", text);
    }
}

/* "optimizer sgd, lr 0.1", cut to size. False where nothing differs, or the run does not tell. */
static bool name_by_config(struct plotted_run *run, const struct run_differences *differences)
{
    run->name[0] = '\0';
    if (!json_is_object(json_object_get(run->config, "options"))) {
        return false;
    }
    for (size_t i = 0; i < differences->count && i < PARTS_MAX; i++) {
        append(run->name, &differences->settings[i], run->config);
    }
    return differences->count > 0;
}

/* False if two runs would have the same name. */
static bool name_all_by_config(struct plotted_run *runs, size_t count,
                               const struct run_differences *differences)
{
    for (size_t r = 0; r < count; r++) {
        if (!name_by_config(&runs[r], differences)) {
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

/*
 * Several runs are named after what differs between their configurations, such as "optimizer sgd,
 * lr 0.1"; where that does not tell them apart, after what tells their paths apart, without the
 * folders that all share at the beginning and at the end. One run is called as its folder. A path
 * that is still long is cut in its middle.
 */
static void name_runs(struct plotted_run *runs, size_t count,
                      const struct run_differences *differences)
{
    if (count > 1 && name_all_by_config(runs, count, differences)) {
        return;
    }
    while (cut_first_folder(runs, count)) {
    }
    while (cut_last_folder(runs, count)) {
    }
    for (size_t r = 0; r < count; r++) {
        text_shorten(runs[r].path, PATH_MAX_BYTES);
        snprintf(runs[r].name, sizeof runs[r].name, "%s", runs[r].path);
    }
}

static enum exit_status load_run(struct plotted_run *run, const char *folder)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/" RUN_METRICS, folder);
    CLI_TRY(metrics_load(&run->metrics, path));
    if (run->metrics.rows == 0) {
        return cli_failed("%s: no epochs yet, nothing to draw", path);
    }
    run->folder = folder;
    run->config = run_config_load(folder);
    run->loss = json_string_value(json_object_get(json_object_get(run->config, "options"), "loss"));
    run->path = realpath(folder, NULL);
    return run->path != NULL ? DONE : cli_failed("%s: cannot resolve the path", folder);
}

/* What config.json says is not needed otherwise, so that anything wrong with it only leaves the
 * axis without the loss's name, and the run with its folder's. */
static enum exit_status name_by_differences(struct plotted_run *runs, size_t count)
{
    const json_t **configs = calloc(count, sizeof(const json_t *));
    if (configs == NULL) {
        return cli_failed("out of memory for %zu runs", count);
    }
    for (size_t r = 0; r < count; r++) {
        configs[r] = runs[r].config;
    }
    struct run_differences differences = run_differences_of(&TRAIN_OPTIONS, configs, count);
    free(configs);
    name_runs(runs, count, &differences);
    return DONE;
}

enum exit_status plotted_runs_load(struct plotted_run **runs, const struct run_folders *folders)
{
    size_t count = folders->count;
    *runs = calloc(count, sizeof **runs);
    if (*runs == NULL) {
        return cli_failed("out of memory for %zu runs", count);
    }
    for (size_t r = 0; r < count; r++) {
        CLI_TRY(load_run(&(*runs)[r], folders->paths[r]));
    }
    return name_by_differences(*runs, count);
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

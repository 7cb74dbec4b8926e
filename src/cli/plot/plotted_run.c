/*
 * Reads runs to be drawn, and names them. Names come from the resolved paths, so that "." and links
 * have names too.
 */
#include "cli/plot/plotted_run.h"

#include "cli/base/run.h"
#include "cli/plot/run_label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 36 };

/* Bytes up to and with the last '/' that all paths have in common at their beginning. */
static size_t common_beginning(const struct plotted_run *runs, size_t count)
{
    size_t folder = 0;
    for (size_t i = 0; runs[0].name[i] != '\0'; i++) {
        for (size_t t = 1; t < count; t++) {
            if (runs[t].name[i] != runs[0].name[i]) {
                return folder;
            }
        }
        if (runs[0].name[i] == '/') {
            folder = i + 1;
        }
    }
    return folder;
}

/* Bytes from the first '/' of the end that all paths, from `begin` on, have in common. */
static size_t common_end(const struct plotted_run *runs, size_t count, size_t begin)
{
    size_t folder = 0;
    size_t length = strlen(runs[0].name);
    for (size_t i = 1; begin + i < length; i++) {
        for (size_t t = 1; t < count; t++) {
            size_t other = strlen(runs[t].name);
            if (begin + i >= other || runs[t].name[other - i] != runs[0].name[length - i]) {
                return folder;
            }
        }
        if (runs[0].name[length - i] == '/') {
            folder = i;
        }
    }
    return folder;
}

/* Cuts out the middle of a long name, at boundaries of UTF-8 characters. */
static void shorten(char *name)
{
    size_t length = strlen(name);
    if (length <= NAME_MAX_BYTES) {
        return;
    }
    size_t head = NAME_MAX_BYTES / 2 - 2;
    size_t tail = length - NAME_MAX_BYTES / 2 + 1;
    while (head > 0 && ((unsigned char)name[head] & 0xC0) == 0x80) {
        head--;
    }
    while (((unsigned char)name[tail] & 0xC0) == 0x80) {
        tail++;
    }
    memcpy(name + head, "...", 3);
    memmove(name + head + 3, name + tail, length - tail + 1);
}

static bool all_equal(const struct plotted_run *runs, size_t count)
{
    for (size_t t = 1; t < count; t++) {
        if (strcmp(runs[t].name, runs[0].name) != 0) {
            return false;
        }
    }
    return true;
}

/* Shortens the names, which are whole paths so far. One run, or the same one several times, has
 * nothing that tells it apart: its folder's name is kept. */
static void shorten_names(struct plotted_run *runs, size_t count)
{
    bool same = all_equal(runs, count);
    size_t begin = same ? (size_t)(strrchr(runs[0].name, '/') - runs[0].name) + 1
                        : common_beginning(runs, count);
    size_t end = same ? 0 : common_end(runs, count, begin);
    for (size_t r = 0; r < count; r++) {
        char *name = runs[r].name;
        size_t length = strlen(name) - begin - end;
        memmove(name, name + begin, length);
        name[length] = '\0';
        shorten(name);
    }
}

/* Names the runs after their configurations, unless two would have the same name. */
static bool name_by_config(struct plotted_run *runs, size_t count)
{
    char(*labels)[RUN_LABEL_SIZE] = calloc(count, sizeof *labels);
    json_t **configs = calloc(count, sizeof(json_t *));
    bool named = labels != NULL && configs != NULL && count > 1;
    for (size_t r = 0; named && r < count; r++) {
        configs[r] = runs[r].config;
    }
    for (size_t r = 0; named && r < count; r++) {
        named = run_label(labels[r], configs, count, r);
        for (size_t before = 0; named && before < r; before++) {
            named = strcmp(labels[before], labels[r]) != 0;
        }
    }
    for (size_t r = 0; named && r < count; r++) {
        char *name = strdup(labels[r]);
        if (name != NULL) {
            free(runs[r].name);
            runs[r].name = name;
        }
    }
    free(labels);
    free(configs);
    return named;
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
    enum exit_status status = metrics_load(&run->metrics, path);
    if (status != DONE) {
        return status;
    }
    if (run->metrics.rows == 0) {
        return cli_failed("%s: no epochs yet, nothing to draw", path);
    }
    run->folder = folder;
    load_config(run);
    run->name = realpath(folder, NULL);
    return run->name != NULL ? DONE : cli_failed("%s: cannot resolve the path", folder);
}

enum exit_status plotted_runs_load(struct plotted_run **runs, const char *const *paths,
                                   size_t count)
{
    *runs = calloc(count, sizeof **runs);
    if (*runs == NULL) {
        return cli_failed("out of memory for %zu runs", count);
    }
    for (size_t r = 0; r < count; r++) {
        enum exit_status status = load_run(&(*runs)[r], paths[r]);
        if (status != DONE) {
            return status;
        }
    }
    if (!name_by_config(*runs, count)) {
        shorten_names(*runs, count);
    }
    return DONE;
}

void plotted_runs_free(struct plotted_run *runs, size_t count)
{
    for (size_t r = 0; runs != NULL && r < count; r++) {
        metrics_free(&runs[r].metrics);
        free(runs[r].name);
        json_decref(runs[r].config);
    }
    free(runs);
}

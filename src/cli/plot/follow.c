/*
 * plot --follow: the picture of runs under way.
 */
#include "cli/base/controls.h"
#include "cli/plot/plot.h"

#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"
#include "cli/plot/live_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Seconds between pictures. */
#define PAUSE 0.5

static size_t count_training(const struct run_folders *folders)
{
    size_t count = 0;
    for (size_t i = 0; i < folders->count; i++) {
        count += run_is_training(folders->paths[i]) ? 1 : 0;
    }
    return count;
}

/* Whether any of the runs has more in metrics.csv than the head. */
static bool has_begun(const struct run_folders *folders)
{
    bool begun = false;
    for (size_t i = 0; i < folders->count && !begun; i++) {
        struct run_path path = run_file(folders->paths[i], RUN_METRICS);
        char line[1024];
        FILE *file = path_is_file(path.text) ? path_open_file(path.text, "r") : NULL;
        begun = file != NULL && fgets(line, sizeof line, file) != NULL &&
                fgets(line, sizeof line, file) != NULL;
        if (file != NULL) {
            path_close(file, path.text);
        }
    }
    return begun;
}

/* Training evaluates the untrained network before it makes the file, without which a folder is no
 * run to others. */
static bool is_without_metrics(const char *path)
{
    return run_is_training(path) && !path_is_there(run_file(path, RUN_METRICS).text);
}

enum exit_status plot_wait(const struct plot *plot)
{
    static const struct timespec moment = {.tv_nsec = 100000000};
    struct run_folders folders = {0};
    for (const char *const *path = plot->paths; *path != NULL; path++) {
        while (is_without_metrics(*path)) {
            nanosleep(&moment, NULL);
        }
    }
    enum exit_status status = run_folders_find(&folders, plot->paths);
    while (status == DONE && !has_begun(&folders) && count_training(&folders) > 0) {
        nanosleep(&moment, NULL);
    }
    run_folders_free(&folders);
    return status;
}

/* "models/first: epoch 12 of 50", or how many of several runs are under way. */
static void describe_progress(char *line, size_t size, const struct plot *plot, size_t training)
{
    const struct plotted_run *run = &plot->runs.runs[0];
    const struct metrics *metrics = &run->metrics;
    if (plot->runs.count > 1) {
        snprintf(line, size, "%zu runs, %zu of them training", plot->runs.count, training);
    } else {
        const json_t *epochs = json_object_get(json_object_get(run->config, "options"), "epochs");
        snprintf(line, size, "%s: epoch %.0f", run->folder,
                 metrics->row[metrics->rows - 1].values[METRICS_EPOCH]);
        if (json_is_integer(epochs)) {
            text_append(line, size, " of %.0f", json_number_value(epochs));
        }
    }
    text_append(line, size, " - Ctrl-C ends the picture, not the training");
    controls_remove(line);
}

/* The figure below a line of its own, within the window. */
static enum exit_status show(const struct plot *plot, size_t training)
{
    char line[256], *text = NULL;
    size_t size = 0;
    size_t rows = terminal_height(stdout, 24);
    describe_progress(line, sizeof line, plot, training);
    struct figure figure;
    enum exit_status status = figure_begin(&figure, NULL);
    figure.look = plot->options.look;
    figure.height = rows > 3 ? rows - 2 : 1;
    if (status == DONE) {
        status = plot_describe(&figure, plot, false);
    }
    if (status == DONE) {
        status = figure_draw_bytes(&figure, &text, &size);
    }
    if (status == DONE) {
        live_screen_show(line, text, size);
    }
    free(text);
    figure_free(&figure);
    return status;
}

/* What happens at the end of training is seen before it is drawn, so that the last picture has all
 * of it. */
enum exit_status plot_follow(struct plot *plot)
{
    live_screen_begin();
    size_t training;
    enum exit_status status;
    do {
        training = count_training(&plot->folders);
        status = plot_load_runs(plot);
        if (status == DONE) {
            status = show(plot, training);
        }
    } while (status == DONE && training > 0 && live_screen_wait(PAUSE));
    enum exit_status asked = live_screen_end();
    if (status != DONE) {
        status = plot_load_runs(plot); /* what it says was lost with the screen */
    }
    return status != DONE ? status : asked;
}

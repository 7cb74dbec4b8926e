/*
 * What `descent plot` was asked for, and what it draws.
 */
#ifndef DESCENT_CLI_PLOT_H
#define DESCENT_CLI_PLOT_H

#include "cli/base/option.h"
#include "cli/bench/rows.h"
#include "cli/plot/run_curves.h"
#include "cli/plot/studies.h"

enum { PLOT_PANELS_MAX = 8 };

struct plot_options {
    char *out;
    char *what;
    int over;
    struct option_pair size;
    struct figure_look look;
    bool text;
    bool logarithmic, linear;
    bool each_seed;
    bool follow;
    bool quiet;
    bool bench, study; /* what is drawn is one: by the arguments */
};

struct plot {
    struct plot_options options;
    const char *const *paths;           /* that were given, NULL behind the last */
    const char *names[PLOT_PANELS_MAX]; /* of the panels */
    size_t count;

    struct run_folders folders;
    struct plotted_runs runs;
    struct bench_file bench;
    struct plotted_study study;
};

/* The name of panel i of all that there are, NULL behind the last; and whether a study's own panel
 * has that name. */
const char *plot_panel_name(int i);
bool plot_is_study_panel(const char *name);

/* Reads the names of panels, or those of what is drawn by default. */
enum exit_status plot_read_panels(struct plot *plot);

/* Reads the runs, in place of those that were read before. */
enum exit_status plot_load_runs(struct plot *plot);

/* Adds the panels that have something to draw; with report, names the others on stderr. */
enum exit_status plot_describe(struct figure *figure, const struct plot *plot, bool report);

/* Waits until one of the runs has something to draw, or none is training. */
enum exit_status plot_wait(const struct plot *plot);

/* Draws in the terminal while training goes on, and the last picture once more when that has ended.
 */
enum exit_status plot_follow(struct plot *plot);

#endif

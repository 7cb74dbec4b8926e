/*
 * Pictures of walks: the loss over the steps, and the path over the function.
 */
#ifndef DESCENT_CLI_WALK_CHART_H
#define DESCENT_CLI_WALK_CHART_H

#include "cli/plot/chart.h"
#include "cli/walk/contour.h"
#include "cli/walk/walk.h"

enum { WALKS_MAX = 8, WALK_TITLE_SIZE = 256 };

/* Walks on one function, with their names for the legend. */
struct walk_gallery {
    const struct walk *walks;
    size_t count;
    char (*names)[WALK_TITLE_SIZE];
    const char *title;
};

/* A chart with all that it points to but the gallery's names. */
struct walk_chart {
    struct chart chart;
    struct chart_panel panels[2];
    struct chart_series loss[WALKS_MAX];
    struct chart_series path[WALKS_MAX + 3]; /* the ground, the paths, the start, the minima */
    struct contour ground;
    double *values;
};

/* Fills in the chart, for the format that it will be drawn in. On failure it says why and returns
 * FAILED; the caller frees in any case. */
enum exit_status walk_chart_build(struct walk_chart *chart, const struct walk_gallery *gallery,
                                  enum chart_format format);

/* Frees what was made; a zeroed chart is allowed. */
void walk_chart_free(struct walk_chart *chart);

#endif

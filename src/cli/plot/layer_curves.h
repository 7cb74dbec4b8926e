/*
 * The gradient's norm by layer, from the layers.csv of runs to a panel of a chart.
 */
#ifndef DESCENT_CLI_LAYER_CURVES_H
#define DESCENT_CLI_LAYER_CURVES_H

#include "cli/plot/curves.h"

/* The panel's name on the command line. */
#define LAYER_CURVES_NAME "layers"

/* As curves_build(), with a curve for each layer; a run without the file has none. */
enum exit_status layer_curves_build(struct chart_panel *panel, struct curves *curves,
                                    const struct plotted_run *runs, size_t count,
                                    const struct curves_options *options);

#endif

/*
 * The parts of a figure's gnuplot script.
 */
#ifndef DESCENT_CLI_FIGURE_SCRIPT_H
#define DESCENT_CLI_FIGURE_SCRIPT_H

#include "cli/plot/figure_layout.h"
#include "cli/plot/figure_theme.h"

#include <stdio.h>

struct figure_script {
    FILE *file;
    const struct figure *figure;
    const struct figure_colours *colours;
    struct figure_layout layout;
    size_t blocks; /* of data */
};

/* " font ',N'" for a size in pixels. */
void figure_script_font(const struct figure_script *script, double pixels);

/* The legend, as labels and lines at places of the whole picture. */
void figure_script_legend(const struct figure_script *script, const struct figure_legend *legend);

/* The data blocks of a panel's curves, and the "plot" command, for its area. False where memory is
 * out. */
bool figure_script_curves(struct figure_script *script, const struct figure_panel *panel,
                          const struct figure_box *box);

#endif

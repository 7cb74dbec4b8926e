/*
 * What a picture shows of the plane, or of the line, that walks go over.
 */
#ifndef DESCENT_CLI_WALK_VIEW_H
#define DESCENT_CLI_WALK_VIEW_H

#include "cli/plot/figure.h"
#include "cli/walk/walk.h"

/* Walks on one function. */
struct walk_gallery {
    const struct walk *walks;
    size_t count;
};

/* The ranges of the variables: of both axes where there are two, of the first where there is one.
 */
void walk_choose_view(struct figure_axis *axes, const struct walk_gallery *gallery);

#endif

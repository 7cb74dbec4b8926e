/*
 * Pictures of walks: the loss over the steps, and the path over the function.
 */
#ifndef DESCENT_CLI_WALK_PICTURE_H
#define DESCENT_CLI_WALK_PICTURE_H

#include "cli/walk/walk.h"

/* Draws walks on one function into the file that path names, or on the terminal where it is NULL.
 * On failure it says why and returns FAILED. */
enum exit_status walk_draw(const struct walk *walks, size_t count, const char *path, bool quiet);

#endif

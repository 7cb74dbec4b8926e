/*
 * EMNIST's images lie on their side, which only a name tells.
 */
#ifndef DESCENT_CLI_EMNIST_H
#define DESCENT_CLI_EMNIST_H

#include "cli/base/progress.h"

/* Warns where a path, or a file in the folder that it means, is called after EMNIST. */
void emnist_warn(struct progress *display, const char *path);

#endif

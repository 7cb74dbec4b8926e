/*
 * Short names for runs, to tell them apart in a legend.
 */
#ifndef DESCENT_CLI_RUN_NAME_H
#define DESCENT_CLI_RUN_NAME_H

#include <stddef.h>

/*
 * The names of `count` run folders: the part of the path that tells them apart, without the folders
 * that all share at the beginning and at the end; for one run its folder's name. A name that is
 * still long is cut in its middle. Names are new strings, each to be freed; NULL where memory is
 * out.
 */
void run_names(char **names, const char *const *paths, size_t count);

#endif

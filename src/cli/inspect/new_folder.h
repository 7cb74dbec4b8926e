/*
 * The folder of a data set, which appears under its name when it is complete, in place of an older
 * one if need be.
 */
#ifndef DESCENT_CLI_NEW_FOLDER_H
#define DESCENT_CLI_NEW_FOLDER_H

#include "cli/base/cli.h"

#include <limits.h>
#include <stdbool.h>

/* Room for a path with a longer name. */
enum { NEW_FOLDER_BESIDE = PATH_MAX + 288 };

struct new_folder {
    char path[PATH_MAX];
    char temporary[NEW_FOLDER_BESIDE]; /* beside it: where the files are written */
    char before[NEW_FOLDER_BESIDE];    /* where the old one stands aside, if the two cannot be
                                          exchanged */
    int lock; /* descriptor of the temporary one, or −1: others leave it alone */
};

/* Nothing that is there is replaced without force, and nothing but a data set with it. Touches
 * nothing yet. */
enum exit_status new_folder_check(struct new_folder *folder, const char *path, bool force);

/* Makes the temporary folder, in place of one that a killed process left. */
enum exit_status new_folder_begin(struct new_folder *folder);

/* Puts it in place if all is well, else removes it; returns what went wrong first. Zero or more
 * calls after new_folder_check(). */
enum exit_status new_folder_end(struct new_folder *folder, enum exit_status status);

#endif

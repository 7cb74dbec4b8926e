/*
 * Which runs there are in folders: where a command takes RUN..., it takes folders of runs as well.
 */
#ifndef DESCENT_CLI_RUN_FOLDERS_H
#define DESCENT_CLI_RUN_FOLDERS_H

#include "cli/base/cli.h"

#include <stddef.h>

/* Starts as {0}. */
struct run_folders {
    size_t count;
    char **paths; /* as given, such as "models/first", NULL behind the last */
};

/* Finds the runs in the folders that are given, NULL behind the last. A folder with metrics.csv is
 * a run itself; of any other, the runs at any depth in it are taken, in the order of their names,
 * but hidden folders, and those behind links, are not searched. A run that is given twice is taken
 * once. FAILED after naming a path that is no folder or has no run in it; the caller frees in any
 * case. */
enum exit_status run_folders_find(struct run_folders *folders, const char *const *given);

/* Adds a path, whatever is there. FAILED where memory is out or there are too many. */
enum exit_status run_folders_add(struct run_folders *folders, const char *path);
void run_folders_free(struct run_folders *folders);

/* Whether a folder is no run, but holds one. */
bool run_folders_within(const char *path);

/* FAILED after telling that a run folder is not there, and which one may be meant. */
enum exit_status run_folders_missing(const char *path);

#endif

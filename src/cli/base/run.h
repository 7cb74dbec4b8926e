/*
 * A run folder: where training keeps its files, one process at a time.
 */
#ifndef DESCENT_CLI_RUN_H
#define DESCENT_CLI_RUN_H

#include "cli/base/cli.h"

#include <jansson.h>
#include <limits.h>

#define RUN_MODEL "model.safetensors"
#define RUN_CHECKPOINT "checkpoint.safetensors"
#define RUN_METRICS "metrics.csv"
#define RUN_LAYERS "layers.csv"
#define RUN_CONFIG "config.json"
#define RUN_RESULT "result.json"
#define RUN_LOG "log.txt"

/* Why a run is not over that was told to pause, among the stop reasons in its config.json. */
#define RUN_PAUSED "paused"

struct run {
    char folder[PATH_MAX];
    int lock; /* descriptor of the folder, or −1; the lock goes with the process */
};

/* Makes the folder `out`, or models/NAME-DATE-TIME where out is NULL, and the folders above it. One
 * that holds a run is refused, or with force its files are removed. */
enum exit_status run_create(struct run *run, const char *out, const char *name, bool force);

/* Makes the folders above a path; what fails here fails again, and is to be reported, at the last
 * one. */
void run_make_parents(const char *path);

/* Finds the folder of a run that exists, to read in it: another process may go on with it. */
enum exit_status run_find(struct run *run, const char *folder);

/* Opens the folder of a run that exists, to go on with it. */
enum exit_status run_open(struct run *run, const char *folder);

/* Whether a process is training in a run folder; false where it has ended, or was killed. */
bool run_is_training(const char *folder);

/* Whether a path is a file, which can be opened without waiting for anybody; a pipe cannot. */
bool run_is_file(const char *path);

/* Whether a path is a model file, or a folder with that of a run. */
bool run_is_model(const char *path);

/* USAGE where the first of several paths is no model or run, which it should be, called `what` in
 * the command's help, but a later one is. NULL stands behind the last. */
enum exit_status run_check_first(const char *command, const char *what, const char *const *paths);

/* Gives up the lock; a zeroed run is not one: lock must be −1 or open. */
void run_close(struct run *run);

/* The path of one of the run's files, and of a file in any folder. */
struct run_path {
    char text[PATH_MAX + 32];
};
struct run_path run_path(const struct run *run, const char *file);
struct run_path run_file(const char *folder, const char *file);

/* One of a run's JSON files, to be released; NULL where there is none, or one that cannot be read
 * or is no object, for anybody may have edited it. The latter is told with what comes of it, unless
 * that is NULL. */
json_t *run_load_json(const char *folder, const char *file, const char *consequence);

/* config.json in the same way. Where there was one engine it does not say which, and gets that name
 * here. */
json_t *run_load_config(const char *folder, const char *consequence);

/* What config.json says of the data of the run that a model file lies in, to be released; NULL
 * where there is no such run. Earlier models do not say it themselves. */
json_t *run_data_beside(const char *model);

#endif

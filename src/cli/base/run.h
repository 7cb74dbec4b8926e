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

/* The file that tells the folder of a study from that of a run. */
#define RUN_STUDY "study.json"

/* Why a run is not over that was told to pause, among the stop reasons in its config.json. */
#define RUN_PAUSED "paused"

struct run {
    char folder[PATH_MAX];
    int lock; /* descriptor of the folder, or −1; the lock goes with the process */
    bool entered, begun;
    char place[PATH_MAX]; /* where the folder was when it was entered, or empty */
};

/* Makes the folder `out`, or models/NAME-DATE-TIME where out is NULL, and the folders above it, and
 * enters it. One that holds a run is refused, or with force that stays as it is until run_begin().
 */
enum exit_status run_create(struct run *run, const char *out, const char *name, bool force);

/* Puts config.json and checkpoint, saved since run_create(), in the place of all files of a run
 * that was there. From here on there is a run that can be resumed. */
enum exit_status run_begin(struct run *run);

/* Makes the folders above a path; what fails here fails again, and is to be reported, at the last
 * one. */
void run_make_parents(const char *path);

/* Finds the folder of a run that exists, to read in it: another process may go on with it. */
enum exit_status run_find(struct run *run, const char *folder);

/* Opens the folder of a run that exists, to go on with it. */
enum exit_status run_open(struct run *run, const char *folder);

/* Fails where the path leads to another folder than the one that was opened: for after reading its
 * files by their paths. */
enum exit_status run_check_place(const struct run *run);

/* Makes the folder that is locked the process's own, from where its files are named, so that it may
 * be moved or replaced, and removes what killed processes left. Other relative paths lead nowhere
 * from here on. */
enum exit_status run_enter(struct run *run);

/* Names a folder that was moved since it was entered as it is called now. */
void run_follow(struct run *run);

/* Whether a process is training in a run folder; false where it has ended, or was killed. */
bool run_is_training(const char *folder);

/* Whether a path is a model file, or a folder with that of a run. */
bool run_is_model(const char *path);

/* USAGE where the first of several paths is no model or run, which it should be, called `what` in
 * the command's help, but a later one is. NULL stands behind the last. */
enum exit_status run_check_first(const char *command, const char *what, const char *const *paths);

/* Gives up the lock; a zeroed run is not one: lock must be −1 or open. */
void run_close(struct run *run);

/* The path of one of the run's files, as it is opened, and of a file in any folder. Messages that
 * begin with the former name the folder: see cli_enter(). */
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

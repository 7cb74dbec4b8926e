/*
 * study.json, for those who read a study's configuration and those who keep it.
 */
#ifndef DESCENT_CLI_SWEEP_STUDY_FILE_H
#define DESCENT_CLI_SWEEP_STUDY_FILE_H

#include "cli/sweep/study.h"

#include <jansson.h>

/* Room for the names of files behind it. */
enum { STUDY_FOLDER_SIZE = PATH_MAX - 256, STUDY_VALUE_SIZE = 4096 };

/* Keys in study.json: the first three of its data; the last what was asked for, one after the
 * other.
 */
#define STUDY_KEY_FOLDER "folder"
#define STUDY_KEY_GIVEN "given"
#define STUDY_KEY_SAMPLES "samples"
#define STUDY_KEY_STAGES "asked_for"

/* What a study.json says. Starts as {0}. */
struct study_stored {
    json_t *root; /* NULL where there is no such file */
    struct option_arguments arguments;
    struct study_options options;
    struct study_stage stages[STUDY_STAGES_MAX];
    size_t stage_count;
};

/* study_stored.c: reads that of a folder, if there is one. FAILED after naming what is wrong with
 * it; the caller frees in any case. */
enum exit_status study_stored_read(struct study_stored *stored, const char *folder);
void study_stored_free(struct study_stored *stored);

/* study_compare.c: whether an option is kept in study.json; USAGE, with what differs in words,
 * where the configuration in the folder is another. Only trials and seeds of a list that nothing is
 * chosen from may grow. */
bool study_option_is_kept(const struct option *row);
enum exit_status study_compare(const struct study *study, const struct study_stored *stored);

/* Takes over data, and the options that were not given, from the study in the folder. */
enum exit_status study_recall(struct study *study);

/* configuration.c: the seeds of the options; false where --seeds is none. */
bool study_seeds_of(uint64_t *first, uint64_t *count, const struct study_options *options);

/* configuration.c: all that follows from the options. */
enum exit_status study_configure(struct study *study);

/* What is known of the data once they were loaded: text for study.json. */
struct study_data {
    char folder[PATH_MAX];
    char name[NAME_MAX + 1];
    struct fingerprint train, test;
    uint64_t samples; /* that are trained on */
    bool validated;   /* whether samples are held back */
};

/* study_data.c: loads the data in a process of its own, so that this one has no threads when it
 * forks for trials, and refuses there what would be refused in each of them. */
enum exit_status study_data_check(struct study_data *data, const struct study *study);

/* study_folder.c: the folder, made where it is not there, and locked for as long as the descriptor
 * is open. FAILED where it holds something else than a study. */
enum exit_status study_folder_open(int *lock, const struct study *study);

/* Holds the folder that was opened, for study_check_place(). */
enum exit_status study_folder_hold(struct study *study);

/* Puts a study in its place where a process was killed at that: for before its file is read. */
enum exit_status study_folder_settle(const struct study *study);

/* In the folder that is open and locked, begins a study in place of the one that is there, which
 * stays as it is while the configuration is saved to REPLACEMENT_BEGUN in it; study_folder_end()
 * then replaces it, unless that has failed, and passes the failure on. */
enum exit_status study_folder_begin(int *claim, const struct study *study, int lock);
enum exit_status study_folder_end(int claim, const struct study *study, int lock,
                                  enum exit_status saved);

#endif

/*
 * A run as a row of the table of runs: what its files say of how it went.
 */
#ifndef DESCENT_CLI_RUN_ROW_H
#define DESCENT_CLI_RUN_ROW_H

#include "cli/base/run_settings.h"

#include <string.h>

/* Of the weights that are kept, on one part of the data; NaN for what there is not. */
struct run_figures {
    double loss, accuracy, low, high, r2, rmse;
    double rank; /* by which runs are compared: the accuracy, or R² of numbers */
};

enum { RUN_NAME_SIZE = 64, RUN_FINDINGS_SIZE = 256, RUN_SETTING_SIZE = 48 };

struct run_row {
    const char *folder;       /* borrowed, as are all texts but those that are in the struct */
    char name[RUN_NAME_SIZE]; /* the folder as the table shows it */
    const char *data;         /* its name */
    const char *mark;         /* "*" for the best run on its data */
    const char *state;        /* "done", "running", "paused", "killed", "not-finite" … */
    const char *unfinished;   /* the same where it is not done, or NULL */
    const char *stop_reason;
    double epochs, best_epoch;
    struct run_figures train, validation, test;
    double seconds;
    double target_samples, target_steps; /* to the target, where it was reached */
    const char *date, *version;          /* when, and by which descent, it was ended */
    double finding_count;
    char findings[RUN_FINDINGS_SIZE];
    json_t *warnings;                        /* their names for programs, or null */
    json_t *settings;                        /* that differ between the runs */
    const char *setting[OPTIONS_MAX + 1];    /* the same as texts, in the order of these */
    char (*setting_texts)[RUN_SETTING_SIZE]; /* owned; what these point to */
    json_t *config, *result;                 /* its files, or NULL */
    double runs; /* that a row stands for: see seeds.h; and the deviations over these */
    double loss_deviation, validation_deviation, test_deviation;
};

/* Reads the files of a run; the folder is borrowed. A file that is broken is told in a line: FAILED
 * where it is the one that has the figures, for then there is no row; without the others the row
 * says less. FAILED without a line where the disk does not give one, which path_check() tells. The
 * caller frees in any case. */
enum exit_status run_row_load(struct run_row *row, const char *folder);

/* Fills in the settings in which runs differ. FAILED where memory is out. */
enum exit_status run_row_set(struct run_row *row, const struct run_differences *differences);

/* Frees what it holds; a zeroed row is allowed. */
void run_row_free(struct run_row *row);

/* Leaves the objects for programs, warnings and settings, to those that took them. */
void run_row_give(struct run_row *row);

/* The number at the offset of a member. */
static inline double run_row_number(const struct run_row *row, size_t member)
{
    double number;
    memcpy(&number, (const char *)row + member, sizeof number);
    return number;
}

/* Whether its training came to its end. */
bool run_row_is_done(const struct run_row *row);

#endif

/*
 * The columns of the table of runs: those that all runs have, and the settings in which they
 * differ; as many as the screen has room for.
 */
#ifndef DESCENT_CLI_RUN_COLUMNS_H
#define DESCENT_CLI_RUN_COLUMNS_H

#include "cli/base/record.h"
#include "cli/runs/given.h"
#include "cli/runs/run_row.h"

enum { RUN_COLUMNS_MAX = RECORD_FIELDS_MAX, RUN_LEFT_OUT_SIZE = 512 };

/* The rank of a column that readers see as part of another one. */
enum { RUN_COLUMN_OF_FILES = -1 };

struct run_columns {
    struct record_field fields[RUN_COLUMNS_MAX];
    int ranks[RUN_COLUMNS_MAX];       /* of several, the highest is left out first; 0 stays */
    struct record record;             /* of these fields */
    char left_out[RUN_LEFT_OUT_SIZE]; /* the headings of the columns that there was no room for */
};

/* All columns: of runs, or of rows that stand for several runs each. Points into itself: stays
 * where it is. */
void run_columns_of_runs(struct run_columns *columns, const struct run_settings *settings);
void run_columns_of_seeds(struct run_columns *columns, const struct run_settings *settings);

/* Whether a name means a column: capitals do not matter, nor whether words are joined by blanks, as
 * in headings, by underscores, as in files, or by dashes. */
bool run_column_is(const char *column, const char *name);

/* Lets the column of that name, by which rows are sorted, stand in any table. */
void run_columns_keep(struct run_columns *columns, const char *name);

/* Leaves out columns until the table is no wider. */
void run_columns_fit(struct run_columns *columns, const void *rows, size_t count, size_t width);

/* The name of a setting in tables, files and on the command line. */
const char *run_column_setting(const struct run_setting *setting);

#endif

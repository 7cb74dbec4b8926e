/*
 * Writing metrics.csv: a row an epoch.
 */
#ifndef DESCENT_CLI_METRICS_WRITE_H
#define DESCENT_CLI_METRICS_WRITE_H

#include "cli/base/metrics.h"

#include <stdint.h>

/* One row: NaN where a figure does not exist, which gives an empty field. */
struct metrics_row {
    double values[METRICS_COLUMNS];
};

/* A row without any figure. */
struct metrics_row metrics_row_empty(void);

/* Starts a file with the header of so many columns, in place of any that is there. */
enum exit_status metrics_start(const char *path, size_t columns);

/* Adds a row and waits until the disk has it. */
enum exit_status metrics_append(const char *path, size_t columns, const struct metrics_row *row);

/* Cuts off the rows behind an epoch, and a row that was left half-written. *seconds gets the time
 * of the last row that stays, 0 if there is none. */
enum exit_status metrics_cut(const char *path, size_t columns, uint64_t epoch, double *seconds);

#endif

/*
 * Files to which a run adds rows, epoch by epoch: a header, then lines whose first field is the
 * epoch. A row is on the disk before the checkpoint of its epoch is, and a resumed run cuts off the
 * rows behind its checkpoint: whenever a run is killed, each epoch ends up in the file once.
 */
#ifndef DESCENT_CLI_ROWS_FILE_H
#define DESCENT_CLI_ROWS_FILE_H

#include "cli/base/cli.h"

#include <stddef.h>
#include <stdint.h>

/* Starts a file with the header, which ends in a newline, in place of any that is there. */
enum exit_status rows_start(const char *path, const char *header);

/* Adds whole lines and waits until the disk has them. */
enum exit_status rows_append(const char *path, const char *lines);

/* Cuts off the rows behind an epoch, and one that was left half-written; a file that is not there
 * is started. kind is what the file should be, such as "metrics". last, if not NULL, gets the last
 * row that stays, cut to size; empty if there is none. */
enum exit_status rows_cut(const char *path, const char *header, const char *kind, uint64_t epoch,
                          char *last, size_t size);

#endif

/*
 * Ctrl-C, a batch system's SIGTERM, a terminal that is closed, processor time that is used up
 * (ulimit -t): they end the process with a line; in training the first asks to stop at a good
 * moment, and the second ends the process.
 */
#ifndef DESCENT_CLI_INTERRUPT_H
#define DESCENT_CLI_INTERRUPT_H

#include "cli/base/cli.h"

#include <stdbool.h>
#include <stddef.h>

/* From now on SIGINT, SIGTERM, SIGHUP and SIGXCPU end the process at once, with a line and its
 * status, unless they are ignored. */
void interrupt_begin(void);

/* Between these two the first one waits: a file that is being saved becomes whole. */
void interrupt_hold(void);
void interrupt_release(void);

/* descent_file_save() between them. */
enum exit_status interrupt_save(const char *path, const void *bytes, size_t size);

/* Ended at once, the process removes this open folder, whose path is borrowed, and the files in it;
 * -1: none any longer. */
void interrupt_remove(int folder, const char *path);

/* From now on a first SIGINT, SIGTERM, SIGHUP or SIGXCPU is only noted. */
void interrupt_watch(void);

/* Before a process forks others: what it notes from here on, those know that follow it. False where
 * memory is out. */
bool interrupt_share(void);

/* In a process that was forked from such a one. */
void interrupt_follow(void);

/* Whether one has come, and the status to exit with then. */
bool interrupt_came(void);
enum exit_status interrupt_status(void);

#endif

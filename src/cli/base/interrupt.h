/*
 * Ctrl-C, a batch system's SIGTERM, a terminal that is closed, processor time that is used up
 * (ulimit -t): the first asks to stop at a good moment, the second ends the process.
 */
#ifndef DESCENT_CLI_INTERRUPT_H
#define DESCENT_CLI_INTERRUPT_H

#include "cli/base/cli.h"

#include <stdbool.h>

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

/*
 * Ctrl-C: the first one asks to stop at a good moment, the second one ends the process.
 */
#ifndef DESCENT_CLI_INTERRUPT_H
#define DESCENT_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on a first SIGINT is only noted. */
void interrupt_watch(void);

/* Whether one has come. */
bool interrupt_came(void);

#endif

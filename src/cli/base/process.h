/*
 * What the command needs of the process that it is given.
 */
#ifndef DESCENT_CLI_PROCESS_H
#define DESCENT_CLI_PROCESS_H

#include <stdbool.h>

/* Comes before all else. False where the stack is too small to go on, which a line on stderr has
 * said. */
bool process_prepare(void);

#endif

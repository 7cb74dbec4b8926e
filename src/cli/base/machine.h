/*
 * What everything runs on.
 */
#ifndef DESCENT_CLI_MACHINE_H
#define DESCENT_CLI_MACHINE_H

#include <stddef.h>

/* The processor's name as Linux reports it, or the kind of machine; cut to size. */
void machine_processor(char *name, size_t size);

#endif

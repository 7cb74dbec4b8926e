/*
 * The standard input as a file in memory.
 */
#ifndef DESCENT_CLI_STANDARD_INPUT_H
#define DESCENT_CLI_STANDARD_INPUT_H

#include "cli/base/cli.h"

#include <stddef.h>

#define STANDARD_INPUT "standard input"

struct standard_input {
    char *bytes; /* with a NUL byte behind the end; the caller frees them */
    size_t size;
};

/* Reads it to its end. FAILED after one line where there are more than `limit` bytes. */
enum exit_status standard_input_read(struct standard_input *input, size_t limit);

#endif

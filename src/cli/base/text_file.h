/*
 * A text file that is written in full or not at all: printed into memory first.
 */
#ifndef DESCENT_CLI_TEXT_FILE_H
#define DESCENT_CLI_TEXT_FILE_H

#include "cli/base/cli.h"

#include <stdio.h>

struct text_file {
    const char *path; /* borrowed */
    FILE *out;        /* where to print */
    char *text;
    size_t size;
};

/* Opens for printing. On failure it says why, and there is nothing to save. The struct stays where
 * it is until the file is saved. */
enum exit_status text_file_open(struct text_file *file, const char *path);

/* Puts what was printed into the file, in place of what it held, and frees it. */
enum exit_status text_file_save(struct text_file *file);

#endif

/*
 * Names of classes and words of columns that differ only in the case of letters or in blanks: they
 * may be meant as one, and are not taken so.
 */
#ifndef DESCENT_CLI_ALIKE_H
#define DESCENT_CLI_ALIKE_H

#include "cli/base/progress.h"

#include <descent/dataset.h>

/* Writes what is alike in a data set, such as "classes \"Setosa\" and \"setosa\"", cut to size;
 * empty where nothing is. */
void alike_list(char *text, size_t size, const descent_dataset *dataset);

/* Warns of it. */
void alike_warn(struct progress *display, const descent_dataset *dataset);

#endif

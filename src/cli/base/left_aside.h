/*
 * What was left aside when data were read, said once for all parts.
 */
#ifndef DESCENT_CLI_LEFT_ASIDE_H
#define DESCENT_CLI_LEFT_ASIDE_H

#include "cli/base/progress.h"

#include <descent/dataset.h>
#include <jansson.h>

/* Writes a list such as "3 .webp, 1 .gif, notes.txt (first data/cat/a.webp)", cut to size, of what
 * two data sets (NULL: none) left aside: all, or what matters. Empty where there is nothing. */
void left_aside_list(char *text, size_t size, const descent_dataset *const datasets[2], bool all);

/* Warns of what matters, if there is any; tells of a test part that stands in for another. */
void left_aside_warn(struct progress *display, const descent_dataset *const datasets[2]);

/* All of it: an array of objects; the caller owns the reference. */
json_t *left_aside_json(const descent_dataset *const datasets[2]);

#endif

/*
 * What a reader met in a CSV file that the training part did not have, told in one place for all
 * commands.
 */
#ifndef DESCENT_CLI_READING_H
#define DESCENT_CLI_READING_H

#include "cli/base/progress.h"

#include <descent/dataset.h>
#include <jansson.h>

/* Says what was met in a file whose columns were known before, from the training part or from a
 * model. columns or reading NULL: nothing to say. path is as it was given. */
void reading_warn(struct progress *display, const char *path, const descent_columns *columns,
                  const descent_reading *reading);

/* How a table was understood, such as "semicolons between fields, decimal commas, names in the
 * first line", cut to size; empty for data that are no CSV file. */
void reading_describe(char *text, size_t size, const descent_dataset *dataset);

/* The same as an object, or null; the caller owns the reference. */
json_t *reading_json(const descent_dataset *dataset);

/* What a CSV file's columns become, such as "5 columns, colour one-hot (3), missing values in age
 * (12)", or "pixels divided by 255", cut to size; "" for other data. */
void reading_inputs(char *text, size_t size, const descent_dataset *dataset);

#endif

/*
 * What is said of data that are not there.
 */
#ifndef DESCENT_CLI_DATA_MISSING_H
#define DESCENT_CLI_DATA_MISSING_H

#include "cli/base/source.h"

/* Reports that no data set goes by a name, or is at a path, with the name that may be meant, or the
 * places that were looked into and how to get a data set that is known. */
void data_missing(const char *name, const struct data_places *places);

#endif

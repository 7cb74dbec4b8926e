/*
 * The names that a data set can be given by.
 */
#ifndef DESCENT_CLI_DATA_NAMES_H
#define DESCENT_CLI_DATA_NAMES_H

#include "cli/base/cli.h"

#include <stddef.h>

/* What a name means. */
struct data_name {
    char *name, *folder;
};

struct data_names {
    struct data_name *names;
    size_t count;
};

/* The folders in all places where names are looked up, by name; of those with one name, the one in
 * the first place. Starts as {0}; the caller frees the names in any case. */
enum exit_status data_names_list(struct data_names *names);
void data_names_free(struct data_names *names);

#endif

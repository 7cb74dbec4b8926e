/*
 * Samples that are in the data more than once.
 */
#ifndef DESCENT_CLI_DUPLICATES_H
#define DESCENT_CLI_DUPLICATES_H

#include "cli/base/cli.h"

#include <descent/dataset.h>

struct duplicates {
    size_t across;   /* test samples that are in the training part too */
    size_t train;    /* training samples that repeat an earlier one */
    size_t test;     /* test samples that repeat an earlier one */
    size_t labelled; /* of all these, the ones that have another label there */
};

/* Counts samples with the same numbers; either part may be NULL. FAILED after saying why. */
enum exit_status duplicates_find(struct duplicates *duplicates, const descent_dataset *train,
                                 const descent_dataset *test);

#endif

/*
 * The steps of a walk as a record, and as a table that fits the terminal.
 */
#ifndef DESCENT_CLI_WALK_STEPS_H
#define DESCENT_CLI_WALK_STEPS_H

#include "cli/base/record.h"
#include "cli/walk/walk.h"

/* How a step (struct walk_point) stands in tables, CSV and JSON. */
const struct record *walk_record(const struct walk_function *function);

/* Prints all steps of a short walk, and some of a long one, up to where it has converged. */
enum exit_status walk_print_steps(const struct walk *walk);

#endif

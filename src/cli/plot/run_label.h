/*
 * Short names for runs, made from what differs between their configurations.
 */
#ifndef DESCENT_CLI_RUN_LABEL_H
#define DESCENT_CLI_RUN_LABEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { RUN_LABEL_SIZE = 64 };

/*
 * Writes what tells a run's configuration (as config.json holds it) apart from those of the others,
 * such as "optimizer sgd, lr 0.1": the data's name, and the options that decide results, in the
 * order of train's help, cut to size. False where nothing differs, or a configuration is missing.
 */
bool run_label(char label[RUN_LABEL_SIZE], json_t *const *configs, size_t count, size_t run);

#endif

/*
 * Results as JSON.
 */
#ifndef DESCENT_CLI_JSON_H
#define DESCENT_CLI_JSON_H

#include "cli/base/cli.h"

#include <jansson.h>

/* Prints an object on one line of stdout and drops the reference; NULL, which is what jansson makes
 * of text that is not UTF-8 and of missing memory, is told as such. */
enum exit_status cli_print_json(json_t *object);

/* json_real(), or null for what JSON has no number for. */
json_t *cli_json_number(double number);

#endif

/*
 * descent --version: the version, and with --verbose what the program is made of and runs with.
 */
#ifndef DESCENT_CLI_VERSION_H
#define DESCENT_CLI_VERSION_H

#include "cli/base/cli.h"

/* What follows --version: nothing, --verbose, or --verbose and --json. USAGE for anything else. */
enum exit_status version_run(const char *const *arguments);

#endif

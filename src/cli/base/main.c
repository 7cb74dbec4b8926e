/*
 * descent: runs a command, or what stands in place of one.
 */
#include "cli/base/cli.h"
#include "cli/base/process.h"
#include "cli/base/version.h"
#include "cli/help/help.h"

#include <stdio.h>
#include <string.h>

static enum exit_status run_command(int argc, const char **argv)
{
    const struct command *command = NULL;
    CLI_TRY(command_find(&command, argv[0]));
    cli_start(command);
    argv[0] = command->name;
    return command->run(argc, argv);
}

/* Whether an argument is an option, or its name as a command. */
static bool is_option(const char *argument, const char *brief, const char *full)
{
    return strcmp(argument, brief) == 0 || strcmp(argument, full) == 0 ||
           strcmp(argument, full + 2) == 0;
}

static enum exit_status run(int argc, const char **argv)
{
    if (argc < 2) {
        help_overview(stderr);
        return USAGE;
    }
    if (is_option(argv[1], "-h", "--help")) {
        return help_run(argv + 2);
    }
    if (is_option(argv[1], "-V", "--version")) {
        return version_run(argv + 2);
    }
    return run_command(argc - 1, argv + 1);
}

/* OpenBLAS asks this of itself when it is loaded, before main(), and would start threads of its own
 * that nobody uses. */
__attribute__((visibility("default"), weak)) int openblas_num_threads_env(void)
{
    return 1;
}

int main(int argc, char **argv)
{
    return process_prepare() ? (int)cli_finish(run(argc, (const char **)argv)) : FAILED;
}

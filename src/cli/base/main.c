/*
 * descent: runs a command, or what stands in place of one.
 */
#include "cli/base/cli.h"
#include "cli/base/help_page.h"

#include <descent/api.h>

#include <stdio.h>
#include <string.h>

static void print_help(FILE *out)
{
    struct help_page page = help_page_of(out, 16);
    help_page_text(&page, "Trains dense neural networks by minibatch gradient descent.");
    fputs("\nUsage: descent COMMAND [OPTIONS]\n\nCommands:\n", out);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        char name[64];
        snprintf(name, sizeof name, "  %s", command->name);
        help_page_row(&page, name, command->summary);
    }
    help_page_paragraphs(
        &page, "descent COMMAND -h shows a command on one screen, --help all of it. Commands and "
               "options may be cut short (eval, --act). Begin with: descent train digits");
}

static enum exit_status run_command(int argc, const char **argv)
{
    const struct command *command = NULL;
    CLI_TRY(command_find(&command, argv[0]));
    cli_start(command);
    argv[0] = command->name;
    return command->run(argc, argv);
}

static enum exit_status help(const char *name)
{
    const char *argv[] = {name, "--help", NULL};
    if (name == NULL) {
        print_help(stdout);
        return DONE;
    }
    return run_command(2, argv);
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
        print_help(stderr);
        return USAGE;
    }
    if (is_option(argv[1], "-h", "--help")) {
        return help(argv[2]);
    }
    if (is_option(argv[1], "-V", "--version")) {
        printf("descent %s\n", DESCENT_VERSION);
        return DONE;
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
    return (int)cli_finish(run(argc, (const char **)argv));
}

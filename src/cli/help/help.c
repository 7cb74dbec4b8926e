/*
 * The overview, and the ways from `descent help` to what option_help.c and manual.c print.
 */
#include "cli/help/help.h"

#include "cli/base/help_page.h"
#include "cli/base/option_help.h"
#include "cli/base/option_names.h"
#include "cli/help/manual.h"

#include <string.h>

void help_overview(FILE *out)
{
    struct help_page page = help_page_of(out, 16);
    help_page_text(&page, PROGRAM_SUMMARY ".");
    fputs("Usage: descent COMMAND [OPTIONS]\n\nCommands:\n", out);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        char name[64];
        snprintf(name, sizeof name, "  %s", command->name);
        help_page_row(&page, name, command->summary);
    }
    help_page_paragraphs(
        &page, "descent COMMAND -h tells more, --help all. Begin with: descent train digits");
}

static enum exit_status help_command(const struct command *command, const char *option_name)
{
    const struct option_table *table = command->options();
    struct option option;
    if (option_name == NULL) {
        option_help_print(command, table, true);
        return DONE;
    }
    CLI_TRY(option_find(&option, table, option_name));
    option_help_print_one(&option);
    return DONE;
}

enum exit_status help_run(const char *const *arguments)
{
    const struct command *command = NULL;
    bool manual = arguments[0] != NULL && strcmp(arguments[0], "--man") == 0;
    const char *const *names = arguments + (manual ? 1 : 0);
    if (names[0] != NULL) {
        CLI_TRY(command_find(&command, names[0]));
        cli_start(command);
    }
    if (manual) {
        manual_print(command);
        return DONE;
    }
    if (command == NULL) {
        help_overview(stdout);
        return DONE;
    }
    return help_command(command, names[1]);
}

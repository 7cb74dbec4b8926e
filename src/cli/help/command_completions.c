/*
 * descent completions: a shell's script.
 */
#include "cli/base/nearest.h"
#include "cli/base/text.h"
#include "cli/help/completions.h"

#include <string.h>

static const struct {
    const char *name, *about;
    void (*print)(void);
} SHELLS[] = {
    {"bash", "in ~/.local/share/bash-completion/completions/descent", completions_bash},
    {"zsh", "as _descent in a folder of $fpath", completions_zsh},
    {"fish", "in ~/.config/fish/completions/descent.fish", completions_fish},
};

enum { SHELL_COUNT = sizeof SHELLS / sizeof SHELLS[0] };

static const char *shell_name(int i)
{
    return i < SHELL_COUNT ? SHELLS[i].name : NULL;
}

static const char *shell_about(int i)
{
    return SHELLS[i].about;
}

static const struct option_table TABLE = {
    .positional = "SHELL",
    .operands = "SHELL is one of these",
    .argument = shell_name,
    .argument_about = shell_about,
    .examples =
        {
            {"descent completions fish >~/.config/fish/completions/descent.fish",
             "For all from now on."},
            {"descent completions zsh >~/.zfunc/_descent", "The same for a folder of $fpath."},
            {"source <(descent completions bash)", "For this shell alone."},
        },
    .about = "Prints a script that completes commands, options, their values, names of data sets, "
             "and files. An installed descent has the scripts in the places where shells look; "
             "otherwise they belong where it says below.",
};

static enum exit_status print_script(const char *const *names)
{
    char asked[TEXT_SIZE * 3] = "";
    if (names[0] == NULL || names[1] != NULL) {
        return cli_usage("completions: expected one shell: bash, zsh or fish");
    }
    descent_nearest nearest = descent_nearest_to(names[0]);
    for (size_t i = 0; i < SHELL_COUNT; i++) {
        if (strcmp(names[0], SHELLS[i].name) == 0) {
            SHELLS[i].print();
            return DONE;
        }
        descent_nearest_offer(&nearest, SHELLS[i].name);
    }
    nearest_ask(asked, sizeof asked, &nearest, "");
    return cli_usage("completions: expected bash, zsh or fish, found \"%s\"%s", names[0], asked);
}

const struct option_table *command_completions_options(void)
{
    return &TABLE;
}

enum exit_status command_completions(int argc, const char **argv)
{
    struct option_arguments arguments = {0};
    enum exit_status status = option_read_command(&TABLE, argc, argv, &arguments, NULL);
    if (status == DONE) {
        status = print_script(arguments.rest);
    }
    option_free(&TABLE, &arguments, NULL);
    return status;
}

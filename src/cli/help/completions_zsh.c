/*
 * zsh: a specification for _arguments of each option, which zsh shows with its description.
 */
#include "cli/base/option_help.h"
#include "cli/help/completions.h"

#include <stdio.h>

static const char BEGIN[] = "#compdef descent\n"
                            "# Completion of descent in zsh, made by: descent completions zsh\n"
                            "\n"
                            "_descent_data()\n"
                            "{\n"
                            "    local -a names\n"
                            "    names=(${(f)\"$($descent data --names 2>/dev/null)\"})\n"
                            "    names=(\"${names[@]//:/\\\\:}\")\n"
                            "    _describe -t data 'data set' names\n"
                            "    _files\n"
                            "}\n"
                            "\n"
                            "_descent()\n"
                            "{\n"
                            "    local descent=${~words[1]} command=$words[2]\n"
                            "    local -a commands\n"
                            "    commands=(\n";

static const char CHOOSE[] =
    "    )\n"
    "    if (( CURRENT == 2 )); then\n"
    "        commands+=('help:Shows the help of a command' 'version:Shows the version')\n"
    "        _describe -t commands command commands\n"
    "        return\n"
    "    fi\n"
    "    shift words\n"
    "    (( CURRENT-- ))\n"
    "    case $command in\n"
    "    help)\n"
    "        _describe -t commands command commands ;;\n";

static const char END[] = "    esac\n"
                          "}\n"
                          "\n"
                          "if [ \"$funcstack[1]\" = _descent ]; then\n"
                          "    _descent \"$@\"\n"
                          "else\n"
                          "    compdef _descent descent\n"
                          "fi\n";

static void print_escaped(const char *text)
{
    completion_print_quoted(text, ":[]\\", "'\\''");
}

static void print_commands(void)
{
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        printf("        '%s:", command->name);
        print_escaped(command->summary);
        fputs("'\n", stdout);
    }
}

static void print_value(const struct option *option)
{
    char words[OPTION_HELP_SIZE];
    enum completion completion = completion_of(option);
    putchar(':');
    print_escaped(option_value_name(option));
    completion_words(option, words, sizeof words);
    if (completion == COMPLETION_WORDS) {
        printf(":(%s)", words);
    } else {
        fputs(completion == COMPLETION_FILES ? ":_files" : ": ", stdout);
    }
}

/* '(-b --batch)'{-b+,--batch=}'[Samples per step]:N:(full)' */
static void print_option(const struct option *option)
{
    char text[OPTION_HELP_SIZE];
    const char *value = option_value_name(option);
    fputs("            ", stdout);
    if (option->brief != 0) {
        printf("'(-%c --%s)'{-%c%s,--%s%s}'", option->brief, option->name, option->brief,
               value != NULL ? "+" : "", option->name, value != NULL ? "=" : "");
    } else {
        printf("'--%s%s", option->name, value != NULL ? "=" : "");
    }
    option_describe_briefly(option, text, sizeof text, 60);
    putchar('[');
    print_escaped(text);
    putchar(']');
    if (value != NULL) {
        print_value(option);
    }
    fputs("' \\\n", stdout);
}

static void print_positional(const struct option_table *table)
{
    fputs("            '(-h --help)'{-h,--help}'[Show the common options, or all]'", stdout);
    if (table->positional[0] == '\0') {
        fputs(" ;;\n", stdout);
        return;
    }
    fputs(" \\\n            '*:", stdout);
    print_escaped(table->positional);
    putchar(':');
    if (table->argument != NULL) {
        putchar('(');
        completion_print_arguments(table);
        putchar(')');
    } else {
        fputs(completion_takes_data(table) ? "_descent_data" : "_files", stdout);
    }
    fputs("' ;;\n", stdout);
}

static void print_command(const struct command *command)
{
    const struct option_table *table = command->options();
    printf("    %s)\n        _arguments -s -S \\\n", command->name);
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        if (option_offered(&option)) {
            print_option(&option);
        }
    }
    print_positional(table);
}

void completions_zsh(void)
{
    fputs(BEGIN, stdout);
    print_commands();
    fputs(CHOOSE, stdout);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        print_command(command);
    }
    fputs(END, stdout);
}

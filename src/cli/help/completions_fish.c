/*
 * fish: a line for each option, under the condition that the command is its own.
 */
#include "cli/base/option_help.h"
#include "cli/help/completions.h"

#include <stdio.h>

static const char BEGIN[] = "# Completion of descent in fish, made by: descent completions fish\n"
                            "\n"
                            "function __descent_command\n"
                            "    set -l words (commandline -opc)\n"
                            "    test (count $words) -gt 1; and contains -- $words[2] $argv\n"
                            "end\n"
                            "\n"
                            "function __descent_no_command\n"
                            "    test (count (commandline -opc)) -eq 1\n"
                            "end\n"
                            "\n"
                            "function __descent_data\n"
                            "    set -l words (commandline -opc)\n"
                            "    $words[1] data --names 2>/dev/null\n"
                            "end\n"
                            "\n"
                            "complete -c descent -f\n";

static const char COMMON[] =
    "complete -c descent -n __descent_no_command -a help -d 'Shows the help of a command'\n"
    "complete -c descent -n __descent_no_command -a version -d 'Shows the version'\n";

static void print_description(const char *text)
{
    fputs(" -d '", stdout);
    completion_print_quoted(text, "\\", "\\'");
    fputs("'\n", stdout);
}

static void print_start(const char *command)
{
    printf("complete -c descent -n '__descent_command %s'", command);
}

static void print_value(const struct option *option)
{
    char words[OPTION_HELP_SIZE];
    enum completion completion = completion_of(option);
    fputs(completion == COMPLETION_FILES ? " -r -F" : " -x", stdout);
    completion_words(option, words, sizeof words);
    if (completion == COMPLETION_WORDS) {
        printf(" -a '%s'", words);
    }
}

static void print_option(const char *command, const struct option *option)
{
    char text[OPTION_HELP_SIZE];
    print_start(command);
    if (option->brief != 0) {
        printf(" -s %c", option->brief);
    }
    printf(" -l %s", option->name);
    if (option->type != OPTION_FLAG) {
        print_value(option);
    }
    option_describe_briefly(option, text, sizeof text, 60);
    print_description(text);
}

static void print_positional(const char *command, const struct option_table *table)
{
    if (completion_takes_files(table)) {
        print_start(command);
        fputs(" -F\n", stdout);
    }
    if (completion_takes_data(table)) {
        print_start(command);
        fputs(" -a '(__descent_data)'", stdout);
        print_description("Data set");
    }
    if (table->argument != NULL) {
        print_start(command);
        fputs(" -a '", stdout);
        completion_print_arguments(table);
        fputs("'\n", stdout);
    }
}

static void print_command(const struct command *command)
{
    const struct option_table *table = command->options();
    printf("\ncomplete -c descent -n __descent_no_command -a %s", command->name);
    print_description(command->summary);
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        if (option_offered(&option)) {
            print_option(command->name, &option);
        }
    }
    print_start(command->name);
    fputs(" -s h -l help", stdout);
    print_description("Show the common options, or all");
    print_positional(command->name, table);
}

void completions_fish(void)
{
    fputs(BEGIN, stdout);
    fputs(COMMON, stdout);
    print_start("help");
    fputs(" -a '", stdout);
    completion_print_commands();
    fputs("'\n", stdout);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        print_command(command);
    }
}

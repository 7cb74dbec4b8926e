/*
 * bash: one function that knows the command, what stands before the cursor, and by a case for each
 * command the options and the words or files that follow them. Its words are split at "=".
 */
#include "cli/base/option_help.h"
#include "cli/help/completions.h"

#include <stdio.h>

static const char BEGIN[] =
    "# Completion of descent in bash, made by: descent completions bash\n"
    "\n"
    "_descent()\n"
    "{\n"
    "    local command=${COMP_WORDS[1]-} current=${COMP_WORDS[COMP_CWORD]-}\n"
    "    local before=${COMP_WORDS[COMP_CWORD - 1]-}\n"
    "    local words='' files='' data='' options='' word\n"
    "    local IFS=$' \\t\\n'\n"
    "    COMPREPLY=()\n"
    "    if [ \"$current\" = '=' ]; then\n"
    "        current=''\n"
    "    elif [ \"$before\" = '=' ]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]-}\n"
    "    fi\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
    "        command=descent\n"
    "    fi\n"
    "    case $command in\n";

/* compgen -W expands its words, so that only ours are given to it: the name of a folder may hold
 * anything, also what a shell takes for a command. As file names bash quotes them on the line. */
static const char END[] = "    esac\n"
                          "    if [ -n \"$data\" ]; then\n"
                          "        compopt -o filenames 2>/dev/null\n"
                          "        while IFS= read -r word; do\n"
                          "            case $word in\n"
                          "            \"$current\"*) COMPREPLY+=(\"$word\") ;;\n"
                          "            esac\n"
                          "        done < <(\"$1\" data --names 2>/dev/null)\n"
                          "    fi\n"
                          "    case $current in\n"
                          "    -*) words=\"$words $options\" ;;\n"
                          "    esac\n"
                          "    while IFS= read -r word; do\n"
                          "        COMPREPLY+=(\"$word\")\n"
                          "    done < <(compgen -W \"$words\" -- \"$current\")\n"
                          "    if [ -n \"$files\" ]; then\n"
                          "        compopt -o filenames 2>/dev/null\n"
                          "        while IFS= read -r word; do\n"
                          "            COMPREPLY+=(\"$word\")\n"
                          "        done < <(compgen -f -- \"$current\")\n"
                          "    fi\n"
                          "} &&\n"
                          "    complete -F _descent descent\n";

/* "-a|--activation)" */
static void print_pattern(const struct option *option)
{
    if (option->brief != 0) {
        printf("-%c|", option->brief);
    }
    printf("--%s", option->name);
}

/* What follows an option that takes a value. */
static void print_value(const struct option *option)
{
    char words[OPTION_HELP_SIZE];
    enum completion completion = completion_of(option);
    fputs("        ", stdout);
    print_pattern(option);
    fputs(") ", stdout);
    if (completion == COMPLETION_WORDS) {
        completion_words(option, words, sizeof words);
        printf("words='%s' ;;\n", words);
    } else {
        printf("%s ;;\n", completion == COMPLETION_FILES ? "files=1" : "return");
    }
}

static void print_positional(const struct option_table *table)
{
    fputs("        *)\n            words='", stdout);
    completion_print_arguments(table);
    printf("' data='%s' files='%s'\n            options='--help",
           completion_takes_data(table) ? "1" : "", completion_takes_files(table) ? "1" : "");
    for (size_t i = 0; i < table->count; i++) {
        if (option_offered(&table->rows[i])) {
            printf(" --%s", table->rows[i].name);
        }
    }
    fputs("' ;;\n", stdout);
}

static void print_command(const struct command *command)
{
    const struct option_table *table = command->options();
    printf("    %s)\n        case $before in\n", command->name);
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        if (option_offered(&option) && option.type != OPTION_FLAG) {
            print_value(&option);
        }
    }
    print_positional(table);
    fputs("        esac\n        ;;\n", stdout);
}

void completions_bash(void)
{
    fputs(BEGIN, stdout);
    fputs("    descent)\n        words='help version ", stdout);
    completion_print_commands();
    fputs("' options='--help --version' ;;\n    help)\n        words='", stdout);
    completion_print_commands();
    fputs("' ;;\n", stdout);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        print_command(command);
    }
    fputs(END, stdout);
}

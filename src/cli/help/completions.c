/*
 * What the scripts of all shells have in common.
 */
#include "cli/help/completions.h"

#include "cli/base/option_help.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

enum completion completion_of(const struct option *option)
{
    const char *value = option_value_name(option);
    bool words = option->choice != NULL || option->word != NULL;
    bool files = option->type == OPTION_TEXT &&
                 (strstr(value, "FILE") != NULL || strstr(value, "RUN") != NULL);
    return words ? COMPLETION_WORDS : files ? COMPLETION_FILES : COMPLETION_NONE;
}

static void add_word(const char *word, char *text, size_t size)
{
    if (word != NULL) {
        text_append(text, size, "%s%s", text[0] != '\0' ? " " : "", word);
    }
}

void completion_words(const struct option *option, char *text, size_t size)
{
    text[0] = '\0';
    for (int i = 0; option->choice != NULL && option->choice(i) != NULL; i++) {
        add_word(option->choice(i), text, size);
    }
    add_word(option->word, text, size);
    add_word(option->second_word, text, size);
}

bool completion_takes_data(const struct option_table *table)
{
    return strstr(table->positional, "DATA") != NULL || strstr(table->positional, "SOURCE") != NULL;
}

bool completion_takes_files(const struct option_table *table)
{
    return table->positional[0] != '\0' && table->argument == NULL;
}

void completion_print_commands(void)
{
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        printf("%s%s", command != COMMANDS ? " " : "", command->name);
    }
}

void completion_print_arguments(const struct option_table *table)
{
    for (int i = 0; table->argument != NULL && table->argument(i) != NULL; i++) {
        printf("%s%s", i > 0 ? " " : "", table->argument(i));
    }
}

void completion_print_quoted(const char *text, const char *escaped, const char *quote)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs(quote, stdout);
        } else {
            printf("%s%c", strchr(escaped, *text) != NULL ? "\\" : "", *text);
        }
    }
}

/*
 * Scripts that complete commands, options and their values in a shell, made of the option tables.
 */
#ifndef DESCENT_CLI_COMPLETIONS_H
#define DESCENT_CLI_COMPLETIONS_H

#include "cli/base/option.h"

/* Each prints the script of one shell on stdout. */
void completions_bash(void);
void completions_zsh(void);
void completions_fish(void);

/* What can be completed as a value. */
enum completion { COMPLETION_NONE, COMPLETION_WORDS, COMPLETION_FILES };
enum completion completion_of(const struct option *option);

/* The words that an option's value may be, with blanks between. */
void completion_words(const struct option *option, char *text, size_t size);

/* Whether a command takes names of data sets, and whether it takes files. */
bool completion_takes_data(const struct option_table *table);
bool completion_takes_files(const struct option_table *table);

/* Prints the names of all commands, and those that an argument may be, with blanks between. */
void completion_print_commands(void);
void completion_print_arguments(const struct option_table *table);

/* Prints a text inside a shell's single quotes, with a backslash before each of these characters,
 * and the quote itself as that shell has it. */
void completion_print_quoted(const char *text, const char *escaped, const char *quote);

#endif

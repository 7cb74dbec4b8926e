/*
 * What is said of a command and its options: on a screen (-h) and in full (--help). The manual
 * pages and the completions say the same words.
 */
#ifndef DESCENT_CLI_OPTION_HELP_H
#define DESCENT_CLI_OPTION_HELP_H

#include "cli/base/option.h"

/* Room for what option_describe() and option_operands() write. */
enum { OPTION_HELP_SIZE = 1024 };

/* What an option's value is called, such as "N"; NULL for a flag. */
const char *option_value_name(const struct option *option);

/* What an option does, with the names of a choice and the default; cut to size. */
void option_describe(const struct option *option, char *text, size_t size);

/* As much of it as fits so many columns: what stands before the first semicolon, with the names of
 * a choice and the default if there is room. */
void option_describe_briefly(const struct option *option, char *text, size_t size, size_t most);

/* The sentences on a command's arguments, with their names; empty where there is nothing to say. */
void option_operands(const struct option_table *table, char *text, size_t size);

/* Calls for each option, in the order of the help: the common ones, then the others by their
 * groups. A heading, with its colon, comes with the first option below it, and NULL with the
 * others. */
typedef void option_visitor(const void *context, const char *heading, const struct option *option);
void option_help_common(const struct option_table *table, option_visitor *visit,
                        const void *context);
void option_help_others(const struct option_table *table, option_visitor *visit,
                        const void *context);

/* Prints the help of a command on stdout, in lines that fit the terminal, of 80 columns at most:
 * all of it, the common options first, or what fits a screen of 24 lines. */
void option_help_print(const struct command *command, const struct option_table *table, bool whole);

/* Prints the help of one option. */
void option_help_print_one(const struct option *option);

#endif

/*
 * Names of options that popt does not know: beginnings, names from other programs, and slips.
 */
#ifndef DESCENT_CLI_OPTION_NAMES_H
#define DESCENT_CLI_OPTION_NAMES_H

#include "cli/base/option.h"

/* Hands popt the option that is meant by an argument which it refused: that of another program, or
 * the only one that begins so; capitals and underscores do not matter. Options that are spelled out
 * never come here. USAGE where none or several may be meant. */
enum exit_status option_resolve(const struct option_table *table,
                                struct option_arguments *arguments, const char *text);

/* The option that is meant by a name, whole or its beginning, of this program or another, or by a
 * letter, with or without dashes. USAGE where none or several may be meant. */
enum exit_status option_find(struct option *found, const struct option_table *table,
                             const char *text);

/* USAGE where an option's long name, or its beginning, stands behind one dash, which popt reads as
 * letters. */
enum exit_status option_check_dashes(const struct option_table *table, const char *const *argv);

/* Says which names of other programs were taken, each once. */
void option_tell_aliases(const struct option_arguments *arguments, bool quiet);

#endif

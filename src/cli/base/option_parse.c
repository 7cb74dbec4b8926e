/*
 * A table of options on the command line: popt's tables with their help, and the arguments.
 */
#include "cli/base/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "activation of the hidden layers: relu, elu, … (default: relu)" */
static void describe(const struct option *option, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s", option->help);
    for (int i = 0; option->choice != NULL && option->choice(i) != NULL && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s %s", i == 0 ? ":" : ",",
                                 option->choice(i));
    }
    if (option->initial != NULL && used < size) {
        snprintf(text + used, size - used, " (default: %s)", option->initial);
    }
}

/* How the help calls a value. */
static const char *value_name(const struct option *option)
{
    static const char *const names[] = {
        [OPTION_CHOICE] = "NAME", [OPTION_COUNT] = "N",     [OPTION_NUMBER] = "X",
        [OPTION_SIZES] = "N,N",   [OPTION_NUMBERS] = "X,X", [OPTION_PAIR] = "NxN",
        [OPTION_TEXT] = "TEXT",
    };
    return option->value != NULL ? option->value : names[option->type];
}

const struct poptOption *option_popt_table(const struct option_table *table)
{
    static struct poptOption groups[OPTION_GROUPS_MAX + 1];
    static struct poptOption options[OPTIONS_MAX + OPTION_GROUPS_MAX];
    static char help[OPTIONS_MAX][512];

    memset(groups, 0, sizeof groups);
    memset(options, 0, sizeof options);
    struct poptOption *next = options;
    for (size_t group = 0; group < table->group_count; group++) {
        groups[group] = (struct poptOption){
            .argInfo = POPT_ARG_INCLUDE_TABLE, .arg = next, .descrip = table->groups[group]};
        for (size_t row = 0; row < table->count; row++) {
            const struct option option = option_row(table, row);
            if (option.group != group) {
                continue;
            }
            describe(&option, help[row], sizeof help[row]);
            *next++ = (struct poptOption){
                .longName = option.name,
                .shortName = option.brief,
                .argInfo = option.type == OPTION_FLAG ? POPT_ARG_NONE : POPT_ARG_STRING,
                .val = (int)row + 1,
                .descrip = help[row],
                .argDescrip = value_name(&option),
            };
        }
        next++; /* the zeroed entry that ends a table */
    }
    return groups;
}

/* Reads the options from popt into arguments. USAGE after naming the one that is wrong. */
static enum exit_status parse(const struct option_table *table, poptContext context,
                              struct option_arguments *arguments)
{
    int val;
    while ((val = poptGetNextOpt(context)) > 0) {
        size_t row = (size_t)val - 1;
        struct option option = option_row(table, row);
        char *text = option.type == OPTION_FLAG ? strdup("true") : poptGetOptArg(context);
        if (text == NULL) {
            return cli_failed("--%s: out of memory", option.name);
        }
        free(arguments->texts[row]); /* the last one counts */
        arguments->texts[row] = text;
    }
    return val < -1 ? cli_bad_option(context, val) : DONE;
}

enum exit_status option_apply(const struct option_table *table,
                              const struct option_arguments *arguments, void *values)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        const char *text = arguments->texts[i];
        if (text != NULL && !option_read(&option, values, text)) {
            char expected[512];
            option_expected(&option, expected, sizeof expected);
            return cli_usage("--%s: expected %s, found \"%.200s\"", option.name, expected, text);
        }
    }
    return DONE;
}

enum exit_status option_check_effects(const struct option_table *table,
                                      const struct option_arguments *arguments, const void *values)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        if (arguments->texts[i] != NULL && option.applies != NULL &&
            !option.applies((const char *)values + option.base)) {
            return cli_usage("--%s has an effect only %s", option.name, option.only);
        }
    }
    return DONE;
}

enum exit_status option_read_all(const struct option_table *table, poptContext context,
                                 struct option_arguments *arguments, void *values)
{
    option_defaults(table, values);
    CLI_TRY(parse(table, context, arguments));
    return option_apply(table, arguments, values);
}

enum exit_status option_read_command(const struct option_table *table, int argc, const char **argv,
                                     struct option_arguments *arguments, void *values)
{
    static const char *const none[] = {NULL};
    /* A copy: the first argument is renamed for the help. */
    arguments->argv = calloc((size_t)argc + 1, sizeof *argv);
    if (arguments->argv == NULL) {
        return cli_failed("out of memory");
    }
    memcpy(arguments->argv, argv, (size_t)argc * sizeof *argv);
    arguments->context = cli_options(argc, arguments->argv, option_popt_table(table),
                                     table->positional, table->example);
    CLI_TRY(option_read_all(table, arguments->context, arguments, values));
    const char **rest = poptGetArgs(arguments->context);
    arguments->rest = rest != NULL ? rest : none;
    return DONE;
}

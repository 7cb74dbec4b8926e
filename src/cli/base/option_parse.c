/*
 * A table of options on the command line: popt's tables with their help, and the arguments.
 */
#include "cli/base/option.h"

#include <stdint.h>
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

const struct poptOption *option_popt_table(const struct option_table *table)
{
    static struct poptOption groups[OPTION_GROUPS_MAX + 1];
    static struct poptOption options[OPTIONS_MAX + OPTION_GROUPS_MAX];
    static char help[OPTIONS_MAX][512];

    memset(groups, 0, sizeof groups);
    memset(options, 0, sizeof options);
    struct poptOption *next = options;
    size_t row = 0;
    for (size_t group = 0; group < table->group_count; group++) {
        groups[group] = (struct poptOption){
            .argInfo = POPT_ARG_INCLUDE_TABLE, .arg = next, .descrip = table->groups[group]};
        for (; row < table->count && table->rows[row].group == group; row++) {
            const struct option *option = &table->rows[row];
            describe(option, help[row], sizeof help[row]);
            *next++ = (struct poptOption){
                .longName = option->name,
                .shortName = option->brief,
                .argInfo = option->type == OPTION_FLAG ? POPT_ARG_NONE : POPT_ARG_STRING,
                .val = (int)row + 1,
                .descrip = help[row],
                .argDescrip = option->value,
            };
        }
        next++; /* the zeroed entry that ends a table */
    }
    return groups;
}

struct poptOption option_popt_include(const struct option_table *table)
{
    return (struct poptOption){.argInfo = POPT_ARG_INCLUDE_TABLE,
                               .arg = (void *)(uintptr_t)option_popt_table(table)};
}

enum exit_status option_parse(const struct option_table *table, poptContext context,
                              struct option_arguments *arguments)
{
    int val;
    while ((val = poptGetNextOpt(context)) > 0) {
        size_t row = (size_t)val - 1;
        bool flag = table->rows[row].type == OPTION_FLAG;
        char *text = flag ? strdup("true") : poptGetOptArg(context);
        if (text == NULL) {
            return cli_failed("--%s: out of memory", table->rows[row].name);
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
        const struct option *option = &table->rows[i];
        const char *text = arguments->texts[i];
        if (text != NULL && !option_read(option, values, text)) {
            char expected[512];
            option_expected(option, expected, sizeof expected);
            return cli_usage("--%s: expected %s, found \"%.200s\"", option->name, expected, text);
        }
    }
    return DONE;
}

enum exit_status option_check_effects(const struct option_table *table,
                                      const struct option_arguments *arguments, const void *values)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option *option = &table->rows[i];
        if (arguments->texts[i] != NULL && option->applies != NULL && !option->applies(values)) {
            return cli_usage("--%s has an effect only %s", option->name, option->only);
        }
    }
    return DONE;
}

enum exit_status option_read_all(const struct option_table *table, poptContext context,
                                 struct option_arguments *arguments, void *values)
{
    option_defaults(table, values);
    enum exit_status status = option_parse(table, context, arguments);
    return status == DONE ? option_apply(table, arguments, values) : status;
}

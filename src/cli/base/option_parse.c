/*
 * A table of options on the command line: popt's tables with their help, and the arguments.
 */
#include "cli/base/option.h"

#include "cli/base/nearest.h"
#include "cli/base/option_names.h"
#include "cli/base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "Loss: cross-entropy, mse, … (default: cross-entropy); mse is …": names of a choice come before
 * what is said about them, which begins at the first semicolon. */
static void describe(const struct option *option, char *text, size_t size)
{
    const char *about = option->choice != NULL ? strchr(option->help, ';') : NULL;
    size_t length = about != NULL ? (size_t)(about - option->help) : strlen(option->help);
    snprintf(text, size, "%.*s", (int)length, option->help);
    for (int i = 0; option->choice != NULL && option->choice(i) != NULL; i++) {
        text_append(text, size, "%s %s", i == 0 ? ":" : ",", option->choice(i));
    }
    if (option->initial != NULL) {
        text_append(text, size, " (default: %s)", option->initial);
    }
    text_append(text, size, "%s", about != NULL ? about : "");
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

static const struct poptOption *popt_table(const struct option_table *table)
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

/* popt calls this for each option of the table below it, that is for --help. */
static void show_help(poptContext context, enum poptCallbackReason reason,
                      const struct poptOption *option, const char *argument, const void *example)
{
    (void)reason, (void)option, (void)argument;
    poptPrintHelp(context, stdout, 0);
    printf("\nExample: %s\n", (const char *)example);
    exit((int)cli_finish(DONE));
}

static poptContext open_context(const struct option_table *table, int argc, const char **argv)
{
    /* popt keeps pointers into these until the context is freed; a process opens one. */
    static char name[64];
    static char usage[128];
    static struct poptOption help[3];
    static struct poptOption all[3];

    /* popt keeps callbacks and tables alike as void *; the way over an integer is standard C. */
    help[0] = (struct poptOption){.argInfo = POPT_ARG_CALLBACK, .descrip = table->example};
    help[0].arg = (void *)(uintptr_t)show_help;
    help[1] = (struct poptOption){
        .longName = "help", .shortName = 'h', .descrip = "Show this help and exit"};
    all[0] = (struct poptOption){.argInfo = POPT_ARG_INCLUDE_TABLE,
                                 .arg = (void *)(uintptr_t)popt_table(table)};
    all[1] = (struct poptOption){.argInfo = POPT_ARG_INCLUDE_TABLE, .arg = help};

    snprintf(name, sizeof name, "descent %s", argv[0]);
    snprintf(usage, sizeof usage, "[OPTIONS] %s", table->positional);
    argv[0] = name;
    poptContext context = poptGetContext(name, argc, argv, all, 0);
    poptSetOtherOptionHelp(context, usage);
    return context;
}

/* Reads the options from popt into arguments. USAGE after naming the one that is wrong. */
static enum exit_status parse(const struct option_table *table, struct option_arguments *arguments)
{
    poptContext context = arguments->context;
    int val;
    while ((val = poptGetNextOpt(context)) > 0 || val == POPT_ERROR_BADOPT) {
        if (val == POPT_ERROR_BADOPT) {
            CLI_TRY(
                option_resolve(table, arguments, poptBadOption(context, POPT_BADOPTION_NOALIAS)));
            continue;
        }
        size_t row = (size_t)val - 1;
        struct option option = option_row(table, row);
        char *text = option.type == OPTION_FLAG ? strdup("true") : poptGetOptArg(context);
        if (text == NULL) {
            return cli_failed("--%s: out of memory", option.name);
        }
        free(arguments->texts[row]); /* the last one counts */
        arguments->texts[row] = text;
    }
    return val < -1 ? cli_usage("%s: %s", poptBadOption(context, POPT_BADOPTION_NOALIAS),
                                poptStrerror(val))
                    : DONE;
}

/* A fraction may have been given in percent. */
static void ask_percent(char *asked, size_t size, const struct option *option, const char *text)
{
    double percent;
    if (option->type == OPTION_NUMBER && option->range.low == 0.0 && option->range.high == 1.0 &&
        text_read_number(&percent, text) && percent > 1.0 && percent < 100.0) {
        text_append(asked, size, ", did you mean %g?", percent / 100.0);
    }
}

static enum exit_status fail_value(const struct option *option, const char *text)
{
    char expected[512], asked[TEXT_SIZE * 3] = "";
    struct nearest nearest = nearest_to(text);
    for (int i = 0; option->choice != NULL && option->choice(i) != NULL; i++) {
        nearest_offer(&nearest, option->choice(i));
    }
    nearest_ask(asked, sizeof asked, &nearest, "");
    ask_percent(asked, sizeof asked, option, text);
    option_expected(option, expected, sizeof expected);
    return cli_usage("--%s: expected %s, found \"%.200s\"%s", option->name, expected, text, asked);
}

enum exit_status option_apply(const struct option_table *table,
                              const struct option_arguments *arguments, void *values)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        const char *text = arguments->texts[i];
        if (text != NULL && !option_read(&option, values, text)) {
            return fail_value(&option, text);
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
    arguments->context = open_context(table, argc, arguments->argv);
    option_defaults(table, values);
    CLI_TRY(parse(table, arguments));
    if (!option_given(table, arguments, "quiet")) {
        option_tell_aliases(arguments);
    }
    CLI_TRY(option_apply(table, arguments, values));
    const char **rest = poptGetArgs(arguments->context);
    arguments->rest = rest != NULL ? rest : none;
    return DONE;
}

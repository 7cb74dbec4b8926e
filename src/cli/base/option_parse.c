/*
 * A table of options on the command line: popt's table, and the arguments.
 */
#include "cli/base/option.h"

#include "cli/base/nearest.h"
#include "cli/base/option_help.h"
#include "cli/base/option_names.h"
#include "cli/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What popt returns for an option: the number of its row from 1 on, or one of these. */
enum { HELP_BRIEF = OPTIONS_MAX + 1, HELP_WHOLE };

static unsigned popt_kind(const struct option *option)
{
    return option->type == OPTION_FLAG ? POPT_ARG_NONE
           : option->bare              ? POPT_ARG_STRING | POPT_ARGFLAG_OPTIONAL
                                       : POPT_ARG_STRING;
}

static const struct poptOption *popt_table(const struct option_table *table)
{
    /* popt keeps pointers into this until the context is freed; a process opens one. */
    static struct poptOption options[OPTIONS_MAX + 3];
    struct poptOption *next = options;

    memset(options, 0, sizeof options);
    for (size_t row = 0; row < table->count; row++) {
        const struct option option = option_row(table, row);
        if (option_offered(&option)) {
            *next++ = (struct poptOption){
                .longName = option.name,
                .shortName = option.brief,
                .argInfo = popt_kind(&option),
                .val = (int)row + 1,
            };
        }
    }
    *next++ = (struct poptOption){.shortName = 'h', .val = HELP_BRIEF};
    *next = (struct poptOption){.longName = "help", .val = HELP_WHOLE};
    return options;
}

static void show_help(const struct option_table *table, bool whole)
{
    option_help_print(cli_running(), table, whole);
    exit((int)cli_finish(DONE));
}

/* The last text counts, or where several do, each is a line. NULL where memory is out. */
static char *join(const struct option *option, char *before, char *text)
{
    if (!option->several || before == NULL || text == NULL) {
        free(before);
        return text;
    }
    size_t size = strlen(before) + strlen(text) + 2;
    char *both = realloc(before, size);
    if (both == NULL) {
        free(before);
    } else {
        strcat(strcat(both, "\n"), text);
    }
    free(text);
    return both;
}

/* Whether an option stands somewhere without a word behind it. */
static bool stands_bare(const struct option *option, const char *const *argv)
{
    bool found = false;
    for (; *argv != NULL && !found; argv++) {
        found = strncmp(*argv, "--", 2) == 0 && strcmp(*argv + 2, option->name) == 0 &&
                (argv[1] == NULL || argv[1][0] == '-');
    }
    return found;
}

/* Its value, to be freed; NULL where memory is out: popt has no word then either, as where none was
 * given. */
static char *text_of(const struct option *option, poptContext context, const char *const *argv)
{
    char *text = option->type == OPTION_FLAG ? strdup("true") : poptGetOptArg(context);
    return text == NULL && option->bare && stands_bare(option, argv) ? strdup("") : text;
}

/* Reads the options from popt into arguments. USAGE after naming the one that is wrong. */
static enum exit_status parse(const struct option_table *table, struct option_arguments *arguments,
                              const char *const *argv)
{
    poptContext context = arguments->context;
    int val;
    while ((val = poptGetNextOpt(context)) > 0 || val == POPT_ERROR_BADOPT) {
        if (val == POPT_ERROR_BADOPT) {
            CLI_TRY(
                option_resolve(table, arguments, poptBadOption(context, POPT_BADOPTION_NOALIAS)));
            continue;
        }
        if (val == HELP_BRIEF || val == HELP_WHOLE) {
            show_help(table, val == HELP_WHOLE);
        }
        size_t row = (size_t)val - 1;
        struct option option = option_row(table, row);
        arguments->texts[row] =
            join(&option, arguments->texts[row], text_of(&option, context, argv));
        if (arguments->texts[row] == NULL) {
            return cli_failed("--%s: out of memory", option.name);
        }
    }
    return val < -1 ? cli_usage("%s: %s", poptBadOption(context, POPT_BADOPTION_NOALIAS),
                                poptStrerror(val))
                    : DONE;
}

/* A fraction may have been given in percent: 1.5 has rather lost a digit. */
static void ask_percent(char *asked, size_t size, const struct option *option, const char *text)
{
    double percent;
    if (option->type == OPTION_NUMBER && option->range.low == 0.0 && option->range.high == 1.0 &&
        text_read_number(&percent, text) && percent > 1.0 && percent < 100.0 &&
        (percent >= 10.0 || percent == floor(percent))) {
        text_append(asked, size, ", did you mean %g?", percent / 100.0);
    }
}

enum exit_status option_refuse_value(const struct option *option, const char *text)
{
    char expected[512], asked[TEXT_SIZE * 3] = "";
    if (option_lacks_memory(option, text)) {
        return cli_failed("--%s: out of memory", option->name);
    }
    descent_nearest nearest = descent_nearest_to(text);
    for (int i = 0; option->choice != NULL && option->choice(i) != NULL; i++) {
        descent_nearest_offer(&nearest, option->choice(i));
    }
    nearest_ask(asked, sizeof asked, &nearest, "");
    ask_percent(asked, sizeof asked, option, text);
    option_expected(option, expected, sizeof expected);
    return cli_usage("--%s: expected %s, found \"%.200s\"%s", option->name, expected, text, asked);
}

static bool is_name(const struct option_table *table, const char *text)
{
    bool found = strcmp(text, "help") == 0;
    for (size_t i = 0; i < table->count; i++) {
        found = found || strcmp(option_row(table, i).name, text) == 0;
    }
    return found;
}

/* Where something is printed in any case, - would be a file of that name; and one that is called as
 * an option is that option, with the file's name forgotten before it. */
static enum exit_status check_file(const struct option_table *table, const struct option *option,
                                   const char *text)
{
    if (option->value == NULL || strcmp(option->value, "FILE") != 0) {
        return DONE;
    }
    bool forgotten = strncmp(text, "--", 2) == 0 && is_name(table, text + 2);
    return forgotten || strcmp(text, "-") == 0
               ? cli_usage("--%s: expected the name of a file, found %s\"%s\"", option->name,
                           forgotten ? "the option " : "", text)
               : DONE;
}

enum exit_status option_apply(const struct option_table *table,
                              const struct option_arguments *arguments, void *values)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        const char *text = arguments->texts[i];
        CLI_TRY(text != NULL ? check_file(table, &option, text) : DONE);
        if (text != NULL && !option_read(&option, values, text)) {
            return option_refuse_value(&option, text);
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
    arguments->context = poptGetContext(argv[0], argc, argv, popt_table(table), 0);
    if (arguments->context == NULL) {
        return cli_failed("out of memory");
    }
    CLI_TRY(option_defaults(table, values));
    CLI_TRY(option_check_dashes(table, argv + 1));
    CLI_TRY(parse(table, arguments, argv));
    option_tell_aliases(arguments, option_given(table, arguments, "quiet"));
    CLI_TRY(option_apply(table, arguments, values));
    const char **rest = poptGetArgs(arguments->context);
    arguments->rest = rest != NULL ? rest : none;
    return DONE;
}

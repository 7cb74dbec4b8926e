/*
 * How every command fails, and how it reads its options: popt's tables, with help that ends in an
 * example.
 */
#include "cli/base/cli.h"

#include <descent/status.h>

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void cli_remove_controls(char *text)
{
    for (; *text != '\0'; text++) {
        if (iscntrl((unsigned char)*text)) {
            *text = '?';
        }
    }
}

/* One line, whatever names it mentions. */
static void print_failure(const char *format, va_list arguments)
{
    char line[8192];
    vsnprintf(line, sizeof line, format, arguments);
    cli_remove_controls(line);
    fprintf(stderr, "descent: %s\n", line);
}

enum exit_status cli_failed(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_failure(format, arguments);
    va_end(arguments);
    return FAILED;
}

enum exit_status cli_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_failure(format, arguments);
    va_end(arguments);
    return USAGE;
}

enum exit_status cli_library_failed(void)
{
    return cli_failed("%s", descent_last_error());
}

enum exit_status cli_finish(enum exit_status status)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    return status != DONE || written ? status : cli_failed("cannot write to the standard output");
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

poptContext cli_options(int argc, const char **argv, const struct poptOption *options,
                        const char *argument, const char *example)
{
    /* popt keeps pointers into these until the context is freed; a process opens one. */
    static char name[64];
    static char usage[128];
    static struct poptOption help[3];
    static struct poptOption all[3];

    /* popt keeps callbacks and tables alike as void *; the way over an integer is standard C. */
    help[0] = (struct poptOption){.argInfo = POPT_ARG_CALLBACK, .descrip = example};
    help[0].arg = (void *)(uintptr_t)show_help;
    help[1] = (struct poptOption){
        .longName = "help", .shortName = 'h', .descrip = "Show this help and leave"};
    /* Tables within the table bring headings of their own. */
    bool grouped = options->argInfo == POPT_ARG_INCLUDE_TABLE;
    all[0] = (struct poptOption){.argInfo = POPT_ARG_INCLUDE_TABLE,
                                 .arg = (void *)(uintptr_t)options,
                                 .descrip = grouped ? NULL : "Options:"};
    all[1] = (struct poptOption){.argInfo = POPT_ARG_INCLUDE_TABLE, .arg = help};

    snprintf(name, sizeof name, "descent %s", argv[0]);
    snprintf(usage, sizeof usage, "[OPTIONS] %s", argument);
    argv[0] = name;
    poptContext context = poptGetContext(name, argc, argv, all, 0);
    poptSetOtherOptionHelp(context, usage);
    return context;
}

enum exit_status cli_bad_option(poptContext context, int result)
{
    return cli_usage("%s: %s", poptBadOption(context, POPT_BADOPTION_NOALIAS),
                     poptStrerror(result));
}

enum exit_status cli_parse(poptContext context)
{
    int result;
    do {
        result = poptGetNextOpt(context);
    } while (result > 0);
    return result < -1 ? cli_bad_option(context, result) : DONE;
}

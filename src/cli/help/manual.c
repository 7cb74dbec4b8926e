/*
 * The sections of a manual page, as man-pages(7) orders them.
 */
#include "cli/help/manual.h"

#include "cli/base/option_help.h"
#include "cli/base/run.h"
#include "cli/base/text.h"
#include "cli/help/help.h"
#include "cli/help/roff.h"

#include <ctype.h>
#include <descent/api.h>
#include <stdio.h>
#include <string.h>

/* Of the pages' last great change: mandoc asks for a date, and a build can be repeated only where
 * that is not its own. */
#define MANUAL_DATE "2026-11-28"

static const char ABOUT[] =
    "Each command reads data sets, models or run folders, and prints what it found; descent train "
    "writes run folders. Results are on the standard output, progress and messages on the standard "
    "error.\n\n"
    "Options and commands may be cut short where that leaves one (--act, eval); names of choices "
    "are taken whatever their case. -h shows a command's common options on one screen, --help all "
    "of them; descent help COMMAND OPTION shows one. An option that would have no effect is "
    "refused.\n\n"
    "DATA may be the name of a data set. Names are looked up here, in $DESCENT_DATA, in the user's "
    "data folder, among the data that come with descent, and in /usr/share/datasets; descent data "
    "lists them.\n\n"
    "The library has its documentation in its headers, <descent/descent.h>.";

/* A name, and what it stands for. */
struct entry {
    const char *name, *about;
};

static const struct entry RUN_FILES[] = {
    {RUN_MODEL, "The best weights so far, in the safetensors format, with the network's shape, "
                "the preparation of the data, the names of classes and columns, and a checksum. "
                "It can be given instead of its folder."},
    {RUN_CHECKPOINT, "All that train --resume needs, replaced atomically."},
    {RUN_METRICS, "A row for each epoch: losses, accuracies or errors, the learning rate, the "
                  "gradient's norm, samples per second. Row 0 is the untrained network."},
    {RUN_LAYERS, "After train --log-layers: the norms of each layer's weights and gradient."},
    {RUN_CONFIG, "All options, those with defaults included; the data, the seed, the machine."},
    {RUN_RESULT, "What train --json prints. A run that is not over has none."},
    {RUN_LOG, "The messages of train, also with --quiet."},
    {NULL, NULL},
};

static const struct entry ENVIRONMENT[] = {
    {"DESCENT_DATA", "A folder of data sets, in which names are looked up first."},
    {"XDG_DATA_HOME", "Its subfolder descent is looked in next (default: $HOME/.local/share)."},
    {"NO_COLOR", "If it is set and not empty, nothing is coloured (https://no-color.org)."},
    {"TERM", "With dumb, no line is drawn over, and pictures in the terminal are of ASCII."},
    {"OPENBLAS_CORETYPE", "The processor whose matrix products OpenBLAS takes, such as Haswell. "
                          "Products round differently on different processors: with the same "
                          "value, machines that can run it give the same weights."},
    {NULL, NULL},
};

static const struct entry EXIT_STATUS[] = {
    {"0", "It is done."},
    {"1", "It has failed; the last line on the standard error says why."},
    {"2", "The command line is wrong."},
    {"129, 130, 143, 152",
     "Ended by SIGHUP, SIGINT (Ctrl-C), SIGTERM or SIGXCPU: 128 and the signal's number. train has "
     "saved what it had learned, and can be resumed."},
    {NULL, NULL},
};

static void print_entries(const char *title, const char *about, const struct entry *entries)
{
    roff_section(title);
    if (about != NULL) {
        roff_paragraphs(about);
    }
    for (; entries->name != NULL; entries++) {
        roff_entry();
        roff_add(ROFF_BOLD, entries->name);
        roff_entry_text(entries->about);
    }
}

/* The page's own name, such as "descent-train". */
static void name_page(char *text, size_t size, const struct command *command)
{
    snprintf(text, size, "descent%s%s", command != NULL ? "-" : "",
             command != NULL ? command->name : "");
}

/* The summary loses its capital, as indices of manuals have it; names are not hyphenated. */
static void print_head(const struct command *command, const char *summary)
{
    char name[64], title[64], about[128];
    name_page(name, sizeof name, command);
    snprintf(title, sizeof title, "%s", name);
    for (char *c = title; *c != '\0'; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
    snprintf(about, sizeof about, "%s", summary);
    about[0] = (char)tolower((unsigned char)about[0]);
    printf(".TH %s 1 " MANUAL_DATE " \"descent %s\" \"User Commands\"\n.nh\n.ad l\n", title,
           DESCENT_VERSION);
    roff_section("NAME");
    roff_add(ROFF_ROMAN, name);
    fputs(" \\- ", stdout);
    roff_add(ROFF_ROMAN, about);
    putchar('\n');
}

static void print_synopsis(const char *command, const char *operands)
{
    roff_section("SYNOPSIS");
    roff_add(ROFF_BOLD, "descent ");
    roff_add(command[0] == 'C' ? ROFF_ITALIC : ROFF_BOLD, command);
    roff_add(ROFF_ROMAN, " [");
    roff_add(ROFF_ITALIC, "OPTIONS");
    roff_add(ROFF_ROMAN, operands[0] != '\0' ? "] " : "]");
    roff_add(ROFF_ITALIC, operands);
    putchar('\n');
}

static void print_see_also(const struct command *self)
{
    roff_section("SEE ALSO");
    roff_add(self != NULL ? ROFF_BOLD : ROFF_ROMAN, self != NULL ? "descent" : "");
    roff_add(ROFF_ROMAN, self != NULL ? "(1)" : "");
    bool first = self == NULL;
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        char name[64];
        if (command != self) {
            name_page(name, sizeof name, command);
            roff_add(ROFF_ROMAN, first ? "" : ", ");
            fputs(first ? "" : "\n", stdout);
            roff_add(ROFF_BOLD, name);
            roff_add(ROFF_ROMAN, "(1)");
            first = false;
        }
    }
    putchar('\n');
}

static bool can_resume(const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (option_offered(&table->rows[i]) && strcmp(table->rows[i].name, "resume") == 0) {
            return true;
        }
    }
    return false;
}

/* What the help has no room for: the values that are taken, and where an option has an effect. */
static void add_rules(const struct option_table *table, const struct option *option, char *text,
                      size_t size)
{
    char expected[OPTION_HELP_SIZE];
    bool told =
        option->type == OPTION_FLAG || option->type == OPTION_CHOICE || option->type == OPTION_TEXT;
    if (!told) {
        option_expected(option, expected, sizeof expected);
        text_append(text, size, " Expects %s.", expected);
    }
    if (option->only != NULL) {
        text_append(text, size, " It has an effect only %s.", option->only);
    }
    if (option->fixed && can_resume(table)) {
        text_append(text, size, " It cannot change when a run is resumed.");
    }
}

/* The headings of the help end in a colon. */
static void print_heading(const char *heading)
{
    char title[128];
    snprintf(title, sizeof title, "%.*s", (int)strlen(heading) - 1, heading);
    roff_part(title);
}

static void name_option(const struct option *option)
{
    const char *value = option_value_name(option);
    const char letter[] = {'-', option->brief, '\0'};
    roff_entry();
    roff_add(ROFF_BOLD, option->brief != 0 ? letter : "");
    roff_add(ROFF_ROMAN, option->brief != 0 ? ", " : "");
    roff_add(ROFF_BOLD, "--");
    roff_add(ROFF_BOLD, option->name);
    roff_add(ROFF_ROMAN, option->bare ? "[=" : value != NULL ? "=" : "");
    roff_add(ROFF_ITALIC, value != NULL ? value : "");
    roff_add(ROFF_ROMAN, option->bare ? "]" : "");
}

static void print_option(const void *table, const char *heading, const struct option *option)
{
    char text[2 * OPTION_HELP_SIZE];
    if (heading != NULL) {
        print_heading(heading);
    }
    name_option(option);
    option_describe(option, text, OPTION_HELP_SIZE);
    text_append(text, sizeof text, ".");
    add_rules(table, option, text, sizeof text);
    roff_entry_text(text);
}

static void print_arguments(const struct option_table *table)
{
    roff_part(table->positional);
    for (int i = 0; table->argument(i) != NULL; i++) {
        roff_entry();
        roff_add(ROFF_BOLD, table->argument(i));
        roff_entry_text(table->argument_about(i));
    }
}

static void print_description(const struct command *command, const struct option_table *table)
{
    char text[OPTION_HELP_SIZE];
    roff_section("DESCRIPTION");
    snprintf(text, sizeof text, "%s.", command->summary);
    roff_paragraphs(text);
    option_operands(table, text, sizeof text);
    if (text[0] != '\0') {
        roff_more_paragraphs(text);
    }
    if (table->about != NULL) {
        roff_more_paragraphs(table->about);
    }
    if (table->argument_about != NULL) {
        print_arguments(table);
    }
}

static void print_all_options(const struct option_table *table)
{
    roff_section("OPTIONS");
    option_help_common(table, print_option, table);
    option_help_others(table, print_option, table);
    print_heading("Help:");
    roff_entry();
    roff_add(ROFF_BOLD, "-h");
    roff_add(ROFF_ROMAN, ", ");
    roff_add(ROFF_BOLD, "--help");
    roff_entry_text("Print the common options (-h) or all of them (--help), and exit.");
}

static void print_examples(const struct option_table *table)
{
    roff_section("EXAMPLES");
    for (size_t i = 0; i < OPTION_EXAMPLES_MAX && table->examples[i].line != NULL; i++) {
        roff_entry();
        roff_add(ROFF_BOLD, table->examples[i].line);
        roff_entry_text(table->examples[i].about);
    }
}

static void print_command(const struct command *command)
{
    const struct option_table *table = command->options();
    print_head(command, command->summary);
    print_synopsis(command->name, table->positional);
    print_description(command, table);
    print_all_options(table);
    print_examples(table);
    if (table->run_files) {
        print_entries("FILES", "In the folder of a run:", RUN_FILES);
    }
}

static void print_commands(void)
{
    roff_section("COMMANDS");
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        roff_entry();
        roff_add(ROFF_BOLD, command->name);
        roff_entry_text(command->summary);
    }
}

static void print_program(void)
{
    print_head(NULL, PROGRAM_SUMMARY);
    print_synopsis("COMMAND", "");
    roff_section("DESCRIPTION");
    roff_paragraphs(ABOUT);
    print_commands();
    print_entries("FILES", "In the folder of a run:", RUN_FILES);
}

void manual_print(const struct command *command)
{
    if (command != NULL) {
        print_command(command);
    } else {
        print_program();
    }
    print_entries("EXIT STATUS", NULL, EXIT_STATUS);
    print_entries("ENVIRONMENT", NULL, ENVIRONMENT);
    print_see_also(command);
}

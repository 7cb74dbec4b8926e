/*
 * Which options a help shows, and as much of their descriptions as fits.
 */
#include "cli/base/option_help.h"

#include "cli/base/help_page.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    NAMES_MOST = 26, /* columns of options; what is wider has a line of its own */
    FEW = 10         /* options that fit a screen */
};

const char *option_value_name(const struct option *option)
{
    static const char *const names[] = {
        [OPTION_CHOICE] = "NAME", [OPTION_COUNT] = "N",     [OPTION_NUMBER] = "X",
        [OPTION_SIZES] = "N,N",   [OPTION_NUMBERS] = "X,X", [OPTION_PAIR] = "NxN",
        [OPTION_TEXT] = "TEXT",
    };
    return option->type == OPTION_FLAG ? NULL
           : option->value != NULL     ? option->value
                                       : names[option->type];
}

/* Adds "cross-entropy, mse, …". */
static void add_names(const char *(*name)(int), char *text, size_t size)
{
    for (int i = 0; name != NULL && name(i) != NULL; i++) {
        text_append(text, size, "%s %s", i == 0 ? ":" : ",", name(i));
    }
}

/* An option whose default is the word "default" says what that is. */
static void add_default(const struct option *option, char *text, size_t size)
{
    if (option->initial != NULL && strcmp(option->initial, "default") != 0) {
        text_append(text, size, " (default: %s)",
                    option->usual != NULL ? option->usual : option->initial);
    }
}

/* "Loss: cross-entropy, mse, … (default: cross-entropy); mse is …": names of a choice come before
 * what is said about them, which begins at the first semicolon. */
void option_describe(const struct option *option, char *text, size_t size)
{
    const char *about = option->choice != NULL ? strchr(option->help, ';') : NULL;
    size_t length = about != NULL ? (size_t)(about - option->help) : strlen(option->help);
    snprintf(text, size, "%.*s", (int)length, option->help);
    add_names(option->choice, text, size);
    add_default(option, text, size);
    text_append(text, size, "%s", about != NULL ? about : "");
}

void option_operands(const struct option_table *table, char *text, size_t size)
{
    snprintf(text, size, "%s", table->operands != NULL ? table->operands : "");
    if (table->argument != NULL) {
        add_names(table->argument, text, size);
        text_append(text, size, ".");
    }
}

static size_t count_offered(const struct option_table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        count += option_offered(&table->rows[i]);
    }
    return count;
}

/* Where there are not more options than fit a screen, all are common ones. */
static bool are_few(const struct option_table *table)
{
    return count_offered(table) <= FEW;
}

/* The common options, or the others of a group. */
static void visit_section(const struct option_table *table, bool common, size_t group,
                          const char *heading, option_visitor *visit, const void *context)
{
    bool few = are_few(table);
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        if (option_offered(&option) && (few || option.common) == common &&
            (common || option.group == group)) {
            visit(context, heading, &option);
            heading = NULL;
        }
    }
}

void option_help_common(const struct option_table *table, option_visitor *visit,
                        const void *context)
{
    visit_section(table, true, 0, are_few(table) ? "Options:" : "Common options:", visit, context);
}

void option_help_others(const struct option_table *table, option_visitor *visit,
                        const void *context)
{
    for (size_t group = 0; group < table->group_count; group++) {
        visit_section(table, false, group, table->groups[group], visit, context);
    }
}

struct help {
    struct help_page page;
    bool whole;
};

/* "  -H, --hidden=N,N"; the columns that it takes. */
static size_t name_option(const struct option *option, char *text, size_t size)
{
    const char *value = option_value_name(option);
    const char letter[] = {'-', option->brief, ',', '\0'};
    snprintf(text, size, option->bare ? "  %3s --%s[%s%s]" : "  %3s --%s%s%s",
             option->brief != 0 ? letter : "", option->name, value != NULL ? "=" : "",
             value != NULL ? value : "");
    return strlen(text);
}

/* Whether a description can end before this character of it. */
static bool is_end(const char *c)
{
    static const char *const ends[] = {"; ", ": ", ". ", " ("};
    bool found = *c == '\0';
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        found = found || strncmp(c, ends[i], 2) == 0;
    }
    return found;
}

/* Shortens a text at the last end outside parentheses that leaves it so many columns, or else at
 * the first. */
static void shorten(char *text, size_t most)
{
    char *last = NULL;
    int depth = 0;
    for (char *c = text; last == NULL || text_columns(text, (size_t)(c - text)) <= most; c++) {
        last = depth == 0 && is_end(c) ? c : last;
        depth += (*c == '(') - (*c == ')');
        if (*c == '\0') {
            break;
        }
    }
    *(last != NULL ? last : text) = '\0';
}

void option_describe_briefly(const struct option *option, char *text, size_t size, size_t most)
{
    char added[OPTION_HELP_SIZE] = "", initial[64] = "";
    snprintf(text, size, "%.*s", (int)strcspn(option->help, ";"), option->help);
    shorten(text, most);
    add_default(option, initial, sizeof initial);
    add_names(option->choice, added, sizeof added);
    size_t columns = text_columns(text, strlen(text));
    size_t room = columns < most ? most - columns : 0;
    bool named = strlen(added) + strlen(initial) <= room;
    text_append(text, size, "%s", named ? added : "");
    text_append(text, size, "%s", named || strlen(initial) <= room ? initial : "");
}

static void print_option(const void *context, const char *heading, const struct option *option)
{
    const struct help *help = context;
    char name[128], text[OPTION_HELP_SIZE];
    if (option->rare && !help->whole) {
        return;
    }
    name_option(option, name, sizeof name);
    if (help->whole) {
        option_describe(option, text, sizeof text);
    } else {
        option_describe_briefly(option, text, sizeof text, help->page.width - help->page.column);
    }
    if (heading != NULL) {
        putchar('\n');
        help_page_text(&help->page, heading);
    }
    help_page_row(&help->page, name, text);
}

void option_help_print_one(const struct option *option)
{
    char name[128];
    size_t width = name_option(option, name, sizeof name);
    struct help help = {help_page_of(stdout, width), true};
    print_option(&help, NULL, option);
}

/* The widest option that is shown decides the first column, up to a limit. */
static size_t names_width(const struct option_table *table, bool all)
{
    size_t widest = strlen("      --help");
    for (size_t i = 0; i < table->count; i++) {
        char name[128];
        const struct option option = option_row(table, i);
        size_t width = name_option(&option, name, sizeof name);
        bool shown = option_offered(&option) && (all || option.common);
        widest = shown && width > widest && width <= NAMES_MOST ? width : widest;
    }
    return widest;
}

static void print_arguments(const struct help *help, const struct option_table *table)
{
    printf("\n%s:\n", table->positional);
    for (int i = 0; table->argument(i) != NULL; i++) {
        char name[64];
        snprintf(name, sizeof name, "  %s", table->argument(i));
        help_page_row(&help->page, name, table->argument_about(i));
    }
}

static void print_examples(const struct option_table *table)
{
    printf("\nExamples:\n");
    for (size_t i = 0; i < OPTION_EXAMPLES_MAX && table->examples[i].line != NULL; i++) {
        printf("  %s\n", table->examples[i].line);
    }
}

static void print_whole(const struct help *help, const struct option_table *table)
{
    option_help_common(table, print_option, help);
    printf("%s", count_offered(table) == 0 ? "\nOptions:\n" : "");
    help_page_row(&help->page, "  -h, --help",
                  "Show the common options (-h) or all of them (--help)");
    option_help_others(table, print_option, help);
    if (table->argument_about != NULL) {
        print_arguments(help, table);
    }
    print_examples(table);
    help_page_paragraphs(&help->page, table->about);
}

void option_help_print(const struct command *command, const struct option_table *table, bool whole)
{
    char text[OPTION_HELP_SIZE];
    size_t names = names_width(table, whole || are_few(table));
    struct help help = {help_page_of(stdout, names), whole};

    snprintf(text, sizeof text, "%s.", command->summary);
    help_page_text(&help.page, text);
    printf("\nUsage: descent %s [OPTIONS]%s%s\n", command->name,
           table->positional[0] != '\0' ? " " : "", table->positional);
    option_operands(table, text, sizeof text);
    if (text[0] != '\0') {
        help_page_text(&help.page, text);
    }
    if (whole) {
        print_whole(&help, table);
        return;
    }
    option_help_common(table, print_option, &help);
    print_examples(table);
    printf("\ndescent %s --help has all\n", command->name);
}

/*
 * What an unknown option may mean. Its own name comes first, then the table of aliases, then the
 * beginnings: an alias never takes the place of an option.
 */
#include "cli/base/option_names.h"

#include "cli/base/nearest.h"
#include "cli/base/progress.h"
#include "cli/base/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64, OPTION_SIZE = 1024 };

/* Names that other programs have for options of this one. */
static const struct alias {
    const char *name, *option;
} aliases[] = {
    {"batch-size", "batch"},
    {"learning-rate", "lr"},
    {"layers", "hidden"},
    {"hidden-layers", "hidden"},
    {"hidden-layer-sizes", "hidden"},
    {"output", "out"},
    {"output-dir", "out"},
    {"num-epochs", "epochs"},
    {"n-epochs", "epochs"},
    {"max-epochs", "epochs"},
    {"validation-split", "validation"},
    {"val-split", "validation"},
    {"validation-fraction", "validation"},
    {"test-size", "test"},
    {"random-state", "seed"},
    {"random-seed", "seed"},
    {"wd", "weight-decay"},
    {"lr-scheduler", "schedule"},
    {"loss-function", "loss"},
    {"delimiter", "separator"},
    {"target-column", "label-column"},
    {"num-threads", "threads"},
    {"max-grad-norm", "clip-norm"},
    {"gradient", "slope"},
    {"verbose", "quiet"},
};

enum { ALIASES = sizeof aliases / sizeof aliases[0] };
_Static_assert(ALIASES <= 64, "option_arguments.aliases has a bit for each");

/* Whether an alias asks for what is done where its option is not given. */
static bool is_opposite(const struct alias *alias)
{
    return strcmp(alias->name, "verbose") == 0;
}

/* What the option's values are not, unlike those of the name: bench's --layers has them. */
static const char *without(const struct alias *alias)
{
    return strcmp(alias->name, "layers") == 0 ? ", without the inputs and outputs" : "";
}

static bool has_row(const struct option_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (option_offered(&table->rows[i]) && strcmp(table->rows[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static const struct alias *find_alias(const struct option_table *table, const char *name)
{
    for (size_t i = 0; i < ALIASES; i++) {
        if (strcmp(aliases[i].name, name) == 0 && has_row(table, aliases[i].option)) {
            return &aliases[i];
        }
    }
    return NULL;
}

/* Adds an option to a list if it begins so; the number of those in the list. */
static size_t add_beginning(char *list, size_t size, size_t count, const char *option,
                            const char *name)
{
    if (name[0] == '\0' || strncmp(option, name, strlen(name)) != 0) {
        return count;
    }
    text_append(list, size, "%s--%s", count == 0 ? "" : ", ", option);
    return count + 1;
}

/* The option that had a letter, given as in "-t", before that got one meaning in all commands. */
static const struct option *find_former(const struct option_table *table, const char *text)
{
    for (size_t i = 0; i < table->count; i++) {
        char former = table->rows[i].former;
        if (former != 0 && text[0] == '-' && text[1] == former) {
            return &table->rows[i];
        }
    }
    return NULL;
}

static enum exit_status fail_unknown(const struct option_table *table, const char *text,
                                     const char *name)
{
    char asked[NAME_SIZE + TEXT_SIZE] = "";
    descent_nearest nearest = descent_nearest_to(name);
    for (size_t i = 0; i < table->count; i++) {
        if (option_offered(&table->rows[i])) {
            descent_nearest_offer(&nearest, table->rows[i].name);
        }
    }
    descent_nearest_offer(&nearest, "help");
    nearest_ask(asked, sizeof asked, &nearest, "--");
    const struct option *former = find_former(table, text);
    if (former != NULL) {
        snprintf(asked, sizeof asked, ", did you mean --%s?", former->name);
    }
    return cli_usage("%.200s: unknown option%s", text, asked);
}

/* The only option that begins so, as "--name" in the list. */
static enum exit_status find_beginning(const struct option_table *table, char *list, size_t size,
                                       const char *text, const char *name)
{
    size_t count = 0;
    list[0] = '\0';
    for (size_t i = 0; i < table->count; i++) {
        if (option_offered(&table->rows[i])) {
            count = add_beginning(list, size, count, table->rows[i].name, name);
        }
    }
    count = add_beginning(list, size, count, "help", name);
    return count == 0 ? fail_unknown(table, text, name)
           : count == 1
               ? DONE
               : cli_usage("%.200s: expected one option, found the beginning of %s", text, list);
}

/* Copies the name in "--Name=value" as the tables write it. False for a letter's option, which is
 * not looked for. */
static bool read_name(char name[NAME_SIZE], const char *text)
{
    const char *start = text + strspn(text, "-");
    snprintf(name, NAME_SIZE, "%.*s", (int)strcspn(start, "="), start);
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
    }
    return start - text == 2 && name[0] != '\0';
}

/* Whether letters behind one dash are meant as an option: its whole name, or what can hardly be
 * letters with a value. */
static bool is_name(const char *option, const char *letters, size_t length)
{
    enum { LETTERS_LEAST = 3 };
    bool whole = strlen(option) == length;
    return length >= 2 && (whole || length >= LETTERS_LEAST) &&
           strncmp(option, letters, length) == 0;
}

/* The long name that letters may be meant as, or NULL. */
static const char *name_of_letters(const struct option_table *table, const char *letters)
{
    size_t length = strcspn(letters, "=");
    for (size_t i = 0; i < table->count; i++) {
        if (option_offered(&table->rows[i]) && is_name(table->rows[i].name, letters, length)) {
            return table->rows[i].name;
        }
    }
    for (size_t i = 0; i < ALIASES; i++) {
        if (has_row(table, aliases[i].option) && is_name(aliases[i].name, letters, length)) {
            return aliases[i].option;
        }
    }
    return is_name("help", letters, length) ? "help" : NULL;
}

enum exit_status option_check_dashes(const struct option_table *table, const char *const *argv)
{
    for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
        const char *name = (*argv)[0] == '-' ? name_of_letters(table, *argv + 1) : NULL;
        if (name != NULL) {
            return cli_usage("%.200s: a name has two dashes, did you mean --%s?", *argv, name);
        }
    }
    return DONE;
}

/* Puts an option, with the value that stands behind the other one's name, in front of what popt has
 * still to read. */
static enum exit_status hand_over(poptContext context, const char *option, const char *value)
{
    size_t size = strlen(option) + strlen(value) + 1;
    char *whole = malloc(size);
    if (whole == NULL) {
        return cli_failed("%s: out of memory", option);
    }
    snprintf(whole, size, "%s%s", option, value);
    const char *arguments[] = {whole, NULL};
    int status = poptStuffArgs(context, arguments);
    free(whole);
    return status == 0 ? DONE : cli_failed("%s: %s", option, poptStrerror(status));
}

/* Writes the option that a name means as "--name"; *alias is what it is called elsewhere, or NULL.
 */
static enum exit_status find_name(const struct option_table *table, char option[OPTION_SIZE],
                                  const struct alias **alias, const char *text, const char *name)
{
    bool own = has_row(table, name);
    *alias = own ? NULL : find_alias(table, name);
    if (!own && *alias == NULL) {
        return find_beginning(table, option, OPTION_SIZE, text, name);
    }
    snprintf(option, OPTION_SIZE, "--%s", own ? name : (*alias)->option);
    return DONE;
}

enum exit_status option_resolve(const struct option_table *table,
                                struct option_arguments *arguments, const char *text)
{
    char name[NAME_SIZE], option[OPTION_SIZE];
    const char *value = text + strcspn(text, "=");
    const struct alias *alias;
    if (!read_name(name, text)) {
        return fail_unknown(table, text, name);
    }
    CLI_TRY(find_name(table, option, &alias, text, name));
    if (alias != NULL) {
        arguments->aliases |= UINT64_C(1) << (alias - aliases);
        if (is_opposite(alias)) {
            return value[0] == '\0' ? DONE : cli_usage("--%s takes no value", alias->name);
        }
    }
    return hand_over(arguments->context, option, value);
}

enum exit_status option_find(struct option *found, const struct option_table *table,
                             const char *text)
{
    char name[NAME_SIZE], option[OPTION_SIZE] = "--";
    const struct alias *alias;
    const char *start = text + strspn(text, "-");
    bool letter = start[0] != '\0' && start[1] == '\0';
    read_name(name, text);
    if (!letter) {
        CLI_TRY(find_name(table, option, &alias, text, name));
    }
    for (size_t i = 0; i < table->count; i++) {
        *found = option_row(table, i);
        if (option_offered(found) &&
            (letter ? found->brief == start[0] : strcmp(found->name, option + 2) == 0)) {
            return DONE;
        }
    }
    return fail_unknown(table, text, name);
}

void option_tell_aliases(const struct option_arguments *arguments, bool quiet)
{
    struct progress display = progress_create(quiet);
    for (size_t i = 0; i < ALIASES; i++) {
        if ((arguments->aliases >> i & 1) != 0) {
            progress_say(&display, "note: --%s is %s --%s here%s", aliases[i].name,
                         is_opposite(&aliases[i]) ? "what you get without" : "called",
                         aliases[i].option, without(&aliases[i]));
        }
    }
}

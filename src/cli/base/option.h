/*
 * Options as rows of a table. From one row follow the option on the command line, its help, the
 * check of its value, and its way into JSON and back. A command has a struct of values and a table:
 *
 *     struct walk_options {
 *         double noise;
 *         bool quiet, json;
 *         struct source_options source;
 *         struct train_options train;
 *     };
 *
 *     #define AT(kind, member) OPTION_AT(kind, struct walk_options, member)
 *
 *     static const struct option rows[] = {
 *         {"noise", 'n', AT(NUMBER, noise), OPTION_NOT_NEGATIVE, .initial = "0", .group = WALK,
 *          .help = "Standard deviation of the noise"},
 *         SOURCE_OPTIONS(struct walk_options, source, DATA),
 *         OPTION_QUIET(struct walk_options, OUTPUT),
 *         {"seed", OPTION_FROM_TABLE(TRAIN_OPTIONS, struct walk_options, train), .group = WALK,
 *          .help = "Decides the noise"},
 *     };
 *     static const struct option_table TABLE = OPTION_TABLE(
 *         rows, groups, "FUNCTION", .examples = {{"descent walk …", "What that does."}});
 *
 * SOURCE_OPTIONS() (source.h), FIGURE_OPTIONS() (plot/figure.h), OPTION_QUIET() and OPTION_JSON()
 * are groups of rows. A row can also be that of another table, for a member of its
 * struct, with another group, default, help or words. The command then is
 *
 *     struct option_arguments arguments = {0};
 *     struct walk_options options = {0};
 *     enum exit_status status = option_read_command(&TABLE, argc, argv, &arguments, &options);
 *     if (status == DONE) {
 *         status = walk(&options, arguments.rest);
 *     }
 *     option_free(&TABLE, &arguments, &options);
 */
#ifndef DESCENT_CLI_OPTION_H
#define DESCENT_CLI_OPTION_H

#include "cli/base/cli.h"

#include <descent/model.h>
#include <jansson.h>
#include <popt.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_FLAG,    /* bool */
    OPTION_CHOICE,  /* int: the index of a name */
    OPTION_COUNT,   /* uint64_t; the word is 0 */
    OPTION_NUMBER,  /* double; the word is OPTION_AUTO, a second one OPTION_SECOND */
    OPTION_SIZES,   /* struct option_sizes; the word is the empty list */
    OPTION_NUMBERS, /* struct option_numbers */
    OPTION_PAIR,    /* struct option_pair, such as 28x28, or 1/5 where the row says so; zero where
                       it is not given */
    OPTION_TEXT     /* char *, owned, or NULL */
};

/* What a number is where one of its words was given: no such numbers are in any range. */
#define OPTION_AUTO (-1.0)
#define OPTION_SECOND (-2.0)

/* Counts stay exact in a double, and so in any JSON reader. */
#define OPTION_COUNT_MAX 0x1p53

struct option_sizes {
    size_t count;
    size_t sizes[DESCENT_LAYERS_MAX - 1];
};

enum { OPTION_NUMBERS_MAX = 8 };

struct option_numbers {
    size_t count;
    double numbers[OPTION_NUMBERS_MAX];
};

struct option_pair {
    size_t first, second;
};

struct option_range {
    double low, high;
    bool low_open, high_open; /* whether the bound itself is excluded */
};

/* How far a stored value goes. */
enum option_storage {
    OPTION_PASSING, /* concerns this call only */
    OPTION_LOCAL,   /* kept beside the run: does not change its results */
    OPTION_RESULT   /* decides the results, so it belongs into the checkpoint as well */
};

struct option_table;

struct option {
    const char *name;
    char brief; /* short form, or 0; it means the same name in all commands */
    enum option_type type;
    size_t offset; /* of the value in the table's struct */
    size_t base; /* of that struct in the one that is filled in: 0 but for rows of another table */
    const struct option_table *from; /* the table that has the row of this name, or NULL; offset is
                                        that of its struct */
    const char *initial;             /* the default, read as if it were given; NULL: zero */
    const char *usual; /* the default in words, where it is another for some data; NULL: initial */
    struct option_range range;
    const char *word;        /* accepted instead of a number or of sizes, or NULL */
    const char *second_word; /* of a number that has a word, or NULL */
    const char *prefix;      /* of a number below 1: what stands before a whole number from 1
                                that is accepted as well, such as "last:", or NULL */
    char between;            /* the two numbers of a pair; 0: x */
    const char *(*choice)(int index); /* names of a choice, or of those that a text may be a list
                                         of, NULL behind the last */
    const char *value;                /* how the help calls the value; NULL: by its type */
    const char *help;
    size_t group;
    bool several; /* of a text: may be given several times, which makes lines of it */
    bool bare;    /* of a text: may stand without one, where no other word follows; it is "" then */
    bool common;  /* one of the ten that -h shows; also where the other table's row is */
    bool rare;    /* not shown by -h, also where that shows all */
    char former;  /* a letter that was its short form once, which is asked about, or 0 */
    enum option_storage storage;
    bool fixed;                          /* may not change when a run is resumed */
    bool (*applies)(const void *values); /* whether it has an effect, or NULL: always */
    const char *only;                    /* where it has one: "with --optimizer sgd" */
};

/* Where a row's value lies. */
#define OPTION_AT(kind, holder, member) .type = OPTION_##kind, .offset = offsetof(holder, member)

/* Ranges; of those with ends, which are excluded is said last, as in [0, 1). */
#define OPTION_RANGE(least, most, without_least, without_most)                                     \
    .range = {                                                                                     \
        .low = (least), .high = (most), .low_open = (without_least), .high_open = (without_most)}
#define OPTION_NOT_NEGATIVE OPTION_RANGE(0.0, HUGE_VAL, false, false)
#define OPTION_FRACTION OPTION_RANGE(0.0, 1.0, false, true)
#define OPTION_FROM(least) OPTION_RANGE((least), OPTION_COUNT_MAX, false, false)
#define OPTION_FROM_TO(least, most) OPTION_RANGE((least), (most), false, false)

/* The upper end of numbers that become floats. */
#define OPTION_FLOAT_MAX 0x1.fffffep127

/* Rows that commands have in common, for a struct `holder` that has quiet or json, in a group. */
#define OPTION_QUIET(holder, number)                                                               \
    {                                                                                              \
        "quiet", 'q', OPTION_AT(FLAG, holder, quiet), .group = (number), .help = "No messages"     \
    }
#define OPTION_JSON(holder, number)                                                                \
    {                                                                                              \
        "json", 'j', OPTION_AT(FLAG, holder, json), .group = (number), .common = true,             \
                                                    .help = "Print one JSON object"                \
    }

/* The row of that name in another table, whose struct is the member. Of what else is given, group
 * counts always, initial and help in place of the other row's; word in place of both its words,
 * where "" is none. */
#define OPTION_FROM_TABLE(table, holder, member)                                                   \
    .from = &(table), .offset = offsetof(holder, member)

enum { OPTIONS_MAX = 128, OPTION_GROUPS_MAX = 8, OPTION_EXAMPLES_MAX = 3 };

/* A command line, and a sentence on what it does. */
struct option_example {
    const char *line, *about;
};

struct option_table {
    const struct option *rows;
    size_t count;
    const char *const *groups; /* headings of the help */
    size_t group_count;
    const char *positional; /* arguments in the usage line, such as "MODEL DATA" */
    const char *operands;   /* sentences that say what they may be, or NULL */
    struct option_example examples[OPTION_EXAMPLES_MAX];
    const char *about;                  /* paragraphs, "\n\n" between them, or NULL */
    bool run_files;                     /* whether it has to do with what a run's folder holds */
    const char *(*argument)(int index); /* names that the first argument may be, NULL behind
                                           the last; or NULL where it is no name */
    const char *(*argument_about)(int index); /* what each of them is, if there are any */
};

/* What is not given is NULL: OPTION_TABLE(rows, groups, "DATA", .operands = SOURCE_DATA_IS). */
#define OPTION_TABLE(list, headings, usage, ...)                                                   \
    {                                                                                              \
        .rows = (list), .count = sizeof(list) / sizeof(list)[0], .groups = (headings),             \
        .group_count = sizeof(headings) / sizeof(headings)[0], .positional = (usage), __VA_ARGS__  \
    }

/* What was given on a command line. Starts as {0}. */
struct option_arguments {
    char *texts[OPTIONS_MAX]; /* by row: NULL where an option was not given */
    const char *const *rest;  /* the positional arguments, NULL behind the last */
    uint64_t aliases;         /* a bit for each name of other programs that was taken */
    poptContext context;      /* that holds these */
};

/* Whether a row is an option of its command: rows of no group have their defaults there, and are
 * none. */
bool option_offered(const struct option *row);

/* Row i of a table, completed where it is one of another table. */
struct option option_row(const struct option_table *table, size_t i);

/* Reads a command line: defaults, values, and -h and --help (option_help.h), which print and exit.
 * USAGE after reporting
 * what was wrong. The caller frees arguments and values in any case. */
enum exit_status option_read_command(const struct option_table *table, int argc, const char **argv,
                                     struct option_arguments *arguments, void *values);

/* Reads the values that were given over those in the struct. */
enum exit_status option_apply(const struct option_table *table,
                              const struct option_arguments *arguments, void *values);

/* Whether the option of that name was given; false where the table has none. */
bool option_given(const struct option_table *table, const struct option_arguments *arguments,
                  const char *name);

/* USAGE after naming an option that was given where it has no effect. */
enum exit_status option_check_effects(const struct option_table *table,
                                      const struct option_arguments *arguments, const void *values);

/* Fills in all defaults; the struct must be zeroed or filled before. */
enum exit_status option_defaults(const struct option_table *table, void *values);

/* Frees the texts in the struct, or the arguments, or both. */
void option_free_values(const struct option_table *table, void *values);
void option_free_arguments(struct option_arguments *arguments);
void option_free(const struct option_table *table, struct option_arguments *arguments,
                 void *values);

/* Reads a value into the struct; false if the text is not in the option's range, or if memory for
 * it is out. */
bool option_read(const struct option *option, void *values, const char *text);

/* Whether it was the latter. */
bool option_lacks_memory(const struct option *option, const char *text);

/* USAGE after saying what was expected of a value that is not in the option's range. */
enum exit_status option_refuse_value(const struct option *option, const char *text);

/* The range in words, such as "a number > 0". */
void option_expected(const struct option *option, char *text, size_t size);

/* The value as it would be given; cut to size. */
void option_format(const struct option *option, const void *values, char *text, size_t size);

/* The values of all options that are stored at least as far as `storage`, as an object. The caller
 * owns the reference; NULL where memory is out. */
json_t *option_to_json(const struct option_table *table, const void *values,
                       enum option_storage storage);

/* Reads such an object over the values; options that it does not have stay as they are. FAILED
 * after naming `path`, the option and its range. */
enum exit_status option_from_json(const struct option_table *table, const json_t *object,
                                  void *values, const char *path);

#endif

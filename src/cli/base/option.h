/*
 * Options as rows of a table. From one row follow the option on the command line, its help, the
 * check of its value, and its way into JSON and back.
 */
#ifndef DESCENT_CLI_OPTION_H
#define DESCENT_CLI_OPTION_H

#include "cli/base/cli.h"

#include <descent/model.h>
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_FLAG,    /* bool */
    OPTION_CHOICE,  /* int: the index of a name */
    OPTION_COUNT,   /* uint64_t; the word is 0 */
    OPTION_NUMBER,  /* double; the word is OPTION_AUTO, a second one OPTION_SECOND */
    OPTION_SIZES,   /* struct option_sizes; the word is the empty list */
    OPTION_NUMBERS, /* struct option_numbers */
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

struct option {
    const char *name;
    char brief; /* short form, or 0 */
    enum option_type type;
    size_t offset;       /* of the value in the caller's struct */
    const char *initial; /* the default, read as if it were given; NULL: zero */
    struct option_range range;
    const char *word;                 /* accepted instead of a number or of sizes, or NULL */
    const char *second_word;          /* of a number that has a word, or NULL */
    const char *(*choice)(int index); /* names of a choice, NULL behind the last */
    const char *value;                /* how the help calls the value */
    const char *help;
    size_t group;
    enum option_storage storage;
    bool fixed;                          /* may not change when a run is resumed */
    bool (*applies)(const void *values); /* whether it has an effect, or NULL: always */
    const char *only;                    /* where it has one: "with --optimizer sgd" */
};

enum { OPTIONS_MAX = 96, OPTION_GROUPS_MAX = 8 };

struct option_table {
    const struct option *rows;
    size_t count;
    const char *const *groups; /* headings of the help, in the order of the rows */
    size_t group_count;
};

/* The values that were given on a command line: NULL where an option was not. */
struct option_arguments {
    char *texts[OPTIONS_MAX];
};

/* A row of another table, and what is different here; NULL: nothing. */
struct option_import {
    const char *name;
    size_t group;
    const char *initial;
    const char *help;
};

/* Fills rows, which the table points to, with a command's own rows and those that it takes over
 * from another table, group by group. The command's struct begins with that of the other table. */
void option_gather(struct option_table *table, struct option *rows, const struct option *own,
                   size_t own_count, const struct option_table *other,
                   const struct option_import *imports, size_t import_count);

/* A command's options from its arguments: defaults, values, and --help. The positional arguments
 * are left in the context, which the caller frees, as it frees arguments and the texts in values.
 * USAGE after saying what was wrong. */
enum exit_status option_read_all(const struct option_table *table, poptContext context,
                                 struct option_arguments *arguments, void *values);

/* Reads a value into the struct; false if the text is not in the option's range. */
bool option_read(const struct option *option, void *values, const char *text);

/* The range in words, such as "a number > 0". */
void option_expected(const struct option *option, char *text, size_t size);

/* The value as it would be given; cut to size. */
void option_format(const struct option *option, const void *values, char *text, size_t size);

/* Fills in all defaults; the struct must be zeroed or filled before. */
void option_defaults(const struct option_table *table, void *values);

/* Frees the texts in the struct, or in the arguments. */
void option_free_values(const struct option_table *table, void *values);
void option_free_arguments(struct option_arguments *arguments);

/* popt's tables for the options; row i has the val i + 1. They stay valid until the next call. */
const struct poptOption *option_popt_table(const struct option_table *table);

/* The same as one entry of a command's own table. */
struct poptOption option_popt_include(const struct option_table *table);

/* Reads the options from popt into arguments, and the values over those in the struct. USAGE after
 * naming the option, its range and what was found. */
enum exit_status option_parse(const struct option_table *table, poptContext context,
                              struct option_arguments *arguments);
enum exit_status option_apply(const struct option_table *table,
                              const struct option_arguments *arguments, void *values);

/* USAGE after naming an option that was given where it has no effect. */
enum exit_status option_check_effects(const struct option_table *table,
                                      const struct option_arguments *arguments, const void *values);

/* The values of all options that are stored at least as far as `storage`, as an object. The caller
 * owns the reference; NULL where memory is out. */
json_t *option_to_json(const struct option_table *table, const void *values,
                       enum option_storage storage);

/* Reads such an object over the values; options that it does not have stay as they are. FAILED
 * after naming `path`, the option and its range. */
enum exit_status option_from_json(const struct option_table *table, const json_t *object,
                                  void *values, const char *path);

#endif

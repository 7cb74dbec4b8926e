/*
 * The options of all commands that read data, and what they make of a source.
 */
#ifndef DESCENT_CLI_SOURCE_H
#define DESCENT_CLI_SOURCE_H

#include "cli/base/classifier.h"
#include "cli/base/option.h"
#include "cli/base/progress.h"

#include <descent/augment.h>
#include <descent/dataset.h>

/* A command has this in the struct of its options, under any name. */
struct source_options {
    char *size;
    bool color;
    char *label_column;
    int header;
    int values;
    bool regression;
    double test;
    uint64_t test_seed;
    uint64_t memory_limit; /* MiB; 0: half of the machine's */
};

/* Names of a choice. */
const char *source_header_name(int i);
const char *source_values_name(int i);

#define SOURCE_AT(holder, member) .offset = offsetof(holder, member), .fixed = true

/* The rows of a table for the struct `holder` that has its source_options in `at`, in a group. */
#define SOURCE_OPTIONS(holder, at, number)                                                         \
    {.name = "size",                                                                               \
     .type = OPTION_TEXT,                                                                          \
     SOURCE_AT(holder, at.size),                                                                   \
     .value = "HxW",                                                                               \
     .group = (number),                                                                            \
     .storage = OPTION_RESULT,                                                                     \
     .help = "Resize images to this height and width (default: the first image's); CSV rows are "  \
             "taken as such images"},                                                              \
        {.name = "color",                                                                          \
         .type = OPTION_FLAG,                                                                      \
         SOURCE_AT(holder, at.color),                                                              \
         .group = (number),                                                                        \
         .storage = OPTION_RESULT,                                                                 \
         .help = "Read images in colour, not as grey"},                                            \
        {.name = "label-column",                                                                   \
         .type = OPTION_TEXT,                                                                      \
         SOURCE_AT(holder, at.label_column),                                                       \
         .value = "NAME|N",                                                                        \
         .group = (number),                                                                        \
         .storage = OPTION_RESULT,                                                                 \
         .help = "Column of a CSV file that holds the labels: its name, or its number from 1, or " \
                 "from -1 at the right end (default: the one called label, class or target, or "   \
                 "else the only one with words)"},                                                 \
        {.name = "header",                                                                         \
         .type = OPTION_CHOICE,                                                                    \
         SOURCE_AT(holder, at.header),                                                             \
         .choice = source_header_name,                                                             \
         .initial = "auto",                                                                        \
         .value = "NAME",                                                                          \
         .group = (number),                                                                        \
         .storage = OPTION_RESULT,                                                                 \
         .help = "Whether the first line of a CSV file names its columns"},                        \
        {.name = "values",                                                                         \
         .type = OPTION_CHOICE,                                                                    \
         SOURCE_AT(holder, at.values),                                                             \
         .choice = source_values_name,                                                             \
         .initial = "auto",                                                                        \
         .value = "NAME",                                                                          \
         .group = (number),                                                                        \
         .storage = OPTION_RESULT,                                                                 \
         .help = "Numbers of a CSV file: bytes are divided by 255, floats are not; auto takes "    \
                 "whole numbers from 0 to 255 for bytes"},                                         \
        {.name = "regression",                                                                     \
         .type = OPTION_FLAG,                                                                      \
         SOURCE_AT(holder, at.regression),                                                         \
         .group = (number),                                                                        \
         .storage = OPTION_RESULT,                                                                 \
         .help = "The label column holds numbers to predict; several columns with commas "         \
                 "between"},                                                                       \
        {.name = "test",                                                                           \
         .type = OPTION_NUMBER,                                                                    \
         SOURCE_AT(holder, at.test),                                                               \
         .range = {.low = 0.0, .high = 1.0, .low_open = true, .high_open = true},                  \
         .initial = "0.2",                                                                         \
         .value = "X",                                                                             \
         .group = (number),                                                                        \
         .storage = OPTION_RESULT,                                                                 \
         .help = "Share of the samples held back for the test, of data without a test part"},      \
        {.name = "test-seed",                                                                      \
         .type = OPTION_COUNT,                                                                     \
         SOURCE_AT(holder, at.test_seed),                                                          \
         .range = {.low = 0.0, .high = OPTION_COUNT_MAX},                                          \
         .initial = "0",                                                                           \
         .value = "N",                                                                             \
         .group = (number),                                                                        \
         .storage = OPTION_RESULT,                                                                 \
         .help = "Decides which samples these are"},                                               \
    {                                                                                              \
        .name = "memory-limit", .type = OPTION_COUNT, .offset = offsetof(holder, at.memory_limit), \
        .range = {.low = 1.0, .high = 0x1p43}, .word = "auto", .initial = "auto", .value = "MIB",  \
        .group = (number), .storage = OPTION_LOCAL,                                                \
        .help = "Memory that a part of the data may take, in MiB; auto is half of the machine's"   \
    }

/* The same options by themselves, for a struct source_options. */
extern const struct option_table SOURCE_TABLE;

/* What a model remembers of its source, so that it need not be told again: the options that are not
 * at their defaults, as a JSON object, or NULL if all are; the caller owns the reference. Shape and
 * kind of numbers are left out: a model tells these otherwise. */
json_t *source_options_to_json(const struct source_options *options);

/* Fills in a source from the options; progress (NULL: none) shows a bar while it is read. USAGE
 * after naming an option that cannot be. */
enum exit_status source_init(descent_source *source, const struct source_options *options,
                             struct progress *progress);

/* Reads what a model remembers of its source over the options. */
enum exit_status source_recall(struct source_options *options, const struct classifier *classifier);

/* Loads a part and takes the bar away. FAILED after saying why. */
enum exit_status source_load(descent_dataset **dataset, const char *path,
                             const descent_source *source);

/* Whether a data set has the size and the colour that were asked for: IDX files are taken as they
 * are. USAGE after naming the option that has no effect. */
enum exit_status source_check(const descent_source *source, const descent_dataset *dataset);

/* From here on the source has to go with a data set: classes, numbers, size of images. The data set
 * must outlive the source. */
void source_follow(descent_source *source, const descent_dataset *dataset);

/* The same for a model, which must outlive the source as well. */
void source_follow_model(descent_source *source, const struct classifier *classifier);

/* Reads the text of --augment. USAGE after telling what is wrong. */
enum exit_status source_augment_read(descent_augment *augment, const char *text);

#endif

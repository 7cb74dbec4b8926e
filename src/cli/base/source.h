/*
 * Where data sets are found (data.c); the options of all commands that read data, and what they
 * make of a source.
 */
#ifndef DESCENT_CLI_SOURCE_H
#define DESCENT_CLI_SOURCE_H

#include "cli/base/option.h"
#include "cli/base/progress.h"
#include "cli/base/trained_model.h"

#include <descent/augment.h>
#include <descent/dataset.h>
#include <limits.h>

/* The absolute path of the folder or CSV file of a data set that was given as a path or by name;
 * the caller frees it. A name is looked up here, then in $DESCENT_DATA, the user's data folder, the
 * project's data, and /usr/share/datasets. NULL after a line on stderr: see data_missing(). */
char *cli_data_find(const char *name);

/* Whether there is one, without a word. */
bool data_is_there(const char *name);

/* The folders in which a name is looked up, in order; they need not be there. */
enum { DATA_PLACES_MAX = 8 };
struct data_places {
    char folders[DATA_PLACES_MAX][PATH_MAX];
    size_t count;
};
void data_places_list(struct data_places *places);

/* Whether a folder holds what looks like a part of a data set: a name can also be that of some
 * other folder, for example of a run. */
bool data_holds_part(const char *path);

/* The name of a file in a folder that belongs to a data set for sure, to be freed; NULL if there is
 * none. */
char *data_file_in(const char *folder);

/* The data sets that are known, though they may not be there, and how to get them; the last one's
 * name is NULL. */
struct data_known {
    const char *name, *how;
};
extern const struct data_known DATA_KNOWN[];

/* A command has this in the struct of its options, under any name. */
struct source_options {
    struct option_pair size; /* height and width; 0: the first image's */
    bool color;
    bool transpose;
    char *label_column;
    int header;
    int separator;
    int values;
    int missing;
    char *words, *ignore, *keep; /* lists of columns */
    bool regression, multi_label;
    double test;    /* OPTION_AUTO: by the number of samples */
    uint64_t limit; /* 0: all */
    uint64_t test_seed;
    uint64_t memory_limit; /* MiB; 0: half of the machine's */
    bool bytes_are_pixels; /* no option: of a run that knows no columns */
    uint64_t given;        /* which rows of the table were given: see source_note_given() */
};

/* Their table, for a struct source_options by itself. */
extern const struct option_table SOURCE_TABLE;

/* What DATA may be, behind "DATA is ". */
#define SOURCE_KINDS                                                                               \
    "a name (descent data lists them), a folder of IDX or NumPy files or of images by class, or "  \
    "a CSV, .npy or .npz file."

/* One of its rows, and all, of a table for the struct `holder` that has its source_options in
 * `at`, in a group. */
#define SOURCE_OPTION(text, holder, at, number)                                                    \
    {                                                                                              \
        text, OPTION_FROM_TABLE(SOURCE_TABLE, holder, at), .group = (number)                       \
    }
#define SOURCE_OPTIONS(holder, at, number)                                                         \
    {"label-column", OPTION_FROM_TABLE(SOURCE_TABLE, holder, at), .group = (number),               \
     .common = true},                                                                              \
        SOURCE_OPTION("regression", holder, at, number),                                           \
        SOURCE_OPTION("multi-label", holder, at, number),                                          \
        SOURCE_OPTION("header", holder, at, number),                                               \
        SOURCE_OPTION("separator", holder, at, number),                                            \
        SOURCE_OPTION("missing", holder, at, number), SOURCE_OPTION("values", holder, at, number), \
        SOURCE_OPTION("words", holder, at, number), SOURCE_OPTION("ignore", holder, at, number),   \
        SOURCE_OPTION("keep", holder, at, number), SOURCE_OPTION("size", holder, at, number),      \
        SOURCE_OPTION("color", holder, at, number),                                                \
        SOURCE_OPTION("transpose", holder, at, number), SOURCE_OPTION("test", holder, at, number), \
        SOURCE_OPTION("test-seed", holder, at, number),                                            \
        SOURCE_OPTION("limit", holder, at, number),                                                \
        SOURCE_OPTION("memory-limit", holder, at, number)

/* What a model remembers of its source, so that it need not be given again: the options that are
 * not at their defaults, as a JSON object, or NULL where memory is out; the caller owns the
 * reference. Shape and kind of numbers are left out: a model has these elsewhere. */
json_t *source_options_to_json(const struct source_options *options);

/* The value of --separator for one of those that it knows, or NULL. */
const char *source_separator_name(char separator);

/* Fills in a source from the options; progress (NULL: none) shows a bar while it is read. */
void source_init(descent_source *source, const struct source_options *options,
                 struct progress *progress);

/* Overwrites the options with those that a model's file stores about its source. */
enum exit_status source_recall(struct source_options *options, const struct trained_model *trained);

/* Loads a part and takes the bar away. FAILED after saying why; or silently, with the library's
 * status. */
enum exit_status source_load(descent_dataset **dataset, const char *path,
                             const descent_source *source);

descent_status source_try(descent_dataset **dataset, const char *path,
                          const descent_source *source);

/* Training and test part of a data set; NULL where there is no such part. */
enum { SOURCE_PARTS = 2 };
struct source_parts {
    descent_dataset *datasets[SOURCE_PARTS];
};

/* Loads both; one may be missing, but a part that is there must be whole. On failure it says why
 * and returns FAILED or USAGE; the caller frees the parts in any case. */
enum exit_status source_load_parts(struct source_parts *parts, const char *path,
                                   descent_source *source, const struct source_options *options);

/* The same in silence, with the library's status; error says why it failed. */
enum { SOURCE_ERROR_SIZE = 1024 };
descent_status source_try_parts(struct source_parts *parts, const char *path,
                                descent_source *source, char error[SOURCE_ERROR_SIZE]);
void source_free_parts(struct source_parts *parts);

/* The training part, or the test part where there is no other. */
const descent_dataset *source_first_part(const struct source_parts *parts);

/* Whether a data set has the size and the colour that were asked for: IDX files are taken as they
 * are. USAGE after naming the option that has no effect. */
enum exit_status source_check(const descent_source *source, const descent_dataset *dataset);

/* Remembers which of them were given on a command line. */
void source_note_given(struct source_options *options, const struct option_table *table,
                       const struct option_arguments *arguments);

/* USAGE after naming an option that was given and has no effect on these data: one for CSV files on
 * others, or one for a split where the data have a test part of their own (has_test says whether
 * there is a test part). */
enum exit_status source_check_effects(const struct source_options *options,
                                      const descent_dataset *dataset, bool has_test);

/* The same for what is no data set: none has an effect. */
enum exit_status source_check_none(const struct source_options *options, const char *path);

/* From here on the source has to go with a data set: classes, numbers, size of images. The data set
 * must outlive the source. */
void source_follow(descent_source *source, const descent_dataset *dataset);

/* The same for a model, which must outlive the source as well. USAGE where the source asks for
 * other numbers than the model was trained on. */
enum exit_status source_follow_model(descent_source *source, const struct trained_model *trained);

/* Reads the text of --augment. USAGE after telling what is wrong. */
enum exit_status source_augment_read(descent_augment *augment, const char *text);

#endif

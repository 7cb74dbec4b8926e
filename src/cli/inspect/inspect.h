/*
 * What `inspect` can look into. Each function prints text or, with json, makes an object; on
 * failure it says why and returns FAILED.
 */
#ifndef DESCENT_CLI_INSPECT_H
#define DESCENT_CLI_INSPECT_H

#include "cli/base/cli.h"
#include "cli/base/source.h"
#include "cli/base/statistics.h"
#include "cli/plot/page.h"

#include <descent/augment.h>
#include <descent/checkpoint.h>
#include <jansson.h>

/* A safetensors file: a checkpoint, a model, or anything else. json is NULL for text; else the
 * caller owns *json, which is NULL where memory is out or a text is not UTF-8: cli_print_json()
 * reports it. weights, if not NULL, is where a model's first layer is drawn; FAILED for another
 * file. */
enum exit_status inspect_file(const char *path, const struct page_target *weights, json_t **json);
enum exit_status inspect_checkpoint(const char *path, const descent_safetensors *file,
                                    json_t **json);

/* How data sets are read and shown. */
struct inspect_options {
    struct source_options source;
    char *sheet, *weights; /* contact sheets to be written, or NULL */
    struct figure_look look;
    bool json;
    char *augment_text; /* how the samples on it are augmented, or NULL */
    descent_augment augment;
};

/* Both parts of the data set at a path. */
enum exit_status inspect_data(const char *path, const struct inspect_options *options,
                              json_t **json);

/* The columns of a table, of whose parts `first` is one and `test` the other or NULL: nothing, and
 * null, for other data. */
enum exit_status inspect_print_columns(const descent_dataset *first, const descent_dataset *test);
json_t *inspect_columns_json(const descent_dataset *first, const descent_dataset *test);

/* Samples that are in the data more than once. */
struct duplicates {
    size_t across;   /* test samples that are in the training part too */
    size_t train;    /* training samples that repeat an earlier one */
    size_t test;     /* test samples that repeat an earlier one */
    size_t labelled; /* of all these, the ones that have another label there */
};

/* Counts samples with the same numbers; either part may be NULL. FAILED after saying why. */
enum exit_status duplicates_find(struct duplicates *duplicates, const descent_dataset *train,
                                 const descent_dataset *test);

/* What a sheet of samples shows. */
struct sheet_samples {
    const struct inspect_options *options;
    const char *data; /* the path */
    const char *part; /* of it, such as "train" */
    double low, high; /* its numbers */
};

/* Writes options->sheet: ten samples of each of at most fifty classes, or with an augmentation one
 * of each of at most ten, with the names of the classes and how many samples they have. FAILED
 * after naming the data where they are no images. */
enum exit_status inspect_save_sheet(const descent_dataset *dataset,
                                    const struct sheet_samples *what);

/* Writes the weights of the first layer as pictures. FAILED where samples are no images.
 */
enum exit_status inspect_save_weights(const struct trained_model *trained,
                                      const struct page_target *target);

/* A list of tensors with their statistics, the same for all kinds of files. */
struct tensor_row {
    char name[64]; /* cut */
    const char *kind;
    descent_shape shape;
    struct statistics statistics;
    bool measured; /* whether it has these: whole numbers have none */
};

struct tensor_list {
    const char *kind; /* what the rows' kind is: "activation" or "type" */
    size_t count;
    struct tensor_row *rows;
};

/* The tensors of a model, as they are called in its file; those of any file. The caller frees rows.
 */
enum exit_status tensor_list_of_model(struct tensor_list *list, const descent_model *model);
enum exit_status tensor_list_of_file(struct tensor_list *list, const descent_safetensors *file);

enum exit_status tensor_list_print(const struct tensor_list *list);
json_t *tensor_list_json(const struct tensor_list *list);

/* A cell with a text, cut where it is too long to be read: means of many features, for one. */
struct table;
void inspect_add_text(struct table *table, const char *text);

/* A file's metadata. */
enum exit_status inspect_print_metadata(const descent_safetensors *file);
json_t *inspect_metadata_json(const descent_safetensors *file);

#endif

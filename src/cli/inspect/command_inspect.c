/*
 * descent inspect: what a file, a run folder or a data set holds.
 */
#include "cli/base/lines.h"
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/run.h"
#include "cli/base/source.h"
#include "cli/inspect/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the weights of a model go: --sheet alone has them as well. */
static const char *picture_of(const struct inspect_options *options)
{
    return options->weights != NULL ? options->weights : options->sheet;
}

/* One of a run's files, if it is there; with json, below its key. */
static enum exit_status inspect_part(const char *folder, const char *name,
                                     const struct inspect_options *options, const char *key,
                                     json_t *json, bool *found)
{
    const struct page_target target = {picture_of(options), &options->look};
    bool draws = strcmp(name, RUN_MODEL) == 0 && target.path != NULL;
    struct run_path path = run_file(folder, name);
    if (!path_is_there(path.text)) {
        return DONE;
    }
    CLI_TRY(source_check_none(&options->source, folder));
    if (*found && json == NULL) {
        printf("\n");
    }
    *found = true;
    if (json == NULL) {
        return inspect_file(path.text, draws ? &target : NULL, NULL);
    }
    json_t *part = NULL;
    CLI_TRY(inspect_file(path.text, draws ? &target : NULL, &part));
    return json_object_set_new(json, key, part) == 0 ? DONE : cli_print_json(NULL);
}

/* Both files of a run; *found says whether the folder has one. */
static enum exit_status inspect_run(const char *folder, const struct inspect_options *options,
                                    json_t **json, bool *found)
{
    json_t *object = NULL;
    *found = false;
    if (json != NULL) {
        *json = object = json_pack("{s:s, s:s}", "kind", "run", "folder", folder);
        CLI_TRY(object != NULL ? DONE : cli_print_json(NULL));
    }
    CLI_TRY(inspect_part(folder, RUN_MODEL, options, "model", object, found));
    bool model = *found;
    CLI_TRY(inspect_part(folder, RUN_CHECKPOINT, options, "checkpoint", object, found));
    if (*found && !model && picture_of(options) != NULL) {
        return cli_failed("%s: expected a model whose weights are drawn, found none yet", folder);
    }
    return DONE;
}

static enum exit_status inspect_found(const char *path, const struct inspect_options *options,
                                      json_t **json)
{
    if (options->weights != NULL) {
        return cli_usage("--weights shows a model's first layer: expected a model or a run, found "
                         "the data set \"%s\"; --sheet shows samples",
                         path);
    }
    return inspect_data(path, options, json);
}

static enum exit_status inspect_data_named(const char *name, const struct inspect_options *options,
                                           json_t **json)
{
    char *folder = cli_data_find(name);
    enum exit_status status = folder != NULL ? inspect_found(folder, options, json) : FAILED;
    free(folder);
    return status;
}

static enum exit_status inspect(const char *name, const struct inspect_options *options,
                                json_t **json)
{
    bool exists = path_is_there(name), folder = path_is_folder(name);
    bool run = false;
    if (folder) {
        CLI_TRY(inspect_run(name, options, json, &run));
    }
    if (run) {
        return DONE;
    }
    if (json != NULL) {
        json_decref(*json);
        *json = NULL;
    }
    if (exists && !folder && !descent_dataset_is_csv(name) && !descent_dataset_is_array(name)) {
        CLI_TRY(source_check_none(&options->source, name));
        const struct page_target target = {picture_of(options), &options->look};
        return inspect_file(name, target.path != NULL ? &target : NULL, json);
    }
    if (!exists && (strchr(name, '/') != NULL || strstr(name, ".safetensors") != NULL)) {
        return cli_failed("%s: no such file or folder", name);
    }
    return inspect_data_named(name, options, json);
}

static enum exit_status run_inspect(const char *name, const struct inspect_options *options)
{
    json_t *json = NULL;
    const char *picture = picture_of(options);
    enum exit_status status = inspect(name, options, options->json ? &json : NULL);
    if (status == DONE && picture != NULL) {
        lines_print_whole(stderr, "%s written", picture);
    }
    if (status == DONE && options->json) {
        return cli_print_json(json);
    }
    json_decref(json);
    return status;
}

enum { INSPECTION, DATA };

static const char *const groups[] = {[INSPECTION] = "Options:", [DATA] = "Data:"};

#define AT(kind, member) OPTION_AT(kind, struct inspect_options, member)

static bool has_sheet(const void *values)
{
    return ((const struct inspect_options *)values)->sheet != NULL;
}

static bool draws_picture(const void *values)
{
    return picture_of(values) != NULL;
}

static const struct option rows[] = {
    OPTION_JSON(struct inspect_options, INSPECTION),
    {"sheet", AT(TEXT, sheet), .common = true, .value = "FILE",
     .help = "Write ten samples of each class as a picture (.png, .svg, .pdf), with names and "
             "counts"},
    {"weights", AT(TEXT, weights), .common = true, .value = "FILE",
     .help = "Write a model's first layer as a picture: the weights of each unit, blue below 0, "
             "red above"},
    {"augment", AT(TEXT, augment_text), .common = true, .value = "SPEC", .applies = has_sheet,
     .only = "with --sheet",
     .help = "Show how train --augment changes images; with --sheet: one sample of each class as "
             "it is, and nine times changed"},
    FIGURE_LOOK_OPTIONS(struct inspect_options, INSPECTION, draws_picture, draws_picture,
                        "with --sheet or --weights"),
    SOURCE_OPTIONS(struct inspect_options, source, DATA),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "FILE|RUN|DATA", .run_files = true,
    .about = "Of a model: layers, parameters, names, preparation, and whether its checksum is "
             "right. Of a checkpoint: how far its run got. Of data: counts, classes, ranges, "
             "columns and duplicates.",
    .operands =
        "FILE is a model or a checkpoint (.safetensors), RUN a run folder. DATA is " SOURCE_KINDS,
    .examples = {
        {"descent inspect models/digits/model.safetensors", "Layers, classes, preparation."},
        {"descent inspect digits --sheet digits.png", "Draws samples of each class."},
        {"descent inspect wine.csv", "Columns, classes, and duplicates of a table."},
    });

static enum exit_status check_pictures(const struct inspect_options *options)
{
    if (options->sheet != NULL && options->weights != NULL) {
        return cli_usage("--sheet and --weights: expected one of them, found both");
    }
    CLI_TRY(options->sheet != NULL ? page_check("--sheet", options->sheet, false) : DONE);
    return options->weights != NULL ? page_check("--weights", options->weights, false) : DONE;
}

static enum exit_status run(struct inspect_options *options, struct option_arguments *arguments,
                            int argc, const char **argv)
{
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, options));
    source_note_given(&options->source, &TABLE, arguments);
    CLI_TRY(option_check_effects(&TABLE, arguments, options));
    CLI_TRY(check_pictures(options));
    if (options->augment_text != NULL) {
        CLI_TRY(source_augment_read(&options->augment, options->augment_text));
    }
    if (arguments->rest[0] == NULL || arguments->rest[1] != NULL) {
        return cli_usage("inspect: expected one file, run folder or data set");
    }
    return run_inspect(arguments->rest[0], options);
}

const struct option_table *command_inspect_options(void)
{
    return &TABLE;
}

enum exit_status command_inspect(int argc, const char **argv)
{
    struct inspect_options options = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = run(&options, &arguments, argc, argv);
    option_free(&TABLE, &arguments, &options);
    return status;
}

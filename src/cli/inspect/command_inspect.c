/*
 * descent inspect: what a file, a run folder or a data set holds.
 */
#include "cli/base/data.h"
#include "cli/base/record.h"
#include "cli/base/run.h"
#include "cli/inspect/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Calls a function on one of a run's files, if it is there. */
static enum exit_status inspect_part(const char *folder, const char *name, json_t *object,
                                     bool *found)
{
    char path[PATH_MAX + 32];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (stat(path, &status) != 0) {
        return DONE;
    }
    if (*found && object == NULL) {
        printf("\n");
    }
    *found = true;
    json_t *part = object != NULL ? json_object() : NULL;
    enum exit_status result = inspect_file(path, part);
    if (object != NULL) {
        json_object_set_new(object, strcmp(name, RUN_MODEL) == 0 ? "model" : "checkpoint", part);
    }
    return result;
}

/* Both files of a run; *found tells whether the folder has one. */
static enum exit_status inspect_run(const char *folder, json_t *object, bool *found)
{
    *found = false;
    enum exit_status status = inspect_part(folder, RUN_MODEL, object, found);
    if (status == DONE) {
        status = inspect_part(folder, RUN_CHECKPOINT, object, found);
    }
    if (*found && object != NULL) {
        json_object_set_new(object, "kind", json_string("run"));
        json_object_set_new(object, "folder", json_string(folder));
    }
    return status;
}

static enum exit_status inspect_data_named(const char *name, const struct inspect_options *options,
                                           json_t *object)
{
    char *folder = cli_data_find(name);
    enum exit_status status = folder != NULL ? inspect_data(folder, options, object) : FAILED;
    free(folder);
    return status;
}

/* FAILED where a sheet is asked of something else. */
static enum exit_status refuse_sheet(const char *name, const struct inspect_options *options)
{
    return options->sheet == NULL
               ? DONE
               : cli_failed("%s: --sheet shows samples: expected a data set, found something else",
                            name);
}

static enum exit_status inspect(const char *name, const struct inspect_options *options,
                                json_t *object)
{
    struct stat status;
    bool exists = stat(name, &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) {
        bool found;
        enum exit_status result = inspect_run(name, object, &found);
        if (found) {
            return result == DONE ? refuse_sheet(name, options) : result;
        }
        return inspect_data_named(name, options, object);
    }
    if (exists && !descent_dataset_is_csv(name)) {
        enum exit_status result = refuse_sheet(name, options);
        return result == DONE ? inspect_file(name, object) : result;
    }
    if (!exists && (strchr(name, '/') != NULL || strstr(name, ".safetensors") != NULL)) {
        return cli_failed("%s: no such file or folder", name);
    }
    return inspect_data_named(name, options, object);
}

static enum exit_status run_inspect(const char *name, const struct inspect_options *options)
{
    json_t *object = options->json ? json_object() : NULL;
    enum exit_status status = inspect(name, options, object);
    if (status == DONE && options->json) {
        return cli_print_json(object);
    }
    json_decref(object);
    return status;
}

enum { INSPECTION, DATA };

static const char *const groups[] = {[INSPECTION] = "Options:", [DATA] = "Data:"};

#define AT(kind, member) OPTION_AT(kind, struct inspect_options, member)

static bool has_sheet(const void *values)
{
    return ((const struct inspect_options *)values)->sheet != NULL;
}

static const struct option rows[] = {
    OPTION_JSON(struct inspect_options, INSPECTION),
    {"sheet", AT(TEXT, sheet), .value = "FILE",
     .help = "Write ten samples of each class of a data set as one picture (PNG)"},
    {"augment", AT(TEXT, augment_text), .value = "SPEC", .applies = has_sheet,
     .only = "with --sheet",
     .help = "With --sheet: show one sample of each class as it is, and nine times as train "
             "--augment would change it"},
    SOURCE_OPTIONS(struct inspect_options, source, DATA),
};

static const struct option_table TABLE =
    OPTION_TABLE(rows, groups, "FILE|RUN|DATA", "descent inspect models/digits/model.safetensors");

static enum exit_status run(struct inspect_options *options, struct option_arguments *arguments,
                            int argc, const char **argv)
{
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, options));
    CLI_TRY(option_check_effects(&TABLE, arguments, options));
    if (options->augment_text != NULL) {
        CLI_TRY(source_augment_read(&options->augment, options->augment_text));
    }
    if (arguments->rest[0] == NULL || arguments->rest[1] != NULL) {
        return cli_usage("inspect: expected one file, run folder or data set; see descent inspect "
                         "--help");
    }
    return run_inspect(arguments->rest[0], options);
}

enum exit_status command_inspect(int argc, const char **argv)
{
    struct inspect_options options = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = run(&options, &arguments, argc, argv);
    option_free(&TABLE, &arguments, &options);
    return status;
}

/*
 * descent data: the data sets that are there, and how to get those that are not.
 */
#include "cli/base/controls.h"
#include "cli/base/data_names.h"
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct data_options {
    bool json;
    bool names;
};

/* A data set that is there: numbers are NaN where it has none; error says why one cannot be read.
 */
struct row {
    const char *name, *folder;
    double train, test, classes, targets;
    descent_shape shape;
    char error[SOURCE_ERROR_SIZE];
};

struct list {
    struct data_names names;
    struct row *rows, *broken; /* each has room for all names */
    size_t row_count, broken_count;
};

#define AT(kind, member) RECORD_MEMBER(kind, struct row, member)

static const struct record_field FIELDS[] = {
    {"name", AT(TEXT, name), .heading = "name"},
    {"train", AT(WHOLE, train), .heading = "training", .text = text_whole},
    {"test", AT(WHOLE, test), .heading = "test", .text = text_whole},
    {"shape", AT(SHAPE, shape), .heading = "shape"},
    {"classes", AT(WHOLE, classes), .heading = "classes", .format = "%.0f"},
    {"targets", AT(WHOLE, targets), .heading = "targets", .format = "%.0f", .optional = true},
    {"folder", AT(TEXT, folder), .heading = "folder"},
};
static const struct record ROW = RECORD(struct row, FIELDS);

static const struct record_field BROKEN_FIELDS[] = {
    {"name", AT(TEXT, name)},
    {"folder", AT(TEXT, folder)},
    {"error", AT(CHARS, error)},
};
static const struct record BROKEN = RECORD(struct row, BROKEN_FIELDS);

static double count_of(const descent_dataset *dataset)
{
    return dataset != NULL ? (double)descent_dataset_count(dataset) : NAN;
}

static void describe(struct row *row, const struct source_parts *parts)
{
    const descent_dataset *first = source_first_part(parts);
    bool regression = descent_dataset_outputs(first) > 0;
    row->train = count_of(parts->datasets[DESCENT_PART_TRAIN]);
    row->test = count_of(parts->datasets[DESCENT_PART_TEST]);
    row->shape = *descent_dataset_shape(first);
    row->classes = regression ? NAN : (double)descent_dataset_classes(first);
    row->targets = regression ? (double)descent_dataset_outputs(first) : NAN;
}

/* A set without a training part is there for evaluation, and told of as well. Other folders may lie
 * beside data sets: they hold nothing that looks like one. */
static enum exit_status add_row(struct list *list, const struct data_name *name,
                                struct progress *display)
{
    struct source_options options = {0};
    struct source_parts parts = {{NULL}};
    struct row row = {.name = name->name, .folder = name->folder};
    descent_source source;
    CLI_TRY(option_defaults(&SOURCE_TABLE, &options));
    source_init(&source, &options, display);
    descent_status status = source_try_parts(&parts, name->folder, &source, row.error);
    if (status == DESCENT_OK) {
        describe(&row, &parts);
        list->rows[list->row_count++] = row;
    }
    bool whole = status == DESCENT_OK && parts.datasets[DESCENT_PART_TRAIN] != NULL;
    bool other = status == DESCENT_ERROR_NOT_FOUND && !data_holds_part(name->folder);
    if (!whole && !other) {
        controls_remove(row.error);
        list->broken[list->broken_count++] = row;
    }
    source_free_parts(&parts);
    option_free_values(&SOURCE_TABLE, &options);
    return status == DESCENT_ERROR_MEMORY ? cli_failed("%s", row.error) : DONE;
}

static enum exit_status fill(struct list *list)
{
    CLI_TRY(data_names_list(&list->names));
    struct progress display = progress_create(false);
    list->rows = calloc(list->names.count + 1, sizeof *list->rows);
    list->broken = calloc(list->names.count + 1, sizeof *list->broken);
    if (list->rows == NULL || list->broken == NULL) {
        return cli_failed("out of memory for %zu data sets", list->names.count);
    }
    for (size_t i = 0; i < list->names.count; i++) {
        CLI_TRY(add_row(list, &list->names.names[i], &display));
    }
    return DONE;
}

static bool is_there(const struct list *list, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < list->row_count; i++) {
        found = found || strcmp(list->rows[i].name, name) == 0;
    }
    for (size_t i = 0; i < list->broken_count; i++) {
        found = found || strcmp(list->broken[i].name, name) == 0;
    }
    return found;
}

static enum exit_status print_text(const struct list *list)
{
    struct data_places places;
    if (list->row_count > 0) {
        CLI_TRY(record_print(&ROW, list->rows, list->row_count));
        putchar('\n');
    }
    for (size_t i = 0; i < list->broken_count; i++) {
        printf("broken      %s\n", list->broken[i].error);
    }
    for (const struct data_known *known = DATA_KNOWN; known->name != NULL; known++) {
        if (!is_there(list, known->name)) {
            lines_print(stdout, "not there   %s: %s", known->name, known->how);
        }
    }
    data_places_list(&places);
    for (size_t i = 0; i < places.count; i++) {
        printf("%-10s  %s\n", i == 0 ? "looked in" : "", places.folders[i]);
    }
    return DONE;
}

static enum exit_status print_json(const struct list *list)
{
    struct data_places places;
    json_t *missing = json_array(), *folders = json_array();
    for (const struct data_known *known = DATA_KNOWN; known->name != NULL; known++) {
        if (!is_there(list, known->name)) {
            cli_json_append(&missing,
                            json_pack("{s:s, s:s}", "name", known->name, "get", known->how));
        }
    }
    data_places_list(&places);
    for (size_t i = 0; i < places.count; i++) {
        cli_json_append(&folders, json_string(places.folders[i]));
    }
    return cli_print_json(json_pack("{s:o, s:o, s:o, s:o}", "data",
                                    record_array(&ROW, list->rows, list->row_count), "broken",
                                    record_array(&BROKEN, list->broken, list->broken_count),
                                    "missing", missing, "places", folders));
}

/* Folders that hold no data set may lie beside them. */
static enum exit_status print_names(struct list *list)
{
    CLI_TRY(data_names_list(&list->names));
    for (size_t i = 0; i < list->names.count; i++) {
        const struct data_name *name = &list->names.names[i];
        if (data_holds_part(name->folder)) {
            controls_remove(name->name);
            puts(name->name);
        }
    }
    return DONE;
}

static enum exit_status print_all(struct list *list, bool json)
{
    CLI_TRY(fill(list));
    return json ? print_json(list) : print_text(list);
}

enum { OUTPUT };

static const char *const groups[] = {[OUTPUT] = "Options:"};

static const struct option rows[] = {
    {"names", OPTION_AT(FLAG, struct data_options, names), .group = OUTPUT,
     .help = "Print the names alone; a line each, without looking into the files"},
    OPTION_JSON(struct data_options, OUTPUT),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "",
    .examples =
        {
            {"descent data", "Lists the data sets, and how to get those that are not there."},
            {"descent data --json", "The same for programs."},
            {"DESCENT_DATA=$HOME/data descent data", "Looks in one more folder first."},
        },
    .about = "Of data sets with one name the one in the first place counts; the places are listed "
             "below the data sets.");

static enum exit_status run(struct data_options *options, struct option_arguments *arguments,
                            int argc, const char **argv)
{
    struct list list = {0};
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, options));
    if (arguments->rest[0] != NULL) {
        return cli_usage(
            "data: expected no argument, found \"%s\"; descent inspect %s looks into it",
            arguments->rest[0], arguments->rest[0]);
    }
    enum exit_status status = options->names ? print_names(&list) : print_all(&list, options->json);
    free(list.rows);
    free(list.broken);
    data_names_free(&list.names);
    return status;
}

const struct option_table *command_data_options(void)
{
    return &TABLE;
}

enum exit_status command_data(int argc, const char **argv)
{
    struct data_options options = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = run(&options, &arguments, argc, argv);
    option_free(&TABLE, &arguments, &options);
    return status;
}

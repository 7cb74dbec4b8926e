/*
 * descent convert: any source as IDX files or as CSV, in a new folder that appears when it is
 * complete.
 */
#include "cli/base/left_aside.h"
#include "cli/base/source.h"
#include "cli/base/text.h"
#include "cli/inspect/new_folder.h"

#include <stdlib.h>

struct convert_options {
    struct source_options source;
    bool csv;
    bool force;
    bool quiet;
};

enum { CONVERSION, DATA };

static const char *const groups[] = {[CONVERSION] = "Options:", [DATA] = "Data:"};

#define AT(kind, member) OPTION_AT(kind, struct convert_options, member)

static const struct option rows[] = {
    {"csv", AT(FLAG, csv), .common = true,
     .help = "Write train.csv and test.csv instead of IDX files; they do not store the shape of "
             "images (give --size when reading them)"},
    {"force", 'f', AT(FLAG, force), .common = true, .help = "Replace the data set in the folder"},
    OPTION_QUIET(struct convert_options, CONVERSION),
    SOURCE_OPTIONS(struct convert_options, source, DATA),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "SOURCE FOLDER",
    .about = "Names of classes go along as classes.txt. The new folder can be given wherever DATA "
             "is taken; it appears when it is complete. Files that were ignored are named.",
    .operands = "FOLDER is a new one. SOURCE is " SOURCE_KINDS,
    .examples = {
        {"descent convert photos data/photos", "Images by class become IDX files."},
        {"descent convert photos data/photos --size 32x32 --color",
         "The same in colour, all of one size."},
        {"descent convert digits digits-csv --csv", "Any data become CSV files."},
    });

struct convert {
    struct convert_options options;
    struct progress display;
    struct source_parts parts;
    struct new_folder folder;
};

static enum exit_status load_parts(struct convert *convert, const char *path)
{
    descent_source source;
    source_init(&source, &convert->options.source, &convert->display);
    return source_load_parts(&convert->parts, path, &source, &convert->options.source);
}

static enum exit_status write_parts(struct convert *convert)
{
    descent_format format = convert->options.csv ? DESCENT_FORMAT_CSV : DESCENT_FORMAT_IDX;
    CLI_TRY(new_folder_begin(&convert->folder));
    for (int p = 0; p < SOURCE_PARTS; p++) {
        const descent_dataset *dataset = convert->parts.datasets[p];
        if (dataset != NULL) {
            CLI_TRY_LIBRARY(
                descent_dataset_save(dataset, convert->folder.temporary, (descent_part)p, format));
        }
    }
    return DONE;
}

static void report(struct convert *convert)
{
    static const char *const names[SOURCE_PARTS] = {"training", "test"};
    const descent_dataset *first = source_first_part(&convert->parts);
    char list[128] = "", shape[128], count[TEXT_SIZE];
    for (int p = 0; p < SOURCE_PARTS; p++) {
        const descent_dataset *dataset = convert->parts.datasets[p];
        if (dataset != NULL) {
            text_append(list, sizeof list, "%s%s %s", list[0] != '\0' ? " and " : "",
                        text_count(count, descent_dataset_count(dataset)), names[p]);
        }
    }
    text_shape(shape, sizeof shape, descent_dataset_shape(first));
    size_t outputs = descent_dataset_outputs(first);
    progress_say(&convert->display, "%s: %s samples, %s %s, %zu %s", convert->folder.path, list,
                 shape, descent_values_name(descent_dataset_values(first)),
                 outputs > 0 ? outputs : descent_dataset_classes(first),
                 outputs > 0 ? "numbers to predict" : "classes");
    char left[1024];
    left_aside_list(left, sizeof left, (const descent_dataset *const *)convert->parts.datasets,
                    true);
    if (left[0] != '\0') {
        progress_say(&convert->display, "ignored: %s", left);
    }
}

static enum exit_status run_convert(struct convert *convert, const char *source, const char *folder)
{
    CLI_TRY(new_folder_check(&convert->folder, folder, convert->options.force));
    char *path = cli_data_find(source);
    enum exit_status status = path != NULL ? load_parts(convert, path) : FAILED;
    free(path);
    CLI_TRY(status);
    CLI_TRY(new_folder_end(&convert->folder, write_parts(convert)));
    report(convert);
    return DONE;
}

static enum exit_status run(struct convert *convert, struct option_arguments *arguments, int argc,
                            const char **argv)
{
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, &convert->options));
    source_note_given(&convert->options.source, &TABLE, arguments);
    const char *const *rest = arguments->rest;
    if (rest[0] == NULL || rest[1] == NULL || rest[2] != NULL) {
        return cli_usage("convert: expected DATA and a new folder");
    }
    if (!data_is_there(rest[0]) && data_is_there(rest[1])) {
        return cli_usage("convert: DATA comes first, found \"%s\" behind \"%s\"", rest[1], rest[0]);
    }
    convert->display = progress_create(convert->options.quiet);
    return run_convert(convert, rest[0], rest[1]);
}

const struct option_table *command_convert_options(void)
{
    return &TABLE;
}

enum exit_status command_convert(int argc, const char **argv)
{
    struct convert convert = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = run(&convert, &arguments, argc, argv);
    source_free_parts(&convert.parts);
    option_free(&TABLE, &arguments, &convert.options);
    return status;
}

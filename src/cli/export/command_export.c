/*
 * descent export: a trained network for programs without this library.
 */
#include "cli/base/interrupt.h"
#include "cli/base/option.h"
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/run.h"
#include "cli/base/text.h"
#include "cli/export/export.h"

#include <descent/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUTS, OPTIONS, GROUPS };

static const char *const groups[GROUPS] = {[OUTPUTS] = "Outputs:", [OPTIONS] = "Options:"};

#define AT(kind, member) OPTION_AT(kind, struct export_options, member)

static bool writes_c(const void *values)
{
    const struct export_options *options = values;
    return options->c != NULL;
}

static bool names_c(const void *values)
{
    const struct export_options *options = values;
    return options->c != NULL || options->header != NULL;
}

static bool writes_page(const void *values)
{
    const struct export_options *options = values;
    return options->html != NULL;
}

static const struct option rows[] = {
    {"c", AT(TEXT, c), .bare = true, .common = true, .value = "FILE", .group = OUTPUTS,
     .help = "Write C99, or C++, that needs no library"},
    {"int8", AT(TEXT, int8), .common = true, .value = "DATA", .group = OUTPUTS, .applies = writes_c,
     .only = "with --c FILE", .help = "Round it to 8 bits, by ranges found on training DATA"},
    {"header", AT(TEXT, header), .common = true, .value = "FILE", .group = OUTPUTS,
     .help = "Write its header as well"},
    {"html", AT(TEXT, html), .bare = true, .common = true, .value = "FILE", .group = OUTPUTS,
     .help = "Write a page for any browser: a paper to draw on, or a form with the columns"},
    {"onnx", AT(TEXT, onnx), .bare = true, .common = true, .value = "FILE", .group = OUTPUTS,
     .help = "Write a model of ONNX, for whatever runs these"},
    {"name", AT(TEXT, name), .common = true, .value = "NAME", .usual = "that of the file",
     .group = OPTIONS, .applies = names_c, .only = "with --c or --header FILE",
     .help = "What all names in C begin with"},
    {"title", AT(TEXT, title), .value = "TEXT", .usual = "the data's name", .group = OPTIONS,
     .applies = writes_page, .only = "with --html FILE",
     .help = "What stands at the top of the page"},
    {"force", 'f', AT(FLAG, force), .common = true, .group = OPTIONS,
     .help = "Replace files that are there"},
    OPTION_JSON(struct export_options, OPTIONS),
    OPTION_QUIET(struct export_options, OPTIONS),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "MODEL",
    .about = "A file of C has NAME_run(x, y), from a sample's features as they stand in the data "
             "to the answers of predict, and NAME_classify(x). Its numbers are the same to the "
             "bit on every machine and with every compiler. It can be compiled as a program that "
             "tests this: its first lines say how. A page has the network in it and computes those "
             "numbers in any browser, without loading anything.\n\n"
             "A model of ONNX takes features, [batch × columns], as they stand in the data as "
             "well, and gives logits and probabilities, or of numbers outputs.",
    .operands =
        "MODEL is a run folder or a model file. A file without a name is called as the model "
        "is, and lies in the present folder.",
    .examples = {
        {"descent export models/digits --c digits.c",
         "A file of C: digits_run(), digits_classify()."},
        {"descent export models/digits --html",
         "A page to draw digits on, which needs no network."},
        {"descent export models/digits --c net.c --header net.h --name net", "With a header."},
    });

#define PATH(member) offsetof(struct export_options, member)

static const struct export_output outputs[] = {
    {PATH(c), ".c", true, export_c},
    {PATH(header), ".h", true, export_header},
    {PATH(onnx), ".onnx", false, export_onnx},
    {PATH(html), ".html", true, export_page},
};

enum { OUTPUT_COUNT = sizeof outputs / sizeof outputs[0] };

static char **place_of(struct exporting *exporting, size_t i)
{
    return (char **)((char *)&exporting->options + outputs[i].path);
}

static const char *path_of(const struct exporting *exporting, size_t i)
{
    return *(char *const *)((const char *)&exporting->options + outputs[i].path);
}

/* Whether an output computes by reference, which is compared with the engine. */
static bool is_by_reference(const struct exporting *exporting)
{
    bool found = false;
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        found = found || (outputs[i].by_reference && path_of(exporting, i) != NULL);
    }
    return found;
}

/* A file that was not named is called as the model is, and lies here. */
static enum exit_status name_files(struct exporting *exporting)
{
    char name[256], file[300];
    export_stem(name, sizeof name, exporting->path);
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        char **path = place_of(exporting, i);
        if (*path != NULL && **path == '\0') {
            snprintf(file, sizeof file, "%s%s", name, outputs[i].ending);
            free(*path);
            *path = strdup(file);
            CLI_TRY(*path != NULL ? DONE : cli_failed("out of memory for the name %s", file));
        }
    }
    return DONE;
}

/* Whether there is something to write, and all of it can be. */
static enum exit_status check_paths(const struct exporting *exporting)
{
    size_t given = 0;
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        const char *path = path_of(exporting, i);
        if (path != NULL && path_is_there(path) && !exporting->options.force) {
            return cli_failed("%s: the file exists already; --force replaces it", path);
        }
        for (size_t j = 0; j < i; j++) {
            if (path != NULL && text_same(path, path_of(exporting, j))) {
                return cli_usage("export: expected a file for each output, found %s twice", path);
            }
        }
        CLI_TRY_LIBRARY(path != NULL ? descent_file_check(path) : DESCENT_OK);
        given += path != NULL ? 1 : 0;
    }
    return given > 0 ? DONE : cli_usage("export: expected an output, such as --c FILE");
}

static enum exit_status save(const struct exporting *exporting, const struct export_bytes *made)
{
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        const char *path = path_of(exporting, i);
        if (path != NULL) {
            CLI_TRY(interrupt_save(path, made[i].bytes, made[i].size));
        }
    }
    return DONE;
}

/* Threads of musl have 128 KiB of stack, and those of macOS 512 KiB. */
enum { STACK_COMMON = 256 << 10 };

/* What the file of C takes, 0 without one. */
static size_t stack_of(const struct exporting *exporting)
{
    return exporting->options.c != NULL
               ? descent_export_c_stack(exporting->trained.predictor, exporting->int8)
               : 0;
}

static void say_stack(struct exporting *exporting)
{
    char size[TEXT_SIZE];
    size_t stack = stack_of(exporting);
    if (stack > STACK_COMMON) {
        progress_say(&exporting->display,
                     "%s: %s_run() takes %s bytes of stack, more than some threads have",
                     exporting->options.c, exporting->name, text_count(size, stack));
    }
}

static void say(struct exporting *exporting, const struct export_bytes *made)
{
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        char size[TEXT_SIZE];
        if (path_of(exporting, i) != NULL) {
            progress_say(&exporting->display, "%s: %s bytes", path_of(exporting, i),
                         text_count(size, made[i].size));
        }
    }
    say_stack(exporting);
    if (is_by_reference(exporting)) {
        export_say_comparison(exporting);
    }
}

static enum exit_status print_json(const struct exporting *exporting,
                                   const struct export_bytes *made)
{
    json_t *files = json_array();
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        const char *path = path_of(exporting, i);
        if (path != NULL) {
            cli_json_append(
                &files, json_pack("{s:s, s:I}", "file", path, "bytes", (json_int_t)made[i].size));
        }
    }
    return cli_print_json(json_pack("{s:s, s:o, s:I, s:o}", "model", exporting->trained.path,
                                    "files", files, "stack", (json_int_t)stack_of(exporting),
                                    "comparison", export_comparison_json(exporting)));
}

/* All in memory first: what cannot be made leaves no file behind. */
static enum exit_status write_all(struct exporting *exporting, struct export_bytes *made)
{
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        CLI_TRY(path_of(exporting, i) != NULL ? outputs[i].make(&made[i], exporting) : DONE);
    }
    CLI_TRY(cli_check_whole());
    CLI_TRY(save(exporting, made));
    say(exporting, made);
    return exporting->options.json ? print_json(exporting, made) : DONE;
}

static enum exit_status read_arguments(struct exporting *exporting,
                                       struct option_arguments *arguments, int argc,
                                       const char **argv)
{
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, &exporting->options));
    const char *const *rest = arguments->rest;
    if (rest[0] == NULL || rest[1] != NULL) {
        return cli_usage("export: expected one model or run folder");
    }
    CLI_TRY(option_check_effects(&TABLE, arguments, &exporting->options));
    exporting->path = rest[0];
    exporting->display = progress_create(exporting->options.quiet || exporting->options.json);
    CLI_TRY(name_files(exporting));
    return check_paths(exporting);
}

static enum exit_status run(struct exporting *exporting)
{
    CLI_TRY(trained_model_load(&exporting->trained, exporting->path));
    CLI_TRY(export_name(exporting));
    CLI_TRY(export_int8(exporting));
    CLI_TRY(is_by_reference(exporting) ? export_compare(exporting) : DONE);
    struct export_bytes made[OUTPUT_COUNT] = {0};
    enum exit_status status = write_all(exporting, made);
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        free(made[i].bytes);
    }
    return status;
}

const struct option_table *command_export_options(void)
{
    return &TABLE;
}

enum exit_status command_export(int argc, const char **argv)
{
    struct exporting exporting = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = read_arguments(&exporting, &arguments, argc, argv);
    status = status == DONE ? run(&exporting) : status;
    descent_int8_destroy(exporting.int8);
    trained_model_free(&exporting.trained);
    option_free(&TABLE, &arguments, &exporting.options);
    return status;
}

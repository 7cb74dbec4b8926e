/*
 * descent predict: what a model takes images, or rows of a CSV file, for.
 */
#include "cli/base/option.h"
#include "cli/base/text.h"
#include "cli/predict/predict.h"

#include <string.h>
#include <strings.h>

enum { IMAGES, ROWS, OUTPUT, GROUPS };
enum { TOP_IMAGES = 3 };

static const char *const groups[GROUPS] = {
    [IMAGES] = "Images (PNG, JPEG, BMP, PGM, PPM):",
    [ROWS] = "Rows (of a .csv file):",
    [OUTPUT] = "Output:",
};

#define AT(member) .offset = offsetof(struct predict_options, member)

static const struct option own_rows[] = {
    {.name = "as-is",
     .brief = 'a',
     .type = OPTION_FLAG,
     AT(as_is),
     .group = IMAGES,
     .help = "Only resize images to the model's size; else ink is searched, made light on black, "
             "scaled and centred as the digits of MNIST are"},
    {.name = "show",
     .brief = 's',
     .type = OPTION_FLAG,
     AT(show),
     .group = IMAGES,
     .help = "Print what the network sees"},
    {.name = "csv",
     .brief = 'c',
     .type = OPTION_FLAG,
     AT(csv),
     .group = ROWS,
     .help = "Take the file, or the standard input (-), as rows whatever it is called"},
    {.name = "top",
     .brief = 'k',
     .type = OPTION_COUNT,
     AT(top),
     .initial = "auto",
     .range = {1.0, PREDICT_TOP_MAX, false, false},
     .word = "auto",
     .value = "N",
     .group = OUTPUT,
     .help = "Classes to show, the likeliest first; auto is 3 for an image, 1 for a row"},
    {.name = "json",
     .brief = 'j',
     .type = OPTION_FLAG,
     AT(json),
     .group = OUTPUT,
     .help = "Print one JSON object; else a line of text for an image, a line of CSV for a row"},
};

static const struct option_import source_rows[] = {
    {"label-column", ROWS, NULL,
     "Column that holds answers, which is passed over: its name, or its number from 1, or from -1 "
     "at the right end (default: as in training; or else the one called label, class or target)"},
    {"header", ROWS, NULL, NULL},
    {"values", ROWS, NULL,
     "Numbers of a row: bytes are divided by 255, floats are not; auto does as in training"},
    {"regression", ROWS, NULL, "There may be several label columns, with commas between"},
};

enum {
    OWN_ROWS = sizeof own_rows / sizeof own_rows[0],
    SOURCE_ROWS = sizeof source_rows / sizeof source_rows[0]
};

static const struct option_table *predict_table(void)
{
    static struct option rows[OWN_ROWS + SOURCE_ROWS];
    static struct option_table table = {.groups = groups, .group_count = GROUPS};
    option_gather(&table, rows, own_rows, OWN_ROWS, &SOURCE_TABLE, source_rows, SOURCE_ROWS);
    return &table;
}

struct predict {
    struct predict_options options;
    struct option_arguments arguments;
    struct classifier classifier;
    struct predictor predictor;
};

/* Whether files are rows: by their names, or where nothing else can be meant. */
static bool are_rows(const struct predict *predict, const char *const *files)
{
    struct predict_shape shape;
    bool piped = strcmp(files[0], "-") == 0 && !predict_shape_of(&shape, &predict->classifier);
    bool rows = predict->options.csv || piped;
    for (; *files != NULL && !rows; files++) {
        rows = descent_dataset_is_csv(*files);
    }
    return rows;
}

/* The options that were given, over those that the model remembers. */
static enum exit_status init_source(struct predict *predict, descent_source *source)
{
    struct source_options *options = &predict->options.source;
    enum exit_status status = source_recall(options, &predict->classifier);
    if (status == DONE) {
        status = option_apply(predict_table(), &predict->arguments, &predict->options);
    }
    if (status == DONE) {
        status = source_init(source, options, NULL);
    }
    if (status == DONE) {
        source_follow_model(source, &predict->classifier);
    }
    return status;
}

static enum exit_status ask_rows(struct predict *predict, const char *const *files)
{
    descent_source source;
    if (files[1] != NULL) {
        return cli_usage("predict: expected one file of rows, or images; found %s and %s", files[0],
                         files[1]);
    }
    if (predict->options.show || predict->options.as_is) {
        return cli_usage("predict: --show and --as-is are for images, found rows");
    }
    enum exit_status status = init_source(predict, &source);
    return status == DONE ? predict_rows(&predict->predictor, &predict->options, &source, files[0])
                          : status;
}

static enum exit_status ask_images(struct predict *predict, const char *const *files)
{
    struct predict_shape shape;
    if (!predict_shape_of(&shape, &predict->classifier)) {
        char text[128] = "";
        if (predict->classifier.has_shape) {
            text_shape(text, sizeof text, &predict->classifier.shape);
        }
        return cli_failed("%s: expected a model of images, height x width, found one for samples "
                          "of %s%s%zu numbers; give it rows of a .csv file",
                          predict->classifier.path, text, text[0] != '\0' ? " = " : "",
                          predict->predictor.inputs);
    }
    return predict_files(&predict->predictor, &predict->options, files);
}

static enum exit_status run(struct predict *predict, const char *const *arguments)
{
    if (arguments == NULL || arguments[0] == NULL || arguments[1] == NULL) {
        return cli_usage("predict: expected a model and files; see descent predict --help");
    }
    const char *const *files = arguments + 1;
    enum exit_status status = classifier_load(&predict->classifier, arguments[0]);
    if (status != DONE) {
        return status;
    }
    bool rows = are_rows(predict, files);
    size_t top = predict->options.top != 0 ? (size_t)predict->options.top : rows ? 1 : TOP_IMAGES;
    status = predictor_create(&predict->predictor, &predict->classifier, top);
    if (status != DONE) {
        return status;
    }
    return rows ? ask_rows(predict, files) : ask_images(predict, files);
}

enum exit_status command_predict(int argc, const char **argv)
{
    struct predict predict = {0};
    poptContext context =
        cli_options(argc, argv, option_popt_table(predict_table()), "MODEL FILE...",
                    "descent predict models/digits/model.safetensors data/examples/7.png");
    enum exit_status status =
        option_read_all(predict_table(), context, &predict.arguments, &predict.options);
    if (status == DONE) {
        status = run(&predict, poptGetArgs(context));
    }
    predictor_destroy(&predict.predictor);
    classifier_free(&predict.classifier);
    option_free_values(predict_table(), &predict.options);
    option_free_arguments(&predict.arguments);
    poptFreeContext(context);
    return status;
}

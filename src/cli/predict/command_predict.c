/*
 * descent predict: classifies images, rows of a CSV file, or samples, or predicts their numbers.
 */
#include "cli/base/option.h"
#include "cli/base/run.h"
#include "cli/base/text.h"
#include "cli/predict/inputs.h"

#include <string.h>
#include <strings.h>

enum { IMAGES, ROWS, OUTPUT, GROUPS };
enum { TOP_IMAGES = 3 };

static const char *const groups[GROUPS] = {
    [IMAGES] = "Images (PNG, JPEG, BMP, PGM, PPM, or folders of them):",
    [ROWS] = "Rows (of a .csv file):",
    [OUTPUT] = "Output:",
};

#define AT(kind, member) OPTION_AT(kind, struct predict_options, member)
#define OF_SOURCE(name)                                                                            \
    name, OPTION_FROM_TABLE(SOURCE_TABLE, struct predict_options, source), .group = ROWS

static const struct option rows[] = {
    {"as-is", AT(FLAG, as_is), .former = 'a', .group = IMAGES,
     .help = "Only resize images to the model's size; the default for models trained on a folder "
             "of images"},
    {"as-mnist", 'm', AT(FLAG, as_mnist), .common = true, .group = IMAGES,
     .help = "Prepare images as MNIST's digits were: the ink cropped, made light on black, scaled "
             "and centred; the default for models of dark grey images of 28x28 or 8x8 that did not "
             "come from a folder of images"},
    {"show", AT(FLAG, show), .common = true, .former = 's', .group = IMAGES,
     .help = "Print what the network sees"},
    {"csv", 'c', AT(FLAG, csv), .common = true, .group = ROWS,
     .help = "Read FILE as rows, whatever its name; also the standard input (-)"},
    {OF_SOURCE("label-column"),
     .help = "Column of labels, which is ignored: its name or number, -1 for the last (default: as "
             "in training, or else label, class or target)"},
    {OF_SOURCE("header")},
    {OF_SOURCE("separator")},
    {OF_SOURCE("missing")},
    {OF_SOURCE("keep"), .common = true},
    {OF_SOURCE("values"), .help = "How the numbers of a row are read; bytes are divided by 255, "
                                  "floats are not; auto is as in training"},
    {OF_SOURCE("regression"), .help = "There may be several label columns, separated by commas"},
    {"top", 'k', AT(COUNT, top), .common = true, OPTION_FROM_TO(1.0, PREDICT_TOP_MAX),
     .initial = "auto", .word = "auto", .group = OUTPUT,
     .help = "Number of classes to show, the likeliest first; auto is 3 for an image in text, else "
             "1, and all predicted ones where a sample may have several labels"},
    {"probabilities", AT(FLAG, probabilities), .common = true, .former = 'p', .group = OUTPUT,
     .help = "Print the probability of each class; in columns of their own, instead of the "
             "likeliest class"},
    {"columns", AT(TEXT, columns), .common = true, .value = "LIST", .group = OUTPUT,
     .help = "Print only these columns, in this order, as CSV: row, file, kept columns, class, "
             "probability, and the name of a class for its probability; HEADING=NAME renames one"},
    {"out", 'o', AT(TEXT, out), .common = true, .value = "FILE", .group = OUTPUT,
     .help = "Write CSV to this file; the first column is the row number or the image's file"},
    {"layer", AT(COUNT, layer), OPTION_FROM_TO(1.0, DESCENT_LAYERS_MAX), .initial = "last",
     .word = "last", .value = "N", .group = OUTPUT,
     .help = "Print the activations of hidden layer N, counted from 1, instead of predictions"},
    {"threshold", AT(NUMBER, threshold), OPTION_FROM_TO(0.0, 1.0), .initial = "0.5",
     .group = OUTPUT,
     .help = "Probability above which a label, or the second of two classes, is predicted after "
             "--loss binary-cross-entropy"},
    {"reference", AT(FLAG, reference), .group = OUTPUT,
     .help = "Compute by definition, each sum in the order of its inputs, and not on an engine: "
             "slow, and to the bit what export writes"},
    ENGINE_OPTIONS(struct predict_options, engine, OUTPUT),
    {"json", 'j', AT(FLAG, json), .common = true, .group = OUTPUT,
     .help = "Print one JSON object; instead of text for images or CSV for rows and samples"},
    OPTION_QUIET(struct predict_options, OUTPUT),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "MODEL FILE|FOLDER|DATA...",
    .about = "Samples are prepared as the training data were. A line for each image, CSV for rows. "
             "Pictures of digits from paper are turned light on black, cropped and centred, as "
             "MNIST's were; --show prints what comes of it.",
    .operands = "MODEL is a run folder or a model file; FILE an image, a CSV file, or - for the "
                "standard input; FOLDER holds images; DATA is the name or folder of a data set.",
    .examples = {
        {"descent predict models/digits/model.safetensors data/examples/7.png --show",
         "Classifies an image, and prints what the network sees."},
        {"descent predict models/wine new.csv --out predictions.csv",
         "Writes a row of predictions for each row of a table."},
        {"descent predict models/photos holiday --top 3", "Classifies a folder of images."},
    });

struct predict {
    struct predict_options options;
    struct option_arguments arguments;
    struct trained_model trained;
    struct predictor predictor;
    struct predict_inputs inputs;
};

/* Whether files are rows where no name tells: as an option says, or where nothing else can be
 * meant.
 */
static bool must_be_rows(const struct predict *predict, const char *const *files)
{
    struct predict_shape shape;
    return predict->options.csv ||
           (strcmp(files[0], "-") == 0 && !predict_shape_of(&shape, &predict->trained));
}

/* The options that were given, over those that the model remembers. */
static enum exit_status init_source(struct predict *predict, descent_source *source)
{
    struct source_options *options = &predict->options.source;
    CLI_TRY(source_recall(options, &predict->trained));
    CLI_TRY(option_apply(&TABLE, &predict->arguments, &predict->options));
    source_init(source, options, NULL);
    return source_follow_model(source, &predict->trained);
}

static enum exit_status ask_rows(struct predict *predict)
{
    const struct predict_options *options = &predict->options;
    const char *path = predict->inputs.names[0];
    descent_source source;
    if (options->show || options->as_is || options->as_mnist) {
        return cli_usage("predict: --show, --as-is and --as-mnist are for images, found %s",
                         predict->inputs.kind == PREDICT_ROWS ? "rows" : "samples");
    }
    CLI_TRY(init_source(predict, &source));
    return predict_rows(&predict->predictor, options, &source, path,
                        predict->inputs.kind == PREDICT_SAMPLES);
}

static enum exit_status ask_images(struct predict *predict)
{
    struct predict_shape shape;
    if (!predict_shape_of(&shape, &predict->trained)) {
        char text[128] = "";
        if (predict->trained.has_shape && predict->trained.shape.rank > 1) {
            text_shape(text, sizeof text, &predict->trained.shape);
        }
        return cli_failed("%s: expected a model of images, height x width, found one for samples "
                          "of %s%s%zu numbers; give it rows of a .csv file",
                          predict->trained.path, text, text[0] != '\0' ? " = " : "",
                          predict->predictor.inputs);
    }
    if (predict->options.as_is && predict->options.as_mnist) {
        return cli_usage("predict: expected one of --as-is and --as-mnist, found both");
    }
    if (predict->options.as_mnist && shape.channels != 1) {
        return cli_usage("--as-mnist: expected a model of grey images, found one of colour");
    }
    return predict_files(&predict->predictor, &predict->options,
                         (const char *const *)predict->inputs.names);
}

/* Refuses what was asked for where it has no effect. */
static enum exit_status check_output(const struct predict *predict)
{
    const struct predict_options *options = &predict->options;
    bool given_top = options->top != 0;
    if (options->probabilities && options->layer != 0) {
        return cli_usage("--probabilities has an effect only without --layer");
    }
    if (options->probabilities && !predict->predictor.probabilities) {
        return cli_usage("--probabilities has an effect only with a model of classes that was "
                         "trained with cross-entropy");
    }
    if (given_top && (!predict->predictor.classes || options->probabilities)) {
        return cli_usage("--top has an effect only with a model of classes, without "
                         "--probabilities");
    }
    if (options->json && (options->out != NULL || options->columns != NULL)) {
        return cli_usage("--out and --columns have an effect only without --json");
    }
    if (options->probabilities && options->columns != NULL) {
        return cli_usage("--probabilities has an effect only without --columns");
    }
    if (options->show && (options->json || predict_in_columns(options))) {
        return cli_usage("--show has an effect only without --json, --probabilities, --columns and "
                         "--out");
    }
    return DONE;
}

/* Options of rows have none on images, nor on samples. */
static enum exit_status check_rows(const struct predict *predict)
{
    static const char *const found[PREDICT_KINDS] = {
        [PREDICT_IMAGES] = "images", [PREDICT_SAMPLES] = "samples"};
    enum predict_kind kind = predict->inputs.kind;
    for (size_t i = 0; i < TABLE.count && kind != PREDICT_ROWS; i++) {
        if (rows[i].group == ROWS && predict->arguments.texts[i] != NULL) {
            return cli_usage("--%s has an effect only on rows of a .csv file, found %s",
                             rows[i].name, found[kind]);
        }
    }
    return option_given(&TABLE, &predict->arguments, "regression") &&
                   !option_given(&TABLE, &predict->arguments, "label-column")
               ? cli_usage("--regression has an effect only with --label-column")
               : DONE;
}

/* 0: all labels that hold. */
static size_t top_of(const struct predict *predict)
{
    bool several = predict->inputs.kind == PREDICT_IMAGES && !predict_in_columns(&predict->options);
    return predict->options.top != 0      ? (size_t)predict->options.top
           : predict->trained.multi_label ? 0
           : several                      ? TOP_IMAGES
                                          : 1;
}

/* A column for each probability has them all, and a rank those that do not hold as well. */
static enum exit_status check_threshold(const struct predict *predict)
{
    const struct predict_options *options = &predict->options;
    bool ranked = predict->trained.multi_label && options->top != 0;
    if (!option_given(&TABLE, &predict->arguments, "threshold")) {
        return DONE;
    }
    if (ranked || options->probabilities) {
        return cli_usage("--threshold has an effect only without --%s",
                         ranked ? "top" : "probabilities");
    }
    return trained_model_check_threshold(&predict->trained);
}

/* Reads the arguments, the model, and what kind of samples it is to answer. */
static enum exit_status use_engine(struct predict *predict)
{
    if (predict->options.reference &&
        (option_given(&TABLE, &predict->arguments, "engine") ||
         option_given(&TABLE, &predict->arguments, "instruction-set"))) {
        return cli_usage("--engine and --instruction-set have an effect only without --reference");
    }
    descent_predictor_use_reference(predict->trained.predictor, predict->options.reference);
    return trained_model_use_engine(&predict->trained, &predict->options.engine);
}

static enum exit_status begin(struct predict *predict, int argc, const char **argv)
{
    CLI_TRY(option_read_command(&TABLE, argc, argv, &predict->arguments, &predict->options));
    const char *const *arguments = predict->arguments.rest;
    if (arguments[0] == NULL || arguments[1] == NULL) {
        return cli_usage("predict: expected a model and files, MODEL first");
    }
    const char *const *files = arguments + 1;
    CLI_TRY(run_check_first("predict", "MODEL", arguments));
    CLI_TRY(trained_model_load(&predict->trained, arguments[0]));
    CLI_TRY(use_engine(predict));
    CLI_TRY(predict_inputs_find(&predict->inputs, files, must_be_rows(predict, files)));
    return predict->options.layer != 0
               ? trained_model_stop_at(&predict->trained, predict->options.layer)
               : DONE;
}

static enum exit_status run(struct predict *predict, int argc, const char **argv)
{
    CLI_TRY(begin(predict, argc, argv));
    CLI_TRY(check_threshold(predict));
    CLI_TRY(predictor_create(&predict->predictor, &predict->trained, top_of(predict),
                             predict->options.threshold));
    CLI_TRY(check_output(predict));
    CLI_TRY(check_rows(predict));
    return predict->inputs.kind == PREDICT_IMAGES ? ask_images(predict) : ask_rows(predict);
}

const struct option_table *command_predict_options(void)
{
    return &TABLE;
}

enum exit_status command_predict(int argc, const char **argv)
{
    struct predict predict = {0};
    enum exit_status status = run(&predict, argc, argv);
    predictor_destroy(&predict.predictor);
    predict_inputs_free(&predict.inputs);
    trained_model_free(&predict.trained);
    option_free(&TABLE, &predict.arguments, &predict.options);
    return status;
}

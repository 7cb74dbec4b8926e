/*
 * descent predict: what a model takes images, or rows of a CSV file, for.
 */
#include "option.h"
#include "predict.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP, TOP_IMAGES = 3 };

#define AT(member) .offset = offsetof(struct predict_options, member)

static const struct option rows[] = {
    {.name = "top",
     .brief = 'k',
     .type = OPTION_COUNT,
     AT(top),
     .initial = "auto",
     .range = {1.0, PREDICT_TOP_MAX, false, false},
     .word = "auto",
     .value = "N",
     .help = "Classes to show, the likeliest first; auto is 3"},
    {.name = "as-is",
     .brief = 'a',
     .type = OPTION_FLAG,
     AT(as_is),
     .help = "Only resize images to the model's size: no search for ink, no inversion"},
    {.name = "show",
     .brief = 's',
     .type = OPTION_FLAG,
     AT(show),
     .help = "Print what the network sees"},
    {.name = "json", .brief = 'j', .type = OPTION_FLAG, AT(json), .help = "Print one JSON object"},
};

static const char *const groups[] = {[GROUP] = "Options:"};

static const struct option_table TABLE = {rows, sizeof rows / sizeof rows[0], groups,
                                          sizeof groups / sizeof groups[0]};

/* What is classified together. */
struct predict {
    struct predict_options options;
    struct classifier classifier;
    struct predict_shape shape;
    size_t count; /* files that could be read */
    const char **files;
    uint8_t *pixels; /* [count × height × width × channels] */
    float *outputs;
};

static size_t size_of(const struct predict *predict)
{
    return predict->shape.height * predict->shape.width * predict->shape.channels;
}

/* A file that cannot be read does not keep the others from being classified. */
static enum exit_status read_files(struct predict *predict, const char *const *files)
{
    size_t given = 0;
    while (files[given] != NULL) {
        given++;
    }
    predict->files = calloc(given, sizeof *predict->files);
    predict->pixels = calloc(given, size_of(predict));
    if (predict->files == NULL || predict->pixels == NULL) {
        return cli_failed("out of memory for %zu images", given);
    }
    enum exit_status status = DONE;
    for (size_t i = 0; i < given; i++) {
        uint8_t *pixels = predict->pixels + predict->count * size_of(predict);
        if (predict_image_read(pixels, &predict->shape, files[i], predict->options.as_is) == DONE) {
            predict->files[predict->count++] = files[i];
        } else {
            status = FAILED;
        }
    }
    return status;
}

/* The images as a data set, whose labels nobody asks for. */
static enum exit_status classify(struct predict *predict)
{
    int32_t *labels = calloc(predict->count, sizeof *labels);
    descent_dataset *dataset = NULL;
    const descent_samples samples = {
        .shape = {3, {predict->shape.height, predict->shape.width, predict->shape.channels}},
        .count = predict->count,
        .bytes = predict->pixels,
        .labels = labels,
        .classes = 1,
    };
    enum exit_status status = FAILED;
    if (labels == NULL || descent_dataset_create(&dataset, &samples) != DESCENT_OK) {
        cli_failed("out of memory for %zu images", predict->count);
    } else {
        status = prediction_run(&predict->outputs, &predict->classifier, dataset);
    }
    descent_dataset_destroy(dataset);
    free(labels);
    return status;
}

static enum exit_status print(const struct predict *predict)
{
    size_t classes = descent_model_outputs(predict->classifier.model);
    size_t top = predict->options.top == 0 ? TOP_IMAGES : (size_t)predict->options.top;
    struct predict_results results = {
        .classifier = &predict->classifier,
        .count = predict->count,
        .files = predict->files,
        .pixels = predict->pixels,
        .shape = predict->shape,
        .outputs = predict->outputs,
        .top = top < classes ? top : classes,
        .show = predict->options.show,
    };
    return predict->options.json ? predict_print_json(&results) : predict_print(&results);
}

static enum exit_status predict_images(struct predict *predict, const char *const *files)
{
    enum exit_status status = predict_shape_of(&predict->shape, &predict->classifier);
    if (status != DONE) {
        return status;
    }
    enum exit_status read = read_files(predict, files);
    if (predict->count > 0) {
        status = classify(predict);
        if (status == DONE) {
            status = print(predict);
        }
    }
    return read == DONE ? status : read;
}

static enum exit_status run(struct predict *predict, const char *const *arguments)
{
    if (arguments == NULL || arguments[0] == NULL || arguments[1] == NULL) {
        return cli_usage("predict: expected a model and files; see descent predict --help");
    }
    enum exit_status status = classifier_load(&predict->classifier, arguments[0]);
    return status == DONE ? predict_images(predict, arguments + 1) : status;
}

static void destroy(struct predict *predict)
{
    classifier_free(&predict->classifier);
    free(predict->files);
    free(predict->pixels);
    free(predict->outputs);
    option_free_values(&TABLE, &predict->options);
}

enum exit_status command_predict(int argc, const char **argv)
{
    struct predict predict = {0};
    struct option_arguments arguments = {0};
    poptContext context =
        cli_options(argc, argv, option_popt_table(&TABLE), "MODEL FILE...",
                    "descent predict models/digits/model.safetensors data/examples/*.png");
    option_defaults(&TABLE, &predict.options);
    enum exit_status status = option_parse(&TABLE, context, &arguments);
    if (status == DONE) {
        status = option_apply(&TABLE, &arguments, &predict.options);
    }
    if (status == DONE) {
        status = run(&predict, poptGetArgs(context));
    }
    destroy(&predict);
    option_free_arguments(&arguments);
    poptFreeContext(context);
    return status;
}

/*
 * descent check-gradient: whether the gradient that training follows is that of the loss.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/bench/networks.h"
#include "cli/check/gradient_check.h"
#include "cli/train/options.h"

#include <descent/descent.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TENSORS_MAX = 2 * DESCENT_LAYERS_MAX, DESCRIPTION_SIZE = 1024 };

struct check_options {
    struct train_options train; /* few of them are used */
    char *layers;
    uint64_t elements;
    double difference;
    double tolerance;
    bool json;
};

struct checking {
    struct check_options options;
    descent_model *model;
    struct gradient_check check;
    double loss;
    float *analytic;
    struct gradient_tensor tensors[TENSORS_MAX];
    size_t count;
};

enum { NETWORK, COMPARISON, OUTPUT };

static const char *const groups[] = {
    [NETWORK] = "Network and batch:",
    [COMPARISON] = "Comparison:",
    [OUTPUT] = "Output:",
};

#define AT(kind, member) OPTION_AT(kind, struct check_options, member)
#define TRAIN OPTION_FROM_TABLE(TRAIN_OPTIONS, struct check_options, train), .group = NETWORK

static const struct option rows[] = {
    {"layers", 'L', AT(TEXT, layers), .common = true, .group = NETWORK, .initial = "13-7-5",
     .value = "N-N-N", .help = "Inputs, sizes of the hidden layers, outputs"},
    {"activation", TRAIN, .common = true},
    {"output-activation", TRAIN},
    {"init", TRAIN},
    {"init-deviation", TRAIN},
    {"loss", TRAIN, .common = true, .help = "Loss"},
    {"label-smoothing", TRAIN},
    {"batch", TRAIN, .initial = "8", .word = "", .help = "Random samples"},
    {"seed", TRAIN,
     .help = "Seed of all random choices: weights, samples, and which elements are compared"},
    {"engine", TRAIN, .common = true},
    {"instruction-set", TRAIN},
    {"elements", AT(COUNT, elements), .common = true, OPTION_FROM(1.0), .group = COMPARISON,
     .initial = "200", .help = "Most elements compared of each weight matrix and bias"},
    {"difference", AT(NUMBER, difference), OPTION_RANGE(0.0, 1.0, true, false), .group = COMPARISON,
     .initial = "1e-5", .help = "Distance by which each parameter is moved either way"},
    {"tolerance", AT(NUMBER, tolerance), .common = true, OPTION_RANGE(0.0, 1.0, true, false),
     .group = COMPARISON, .initial = "1e-5",
     .help = "Largest error allowed; relative to the largest gradient of the same matrix or bias"},
    OPTION_JSON(struct check_options, OUTPUT),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "",
    .examples =
        {
            {"descent check-gradient", "Checks a small network of relu units."},
            {"descent check-gradient --layers 20-30-10 --activation tanh --loss mse",
             "Checks another network, with another loss."},
            {"descent check-gradient --batch 64 --elements 1000 --json",
             "Compares more elements on more samples."},
        },
    .about = "The analytic gradient is the library's, in float, as training follows it. The "
             "numeric one comes from central differences of a loss that this command computes by "
             "itself in double precision: a second opinion, and exact to about ten digits, where "
             "differences of float losses would leave three.\n\nrelu and leaky-relu have a kink at "
             "0, where there is no slope: samples close to a kink are drawn again, and elements "
             "whose difference straddles one are skipped and counted.\n\nThe exit status is 1 if "
             "an error is beyond the tolerance, or if a gradient is zero throughout, so that "
             "nothing was compared.");

static enum exit_status read_options(struct check_options *options,
                                     struct option_arguments *arguments, int argc,
                                     const char **argv)
{
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, options));
    CLI_TRY(option_check_effects(&TABLE, arguments, options));
    CLI_TRY(engine_use(&options->train.engine, (descent_engine)options->train.engine.kind));
    return arguments->rest[0] == NULL ? DONE
                                      : cli_usage("check-gradient: expected options only, found "
                                                  "\"%s\"",
                                                  arguments->rest[0]);
}

static enum exit_status create_model(struct checking *checking, descent_model_config *config)
{
    const struct train_options *options = &checking->options.train;
    struct networks networks;
    CLI_TRY(networks_read(&networks, checking->options.layers, 1));
    *config = (descent_model_config){
        .layers = networks.networks[0].layers,
        .activation = (descent_activation)options->activation,
        .output_activation = (descent_activation)options->output_activation,
        .init = (descent_init)options->init,
        .init_deviation = options->init_deviation,
        .seed = options->seed,
    };
    memcpy(config->sizes, networks.networks[0].sizes, sizeof config->sizes);
    CLI_TRY_LIBRARY(descent_model_create(&checking->model, config));
    return DONE;
}

static enum exit_status create_check(struct checking *checking)
{
    const struct check_options *options = &checking->options;
    const struct gradient_check_config config = {
        .loss = {.kind = (descent_loss_kind)options->train.loss,
                 .label_smoothing = options->train.label_smoothing},
        .batch = (size_t)options->train.batch,
        .elements = (size_t)options->elements,
        .difference = options->difference,
        .seed = options->train.seed,
    };
    descent_model_config shape;
    CLI_TRY(create_model(checking, &shape));
    return gradient_check_create(&checking->check, &shape, checking->model, &config);
}

/* The library's gradient for the batch. */
static enum exit_status compute_analytic(struct checking *checking)
{
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.engine = (descent_engine)checking->options.train.engine.kind;
    config.loss = checking->check.config.loss;
    config.batch = checking->check.config.batch;
    const descent_batch batch = gradient_check_batch(&checking->check);
    checking->analytic =
        calloc(descent_model_parameter_count(checking->model), sizeof *checking->analytic);
    if (checking->analytic == NULL) {
        return cli_failed("out of memory for a gradient");
    }
    descent_trainer *trainer;
    bool done = descent_trainer_create(&trainer, checking->model, &config) == DESCENT_OK &&
                descent_trainer_backward(trainer, &batch, batch.n, NULL) == DESCENT_OK &&
                descent_trainer_gradient(trainer, checking->analytic) == DESCENT_OK;
    descent_trainer_destroy(trainer);
    return done ? DONE : cli_library_failed();
}

static void compare(struct checking *checking)
{
    checking->loss = gradient_check_loss(&checking->check);
    for (size_t l = 0; l < descent_model_layers(checking->model); l++) {
        for (int bias = 0; bias < 2; bias++) {
            checking->tensors[checking->count++] =
                gradient_check_compare(&checking->check, l, bias != 0, checking->analytic);
        }
    }
}

/* "[row,column]" of a weight, "[unit]" of a bias. */
static void write_index(char *text, size_t size, const void *row)
{
    const struct gradient_tensor *tensor = row;
    if (tensor->inputs > 0) {
        snprintf(text, size, "[%zu,%zu]", tensor->worst / tensor->inputs,
                 tensor->worst % tensor->inputs);
    } else {
        snprintf(text, size, "[%zu]", tensor->worst);
    }
}

/* "200 of 12,544": a large tensor is compared in part. */
static void write_compared(char *text, size_t size, const void *row)
{
    const struct gradient_tensor *tensor = row;
    char all[TEXT_SIZE];
    snprintf(text, size, "%zu of %s", tensor->checked, text_count(all, tensor->size));
}

#define FIELD(kind, member) RECORD_MEMBER(kind, struct gradient_tensor, member)

static const struct record_field fields[] = {
    {"tensor", FIELD(CHARS, name), .heading = "tensor"},
    {"elements", FIELD(SIZE, size)},
    {"compared", FIELD(SIZE, checked), .heading = "compared", .cell = write_compared},
    {"skipped", FIELD(SIZE, skipped), .heading = "skipped"},
    {"norm_error", FIELD(NUMBER, norm_error)},
    {"worst", FIELD(SIZE, worst), .heading = "worst", .cell = write_index, .align = 'l'},
    {"analytic", FIELD(NUMBER, analytic), .heading = "analytic", .format = "%.6g"},
    {"numeric", FIELD(NUMBER, numeric), .heading = "numeric", .format = "%.6g"},
    {"error", FIELD(NUMBER, worst_error), .heading = "error", .format = "%.2g"},
};

static const struct record TENSOR = RECORD(struct gradient_tensor, fields);

/* The tensor with the largest error; one without a gradient counts as the worst of all. */
static const struct gradient_tensor *find_worst(const struct checking *checking)
{
    const struct gradient_tensor *worst = &checking->tensors[0];
    for (size_t t = 0; t < checking->count; t++) {
        const struct gradient_tensor *tensor = &checking->tensors[t];
        if (isnan(tensor->worst_error)) {
            return tensor;
        }
        worst = tensor->worst_error > worst->worst_error ? tensor : worst;
    }
    return worst;
}

static enum exit_status print(const struct checking *checking)
{
    const struct gradient_check *check = &checking->check;
    const struct gradient_tensor *worst = find_worst(checking);
    char network[DESCRIPTION_SIZE];
    descent_model_describe(checking->model, network, sizeof network);
    if (checking->options.json) {
        return cli_print_json(json_pack(
            "{s:s, s:f, s:I, s:f, s:b, s:s, s:o}", "network", network, "loss", checking->loss,
            "redrawn", (json_int_t)check->redrawn, "tolerance", checking->options.tolerance,
            "passed", (int)(worst->worst_error <= checking->options.tolerance), "worst",
            worst->name, "tensors", record_array(&TENSOR, checking->tensors, checking->count)));
    }
    lines_print(stdout, "%s, %s loss %.6g on %zu random samples (%zu drawn again)\n", network,
                descent_loss_name(check->config.loss.kind), checking->loss, check->config.batch,
                check->redrawn);
    return record_print(&TENSOR, checking->tensors, checking->count);
}

/* The last line of the text, or why it failed. */
static enum exit_status judge(const struct checking *checking)
{
    const struct gradient_tensor *worst = find_worst(checking);
    double tolerance = checking->options.tolerance;
    char index[RECORD_CELL_SIZE];
    write_index(index, sizeof index, worst);
    if (isnan(worst->worst_error)) {
        return cli_failed("%s: expected a gradient to compare, found %s", worst->name,
                          worst->checked == 0 ? "that all elements were skipped at kinks"
                                              : "zero in all elements");
    }
    if (worst->worst_error > tolerance) {
        return cli_failed("%s%s: expected the gradient %.8g, found %.8g: the relative error %.2g "
                          "is beyond the tolerance %g",
                          worst->name, index, worst->numeric, worst->analytic, worst->worst_error,
                          tolerance);
    }
    if (!checking->options.json) {
        lines_print(
            stdout,
            "\nThe gradients agree: the largest error is %.2g, at %s%s; the tolerance is %g.",
            worst->worst_error, worst->name, index, tolerance);
    }
    return DONE;
}

static enum exit_status run(struct checking *checking)
{
    CLI_TRY(create_check(checking));
    CLI_TRY(compute_analytic(checking));
    compare(checking);
    CLI_TRY(print(checking));
    return judge(checking);
}

const struct option_table *command_check_gradient_options(void)
{
    return &TABLE;
}

enum exit_status command_check_gradient(int argc, const char **argv)
{
    struct checking checking = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = read_options(&checking.options, &arguments, argc, argv);
    if (status == DONE) {
        status = run(&checking);
    }
    free(checking.analytic);
    gradient_check_free(&checking.check);
    descent_model_destroy(checking.model);
    option_free(&TABLE, &arguments, &checking.options);
    return status;
}

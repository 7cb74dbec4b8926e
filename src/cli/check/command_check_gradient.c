/*
 * descent check-gradient: whether the gradient that training follows is that of the loss.
 */
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/check/gradient_check.h"
#include "cli/train/options.h"

#include <descent/descent.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TENSORS_MAX = 2 * DESCENT_LAYERS_MAX, INDEX_SIZE = 48 };

struct check_options {
    struct train_options train; /* first, so that its table's rows fit; few of them are used */
    char *layers;
    uint64_t elements;
    double difference;
    double tolerance;
};

struct checking {
    struct check_options options;
    descent_model_config network;
    descent_model *model;
    struct gradient_check check;
    double loss;
    float *analytic;
    struct gradient_tensor tensors[TENSORS_MAX];
    size_t count;
};

enum { NETWORK, COMPARISON, OUTPUT, GROUPS };

static const char *const groups[GROUPS] = {
    [NETWORK] = "Network and batch:",
    [COMPARISON] = "Comparison:",
    [OUTPUT] = "Output:",
};

#define AT(member) .offset = offsetof(struct check_options, member)
#define POSITIVE .range = {.low = 0.0, .high = 1.0, .low_open = true}

static const struct option own_rows[] = {
    {.name = "layers",
     .type = OPTION_TEXT,
     AT(layers),
     .initial = "13-7-5",
     .group = NETWORK,
     .value = "N-N-N",
     .help = "Inputs, sizes of the hidden layers, outputs"},
    {.name = "elements",
     .type = OPTION_COUNT,
     AT(elements),
     .initial = "200",
     .range = {.low = 1.0, .high = OPTION_COUNT_MAX},
     .group = COMPARISON,
     .value = "N",
     .help = "Elements compared of each weight matrix and bias, at most"},
    {.name = "difference",
     .type = OPTION_NUMBER,
     AT(difference),
     .initial = "1e-5",
     POSITIVE,
     .group = COMPARISON,
     .value = "X",
     .help = "How far each parameter is moved either way"},
    {.name = "tolerance",
     .type = OPTION_NUMBER,
     AT(tolerance),
     .initial = "1e-5",
     POSITIVE,
     .group = COMPARISON,
     .value = "X",
     .help = "Largest error allowed, relative to the largest gradient of the same matrix or bias"},
};

static const struct option_import train_rows[] = {
    {"activation", NETWORK, NULL, NULL},
    {"output-activation", NETWORK, NULL, NULL},
    {"init", NETWORK, NULL, NULL},
    {"init-deviation", NETWORK, NULL, NULL},
    {"loss", NETWORK, NULL, "Loss"},
    {"label-smoothing", NETWORK, NULL, NULL},
    {"batch", NETWORK, "8", "Random samples"},
    {"seed", NETWORK, NULL, "Decides weights, samples, and which elements are compared"},
    {"json", OUTPUT, NULL, NULL},
};

enum {
    OWN_ROWS = sizeof own_rows / sizeof own_rows[0],
    TRAIN_ROWS = sizeof train_rows / sizeof train_rows[0]
};

static const char HELP[] =
    "descent check-gradient --layers 20-30-10 --activation tanh --loss mse\n"
    "\n"
    "The analytic gradient is the library's, in float, as training follows it. The numeric one\n"
    "comes from central differences of a loss that this command computes by itself in double\n"
    "precision: a second opinion, and exact to about ten digits, where differences of float\n"
    "losses would leave three. relu and leaky-relu have a kink at 0, where there is no slope:\n"
    "samples that come near to one are drawn anew, and elements whose difference reaches over\n"
    "one are skipped and counted. Exit status 1 if an error is beyond the tolerance, or if a\n"
    "gradient is zero throughout, so that nothing was compared.";

static const struct option_table *check_table(void)
{
    static struct option rows[OWN_ROWS + TRAIN_ROWS];
    static struct option_table table = {.groups = groups, .group_count = GROUPS};
    option_gather(&table, rows, own_rows, OWN_ROWS, &TRAIN_OPTIONS, train_rows, TRAIN_ROWS);
    for (size_t i = 0; i < table.count; i++) {
        rows[i].word = NULL; /* no data of which a batch could be all */
    }
    return &table;
}

/* "13-7-5" is a list of sizes, with dashes where --hidden has commas. */
static enum exit_status read_layers(struct checking *checking)
{
    static const struct option row = {.type = OPTION_SIZES,
                                      .range = {1.0, (double)DESCENT_WIDTH_MAX, false, false}};
    struct option_sizes sizes;
    char text[1024] = "";
    const char *given = checking->options.layers;
    size_t length = strlen(given);
    bool plain = length < sizeof text && strchr(given, ',') == NULL;
    memcpy(text, given, plain ? length : 0);
    for (char *dash = strchr(text, '-'); dash != NULL; dash = strchr(dash, '-')) {
        *dash = ',';
    }
    if (!plain || !option_read(&row, &sizes, text) || sizes.count < 2) {
        return cli_usage("--layers: expected 2 to %d sizes with dashes between, each from 1 to "
                         "%zu, found \"%.200s\"",
                         DESCENT_LAYERS_MAX - 1, DESCENT_WIDTH_MAX, given);
    }
    checking->network.layers = sizes.count - 1;
    memcpy(checking->network.sizes, sizes.sizes, sizes.count * sizeof sizes.sizes[0]);
    return DONE;
}

static enum exit_status read_options(struct checking *checking, int argc, const char **argv)
{
    const struct option_table *table = check_table();
    struct option_arguments arguments = {0};
    struct check_options *options = &checking->options;
    poptContext context = cli_options(argc, argv, option_popt_table(table), "", HELP);
    enum exit_status status = option_read_all(table, context, &arguments, options);
    if (status == DONE) {
        status = option_check_effects(table, &arguments, options);
    }
    if (status == DONE && poptPeekArg(context) != NULL) {
        status =
            cli_usage("check-gradient: expected options only, found \"%s\"", poptPeekArg(context));
    }
    if (status == DONE) {
        status = read_layers(checking);
    }
    option_free_arguments(&arguments);
    poptFreeContext(context);
    return status;
}

static enum exit_status create_model(struct checking *checking)
{
    const struct train_options *options = &checking->options.train;
    descent_model_config *network = &checking->network;
    network->activation = (descent_activation)options->activation;
    network->output_activation = (descent_activation)options->output_activation;
    network->init = (descent_init)options->init;
    network->init_deviation = options->init_deviation;
    network->seed = options->seed;
    bool created = descent_model_create(&checking->model, network) == DESCENT_OK;
    return created ? DONE : cli_library_failed();
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
    return gradient_check_create(&checking->check, &checking->network, checking->model, &config);
}

/* The library's gradient for the batch. */
static enum exit_status compute_analytic(struct checking *checking)
{
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.loss = checking->check.config.loss;
    config.batch = checking->check.config.batch;
    const descent_batch batch = gradient_check_batch(&checking->check);
    checking->analytic =
        calloc(descent_model_parameter_count(checking->model), sizeof *checking->analytic);
    if (checking->analytic == NULL) {
        return cli_failed("out of memory for a gradient");
    }
    descent_trainer *trainer;
    descent_status status = descent_trainer_create(&trainer, checking->model, &config);
    if (status == DESCENT_OK) {
        status = descent_trainer_backward(trainer, &batch, batch.n, NULL);
    }
    if (status == DESCENT_OK) {
        status = descent_trainer_gradient(trainer, checking->analytic);
    }
    descent_trainer_destroy(trainer);
    return status == DESCENT_OK ? DONE : cli_library_failed();
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
static void write_index(char text[INDEX_SIZE], const struct gradient_tensor *tensor)
{
    if (tensor->inputs > 0) {
        snprintf(text, INDEX_SIZE, "[%zu,%zu]", tensor->worst / tensor->inputs,
                 tensor->worst % tensor->inputs);
    } else {
        snprintf(text, INDEX_SIZE, "[%zu]", tensor->worst);
    }
}

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

/* A number of two digits, or a dash where there is none. */
static void add_error(struct table *table, double error)
{
    if (isnan(error)) {
        table_add(table, "-");
    } else {
        table_add(table, "%.2g", error);
    }
}

static enum exit_status print_table(const struct checking *checking)
{
    struct table table = {.alignment = "lrrrrlrrr"};
    static const char *const headings[] = {"tensor",   "elements",      "compared",
                                           "skipped",  "error of norm", "worst",
                                           "analytic", "numeric",       "error"};
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        table_add(&table, "%s", headings[i]);
    }
    for (size_t t = 0; t < checking->count; t++) {
        const struct gradient_tensor *tensor = &checking->tensors[t];
        char index[INDEX_SIZE];
        write_index(index, tensor);
        table_add(&table, "%s", tensor->name);
        table_add(&table, "%zu", tensor->size);
        table_add(&table, "%zu", tensor->checked);
        table_add(&table, "%zu", tensor->skipped);
        add_error(&table, tensor->norm_error);
        table_add(&table, "%s", index);
        table_add(&table, "%.8g", tensor->analytic);
        table_add(&table, "%.8g", tensor->numeric);
        add_error(&table, tensor->worst_error);
    }
    return table_print(&table);
}

static void describe(const struct checking *checking, char *text, size_t size)
{
    descent_model_describe(checking->model, text, size);
    size_t used = strlen(text);
    const struct gradient_check *check = &checking->check;
    snprintf(text + used, size - used, ", %s loss %.6g on %zu random samples (%zu drawn anew)",
             descent_loss_name(check->config.loss.kind), checking->loss, check->config.batch,
             check->redrawn);
}

static enum exit_status print_text(const struct checking *checking)
{
    char text[2048];
    describe(checking, text, sizeof text);
    printf("%s\n\n", text);
    return print_table(checking);
}

static json_t *tensor_json(const struct gradient_tensor *tensor)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:o, s:I, s:f, s:f, s:o}", "tensor", tensor->name,
                     "elements", (json_int_t)tensor->size, "compared", (json_int_t)tensor->checked,
                     "skipped", (json_int_t)tensor->skipped, "norm_error",
                     cli_json_number(tensor->norm_error), "worst", (json_int_t)tensor->worst,
                     "analytic", tensor->analytic, "numeric", tensor->numeric, "error",
                     cli_json_number(tensor->worst_error));
}

static enum exit_status print_json(const struct checking *checking)
{
    char network[1024];
    descent_model_describe(checking->model, network, sizeof network);
    const struct gradient_tensor *worst = find_worst(checking);
    json_t *tensors = json_array();
    for (size_t t = 0; t < checking->count; t++) {
        json_array_append_new(tensors, tensor_json(&checking->tensors[t]));
    }
    return cli_print_json(json_pack(
        "{s:s, s:f, s:I, s:f, s:b, s:s, s:o}", "network", network, "loss", checking->loss,
        "redrawn", (json_int_t)checking->check.redrawn, "tolerance", checking->options.tolerance,
        "passed", (int)(worst->worst_error <= checking->options.tolerance), "worst", worst->name,
        "tensors", tensors));
}

/* The last line of the text, or why it failed. */
static enum exit_status judge(const struct checking *checking)
{
    const struct gradient_tensor *worst = find_worst(checking);
    double tolerance = checking->options.tolerance;
    char index[INDEX_SIZE];
    write_index(index, worst);
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
    if (!checking->options.train.json) {
        printf("\nThe gradients agree: the largest error is %.2g, at %s%s; the tolerance is %g.\n",
               worst->worst_error, worst->name, index, tolerance);
    }
    return DONE;
}

static enum exit_status run(struct checking *checking)
{
    enum exit_status status = create_model(checking);
    if (status == DONE) {
        status = create_check(checking);
    }
    if (status == DONE) {
        status = compute_analytic(checking);
    }
    if (status == DONE) {
        compare(checking);
        status = checking->options.train.json ? print_json(checking) : print_text(checking);
    }
    return status == DONE ? judge(checking) : status;
}

enum exit_status command_check_gradient(int argc, const char **argv)
{
    struct checking checking = {.network = DESCENT_MODEL_DEFAULT};
    enum exit_status status = read_options(&checking, argc, argv);
    if (status == DONE) {
        status = run(&checking);
    }
    free(checking.analytic);
    gradient_check_free(&checking.check);
    descent_model_destroy(checking.model);
    option_free_values(check_table(), &checking.options);
    return status;
}

/*
 * The table of walk's options: rows of its own, and those of train that choose optimizer and
 * schedule.
 */
#include "cli/walk/options.h"

#include "cli/plot/figure.h"

#include <math.h>
#include <string.h>

enum { WALK, OPTIMIZER, SCHEDULING, OUTPUT, GROUPS };

static const char *const groups[GROUPS] = {
    [WALK] = "Walk:",
    [OPTIMIZER] = "Optimizer:",
    [SCHEDULING] = "Schedule of the learning rate, where each step counts as an epoch:",
    [OUTPUT] = "Output:",
};

/* Farther away, squares of squares would leave the range of floats at once. */
#define COORDINATE_MAX 1e6

#define AT(member) .offset = offsetof(struct walk_options, member)

static bool function_is_ravine(const void *values)
{
    const struct walk_function *function = ((const struct walk_options *)values)->function;
    return strcmp(function->name, "ravine") == 0;
}

static const struct option own_rows[] = {
    {.name = "from",
     .type = OPTION_NUMBERS,
     AT(from),
     .range = {.low = -COORDINATE_MAX, .high = COORDINATE_MAX},
     .group = WALK,
     .value = "W or X,Y",
     .help = "Where to start (default: the function's own place)"},
    {.name = "steps",
     .type = OPTION_COUNT,
     AT(steps),
     .initial = "auto",
     .range = {.low = 1.0, .high = WALK_STEPS_MAX},
     .word = "auto",
     .group = WALK,
     .value = "N",
     .help = "Steps; auto is what the function needs"},
    {.name = "condition",
     .type = OPTION_NUMBER,
     AT(condition),
     .initial = "100",
     .range = {.low = 1.0, .high = 1e6},
     .group = WALK,
     .applies = function_is_ravine,
     .only = "with ravine",
     .value = "X",
     .help = "How much steeper the ravine is across than along"},
    {.name = "noise",
     .type = OPTION_NUMBER,
     AT(noise),
     .initial = "0",
     .range = {.low = 0.0, .high = COORDINATE_MAX},
     .group = WALK,
     .value = "X",
     .help = "Deviation of the normal noise added to the gradient, such as minibatches bring"},
    {.name = "compare-lr",
     .type = OPTION_NUMBERS,
     AT(compare),
     .range = {.low = 0.0, .high = OPTION_FLOAT_MAX, .low_open = true},
     .group = OPTIMIZER,
     .value = "X,X",
     .help = "Walk once with each of these learning rates, and compare"},
    FIGURE_OPTIONS(struct walk_options, OUTPUT,
                   "Write the curves as a picture (.png, .svg) or text (.txt) instead of "
                   "drawing them in the terminal",
                   "Table and verdict only"),
};

/* Rows of train, with what is different here. */
static const struct option_import train_rows[] = {
    {"seed", WALK, NULL, "Decides the noise"},
    {"optimizer", OPTIMIZER, "sgd", "Optimizer, without weight decay"},
    {"lr", OPTIMIZER, NULL,
     "Highest learning rate; default is what suits the function for sgd, and 0.1 for the others"},
    {"momentum", OPTIMIZER, NULL, NULL},
    {"nesterov", OPTIMIZER, NULL, NULL},
    {"beta1", OPTIMIZER, NULL, NULL},
    {"beta2", OPTIMIZER, NULL, NULL},
    {"alpha", OPTIMIZER, NULL, NULL},
    {"epsilon", OPTIMIZER, NULL, NULL},
    {"schedule", SCHEDULING, "constant", NULL},
    {"warmup", SCHEDULING, NULL, NULL},
    {"lr-final", SCHEDULING, NULL, NULL},
    {"decay-period", SCHEDULING, NULL, NULL},
    {"decay-factor", SCHEDULING, NULL, NULL},
    {"decay-power", SCHEDULING, NULL, NULL},
    {"restart-factor", SCHEDULING, NULL, NULL},
    {"rise-fraction", SCHEDULING, NULL, NULL},
    {"start-divisor", SCHEDULING, NULL, NULL},
    {"final-divisor", SCHEDULING, NULL, NULL},
    {"plateau-patience", SCHEDULING, NULL, NULL},
    {"plateau-threshold", SCHEDULING, NULL, NULL},
    {"json", OUTPUT, NULL, NULL},
    {"quiet", OUTPUT, NULL, NULL},
};

enum {
    OWN_ROWS = sizeof own_rows / sizeof own_rows[0],
    TRAIN_ROWS = sizeof train_rows / sizeof train_rows[0]
};

static const struct option_table *walk_table(void)
{
    static struct option rows[OWN_ROWS + TRAIN_ROWS];
    static struct option_table table = {.groups = groups, .group_count = GROUPS};
    option_gather(&table, rows, own_rows, OWN_ROWS, &TRAIN_OPTIONS, train_rows, TRAIN_ROWS);
    for (size_t i = 0; i < table.count; i++) {
        rows[i].second_word = NULL; /* no data to search for a learning rate with */
    }
    return &table;
}

/* The example under the help, and behind it the functions. */
static const char *help_text(void)
{
    static char text[2048];
    const struct walk_function *function;
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "descent walk parabola --lr 0.3 --steps 5\n\nFunctions:\n");
    for (size_t i = 0; (function = walk_function(i)) != NULL && used < sizeof text; i++) {
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "  %-10s  %s: %s (%s)\n",
                             function->name, function->formula, function->about, function->source);
    }
    text[strlen(text) - 1] = '\0';
    return text;
}

static enum exit_status read_function(struct walk_options *options, const char *const *rest)
{
    char names[256] = "";
    const struct walk_function *function;
    for (size_t i = 0; (function = walk_function(i)) != NULL; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ", function->name);
    }
    if (rest == NULL || rest[0] == NULL) {
        return cli_usage("walk: expected a function: one of %s", names);
    }
    if (rest[1] != NULL) {
        return cli_usage("walk: expected one function, found \"%s\" and \"%s\"", rest[0], rest[1]);
    }
    options->function = walk_function_find(rest[0]);
    if (options->function == NULL) {
        return cli_usage("walk: expected one of %s; found \"%s\"", names, rest[0]);
    }
    return DONE;
}

/* What no row alone can tell. */
static enum exit_status check(const struct walk_options *options)
{
    const struct walk_function *function = options->function;
    if (options->from.count != 0 && options->from.count != function->dimensions) {
        return cli_usage("--from: expected %zu number%s for %s, found %zu", function->dimensions,
                         function->dimensions == 1 ? "" : "s, as in X,Y,", function->name,
                         options->from.count);
    }
    if (options->compare.count != 0 && options->train.lr != OPTION_AUTO) {
        return cli_usage("--compare-lr brings its own learning rates; leave out --lr");
    }
    enum figure_format format;
    return options->out != NULL ? figure_format_of(&format, options->out) : DONE;
}

static void resolve(struct walk_options *options)
{
    struct train_options *train = &options->train;
    if (train->lr == OPTION_AUTO) {
        train->lr = train->optimizer == DESCENT_OPTIMIZER_SGD ? options->function->lr : 0.1;
    }
    if (options->steps == 0) {
        options->steps = options->function->steps;
    }
    train->weight_decay = 0.0;
    train_options_resolve_steps(train, options->steps);
}

enum exit_status walk_options_read(struct walk_options *options, int argc, const char **argv)
{
    const struct option_table *table = walk_table();
    struct option_arguments arguments = {0};
    poptContext context =
        cli_options(argc, argv, option_popt_table(table), "FUNCTION", help_text());
    enum exit_status status = option_read_all(table, context, &arguments, options);
    if (status == DONE) {
        status = read_function(options, poptGetArgs(context));
    }
    if (status == DONE) {
        status = option_check_effects(table, &arguments, options);
    }
    if (status == DONE) {
        status = check(options);
    }
    if (status == DONE) {
        resolve(options);
    }
    option_free_arguments(&arguments);
    poptFreeContext(context);
    return status;
}

void walk_options_free(struct walk_options *options)
{
    option_free_values(walk_table(), options);
}

struct walk_setup walk_options_setup(const struct walk_options *options, size_t number)
{
    struct walk_setup setup = {
        .function = options->function,
        .condition = options->condition,
        .steps = (size_t)options->steps,
        .optimizer = train_options_optimizer(&options->train),
        .schedule = train_options_schedule(&options->train, options->steps),
        .noise = options->noise,
        .seed = options->train.seed,
    };
    const double *from = options->from.count > 0 ? options->from.numbers : options->function->from;
    memcpy(setup.from, from, sizeof setup.from);
    if (options->compare.count > 0) {
        setup.schedule.lr = options->compare.numbers[number];
    }
    return setup;
}

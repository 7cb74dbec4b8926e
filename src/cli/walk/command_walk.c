/*
 * descent walk: gradient descent on a function that can be seen whole. Optimizer and schedule are
 * options of train, with the same rows.
 */
#include "cli/base/option_help.h"
#include "cli/plot/figure.h"
#include "cli/train/options.h"
#include "cli/walk/map.h"
#include "cli/walk/walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct walk_options {
    struct train_options train; /* few of these are used */
    struct walk_function function;
    struct option_numbers from; /* none: the function's own */
    struct option_numbers compare;
    double condition, slope;
    int map;
    uint64_t steps; /* 0: the function's own */
    double noise;
    char *csv;
    char *out;
    struct figure_look look;
    bool no_plot;
};

enum { WALK, OPTIMIZER, SCHEDULING, OUTPUT, GROUPS };

static const char *const groups[GROUPS] = {
    [WALK] = "Walk:",
    [OPTIMIZER] = "Optimizer:",
    [SCHEDULING] = "Schedule of the learning rate, where each step counts as an epoch:",
    [OUTPUT] = "Output:",
};

/* Farther away no minimum is looked for. */
#define COORDINATE_MAX 1e6

#define AT(kind, member) OPTION_AT(kind, struct walk_options, member)
#define OF_TRAIN(name) name, OPTION_FROM_TABLE(TRAIN_OPTIONS, struct walk_options, train)

static bool function_is(const void *values, const char *name)
{
    return strcmp(((const struct walk_options *)values)->function.example->name, name) == 0;
}

static bool function_is_ravine(const void *values)
{
    return function_is(values, "ravine");
}

static const char *map_name(int index)
{
    static const char *const names[] = {"none", "momentum"};
    return index < 2 ? names[index] : NULL;
}

static bool function_is_line(const void *values)
{
    return function_is(values, "line");
}

static bool draws_picture(const void *values)
{
    return figure_is_picture(((const struct walk_options *)values)->out);
}

static const struct option rows[] = {
    {OF_TRAIN("seed"), .group = WALK, .help = "Decides the noise"},
    {"from", AT(NUMBERS, from), .common = true, OPTION_FROM_TO(-COORDINATE_MAX, COORDINATE_MAX),
     .group = WALK, .value = "W or X,Y",
     .help = "Where to start (default: the function's own place; of a formula 3, or 3,2)"},
    {"steps", AT(COUNT, steps), .common = true, OPTION_FROM_TO(1.0, WALK_STEPS_MAX),
     .initial = "auto", .word = "auto", .group = WALK, .help = "Steps; auto suits the function"},
    {"condition", AT(NUMBER, condition), OPTION_FROM_TO(1.0, 1e6), .initial = "100", .group = WALK,
     .applies = function_is_ravine, .only = "with ravine",
     .help = "Ratio of the ravine's curvatures, across to along"},
    {"map", AT(CHOICE, map), .choice = map_name, .initial = "none", .group = WALK,
     .applies = function_is_ravine, .only = "with quadratic",
     .help = "Show how fast it converges, over learning rate and momentum, in place of a walk"},
    {"slope", AT(NUMBER, slope), OPTION_FROM_TO(-COORDINATE_MAX, COORDINATE_MAX), .initial = "2.5",
     .group = WALK, .applies = function_is_line, .only = "with line",
     .help = "Slope of the line: its gradient, the same everywhere"},
    {"noise", AT(NUMBER, noise), .common = true, OPTION_FROM_TO(0.0, COORDINATE_MAX),
     .initial = "0", .group = WALK,
     .help = "Standard deviation of noise added to the gradient; it is normal, like that of "
             "minibatches"},
    {OF_TRAIN("optimizer"), .group = OPTIMIZER, .initial = "sgd",
     .help = "Optimizer, without weight decay"},
    /* Only one word: there are no data to search for a learning rate with. */
    {OF_TRAIN("lr"), .group = OPTIMIZER, .word = "default",
     .help = "Highest learning rate; default is what suits the function for sgd, and 0.1 for the "
             "others"},
    {OF_TRAIN("momentum"), .common = true, .group = OPTIMIZER},
    {OF_TRAIN("nesterov"), .group = OPTIMIZER},
    {OF_TRAIN("beta1"), .group = OPTIMIZER},
    {OF_TRAIN("beta2"), .group = OPTIMIZER},
    {OF_TRAIN("alpha"), .group = OPTIMIZER},
    {OF_TRAIN("epsilon"), .group = OPTIMIZER},
    {"compare-lr", AT(NUMBERS, compare), .common = true,
     OPTION_RANGE(0.0, OPTION_FLOAT_MAX, true, false), .group = OPTIMIZER,
     .help = "Compare walks with these learning rates"},
    {OF_TRAIN("schedule"), .group = SCHEDULING, .initial = "constant"},
    {OF_TRAIN("warmup"), .group = SCHEDULING},
    {OF_TRAIN("lr-final"), .group = SCHEDULING},
    {OF_TRAIN("decay-period"), .group = SCHEDULING},
    {OF_TRAIN("decay-factor"), .group = SCHEDULING},
    {OF_TRAIN("decay-power"), .group = SCHEDULING},
    {OF_TRAIN("restart-factor"), .group = SCHEDULING},
    {OF_TRAIN("rise-fraction"), .group = SCHEDULING},
    {OF_TRAIN("start-divisor"), .group = SCHEDULING},
    {OF_TRAIN("final-divisor"), .group = SCHEDULING},
    {OF_TRAIN("plateau-patience"), .group = SCHEDULING},
    {OF_TRAIN("plateau-threshold"), .group = SCHEDULING},
    {OF_TRAIN("json"), .group = OUTPUT},
    {OF_TRAIN("quiet"), .group = OUTPUT},
    FIGURE_OPTIONS(struct walk_options, OUTPUT, draws_picture,
                   "Write the curves as a picture (.png, .svg, .pdf) or text (.txt) instead of "
                   "drawing them in the terminal",
                   "Table and verdict only"),
};

static const char *function_name(int i)
{
    const struct walk_example *example = walk_example((size_t)i);
    return example != NULL ? example->name : NULL;
}

static const char *function_about(int i)
{
    static char text[OPTION_HELP_SIZE];
    const struct walk_example *example = walk_example((size_t)i);
    snprintf(text, sizeof text, "%s: %s (%s)", example->formula, example->about, example->source);
    return text;
}

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "FUNCTION",
    .operands = "FUNCTION is a formula in x and y, or in one of them, with + - * / ^, pi, e, sin, "
                "cos, tan, exp, log, sqrt, abs, tanh and the like, or one of these",
    .argument = function_name, .argument_about = function_about,
    .examples = {
        {"descent walk parabola --lr 0.3 --steps 5", "Five steps down a parabola."},
        {"descent walk \"x^2 + 3*y^2\" --from 3,2 --lr 0.1", "A formula of your own."},
        {"descent walk rosenbrock --optimizer adam --out walk.png",
         "Draws a walk over its contours."},
    });

/* A map has no walk: only the learning rate and the momentum of a point on it. */
static enum exit_status check_map(const struct option_arguments *arguments)
{
    static const char *const others[] = {"from",     "steps",      "noise",    "seed",  "optimizer",
                                         "nesterov", "compare-lr", "schedule", "warmup"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (option_given(&TABLE, arguments, others[i])) {
            return cli_usage("--%s has no effect with --map; --lr and --momentum mark a point on "
                             "it",
                             others[i]);
        }
    }
    return DONE;
}

/* What no row alone can tell. */
static enum exit_status check(const struct walk_options *options)
{
    const struct walk_function *function = &options->function;
    if (options->from.count != 0 && options->from.count != function->dimensions) {
        return cli_usage("--from: expected %zu number%s for %s, found %zu", function->dimensions,
                         function->dimensions == 1 ? "" : "s, as in X,Y,",
                         function->own ? function->text : function->example->name,
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
    const struct walk_example *example = options->function.example;
    if (train->lr == OPTION_AUTO) {
        train->lr = train->optimizer == DESCENT_OPTIMIZER_SGD ? example->lr : 0.1;
    }
    if (options->steps == 0) {
        options->steps = example->steps;
    }
    train->weight_decay = 0.0;
    train_options_resolve_steps(train, options->steps);
}

static enum exit_status read_options(struct walk_options *options,
                                     struct option_arguments *arguments, int argc,
                                     const char **argv)
{
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, options));
    CLI_TRY(walk_function_read(&options->function, arguments->rest, options->condition,
                               options->slope));
    CLI_TRY(option_check_effects(&TABLE, arguments, options));
    CLI_TRY(check(options));
    if (options->map != 0) {
        return check_map(arguments);
    }
    resolve(options);
    return DONE;
}

/* What is to be walked; with --compare-lr, the learning rate of that number. */
static struct walk_setup setup_of(const struct walk_options *options, size_t number)
{
    struct walk_setup setup = {
        .function = &options->function,
        .steps = (size_t)options->steps,
        .optimizer = train_options_optimizer(&options->train),
        .schedule = train_options_schedule(&options->train, options->steps),
        .noise = options->noise,
        .seed = options->train.seed,
    };
    const double *from =
        options->from.count > 0 ? options->from.numbers : options->function.example->from;
    memcpy(setup.from, from, sizeof setup.from);
    if (options->compare.count > 0) {
        setup.schedule.lr = options->compare.numbers[number];
    }
    return setup;
}

enum { WALKS_MAX = OPTION_NUMBERS_MAX };

struct walking {
    struct walk_options options;
    size_t count;
    struct walk walks[WALKS_MAX];
};

static enum exit_status walk_all(struct walking *walking)
{
    const struct walk_options *options = &walking->options;
    walking->count = options->compare.count > 0 ? options->compare.count : 1;
    for (size_t r = 0; r < walking->count; r++) {
        struct walk_setup setup = setup_of(options, r);
        if (descent_optimizer_check(&setup.optimizer) != DESCENT_OK ||
            descent_schedule_check(&setup.schedule) != DESCENT_OK) {
            return cli_library_failed();
        }
        CLI_TRY(walk_run(&walking->walks[r], &setup));
    }
    return DONE;
}

static enum exit_status show(const struct walking *walking)
{
    const struct walk_options *options = &walking->options;
    const struct walk *walks = walking->walks;
    bool saved = options->out != NULL || options->csv != NULL;
    if (options->train.json) {
        CLI_TRY(walk_print_json(walks, walking->count));
    } else if (!options->train.quiet || !saved) {
        CLI_TRY(walk_print_text(walks, walking->count));
    }
    if (options->csv != NULL) {
        CLI_TRY(walk_save_csv(walks, walking->count, options->csv));
    }
    bool drawn = options->out != NULL || (!options->train.json && !options->no_plot);
    return drawn ? walk_draw(walks, walking->count, options->out, &options->look,
                             options->train.quiet)
                 : DONE;
}

const struct option_table *command_walk_options(void)
{
    return &TABLE;
}

static enum exit_status show_map(const struct walk_options *options)
{
    const struct train_options *train = &options->train;
    const struct walk_map_setup setup = {
        .condition = options->condition,
        .lr = train->lr == OPTION_AUTO ? NAN : train->lr,
        .momentum = train->momentum,
        .csv = options->csv,
        .out = options->out,
        .look = &options->look,
        .json = train->json,
        .quiet = train->quiet,
        .no_plot = options->no_plot,
    };
    return walk_map(&setup);
}

/* Walks, or maps, once the options are read. */
static enum exit_status run(struct walking *walking)
{
    if (walking->options.map != 0) {
        return show_map(&walking->options);
    }
    CLI_TRY(walk_all(walking));
    return show(walking);
}

/* Whether an argument that begins with one minus is a formula, not the letters of options: these
 * have no parentheses, powers or variables behind them but in the name of a file. */
static bool is_formula(const char *argument)
{
    if (argument[0] != '-' || strchr("-o", argument[1]) != NULL) {
        return false;
    }
    return strchr("wxyWXY", argument[1]) != NULL || strpbrk(argument, "(^*") != NULL ||
           (strpbrk(argument, "wxy") != NULL && strchr("0123456789.", argument[1]) != NULL);
}

/* Puts a formula that begins with a minus behind "--", where it is not taken for an option. The
 * caller frees the array, which is NULL where memory is out. */
static const char **formula_last(int *argc, const char **argv)
{
    const char **ordered = calloc((size_t)*argc + 2, sizeof *ordered);
    const char *formula = NULL;
    int count = 0;
    for (int i = 0; ordered != NULL && i < *argc; i++) {
        if (formula == NULL && i > 0 && is_formula(argv[i]) && strcmp(argv[i - 1], "--") != 0) {
            formula = argv[i];
        } else {
            ordered[count++] = argv[i];
        }
    }
    if (formula != NULL) {
        ordered[count++] = "--";
        ordered[count++] = formula;
    }
    *argc = count;
    return ordered;
}

enum exit_status command_walk(int argc, const char **argv)
{
    struct walking walking = {0};
    struct option_arguments arguments = {0};
    const char **ordered = formula_last(&argc, argv);
    if (ordered == NULL) {
        return cli_failed("out of memory for the arguments");
    }
    enum exit_status status = read_options(&walking.options, &arguments, argc, ordered);
    if (status == DONE) {
        status = run(&walking);
    }
    for (size_t r = 0; r < walking.count; r++) {
        walk_free(&walking.walks[r]);
    }
    option_free(&TABLE, &arguments, &walking.options);
    free(ordered);
    return status;
}

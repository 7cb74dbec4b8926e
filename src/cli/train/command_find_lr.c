/*
 * descent find-lr: the learning-rate range test, on weights that are thrown away. Its options are
 * train's own, without those that concern a whole training, and in place of the schedule the range
 * of the test.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/plot/figure.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct find_lr {
    double from, to; /* learning rates */
    uint64_t steps;  /* 0: by the range */
    char *csv;
    char *out;
    struct figure_look look;
    bool no_plot;
    struct training training; /* the test's result is in training.search */
    double seconds;           /* that the test took */
};

/* The range of the test stands in the help where train has the schedule. */
enum { TEST = TRAIN_SCHEDULING, NOWHERE = OPTION_GROUPS_MAX };

/* Rows of train that a test has no use for, besides those of schedule and stopping. */
static const char *const LEFT_OUT[] = {
    "lr",        "epochs",     "out",           "force",           "resume",
    "log-every", "log-layers", "log-sharpness", "sharpness-every", "log-noise-scale",
    "log-test",  "no-test"};

#define AT(kind, member) OPTION_AT(kind, struct find_lr, member)
#define RATE OPTION_RANGE(0.0, 1e6, true, false)

static bool draws_picture(const void *values)
{
    return figure_is_picture(((const struct find_lr *)values)->out);
}

static const struct option own_rows[] = {
    {"lr-from", AT(NUMBER, from), .common = true, RATE, .initial = "1e-6", .group = TEST,
     .help = "Learning rate of the first step"},
    {"lr-to", AT(NUMBER, to), .common = true, RATE, .initial = "10", .group = TEST,
     .help = "Learning rate of the last step; unless the loss blows up before"},
    {"steps", AT(COUNT, steps), .common = true,
     OPTION_FROM_TO(RANGE_TEST_STEPS_MIN, RANGE_TEST_STEPS_MAX), .initial = "auto", .word = "auto",
     .group = TEST,
     .help = "Steps; auto is 40 for each factor of ten, for which the suggestion is calibrated"},
    FIGURE_OPTIONS(struct find_lr, TEST, draws_picture,
                   "Write the curve as a picture (.png, .svg, .pdf) or text (.txt) as well",
                   "Do not draw the curve in the terminal"),
};

enum { OWN_ROWS = sizeof own_rows / sizeof own_rows[0] };

static const char *const groups[] = {
    [TRAIN_NETWORK] = "Network:",
    [TRAIN_OBJECTIVE] = "Objective:",
    [TRAIN_OPTIMIZER] = "Steps and optimizer:",
    [TEST] = "Range test:",
    [TRAIN_DATA] = "Data:",
    [TRAIN_RUN] = "Run:",
};

static bool is_left_out(const struct option *row)
{
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof LEFT_OUT[0]; i++) {
        if (strcmp(LEFT_OUT[i], row->name) == 0) {
            return true;
        }
    }
    return row->group == TRAIN_SCHEDULING || row->group == TRAIN_STOPPING;
}

/* The rows of train come first, all of them, in their order: so arguments that were read by this
 * table are arguments of train's as well. Those of no group have their defaults and are no options
 * here. */
const struct option_table *command_find_lr_options(void)
{
    static struct option rows[OPTIONS_MAX];
    static struct option_table table = OPTION_TABLE(
        rows, groups, "DATA",
        .about =
            "The learning rate grows by the same factor in each step, on weights that are thrown "
            "away (Smith 2017, \"Cyclical learning rates for training neural networks\"). The "
            "suggestion is for --lr, the highest learning rate of a schedule.",
        .operands = "DATA is " SOURCE_KINDS,
        .examples = {
            {"descent find-lr digits", "Suggests a learning rate for train's defaults."},
            {"descent find-lr mnist --hidden 256,128 --optimizer sgd --out rates.png",
             "The same for another network and optimizer, with a picture."},
            {"descent train digits --lr auto", "Trains with the learning rate that it suggests."},
        });
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        rows[i] = option_row(&TRAIN_OPTIONS, i);
        rows[i].base += offsetof(struct find_lr, training.options);
        rows[i].group = is_left_out(&rows[i]) ? NOWHERE : rows[i].group;
    }
    memcpy(rows + TRAIN_OPTIONS.count, own_rows, sizeof own_rows);
    table.count = TRAIN_OPTIONS.count + OWN_ROWS;
    return &table;
}

static enum exit_status check(const struct find_lr *find)
{
    if (find->to < RANGE_TEST_SPAN_MIN * find->from) {
        return cli_usage("--lr-to: expected at least %g times --lr-from %g, found %g",
                         RANGE_TEST_SPAN_MIN, find->from, find->to);
    }
    enum figure_format format;
    return find->out != NULL ? figure_format_of(&format, find->out) : DONE;
}

static enum exit_status read_options(struct find_lr *find, int argc, const char **argv)
{
    const struct option_table *table = command_find_lr_options();
    struct option_arguments *arguments = &find->training.arguments;
    CLI_TRY(option_read_command(table, argc, argv, arguments, find));
    CLI_TRY(option_check_effects(table, arguments, find));
    CLI_TRY(check(find));
    return train_read_data(&find->training, "find-lr");
}

static enum exit_status search(struct find_lr *find)
{
    struct training *training = &find->training;
    training->display = progress_create(training->options.quiet);
    CLI_TRY(train_check_options(training));
    CLI_TRY(train_data_load(training));
    CLI_TRY(train_plan_fit(training));
    train_log_data(training);
    double started = progress_clock();
    CLI_TRY(range_test_run(&training->search, find->from, find->to, (size_t)find->steps,
                           training->fit));
    find->seconds = progress_clock() - started;
    return DONE;
}

/* FAILED, and why, where there is no suggestion. */
static enum exit_status check_suggestion(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    if (isnan(test->suggestion)) {
        return cli_failed("no suggestion: %s between %g and %g; try another --lr-from or --lr-to",
                          range_test_trouble(test), find->from, find->to);
    }
    return DONE;
}

static enum exit_status print_text(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    printf("steps         %zu, learning rate %.3g to %.3g, %.2f s\n", test->count, find->from,
           test->points[test->count - 1].rate, find->seconds);
    if (isnan(test->divergence)) {
        printf("blows up      not below %g\n", find->to);
    } else {
        lines_print(stdout,
                    "blows up      %.3g: smoothed loss over %g times its lowest; a tenth: %.3g",
                    test->divergence, RANGE_TEST_BLOW_UP, test->divergence / 10.0);
    }
    printf("lowest loss   %.3g\n", test->points[test->lowest].rate);
    if (!isnan(test->suggestion)) {
        printf("steepest      %.3g\n", test->steepest);
        lines_print(stdout, "suggestion    --lr %g: %s", test->suggestion, RANGE_TEST_RULE);
    }
    return check_suggestion(find);
}

static enum exit_status print_json(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    enum exit_status status = cli_print_json(json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:f, s:I, s:f}", "suggestion", cli_json_number(test->suggestion),
        "rule", RANGE_TEST_RULE, "steepest", cli_json_number(test->steepest), "divergence",
        cli_json_number(test->divergence), "divergence_tenth",
        cli_json_number(test->divergence / 10.0), "lowest", test->points[test->lowest].rate,
        "steps", (json_int_t)test->count, "seconds", find->seconds));
    return status == DONE ? check_suggestion(find) : status;
}

static enum exit_status save_csv(const struct range_test *test, const char *path)
{
    static const struct record_field fields[] = {
        {"step", RECORD_MEMBER(SIZE, struct range_test_point, step)},
        {"learning_rate", RECORD_MEMBER(NUMBER, struct range_test_point, rate)},
        {"loss", RECORD_MEMBER(NUMBER, struct range_test_point, loss)},
        {"smoothed_loss", RECORD_MEMBER(NUMBER, struct range_test_point, smoothed)},
    };
    static const struct record record = RECORD(struct range_test_point, fields);
    return record_save(&record, path, test->points, test->count);
}

/* The informative range of the losses: a curve that blows up leaves through the upper edge. */
static struct figure_axis loss_axis(const struct range_test *test)
{
    double low = test->points[test->lowest].smoothed, high = low;
    for (size_t i = 0; i <= test->lowest; i++) {
        low = fmin(low, test->points[i].loss);
        high = fmax(high, test->points[i].loss);
    }
    double margin = 0.1 * (high - low) + 1e-9;
    return (struct figure_axis){
        .label = "loss of a step", .low = low - margin, .high = high + 3.0 * margin};
}

static void describe(struct figure *figure, const struct range_test *test)
{
    const struct figure_axis y = loss_axis(test);
    figure_panel(figure, "Learning-rate range test",
                 (struct figure_axis){
                     .label = "learning rate", .low = NAN, .high = NAN, .logarithmic = true},
                 y);
    if (figure->path != NULL) { /* single losses crowd a terminal */
        figure_curve(figure, FIGURE_GROUND, 0, "loss");
        for (size_t i = 0; i < test->count; i++) {
            figure_point(figure, test->points[i].rate, test->points[i].loss);
        }
    }
    figure_curve(figure, FIGURE_SOLID, 0, "smoothed loss");
    for (size_t i = 0; i < test->count; i++) {
        figure_point(figure, test->points[i].rate, test->points[i].smoothed);
    }
    if (!isnan(test->suggestion)) {
        figure_curve(figure, FIGURE_VERTICAL, 1, "suggestion: %g", test->suggestion);
        figure_point(figure, test->suggestion, y.low);
    }
}

static enum exit_status draw(const struct find_lr *find, const char *path)
{
    struct figure figure;
    enum exit_status status = figure_begin(&figure, path);
    figure.look = find->look;
    if (status == DONE) {
        describe(&figure, &find->training.search);
        status = figure_draw(&figure, find->training.options.quiet);
    }
    figure_free(&figure);
    return status;
}

static enum exit_status save_and_draw(const struct find_lr *find, bool drawn)
{
    if (find->csv != NULL) {
        CLI_TRY(save_csv(&find->training.search, find->csv));
    }
    if (drawn) {
        CLI_TRY(draw(find, NULL));
    }
    return find->out != NULL ? draw(find, find->out) : DONE;
}

/* The result is printed even where a file cannot be written. */
static enum exit_status show(const struct find_lr *find)
{
    bool json = find->training.options.json;
    bool drawn = !json && !find->no_plot;
    enum exit_status status = save_and_draw(find, drawn);
    if (drawn) {
        putchar('\n');
    }
    enum exit_status printed = json ? print_json(find) : print_text(find);
    return status == DONE ? printed : status;
}

static enum exit_status find_lr(struct find_lr *find, int argc, const char **argv)
{
    CLI_TRY(read_options(find, argc, argv));
    CLI_TRY(search(find));
    return show(find);
}

enum exit_status command_find_lr(int argc, const char **argv)
{
    struct find_lr find = {.training = {.run = {.lock = -1}}};
    enum exit_status status = find_lr(&find, argc, argv);
    train_destroy(&find.training);
    free(find.csv);
    free(find.out);
    return status;
}

/*
 * The table of find-lr's options: train's own rows, without those that concern a whole training,
 * and in place of the schedule the range of the test.
 */
#include "cli/train/find_lr.h"

#include "cli/plot/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NETWORK, OBJECTIVE, OPTIMIZER, TEST, DATA, RUN, NOWHERE };

/* Rows of train that a test has no use for, besides those of schedule and stopping. */
static const char *const LEFT_OUT[] = {"lr", "epochs", "out", "force", "resume", "log-layers"};

#define AT(member) .offset = offsetof(struct find_lr_options, member)
#define RATE .range = {.low = 0.0, .high = 1e6, .low_open = true}

static const struct option own_rows[] = {
    {.name = "lr-from",
     .type = OPTION_NUMBER,
     AT(from),
     RATE,
     .initial = "1e-6",
     .group = TEST,
     .value = "X",
     .help = "Learning rate of the first step"},
    {.name = "lr-to",
     .type = OPTION_NUMBER,
     AT(to),
     RATE,
     .initial = "10",
     .group = TEST,
     .value = "X",
     .help = "Learning rate of the last step, unless the loss blows up before"},
    {.name = "steps",
     .type = OPTION_COUNT,
     AT(steps),
     .initial = "auto",
     .range = {.low = RANGE_TEST_STEPS_MIN, .high = RANGE_TEST_STEPS_MAX},
     .word = "auto",
     .group = TEST,
     .value = "N",
     .help = "Steps; auto is 40 for each factor of ten, which the suggestion goes best with"},
    FIGURE_OPTIONS(struct find_lr_options, TEST,
                   "Write the curve as a picture (.png, .svg) or text (.txt) as well",
                   "Do not draw the curve in the terminal"),
};

enum { OWN_ROWS = sizeof own_rows / sizeof own_rows[0] };

static const char *const groups[] = {
    [NETWORK] = "Network:", [OBJECTIVE] = "Objective:", [OPTIMIZER] = "Optimizer:",
    [TEST] = "Range test:", [DATA] = "Data:",           [RUN] = "Run:",
};

/* Where the rows of train go, group by group. */
static const size_t groups_of_train[] = {
    [TRAIN_NETWORK] = NETWORK,
    [TRAIN_OBJECTIVE] = OBJECTIVE,
    [TRAIN_OPTIMIZER] = OPTIMIZER,
    [TRAIN_SCHEDULING] = NOWHERE,
    [TRAIN_STOPPING] = NOWHERE,
    [TRAIN_DATA] = DATA,
    [TRAIN_RUN] = RUN,
};

static size_t group_of(const struct option *row)
{
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof LEFT_OUT[0]; i++) {
        if (strcmp(LEFT_OUT[i], row->name) == 0) {
            return NOWHERE;
        }
    }
    return groups_of_train[row->group];
}

static const struct option_table *find_lr_table(void)
{
    static struct option rows[OPTIONS_MAX];
    static struct option_table table = {.groups = groups, .group_count = NOWHERE};
    struct option_import imports[OPTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const struct option *row = &TRAIN_OPTIONS.rows[i];
        if (group_of(row) != NOWHERE) {
            imports[count++] = (struct option_import){row->name, group_of(row), NULL, NULL};
        }
    }
    option_gather(&table, rows, own_rows, OWN_ROWS, &TRAIN_OPTIONS, imports, count);
    return &table;
}

/* The number of the row of train that has this name and serves here; the table's length for none.
 */
static size_t find_row(const char *name)
{
    size_t i = 0;
    while (i < TRAIN_OPTIONS.count && (strcmp(TRAIN_OPTIONS.rows[i].name, name) != 0 ||
                                       group_of(&TRAIN_OPTIONS.rows[i]) == NOWHERE)) {
        i++;
    }
    return i;
}

/* Values and arguments of train's rows go where the plan of a training looks for them. */
static void move_to_training(struct find_lr *find, struct option_arguments *arguments)
{
    const struct option_table *table = find_lr_table();
    find->training.options = find->options.train;
    for (size_t i = 0; i < table->count; i++) {
        size_t row = find_row(table->rows[i].name);
        if (row < TRAIN_OPTIONS.count) {
            find->training.arguments.texts[row] = arguments->texts[i];
            arguments->texts[i] = NULL;
        }
    }
}

static enum exit_status read_data_argument(struct training *training, const char *const *rest)
{
    if (rest == NULL || rest[0] == NULL) {
        return cli_usage("find-lr: expected DATA: a folder or a name such as digits");
    }
    if (rest[1] != NULL) {
        return cli_usage("find-lr: expected one DATA, found \"%s\" and \"%s\"", rest[0], rest[1]);
    }
    training->data.given = strdup(rest[0]);
    return training->data.given != NULL ? DONE : cli_failed("out of memory");
}

static enum exit_status check(const struct find_lr_options *options)
{
    if (options->to < RANGE_TEST_SPAN_MIN * options->from) {
        return cli_usage("--lr-to: expected at least %g times --lr-from %g, found %g",
                         RANGE_TEST_SPAN_MIN, options->from, options->to);
    }
    enum figure_format format;
    return options->out != NULL ? figure_format_of(&format, options->out) : DONE;
}

enum exit_status find_lr_options_read(struct find_lr *find, int argc, const char **argv)
{
    const struct option_table *table = find_lr_table();
    struct option_arguments arguments = {0};
    poptContext context =
        cli_options(argc, argv, option_popt_table(table), "DATA",
                    "descent find-lr mnist --hidden 256,128 --optimizer sgd --out find-lr.png");
    option_defaults(&TRAIN_OPTIONS, &find->options);
    enum exit_status status = option_read_all(table, context, &arguments, &find->options);
    if (status == DONE) {
        status = option_check_effects(table, &arguments, &find->options);
    }
    if (status == DONE) {
        status = check(&find->options);
    }
    if (status == DONE) {
        status = read_data_argument(&find->training, poptGetArgs(context));
    }
    move_to_training(find, &arguments);
    option_free_arguments(&arguments);
    poptFreeContext(context);
    return status;
}

void find_lr_options_free(struct find_lr_options *options)
{
    free(options->csv);
    free(options->out);
}

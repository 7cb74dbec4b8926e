/*
 * The table of find-lr's options: train's own rows, without those that concern a whole training,
 * and in place of the schedule the range of the test.
 */
#include "cli/train/find_lr.h"

#include "cli/plot/figure.h"

#include <math.h>
#include <string.h>

enum { NETWORK, OBJECTIVE, OPTIMIZER, TEST, DATA, RUN, NOWHERE };

/* Rows of train that a test has no use for, besides those of schedule and stopping. */
static const char *const LEFT_OUT[] = {"lr", "epochs", "out", "force", "resume", "log-layers"};

#define AT(kind, member) OPTION_AT(kind, struct find_lr, member)
#define RATE OPTION_RANGE(0.0, 1e6, true, false)

static const struct option own_rows[] = {
    {"lr-from", AT(NUMBER, from), RATE, .initial = "1e-6", .group = TEST,
     .help = "Learning rate of the first step"},
    {"lr-to", AT(NUMBER, to), RATE, .initial = "10", .group = TEST,
     .help = "Learning rate of the last step, unless the loss blows up before"},
    {"steps", AT(COUNT, steps), OPTION_FROM_TO(RANGE_TEST_STEPS_MIN, RANGE_TEST_STEPS_MAX),
     .initial = "auto", .word = "auto", .group = TEST,
     .help = "Steps; auto is 40 for each factor of ten, which the suggestion goes best with"},
    FIGURE_OPTIONS(struct find_lr, TEST,
                   "Write the curve as a picture (.png, .svg) or text (.txt) as well",
                   "Do not draw the curve in the terminal"),
};

enum { OWN_ROWS = sizeof own_rows / sizeof own_rows[0] };

static const char *const groups[] = {
    [NETWORK] = "Network:", [OBJECTIVE] = "Objective:", [OPTIMIZER] = "Optimizer:",
    [TEST] = "Range test:", [DATA] = "Data:",           [RUN] = "Run:",
};

static size_t group_of(const struct option *row)
{
    static const size_t groups_of_train[] = {
        [TRAIN_NETWORK] = NETWORK,
        [TRAIN_OBJECTIVE] = OBJECTIVE,
        [TRAIN_OPTIMIZER] = OPTIMIZER,
        [TRAIN_SCHEDULING] = NOWHERE,
        [TRAIN_STOPPING] = NOWHERE,
        [TRAIN_DATA] = DATA,
        [TRAIN_RUN] = RUN,
    };
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof LEFT_OUT[0]; i++) {
        if (strcmp(LEFT_OUT[i], row->name) == 0) {
            return NOWHERE;
        }
    }
    return groups_of_train[row->group];
}

/* The rows of train come first, all of them, in their order: so arguments that were read by this
 * table are arguments of train's as well. Those of no group have their defaults and are no options
 * here. */
static const struct option_table *find_lr_table(void)
{
    static struct option rows[OPTIONS_MAX];
    static struct option_table table =
        OPTION_TABLE(rows, groups, "DATA",
                     "descent find-lr mnist --hidden 256,128 --optimizer sgd --out find-lr.png");
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        rows[i] = option_row(&TRAIN_OPTIONS, i);
        rows[i].base += offsetof(struct find_lr, training.options);
        rows[i].group = group_of(&rows[i]);
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

enum exit_status find_lr_options_read(struct find_lr *find, int argc, const char **argv)
{
    const struct option_table *table = find_lr_table();
    struct option_arguments *arguments = &find->training.arguments;
    CLI_TRY(option_read_command(table, argc, argv, arguments, find));
    CLI_TRY(option_check_effects(table, arguments, find));
    CLI_TRY(check(find));
    return train_read_data(&find->training, "find-lr");
}

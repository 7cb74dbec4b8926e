/*
 * descent walk: gradient descent on a function that can be seen whole.
 */
#include "cli/plot/chart_output.h"
#include "cli/walk/chart.h"
#include "cli/walk/options.h"
#include "cli/walk/print.h"

#include <stdlib.h>
#include <string.h>

struct walking {
    struct walk_options options;
    size_t count;
    struct walk walks[WALKS_MAX];
    struct walk_verdict verdicts[WALKS_MAX];
};

_Static_assert((int)OPTION_NUMBERS_MAX <= (int)WALKS_MAX, "each learning rate has its walk");

static enum exit_status walk_all(struct walking *walking)
{
    const struct walk_options *options = &walking->options;
    walking->count = options->compare.count > 0 ? options->compare.count : 1;
    for (size_t r = 0; r < walking->count; r++) {
        struct walk_setup setup = walk_options_setup(options, r);
        if (descent_optimizer_check(&setup.optimizer) != DESCENT_OK ||
            descent_schedule_check(&setup.schedule) != DESCENT_OK) {
            return cli_library_failed();
        }
        if (walk_run(&walking->walks[r], &setup) != DONE) {
            return FAILED;
        }
        walking->verdicts[r] = walk_judge(&walking->walks[r]);
    }
    return DONE;
}

/* "0.3: converges", cut to size. */
static void write_name(char *name, const struct walk *walk, const struct walk_verdict *verdict)
{
    const char *outcome = walk_outcome_name(verdict->outcome);
    if (verdict->outcome == WALK_CONVERGES) {
        snprintf(name, WALK_TITLE_SIZE, "learning rate %g: %s at step %zu", walk->setup.schedule.lr,
                 outcome, verdict->step);
    } else {
        snprintf(name, WALK_TITLE_SIZE, "learning rate %g: %s", walk->setup.schedule.lr, outcome);
    }
}

/* Draws into the file, or in the terminal where there is none. */
static enum exit_status draw(const struct walking *walking)
{
    const struct walk_options *options = &walking->options;
    enum chart_format format = CHART_TEXT;
    if (options->out != NULL && chart_format_of(&format, options->out) != DONE) {
        return USAGE;
    }
    char names[WALKS_MAX][WALK_TITLE_SIZE];
    char title[WALK_TITLE_SIZE];
    for (size_t r = 0; r < walking->count; r++) {
        write_name(names[r], &walking->walks[r], &walking->verdicts[r]);
    }
    walk_describe(title, sizeof title, walking->walks, walking->count == 1);
    const struct walk_gallery gallery = {walking->walks, walking->count, names, title};
    struct walk_chart chart;
    enum exit_status status = walk_chart_build(&chart, &gallery, format);
    if (status == DONE && options->out != NULL) {
        status = chart_save(&chart.chart, format, options->out, options->train.quiet);
    } else if (status == DONE) {
        chart.chart.title = NULL; /* stands above the table */
        chart.chart.width = chart_terminal_width();
        status = chart_print(&chart.chart);
    }
    walk_chart_free(&chart);
    return status;
}

static enum exit_status show(const struct walking *walking)
{
    const struct walk_options *options = &walking->options;
    enum exit_status (*print)(const struct walk *, const struct walk_verdict *, size_t) =
        options->train.json ? walk_print_json : walk_print_text;
    enum exit_status status = print(walking->walks, walking->verdicts, walking->count);
    if (status == DONE && options->csv != NULL) {
        status = walk_save_csv(walking->walks, walking->count, options->csv);
    }
    bool terminal = !options->train.json && !options->no_plot;
    if (status == DONE && (options->out != NULL || terminal)) {
        status = draw(walking);
    }
    return status;
}

enum exit_status command_walk(int argc, const char **argv)
{
    struct walking walking = {0};
    enum exit_status status = walk_options_read(&walking.options, argc, argv);
    if (status == DONE) {
        status = walk_all(&walking);
    }
    if (status == DONE) {
        status = show(&walking);
    }
    for (size_t r = 0; r < walking.count; r++) {
        walk_free(&walking.walks[r]);
    }
    walk_options_free(&walking.options);
    return status;
}

/*
 * descent walk: gradient descent on a function that can be seen whole.
 */
#include "cli/walk/options.h"
#include "cli/walk/print.h"

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
        struct walk_setup setup = walk_options_setup(options, r);
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
    CLI_TRY((options->train.json ? walk_print_json : walk_print_text)(walks, walking->count));
    if (options->csv != NULL) {
        CLI_TRY(walk_save_csv(walks, walking->count, options->csv));
    }
    bool drawn = options->out != NULL || (!options->train.json && !options->no_plot);
    return drawn ? walk_draw(walks, walking->count, options->out, options->train.quiet) : DONE;
}

enum exit_status command_walk(int argc, const char **argv)
{
    struct walking walking = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = walk_options_read(&walking.options, &arguments, argc, argv);
    if (status == DONE) {
        status = walk_all(&walking);
    }
    if (status == DONE) {
        status = show(&walking);
    }
    for (size_t r = 0; r < walking.count; r++) {
        walk_free(&walking.walks[r]);
    }
    walk_options_free(&walking.options, &arguments);
    return status;
}

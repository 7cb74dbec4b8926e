/*
 * descent sharpness: how much the loss of a run bends at its weights, and what learning rate that
 * allows.
 */
#include "cli/sharpness/sharpness.h"

#include <math.h>

const char *sharpness_part_name(int part)
{
    static const char *const names[] = {
        [TRAIN_PART] = "train", [VALIDATION_PART] = "validation", [TEST_PART] = "test", NULL};
    return names[part];
}

enum { OPTIONS };

static const char *const groups[] = {[OPTIONS] = "Options:"};

#define AT(kind, member) OPTION_AT(kind, struct sharpness, member), .group = OPTIONS

static const struct option rows[] = {
    {"samples", AT(COUNT, samples), OPTION_FROM(1.0), .word = "all", .initial = "all",
     .common = true,
     .help =
         "Measure on this many samples, or on all; drawn by the seed, each class with its share"},
    {"part", AT(CHOICE, part), .choice = sharpness_part_name, .initial = "train", .value = "PART",
     .common = true, .help = "Samples whose loss is looked at"},
    {"best", AT(FLAG, best), .common = true,
     .help =
         "Look at the saved weights: those of the lowest validation loss, not of the last epoch"},
    {"tolerance", AT(NUMBER, tolerance), OPTION_RANGE(0.0, 1.0, true, true), .initial = "0.01",
     .help = "How far Hv may be off from lambda v; as a share of the larger eigenvalue"},
    {"seed", 's', AT(COUNT, seed), OPTION_FROM(0.0), .initial = "1",
     .help = "Seed of the first vector and of the samples drawn"},
    OPTION_JSON(struct sharpness, OPTIONS),
    OPTION_QUIET(struct sharpness, OPTIONS),
    ENGINE_OPTIONS(struct sharpness, engine, OPTIONS),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "RUN [DATA]",
    .operands = "RUN is a run folder. DATA may be left out if the data are still where the run "
                "found them.",
    .examples =
        {
            {"descent sharpness models/first", "The loss at the last epoch's weights."},
            {"descent sharpness models/first --samples 500",
             "Faster, on 2000 of the training samples."},
            {"descent sharpness models/first --best", "The loss at the saved weights."},
        },
    .about = "Prints the largest and the smallest eigenvalue of the loss's Hessian. On a parabola "
             "with curvature lambda, gradient descent diverges with a learning rate above 2 / "
             "lambda. A network's largest eigenvalue stands for lambda: trained with all samples "
             "in a step, it climbs until the learning rate is that limit. Where the gradient is 0 "
             "and the smallest eigenvalue negative, the point is a saddle.\n\n"
             "The loss is the one that the optimizer lowers, with class weights, label smoothing "
             "and, but for adamw, weight decay; without dropout and augmentation.");

/* The part, or the samples drawn from it. */
static enum exit_status choose_samples(struct sharpness *sharpness)
{
    const struct train_data *data = &sharpness->training.data;
    const descent_dataset *parts[TRAIN_PARTS] = {data->train, data->validation, data->test};
    const descent_dataset *part = parts[sharpness->part];
    sharpness->whole = sharpness->dataset = part;
    if (part == NULL) {
        return cli_usage("--part %s: this run has no such samples",
                         sharpness_part_name(sharpness->part));
    }
    size_t count = descent_dataset_count(part);
    if (sharpness->samples > count) {
        return cli_usage("--samples: expected at most the %zu of the part, found %ju", count,
                         (uintmax_t)sharpness->samples);
    }
    if (sharpness->samples == 0 || sharpness->samples == count) {
        return DONE;
    }
    CLI_TRY_LIBRARY(descent_dataset_split(&sharpness->others, &sharpness->chosen, part,
                                          (double)sharpness->samples / (double)count,
                                          sharpness->seed));
    sharpness->dataset = sharpness->chosen;
    return descent_dataset_count(sharpness->chosen) == sharpness->samples
               ? DONE
               : cli_usage("--samples: expected each class to have a sample among those drawn and "
                           "one among the others, or all %zu, found %ju",
                           count, (uintmax_t)sharpness->samples);
}

static void watch(void *context, size_t products)
{
    struct progress *display = context;
    double now = progress_clock();
    if (progress_due(display, now)) {
        const descent_curvature_config config = DESCENT_CURVATURE_DEFAULT;
        progress_draw_work(display, now, "measuring (often done early)", products, config.products);
    }
}

static enum exit_status measure(struct sharpness *sharpness)
{
    struct training *training = &sharpness->training;
    const descent_model *model = sharpness->best ? descent_fit_best(training->fit) : NULL;
    descent_curvature_config config = DESCENT_CURVATURE_DEFAULT;
    config.tolerance = sharpness->tolerance;
    config.seed = sharpness->seed;
    config.watch = watch;
    config.context = &training->display;
    descent_status status = descent_fit_curvature(training->fit, model, sharpness->dataset, &config,
                                                  &sharpness->curvature);
    progress_clear(&training->display);
    return cli_library(status);
}

/* The rates that the run had, and what they may be. */
static void look_at_rates(struct sharpness *sharpness)
{
    const struct training *training = &sharpness->training;
    const descent_progress *done = train_progress(training);
    const descent_schedule *schedule = descent_fit_schedule(training->fit);
    const descent_optimizer optimizer = train_options_optimizer(&training->options);
    uint64_t steps = descent_trainer_steps(descent_fit_trainer(training->fit));
    double curvature = sharpness->curvature.largest.value;
    sharpness->epoch = sharpness->best ? done->best_epoch : done->epoch;
    sharpness->rate = steps > 0 ? descent_fit_rate(schedule, done, steps - 1) : NAN;
    sharpness->highest_rate = schedule->lr * descent_recovery_factor(done->recoveries);
    sharpness->limit = curvature > 0.0 ? descent_curvature_limit(&optimizer) / curvature : NAN;
}

static enum exit_status run(struct sharpness *sharpness, struct option_arguments *arguments,
                            int argc, const char **argv)
{
    struct training *training = &sharpness->training;
    CLI_TRY(option_defaults(&TRAIN_OPTIONS, &training->options));
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, sharpness));
    training->display = progress_create(sharpness->quiet);
    CLI_TRY(train_examine_find(training, "sharpness", arguments->rest));
    CLI_TRY(train_resume_read(training));
    CLI_TRY(train_examine_load(training, &sharpness->engine));
    CLI_TRY(choose_samples(sharpness));
    CLI_TRY(measure(sharpness));
    look_at_rates(sharpness);
    return sharpness_print(sharpness);
}

const struct option_table *command_sharpness_options(void)
{
    return &TABLE;
}

enum exit_status command_sharpness(int argc, const char **argv)
{
    struct sharpness sharpness = {.training = {.run = {.lock = -1}}};
    struct option_arguments arguments = {0};
    enum exit_status status = run(&sharpness, &arguments, argc, argv);
    descent_dataset_destroy(sharpness.chosen);
    descent_dataset_destroy(sharpness.others);
    train_destroy(&sharpness.training);
    option_free(&TABLE, &arguments, &sharpness);
    return status;
}

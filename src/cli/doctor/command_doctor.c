/*
 * descent doctor: looks a run over, from its files, for the usual mistakes, and at its layers.
 */
#include "cli/doctor/doctor.h"

enum { OPTIONS };

static const char *const groups[] = {[OPTIONS] = "Options:"};

static const struct option rows[] = {
    {"files-only", OPTION_AT(FLAG, struct doctor, files_only), .group = OPTIONS,
     .help = "Look at the run's files alone, not at its data"},
    OPTION_JSON(struct doctor, OPTIONS),
    OPTION_QUIET(struct doctor, OPTIONS),
    ENGINE_OPTIONS(struct doctor, engine, OPTIONS),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "RUN [DATA]", .run_files = true,
    .operands = "RUN is a run folder. DATA may be left out if the data are still where the run "
                "found them.",
    .examples =
        {
            {"descent doctor models/digits-20260101-120000",
             "Looks at a run, its data and layers."},
            {"descent doctor models/first digits", "The same with data that have moved."},
            {"descent doctor models/first --files-only --json",
             "The findings by name, from the run's files alone."},
        },
    .about = "Nothing in the folder is changed or locked, so a run can be examined during "
             "training. The exit status is 0 whatever is found; --json lists the findings by "
             "name.");

/* RUN, and perhaps DATA. */
static enum exit_status read_arguments(struct doctor *doctor, const char *const *arguments)
{
    const char *data = arguments[0] != NULL ? arguments[1] : NULL;
    if (data != NULL && doctor->files_only) {
        return cli_usage("doctor: DATA \"%s\" has no effect with --files-only", data);
    }
    bool chosen = doctor->engine.kind != ENGINE_AUTO ||
                  doctor->engine.instruction_set != INSTRUCTION_SET_AUTO;
    if (chosen && doctor->files_only) {
        return cli_usage("--engine and --instruction-set have an effect only without --files-only");
    }
    return train_examine_find(&doctor->training, "doctor", arguments);
}

static enum exit_status run_doctor(struct doctor *doctor, struct option_arguments *arguments,
                                   int argc, const char **argv)
{
    struct training *training = &doctor->training;
    CLI_TRY(option_defaults(&TRAIN_OPTIONS, &training->options));
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, doctor));
    training->display = progress_create(doctor->quiet);
    CLI_TRY(read_arguments(doctor, arguments->rest));
    CLI_TRY(doctor_look(doctor));
    doctor_find(doctor);
    return doctor_print(doctor);
}

const struct option_table *command_doctor_options(void)
{
    return &TABLE;
}

enum exit_status command_doctor(int argc, const char **argv)
{
    struct doctor doctor = {.training = {.run = {.lock = -1}}};
    struct option_arguments arguments = {0};
    enum exit_status status = run_doctor(&doctor, &arguments, argc, argv);
    train_destroy(&doctor.training);
    option_free(&TABLE, &arguments, &doctor);
    return status;
}

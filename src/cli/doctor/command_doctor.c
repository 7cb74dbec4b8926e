/*
 * descent doctor: looks a run over, from its files, for the usual mistakes, and at its layers.
 */
#include "cli/doctor/doctor.h"

#include <stdlib.h>
#include <string.h>

static const char HELP[] = "descent doctor models/digits-20260101-120000\n"
                           "\n"
                           "DATA may be left out where they are still in the place that the run "
                           "remembers. Nothing in the\n"
                           "folder is changed or locked: a run may be looked at while it is "
                           "trained. The exit status is 0\n"
                           "whatever is found; --json lists the findings by name.";

/* RUN, and perhaps DATA. */
static enum exit_status read_arguments(struct doctor *doctor, const char *const *arguments)
{
    struct training *training = &doctor->training;
    if (arguments == NULL || (arguments[1] != NULL && arguments[2] != NULL)) {
        return cli_usage("doctor: expected a run folder, and perhaps DATA; see descent doctor "
                         "--help");
    }
    if (arguments[1] != NULL && doctor->files_only) {
        return cli_usage("doctor: DATA \"%s\" has no effect with --files-only", arguments[1]);
    }
    if (arguments[1] != NULL) {
        training->data.given = strdup(arguments[1]);
        if (training->data.given == NULL) {
            return cli_failed("out of memory");
        }
    }
    return run_find(&training->run, arguments[0]);
}

static enum exit_status run_doctor(struct doctor *doctor, const char *const *arguments, bool quiet)
{
    struct training *training = &doctor->training;
    training->display = progress_create(quiet);
    training->data.display = &training->display;
    enum exit_status status = read_arguments(doctor, arguments);
    if (status == DONE) {
        status = doctor_look(doctor);
    }
    if (status != DONE) {
        return status;
    }
    doctor_find(doctor);
    return (doctor->json ? doctor_print_json : doctor_print_text)(doctor);
}

enum exit_status command_doctor(int argc, const char **argv)
{
    struct doctor doctor = {.training = {.run = {.lock = -1}}};
    int json = 0, quiet = 0, files_only = 0;
    const struct poptOption options[] = {
        {"files-only", 0, POPT_ARG_NONE, &files_only, 0,
         "Look at the run's files alone, not at its data", NULL},
        {"json", 'j', POPT_ARG_NONE, &json, 0, "Print one JSON object", NULL},
        {"quiet", 'q', POPT_ARG_NONE, &quiet, 0, "No progress bars", NULL},
        POPT_TABLEEND,
    };
    poptContext context = cli_options(argc, argv, options, "RUN [DATA]", HELP);
    option_defaults(&TRAIN_OPTIONS, &doctor.training.options);
    enum exit_status status = cli_parse(context);
    doctor.json = json != 0;
    doctor.files_only = files_only != 0;
    if (status == DONE) {
        status = run_doctor(&doctor, poptGetArgs(context), quiet != 0);
    }
    train_destroy(&doctor.training);
    poptFreeContext(context);
    return status;
}

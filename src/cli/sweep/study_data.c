/*
 * The data of a study, looked at once before its trials.
 */
#include "cli/sweep/study_file.h"
#include "cli/sweep/trial.h"

#include <descent/descent.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether what the first combination is refused for would be refused in all: numbers do not decide
 * which options go together. */
static bool speaks_for_all(const struct study *study)
{
    bool numbers = true;
    for (size_t a = 0; a < study->axis_count; a++) {
        const struct option row = option_row(&TRAIN_OPTIONS, study->axes[a].row);
        numbers = numbers && (row.type == OPTION_COUNT || row.type == OPTION_NUMBER);
    }
    return numbers;
}

static enum exit_status load(struct training *training, const struct study *study)
{
    struct train_options *options = &training->options;
    CLI_TRY(
        study_arguments_of(&training->arguments, options, study, study->combinations[0].values));
    options->no_test = true;
    options->quiet = study->options.quiet;
    training->display = progress_create(study->options.quiet);
    training->data.given = strdup(study->options.training.data.given);
    if (training->data.given == NULL) {
        return cli_failed("out of memory");
    }
    CLI_TRY(train_check_options(training));
    CLI_TRY(train_data_load(training));
    return speaks_for_all(study) ? train_plan_fit(training) : DONE;
}

static void describe(struct study_data *data, const struct train_data *loaded)
{
    snprintf(data->folder, sizeof data->folder, "%s", loaded->folder);
    snprintf(data->name, sizeof data->name, "%s", loaded->name);
    data->train = fingerprint_of(loaded->source);
    data->test = fingerprint_of(loaded->test);
    data->samples = descent_dataset_count(loaded->train);
    data->validated = loaded->validation != NULL;
}

/* In the process that was forked: writes what it finds and ends with the status. */
static _Noreturn void look(int out, const struct study *study)
{
    struct training training = {.run = {.lock = -1}, .started = progress_clock()};
    struct study_data data = {.samples = 0};
    enum exit_status status = load(&training, study);
    if (status == DONE) {
        describe(&data, &training.data);
        if (write(out, &data, sizeof data) != (ssize_t)sizeof data) {
            status = cli_failed("cannot tell what the data are: %s", strerror(errno));
        }
    }
    train_destroy(&training);
    exit((int)status);
}

/* A process that was ended from outside has said nothing. */
static enum exit_status status_of(int status)
{
    if (WIFEXITED(status)) {
        return (enum exit_status)WEXITSTATUS(status);
    }
    return WIFSIGNALED(status)
               ? cli_failed("loading the data was ended by signal %d", WTERMSIG(status))
               : FAILED;
}

static bool read_whole(int in, struct study_data *data)
{
    char *bytes = (char *)data;
    size_t size = 0;
    while (size < sizeof *data) {
        ssize_t more = read(in, bytes + size, sizeof *data - size);
        if (more == 0 || (more < 0 && errno != EINTR)) {
            break;
        }
        size += more > 0 ? (size_t)more : 0;
    }
    return size == sizeof *data;
}

enum exit_status study_data_check(struct study_data *data, const struct study *study)
{
    int ends[2];
    fflush(NULL);
    if (pipe(ends) != 0) {
        return cli_failed("cannot start a process: %s", strerror(errno));
    }
    pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        look(ends[1], study);
    }
    int error = errno;
    close(ends[1]);
    bool told = process > 0 && read_whole(ends[0], data);
    close(ends[0]);
    if (process < 0) {
        return cli_failed("cannot start a process: %s", strerror(error));
    }
    enum exit_status found = status_of(trial_end_of(process));
    return found != DONE || told ? found : cli_failed("the data were not told");
}

/*
 * The test part of the data, for the chosen setting: test.csv has a row for each of its models, and
 * those of settings that were chosen before.
 */
#include "cli/sweep/chosen.h"

#include "cli/base/interrupt.h"
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/sweep/trial.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct tested {
    size_t trial; /* from 1, as its folder is called */
    double samples, loss, accuracy, r2, rmse;
};

#define AT(kind, member) RECORD_MEMBER(kind, struct tested, member)

static const struct record_field FIELDS[] = {
    {"trial", AT(SIZE, trial)},         {"samples", AT(WHOLE, samples)}, {"loss", AT(NUMBER, loss)},
    {"accuracy", AT(NUMBER, accuracy)}, {"r2", AT(NUMBER, r2)},          {"rmse", AT(NUMBER, rmse)},
};

static const struct record RECORD_OF_TESTED = RECORD(struct tested, FIELDS);

static const char *check(const void *row)
{
    const struct tested *tested = row;
    bool valid = tested->trial >= 1 && tested->samples >= 1.0 && isfinite(tested->loss);
    return valid ? NULL : "the number of a trial, samples and a loss";
}

/* The child's exit status where no other attempt could find more to test on. */
enum { NO_TEST = 3 };

/* Whether the data are why: most often they have no test part. */
static bool has_no_test(enum exit_status status)
{
    descent_status why = cli_library_failure();
    return path_failure() == NULL && (status == USAGE || why == DESCENT_ERROR_NOT_FOUND ||
                                      why == DESCENT_ERROR_INVALID || why == DESCENT_ERROR_FORMAT);
}

/* In the child: what a user would type, with the object on the pipe. */
static _Noreturn void evaluate_here(const char *model, const char *data, int pipe, FILE *said)
{
    const char *const words[] = {"evaluate", model, data, "--part=test", "--json", "--quiet", NULL};
    dup2(pipe, STDOUT_FILENO);
    dup2(fileno(said), STDERR_FILENO);
    enum exit_status status = cli_finish(command_evaluate(6, (const char **)words));
    exit(status != DONE && has_no_test(status) ? NO_TEST : (int)status);
}

/* Fails with what the child said. */
static enum exit_status tell(const char *model, FILE *said)
{
    static const char name[] = "descent: ";
    char line[PATH_MAX + 512] = "";
    if (interrupt_came()) {
        return interrupt_status();
    }
    rewind(said);
    if (fgets(line, sizeof line, said) != NULL) {
        line[strcspn(line, "\n")] = '\0';
    }
    const char *why = strncmp(line, name, strlen(name)) == 0 ? line + strlen(name) : line;
    return cli_failed("%s: cannot be evaluated on the test samples: %s", model, why);
}

/* The object that the child printed; NULL where there is nothing to test on. */
static enum exit_status read_answer(json_t **answer, int pipe, pid_t process, const char *model,
                                    FILE *said)
{
    *answer = json_loadfd(pipe, JSON_DISABLE_EOF_CHECK, NULL);
    close(pipe);
    int status = trial_end_of(process);
    bool ended = WIFEXITED(status);
    if (ended && WEXITSTATUS(status) == 0 && *answer != NULL) {
        return DONE;
    }
    json_decref(*answer);
    *answer = NULL;
    return ended && WEXITSTATUS(status) == NO_TEST ? DONE : tell(model, said);
}

static enum exit_status evaluate_in_child(json_t **answer, const struct study *study,
                                          const char *model, FILE *said)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return cli_failed("cannot make a pipe: %s", strerror(errno));
    }
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        evaluate_here(model, study->options.training.data.given, ends[1], said);
    }
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return cli_failed("cannot start a process: %s", strerror(errno));
    }
    return read_answer(answer, ends[0], process, model, said);
}

static enum exit_status evaluate(json_t **answer, const struct study *study, size_t trial)
{
    struct run_path folder = study_trial_folder(study, trial);
    FILE *said = tmpfile();
    *answer = NULL;
    if (said == NULL) {
        return cli_failed("cannot make a temporary file: %s", strerror(errno));
    }
    enum exit_status status = evaluate_in_child(answer, study, folder.text, said);
    fclose(said);
    return status;
}

/* Its row; found tells whether there is something to test on. */
static enum exit_status test_trial(struct tested *tested, bool *found, const struct study *study,
                                   size_t trial)
{
    json_t *answer;
    enum exit_status status = evaluate(&answer, study, trial);
    *tested = (struct tested){
        .trial = trial + 1,
        .samples = cli_json_read(answer, "samples"),
        .loss = cli_json_read(answer, "loss"),
        .accuracy = cli_json_read(answer, "accuracy"),
        .r2 = cli_json_read(answer, "r2"),
        .rmse = cli_json_read(answer, "rmse"),
    };
    *found = answer != NULL && check(tested) == NULL;
    json_decref(answer);
    return status;
}

static enum exit_status load(struct record_rows *rows, const char *path)
{
    *rows = (struct record_rows){0};
    if (!path_is_there(path)) {
        return DONE;
    }
    return record_load(rows, &RECORD_OF_TESTED, RECORD_OF_TESTED.count, path, "test", check);
}

static const struct tested *find(const struct tested *rows, size_t count, size_t trial)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].trial == trial + 1) {
            return &rows[i];
        }
    }
    return NULL;
}

/* Settings that have a row. */
static double count_settings(const struct tested *rows, size_t count, const struct study *study)
{
    double settings = 0.0;
    for (size_t s = 0; s < study->setting_count; s++) {
        bool found = false;
        for (size_t i = 0; i < count; i++) {
            size_t trial = rows[i].trial - 1;
            found = found || (trial < study->trial_count && study->trials[trial].setting == s);
        }
        settings += found ? 1.0 : 0.0;
    }
    return settings;
}

static struct study_tested summarise(const struct tested *rows, size_t count,
                                     const struct study *study, size_t setting)
{
    struct moments accuracy = {0}, loss = {0}, r2 = {0}, rmse = {0};
    struct study_tested test = {
        .settings = count_settings(rows, count, study), .low = NAN, .high = NAN};
    for (size_t i = 0; i < count; i++) {
        size_t trial = rows[i].trial - 1;
        if (trial < study->trial_count && study->trials[trial].setting == setting) {
            test.runs += 1.0;
            test.samples = rows[i].samples;
            moments_add(&accuracy, rows[i].accuracy);
            moments_add(&loss, rows[i].loss);
            moments_add(&r2, rows[i].r2);
            moments_add(&rmse, rows[i].rmse);
        }
    }
    test.accuracy = moments_mean(&accuracy);
    test.accuracy_deviation = moments_deviation(&accuracy);
    test.loss = moments_mean(&loss);
    test.loss_deviation = moments_deviation(&loss);
    test.r2 = moments_mean(&r2);
    test.r2_deviation = moments_deviation(&r2);
    test.rmse = moments_mean(&rmse);
    test.rmse_deviation = moments_deviation(&rmse);
    if (!isnan(test.accuracy)) {
        cli_wilson((size_t)llround(test.accuracy * test.samples), (size_t)test.samples, &test.low,
                   &test.high);
    }
    return test;
}

/* Adds the setting's trials that the rows do not have; stops at the first that cannot be tested. */
static enum exit_status add_missing(struct tested *rows, size_t *count, const struct study *study,
                                    size_t setting)
{
    for (size_t t = 0; t < study->trial_count; t++) {
        bool found = true;
        if (study->trials[t].setting == setting && study->outcomes[t].state == STUDY_TRIAL_DONE &&
            find(rows, *count, t) == NULL) {
            CLI_TRY(test_trial(&rows[*count], &found, study, t));
            *count += found ? 1 : 0;
        }
        if (!found) {
            break;
        }
    }
    return DONE;
}

static enum exit_status test_setting(struct study_chosen *chosen, const struct study *study,
                                     const struct record_rows *known, const char *path)
{
    size_t setting = chosen->setting->setting;
    struct tested *rows = calloc(known->count + study->trial_count + 1, sizeof *rows);
    if (rows == NULL) {
        return cli_failed("%s: out of memory", path);
    }
    if (known->count > 0) {
        memcpy(rows, known->rows, known->count * sizeof *rows);
    }
    size_t count = known->count;
    enum exit_status tested = add_missing(rows, &count, study, setting);
    chosen->test = summarise(rows, count, study, setting);
    enum exit_status status =
        count > known->count ? record_save(&RECORD_OF_TESTED, path, rows, count) : DONE;
    free(rows);
    status = status == DONE ? tested : status;
    return status == DONE && interrupt_came() ? interrupt_status() : status;
}

/* Claimed, as speeds are. */
enum exit_status study_test_chosen(struct study_chosen *chosen, const struct study *study)
{
    struct run_path path = run_file(study->folder, STUDY_TEST);
    struct record_rows known;
    int claim;
    if (chosen->setting == NULL) {
        return DONE;
    }
    CLI_TRY(study_claim_wait(&claim, study, STUDY_CLAIM_TIMING));
    enum exit_status status = load(&known, path.text);
    if (status == DONE) {
        status = test_setting(chosen, study, &known, path.text);
    }
    record_free(&known);
    close(claim);
    return status;
}

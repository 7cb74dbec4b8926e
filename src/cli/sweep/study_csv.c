/*
 * study.csv: a row a trial, in the order of the list. Whoever works off the trials, and however
 * often they are killed, all columns but the last two come to the same bytes.
 */
#include "cli/sweep/study.h"

#include "cli/base/record.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

struct trial_row {
    size_t trial; /* from 1 */
    const char *purpose;
    const char *values[OPTIONS_MAX]; /* of the setting, in the axes' order */
    uint64_t seed;
    double fold; /* NaN: none */
    const char *state, *message;
    struct study_outcome outcome;
};

#define AT(kind, member) RECORD_MEMBER(kind, struct trial_row, member)

static const struct record_field BEFORE[] = {
    {"trial", AT(SIZE, trial)},
    {"purpose", AT(TEXT, purpose)},
};

/* The settings may have an option "epochs" among them. */
static const struct record_field BEHIND[] = {
    {"seed", AT(COUNT, seed)},
    {"fold", AT(WHOLE, fold)},
    {"state", AT(TEXT, state)},
    {"message", AT(TEXT, message)},
    {"epochs_done", AT(WHOLE, outcome.epochs)},
    {"steps", AT(WHOLE, outcome.steps)},
    {"samples", AT(WHOLE, outcome.samples)},
    {"target_steps", AT(NUMBER, outcome.target_steps)},
    {"target_samples", AT(NUMBER, outcome.target_samples)},
    {"target_epochs", AT(NUMBER, outcome.target_epochs)},
    {"best_epoch", AT(WHOLE, outcome.best_epoch)},
    {"validation_loss", AT(NUMBER, outcome.validation_loss)},
    {"validation_accuracy", AT(NUMBER, outcome.validation_accuracy)},
    {"validation_r2", AT(NUMBER, outcome.validation_r2)},
    {"validation_rmse", AT(NUMBER, outcome.validation_rmse)},
    {"crc32", AT(CHARS, outcome.crc32)},
    {"seconds", AT(NUMBER, outcome.seconds)},
    {"samples_per_second", AT(NUMBER, outcome.samples_per_second)},
};

#define COUNT_OF(list) (sizeof(list) / sizeof(list)[0])

struct columns {
    struct record_field fields[RECORD_FIELDS_MAX];
    size_t count;
};

_Static_assert(OPTIONS_MAX + COUNT_OF(BEFORE) + COUNT_OF(BEHIND) <= RECORD_FIELDS_MAX,
               "there is room for an axis of every option");

static void add(struct columns *columns, const struct record_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        columns->fields[columns->count++] = fields[i];
    }
}

static void make_columns(struct columns *columns, const struct study *study)
{
    columns->count = 0;
    add(columns, BEFORE, COUNT_OF(BEFORE));
    for (size_t a = 0; a < study->axis_count; a++) {
        const struct record_field axis = {
            .name = study->axes[a].option,
            .type = RECORD_TEXT,
            .offset = offsetof(struct trial_row, values) + a * sizeof(char *),
        };
        add(columns, &axis, 1);
    }
    add(columns, BEHIND, COUNT_OF(BEHIND));
}

/* A trial that this process could not finish is there for others as one that nobody began. */
static void fill_row(struct trial_row *row, const struct study *study, size_t t)
{
    const struct study_trial *trial = &study->trials[t];
    const struct study_setting *setting = &study->settings[trial->setting];
    const struct study_outcome *outcome = &study->outcomes[t];
    bool done = outcome->state == STUDY_TRIAL_DONE, failed = outcome->state == STUDY_TRIAL_FAILED;
    *row = (struct trial_row){
        .trial = t + 1,
        .purpose = study_trial_purpose(study, t),
        .seed = trial->seed,
        .fold = trial->fold > 0 ? (double)trial->fold : NAN,
        .state = done     ? "done"
                 : failed ? "failed"
                          : "missing",
        .message = failed ? outcome->message : NULL,
        .outcome = study_no_outcome(outcome->state),
    };
    if (done) {
        row->outcome = *outcome;
    }
    for (size_t a = 0; a < study->axis_count; a++) {
        row->values[a] = setting->values[a];
    }
}

static enum exit_status save(const struct study *study)
{
    struct columns columns;
    make_columns(&columns, study);
    const struct record record = {columns.fields, columns.count, sizeof(struct trial_row), false};
    struct trial_row *rows = calloc(study->trial_count + 1, sizeof *rows);
    if (rows == NULL) {
        return cli_failed("out of memory for the table of %zu trials", study->trial_count);
    }
    for (size_t t = 0; t < study->trial_count; t++) {
        fill_row(&rows[t], study, t);
    }
    enum exit_status status =
        record_save(&record, run_file(study->folder, STUDY_TABLE).text, rows, study->trial_count);
    free(rows);
    return status;
}

/* One process at a time, and each looks before: the last one to write has seen what all did. */
enum exit_status study_csv_save(struct study *study)
{
    int claim;
    CLI_TRY(study_claim_wait(&claim, study, STUDY_CLAIM_TABLE));
    enum exit_status status = study_update(study);
    if (status == DONE) {
        status = save(study);
    }
    close(claim);
    return status;
}

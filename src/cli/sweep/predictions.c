/*
 * Out-of-fold predictions: each training sample's answer by the model that was trained without its
 * fold, for every setting and seed that is reported.
 */
#include "cli/base/record.h"
#include "cli/evaluate/evaluation.h"
#include "cli/sweep/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct predictions {
    const struct study *study;
    FILE *out;
    struct training
        training;  /* of a trial of the setting: all its folds and seeds share the data */
    size_t number; /* of the setting, from 1, of those that are reported */
    bool begun;    /* whether the headings are written */
};

/* The data of a trial's setting, as the trial itself had them. */
static enum exit_status load_data(struct training *training, const struct study *study,
                                  size_t trial)
{
    CLI_TRY(run_find(&training->run, study_trial_folder(study, trial).text));
    CLI_TRY(train_resume_read(training));
    CLI_TRY(train_resume_find_data(training));
    CLI_TRY(train_data_load(training));
    return train_resume_check(training);
}

/* What stands in front of the fields of a trial's samples, or without one their headings. Owned by
 * the caller; NULL where memory is out. */
static char *lead_of(const struct predictions *predictions, const struct study_trial *trial)
{
    const struct study *study = predictions->study;
    char *text = NULL;
    size_t size = 0;
    FILE *out = text_open(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    if (trial == NULL) {
        fputs("setting,", out);
    } else {
        fprintf(out, "%zu,", predictions->number);
    }
    for (size_t a = 0; a < study->axis_count; a++) {
        record_write_text(out, trial == NULL ? study->axes[a].option
                                             : study->settings[trial->setting].values[a]);
        fputc(',', out);
    }
    if (trial == NULL) {
        fputs("seed,fold,", out);
    } else {
        fprintf(out, "%ju,%ju,", (uintmax_t)trial->seed, (uintmax_t)trial->fold);
    }
    if (!text_close(out, &text)) {
        free(text);
        return NULL;
    }
    return text;
}

static enum exit_status list(struct predictions *predictions, size_t trial,
                             const struct trained_model *trained, const descent_dataset *held)
{
    char *headings = lead_of(predictions, NULL);
    char *fields = lead_of(predictions, &predictions->study->trials[trial]);
    bool made = headings != NULL && fields != NULL;
    const struct evaluation_lead lead = {predictions->begun ? NULL : headings, fields};
    enum exit_status status =
        made ? evaluation_list_samples(predictions->out, trained, held, 0.5, false, lead)
             : cli_failed("out of memory for predictions");
    predictions->begun = true;
    free(headings);
    free(fields);
    return status;
}

/* The answers to the samples of a trial's fold, by the weights that it chose. */
static enum exit_status predict(struct predictions *predictions, size_t trial)
{
    const struct study *study = predictions->study;
    struct trained_model trained = {0};
    descent_dataset *rest, *held;
    CLI_TRY_LIBRARY(descent_dataset_split_fold(&rest, &held, predictions->training.data.source,
                                               study->trials[trial].fold, study->options.folds));
    enum exit_status status = trained_model_load(&trained, study_trial_folder(study, trial).text);
    if (status == DONE) {
        status = list(predictions, trial, &trained, held);
    }
    trained_model_free(&trained);
    descent_dataset_destroy(rest);
    descent_dataset_destroy(held);
    return status;
}

static enum exit_status predict_setting(struct predictions *predictions, size_t setting)
{
    const struct study *study = predictions->study;
    struct training *training = &predictions->training;
    enum exit_status status = DONE;
    for (size_t t = 0; status == DONE && t < study->trial_count; t++) {
        if (study->trials[t].setting != setting || study->outcomes[t].state != STUDY_TRIAL_DONE) {
            continue;
        }
        if (training->data.source == NULL) {
            status = load_data(training, study, t);
        }
        if (status == DONE) {
            status = predict(predictions, t);
        }
    }
    return status;
}

static enum exit_status predict_all(struct predictions *predictions)
{
    const struct study *study = predictions->study;
    enum exit_status status = DONE;
    for (size_t s = 0; status == DONE && s < study->setting_count; s++) {
        if (study->settings[s].tuning) {
            continue;
        }
        predictions->number++;
        predictions->training =
            (struct training){.run = {.lock = -1}, .display = progress_create(true)};
        status = predict_setting(predictions, s);
        train_destroy(&predictions->training);
    }
    return status;
}

enum exit_status study_predictions_save(const struct study *study)
{
    struct run_path path = run_file(study->folder, STUDY_PREDICTIONS);
    struct text_file file;
    if (study->options.folds == 0) {
        return DONE;
    }
    CLI_TRY(text_file_open(&file, path.text));
    struct predictions predictions = {.study = study, .out = file.out};
    enum exit_status status = predict_all(&predictions);
    if (status == DONE && predictions.begun) {
        return text_file_save(&file);
    }
    text_file_discard(&file);
    return status;
}

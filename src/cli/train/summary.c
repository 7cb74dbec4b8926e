/*
 * The result of a run: how good the saved weights are on each part of the data.
 */
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>

/* The parts; samples is 0 where there is none. */
struct result {
    descent_metrics parts[TRAIN_PARTS];
    double samples_per_second; /* NaN where this process has not trained */
};

static descent_status evaluate_parts(struct training *training, struct result *result)
{
    descent_trainer *trainer = training->trainer;
    descent_status status = DESCENT_OK;
    if (training->best != NULL) {
        status = descent_trainer_load(trainer, training->best);
    }
    const descent_dataset *datasets[TRAIN_PARTS] = {training->data.train, training->data.validation,
                                                    training->data.test};
    for (int p = 0; p < TRAIN_PARTS && status == DESCENT_OK; p++) {
        if (datasets[p] != NULL) {
            status = train_evaluate(training, datasets[p], &result->parts[p]);
        }
    }
    return status;
}

static const descent_model *saved_model(const struct training *training)
{
    return training->best != NULL ? training->best : training->model;
}

static const char *const NAMES[TRAIN_PARTS] = {"training", "validation", "test"};

static void print_classes(const char *name, const descent_metrics *part,
                          const struct train_figures *figures)
{
    char accuracy[TEXT_SIZE], correct[TEXT_SIZE], samples[TEXT_SIZE];
    double low, high;
    cli_wilson(part->correct, part->samples, &low, &high);
    printf("%-10s  %9.6f  %9s  %.2f-%.2f %%  %s of %s\n", name, figures->loss,
           text_percent(accuracy, figures->accuracy), 100.0 * low, 100.0 * high,
           text_count(correct, part->correct), text_count(samples, part->samples));
}

static void print_numbers(const char *name, const descent_metrics *part,
                          const struct train_figures *figures)
{
    char r2[TEXT_SIZE], samples[TEXT_SIZE];
    printf("%-10s  %9.6f  %9s  %9.6g  %s\n", name, figures->loss, text_r2(r2, figures->r2),
           figures->rmse, text_count(samples, part->samples));
}

static void print_parts(const struct training *training, const struct result *result)
{
    bool regression = train_is_regression(training);
    printf("%s", regression ? "                 loss         R2       RMSE  samples\n"
                            : "                 loss   accuracy  95 % interval  correct\n");
    for (int p = 0; p < TRAIN_PARTS; p++) {
        const descent_metrics *part = &result->parts[p];
        if (part->samples > 0) {
            struct train_figures figures = train_figures(training, (enum train_part)p, part);
            (regression ? print_numbers : print_classes)(NAMES[p], part, &figures);
        }
    }
}

static void print_speed(const struct training *training, const struct result *result)
{
    char speed[TEXT_SIZE];
    printf("time        %.2f s", training->seconds);
    if (!isnan(result->samples_per_second)) {
        printf(", %s samples/s", text_count(speed, (uint64_t)result->samples_per_second));
    }
    putchar('\n');
}

static void print_text(const struct training *training, const struct result *result)
{
    char reason[128];
    train_stop_describe(training, reason, sizeof reason);
    printf("stopped     after epoch %ju: %s\n", (uintmax_t)training->done.epoch, reason);
    printf("best epoch  %ju of %ju, %s\n\n", (uintmax_t)training->done.best_epoch,
           (uintmax_t)training->done.epoch,
           training->best != NULL ? "by validation loss" : "the last one: no validation set");
    print_parts(training, result);
    putchar('\n');
    print_speed(training, result);
    printf("weights     %s, crc32 %08x\n", run_path(&training->run, RUN_MODEL).text,
           (unsigned)descent_model_fingerprint(saved_model(training)));
    printf("run         %s: %s, %s, %s\n", training->run.folder, RUN_CHECKPOINT, RUN_METRICS,
           RUN_CONFIG);
}

static json_t *part_to_json(const struct training *training, enum train_part p,
                            const struct result *result)
{
    const descent_metrics *part = &result->parts[p];
    if (part->samples == 0) {
        return json_null();
    }
    struct train_figures figures = train_figures(training, p, part);
    if (train_is_regression(training)) {
        return json_pack("{s:f, s:o, s:f, s:I}", "loss", figures.loss, "r2",
                         cli_json_number(figures.r2), "rmse", figures.rmse, "samples",
                         (json_int_t)part->samples);
    }
    double low, high;
    cli_wilson(part->correct, part->samples, &low, &high);
    return json_pack("{s:f, s:f, s:I, s:f, s:f}", "loss", figures.loss, "accuracy",
                     figures.accuracy, "samples", (json_int_t)part->samples, "accuracy_low", low,
                     "accuracy_high", high);
}

/* The names of what the check-up has told. */
static json_t *warnings_to_json(const struct training *training)
{
    json_t *names = json_array();
    for (size_t i = 0; checkup_name(i) != NULL; i++) {
        if (checkup_was_told(training->told, i)) {
            json_array_append_new(names, json_string(checkup_name(i)));
        }
    }
    return names;
}

static enum exit_status print_json(const struct training *training, const struct result *result)
{
    bool trained = !isnan(result->samples_per_second);
    char crc32[16];
    snprintf(crc32, sizeof crc32, "%08x",
             (unsigned)descent_model_fingerprint(saved_model(training)));
    double norm = training->done.gradient.norm;
    json_t *object = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:f, s:o, s:o, s:o, s:o, s:s, s:o}", "run",
        training->run.folder, TRAIN_CONFIG_STOP, train_stop_name(train_stop_reason(training)),
        "epochs", (json_int_t)training->done.epoch, "steps",
        (json_int_t)descent_trainer_steps(training->trainer), "best_epoch",
        (json_int_t)training->done.best_epoch, "recoveries", (json_int_t)training->done.recoveries,
        "gradient_norm", cli_json_number(norm), "seconds", training->seconds, "samples_per_second",
        trained ? json_real(result->samples_per_second) : json_null(), "train",
        part_to_json(training, TRAIN_PART, result), "validation",
        part_to_json(training, VALIDATION_PART, result), "test",
        part_to_json(training, TEST_PART, result), "crc32", crc32, "warnings",
        warnings_to_json(training));
    return cli_print_json(object);
}

enum exit_status train_summary(struct training *training)
{
    struct result result = {.samples_per_second = NAN};
    if (training->train_samples > 0) {
        result.samples_per_second = (double)training->train_samples / training->train_seconds;
    }
    if (evaluate_parts(training, &result) != DESCENT_OK) {
        return cli_library_failed();
    }
    if (training->options.json) {
        return print_json(training, &result);
    }
    progress_say(&training->display, "%s", "");
    fflush(stderr);
    print_text(training, &result);
    return DONE;
}

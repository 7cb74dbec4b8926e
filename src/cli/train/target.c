/*
 * A figure that training is to reach: which one the options name, and when it was reached.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>

/* The target of the options, with what is known of it. */
struct target {
    descent_target kind; /* NONE: there is none */
    double value;
    double found; /* at the last check */
    bool reached;
    double steps, samples, epochs; /* NaN where that is not known */
};

static bool is_reached(const struct training *training)
{
    descent_stop stop = train_stop(training);
    return stop == DESCENT_STOP_ACCURACY || stop == DESCENT_STOP_LOSS || stop == DESCENT_STOP_RMSE;
}

static struct target target_of(const struct training *training)
{
    const descent_fit_config config = train_fit_config(training);
    const descent_progress *progress = train_progress(training);
    const double found[DESCENT_TARGET_COUNT] = {NAN, progress->accuracy, progress->check.loss,
                                                progress->check.rmse};
    struct target target = {.steps = NAN, .samples = NAN, .epochs = NAN};
    target.kind = descent_target_of(&config, &target.value);
    target.found = found[target.kind];
    target.reached = is_reached(training);
    if (target.reached && progress->crossing.target == (uint64_t)target.kind) {
        target.steps = progress->crossing.steps;
        target.samples = progress->crossing.samples;
        target.epochs = target.samples / (double)descent_dataset_count(training->data.train);
    }
    return target;
}

enum exit_status train_target_settle(struct training *training)
{
    struct train_options *options = &training->options;
    const struct option_arguments *arguments = &training->arguments;
    const bool given[] = {TRAIN_OPTION_GIVEN(arguments, target_accuracy),
                          TRAIN_OPTION_GIVEN(arguments, target_loss),
                          TRAIN_OPTION_GIVEN(arguments, target_rmse)};
    double *values[] = {&options->target_accuracy, &options->target_loss, &options->target_rmse};
    size_t targets = 0;
    for (size_t t = 0; t < 3; t++) {
        targets += given[t] && *values[t] > 0.0;
    }
    if (targets > 1) {
        return cli_usage("expected one of --target-accuracy, --target-loss and --target-rmse, "
                         "found %zu of them",
                         targets);
    }
    for (size_t t = 0; t < 3 && targets == 1; t++) { /* in place of that of a resumed run */
        *values[t] = given[t] ? *values[t] : 0.0;
    }
    return DONE;
}

static const char *part_of(const struct training *training)
{
    return training->data.validation != NULL ? "validation" : "train";
}

void train_target_describe(const struct training *training, char *text, size_t size)
{
    struct target target = target_of(training);
    const char *name = descent_target_name(target.kind);
    text[0] = '\0';
    if (target.kind == DESCENT_TARGET_NONE) {
        return;
    }
    if (!target.reached) {
        text_append(text, size, ", --target-%s %g not reached", name, target.value);
        return;
    }
    text_append(text, size, "%s%s %s %.4f reaches --target-%s %g", part_of(training),
                training->data.validation != NULL ? "" : "ing",
                target.kind == DESCENT_TARGET_RMSE ? "RMSE" : name, target.found, name,
                target.value);
}

void train_target_print(const struct training *training)
{
    struct target target = target_of(training);
    char text[TEXT_SIZE];
    double samples = fmin(fmax(round(target.samples), 0.0), OPTION_COUNT_MAX); /* from a file */
    if (!isnan(target.steps)) {
        lines_print(stdout, "target      reached after %.1f steps: %s samples, %.*f epochs",
                    target.steps, text_count(text, (uint64_t)samples), target.epochs < 10.0 ? 3 : 1,
                    target.epochs);
    }
}

json_t *train_target_to_json(const struct training *training)
{
    struct target target = target_of(training);
    char figure[TEXT_SIZE];
    if (target.kind == DESCENT_TARGET_NONE) {
        return json_null();
    }
    snprintf(figure, sizeof figure, "%s_%s", part_of(training), descent_target_name(target.kind));
    return json_pack("{s:s, s:f, s:b, s:o, s:o, s:o}", "figure", figure, "value", target.value,
                     "reached", target.reached, "steps", cli_json_number(target.steps), "samples",
                     cli_json_number(target.samples), "epochs", cli_json_number(target.epochs));
}

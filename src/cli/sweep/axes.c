/*
 * The axes of a study: which options its settings differ in, and by which values.
 */
#include "cli/sweep/study.h"

#include "cli/base/option_names.h"

#include <descent/augment.h>

#include <stdlib.h>
#include <string.h>

/* What cannot differ among the trials of a study, and why. */
static const struct refusal {
    const char *option, *reason;
} REFUSALS[] = {
    {"seed", "give --seeds"},
    {"fold", "give --folds"},
    {"out", "each trial has a folder of its own in that of the study"},
    {"resume", "trials that were not finished are resumed anyway"},
    {"until", "give --halving or --epochs"},
    {"regression", "the figures of classes and numbers cannot be compared"},
    {"multi-label", "the figures of classes and labels cannot be compared"},
    {"target-accuracy", "a study has one target"},
    {"target-loss", "a study has one target"},
    {"target-rmse", "a study has one target"},
    {"check-every", "it does not decide what is learnt"},
};

static enum exit_status check_varies(const struct option *row)
{
    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
        if (strcmp(REFUSALS[i].option, row->name) == 0) {
            return cli_usage("--vary %s: cannot be varied: %s", row->name, REFUSALS[i].reason);
        }
    }
    bool decides = row->storage == OPTION_RESULT || strcmp(row->name, "init-from") == 0;
    return decides ? DONE
                   : cli_usage("--vary %s: expected an option that decides results: this one does "
                               "not",
                               row->name);
}

/* Texts that a row takes as they are, but train does not. */
static enum exit_status check_texts(const struct study_axis *axis)
{
    for (size_t v = 0; v < axis->count; v++) {
        double deviation;
        descent_augment augment;
        if (strcmp(axis->option, "init-bias") == 0) {
            CLI_TRY(train_read_init_bias(&deviation, axis->values[v]));
        } else if (strcmp(axis->option, "class-weights") == 0) {
            CLI_TRY(train_check_class_weights(axis->values[v]));
        } else if (strcmp(axis->option, "augment") == 0) {
            CLI_TRY(source_augment_read(&augment, axis->values[v]));
        }
    }
    return DONE;
}

/* An axis without values so far. */
static struct study_axis *add_axis(struct study *study, const char *name)
{
    size_t row = study_train_row(name);
    struct study_axis *axis = &study->axes[study->axis_count++];
    *axis = (struct study_axis){.option = TRAIN_OPTIONS.rows[row].name, .row = row};
    return axis;
}

static enum exit_status read_axis(struct study *study, const char *name, const char *values)
{
    if (study_axis_of(study, name) != NULL) {
        return cli_usage("--vary %s: expected each option once, found it twice%s", name,
                         strcmp(name, "batch") == 0 ? ", perhaps as --batch" : "");
    }
    if (option_given(&TRAIN_OPTIONS, &study->arguments, name)) {
        return cli_usage("--vary %s: expected either this or --%s, found both", name, name);
    }
    struct study_axis *axis = add_axis(study, name);
    CLI_TRY(study_values_read(axis, values));
    if (axis->range != STUDY_LIST && study->options.trials == 0) {
        return cli_usage("--vary %s: expected a number of values, %s:N, or --trials to draw from "
                         "the range",
                         name, values);
    }
    return check_texts(axis);
}

/* line: NAME=VALUES. */
static enum exit_status read_line(struct study *study, char *line)
{
    struct option row;
    char *equal = strchr(line, '=');
    if (equal == NULL || equal == line || equal[1] == '\0') {
        return cli_usage("--vary: expected NAME=VALUES, such as lr=0.01,0.1, found \"%.100s\"",
                         line);
    }
    *equal = '\0';
    CLI_TRY(option_find(&row, &TRAIN_OPTIONS, line));
    CLI_TRY(check_varies(&row));
    return read_axis(study, row.name, equal + 1);
}

static enum exit_status read_lines(struct study *study, char *lines)
{
    for (char *line = lines, *end; line != NULL; line = end) {
        end = strchr(line, '\n');
        if (end != NULL) {
            *end++ = '\0';
        }
        CLI_TRY(read_line(study, line));
    }
    return DONE;
}

static enum exit_status read_vary(struct study *study)
{
    char *lines = strdup(study->options.vary);
    enum exit_status status =
        lines != NULL ? read_lines(study, lines) : cli_failed("out of memory for --vary");
    free(lines);
    return status;
}

/* The learning rate becomes the last axis. */
static enum exit_status derive_lr(struct study *study)
{
    bool scaled = study->options.lr_rule != STUDY_LR_TUNE;
    if (study_axis_of(study, "lr") != NULL) {
        return cli_usage("--vary lr: expected either this or --lr-rule, found both");
    }
    if (scaled && (study_axis_of(study, "batch") == NULL || study->options.trials > 0)) {
        return cli_usage("--lr-rule: linear and sqrt need batch sizes to scale for: expected "
                         "--batch with a list, without --trials");
    }
    add_axis(study, "lr")->derived = true;
    return DONE;
}

enum exit_status study_axes_read(struct study *study)
{
    if (study->options.batch != NULL) {
        CLI_TRY(read_axis(study, "batch", study->options.batch));
    }
    if (study->options.vary != NULL) {
        CLI_TRY(read_vary(study));
    }
    if (study->axis_count == 0 && study->options.trials > 0) {
        return cli_usage(
            "--trials: expected --vary or --batch with values to draw from, found none");
    }
    return study->options.lr_rule != STUDY_LR_AS_GIVEN ? derive_lr(study) : DONE;
}

void study_axes_free(struct study *study)
{
    for (size_t a = 0; a < study->axis_count; a++) {
        for (size_t v = 0; v < study->axes[a].count; v++) {
            free(study->axes[a].values[v]);
        }
        free(study->axes[a].values);
    }
}

/*
 * From a command line, and what a study's folder holds, to the study: all checks that need no data.
 */
#include "cli/sweep/plan.h"
#include "cli/sweep/study_file.h"

#include "cli/base/paths.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The option of train whose values are paths. */
static const char PATH_OPTION[] = "init-from";

/* "5", which is 1 to 5, or "3-10". */
static bool read_range(uint64_t *first, uint64_t *count, const char *text)
{
    char begin[TEXT_SIZE];
    const char *rest = text;
    uint64_t last;
    if (!text_next(&rest, '-', begin) || !text_read_count(first, begin)) {
        return false;
    }
    if (rest == NULL) {
        *count = *first;
        *first = 1;
        return *count >= 1;
    }
    bool read =
        text_read_count(&last, rest) && last >= *first && last <= (uint64_t)OPTION_COUNT_MAX;
    *count = read ? last - *first + 1 : 0;
    return read;
}

bool study_seeds_of(uint64_t *first, uint64_t *count, const struct study_options *options)
{
    *first = options->training.options.seed;
    *count = 1;
    return options->seeds == NULL || read_range(first, count, options->seeds);
}

static enum exit_status read_seeds(struct study *study)
{
    const struct study_options *options = &study->options;
    if (!study_seeds_of(&study->first_seed, &study->seed_count, options)) {
        return cli_usage("--seeds: expected a number of seeds N, or A-B with A <= B, found "
                         "\"%.100s\"",
                         options->seeds);
    }
    bool seed = option_given(&TRAIN_OPTIONS, &study->arguments, "seed");
    return options->seeds != NULL && seed && options->trials == 0
               ? cli_usage("--seed has an effect only without --seeds, or with --trials")
               : DONE;
}

/* Halving pauses trainings of a known length and ranks them by their validation loss. */
static enum exit_status check_halving(const struct study *study)
{
    const struct study_options *options = &study->options;
    const struct train_options *shared = &options->training.options;
    if (options->halving == 0) {
        return DONE;
    }
    if (shared->epochs == 0 || study_axis_of(study, "epochs") != NULL) {
        return cli_usage("--halving: expected --epochs N, the same for all, of which settings that "
                         "are not good enough get a part");
    }
    if (options->lr_rule != STUDY_LR_AS_GIVEN || study_has_target(study) || shared->budget > 0.0 ||
        study_axis_of(study, "budget") != NULL) {
        return cli_usage(
            "--halving: expected trainings that end after --epochs, without --lr-rule, "
            "--budget or a target");
    }
    if (study_axis_of(study, "loss") != NULL || study_axis_of(study, "label-smoothing") != NULL) {
        return cli_usage("--halving: ranks settings by their validation loss, which cannot be "
                         "compared where --vary changes what the loss is");
    }
    if (halving_rungs(study) < 2) {
        return cli_usage("--halving %ju: expected at least as many epochs and settings, found %ju "
                         "and %zu",
                         (uintmax_t)options->halving, (uintmax_t)shared->epochs,
                         study->combination_count);
    }
    return DONE;
}

static enum exit_status check_rule(const struct study *study)
{
    return study->options.lr_rule != STUDY_LR_AS_GIVEN &&
                   study->options.training.options.lr == OPTION_SECOND
               ? cli_usage("--lr auto: expected a number, or no --lr, with --lr-rule")
               : DONE;
}

static enum exit_status check_size(const struct study *study)
{
    uint64_t folds = study->options.folds > 0 ? study->options.folds : 1;
    uint64_t most = STUDY_TRIALS_MAX / study->combination_count / folds;
    return study->seed_count <= most
               ? DONE
               : cli_usage("sweep: expected at most %d trials, found %zu x %ju x %ju of settings, "
                           "seeds and folds",
                           STUDY_TRIALS_MAX, study->combination_count, (uintmax_t)study->seed_count,
                           (uintmax_t)folds);
}

/* Those of train are checked for each combination of values. */
static enum exit_status check_own_effects(const struct study *study)
{
    const struct option_table *table = study_options_table();
    for (size_t i = TRAIN_OPTIONS.count; i < table->count; i++) {
        const struct option *row = &table->rows[i];
        if (study->arguments.texts[i] != NULL && row->applies != NULL &&
            !row->applies(&study->options)) {
            return cli_usage("--%s has an effect only %s", row->name, row->only);
        }
    }
    return DONE;
}

/* In place of the text that was given; owned from here on. */
static enum exit_status replace_text(struct study *study, const char *name, char *text)
{
    const struct option_table *table = study_options_table();
    struct option row = option_row(table, 0);
    size_t number = 0;
    while (strcmp(row.name, name) != 0) {
        row = option_row(table, ++number);
    }
    free(study->arguments.texts[number]);
    study->arguments.texts[number] = text;
    return option_read(&row, &study->options, text) ? DONE : cli_failed("out of memory");
}

/* A study may go on from another folder. What is not there is told when it is loaded. */
static enum exit_status make_absolute(struct study *study)
{
    const char *text = study->arguments.texts[study_train_row(PATH_OPTION)];
    char *path = text != NULL ? path_resolved(text) : NULL;
    return path != NULL ? replace_text(study, PATH_OPTION, path) : path_check();
}

static void write_values(FILE *out, const struct study_axis *axis)
{
    fprintf(out, "%s=choice:", axis->option);
    for (size_t v = 0; v < axis->count; v++) {
        fprintf(out, "%s%s", v > 0 ? ";" : "", axis->values[v]);
    }
}

/* The lines of --vary are axes in their order, behind that of --batch. */
static void write_lines(FILE *out, const struct study *study)
{
    size_t axis = study->options.batch != NULL ? 1 : 0;
    for (const char *line = study->options.vary; line != NULL; axis++) {
        const char *end = strchr(line, '\n');
        size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
        if (strcmp(study->axes[axis].option, PATH_OPTION) == 0) {
            write_values(out, &study->axes[axis]);
        } else {
            fwrite(line, 1, length, out);
        }
        fputs(end != NULL ? "\n" : "", out);
        line = end != NULL ? end + 1 : NULL;
    }
}

/* The same for paths that vary, which are absolute once they have been read. */
static enum exit_status make_varied_absolute(struct study *study)
{
    char *text = NULL;
    size_t size = 0;
    if (study_axis_of(study, PATH_OPTION) == NULL) {
        return DONE;
    }
    FILE *out = text_open(&text, &size);
    if (out == NULL) {
        return cli_failed("out of memory");
    }
    write_lines(out, study);
    if (!text_close(out, &text)) {
        free(text);
        return cli_failed("out of memory");
    }
    return replace_text(study, "vary", text);
}

enum exit_status study_configure(struct study *study)
{
    CLI_TRY(check_own_effects(study));
    CLI_TRY(check_rule(study));
    CLI_TRY(read_seeds(study));
    CLI_TRY(study_axes_read(study));
    CLI_TRY(make_varied_absolute(study));
    if (study->stage_count == 0) {
        study->stages[study->stage_count++] =
            (struct study_stage){.trials = study->options.trials, .seeds = study->seed_count};
    }
    CLI_TRY(study_combine(study));
    CLI_TRY(check_size(study));
    return check_halving(study);
}

static enum exit_status read_data(struct study *study)
{
    const char *const *rest = study->arguments.rest;
    if (rest[0] != NULL && rest[1] != NULL) {
        return cli_usage("sweep: expected one DATA, found \"%.100s\" and \"%.100s\"", rest[0],
                         rest[1]);
    }
    if (rest[0] == NULL) {
        return study_recall(study);
    }
    study->options.training.data.given = strdup(rest[0]);
    return study->options.training.data.given != NULL ? DONE : cli_failed("out of memory");
}

enum exit_status study_read(struct study *study, int argc, const char **argv)
{
    struct study_options *options = &study->options;
    options->training.argc = argc;
    options->training.argv = argv;
    CLI_TRY(option_read_command(study_options_table(), argc, argv, &study->arguments, options));
    if (options->out == NULL) {
        return cli_usage("sweep: expected --out STUDY, the folder of the study");
    }
    int length = snprintf(study->folder, sizeof study->folder, "%s", options->out);
    if (length >= STUDY_FOLDER_SIZE) {
        return cli_usage("--out: expected a path of at most %d bytes, found %d",
                         STUDY_FOLDER_SIZE - 1, length);
    }
    CLI_TRY(study_shard_read(study));
    CLI_TRY(make_absolute(study));
    CLI_TRY(read_data(study));
    return study_configure(study);
}

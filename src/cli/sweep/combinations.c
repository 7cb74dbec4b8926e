/*
 * The combinations of values that a study tries: all of the grid, or so many that are drawn. An
 * option that has no effect beside the others (momentum, with adamw) is left out of a combination,
 * and combinations that are the same then are one.
 */
#include "cli/sweep/plan.h"
#include "cli/sweep/values.h"

#include <descent/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the numbers that are drawn. */
enum { DRAWING_STREAM = DESCENT_STREAM_USER + 21 };

/* Which rows of train had an effect so far. */
struct effects {
    bool used[OPTIONS_MAX];
};

void study_combinations_free(struct study *study)
{
    for (size_t c = 0; c < study->combination_count; c++) {
        study_values_free(study->combinations[c].values, study->axis_count);
    }
    free(study->combinations);
    study->combinations = NULL;
    study->combination_count = 0;
}

/* Number i of the grid: the last axis turns fastest. */
static bool pick(char **values, const struct study *study, size_t i)
{
    bool picked = true;
    for (size_t a = study->axis_count; a-- > 0;) {
        const struct study_axis *axis = &study->axes[a];
        if (!axis->derived) {
            values[a] = strdup(axis->values[i % axis->count]);
            picked = picked && values[a] != NULL;
            i /= axis->count;
        }
    }
    return picked;
}

/* Drawing i depends on the study's seed and on i alone: more drawings leave the first as they are.
 */
static bool draw(char **values, const struct study *study, size_t i)
{
    descent_random random =
        descent_random_init(study->options.training.options.seed, DRAWING_STREAM, i);
    bool drawn = true;
    for (size_t a = 0; a < study->axis_count; a++) {
        const struct study_axis *axis = &study->axes[a];
        char number[TEXT_SIZE];
        const char *value = number;
        if (axis->derived) {
            continue;
        }
        if (axis->range != STUDY_LIST) {
            study_range_value(number, axis, descent_random_uniform(&random));
        } else {
            value = axis->values[descent_random_below(&random, axis->count)];
        }
        values[a] = strdup(value);
        drawn = drawn && values[a] != NULL;
    }
    return drawn;
}

static void note_effects(struct effects *effects, const struct option_arguments *arguments)
{
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        effects->used[i] = effects->used[i] || arguments->texts[i] != NULL;
    }
}

/* Leaves out what has no effect. */
static bool reduce(struct study_combination *combination, const struct study *study,
                   const struct option_arguments *arguments)
{
    bool reduced = true;
    for (size_t a = 0; a < study->axis_count; a++) {
        const struct study_axis *axis = &study->axes[a];
        if (!axis->derived && arguments->texts[axis->row] == NULL) {
            free(combination->values[a]);
            combination->values[a] = strdup(STUDY_NO_EFFECT);
            reduced = reduced && combination->values[a] != NULL;
        }
    }
    return reduced;
}

static enum exit_status complete(struct study_combination *combination, const struct study *study,
                                 struct effects *effects)
{
    struct option_arguments arguments = {0};
    struct train_options options = {0};
    enum exit_status status = study_arguments_of(&arguments, &options, study, combination->values);
    if (status == DONE && !reduce(combination, study, &arguments)) {
        status = cli_failed("out of memory for the combinations of a study");
    }
    note_effects(effects, &arguments);
    combination->batch = options.batch;
    double given = study->options.training.options.lr; /* which a rule has no trial take as it is */
    combination->lr = given > 0.0 ? given : train_options_usual_lr(&options);
    option_free(&TRAIN_OPTIONS, &arguments, &options);
    return status;
}

/* Whether the values are the same, but for those that are derived, and for those of one option, or
 * NULL. */
static bool same_values(const struct study *study, char *const *left, char *const *right,
                        const char *except)
{
    bool same = true;
    for (size_t a = 0; same && a < study->axis_count; a++) {
        bool counts = !study->axes[a].derived && !text_same(study->axes[a].option, except);
        same = !counts || strcmp(left[a], right[a]) == 0;
    }
    return same;
}

static bool is_new(const struct study *study, const struct study_combination *combination)
{
    bool found = false;
    for (size_t c = 0; !found && c < study->combination_count; c++) {
        found = same_values(study, study->combinations[c].values, combination->values, NULL);
    }
    return !found;
}

/* Adds number i, unless it is there. */
static enum exit_status add(struct study *study, size_t i, struct effects *effects)
{
    struct study_combination one = {.values = calloc(study->axis_count + 1, sizeof(char *))};
    bool made = one.values != NULL && (study->options.trials > 0 ? draw(one.values, study, i)
                                                                 : pick(one.values, study, i));
    enum exit_status status = made ? complete(&one, study, effects)
                                   : cli_failed("out of memory for the combinations of a study");
    if (status == DONE && is_new(study, &one)) {
        study->combinations[study->combination_count++] = one;
    } else {
        study_values_free(one.values, study->axis_count);
    }
    return status;
}

/* How many numbers there are; more than are allowed where the product is larger. */
static size_t count_numbers(const struct study *study)
{
    const struct study_stage *wanted = plan_stage(study);
    size_t count = 1;
    for (size_t a = 0; wanted->trials == 0 && a < study->axis_count; a++) {
        count *= study->axes[a].derived ? 1 : study->axes[a].count;
        count = count > STUDY_TRIALS_MAX ? STUDY_TRIALS_MAX + 1 : count;
    }
    return wanted->trials == 0 ? count : wanted->trials;
}

static enum exit_status check_effects(const struct study *study, const struct effects *effects)
{
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const struct option row = option_row(&TRAIN_OPTIONS, i);
        bool given = study->arguments.texts[i] != NULL || study_axis_of(study, row.name) != NULL;
        if (given && study_option_is_shared(i) && row.applies != NULL && !effects->used[i]) {
            return cli_usage("--%s has an effect only %s", row.name, row.only);
        }
    }
    return DONE;
}

/* The batch size that others are scaled from: 32, or the one that is nearest by its ratio. */
static uint64_t base_batch(const struct study *study)
{
    const double usual = STUDY_USUAL_BATCH;
    uint64_t base = study->combinations[0].batch;
    for (size_t c = 1; c < study->combination_count; c++) {
        uint64_t batch = study->combinations[c].batch;
        bool nearer = fabs(log((double)batch / usual)) < fabs(log((double)base / usual));
        base = batch > 0 && (base == 0 || nearer) ? batch : base;
    }
    return base;
}

static bool is_line_of(const struct study *study, size_t line, size_t combination, uint64_t base)
{
    const struct study_combination *one = &study->combinations[line];
    return one->batch == base &&
           same_values(study, one->values, study->combinations[combination].values, "batch");
}

/* Each combination has a line of its own where all are tuned; where rates are scaled, that of the
 * base batch. */
static void find_lines(struct study *study)
{
    int rule = study->options.lr_rule;
    bool scaled = rule == STUDY_LR_LINEAR || rule == STUDY_LR_SQRT;
    uint64_t base = scaled ? base_batch(study) : 0;
    for (size_t c = 0; c < study->combination_count; c++) {
        size_t line = c;
        for (size_t other = 0; scaled && other < study->combination_count; other++) {
            line = is_line_of(study, other, c, base) ? other : line;
        }
        study->combinations[c].line = line;
    }
}

/* A stage ends where its last number does. */
static void note_stages(struct study *study, size_t numbers)
{
    for (size_t s = 0; s < study->stage_count; s++) {
        struct study_stage *stage = &study->stages[s];
        if (stage->trials == 0 || stage->trials == numbers) {
            stage->combinations = study->combination_count;
        }
    }
}

enum exit_status study_combine(struct study *study)
{
    struct effects effects = {0};
    size_t count = count_numbers(study);
    study_combinations_free(study);
    if (count > STUDY_TRIALS_MAX) {
        return cli_usage("sweep: expected at most %d combinations of values, found more; --trials "
                         "N draws N of them",
                         STUDY_TRIALS_MAX);
    }
    study->combinations = calloc(count, sizeof *study->combinations);
    if (study->combinations == NULL) {
        return cli_failed("out of memory for %zu combinations", count);
    }
    for (size_t i = 0; i < count; i++) {
        CLI_TRY(add(study, i, &effects));
        note_stages(study, i + 1);
    }
    find_lines(study);
    return check_effects(study, &effects);
}

/*
 * Tuning of learning rates. Each line, a combination of values without the rate, tries rates that
 * differ by a factor of two; while the best is at an edge of those tried, two more beyond it; then
 * those at a factor of √2 around the best. All lines take their next round together, when the
 * results of the last one are known: so the list depends on nothing else.
 *
 * The search begins at the optimizer's usual rate, or the one that was given, which is taken as for
 * a batch of 32, times √(batch / 32). Best rates grow like the batch where that is small and do not
 * grow where it is large: the root is never further from either than half the way, which leaves the
 * fewest rounds where it is not known which of them holds.
 */
#include "cli/sweep/plan.h"
#include "cli/sweep/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Steps are powers of √2; a coarse one has two of them. Beyond so many from the start, or outside
 * of these rates, nothing is tried. */
enum { COARSE = 2, STEPS_MAX = 20 };
static const double LOWEST = 1e-7, HIGHEST = 1e4;

/* How good a rate is. Those that reach the target come before those that do not, and failed
 * trainings come last; then less is better. */
struct score {
    int rank;
    double value;
};

struct tried {
    int step;
    struct score score;
};

/* The rates that a line has tried, by their steps. */
struct tried_rates {
    struct tried rates[2 * STEPS_MAX + 1];
    size_t count;
};

static double start_of(const struct study *study, size_t line)
{
    return study->combinations[line].lr * sqrt(plan_batch(study, line) / STUDY_USUAL_BATCH);
}

/* Three digits tell neighbours apart. */
static void write_rate(char text[TEXT_SIZE], const struct study *study, size_t line, int step)
{
    snprintf(text, TEXT_SIZE, "%.3g", start_of(study, line) * exp2(step / 2.0));
}

static double rate_at(const struct study *study, size_t line, int step)
{
    char text[TEXT_SIZE];
    write_rate(text, study, line, step);
    return strtod(text, NULL);
}

static bool is_allowed(const struct study *study, size_t line, int step)
{
    double rate = rate_at(study, line, step);
    return abs(step) <= STEPS_MAX && rate >= LOWEST && rate <= HIGHEST;
}

static struct score score_of(const struct study *study, const struct study_outcome *outcome)
{
    bool by_accuracy = study->options.training.options.target_accuracy > 0.0;
    double figure = by_accuracy ? -outcome->validation_accuracy : outcome->validation_loss;
    if (outcome->state != STUDY_TRIAL_DONE || isnan(figure)) {
        return (struct score){2, 0.0};
    }
    bool reached = study_has_target(study) && !isnan(outcome->target_samples);
    return reached ? (struct score){0, outcome->target_samples} : (struct score){1, figure};
}

static int compare_scores(const void *left, const void *right)
{
    const struct score *a = left, *b = right;
    return a->rank != b->rank ? a->rank - b->rank : (a->value > b->value) - (a->value < b->value);
}

/* The median over a setting's seeds; of two in the middle the worse. */
static struct score score_setting(const struct study *study, size_t setting)
{
    struct score scores[STUDY_TUNE_SEEDS_MAX] = {{0, 0.0}};
    size_t count = 0;
    for (size_t t = 0; t < study->trial_count && count < STUDY_TUNE_SEEDS_MAX; t++) {
        if (study->trials[t].setting == setting) {
            scores[count++] = score_of(study, &study->outcomes[t]);
        }
    }
    qsort(scores, count, sizeof scores[0], compare_scores);
    return scores[count / 2];
}

static int compare_steps(const void *left, const void *right)
{
    return ((const struct tried *)left)->step - ((const struct tried *)right)->step;
}

static struct tried_rates rates_of(const struct study *study, size_t line)
{
    struct tried_rates tried = {.count = 0};
    for (size_t s = 0; s < study->setting_count; s++) {
        const struct study_setting *setting = &study->settings[s];
        if (setting->tuning && setting->combination == line) {
            tried.rates[tried.count++] = (struct tried){setting->step, score_setting(study, s)};
        }
    }
    qsort(tried.rates, tried.count, sizeof tried.rates[0], compare_steps);
    return tried;
}

/* Of equals the lower rate. */
static const struct tried *best_of(const struct tried_rates *tried)
{
    const struct tried *best = &tried->rates[0];
    for (size_t i = 1; i < tried->count; i++) {
        best = compare_scores(&tried->rates[i].score, &best->score) < 0 ? &tried->rates[i] : best;
    }
    return best;
}

static bool is_tried(const struct tried_rates *tried, int step)
{
    bool found = false;
    for (size_t i = 0; i < tried->count; i++) {
        found = found || tried->rates[i].step == step;
    }
    return found;
}

/* The steps of a line's next round, none where it has found its rate. */
struct round {
    int steps[4];
    size_t count;
};

static void try(struct round *round, const struct study *study, size_t line,
                const struct tried_rates *tried, int step)
{
    if (is_allowed(study, line, step) && !is_tried(tried, step)) {
        round->steps[round->count++] = step;
    }
}

static struct round next_round(const struct study *study, size_t line,
                               const struct tried_rates *tried)
{
    struct round round = {.count = 0};
    int best = tried->count > 0 ? best_of(tried)->step : 0;
    bool coarse = best % COARSE == 0;
    if (tried->count == 0) {
        try(&round, study, line, tried, 0);
    }
    for (int direction = -1; direction <= 1; direction += 2) {
        try(&round, study, line, tried, best + direction * (coarse ? COARSE : 1));
        if (tried->count > 0 && round.count == 1 && coarse) { /* an edge */
            try(&round, study, line, tried, best + 2 * direction * COARSE);
        }
    }
    if (tried->count > 0 && round.count == 0 && coarse) {
        try(&round, study, line, tried, best - 1);
        try(&round, study, line, tried, best + 1);
    }
    return round;
}

static enum exit_status add_rate(struct study *study, size_t line, int step)
{
    char lr[TEXT_SIZE];
    write_rate(lr, study, line, step);
    CLI_TRY(
        plan_add_setting(study, line, lr, (struct study_setting){.tuning = true, .step = step}));
    uint64_t folds = study->options.folds, behind = study->first_seed + plan_stage(study)->seeds;
    for (uint64_t s = 0; s < study->options.tune_seeds; s++) {
        CLI_TRY(plan_add_trial(study, (struct study_trial){.setting = study->setting_count - 1,
                                                           .seed = behind + s,
                                                           .fold = folds > 0 ? s % folds + 1 : 0}));
    }
    return DONE;
}

/* The trials that a line's rate was found for. */
static enum exit_status add_reported(struct study *study, size_t line, double rate)
{
    for (size_t c = 0; c < study->combination_count; c++) {
        if (study->combinations[c].line == line) {
            char lr[TEXT_SIZE];
            snprintf(lr, sizeof lr, "%.6g", plan_scale(study, line, c, rate));
            CLI_TRY(plan_add_setting(study, c, lr, (struct study_setting){0}));
            CLI_TRY(plan_add_trials(study, study->setting_count - 1, 0, plan_stage(study)->seeds));
        }
    }
    return DONE;
}

static bool is_reported(const struct study *study, size_t combination)
{
    bool found = false;
    for (size_t s = 0; s < study->setting_count; s++) {
        const struct study_setting *setting = &study->settings[s];
        found = found || (!setting->tuning && setting->combination == combination);
    }
    return found;
}

/* Whether results of tuning are not known yet. */
static bool is_under_way(const struct study *study)
{
    bool waits = false;
    for (size_t t = 0; t < study->trial_count; t++) {
        bool tuning = study->settings[study->trials[t].setting].tuning;
        waits = waits || (tuning && !study_trial_has_ended(study, t));
    }
    return waits;
}

static enum exit_status go_on(struct study *study, size_t line, bool *found)
{
    const struct tried_rates tried = rates_of(study, line);
    const struct round round = next_round(study, line, &tried);
    for (size_t i = 0; i < round.count; i++) {
        CLI_TRY(add_rate(study, line, round.steps[i]));
    }
    *found = round.count == 0;
    bool ends = *found && !is_reported(study, line);
    return ends ? add_reported(study, line, rate_at(study, line, best_of(&tried)->step)) : DONE;
}

enum exit_status plan_tuning(struct study *study)
{
    if (is_under_way(study)) {
        return DONE;
    }
    bool complete = true;
    for (size_t c = 0; c < study->combination_count; c++) {
        bool found = true;
        if (study->combinations[c].line == c) {
            CLI_TRY(go_on(study, c, &found));
        }
        complete = complete && found;
    }
    study->complete = complete;
    return DONE;
}

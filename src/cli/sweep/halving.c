/*
 * Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and
 * hyperparameter optimization", AISTATS 2016): all settings are trained to the first rung's epoch,
 * the best one in ETA to the next rung's, which is ETA times as far, and so on; the last rung is
 * the end. Settings are ranked by the lowest validation loss up to the rung's epoch, by which a run
 * chooses its weights as well, in the mean over seeds and folds.
 */
#include "cli/sweep/plan.h"

#include <math.h>
#include <stdlib.h>

/* A number divided so many times by ETA. */
static uint64_t divide(const struct study *study, uint64_t number, size_t times)
{
    for (size_t i = 0; i < times && number > 0; i++) {
        number /= study->options.halving;
    }
    return number;
}

size_t halving_rungs(const struct study *study)
{
    size_t rungs = 1;
    while (rungs < STUDY_RUNGS_MAX && halving_settings(study, rungs) > 0 &&
           divide(study, study->options.training.options.epochs, rungs) > 0) {
        rungs++;
    }
    return rungs;
}

uint64_t halving_epoch(const struct study *study, size_t rung)
{
    return divide(study, study->options.training.options.epochs, halving_rungs(study) - 1 - rung);
}

size_t halving_settings(const struct study *study, size_t rung)
{
    return (size_t)divide(study, study->combination_count, rung);
}

/* Where trials pause: the last rung's go to their end. */
static uint64_t until(const struct study *study, size_t rung)
{
    return rung + 1 < halving_rungs(study) ? halving_epoch(study, rung) : 0;
}

static enum exit_status begin(struct study *study)
{
    for (size_t c = 0; c < study->combination_count; c++) {
        CLI_TRY(plan_add_setting(study, c, NULL, (struct study_setting){0}));
        CLI_TRY(plan_add_trials(study, c, 0, plan_stage(study)->seeds));
    }
    for (size_t t = 0; t < study->trial_count; t++) {
        study->trials[t].until = until(study, 0);
    }
    return DONE;
}

static bool is_in_rung(const struct study *study, size_t trial)
{
    return study->trials[trial].until == until(study, study->rung);
}

static bool is_over(const struct study *study)
{
    bool over = true;
    for (size_t t = 0; t < study->trial_count; t++) {
        const struct study_outcome *outcome = &study->outcomes[t];
        bool known = !isnan(outcome->rungs[study->rung]) || outcome->state == STUDY_TRIAL_FAILED;
        over = over && (known || !is_in_rung(study, t));
    }
    return over;
}

struct ranked {
    size_t setting;
    double loss; /* the sum over its trials: all settings have as many; infinite where one failed */
};

static int compare(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    return a->loss != b->loss ? (a->loss > b->loss) - (a->loss < b->loss)
                              : (a->setting > b->setting) - (a->setting < b->setting);
}

/* ranked [settings]: the rung's come first, the best first of all. */
static void rank(struct ranked *ranked, const struct study *study)
{
    for (size_t s = 0; s < study->setting_count; s++) {
        ranked[s] = (struct ranked){.setting = s};
    }
    for (size_t t = 0; t < study->trial_count; t++) {
        double loss = is_in_rung(study, t) ? study->outcomes[t].rungs[study->rung] : INFINITY;
        ranked[study->trials[t].setting].loss += isnan(loss) ? INFINITY : loss;
    }
    qsort(ranked, study->setting_count, sizeof *ranked, compare);
}

/* A trial whose training has paused goes on; one that has ended before stays as it is. */
static void promote(struct study *study, size_t setting, uint64_t epoch)
{
    for (size_t t = 0; t < study->trial_count; t++) {
        if (study->trials[t].setting == setting) {
            bool ended = study->outcomes[t].state == STUDY_TRIAL_DONE;
            study->trials[t].until = epoch;
            study->outcomes[t].state = ended ? STUDY_TRIAL_MISSING : study->outcomes[t].state;
        }
    }
    study->growth++;
}

static enum exit_status climb(struct study *study)
{
    struct ranked *ranked = calloc(study->setting_count, sizeof *ranked);
    if (ranked == NULL) {
        return cli_failed("out of memory for %zu settings", study->setting_count);
    }
    rank(ranked, study);
    size_t count = halving_settings(study, study->rung + 1);
    uint64_t epoch = until(study, study->rung + 1);
    for (size_t i = 0; i < count && isfinite(ranked[i].loss); i++) {
        promote(study, ranked[i].setting, epoch);
    }
    free(ranked);
    study->rung++;
    return DONE;
}

enum exit_status plan_halving(struct study *study)
{
    if (study->trial_count == 0) {
        CLI_TRY(begin(study));
    }
    while (study->rung + 1 < halving_rungs(study) && is_over(study)) {
        CLI_TRY(climb(study));
    }
    study->complete = study->rung + 1 >= halving_rungs(study);
    return DONE;
}

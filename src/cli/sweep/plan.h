/*
 * The list of trials: what plan.c shares with tuning and halving. All of it is a function of the
 * configuration and of outcomes, whatever their order was.
 */
#ifndef DESCENT_CLI_SWEEP_PLAN_H
#define DESCENT_CLI_SWEEP_PLAN_H

#include "cli/sweep/study.h"

/* Adds a setting of a combination's values, with a learning rate where that is derived. */
enum exit_status plan_add_setting(struct study *study, size_t combination, const char *lr,
                                  struct study_setting setting);

/* Adds the trials of a setting that is reported, for so many seeds behind the first so many that it
 * has, each with all folds. */
enum exit_status plan_add_trials(struct study *study, size_t setting, uint64_t before,
                                 uint64_t seeds);
enum exit_status plan_add_trial(struct study *study, struct study_trial trial);

/* The stage that is wanted. */
static inline const struct study_stage *plan_stage(const struct study *study)
{
    return &study->stages[study->stage_count - 1];
}

/* Samples in a step of a combination. */
double plan_batch(const struct study *study, size_t combination);

/* A rate that was found for a line's batch size, scaled to a combination's by the study's rule. */
double plan_scale(const struct study *study, size_t line, size_t combination, double rate);

/* tune.c: the next round of tuning; and behind it, the reported trials. */
enum exit_status plan_tuning(struct study *study);

/* halving.c: all settings at first, and of each rung the best for the next one. */
enum exit_status plan_halving(struct study *study);

/* The rungs of so many settings and epochs: how many there are, and the epoch and the settings of
 * one. */
size_t halving_rungs(const struct study *study);
uint64_t halving_epoch(const struct study *study, size_t rung);
size_t halving_settings(const struct study *study, size_t rung);

#endif

/*
 * Which trial a worker takes next.
 */
#include "cli/sweep/plan.h"
#include "cli/sweep/workers.h"

#include <math.h>
#include <unistd.h>

bool work_is_for_here(const struct study *study, size_t trial)
{
    return study->shards == 0 || trial % study->shards == study->shard - 1;
}

static bool runs_here(const struct study_worker *worker, size_t trial)
{
    for (size_t i = 0; i < worker->running; i++) {
        if (worker->processes[i].trial == trial) {
            return true;
        }
    }
    return false;
}

static bool is_open(const struct study_worker *worker, size_t trial)
{
    return worker->study->outcomes[trial].state == STUDY_TRIAL_MISSING && !runs_here(worker, trial);
}

/* Whether the trial paused where it is to pause, and went on in a process that was killed: another
 * one has known the next rung before this one. */
static bool is_past_pause(const struct study *study, size_t trial)
{
    const struct study_outcome *outcome = &study->outcomes[trial];
    uint64_t until = study->trials[trial].until;
    bool past = false;
    for (size_t r = 0; until > 0 && r < halving_rungs(study); r++) {
        past = past || (halving_epoch(study, r) == until && !isnan(outcome->rungs[r]));
    }
    return past && outcome->state == STUDY_TRIAL_MISSING;
}

/* Claims a trial if that is still to be trained. Another process that has its claim decides about
 * the trials behind it in a list that grows, so that it is waited for. */
static enum exit_status try_claim(struct study_worker *worker, size_t trial, int *claim)
{
    CLI_TRY(study_claim(claim, worker->study, STUDY_CLAIM_TRIALS + trial));
    if (*claim < 0) {
        worker->waits = worker->waits || !worker->study->complete;
        worker->held = true;
        return DONE;
    }
    CLI_TRY(study_look_at(worker->study, trial));
    if (is_past_pause(worker->study, trial)) {
        CLI_TRY(trial_end(worker->study, trial));
    }
    if (worker->study->outcomes[trial].state != STUDY_TRIAL_MISSING) {
        close(*claim);
        *claim = -1;
        worker->news = true;
    }
    return DONE;
}

/* Whether a process is at a trial of the same shard as this one. */
static enum exit_status is_shard_at_work(bool *at_work, struct study_worker *worker, size_t trial)
{
    const struct study *study = worker->study;
    *at_work = false;
    for (size_t t = trial % study->shards; !*at_work && t < study->trial_count;
         t += study->shards) {
        int claim;
        CLI_TRY(study_claim(&claim, study, STUDY_CLAIM_TRIALS + t));
        *at_work = claim < 0;
        if (claim >= 0) {
            close(claim);
        }
    }
    return DONE;
}

static enum exit_status choose_of_others(struct study_worker *worker, size_t *trial, int *claim)
{
    struct study *study = worker->study;
    for (*trial = 0; *trial < study->trial_count; *trial += 1) {
        bool at_work;
        if (!is_open(worker, *trial) || work_is_for_here(study, *trial)) {
            continue;
        }
        CLI_TRY(is_shard_at_work(&at_work, worker, *trial));
        if (at_work) {
            worker->waits = true;
        } else {
            CLI_TRY(try_claim(worker, *trial, claim));
        }
        if (*claim >= 0) {
            return DONE;
        }
    }
    return DONE;
}

enum exit_status work_choose(struct study_worker *worker, size_t *trial, int *claim)
{
    struct study *study = worker->study;
    *claim = -1;
    worker->waits = worker->held = false;
    for (*trial = 0; *trial < study->trial_count; *trial += 1) {
        if (is_open(worker, *trial) && work_is_for_here(study, *trial)) {
            CLI_TRY(try_claim(worker, *trial, claim));
            if (*claim >= 0) {
                return DONE;
            }
        }
    }
    return study->shards > 0 && study_adapts(&study->options) && worker->running == 0
               ? choose_of_others(worker, trial, claim)
               : DONE;
}

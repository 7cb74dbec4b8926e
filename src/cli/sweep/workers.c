/*
 * The work of a study: which trial is trained when.
 *
 *     list of trials → a claim for each that is free, up to --jobs → a process each
 *           ↑                                                             |
 *           └──────── outcomes, which may add trials to the list ←────────┘
 */
#include "cli/sweep/workers.h"

#include "cli/base/interrupt.h"

#include <descent/bench.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Between two looks at what others have done, and two drawings. */
static const double SECONDS_BETWEEN_LOOKS = 0.5, SECONDS_BETWEEN_DRAWINGS = 0.1;

/* How long the claims of others are waited for where nothing else is left to do: the trial of a
 * worker that was killed ends soon after it, and nobody else would keep it. */
static const double SECONDS_FOR_OTHERS = 2.0;

/* What comes of a trial whose folder or process could not be made: the reason was printed. */
static const char TROUBLE[] = "its folder or its process could not be made";

/* Runs a trial that is claimed; a trial that cannot be run stops no other. */
static enum exit_status start(struct study_worker *worker, size_t trial, int claim)
{
    struct trial_process *process = &worker->processes[worker->running];
    struct study_command command = {0};
    *process = (struct trial_process){.trial = trial, .claim = claim};
    enum exit_status status = trial_prepare(&command, worker->study, trial);
    if (status == DONE) {
        status = trial_start(process, &command, worker->processes, worker->running);
    }
    study_command_free(&command);
    if (status == DONE) {
        worker->running++;
        return DONE;
    }
    close(claim);
    return trial_leave(worker->study, trial, TROUBLE);
}

static enum exit_status fill(struct study_worker *worker)
{
    int claim = 0;
    CLI_TRY(study_check_place(worker->study));
    worker->news = false;
    while (worker->running < worker->jobs && claim >= 0) {
        size_t trial;
        CLI_TRY(work_choose(worker, &trial, &claim));
        if (claim >= 0) {
            CLI_TRY(start(worker, trial, claim));
        }
    }
    worker->look = worker->news ? 0.0 : progress_clock() + SECONDS_BETWEEN_LOOKS;
    return DONE;
}

static void note_time(struct study_worker *worker, const struct trial_process *process)
{
    const struct study_outcome *outcome = &worker->study->outcomes[process->trial];
    if (outcome->state == STUDY_TRIAL_DONE) {
        worker->ended++;
        worker->overhead += fmax(progress_clock() - process->started - outcome->seconds, 0.0);
    }
}

/* One that was told to end is as if it had not been begun: its folder keeps what was done. */
static enum exit_status keep(struct study_worker *worker, size_t ended, int status)
{
    struct study *study = worker->study;
    struct trial_process process = worker->processes[ended];
    worker->processes[ended] = worker->processes[--worker->running];
    if (status != 0 && interrupt_came()) {
        close(process.claim);
        return DONE;
    }
    progress_clear(&worker->display);
    enum exit_status placed = study_check_place(study);
    if (placed != DONE) {
        close(process.claim);
        return placed;
    }
    if (trial_keep(study, &process, status) != DONE) {
        CLI_TRY(trial_leave(study, process.trial, TROUBLE));
    }
    close(process.claim);
    note_time(worker, &process);
    enum study_state state = study->outcomes[process.trial].state;
    if (state == STUDY_TRIAL_FAILED || state == STUDY_TRIAL_UNFINISHED) {
        work_say_trouble(worker, process.trial);
    }
    return study_update(study);
}

static enum exit_status wait_a_moment(struct study_worker *worker)
{
    int status;
    size_t ended =
        trial_wait(worker->processes, worker->running, SECONDS_BETWEEN_DRAWINGS, &status);
    if (ended < worker->running) {
        CLI_TRY(keep(worker, ended, status));
        worker->look = 0.0;
    }
    work_draw(worker);
    return DONE;
}

static bool waits_for_others(struct study_worker *worker)
{
    double now = progress_clock();
    if (!worker->held) {
        worker->held_since = 0.0;
    } else if (worker->held_since == 0.0) {
        worker->held_since = now;
    }
    return worker->waits || (worker->held && now - worker->held_since < SECONDS_FOR_OTHERS);
}

static enum exit_status work(struct study_worker *worker)
{
    for (;;) {
        bool interrupted = interrupt_came();
        if (!interrupted && worker->running < worker->jobs && progress_clock() >= worker->look) {
            CLI_TRY(study_update(worker->study));
            CLI_TRY(fill(worker));
        }
        if (worker->running == 0 && (interrupted || !(worker->news || waits_for_others(worker)))) {
            return DONE;
        }
        CLI_TRY(wait_a_moment(worker));
    }
}

/* Where work ends in an error of its own, no process goes on without it. */
static enum exit_status end_all(struct study_worker *worker, enum exit_status status)
{
    int ignored;
    for (size_t i = 0; i < worker->running; i++) {
        kill(worker->processes[i].process, SIGTERM);
    }
    while (worker->running > 0) {
        size_t ended = trial_wait(worker->processes, worker->running, 1.0, &ignored);
        if (ended < worker->running) {
            close(worker->processes[ended].claim);
            worker->processes[ended] = worker->processes[--worker->running];
        }
    }
    return status;
}

static enum exit_status begin(struct study_worker *worker, struct study *study)
{
    uint64_t jobs = study->options.jobs;
    *worker = (struct study_worker){
        .study = study,
        .jobs = jobs > 0 ? (size_t)jobs : (size_t)descent_bench_processors(),
        .display = progress_create(study->options.quiet),
    };
    worker->jobs = worker->jobs < TRIAL_JOBS_MAX ? worker->jobs : TRIAL_JOBS_MAX;
    worker->processes = calloc(worker->jobs, sizeof *worker->processes);
    if (worker->processes == NULL || !interrupt_share()) {
        return cli_failed("out of memory for %zu trials side by side", worker->jobs);
    }
    interrupt_watch();
    return study_update(study);
}

enum exit_status study_work(struct study *study)
{
    struct study_worker worker;
    enum exit_status status = begin(&worker, study);
    if (status == DONE) {
        status = work(&worker);
    }
    if (status != DONE) {
        status = end_all(&worker, status);
    }
    progress_clear(&worker.display);
    if (status == DONE) {
        status = study_check_place(study);
    }
    if (status == DONE) {
        enum exit_status saved = study_csv_save(study);
        status = work_say_end(&worker);
        status = status == DONE ? saved : status;
    }
    free(worker.processes);
    return status;
}

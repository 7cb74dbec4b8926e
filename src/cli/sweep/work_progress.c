/*
 * What a worker says: a bar, trials that are not done, and where things stand when it ends.
 */
#include "cli/sweep/summary.h"
#include "cli/sweep/workers.h"

#include "cli/base/interrupt.h"
#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Trials that were done with one batch size, and those that are left with it. */
struct batch_times {
    double seconds, done, left;
};

struct tally {
    size_t trials, done, failed, unfinished, missing;
    size_t first_unfinished;
};

/* In a list that is whole, a shard's are its own trials alone. */
static bool counts_here(const struct study *study, size_t trial)
{
    return !study->complete || work_is_for_here(study, trial);
}

static struct tally tally_of(const struct study *study, bool all)
{
    struct tally tally = {0};
    for (size_t t = 0; t < study->trial_count; t++) {
        enum study_state state = study->outcomes[t].state;
        if (!all && !counts_here(study, t)) {
            continue;
        }
        tally.trials++;
        tally.done += state == STUDY_TRIAL_DONE;
        tally.failed += state == STUDY_TRIAL_FAILED;
        tally.missing += state == STUDY_TRIAL_MISSING;
        if (state == STUDY_TRIAL_UNFINISHED && tally.unfinished++ == 0) {
            tally.first_unfinished = t;
        }
    }
    return tally;
}

/* The place of a trial's batch size among those of the study; 0 where that is not varied. */
static size_t batch_of(const struct study *study, size_t trial)
{
    const struct study_axis *axis = study_axis_of(study, "batch");
    const char *value = study_setting_value(study, study->trials[trial].setting, "batch");
    for (size_t v = 0; axis != NULL && v < axis->count && v < OPTIONS_MAX; v++) {
        if (strcmp(axis->values[v], value) == 0) {
            return v;
        }
    }
    return 0;
}

/* A trial takes as long as those with its batch size took, or where there are none, all. */
static double seconds_of_epochs_left(const struct study *study)
{
    struct batch_times times[OPTIONS_MAX] = {0};
    double seconds = 0.0, done = 0.0, left = 0.0;
    for (size_t t = 0; t < study->trial_count; t++) {
        const struct study_outcome *outcome = &study->outcomes[t];
        struct batch_times *of = &times[batch_of(study, t)];
        bool known = outcome->state == STUDY_TRIAL_DONE && !isnan(outcome->seconds);
        of->seconds += known ? outcome->seconds : 0.0;
        of->done += known;
        of->left += outcome->state == STUDY_TRIAL_MISSING && counts_here(study, t);
        seconds += known ? outcome->seconds : 0.0;
        done += known;
    }
    for (size_t b = 0; b < OPTIONS_MAX; b++) {
        left += times[b].left *
                (times[b].done > 0.0 ? times[b].seconds / times[b].done : seconds / done);
    }
    return left;
}

static double seconds_left(const struct study_worker *worker, size_t missing, double now)
{
    double begun = 0.0, left = seconds_of_epochs_left(worker->study);
    if (worker->ended > 0) {
        left += (double)missing * worker->overhead / (double)worker->ended;
    }
    for (size_t i = 0; i < worker->running; i++) {
        begun += fmin(now - worker->processes[i].started, left / fmax((double)missing, 1.0));
    }
    return isnan(left) ? NAN : fmax(left - begun, 0.0) / (double)worker->jobs;
}

/* "1:20 left", of a list that may grow "at least 1:20 left"; empty before anything is known. */
static void write_left(char *text, size_t size, const struct study_worker *worker,
                       const struct tally *tally, double now)
{
    char clock[TEXT_SIZE];
    double seconds = seconds_left(worker, tally->missing, now);
    text[0] = '\0';
    if (!isnan(seconds)) {
        snprintf(text, size, "  %s%s left", worker->study->complete ? "" : "at least ",
                 text_clock(clock, seconds));
    }
}

void work_draw(struct study_worker *worker)
{
    double now = progress_clock();
    if (!progress_due(&worker->display, now) || interrupt_came()) {
        return;
    }
    struct tally tally = tally_of(worker->study, false);
    char count[64], left[64], failed[64] = "", running[64] = "";
    char texts[3][256];
    size_t ended = tally.done + tally.failed + tally.unfinished;
    write_left(left, sizeof left, worker, &tally, now);
    if (tally.failed + tally.unfinished > 0) {
        snprintf(failed, sizeof failed, "  %zu failed", tally.failed + tally.unfinished);
    }
    if (worker->running > 0) {
        snprintf(running, sizeof running, "  %zu running", worker->running);
    } else if (worker->waits) {
        snprintf(running, sizeof running, "  waiting for others'");
    }
    snprintf(count, sizeof count, "%zu/%zu", ended, tally.trials);
    snprintf(texts[0], sizeof texts[0], "%s%s%s%s", count, running, failed, left);
    snprintf(texts[1], sizeof texts[1], "%s%s%s", count, failed, left);
    snprintf(texts[2], sizeof texts[2], "%s%s", count, left);
    const char *const afters[] = {texts[0], texts[1], texts[2], count, NULL};
    double fraction = tally.trials > 0 ? (double)ended / (double)tally.trials : 0.0;
    progress_draw_words(&worker->display, now, "trials ", fraction, afters);
}

/* "lr 0.1, batch 32, seed 3" */
static void write_trial(char *text, size_t size, const struct study *study, size_t trial)
{
    const struct study_trial *one = &study->trials[trial];
    text[0] = '\0';
    study_name_values(text, size, study, one->setting, NULL);
    text_append(text, size, "%sseed %ju", text[0] == '\0' ? "" : ", ", (uintmax_t)one->seed);
    if (one->fold > 0) {
        text_append(text, size, ", fold %ju", (uintmax_t)one->fold);
    }
}

/* The table has the whole message; here its first part will do. */
void work_say_trouble(struct study_worker *worker, size_t trial)
{
    char setting[512];
    const struct study_outcome *outcome = &worker->study->outcomes[trial];
    const char *message = outcome->message != NULL ? outcome->message : "";
    write_trial(setting, sizeof setting, worker->study, trial);
    progress_say(&worker->display, "trial %zu (%s) %s: %.*s", trial + 1, setting,
                 outcome->state == STUDY_TRIAL_FAILED ? "failed" : "is unfinished",
                 (int)strcspn(message, ";"), message);
}

static enum exit_status say_interrupted(struct study_worker *worker, const struct tally *all)
{
    progress_say_lines(&worker->display,
                       "Interrupted; %zu of %s%zu trials are done. To continue:\n"
                       "  descent sweep --out %s",
                       all->done, worker->study->complete ? "" : "at least ", all->trials,
                       worker->study->folder);
    return interrupt_status();
}

static void say_left_to_others(struct study_worker *worker, const struct tally *all)
{
    const struct study *study = worker->study;
    size_t done = tally_of(study, false).done;
    if (study->shards > 0) {
        progress_say(&worker->display,
                     "Shard %ju/%ju: its %zu trial%s done, and %zu of all %zu; when all are, "
                     "descent sweep --out %s reports them",
                     (uintmax_t)study->shard, (uintmax_t)study->shards, done,
                     done == 1 ? " is" : "s are", all->done, all->trials, study->folder);
    } else {
        progress_say(&worker->display,
                     "%zu of %zu trials are done, %zu by this process; others are at the rest",
                     all->done, all->trials, worker->ended);
    }
}

enum exit_status work_say_end(struct study_worker *worker)
{
    struct study *study = worker->study;
    struct tally all = tally_of(study, true);
    if (interrupt_came() && all.missing > 0) {
        return say_interrupted(worker, &all);
    }
    study->unfinished = all.unfinished;
    if (all.unfinished > 0) {
        return cli_failed("%zu of %zu trials %s unfinished, first trial %zu: %s; the same command "
                          "tries again",
                          all.unfinished, all.trials, all.unfinished == 1 ? "is" : "are",
                          all.first_unfinished + 1, study->outcomes[all.first_unfinished].message);
    }
    study->left_to_others = all.missing;
    if (all.missing > 0) {
        say_left_to_others(worker, &all);
    }
    return DONE;
}

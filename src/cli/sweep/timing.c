/*
 * The rows of timing.csv: which are there, which are missing, and what they are to the settings.
 * The learning rate takes no time: settings that differ in it alone share a row.
 */
#include "cli/sweep/timing.h"

#include "cli/base/interrupt.h"
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/sweep/speed.h"
#include "cli/sweep/trial.h"

#include <descent/file.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct record_field FIELDS[] = {
    {"setting", RECORD_MEMBER(TEXT, struct speed, setting)},
    {"threads", RECORD_MEMBER(WHOLE, struct speed, threads)},
    {"samples_per_second", RECORD_MEMBER(NUMBER, struct speed, median)},
    {"samples_per_second_low", RECORD_MEMBER(NUMBER, struct speed, low)},
    {"samples_per_second_high", RECORD_MEMBER(NUMBER, struct speed, high)},
};

static const struct record RECORD_OF_SPEED = RECORD(struct speed, FIELDS);

static const char *check(const void *row)
{
    const struct speed *speed = row;
    bool valid = speed->setting != NULL && speed->median > 0.0 && isfinite(speed->median) &&
                 speed->low > 0.0 && speed->low <= speed->median && speed->high >= speed->median;
    return valid ? NULL : "a setting, and speeds > 0 of which the median is between the others";
}

/* No file is no row. */
static enum exit_status load(struct record_rows *rows, const struct study *study)
{
    struct run_path path = run_file(study->folder, STUDY_TIMING);
    *rows = (struct record_rows){0};
    if (!path_is_there(path.text)) {
        return DONE;
    }
    return record_load(rows, &RECORD_OF_SPEED, RECORD_OF_SPEED.count, path.text, "timing", check);
}

static const struct speed *find(const struct speed *speeds, size_t count, const char *setting)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(speeds[i].setting, setting) == 0) {
            return &speeds[i];
        }
    }
    return NULL;
}

static bool takes_time(const struct study *study, const struct study_axis *axis)
{
    (void)study;
    return strcmp(axis->option, "lr") != 0;
}

/* What tells a setting's speed from others. */
static void name_speed(char *name, size_t size, const struct study *study, size_t setting)
{
    name[0] = '\0';
    study_name_values(name, size, study, setting, takes_time);
    if (name[0] == '\0') {
        text_append(name, size, "%s", "all");
    }
}

static size_t first_trial(const struct study *study, size_t setting)
{
    size_t t = 0;
    while (study->trials[t].setting != setting || study->outcomes[t].state != STUDY_TRIAL_DONE) {
        t++;
    }
    return t;
}

/* Adds those that the rows do not have, by their first trial that was trained. names [summaries] is
 * room for their texts. */
static size_t add_missing(struct speed *speeds, size_t count, const struct study *study,
                          const struct study_summaries *summaries, char (*names)[STUDY_NAME_SIZE])
{
    for (size_t s = 0; s < summaries->count; s++) {
        const struct study_summary *row = &summaries->rows[s];
        name_speed(names[s], sizeof names[s], study, row->setting);
        if (row->done > 0.0 && find(speeds, count, names[s]) == NULL) {
            speeds[count++] =
                (struct speed){.setting = names[s], .trial = first_trial(study, row->setting)};
        }
    }
    return count;
}

/* In the child. */
static enum exit_status measure_and_save(const struct study *study, struct speed *speeds,
                                         size_t known, size_t count)
{
    CLI_TRY(speed_measure(study, speeds + known, count - known));
    struct run_path path = run_file(study->folder, STUDY_TIMING);
    return record_save(&RECORD_OF_SPEED, path.text, speeds, count);
}

/* The parent never computes: what it forks later has no threads to miss. */
static enum exit_status measure_apart(const struct study *study, struct speed *speeds, size_t known,
                                      size_t count)
{
    int status;
    pid_t parent = getpid();
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        interrupt_follow();
        trial_end_with(parent);
        exit((int)measure_and_save(study, speeds, known, count));
    }
    if (process < 0) {
        return cli_failed("cannot start the measurement of speeds: %s", strerror(errno));
    }
    status = trial_end_of(process);
    if (interrupt_came()) {
        return cli_fail(interrupt_status(), "interrupted while speeds were measured; the same "
                                            "command goes on");
    }
    return WIFEXITED(status)
               ? (enum exit_status)WEXITSTATUS(status)
               : cli_failed("the measurement of speeds was ended by signal %d", WTERMSIG(status));
}

static enum exit_status measure_missing(const struct study *study,
                                        const struct study_summaries *summaries,
                                        const struct record_rows *rows)
{
    struct speed *speeds = calloc(rows->count + summaries->count + 1, sizeof *speeds);
    char(*names)[STUDY_NAME_SIZE] = calloc(summaries->count + 1, sizeof *names);
    enum exit_status status = DONE;
    if (speeds == NULL || names == NULL) {
        status = cli_failed("out of memory for the speeds of %zu settings", summaries->count);
    } else {
        if (rows->count > 0) {
            memcpy(speeds, rows->rows, rows->count * sizeof *speeds);
        }
        size_t count = add_missing(speeds, rows->count, study, summaries, names);
        status = count > rows->count ? measure_apart(study, speeds, rows->count, count) : DONE;
    }
    free(names);
    free(speeds);
    return status;
}

static bool is_wanted(const struct study *study, const struct study_summaries *summaries)
{
    const struct study_axis *batches = study_axis_of(study, "batch");
    bool compared = batches != NULL && batches->count != 1;
    return (compared || summaries->target) && !study->options.no_timing;
}

/* Claimed, and looked for behind that: of several processes one measures, and the others find it
 * done. */
enum exit_status study_timing_measure(const struct study *study,
                                      const struct study_summaries *summaries)
{
    struct record_rows rows;
    int claim;
    if (!is_wanted(study, summaries)) {
        return DONE;
    }
    CLI_TRY(study_claim_wait(&claim, study, STUDY_CLAIM_TIMING));
    enum exit_status status = load(&rows, study);
    if (status == DONE) {
        status = measure_missing(study, summaries, &rows);
    }
    record_free(&rows);
    close(claim);
    return status;
}

static struct study_figure divided(const struct study_figure *samples, double speed)
{
    return (struct study_figure){
        .count = samples->count,
        .mean = samples->mean / speed,
        .deviation = samples->deviation / speed,
        .median = samples->median / speed,
        .low = samples->low / speed,
        .high = samples->high / speed,
    };
}

enum exit_status study_timing_apply(const struct study *study, struct study_summaries *summaries)
{
    struct record_rows rows;
    enum exit_status status = load(&rows, study);
    for (size_t s = 0; status == DONE && s < summaries->count; s++) {
        struct study_summary *row = &summaries->rows[s];
        char name[STUDY_NAME_SIZE];
        name_speed(name, sizeof name, study, row->setting);
        const struct speed *speed = find(rows.rows, rows.count, name);
        if (speed != NULL) {
            row->threads = speed->threads;
            row->speed = speed->median;
            row->speed_low = speed->low;
            row->speed_high = speed->high;
            row->seconds = divided(&row->samples, speed->median);
        }
    }
    record_free(&rows);
    return status;
}

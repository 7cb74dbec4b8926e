/*
 * Differences between settings, and the noise of runs.
 */
#include "cli/sweep/rivals.h"

#include "cli/base/difference.h"
#include "cli/base/statistics.h"
#include "cli/base/student.h"

#include <math.h>
#include <stdlib.h>

/* What is compared of a trial; NaN where it does not have it. */
static double number_of(const struct study *study, const struct study_summary *setting,
                        size_t trial, enum study_measure measure)
{
    double number = study_trial_measured(&study->outcomes[trial], measure);
    number /= measure == STUDY_BY_SECONDS ? setting->speed : 1.0;
    return measure <= STUDY_BY_REACHED ? log(number) : number;
}

/* The other setting's trial of the same seed and fold; the list's end where there is none. */
static size_t partner_of(const struct study *study, size_t trial, size_t setting)
{
    const struct study_trial *one = &study->trials[trial];
    size_t t = 0;
    while (t < study->trial_count &&
           (study->trials[t].setting != setting || study->trials[t].seed != one->seed ||
            study->trials[t].fold != one->fold)) {
        t++;
    }
    return t;
}

/* Fills both with the numbers of pairs; returns how many. Pairs of which one does not have the
 * number leave the setting out: it is no rival, and *whole says so. */
static size_t pair_up(const struct study *study, const struct study_summary *one,
                      const struct study_summary *other, enum study_measure measure, double *first,
                      double *second, bool *whole)
{
    size_t pairs = 0;
    *whole = true;
    for (size_t t = 0; t < study->trial_count; t++) {
        size_t partner = study->trials[t].setting == one->setting
                             ? partner_of(study, t, other->setting)
                             : study->trial_count;
        if (partner < study->trial_count) {
            first[pairs] = number_of(study, one, t, measure);
            second[pairs] = number_of(study, other, partner, measure);
            *whole = *whole && isfinite(first[pairs]) && isfinite(second[pairs]);
            pairs++;
        }
    }
    *whole = *whole && pairs > 0;
    return pairs;
}

/* The share of samples to score among those to train on. */
static double overlap_of(const struct study *study)
{
    return study->options.folds > 1 ? 1.0 / ((double)study->options.folds - 1.0) : 0.0;
}

/* The noise of runs, as if it were the same in all settings. */
struct noise {
    double squares, freedom;
};

static void add_noise(struct noise *noise, const struct study *study,
                      const struct study_summary *setting, enum study_measure measure)
{
    struct moments moments = {0};
    for (size_t t = 0; t < study->trial_count; t++) {
        double number = study->trials[t].setting == setting->setting
                            ? number_of(study, setting, t, measure)
                            : NAN;
        if (isfinite(number)) {
            moments_add(&moments, number);
        }
    }
    noise->squares += moments.squares;
    noise->freedom += fmax(moments.count - 1.0, 0.0);
}

/* The chance of a difference of two means as large as that, by that noise. */
static double chance(const struct noise *noise, double difference, double runs, double overlap)
{
    double variance = noise->squares / noise->freedom;
    return student_tails(difference / sqrt(2.0 * variance * (1.0 / runs + overlap)),
                         noise->freedom);
}

/* What all comparisons have in common. */
struct comparing {
    const struct study *study;
    const struct study_summary *chosen;
    enum study_measure measure;
    struct noise noise;
    double *numbers; /* [2 × trials]: scratch */
};

static void add_rival(struct study_rivals *rivals, const struct comparing *comparing,
                      const struct study_summary *other)
{
    bool whole;
    const struct study *study = comparing->study;
    double *first = comparing->numbers, *second = first + study->trial_count;
    size_t pairs =
        pair_up(study, other, comparing->chosen, comparing->measure, first, second, &whole);
    if (whole && !other->dropped) {
        struct difference found = difference_paired(first, second, pairs, overlap_of(study));
        bool few = pairs < RIVALS_RUNS_LEAST && comparing->noise.squares > 0.0;
        rivals->rows[rivals->count++] = (struct study_rival){
            .setting = other,
            .excess = found.mean,
            .p = few ? chance(&comparing->noise, found.mean, (double)pairs, overlap_of(study))
                     : found.p,
        };
    }
}

/* Speeds that were measured on a machine that is busy at times lie apart: times differ where they
 * do at the other ends of both ranges as well. */
static bool speeds_allow(const struct study_rival *rival, const struct study_summary *chosen,
                         enum study_measure measure)
{
    const struct study_summary *other = rival->setting;
    double fair = measure == STUDY_BY_SECONDS ? log(other->speed_high / other->speed) +
                                                    log(chosen->speed / chosen->speed_low)
                                              : 0.0;
    return fabs(rival->excess) > fair;
}

static void judge(struct study_rivals *rivals, const struct study_summary *chosen,
                  enum study_measure measure)
{
    struct study_rival *rows = rivals->rows;
    difference_with_best(&rows->p, &rows->p, rivals->count, sizeof *rows);
    for (size_t i = 0; i < rivals->count; i++) {
        bool real = isnan(rows[i].p) ? rows[i].excess != 0.0 : rows[i].p < DIFFERENCE_TAILS;
        rows[i].differs = real && speeds_allow(&rows[i], chosen, measure);
    }
}

enum exit_status study_rivals_find(struct study_rivals *rivals, const struct study *study,
                                   const struct study_summaries *summaries,
                                   const struct study_summary *chosen, enum study_measure measure)
{
    *rivals = (struct study_rivals){.rows = calloc(summaries->count + 1, sizeof *rivals->rows)};
    struct comparing comparing = {
        .study = study,
        .chosen = chosen,
        .measure = measure,
        .numbers = calloc(2 * study->trial_count + 1, sizeof *comparing.numbers),
    };
    if (rivals->rows == NULL || comparing.numbers == NULL) {
        free(comparing.numbers);
        return cli_failed("out of memory for the comparison of settings");
    }
    for (size_t s = 0; s < summaries->count; s++) {
        add_noise(&comparing.noise, study, &summaries->rows[s], measure);
    }
    for (size_t s = 0; s < summaries->count; s++) {
        if (&summaries->rows[s] != chosen) {
            add_rival(rivals, &comparing, &summaries->rows[s]);
        }
    }
    free(comparing.numbers);
    judge(rivals, chosen, measure);
    return DONE;
}

void study_rivals_free(struct study_rivals *rivals)
{
    free(rivals->rows);
    *rivals = (struct study_rivals){0};
}

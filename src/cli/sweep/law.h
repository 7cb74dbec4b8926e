/*
 * How many steps a target takes, by the batch size (McCandlish, Kaplan, Amodei et al., "An
 * empirical model of large-batch training", 2018):
 *
 *     S(B) = S_min (1 + B_crit / B)      steps
 *     E(B) = E_min (1 + B / B_crit)      samples, E = S B, E_min = S_min B_crit
 *
 * which is S(B) = S_min + E_min / B: at least so many steps, however large the batch, and at least
 * so many samples, however small. It is fitted to the logarithms of the median steps by least
 * squares.
 *
 * Regions (Shallue, Lee, Antognini et al., "Measuring the effects of data parallelism on neural
 * network training", 2019) by what doubling the batch saves of the steps, which by the law is
 * 1/2 · B_crit / (B + B_crit): with at least 45 % the scaling is perfect, up to B_crit / 9; with at
 * most 5 % the data parallelism is maximal, from 9 B_crit on; between them returns diminish.
 */
#ifndef DESCENT_CLI_SWEEP_LAW_H
#define DESCENT_CLI_SWEEP_LAW_H

#include "cli/sweep/law_fit.h"
#include "cli/sweep/summary.h"

enum study_region { STUDY_PERFECT, STUDY_DIMINISHING, STUDY_MAXIMAL, STUDY_REGIONS };

#define STUDY_REGION_FACTOR 9.0
#define STUDY_SAVED_PERFECT 0.45
#define STUDY_SAVED_MAXIMAL 0.05

/* A number with its 95 % interval: from 0 and to infinity where the data do not bound it; NaN where
 * there is none. */
struct study_estimate {
    double value, low, high;
};

/* The settings of a study that differ in their batch size alone, and in learning rates that follow
 * it. */
struct study_law {
    const struct study_summary **settings; /* by ascending batch; borrowed in an owned array */
    size_t count;
    char name[STUDY_NAME_SIZE]; /* what they have in common of what is varied: "hidden 64"; or "" */
    size_t points;              /* settings whose median reached the target */

    /* The fit; NaN with fewer than LAW_POINTS_LEAST points. */
    struct study_estimate steps, batch, samples; /* S_min, B_crit, E_min */
    double r2;                                   /* of the logarithms of the steps */
    double deviation;                            /* the largest of S / S(B) − 1, by its size */

    /* By the measured steps: up to which batch each doubling saved at least 45 %, and from which on
     * none saved more than 5 %; 0 where that is nowhere. Between them nothing stands. */
    double seen[STUDY_REGIONS];

    /* Tuned learning rates as a power of the batch: 1 is the linear rule, 1/2 that of the square
     * root. Over all batch sizes; NaN where rates do not differ, or there are fewer than three. */
    double exponent;
    double exponents[STUDY_REGIONS];
};

struct study_laws {
    struct study_law *rows;
    size_t count; /* 0 where the batch is not varied */
};

/* The caller frees in any case. FAILED where memory is out. */
enum exit_status study_laws_find(struct study_laws *laws, const struct study *study,
                                 const struct study_summaries *summaries);
void study_laws_free(struct study_laws *laws);

/* Whether there is a fit; S(B) by it; and the region of a batch size. */
bool study_law_fits(const struct study_law *law);
double study_law_steps(const struct study_law *law, double batch);
enum study_region study_law_region(const struct study_law *law, double batch);

#endif

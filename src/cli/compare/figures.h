/*
 * The figures by which runs may be compared.
 */
#ifndef DESCENT_CLI_COMPARE_FIGURES_H
#define DESCENT_CLI_COMPARE_FIGURES_H

#include "cli/runs/run_row.h"

/* How differences of a figure read. */
enum compare_unit {
    COMPARE_POINTS, /* of a share: percentage points */
    COMPARE_PLAIN,  /* as the figure itself */
    COMPARE_RATIO   /* of what is counted from 0, as times are: as ratios, from logarithms */
};

struct compare_figure {
    const char *name;  /* of the option's choice */
    const char *key;   /* for programs */
    const char *words; /* "test accuracy" */
    enum compare_unit unit;
    bool highest_best;
    size_t member; /* of a struct run_row */
};

/* The names for an option, NULL behind the last; the first is "auto". */
const char *compare_figure_name(int choice);

/* The figure of a choice that all runs have: of auto, of the test samples before the validation
 * samples, else the validation loss. FAILED after naming a run without. */
enum exit_status compare_figure_find(const struct compare_figure **found, int choice,
                                     const struct run_row *rows, size_t count);

/* Samples to the target, which a run that did not reach it does not have; NULL unless all runs had
 * the same one. */
const struct compare_figure *compare_figure_target(const struct run_row *rows, size_t count);

/* The figure of a run as it is compared: the logarithm of one that is compared by ratios. */
double compare_figure_of(const struct compare_figure *figure, const struct run_row *row);

/* A figure, or a mean of some, with its unit; and with a standard deviation, where that is no NaN.
 */
void compare_figure_write(char *text, size_t size, const struct compare_figure *figure,
                          double number, double deviation);

/* A difference of compared figures, with its interval, as "0.21 ± 0.09" in percentage points, and
 * of ratios as "1.52 (1.38 to 1.67)". Without an interval where half is NaN. */
void compare_difference_write(char *text, size_t size, const struct compare_figure *figure,
                              double difference, double half);

#endif

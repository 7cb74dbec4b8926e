/*
 * Studies of descent sweep as they are drawn: each panel from what the study has come to so far.
 */
#ifndef DESCENT_CLI_STUDIES_H
#define DESCENT_CLI_STUDIES_H

#include "cli/base/run_folders.h"
#include "cli/plot/figure.h"
#include "cli/sweep/law.h"

/* Starts as {0}. */
struct plotted_study {
    struct study study;
    struct study_summaries summaries;
    struct study_laws laws; /* none where the batch is not varied */
};

/* Reads all of a study; the caller frees in any case. */
enum exit_status plotted_study_load(struct plotted_study *plotted, const char *folder);
void plotted_study_free(struct plotted_study *plotted);

/* Adds the folders of reported trials that have something to draw. FAILED where memory is out. */
enum exit_status plotted_study_runs(struct run_folders *folders,
                                    const struct plotted_study *plotted);

/* What the figure is about: "digits, 5 seeds; 12 of 30 trials so far". */
void plotted_study_title(const struct plotted_study *plotted, char *text, size_t size);

/* The name of panel i, NULL behind the last; and whether the study has what it draws. */
const char *study_panels_name(size_t i);
bool study_panels_has(const struct plotted_study *plotted, const char *name);

/* The panels that a study is drawn with unless others are asked for, with commas between. */
void study_panels_standard(const struct plotted_study *plotted, char *text, size_t size);

/* Adds a panel of that name, or several: nothing where the study has none of its values yet. */
void study_panels_add(struct figure *figure, const char *name, const struct plotted_study *plotted);

/* study_best.c for study_panels.c: the best value by each option that is varied. */
void study_best_add(struct figure *figure, const struct plotted_study *plotted);

/* The axis of batch sizes, which laws share; and a setting's interval of a figure around its
 * median, which is a point where nothing is known of one. */
struct figure_axis study_panels_batches(const struct study_laws *laws);
void study_panels_range(struct figure *figure, double x, const struct study_figure *values,
                        double scale);

/* Whether a setting has several trials, by seeds or folds, and so an interval. */
bool study_panels_is_repeated(const struct plotted_study *plotted);

/* A panel over batch sizes. */
void study_panels_begin(struct figure *figure, const struct plotted_study *plotted,
                        const char *title, struct figure_axis vertical);

/* A curve over the batch sizes of law `number`: of the struct study_figure at that offset of a
 * struct study_summary. Intervals are named in the legend, lines are not. */
void study_panels_curve(struct figure *figure, const struct plotted_study *plotted, size_t number,
                        enum figure_style style, size_t offset, double scale);

#endif

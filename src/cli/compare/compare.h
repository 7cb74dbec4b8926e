/*
 * Comparing settings: runs that differ in seed or fold alone repeat a setting, and what these
 * repetitions leave unsure is the noise that differences between settings are judged by.
 */
#ifndef DESCENT_CLI_COMPARE_H
#define DESCENT_CLI_COMPARE_H

#include "cli/base/difference.h"
#include "cli/base/record.h"
#include "cli/base/run_folders.h"
#include "cli/compare/figures.h"
#include "cli/runs/given.h"
#include "cli/runs/run_row.h"

/* Which settings are compared with which. */
enum compare_against { COMPARE_AUTO, COMPARE_ALL, COMPARE_BEST, COMPARE_FIRST };

struct compare_options {
    int figure, against;
    double detect; /* as a difference of compared figures is shown; 0: as large as those found */
    char *csv;
    bool json;
};

struct compare_left_out {
    char *folder, *why;
};

enum { COMPARE_LABEL_SIZE = 8, COMPARE_NAME_SIZE = 160, COMPARE_SETTINGS_MAX = 300 };

/* Means over the runs of a setting; NaN where a run has no such figure, or for the deviation where
 * there is one run. */
struct compare_setting {
    char label[COMPARE_LABEL_SIZE]; /* "A", "B", … */
    char name[COMPARE_NAME_SIZE];   /* "optimizer adamw, lr 0.002" */
    const char *mark;               /* "*" for the best by the validation samples */
    const struct run_row *runs;     /* borrowed, one after another */
    size_t count;
    const struct compare_figure *figure;
    double mean, deviation, lowest, highest; /* of the figure */
    double rank;                             /* by which it stands among the others */
    double validation, loss, epochs, seconds, samples;
    double reached;   /* runs that reached the target; NaN where there is none */
    bool holds_first; /* the first run that was given */
};

/* Two settings: the first minus the second. */
struct compare_pair {
    const struct compare_setting *first, *second;
    const struct compare_figure *figure;
    struct difference found;
    double runs, others; /* numbers of runs that count: pairs, or of the first and the second */
    double corrected;    /* p, for their number */
};

struct compare {
    struct compare_options options;
    struct run_folders folders;
    struct run_row *rows;
    size_t count; /* of runs that are compared: those of a setting stand together */
    struct compare_left_out *left_out;
    size_t left_out_count;
    struct run_settings differences; /* without seed and fold */
    const struct compare_figure *figure, *target;
    bool by_validation; /* what the order of the settings follows from */
    struct compare_setting *settings;
    size_t setting_count;
    struct compare_pair *pairs, *target_pairs;
    size_t pair_count;
    bool against_best;  /* each setting with the first alone */
    const char *repeat; /* what a repetition is called: "seed", "fold", "run" */
    double overlap;     /* of the samples of folds: see difference_paired() */
};

/* Finds the runs in folders and in studies. FAILED after saying what is none. */
enum exit_status compare_find_runs(struct compare *compare, const char *const *given);

/* Notes a run that is not compared. FAILED where memory is out. */
enum exit_status compare_leave_out(struct compare *compare, const char *folder, const char *why);

/* The first run on other samples, by the fingerprint of a part in its configuration, than *first,
 * the first of all that has one; their number where there is none. */
size_t compare_other_samples(const struct compare *compare, const char *part, size_t *first);

/* Reads the runs, leaves out those that are no results, and puts together those of a setting, in
 * the order of the settings. FAILED where they cannot be compared. */
enum exit_status compare_gather(struct compare *compare, const char *const *given);

/* Fills in what is told of the settings, and puts the best first. */
void compare_summarise(struct compare *compare);

/* Whether any setting has several runs. */
bool compare_repeats(const struct compare *compare);

/* Compares the settings with each other. */
enum exit_status compare_pairs(struct compare *compare);

/* Whether a difference is more than the noise of its repetitions. */
bool compare_is_real(const struct compare_pair *pair);

/* Whether the first has the better figure. */
bool compare_first_is_better(const struct compare_pair *pair);

/* In a word or two: whether the first is better or worse than the second. */
const char *compare_verdict(const struct compare_pair *pair);

/* The size of difference that is to be found, of compared figures; the size that so many runs find;
 * and how many runs find the former. NaN where that cannot be told: more folds are other folds. */
double compare_wanted(const struct compare *compare, const struct compare_pair *pair);
double compare_detectable(const struct compare *compare, const struct compare_pair *pair);
double compare_needed(const struct compare *compare, const struct compare_pair *pair);

/* Tables and words; one JSON object; CSV, a row a comparison. */
enum exit_status compare_print(const struct compare *compare);
void compare_print_verdict(const struct compare *compare);
enum exit_status compare_print_json(const struct compare *compare);
enum exit_status compare_save_csv(const struct compare *compare);

#endif

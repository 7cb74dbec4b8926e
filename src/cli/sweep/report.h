/*
 * What a study has come to, put together once for the terminal, the files and JSON.
 */
#ifndef DESCENT_CLI_SWEEP_REPORT_H
#define DESCENT_CLI_SWEEP_REPORT_H

#include "cli/sweep/chosen.h"
#include "cli/sweep/law.h"
#include "cli/sweep/rivals.h"
#include "cli/sweep/summary.h"

enum { STUDY_ADVICE_SIZE = 1024 };

struct study_report {
    const struct study *study;
    struct study_summaries summaries;
    struct study_laws laws;
    struct study_chosen chosen;
    struct study_rivals rivals, accuracies; /* in the chosen one's measure, and in accuracy */
    char advice[STUDY_ADVICE_SIZE];         /* the recommendation */
};

/* report_table.c: a row a setting, with as many columns as the terminal has room for; all of them
 * as settings.csv, and as an array. */
enum exit_status report_print_settings(const struct study_report *report);
enum exit_status report_save_settings(const struct study_report *report);
json_t *report_settings_json(const struct study_report *report);

/* report_law.c: a law in lines, and as an object. */
void report_print_law(const struct study_law *law);
json_t *report_law_json(const struct study_law *law);

/* recommend.c: compares the chosen setting with the others; FAILED where memory is out. Writes the
 * recommendation, in a sentence without its full stop. */
enum exit_status report_find_rivals(struct study_report *report);
void report_recommend(struct study_report *report);

#endif

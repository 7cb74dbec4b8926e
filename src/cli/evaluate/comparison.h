/*
 * On which samples several models are right; and whether two of them differ by more than chance.
 */
#ifndef DESCENT_CLI_COMPARISON_H
#define DESCENT_CLI_COMPARISON_H

#include "cli/base/record.h"
#include "cli/evaluate/evaluation.h"
#include "cli/evaluate/scored.h"

/* Whether a model was scored on what the first one was. */
enum comparison_place { COMPARISON_SAME, COMPARISON_OTHER_SAMPLES, COMPARISON_OTHER_LABELS };

struct comparison_model {
    bool *right; /* [samples]; NULL for numbers, which are never just right */
    enum comparison_place place;
};

/* Two models that were scored on the same samples. */
struct comparison_pair {
    size_t one, other; /* their places among all models */
    const char *first, *second;
    uint64_t samples, only_first, only_second; /* that one alone is right on */
    double p, corrected; /* of McNemar's exact test; the latter by Holm for all pairs */
};
extern const struct record COMPARISON_PAIR;

/* Starts as {0}. */
struct comparison {
    struct scored samples; /* of the first model */
    struct comparison_model *models;
    size_t count;
    struct comparison_pair *pairs; /* those with each other, in the order of the models */
    size_t pair_count;
};

/* Adds a model's answers; takes over who is right, and the first model's samples. On failure it
 * says why and returns FAILED; the caller frees in any case. */
enum exit_status comparison_add(struct comparison *comparison, struct evaluation *evaluation,
                                struct scored *scored);

/* Compares each model with each other one of the same samples; names[i] is what model i is called,
 * borrowed. */
enum exit_status comparison_run(struct comparison *comparison, const char *const *names);

/* Frees what was added; a zeroed comparison is allowed. */
void comparison_free(struct comparison *comparison);

#endif

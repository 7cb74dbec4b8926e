/*
 * Scoring a model: what command_evaluate.c does with one, and several.c with each of several.
 */
#ifndef DESCENT_CLI_EVALUATE_H
#define DESCENT_CLI_EVALUATE_H

#include "cli/base/progress.h"
#include "cli/base/source.h"
#include "cli/evaluate/evaluation.h"
#include "cli/evaluate/scored.h"

struct evaluate_options {
    struct source_options source;
    struct engine_options engine;
    int part;
    uint64_t batch;
    uint64_t threads; /* 0: by the shapes */
    double threshold;
    char *logits, *samples, *confusion, *mistakes, *csv;
    struct figure_look look; /* of confusion and mistakes */
    bool wrong;
    bool json;
    bool quiet;
    size_t models; /* how many the arguments name */
};

struct evaluate {
    const struct option_arguments *arguments; /* of the command line */
    struct evaluate_options options;          /* over what the model remembers of its data */
    struct progress *display;
    struct trained_model trained;
    struct evaluation evaluation;
    struct scored scored;
    bool told; /* what lies beside the data was told of, for another model */
};

/* Loads a model, and the samples that the options choose, and scores them; options must have been
 * read. Path and name are borrowed. On failure it says why; the caller frees in any case. */
enum exit_status evaluate_model(struct evaluate *evaluate, const char *model, const char *data);

/* Frees what was loaded, and leaves the options; a zeroed one is allowed. */
void evaluate_free(struct evaluate *evaluate);

/* The table of the options. */
extern const struct option_table EVALUATE_OPTIONS;

/* several.c: scores several models by the options of `asked`, and prints a table of them. */
enum exit_status evaluate_several(const struct evaluate *asked, const char *const *models,
                                  size_t count, const char *data);

#endif

/*
 * The check-up of a run: what is seen of its data, its figures and its units, and the usual
 * mistakes, each of which shows in these facts and is told in plain words, with the option to
 * change.
 */
#ifndef DESCENT_CLI_CHECKUP_H
#define DESCENT_CLI_CHECKUP_H

#include "cli/base/metrics.h"
#include "cli/train/options.h"

#include <descent/descent.h>

/* The numbers that the network reads. */
struct checkup_inputs {
    size_t count; /* 0: not looked at */
    double low, high;
};

/* A hidden layer on a sample of the data. */
struct checkup_layer {
    double dead;      /* share of its units that are zero on all samples */
    double saturated; /* share of its outputs that are at an end of tanh's or the sigmoid's range */
};

/* The trend of a run is judged by this many of its last epochs. */
enum { CHECKUP_RECENT = 5 };

/* What the rows of metrics.csv have shown. */
struct checkup_history {
    size_t rows;       /* row 0 included */
    double steps;      /* by the last row */
    double start_loss; /* of the untrained network */
    double start_norm; /* of the gradient, in the first epoch; 0 before */
    double train_loss; /* of the last row, as the following */
    double train_accuracy;
    double validation_loss; /* NaN without validation */
    double validation_accuracy;
    double best_validation;              /* lowest loss */
    double recent_train[CHECKUP_RECENT]; /* losses, the last row's first */
    double recent_validation[CHECKUP_RECENT];
};

/* Zeroed facts are those of which nothing is known. */
struct checkup_facts {
    const struct train_options *options;
    size_t classes;                    /* 0: targets are numbers */
    const descent_dataset *train;      /* NULL: not at hand */
    const descent_dataset *validation; /* may be NULL */
    struct checkup_inputs inputs;
    struct checkup_history history;
    size_t layers; /* hidden ones that were looked at; 0: none */
    struct checkup_layer layer[DESCENT_LAYERS_MAX];
};

enum { CHECKUP_CHECKS = 9, CHECKUP_TEXT_SIZE = 512 };

struct checkup_finding {
    const char *name; /* for programs */
    char text[CHECKUP_TEXT_SIZE];
};

/* Finds each mistake that shows and is not among those told before, a bit each. Returns how many.
 */
size_t checkup_find(const struct checkup_facts *facts, unsigned *told,
                    struct checkup_finding findings[CHECKUP_CHECKS]);

/* The names of those told, an array of JSON. */
json_t *checkup_names(unsigned told);

/* Takes a row into the history. */
void checkup_history_add(struct checkup_history *history, const double row[METRICS_COLUMNS]);

/* checkup_units.c: looks at the inputs that the network reads, and at what the hidden layers of a
 * model make of them, on the first few thousand training samples. */
descent_status checkup_look_at_inputs(struct checkup_facts *facts,
                                      const descent_preparation *preparation);
descent_status checkup_look_at_units(struct checkup_facts *facts, const descent_model *model,
                                     const descent_preparation *preparation);

#endif

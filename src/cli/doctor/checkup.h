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
    double low, high, mean, deviation;
    bool constant; /* all samples are the same */
};

/* Columns of a table that something is the matter with. */
struct checkup_list {
    size_t count;
    char names[160]; /* "a, b and 3 more" */
    char given[160]; /* as --ignore takes them: "a,b" */
};

struct checkup_columns {
    struct checkup_list constant; /* the same in every row */
    struct checkup_list counting; /* whole numbers that grow by one from row to row */
    struct checkup_list unique;   /* other words in every row */
    struct checkup_list telling;  /* one value for each class, or the target on a straight line */
};

/* What the best weights answer on the training samples, or on a stratified part of them. */
struct checkup_answers {
    size_t missed;   /* classes that are hardly ever predicted correctly */
    size_t fewest;   /* training samples of the rarest of these */
    char names[160]; /* "class 2", "classes 2, 8 and 3 more" */
};

/* A hidden layer on a sample of the data. */
struct checkup_layer {
    double dead;      /* share of its units that are zero on all samples */
    double saturated; /* share of its outputs that are at an end of tanh's or the sigmoid's range */
};

/* The trend of a run is judged by this many of its last epochs, and by a trail of losses over all
 * of them that thins itself out. */
enum { CHECKUP_RECENT = 5, CHECKUP_TRAIL = 64 };

/* A loss over the epochs: every so many rows' one, of row 0 first. */
struct checkup_trail {
    size_t stride;
    size_t count;
    double loss[CHECKUP_TRAIL];
};

/* What the rows of metrics.csv have shown. */
struct checkup_history {
    size_t rows;       /* row 0 included */
    double steps;      /* by the last row */
    double start_loss; /* of the untrained network */
    double start_norm; /* of the gradient, in the first epoch; 0 before */
    double train_loss; /* of the last row, as the following */
    double train_accuracy;
    double validation_loss; /* NaN without validation */
    double best_judged;     /* lowest validation loss, or training loss where there is none */
    size_t best_row;        /* its row, and what stands there */
    double best_validation, best_accuracy, best_r2;
    double still_low, still_high; /* training losses of the last rows, which hardly differ */
    size_t still;                 /* how many these are */
    struct checkup_trail trail;   /* of the validation loss, or the training loss */
    double recent_validation[CHECKUP_RECENT]; /* losses, the last row's first */
};

/* Zeroed facts are those of which nothing is known. */
struct checkup_facts {
    const struct train_options *options;
    size_t classes;                    /* 0: targets are numbers */
    const descent_dataset *train;      /* NULL: not at hand */
    const descent_dataset *validation; /* may be NULL */
    const descent_dataset *source;     /* training and validation samples in the file's order */
    double ignorance;                  /* the loss of always naming the mean targets; else NaN */
    bool over;                         /* the run, by itself */
    double test_r2;                    /* of the best weights, once it is over; else NaN */
    size_t test_samples;
    struct checkup_inputs inputs;
    struct checkup_columns columns;
    struct checkup_answers answers;
    struct checkup_history history;
    size_t
        alike; /* the first hidden layer, from 1, whose units all have the same weights; 0: none */
    size_t layers; /* hidden ones that were looked at; 0: none */
    struct checkup_layer layer[DESCENT_LAYERS_MAX];
};

enum { CHECKUP_CHECKS = 19, CHECKUP_TEXT_SIZE = 512 };

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

/* What a process that goes on with the run cannot find out itself: what was told, and what units
 * were like that it does not see; an object, empty where nothing was the matter. And back, from
 * what may be missing or anything. */
json_t *checkup_to_json(const struct checkup_facts *facts, unsigned told);
void checkup_from_json(struct checkup_facts *facts, unsigned *told, const json_t *object);

/* Takes a row into the history. */
void checkup_history_add(struct checkup_history *history, const double row[METRICS_COLUMNS]);

/* checkup_units.c: looks at the inputs that the network reads, and at what the hidden layers of a
 * model make of them, on the first few thousand training samples. */
descent_status checkup_look_at_inputs(struct checkup_facts *facts,
                                      const descent_preparation *preparation);
descent_status checkup_look_at_units(struct checkup_facts *facts, const descent_model *model,
                                     const descent_preparation *preparation);

/* The same for the weights alone: whether the units of a layer are alike. */
void checkup_look_at_weights(struct checkup_facts *facts, const descent_model *model);

/* checkup_columns.c: looks at the columns of a table, as its file has them. */
void checkup_look_at_columns(struct checkup_facts *facts);

/* checkup_answers.c: looks at how often the model is right about each class. */
descent_status checkup_look_at_answers(struct checkup_facts *facts, const descent_model *model,
                                       const descent_preparation *preparation);

#endif

/*
 * Which samples of a data set are scored, and what the model has seen of them.
 */
#ifndef DESCENT_CLI_SCORED_H
#define DESCENT_CLI_SCORED_H

#include "cli/base/source.h"

/* Behind the library's parts: the test part of data that have one; the samples that were held back
 * from the data that the model was trained on; and all samples of any other data. */
enum { SCORED_AUTO = DESCENT_PART_COUNT };

/* What the samples are to the model. */
enum scored_origin {
    SCORED_UNKNOWN, /* its file does not say what it was trained on */
    SCORED_OTHER,   /* neither of the parts that it was trained and tested on */
    SCORED_HELD_BACK,
    SCORED_TRAINED_ON,
    SCORED_PARTLY_TRAINED_ON
};

struct scored {
    const char *name; /* as the data were given; borrowed */
    descent_dataset *dataset;
    double test; /* the share and the seed by which the model's test part was held back */
    uint64_t test_seed;
    descent_part part;
    bool transposed; /* by the option, or as the model's training data were */
    enum scored_origin origin;
};

/* Loads a part, or what SCORED_AUTO means. Other data than the model's need not be such that a test
 * part can be split off; those that it was trained on must not be split in another way. FAILED or
 * USAGE after saying why; the caller destroys the data set in any case. */
enum exit_status scored_load(struct scored *scored, const char *path, descent_source *source,
                             int part, const struct trained_model *trained);

/* "new.csv: 200 of 1,001 rows, held back from training"; and the same as an object. */
void scored_describe(const struct scored *scored, char *text, size_t size);
json_t *scored_json(const struct scored *scored);

#endif

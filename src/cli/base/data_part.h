/*
 * A part of a data set, and what its numbers are like.
 */
#ifndef DESCENT_CLI_DATA_PART_H
#define DESCENT_CLI_DATA_PART_H

#include "cli/base/source.h"

struct spread {
    double minimum;
    double maximum;
    double mean;
    double deviation; /* divided by the count, not by one less */
};

struct data_part {
    descent_dataset *dataset; /* NULL: there is no such part */
    struct spread spread;     /* of all features together */
};

enum { DATA_PARTS = 2 };

/* Loads both parts; a source may have one only, but a part that is there must be whole. FAILED
 * after saying why; the caller frees the parts in any case. */
enum exit_status data_parts_load(struct data_part parts[DATA_PARTS], const char *path,
                                 descent_source *source);
void data_parts_free(struct data_part parts[DATA_PARTS]);

/* The training part, or the test part where there is no other. */
const struct data_part *data_parts_first(const struct data_part parts[DATA_PARTS]);

/* What one number of the targets is like. */
struct spread data_part_target(const struct data_part *part, size_t output);

#endif

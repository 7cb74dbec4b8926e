/*
 * A batch: the one type that the data half and the compute half share.
 */
#ifndef DESCENT_BATCH_H
#define DESCENT_BATCH_H

#include <descent/api.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

/* n samples, row-major. All pointers are borrowed: the one who fills a batch owns the arrays and
 * says how long they stay valid. Exactly one of labels and targets is set. */
typedef struct descent_batch {
    const float *features; /* [n × inputs] */
    const int32_t *labels; /* [n], class indices in 0 … classes − 1; NULL for regression */
    const float *targets;  /* [n × outputs], values to predict, or for binary cross-entropy whether
                              each label is true, in [0, 1]; NULL for classification */
    size_t n;
    /* There may be several copies of the features, so that each thread of a trainer reads one from
     * its own core's cache: copy i begins i · copy_stride numbers behind the first. 0: one for all
     * threads. */
    size_t copies;
    size_t copy_stride;
} descent_batch;

DESCENT_END

#endif

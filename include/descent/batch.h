/*
 * A batch: the one type that the data half and the compute half share.
 */
#ifndef DESCENT_BATCH_H
#define DESCENT_BATCH_H

#include <descent/api.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

/* n samples, row-major. All pointers are borrowed: whoever fills a batch owns what it points to and
 * says how long it stays valid. Exactly one of labels and targets is set. */
typedef struct descent_batch {
    const float *features; /* [n × inputs] */
    const int32_t *labels; /* [n], class indices in 0 … classes − 1; NULL for regression */
    const float *targets;  /* [n × outputs], values to regress on; NULL for classification */
    size_t n;
    /* The same features may be there several times, so that each thread of a trainer reads those
     * that its own core has in its cache: copy i is copy_stride numbers × i behind the first. Left
     * 0 there is one for all. */
    size_t copies;
    size_t copy_stride;
} descent_batch;

DESCENT_END

#endif

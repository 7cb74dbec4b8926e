/*
 * What a preparation is made of, for the module's own files.
 */
#ifndef DESCENT_PREPARATION_PRIVATE_H
#define DESCENT_PREPARATION_PRIVATE_H

#include <descent/preparation.h>

/* One block: this struct and the arrays. */
struct descent_preparation {
    descent_standardize standardize;
    size_t features;
    size_t outputs;          /* that are standardised, 0 for none */
    float *mean;             /* [features]; NULL: left as they are */
    float *deviation;        /* [features] */
    float *target_mean;      /* [outputs]; NULL: left as they are */
    float *target_deviation; /* [outputs] */
};

/* A preparation with arrays to be filled. MEMORY. */
descent_status descent_preparation_allocate(descent_preparation **preparation,
                                            descent_standardize standardize, size_t features,
                                            size_t outputs);

#endif

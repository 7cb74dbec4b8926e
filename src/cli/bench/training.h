/*
 * Training that goes on as long as it is measured, epoch after epoch: on a data set, or on random
 * images.
 */
#ifndef DESCENT_CLI_BENCH_TRAINING_H
#define DESCENT_CLI_BENCH_TRAINING_H

#include "cli/bench/measure.h"

#include <descent/fit.h>

struct bench_training {
    uint8_t *bytes; /* random images and their labels */
    int32_t *labels;
    descent_dataset *random;
    descent_model *model; /* the initial weights */
    descent_fit *fit;
};

/* Plans the training of a combination, which must outlive it, with its augmentation or without. On
 * failure it says why and returns FAILED; the caller frees it in any case. */
enum exit_status bench_training_create(struct bench_training *training,
                                       const struct bench_case *measured, bool augmented);

/* Frees what was made; zeroed is allowed. */
void bench_training_free(struct bench_training *training);

/* One step of a struct bench_training, loader and metrics included; adds its samples to *samples.
 */
descent_status bench_training_step(void *training, size_t *samples);

/* Puts the initial weights back: samples that have long been learnt have other numbers than those
 * in real training. */
descent_status bench_training_restart(void *training);

#endif

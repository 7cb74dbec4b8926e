/*
 * Training that goes on as long as it is measured: on a data set with its loader, epoch after
 * epoch, or on a fixed batch of random numbers.
 */
#ifndef DESCENT_CLI_BENCH_TRAINING_H
#define DESCENT_CLI_BENCH_TRAINING_H

#include "cli/bench/measure.h"

#include <descent/trainer.h>
#include <stddef.h>

struct bench_training;

/* Plans the training of a combination, which must outlive it, with its augmentation or without. On
 * failure it says why, returns FAILED, and *training is NULL. */
enum exit_status bench_training_create(struct bench_training **training,
                                       const struct bench_case *measured, bool augmented);

/* Frees it; NULL is allowed. */
void bench_training_destroy(struct bench_training *training);

/* One step, loader and metrics included; adds its samples to *samples. */
descent_status bench_training_step(struct bench_training *training, size_t *samples);

/* Puts the initial weights back: a batch that has long been learnt has other numbers than one in
 * real training. */
descent_status bench_training_restart(struct bench_training *training);

/* Its model, with the initial weights, and its trainer; borrowed. */
const descent_model *bench_training_model(const struct bench_training *training);
const descent_trainer *bench_training_trainer(const struct bench_training *training);

#endif

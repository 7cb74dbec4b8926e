/*
 * One training step on as many of a loader's next samples as a step takes.
 */
#ifndef DESCENT_CLI_TRAIN_STEP_H
#define DESCENT_CLI_TRAIN_STEP_H

#include <descent/descent.h>

/* The samples that the loader has given and no step has used yet: batches larger than the loader's
 * begin and end within its parts. */
struct train_feed {
    descent_loader *loader;
    size_t inputs;  /* numbers of a sample */
    size_t outputs; /* and of its targets, where it has any */
    descent_batch part;
};

/* The feed of a loader whose epoch begins, for a model of that shape. */
struct train_feed train_feed_create(descent_loader *loader, const descent_model *model);

/* The same from the start of an epoch, but for so many of its samples, which it must have. */
struct train_feed train_feed_begin(descent_loader *loader, const descent_model *model,
                                   uint64_t epoch, size_t samples);

/* One step on the next `total` samples, which the epoch must have left: at once, or summed up over
 * the loader's parts. Errors as descent_trainer_step(). */
descent_status train_step(descent_trainer *trainer, struct train_feed *feed, size_t total,
                          double learning_rate, descent_metrics *metrics);

#endif

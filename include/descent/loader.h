/*
 * A loader cuts a data set into batches: it gathers the samples of a batch in a fresh order each
 * epoch, widens bytes to float and divides them by 255 (samples that are floats already stay as
 * they are), and augments images and standardises numbers if asked to, all in one pass over the
 * batch.
 */
#ifndef DESCENT_LOADER_H
#define DESCENT_LOADER_H

#include <descent/augment.h>
#include <descent/batch.h>
#include <descent/dataset.h>
#include <descent/preparation.h>
#include <descent/status.h>
#include <stdbool.h>

DESCENT_BEGIN

typedef struct descent_loader descent_loader;

typedef struct descent_loader_config {
    size_t batch;  /* samples a batch, ≥ 1; the last batch of an epoch may be shorter */
    bool shuffle;  /* a fresh permutation each epoch, else the data set's order */
    uint64_t seed; /* decides the permutations, together with the epoch */
    int threads;   /* that gather large batches, up to DESCENT_THREADS_MAX; 0: one a
                      processor */
    int copies;    /* of the features of large batches, made by as many of the threads, for
                      a trainer of as many: see descent_batch; 0, 1, more than 4, and
                      with augmentation: one */
    descent_augment augment; /* how images are changed, by seed, epoch and sample; 0: not at all */
    const descent_preparation *preparation; /* what features and targets then go through; must
                                               outlive the loader; NULL: nothing */
} descent_loader_config;

#define DESCENT_LOADER_DEFAULT                                                                     \
    {                                                                                              \
        .batch = 32, .shuffle = true, .seed = 0                                                    \
    }

/* A loader over a data set, which must outlive it. Allocates one batch, with its
 * copies; nothing is allocated afterwards. It stands at the start of epoch 0. Errors: INVALID
 * (batch; augmentation's numbers, or of samples that are no images: a shape height x width, or
 * height x width x channels), MISMATCH (preparation of another number of features or targets),
 * MEMORY. */
DESCENT_API descent_status descent_loader_create(descent_loader **loader,
                                                 const descent_dataset *dataset,
                                                 const descent_loader_config *config);

/* Frees a loader; NULL is allowed. */
DESCENT_API void descent_loader_destroy(descent_loader *loader);

/* Starts an epoch. Its order is a pure function of the seed and the epoch number, so any epoch can
 * be repeated, and a resumed run sees the order that an uninterrupted one sees. */
DESCENT_API void descent_loader_shuffle(descent_loader *loader, uint64_t epoch);

/* Fills in the next batch; false at the end of the epoch. The batch's pointers stay valid until the
 * next call. */
DESCENT_API bool descent_loader_next(descent_loader *loader, descent_batch *batch);

/* Batches an epoch: ⌈count / batch⌉. */
DESCENT_API size_t descent_loader_batches(const descent_loader *loader);

DESCENT_END

#endif

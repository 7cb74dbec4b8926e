/*
 * A loader cuts a data set into batches. In one pass over the batch it gathers samples, in a fresh
 * order each epoch, converts bytes to floats divided by 255 (float samples stay unchanged), and, if
 * configured, augments images and standardises numbers.
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
    int threads;   /* for gathering large batches, up to DESCENT_THREADS_MAX; 0: one a processor */
    int copies;    /* of the features of large batches, one for each thread of a trainer: see
                      descent_batch; 0, 1, more than 4, or with augmentation: one in all */
    descent_augment augment; /* changes images, by seed, epoch and sample; all 0: none */
    const descent_preparation *preparation; /* then applied to features and targets; must outlive
                                               the loader; NULL: none */
} descent_loader_config;

#define DESCENT_LOADER_DEFAULT                                                                     \
    {                                                                                              \
        .batch = 32, .shuffle = true, .seed = 0                                                    \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_loader_config descent_loader_default(void);

/* A loader over a data set, which must outlive it. Allocates one batch with its copies, and nothing
 * afterwards. It stands at the start of epoch 0. Errors: INVALID (batch; a number of augment out of
 * range, or augmentation of samples whose shape is neither height x width nor height x width x
 * channels), MISMATCH (the preparation has another number of features or targets), MEMORY. */
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

/*
 * The numbers of a checkpoint, as entries of its metadata.
 */
#ifndef DESCENT_CHECKPOINT_FIELDS_H
#define DESCENT_CHECKPOINT_FIELDS_H

#include "base/number.h"

#include <descent/checkpoint.h>

/* The form of checkpoints that this version writes, and the only one that it reads. */
#define DESCENT_CHECKPOINT_FORM "2"

/* What a checkpoint keeps beside tensors and architecture. */
struct descent_checkpoint_state {
    descent_optimizer_kind optimizer;
    uint64_t steps;
    descent_progress progress;
    descent_schedule schedule;
    const char *config; /* borrowed */
};

/* The metadata of a file to be written. Starts with count 0; must not be moved once filled. */
struct descent_metadata_list {
    size_t count;
    descent_metadata entries[96];
    char texts[96][DESCENT_NUMBER_TEXT_SIZE];
};

/* Adds every field of the state; MEMORY. */
descent_status descent_checkpoint_state_save(struct descent_metadata_list *list,
                                             const struct descent_checkpoint_state *state);

/* Reads every field; FORMAT where one is missing or out of range. */
descent_status descent_checkpoint_state_load(struct descent_checkpoint_state *state,
                                             const descent_safetensors *file, const char *path);

#endif

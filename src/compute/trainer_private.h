/*
 * What a trainer is made of, and its update.
 */
#ifndef DESCENT_TRAINER_PRIVATE_H
#define DESCENT_TRAINER_PRIVATE_H

#include "compute/optimizer_private.h"
#include "compute/pass.h"

#include <descent/trainer.h>

/* Room for the most layers of the greatest width and the names of two activations. */
enum { DESCENT_ARCHITECTURE_SIZE = DESCENT_LAYERS_MAX * 8 + 64 };

/* L2 norms of a gradient. */
struct descent_norms {
    double whole;
    double layer[DESCENT_LAYERS_MAX];
};

/* What one thread has found among its parameters and state, on a cache line of its own. */
struct descent_reach {
    _Alignas(64) descent_magnitude most[3]; /* of the parameters and of each slot */
    bool finite;                            /* what they would become */
};

/* Of a step that measures the noise: the squared norms of its samples' shares in the gradient, by
 * pieces of rows (NULL where no step does), and summed up over the parts of a batch; and the norm
 * of the gradient where the update does not store that. */
struct descent_noise {
    double *squares;
    double sum;
    double norm;
};

/* One block: this struct, the chain's arrays, the optimizer's state. */
struct descent_trainer {
    descent_trainer_config config;
    size_t bytes;                                 /* of the block */
    char architecture[DESCENT_ARCHITECTURE_SIZE]; /* as descent_model_describe() tells it */
    size_t slots;
    uint64_t steps;
    size_t summed;        /* samples in the gradient that is being summed up */
    double summed_weight; /* and the sum of their labels' class weights */
    float *state;         /* [slots × parameter_room] */
    size_t samples;       /* of the batch that is in the workspace */
    double *squares;      /* of each block of the gradient: summed up in a fixed order */
    struct descent_noise noise;
    struct descent_reach *reach;  /* [threads] */
    struct descent_bounds bounds; /* of parameters and state */
    struct descent_norms norms;   /* of the last gradient that was measured */
    descent_failure failure;      /* of the last step that was not finite */
    struct descent_chain chain;
};

/* The update of one step. */
struct descent_update {
    descent_trainer *trainer;
    struct descent_rates rates;      /* for weights */
    struct descent_rates bias_rates; /* for biases, which may go without weight decay */
    bool plain;                      /* nothing but gradient descent: no state */
    bool measure;                    /* the gradient's norm is wanted */
    bool noise;                      /* and how noisy it is */
    bool stores;                     /* the gradient is needed as a whole, before the update */
};

/* What a summed-up gradient must be multiplied by. The parts of a batch do not know the weight of
 * all its samples, so each has been divided by their number. */
float descent_trainer_sum_scale(const descent_trainer *trainer);

/* Room for blocks of the gradient that are squared and summed up on their own. */
size_t descent_update_blocks(size_t parameter_room, size_t layers);

void descent_update_prepare(struct descent_update *update, descent_trainer *trainer,
                            double learning_rate);

/* Bounds that nobody knows. */
extern const struct descent_bounds descent_bounds_unknown;

/* Whether an update with gradients of at most this magnitude surely gives finite numbers; then
 * these are the bounds after it. Every thread of the team calls it and gets the same answer, which
 * depends on the magnitude, the parameters and the state alone. */
bool descent_update_is_safe(const struct descent_update *update, int thread, double gradient,
                            struct descent_bounds *after);

/* The optimizer with the gradient in the chain, for so many parameters from one of the chain's on.
 */
void descent_update_apply(const struct descent_update *update, const struct descent_rates *rates,
                          const float *first, size_t count);

/* One thread's share of a step in which each part of the gradient is used up at once, after
 * descent_pass_run(). False, on every thread, where it is not allowed to; then nothing has changed.
 */
bool descent_update_descend(struct descent_update *update, const struct descent_pass *pass,
                            int thread, struct descent_bounds *after);

/* One thread's share of measuring, clipping and applying the gradient in the chain. False, on every
 * thread, where the gradient or what the step gives is not finite; then no parameter and no state
 * has changed. */
bool descent_update_run(const struct descent_update *update, int thread,
                        struct descent_bounds *after);

/* One thread's share of limiting the norms of hidden units, where that is asked for, when all
 * threads have updated their weights. */
void descent_update_limit_norms(descent_trainer *trainer, int thread);

/* The norms of the gradient in the chain: every thread of the team takes its share, and each gets
 * them all. */
struct descent_norms descent_update_norms(struct descent_trainer *trainer, int thread);

/* noise.c: whether the next step measures the noise of its gradient. */
bool descent_noise_is_due(const descent_trainer *trainer);

/* One thread's share, after descent_pass_run(), of squaring the samples' shares in the gradient;
 * and of measuring, besides, the gradient itself where the update does not store it. */
void descent_noise_square_samples(const descent_trainer *trainer, const struct descent_pass *pass,
                                  int thread);
void descent_noise_measure(const struct descent_update *update, const struct descent_pass *pass,
                           int thread);

/* The sum of the squares of a batch of n, when all threads are through; adds it to that of the
 * batch's earlier parts. */
double descent_noise_samples(const descent_trainer *trainer, size_t n);
void descent_noise_sum(descent_trainer *trainer, size_t n);

/* What the gradient of a step's n samples says of the noise: by the sum of the squared norms of
 * their shares in it, and its own norm. */
void descent_noise_add(descent_metrics *metrics, size_t n, double sample_squares, double norm);

/* Finds out, after a step that was not finite, where that began, and keeps it in the trainer. batch
 * is NULL where it is not there any more; gradient says whether the gradient was computed. */
void descent_trainer_diagnose(descent_trainer *trainer, const descent_batch *batch, bool gradient);

#endif

/*
 * The numbers in tests/golden, which scripts/make-golden.py writes, and what they are numbers of.
 */
#ifndef DESCENT_TEST_GOLDEN_H
#define DESCENT_TEST_GOLDEN_H

#include "problem.h"

/* The numbers of tensor NAME in a file of tests/golden, exactly count of them; fails the test
 * otherwise. The caller frees them. */
double *golden_load(const char *file, const char *name, size_t count);

/* As golden_load(), for a list of 64-bit integers. */
uint64_t *golden_load_integers(const char *file, const char *name, size_t count);

/* optimizer.txt: from `start`, GOLDEN_STEPS updates by `gradients`, and under the optimizer's name
 * the parameters after each. */
struct golden_optimizer {
    const char *name;
    descent_optimizer optimizer;
    double learning_rate;
};

enum { GOLDEN_OPTIMIZERS = 9, GOLDEN_STEPS = 50, GOLDEN_PARAMETERS = 5 };
extern const struct golden_optimizer golden_optimizers[GOLDEN_OPTIMIZERS];

/* network.txt: a 13-7-5 network of two activations under seven losses. */
struct golden_network {
    const char *name;
    struct problem problem;
    const struct objective *objective;
    double *logits; /* [GOLDEN_LOGITS] */
    double loss;
    double *gradient;    /* [problem.count] */
    double *eigenvalues; /* [2] the smallest and the largest of the Hessian */
};

enum { GOLDEN_NETWORKS = 14, GOLDEN_SAMPLES = 9, GOLDEN_LOGITS = GOLDEN_SAMPLES * 5 };

/* Loads network i < GOLDEN_NETWORKS; the caller calls golden_network_free(). */
void golden_network_load(struct golden_network *golden, size_t i);
void golden_network_free(struct golden_network *golden);

#endif

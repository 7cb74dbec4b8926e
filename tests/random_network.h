/*
 * Random networks with random ways to train them: between them they have every activation, loss and
 * optimizer, all that a trainer can be configured to do, and sizes on both sides of every multiple
 * of a panel.
 */
#ifndef DESCENT_TEST_RANDOM_NETWORK_H
#define DESCENT_TEST_RANDOM_NETWORK_H

#include "problem.h"

enum { RANDOM_NETWORKS = 200 };

struct random_network {
    char name[320]; /* all that was drawn, in words */
    struct problem problem;
    const struct objective *objective;
    descent_trainer_config config; /* on test_engine */
    double learning_rate;
    size_t parts; /* in which a batch is to come */
};

/* Network i < RANDOM_NETWORKS; the caller calls random_network_destroy(). */
void random_network_create(struct random_network *network, size_t i);
void random_network_destroy(struct random_network *network);

#endif

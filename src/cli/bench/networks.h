/*
 * Networks by the sizes of their layers, as they are given on the command line: 784-128-10.
 */
#ifndef DESCENT_CLI_BENCH_NETWORKS_H
#define DESCENT_CLI_BENCH_NETWORKS_H

#include "cli/base/cli.h"

#include <descent/loss.h>
#include <descent/model.h>

enum { NETWORKS_MAX = 16 };

/* The name, such as "784-128-10", has room for the longest one. */
struct network {
    size_t layers;
    size_t sizes[DESCENT_LAYERS_MAX + 1];
    char name[(DESCENT_LAYERS_MAX + 1) * 8];
};

struct networks {
    size_t count;
    struct network networks[NETWORKS_MAX];
};

/* Reads --layers, such as "784-128-10,784-30-10": `most` networks at most. USAGE after saying what
 * is wrong. */
enum exit_status networks_read(struct networks *networks, const char *text, size_t most);

/* Names a network by its sizes. */
void network_name(struct network *network);

/* What it is trained by: cross-entropy, of which one output alone would have nothing to learn, so
 * that it answers one question by yes or no. */
descent_loss_kind network_loss(const struct network *network);

#endif

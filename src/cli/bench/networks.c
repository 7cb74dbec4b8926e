/*
 * Reads the sizes of networks.
 */
#include "cli/bench/networks.h"

#include "cli/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void network_name(struct network *network)
{
    network->name[0] = '\0';
    for (size_t l = 0; l <= network->layers; l++) {
        text_append(network->name, sizeof network->name, "%s%zu", l == 0 ? "" : "-",
                    network->sizes[l]);
    }
}

descent_loss_kind network_loss(const struct network *network)
{
    return network->sizes[network->layers] == 1 ? DESCENT_LOSS_BINARY_CROSS_ENTROPY
                                                : DESCENT_LOSS_CROSS_ENTROPY;
}

/* Reads the sizes of one network. */
static bool read_network(struct network *network, const char *text)
{
    size_t count = 0;
    while (text != NULL) {
        char part[TEXT_SIZE];
        uint64_t size;
        if (count > DESCENT_LAYERS_MAX || !text_next(&text, '-', part) ||
            !text_read_count(&size, part) || size < 1 || size > DESCENT_WIDTH_MAX) {
            return false;
        }
        network->sizes[count++] = (size_t)size;
    }
    network->layers = count - 1;
    network_name(network);
    return count > 1;
}

static enum exit_status refuse(const char *text, size_t most)
{
    char how_many[96] = "";
    if (most > 1) {
        snprintf(how_many, sizeof how_many, "1 to %zu networks with commas between, each of ",
                 most);
    }
    return cli_usage("--layers: expected %s2 to %d sizes from 1 to %zu with dashes between, found "
                     "\"%.200s\"",
                     how_many, DESCENT_LAYERS_MAX + 1, DESCENT_WIDTH_MAX, text);
}

enum exit_status networks_read(struct networks *networks, const char *text, size_t most)
{
    char *copy = strdup(text), *rest = copy;
    bool valid = copy != NULL;
    for (networks->count = 0; valid && rest != NULL; networks->count++) {
        char *network = rest;
        size_t length = strcspn(rest, ",");
        rest = rest[length] == '\0' ? NULL : rest + length + 1;
        network[length] = '\0';
        valid =
            networks->count < most && read_network(&networks->networks[networks->count], network);
    }
    free(copy);
    return valid ? DONE : refuse(text, most);
}

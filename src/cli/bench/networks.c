/*
 * Reads the sizes of networks.
 */
#include "cli/bench/networks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void network_name(struct network *network)
{
    size_t used = 0;
    for (size_t l = 0; l <= network->layers; l++) {
        used += (size_t)snprintf(network->name + used, sizeof network->name - used, "%s%zu",
                                 l == 0 ? "" : "-", network->sizes[l]);
    }
}

/* Reads one size and steps behind it; 0 where there is none in range. */
static size_t read_size(const char **text)
{
    size_t digits = strspn(*text, "0123456789");
    unsigned long size = digits > 0 && digits < 9 ? strtoul(*text, NULL, 10) : 0;
    *text += digits;
    return size <= DESCENT_WIDTH_MAX ? size : 0;
}

/* Reads one network up to a comma or the end. */
static bool read_network(struct network *network, const char **text)
{
    for (size_t l = 0; l <= DESCENT_LAYERS_MAX; l++) {
        network->sizes[l] = read_size(text);
        if (network->sizes[l] == 0) {
            return false;
        }
        network->layers = l;
        if (**text != '-') {
            network_name(network);
            return l > 0 && (**text == ',' || **text == '\0');
        }
        ++*text;
    }
    return false;
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
    const char *rest = text;
    for (networks->count = 0; networks->count < most; rest++) {
        if (!read_network(&networks->networks[networks->count++], &rest)) {
            break;
        }
        if (*rest == '\0') {
            return DONE;
        }
    }
    return refuse(text, most);
}

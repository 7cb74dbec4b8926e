/*
 * Shards: every N-th trial, for one of N machines.
 */
#include "cli/sweep/study.h"

#include "cli/base/text.h"

enum exit_status study_shard_read(struct study *study)
{
    const char *text = study->options.shard, *rest = text;
    char first[TEXT_SIZE], second[TEXT_SIZE];
    if (text == NULL) {
        return DONE;
    }
    bool read = text_next(&rest, '/', first) && rest != NULL && text_next(&rest, '/', second) &&
                rest == NULL && text_read_count(&study->shard, first) &&
                text_read_count(&study->shards, second);
    return read && study->shard >= 1 && study->shard <= study->shards
               ? DONE
               : cli_usage("--shard: expected K/N, the K-th of N shards with K from 1 to N, found "
                           "\"%.100s\"",
                           text);
}

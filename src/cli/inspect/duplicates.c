/*
 * Finds duplicates by sorting hashes; samples with equal hashes are compared number by number.
 */
#include "cli/inspect/inspect.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    uint64_t hash;
    const descent_dataset *dataset;
    uint32_t index;
    bool test;
};

/* The bytes of a sample in memory. */
static const void *bytes_of(const struct sample *sample, size_t *size)
{
    size_t features = descent_dataset_features(sample->dataset);
    const uint8_t *bytes = descent_dataset_sample(sample->dataset, sample->index);
    *size = bytes != NULL ? features : features * sizeof(float);
    return bytes != NULL
               ? (const void *)bytes
               : (const void *)descent_dataset_sample_floats(sample->dataset, sample->index);
}

/* FNV-1a over words of eight bytes, the last one filled up with zeros. */
static uint64_t hash_of(const struct sample *sample)
{
    size_t size;
    const unsigned char *bytes = bytes_of(sample, &size);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, size - i < 8 ? size - i : 8);
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
        hash ^= hash >> 32;
    }
    return hash;
}

static void add_part(struct sample *samples, size_t *count, const descent_dataset *dataset,
                     bool test)
{
    for (size_t i = 0; dataset != NULL && i < descent_dataset_count(dataset); i++) {
        struct sample *sample = &samples[(*count)++];
        *sample = (struct sample){.dataset = dataset, .index = (uint32_t)i, .test = test};
        sample->hash = hash_of(sample);
    }
}

/* By hash; of the same hash the training samples first, in their order. */
static int compare(const void *left, const void *right)
{
    const struct sample *a = left;
    const struct sample *b = right;
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    if (a->test != b->test) {
        return a->test ? 1 : -1;
    }
    return a->index < b->index ? -1 : 1;
}

static bool equal(const struct sample *a, const struct sample *b)
{
    size_t sizes[2];
    const void *left = bytes_of(a, &sizes[0]);
    const void *right = bytes_of(b, &sizes[1]);
    return sizes[0] == sizes[1] && memcmp(left, right, sizes[0]) == 0;
}

/* Counts a sample that is the same as the first of its run. */
static void count_copy(struct duplicates *duplicates, const struct sample *first,
                       const struct sample *copy)
{
    if (first->test != copy->test) {
        duplicates->across++;
    } else if (copy->test) {
        duplicates->test++;
    } else {
        duplicates->train++;
    }
    duplicates->labelled += descent_dataset_label(first->dataset, first->index) !=
                            descent_dataset_label(copy->dataset, copy->index);
}

static size_t count_of(const descent_dataset *dataset)
{
    return dataset != NULL ? descent_dataset_count(dataset) : 0;
}

enum exit_status duplicates_find(struct duplicates *duplicates, const descent_dataset *train,
                                 const descent_dataset *test)
{
    *duplicates = (struct duplicates){0};
    size_t count = 0;
    size_t room = count_of(train) + count_of(test);
    struct sample *samples = malloc(room * sizeof *samples);
    if (samples == NULL) {
        return cli_failed("out of memory for comparing %zu samples", room);
    }
    add_part(samples, &count, train, false);
    add_part(samples, &count, test, true);
    qsort(samples, count, sizeof *samples, compare);
    size_t first = 0;
    for (size_t i = 1; i < count; i++) {
        if (samples[i].hash == samples[first].hash && equal(&samples[first], &samples[i])) {
            count_copy(duplicates, &samples[first], &samples[i]);
        } else {
            first = i;
        }
    }
    free(samples);
    return DONE;
}

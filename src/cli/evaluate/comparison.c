/*
 * Models are compared sample by sample, which tells far smaller differences than two intervals do.
 */
#include "cli/evaluate/comparison.h"

#include "cli/base/difference.h"
#include "cli/base/statistics.h"

#include <stdlib.h>
#include <string.h>

#define AT(kind, member) RECORD_MEMBER(kind, struct comparison_pair, member)

static const struct record_field FIELDS[] = {
    {"first", AT(TEXT, first)},
    {"second", AT(TEXT, second)},
    {"samples", AT(COUNT, samples)},
    {"only_first_right", AT(COUNT, only_first)},
    {"only_second_right", AT(COUNT, only_second)},
    {"mcnemar_p", AT(NUMBER, p)},
    {"corrected_p", AT(NUMBER, corrected)},
};
const struct record COMPARISON_PAIR = RECORD(struct comparison_pair, FIELDS);

static bool are_same_samples(const struct scored *one, const struct scored *other)
{
    size_t count = descent_dataset_count(one->dataset);
    bool same = one->part == other->part && count == descent_dataset_count(other->dataset);
    for (size_t i = 0; same && i < count; i++) {
        same = descent_dataset_place(one->dataset, i) == descent_dataset_place(other->dataset, i) &&
               text_same(descent_dataset_file(one->dataset, i),
                         descent_dataset_file(other->dataset, i));
    }
    return same;
}

static bool are_same_targets(const descent_dataset *one, const descent_dataset *other)
{
    size_t outputs = descent_dataset_outputs(one);
    const char *const *names = descent_dataset_target_names(one);
    const char *const *others = descent_dataset_target_names(other);
    bool same = (names == NULL) == (others == NULL);
    for (size_t o = 0; same && names != NULL && o < outputs; o++) {
        same = text_same(names[o], others[o]);
    }
    for (size_t i = 0; same && i < descent_dataset_count(one); i++) {
        same = memcmp(descent_dataset_target(one, i), descent_dataset_target(other, i),
                      outputs * sizeof(float)) == 0;
    }
    return same;
}

/* By their names: models need not number their classes alike. */
static bool are_same_classes(const descent_dataset *one, const descent_dataset *other)
{
    const char *const *names = descent_dataset_class_names(one);
    const char *const *others = descent_dataset_class_names(other);
    bool same = true;
    for (size_t i = 0; same && i < descent_dataset_count(one); i++) {
        same = text_same(names[descent_dataset_label(one, i)],
                         others[descent_dataset_label(other, i)]);
    }
    return same;
}

static enum comparison_place place_of(const struct scored *first, const struct scored *scored)
{
    size_t outputs = descent_dataset_outputs(first->dataset);
    if (!are_same_samples(first, scored)) {
        return COMPARISON_OTHER_SAMPLES;
    }
    bool same =
        outputs == descent_dataset_outputs(scored->dataset) &&
        (outputs > 0 ? are_same_targets : are_same_classes)(first->dataset, scored->dataset);
    return same ? COMPARISON_SAME : COMPARISON_OTHER_LABELS;
}

enum exit_status comparison_add(struct comparison *comparison, struct evaluation *evaluation,
                                struct scored *scored)
{
    struct comparison_model *models =
        realloc(comparison->models, (comparison->count + 1) * sizeof *models);
    if (models == NULL) {
        return cli_failed("out of memory for %zu models", comparison->count + 1);
    }
    comparison->models = models;
    struct comparison_model *model = &models[comparison->count];
    *model = (struct comparison_model){evaluation->right, COMPARISON_SAME};
    evaluation->right = NULL;
    if (comparison->count++ > 0) {
        model->place = place_of(&comparison->samples, scored);
        return DONE;
    }
    comparison->samples = *scored;
    scored->dataset = NULL;
    return DONE;
}

static bool is_comparable(const struct comparison_model *model)
{
    return model->right != NULL && model->place == COMPARISON_SAME;
}

static struct comparison_pair pair_of(const struct comparison *comparison, size_t first,
                                      size_t second)
{
    const bool *one = comparison->models[first].right, *other = comparison->models[second].right;
    struct comparison_pair pair = {.samples = descent_dataset_count(comparison->samples.dataset)};
    for (size_t i = 0; i < pair.samples; i++) {
        pair.only_first += one[i] && !other[i];
        pair.only_second += other[i] && !one[i];
    }
    pair.p = cli_mcnemar(pair.only_first, pair.only_second);
    return pair;
}

enum exit_status comparison_run(struct comparison *comparison, const char *const *names)
{
    size_t count = comparison->count;
    comparison->pairs = calloc(count * (count - 1) / 2 + 1, sizeof *comparison->pairs);
    if (comparison->pairs == NULL) {
        return cli_failed("out of memory for comparisons of %zu models", count);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (is_comparable(&comparison->models[i]) && is_comparable(&comparison->models[k])) {
                struct comparison_pair pair = pair_of(comparison, i, k);
                pair.first = names[i];
                pair.second = names[k];
                pair.one = i;
                pair.other = k;
                comparison->pairs[comparison->pair_count++] = pair;
            }
        }
    }
    struct comparison_pair *pairs = comparison->pairs;
    return difference_holm(&pairs->corrected, &pairs->p, comparison->pair_count, sizeof *pairs)
               ? DONE
               : cli_failed("out of memory for comparisons of %zu models", count);
}

void comparison_free(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++) {
        free(comparison->models[i].right);
    }
    free(comparison->models);
    free(comparison->pairs);
    descent_dataset_destroy(comparison->samples.dataset);
    *comparison = (struct comparison){0};
}

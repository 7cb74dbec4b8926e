/*
 * Chooses arrays by what their names say.
 */
#include "data/array_pair.h"

#include "base/fail.h"
#include "data/sources.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What is looked for. */
struct wanted {
    const struct descent_array_list *list;
    const char *set; /* NULL: any */
    enum descent_array_part part;
    bool regression;
    bool several; /* labels, each of which is 0 or 1, in a file of either kind */
};

/* How well a role suits what belongs to samples: the lowest number is the best, 0 is not at all,
 * and the last is for NumPy files alone, whose names are free. */
enum { RANK_LAST = 3 };

static int rank_of(enum descent_array_role role, const struct wanted *wanted)
{
    static const int ranks[2][DESCENT_ARRAY_EITHER + 1] = {
        {[DESCENT_ARRAY_LABELS] = 1,
         [DESCENT_ARRAY_EITHER] = 2,
         [DESCENT_ARRAY_TARGETS] = RANK_LAST},
        {[DESCENT_ARRAY_LABELS] = RANK_LAST,
         [DESCENT_ARRAY_EITHER] = 2,
         [DESCENT_ARRAY_TARGETS] = 1},
    };
    return ranks[wanted->regression][role];
}

static int rank_file(const struct wanted *wanted, const struct descent_array_file *file,
                     bool samples)
{
    bool in = wanted->set == NULL || strcmp(wanted->set, file->name.set) == 0;
    if (!in || file->name.part != wanted->part) {
        return 0;
    }
    if (samples) {
        return file->name.role == DESCENT_ARRAY_SAMPLES;
    }
    int rank = rank_of(file->name.role, wanted);
    return file->numpy || wanted->several || rank < RANK_LAST ? rank : 0;
}

/* Whether one is the other, packed. */
static bool are_twins(const struct descent_array_file *one, const struct descent_array_file *other)
{
    size_t length = strlen(one->path);
    return !one->member && strncmp(one->path, other->path, length) == 0 &&
           strcasecmp(other->path + length, ".gz") == 0;
}

static descent_status fail_two(const struct descent_array_file *one,
                               const struct descent_array_file *other)
{
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected one file of its kind and part, found %s as well", one->label,
                        other->label);
}

/* The best file, or NULL; a packed twin, which is listed behind its plain one, is passed over. */
static descent_status find(const struct descent_array_file **found, const struct wanted *wanted,
                           bool samples)
{
    int best = 0;
    const struct descent_array_file *second = NULL;
    *found = NULL;
    for (size_t i = 0; i < wanted->list->count; i++) {
        const struct descent_array_file *file = &wanted->list->files[i];
        int rank = rank_file(wanted, file, samples);
        if (rank == 0 || (best > 0 && (rank > best || are_twins(*found, file)))) {
            continue;
        }
        second = rank == best ? file : NULL;
        if (second != NULL) {
            return fail_two(*found, second);
        }
        best = rank;
        *found = file;
    }
    return DESCENT_OK;
}

static bool has(const struct wanted *wanted, bool samples)
{
    for (size_t i = 0; i < wanted->list->count; i++) {
        if (rank_file(wanted, &wanted->list->files[i], samples) > 0) {
            return true;
        }
    }
    return false;
}

/* Whether a part has its samples and what belongs to them. */
static bool is_whole(struct wanted wanted)
{
    for (int part = 0; part < DESCENT_ARRAY_PARTS; part++) {
        wanted.part = (enum descent_array_part)part;
        if (has(&wanted, true) && has(&wanted, false)) {
            return true;
        }
    }
    return false;
}

/* The one data set among the arrays; NULL where none is whole. */
static descent_status choose_set(const char **set, const struct wanted *wanted, const char *path)
{
    *set = NULL;
    for (size_t i = 0; i < wanted->list->count; i++) {
        struct wanted one = *wanted;
        one.set = wanted->list->files[i].name.set;
        if (!is_whole(one) || (*set != NULL && strcmp(*set, one.set) == 0)) {
            continue;
        }
        if (*set != NULL) {
            /* A set without a name of its own has none that moves it. */
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected one data set, found \"%s\" and \"%s\"; move the "
                                "files of one into a folder of their own, such as: mkdir one && mv "
                                "%s* one",
                                path, *set, one.set, one.set[0] != '\0' ? one.set : *set);
        }
        *set = one.set;
    }
    return DESCENT_OK;
}

static bool has_part(struct wanted wanted, enum descent_array_part part)
{
    wanted.part = part;
    return has(&wanted, true) || has(&wanted, false);
}

static descent_status fail_missing(const struct descent_array_pair *pair, const char *path,
                                   const struct wanted *wanted)
{
    static const char *const parts[][2] = {
        [DESCENT_ARRAY_WHOLE] = {"train", "_train"},
        [DESCENT_ARRAY_TRAIN] = {"train", "_train"},
        [DESCENT_ARRAY_TEST] = {"t10k", "_test"},
    };
    bool numpy =
        wanted->list->count > 0 ? wanted->list->files[0].numpy : descent_array_is_archive(path);
    const char *part = parts[wanted->part][numpy];
    char samples[64] = "", answers[64] = "";
    if (pair->samples == NULL) {
        snprintf(samples, sizeof samples, numpy ? " x%s.npy" : " %s-images-idxN-ubyte[.gz]", part);
    }
    if (pair->answers == NULL) {
        snprintf(answers, sizeof answers,
                 numpy                ? " y%s.npy"
                 : wanted->regression ? " %s-targets-idx2-float[.gz]"
                                      : " %s-labels-idx1-ubyte[.gz]",
                 part);
    }
    return descent_fail(
        DESCENT_ERROR_NOT_FOUND, "%s: expected an image and a %s file, missing:%s%s%s", path,
        wanted->regression ? "target" : "label", samples, answers,
        numpy ? "; images and labels, or data and target, do as well, in one folder or "
                "one .npz file"
              : "");
}

static descent_status find_pair(struct descent_array_pair *pair, const struct wanted *wanted,
                                const char *path)
{
    DESCENT_TRY(find(&pair->samples, wanted, true));
    DESCENT_TRY(find(&pair->answers, wanted, false));
    return pair->samples != NULL && pair->answers != NULL ? DESCENT_OK
                                                          : fail_missing(pair, path, wanted);
}

/* The arrays of a part, if they are whole, are no longer unknown. */
static void mark(struct wanted wanted, enum descent_array_part part)
{
    struct descent_array_pair pair = {0};
    wanted.part = part;
    if (find(&pair.samples, &wanted, true) != DESCENT_OK ||
        find(&pair.answers, &wanted, false) != DESCENT_OK || pair.samples == NULL ||
        pair.answers == NULL) {
        return;
    }
    for (size_t i = 0; i < wanted.list->count; i++) {
        struct descent_array_file *file = &wanted.list->files[i];
        file->used = file->used || file == pair.samples || file == pair.answers;
    }
}

descent_status descent_array_pair_find(struct descent_array_pair *pair,
                                       struct descent_array_list *list, const char *path,
                                       const descent_source *source)
{
    *pair = (struct descent_array_pair){0};
    struct wanted wanted = {
        .list = list, .regression = source->regression, .several = source->multi_label};
    DESCENT_TRY(choose_set(&wanted.set, &wanted, path));
    bool test = has_part(wanted, DESCENT_ARRAY_TEST);
    bool parts = test || has_part(wanted, DESCENT_ARRAY_TRAIN);
    if (test && source->part == DESCENT_PART_ALL) {
        return descent_source_has_parts(path);
    }
    /* IDX files come in two parts: where one is missing, it is missed. */
    bool missed = parts && !test && !list->files[0].numpy;
    pair->split = !test && !missed && source->part != DESCENT_PART_ALL;
    wanted.part = !parts                                                  ? DESCENT_ARRAY_WHOLE
                  : (test || missed) && source->part == DESCENT_PART_TEST ? DESCENT_ARRAY_TEST
                                                                          : DESCENT_ARRAY_TRAIN;
    DESCENT_TRY(find_pair(pair, &wanted, path));
    for (int part = parts ? DESCENT_ARRAY_TRAIN : DESCENT_ARRAY_WHOLE; part < DESCENT_ARRAY_PARTS;
         part++) {
        mark(wanted, (enum descent_array_part)part);
    }
    return DESCENT_OK;
}

/*
 * The loader: from samples in the data set's order to floats in the epoch's order. Knows nothing of
 * networks.
 *
 * Its one block holds:
 *
 *     struct | order [count] | features [copies × copy_stride]
 *            | labels [batch] or targets [batch × outputs]
 *            | scratch memory for augmentation [threads × scratch_stride]
 */
#include <descent/loader.h>

#include "base/arena.h"
#include "base/cut.h"
#include "base/fail.h"
#include "base/team.h"
#include "data/augment.h"
#include "data/dataset_private.h"

#include <descent/random.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of a batch from which on a second thread is worth waking: to augment so many takes 0.1
 * milliseconds, to fetch them as long as waking it. */
enum { WORTH_THREADS = 20000 };

/* Copies, each made by one thread alone, take as long for many threads as for two, while the
 * products get faster. */
enum { COPIES_MAX = 4 };

struct descent_loader {
    const descent_dataset *dataset;
    const descent_preparation *preparation;
    size_t batch;
    bool shuffle;
    uint64_t seed;
    int threads; /* at most */
    bool asked;  /* for that number */
    int copies;  /* of the features of large batches; ≤ threads */
    size_t copy_stride;
    struct descent_team team;
    struct descent_pace pace; /* of gathering on all threads */
    bool augments;
    struct descent_augment_plan augment;
    uint64_t epoch;
    size_t position; /* samples of this epoch given out so far */
    uint32_t *order; /* [count], the epoch's permutation */
    float *features; /* [copies × copy_stride], each [batch × features] */
    int32_t *labels; /* [batch]; NULL: targets */
    float *targets;  /* [batch × outputs]; NULL: labels */
    size_t scratch_stride;
    float *scratch; /* [threads × scratch_stride] */
};

static descent_status check_preparation(const descent_preparation *preparation,
                                        const descent_dataset *dataset)
{
    if (preparation == NULL) {
        return DESCENT_OK;
    }
    size_t expected = descent_preparation_features(preparation);
    size_t found = descent_dataset_features(dataset);
    if (expected != found) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "preparation: expected samples of %zu features, found %zu", expected,
                            found);
    }
    expected = descent_preparation_outputs(preparation);
    found = descent_dataset_outputs(dataset);
    if (expected > 0 && found > 0 && expected != found) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "preparation: expected targets of %zu numbers, found %zu", expected,
                            found);
    }
    return DESCENT_OK;
}

/* So many floats, rounded up to where the next ones are aligned as well. */
static size_t whole_lines(size_t floats)
{
    const size_t line = DESCENT_ARENA_ALIGNMENT / sizeof(float);
    return (floats + line - 1) / line * line;
}

static descent_status plan_augmentation(descent_loader *loader, const descent_augment *augment)
{
    loader->augments = descent_augment_active(augment);
    if (!loader->augments) {
        return descent_augment_check(augment);
    }
    bool pixels = descent_dataset_values(loader->dataset) == DESCENT_VALUES_BYTES;
    descent_status status = descent_augment_plan_init(
        &loader->augment, augment, descent_dataset_shape(loader->dataset), pixels);
    loader->scratch_stride = whole_lines(loader->augment.scratch_size);
    return status;
}

/* To augment an image takes longer than to have it from another core. */
static int count_copies(const descent_loader *loader, int wanted)
{
    if (loader->augments || wanted < 1 || wanted > COPIES_MAX) {
        return 1;
    }
    return wanted < loader->threads ? wanted : loader->threads;
}

/* One block for a loader whose plain members are known. */
static descent_loader *allocate(const descent_loader *planned)
{
    size_t count = descent_dataset_count(planned->dataset);
    size_t outputs = descent_dataset_outputs(planned->dataset);
    size_t scratches = planned->augments ? (size_t)planned->threads : 0;
    struct descent_arena_plan plan = {0};
    size_t self = descent_arena_reserve(&plan, 1, sizeof(descent_loader));
    size_t order = descent_arena_reserve(&plan, count, sizeof(uint32_t));
    /* The data set has checked that all its samples' features have a product. */
    size_t values =
        descent_arena_reserve(&plan, (size_t)planned->copies, planned->copy_stride * sizeof(float));
    size_t labels = descent_arena_reserve(&plan, planned->batch, sizeof(int32_t));
    size_t targets = descent_arena_reserve(&plan, planned->batch * outputs, sizeof(float));
    size_t scratch =
        descent_arena_reserve(&plan, scratches, planned->scratch_stride * sizeof(float));
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return NULL;
    }
    descent_loader *made = (descent_loader *)(block + self);
    *made = *planned;
    made->order = (uint32_t *)(block + order);
    made->features = (float *)(block + values);
    made->labels = outputs == 0 ? (int32_t *)(block + labels) : NULL;
    made->targets = outputs > 0 ? (float *)(block + targets) : NULL;
    made->scratch = (float *)(block + scratch);
    return made;
}

descent_status descent_loader_create(descent_loader **loader, const descent_dataset *dataset,
                                     const descent_loader_config *config)
{
    DESCENT_RETURN_UNLESS(loader != NULL);
    *loader = NULL;
    DESCENT_RETURN_UNLESS(dataset != NULL && config != NULL);
    if (config->batch == 0) {
        return descent_fail(DESCENT_ERROR_INVALID, "batch: expected at least 1, found 0");
    }
    size_t count = descent_dataset_count(dataset);
    size_t batch = config->batch < count ? config->batch : count;
    int threads = descent_team_most(config->threads);
    descent_loader planned = {
        .dataset = dataset,
        .preparation = config->preparation,
        .batch = batch,
        .shuffle = config->shuffle,
        .seed = config->seed,
        .threads = (size_t)threads < batch ? threads : (int)batch,
        .asked = config->threads > 0,
    };
    DESCENT_TRY(descent_team_check(config->threads));
    DESCENT_TRY(check_preparation(config->preparation, dataset));
    DESCENT_TRY(plan_augmentation(&planned, &config->augment));
    planned.copies = count_copies(&planned, config->copies);
    planned.copy_stride = whole_lines(batch * descent_dataset_features(dataset));
    *loader = allocate(&planned);
    if (*loader == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY,
                            "loader: no memory for a batch of %zu samples with %zu features", batch,
                            descent_dataset_features(dataset));
    }
    descent_loader_shuffle(*loader, 0);
    return DESCENT_OK;
}

void descent_loader_destroy(descent_loader *loader)
{
    free(loader);
}

void descent_loader_shuffle(descent_loader *loader, uint64_t epoch)
{
    size_t count = descent_dataset_count(loader->dataset);
    for (size_t i = 0; i < count; i++) {
        loader->order[i] = (uint32_t)i;
    }
    if (loader->shuffle) {
        descent_random random = descent_random_init(loader->seed, DESCENT_STREAM_ORDER, epoch);
        descent_random_shuffle(&random, loader->order, count);
    }
    loader->epoch = epoch;
    loader->position = 0;
}

static void fetch_ahead(const void *numbers, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 64) {
        __builtin_prefetch((const char *)numbers + i);
    }
}

static void fetch_sample(const descent_dataset *dataset, size_t i, size_t features)
{
    const uint8_t *bytes = descent_dataset_sample(dataset, i);
    if (bytes != NULL) {
        fetch_ahead(bytes, features);
    } else {
        fetch_ahead(descent_dataset_sample_floats(dataset, i), features * sizeof(float));
    }
}

static void augment(const descent_loader *loader, uint32_t sample, int thread, float *image)
{
    float *scratch = loader->scratch + (size_t)thread * loader->scratch_stride;
    struct descent_augment_key key = {loader->seed, loader->epoch, sample};
    descent_augment_apply(&loader->augment, key, scratch, image);
}

static void gather_answer(const descent_loader *loader, size_t i, size_t sample)
{
    const descent_dataset *dataset = loader->dataset;
    if (loader->labels != NULL) {
        loader->labels[i] = descent_dataset_label(dataset, sample);
        return;
    }
    size_t outputs = descent_dataset_outputs(dataset);
    float *target = loader->targets + i * outputs;
    memcpy(target, descent_dataset_target(dataset, sample), outputs * sizeof *target);
    if (loader->preparation != NULL) {
        descent_preparation_apply_targets(loader->preparation, 1, target);
    }
}

/* One sample of the batch; the one after the next is fetched meanwhile, since a shuffled order
 * jumps through memory and would wait for every sample. */
static void gather_sample(const descent_loader *loader, size_t i, int thread, float *sample)
{
    const descent_dataset *dataset = loader->dataset;
    const uint32_t *order = loader->order + loader->position;
    size_t features = descent_dataset_features(dataset);
    size_t left = descent_dataset_count(dataset) - loader->position;
    if (i + 2 < left) {
        fetch_sample(dataset, order[i + 2], features);
    }
    descent_dataset_widen(dataset, order[i], sample);
    if (loader->augments) {
        augment(loader, order[i], thread, sample);
    }
    if (loader->preparation != NULL) {
        descent_preparation_apply(loader->preparation, 1, sample);
    }
}

/* Samples of the batch that a team gathers. */
struct gathering {
    const descent_loader *loader;
    size_t n;
    bool copies; /* one for each of the team */
};

static void gather_share(void *context, int thread)
{
    const struct gathering *gathering = context;
    const descent_loader *loader = gathering->loader;
    struct descent_span mine = descent_cut_share(gathering->n, loader->team.threads, thread);
    size_t features = descent_dataset_features(loader->dataset);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        gather_answer(loader, i, loader->order[loader->position + i]);
    }
    float *copy = loader->features;
    if (gathering->copies) {
        copy += (size_t)thread * loader->copy_stride;
        mine = (struct descent_span){0, gathering->n};
    }
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        gather_sample(loader, i, thread, copy + i * features);
    }
}

/* A number of threads that was asked for is kept to. Copies are made where they are used: by as
 * many threads as the steps have at present. */
static void ready_team(descent_loader *loader, size_t n, bool large, bool copies)
{
    int threads = !large ? 1 : copies ? loader->copies : loader->threads;
    if (loader->asked || !large) {
        loader->team.threads = threads;
    } else if (copies) {
        loader->team.threads = descent_team_is_together() ? threads : 1;
    } else {
        descent_team_follow(&loader->team, threads, &loader->pace, (double)n);
    }
}

/* The next n samples, by several threads where there is enough for them to do. */
static void gather(descent_loader *loader, size_t n, descent_batch *batch)
{
    bool large = n * descent_dataset_features(loader->dataset) >= WORTH_THREADS;
    bool copies = large && loader->copies > 1;
    struct gathering gathering = {loader, n, copies};
    ready_team(loader, n, large, copies);
    descent_team_run(&loader->team, gather_share, &gathering);
    batch->n = n;
    batch->copies = copies ? (size_t)loader->team.threads : 1; /* there may be fewer by now */
    batch->copy_stride = loader->copy_stride;
}

bool descent_loader_next(descent_loader *loader, descent_batch *batch)
{
    size_t left = descent_dataset_count(loader->dataset) - loader->position;
    size_t n = left < loader->batch ? left : loader->batch;
    if (n == 0) {
        return false;
    }
    *batch = (descent_batch){
        .features = loader->features, .labels = loader->labels, .targets = loader->targets};
    gather(loader, n, batch);
    loader->position += n;
    return true;
}

size_t descent_loader_batches(const descent_loader *loader)
{
    size_t count = descent_dataset_count(loader->dataset);
    return count / loader->batch + (count % loader->batch != 0);
}

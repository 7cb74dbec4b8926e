/*
 * A contact sheet of what augmentation makes of samples: as they are, and as nine epochs see them.
 */
#include "cli/inspect/sheet.h"

#include <descent/loader.h>

#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 10, EPOCHS = 9 };

/* Copies of the samples that are shown, one after another. */
struct chosen {
    size_t count;
    uint8_t *bytes; /* one of both */
    float *floats;
    int32_t labels[ROWS_MAX];
};

static void copy(struct chosen *chosen, const descent_dataset *dataset, size_t i)
{
    size_t features = descent_dataset_features(dataset);
    size_t at = chosen->count++ * features;
    if (chosen->bytes != NULL) {
        memcpy(chosen->bytes + at, descent_dataset_sample(dataset, i), features);
    } else {
        memcpy(chosen->floats + at, descent_dataset_sample_floats(dataset, i),
               features * sizeof *chosen->floats);
    }
}

/* The first sample of each of the first classes, in their order, or without classes the first
 * samples. */
static void choose(struct chosen *chosen, const descent_dataset *dataset)
{
    size_t count = descent_dataset_count(dataset);
    size_t firsts[ROWS_MAX];
    for (size_t row = 0; row < ROWS_MAX; row++) {
        firsts[row] = count;
    }
    for (size_t i = count; i-- > 0;) {
        int32_t label = descent_dataset_label(dataset, i);
        size_t row = label < 0 ? i : (size_t)label;
        if (row < ROWS_MAX) {
            firsts[row] = i;
        }
    }
    for (size_t row = 0; row < ROWS_MAX; row++) {
        if (firsts[row] < count) {
            copy(chosen, dataset, firsts[row]);
        }
    }
}

static enum exit_status put_batch(struct sheet *sheet, const descent_loader_config *config,
                                  const descent_dataset *samples, double low, double high)
{
    descent_loader *loader;
    if (descent_loader_create(&loader, samples, config) != DESCENT_OK) {
        return cli_library_failed();
    }
    bool augments = descent_augment_active(&config->augment);
    size_t features = descent_dataset_features(samples);
    enum exit_status status = DONE;
    for (size_t epoch = 1; epoch <= (augments ? EPOCHS : 1); epoch++) {
        descent_batch batch;
        descent_loader_shuffle(loader, epoch);
        descent_loader_next(loader, &batch);
        for (size_t i = 0; i < batch.n && status == DONE; i++) {
            status = sheet_put_floats(sheet, i, augments ? epoch : 0, batch.features + i * features,
                                      low, high);
        }
    }
    descent_loader_destroy(loader);
    return status;
}

/* Bytes are between 0 and 1 behind a loader. */
static enum exit_status put_all(struct sheet *sheet, const descent_dataset *samples, double low,
                                double high, const descent_augment *augment)
{
    descent_loader_config config = {.batch = ROWS_MAX, .shuffle = false};
    bool bytes = descent_dataset_values(samples) == DESCENT_VALUES_BYTES;
    low = bytes ? 0.0 : low;
    high = bytes ? 1.0 : high;
    enum exit_status status = put_batch(sheet, &config, samples, low, high);
    config.augment = *augment;
    return status == DONE ? put_batch(sheet, &config, samples, low, high) : status;
}

static enum exit_status save(const struct chosen *chosen, const descent_shape *shape, double low,
                             double high, const descent_augment *augment, const char *data,
                             const char *path)
{
    const descent_samples samples = {.shape = *shape,
                                     .count = chosen->count,
                                     .bytes = chosen->bytes,
                                     .floats = chosen->floats,
                                     .labels = chosen->labels,
                                     .classes = 1};
    descent_dataset *dataset = NULL;
    struct sheet sheet = {0};
    enum exit_status status = sheet_create(&sheet, shape, chosen->count, 1 + EPOCHS, data);
    if (status == DONE && descent_dataset_create(&dataset, &samples) != DESCENT_OK) {
        status = cli_library_failed();
    }
    if (status == DONE) {
        status = put_all(&sheet, dataset, low, high, augment);
    }
    if (status == DONE) {
        status = sheet_save(&sheet, path);
    }
    descent_dataset_destroy(dataset);
    sheet_free(&sheet);
    return status;
}

enum exit_status sheet_save_augmented(const descent_dataset *dataset, double low, double high,
                                      const descent_augment *augment, const char *data,
                                      const char *path)
{
    size_t features = descent_dataset_features(dataset);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    struct chosen chosen = {
        .bytes = bytes ? calloc(ROWS_MAX, features) : NULL,
        .floats = bytes ? NULL : calloc(ROWS_MAX, features * sizeof(float)),
    };
    enum exit_status status = FAILED;
    if (chosen.bytes == NULL && chosen.floats == NULL) {
        cli_failed("out of memory for a sheet");
    } else {
        choose(&chosen, dataset);
        status = save(&chosen, descent_dataset_shape(dataset), low, high, augment, data, path);
    }
    free(chosen.bytes);
    free(chosen.floats);
    return status;
}

/*
 * A sheet of samples: some of each class, a row a class; or one of each class as it is and as it
 * comes augmented in nine epochs. All go through a loader, as they do in training.
 */
#include "cli/inspect/inspect.h"
#include "cli/inspect/sheet.h"

#include <descent/loader.h>

#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 50, AUGMENTED_ROWS_MAX = 10 };

/* Copies of the samples that are shown, one after another; one of bytes and floats is NULL. */
struct chosen {
    size_t rows, columns; /* of samples; columns are 1 where they are augmented */
    size_t count;
    size_t row[ROWS_MAX * SHEET_COLUMNS], column[ROWS_MAX * SHEET_COLUMNS]; /* their places */
    int32_t labels[ROWS_MAX * SHEET_COLUMNS];
    uint8_t *bytes;
    float *floats;
};

static void copy_sample(struct chosen *chosen, const descent_dataset *dataset, size_t i)
{
    size_t features = descent_dataset_features(dataset);
    size_t at = chosen->count * features;
    if (chosen->bytes != NULL) {
        memcpy(chosen->bytes + at, descent_dataset_sample(dataset, i), features);
    } else {
        memcpy(chosen->floats + at, descent_dataset_sample_floats(dataset, i),
               features * sizeof *chosen->floats);
    }
}

/* The first samples of each of the first classes, or for numbers to predict the first samples. */
static void choose(struct chosen *chosen, const descent_dataset *dataset)
{
    for (size_t row = 0; row < chosen->rows; row++) {
        size_t column = 0;
        for (size_t i = 0; i < descent_dataset_count(dataset) && column < chosen->columns; i++) {
            int32_t label = descent_dataset_label(dataset, i);
            if ((label < 0 ? i / chosen->columns : (size_t)label) == row) {
                copy_sample(chosen, dataset, i);
                chosen->row[chosen->count] = row;
                chosen->column[chosen->count++] = column++;
            }
        }
    }
}

/* Puts all samples in, as they are or as they come in nine epochs. */
static enum exit_status put_epochs(struct sheet *sheet, const struct chosen *chosen,
                                   descent_loader *loader, bool augmented)
{
    size_t features = sheet->height * sheet->width * sheet->channels;
    for (size_t epoch = 1; epoch <= (augmented ? SHEET_COLUMNS - 1 : 1); epoch++) {
        descent_batch batch;
        descent_loader_shuffle(loader, epoch);
        descent_loader_next(loader, &batch);
        for (size_t i = 0; i < batch.n; i++) {
            CLI_TRY(sheet_put(sheet, chosen->row[i], augmented ? epoch : chosen->column[i],
                              batch.features + i * features));
        }
    }
    return DONE;
}

static enum exit_status put_all(struct sheet *sheet, const struct chosen *chosen,
                                const descent_dataset *samples, const descent_augment *augment)
{
    descent_loader_config config = {.batch = chosen->count, .augment = *augment};
    bool augmented = descent_augment_active(augment);
    descent_loader *loader;
    CLI_TRY_LIBRARY(descent_loader_create(&loader, samples, &config));
    enum exit_status status = put_epochs(sheet, chosen, loader, augmented);
    descent_loader_destroy(loader);
    return status;
}

static enum exit_status fill(struct sheet *sheet, const struct chosen *chosen,
                             const descent_shape *shape, const descent_augment *augment)
{
    const descent_samples samples = {.shape = *shape,
                                     .count = chosen->count,
                                     .bytes = chosen->bytes,
                                     .floats = chosen->floats,
                                     .labels = chosen->labels,
                                     .classes = 1};
    const descent_augment none = {0};
    descent_dataset *dataset;
    CLI_TRY_LIBRARY(descent_dataset_create(&dataset, &samples));
    enum exit_status status = put_all(sheet, chosen, dataset, &none);
    if (status == DONE && descent_augment_active(augment)) {
        status = put_all(sheet, chosen, dataset, augment);
    }
    descent_dataset_destroy(dataset);
    return status;
}

static enum exit_status save(struct sheet *sheet, struct chosen *chosen,
                             const descent_dataset *dataset, const struct inspect_options *options,
                             const char *data)
{
    size_t numbers = chosen->rows * chosen->columns * descent_dataset_features(dataset);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    CLI_TRY(sheet_create(sheet, descent_dataset_shape(dataset), chosen->rows, data));
    chosen->bytes = bytes ? malloc(numbers) : NULL;
    chosen->floats = bytes ? NULL : malloc(numbers * sizeof *chosen->floats);
    if (chosen->bytes == NULL && chosen->floats == NULL) {
        return cli_failed("out of memory for a sheet");
    }
    choose(chosen, dataset);
    CLI_TRY(fill(sheet, chosen, descent_dataset_shape(dataset), &options->augment));
    return cli_library(descent_image_save(options->sheet, &sheet->image));
}

enum exit_status inspect_save_sheet(const descent_dataset *dataset, double low, double high,
                                    const struct inspect_options *options, const char *data)
{
    size_t classes = descent_dataset_classes(dataset);
    bool augmented = descent_augment_active(&options->augment);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    size_t most = augmented ? AUGMENTED_ROWS_MAX : ROWS_MAX;
    struct chosen chosen = {
        .rows = classes == 0     ? AUGMENTED_ROWS_MAX
                : classes < most ? classes
                                 : most,
        .columns = augmented ? 1 : SHEET_COLUMNS,
    };
    /* Behind a loader, bytes are between 0 and 1. */
    struct sheet sheet = {.low = bytes ? 0.0 : low, .high = bytes ? 1.0 : high};
    enum exit_status status = save(&sheet, &chosen, dataset, options, data);
    sheet_free(&sheet);
    free(chosen.bytes);
    free(chosen.floats);
    return status;
}

/*
 * A sheet of samples: some of each class, a row a class; or one of each class as it is and as it
 * comes augmented in nine epochs. All go through a loader, as they do in training.
 */
#include "cli/base/text.h"
#include "cli/inspect/inspect.h"
#include "cli/plot/sheet.h"

#include <descent/loader.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 50, AUGMENTED_ROWS_MAX = 10 };

/* The width of names, in pixels. */
static const double NAMES_LOW = 40.0, NAMES_HIGH = 200.0;

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

/* "digits, training part: 1,437 samples", and what the columns are. */
static void write_title(char *title, size_t size, const descent_dataset *dataset,
                        const struct sheet_samples *what)
{
    char samples[TEXT_SIZE];
    const char *slash = strrchr(what->data, '/');
    snprintf(title, size, "%s, %s part: %s samples", slash != NULL ? slash + 1 : what->data,
             what->part, text_count(samples, descent_dataset_count(dataset)));
}

/* Numbers to predict have no classes to name. */
static void name_rows(struct sheet *sheet, const struct chosen *chosen,
                      const descent_dataset *dataset)
{
    const char *const *names = descent_dataset_class_names(dataset);
    const size_t *counts = descent_dataset_class_counts(dataset);
    for (size_t row = 0; row < chosen->rows && sheet->plan.names > 0.0; row++) {
        char count[TEXT_SIZE];
        sheet_name_row(sheet, row, names[row], text_count(count, counts[row]));
    }
}

static enum exit_status create(struct sheet *sheet, const struct chosen *chosen,
                               const descent_dataset *dataset, const struct sheet_samples *what)
{
    char title[512], note[512];
    size_t classes = descent_dataset_classes(dataset);
    const char *const *names = descent_dataset_class_names(dataset);
    struct sheet_plan plan = {.title = title, .count = chosen->rows * SHEET_COLUMNS};
    write_title(title, sizeof title, dataset, what);
    if (descent_augment_active(&what->options->augment)) {
        snprintf(note, sizeof note, "as they are, and as they come in nine epochs with %s",
                 what->options->augment_text);
        plan.note = note;
    }
    if (classes > 0) {
        double widest = fmax(page_widest(names, chosen->rows, SHEET_NAME), NAMES_LOW);
        plan.names = fmin(widest, NAMES_HIGH);
    }
    return sheet_create(sheet, descent_dataset_shape(dataset), &plan, &what->options->look,
                        what->data);
}

static enum exit_status save(struct sheet *sheet, struct chosen *chosen,
                             const descent_dataset *dataset, const struct sheet_samples *what)
{
    size_t numbers = chosen->rows * chosen->columns * descent_dataset_features(dataset);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    CLI_TRY(create(sheet, chosen, dataset, what));
    chosen->bytes = bytes ? malloc(numbers) : NULL;
    chosen->floats = bytes ? NULL : malloc(numbers * sizeof *chosen->floats);
    if (chosen->bytes == NULL && chosen->floats == NULL) {
        return cli_failed("out of memory for a sheet");
    }
    choose(chosen, dataset);
    name_rows(sheet, chosen, dataset);
    CLI_TRY(fill(sheet, chosen, descent_dataset_shape(dataset), &what->options->augment));
    return page_save(&sheet->page, what->options->sheet);
}

enum exit_status inspect_save_sheet(const descent_dataset *dataset,
                                    const struct sheet_samples *what)
{
    size_t classes = descent_dataset_classes(dataset);
    bool augmented = descent_augment_active(&what->options->augment);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    size_t most = augmented ? AUGMENTED_ROWS_MAX : ROWS_MAX;
    struct chosen chosen = {
        .rows = classes == 0     ? AUGMENTED_ROWS_MAX
                : classes < most ? classes
                                 : most,
        .columns = augmented ? 1 : SHEET_COLUMNS,
    };
    /* Behind a loader, bytes are between 0 and 1. */
    struct sheet sheet = {.low = bytes ? 0.0 : what->low, .high = bytes ? 1.0 : what->high};
    enum exit_status status = save(&sheet, &chosen, dataset, what);
    sheet_free(&sheet);
    free(chosen.bytes);
    free(chosen.floats);
    return status;
}

/*
 * Contact sheets: samples of each class, a row a class, as one PNG file; or one sample of each
 * class as it is and as it comes augmented in nine epochs. All go through a loader, as they do in
 * training. Small pictures are enlarged by a whole number, so that each pixel stays a square; large
 * ones are made smaller.
 */
#include "cli/base/text.h"
#include "cli/inspect/inspect.h"

#include <descent/images.h>
#include <descent/loader.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The longer side of a picture on the sheet, the space between two, and its grey. */
enum { SIDE_LOW = 48, SIDE_HIGH = 128, SPACE = 2, BACKGROUND = 96 };

enum { COLUMNS = 10, ROWS_MAX = 50, AUGMENTED_ROWS_MAX = 10 };

struct sheet {
    descent_image image;            /* the whole */
    size_t height, width, channels; /* of a picture that is put in */
    size_t tile_height, tile_width; /* of it on the sheet */
    double low, high;               /* numbers that become black and white */
    uint8_t *pixels;                /* of one picture */
};

/* Copies of the samples that are shown, one after another; one of bytes and floats is NULL. */
struct chosen {
    size_t rows, columns; /* of samples; columns are 1 where they are augmented */
    size_t count;
    size_t row[ROWS_MAX * COLUMNS], column[ROWS_MAX * COLUMNS]; /* their places */
    int32_t labels[ROWS_MAX * COLUMNS];
    uint8_t *bytes;
    float *floats;
};

/* Each side by the same factor. */
static void choose_tile(struct sheet *sheet)
{
    size_t side = sheet->height > sheet->width ? sheet->height : sheet->width;
    size_t factor = side < SIDE_LOW ? (SIDE_LOW + side - 1) / side : 1;
    sheet->tile_height = sheet->height * factor;
    sheet->tile_width = sheet->width * factor;
    if (side > SIDE_HIGH) {
        sheet->tile_height = (sheet->height * SIDE_HIGH + side - 1) / side;
        sheet->tile_width = (sheet->width * SIDE_HIGH + side - 1) / side;
    }
}

/* Makes an empty sheet for pictures of a shape. */
static enum exit_status create(struct sheet *sheet, const descent_shape *shape, size_t rows,
                               const char *data)
{
    sheet->channels = shape->rank == 3 ? shape->sizes[2] : 1;
    if (!(shape->rank == 2 || shape->rank == 3) ||
        !(sheet->channels == 1 || sheet->channels == 3)) {
        char found[128];
        text_shape(found, sizeof found, shape);
        return cli_failed("%s: a sheet takes images, H x W or H x W x 3, found samples of %s; "
                          "--size gives CSV rows a shape",
                          data, found);
    }
    sheet->height = shape->sizes[0];
    sheet->width = shape->sizes[1];
    choose_tile(sheet);
    size_t height = rows * (sheet->tile_height + SPACE) + SPACE;
    size_t width = COLUMNS * (sheet->tile_width + SPACE) + SPACE;
    size_t size = height * width * sheet->channels;
    sheet->image = (descent_image){height, width, sheet->channels, malloc(size)};
    sheet->pixels = malloc(sheet->height * sheet->width * sheet->channels);
    if (sheet->image.pixels == NULL || sheet->pixels == NULL) {
        return cli_failed("out of memory for a sheet of %zu x %zu pixels", height, width);
    }
    memset(sheet->image.pixels, BACKGROUND, size);
    return DONE;
}

/* Copies a picture of any size into a tile, each pixel of which takes the nearest one. */
static void copy_nearest(struct sheet *sheet, size_t top, size_t left, const descent_image *picture)
{
    size_t channels = sheet->channels;
    for (size_t y = 0; y < sheet->tile_height; y++) {
        for (size_t x = 0; x < sheet->tile_width; x++) {
            size_t from_y = y * picture->height / sheet->tile_height;
            size_t from_x = x * picture->width / sheet->tile_width;
            memcpy(sheet->image.pixels + ((top + y) * sheet->image.width + left + x) * channels,
                   picture->pixels + (from_y * picture->width + from_x) * channels, channels);
        }
    }
}

/* Puts a picture into a place. */
static enum exit_status put(struct sheet *sheet, size_t row, size_t column, const float *numbers)
{
    double range = sheet->high > sheet->low ? sheet->high - sheet->low : HUGE_VAL;
    for (size_t i = 0; i < sheet->height * sheet->width * sheet->channels; i++) {
        double shade = ((double)numbers[i] - sheet->low) / range;
        sheet->pixels[i] = (uint8_t)lrint(255.0 * fmin(fmax(shade, 0.0), 1.0));
    }
    const descent_image picture = {sheet->height, sheet->width, sheet->channels, sheet->pixels};
    descent_image smaller = {0};
    bool shrink = sheet->tile_height < sheet->height || sheet->tile_width < sheet->width;
    if (shrink && descent_image_resize(&smaller, &picture, sheet->tile_height, sheet->tile_width) !=
                      DESCENT_OK) {
        return cli_library_failed();
    }
    copy_nearest(sheet, row * (sheet->tile_height + SPACE) + SPACE,
                 column * (sheet->tile_width + SPACE) + SPACE, shrink ? &smaller : &picture);
    descent_image_free(&smaller);
    return DONE;
}

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
    for (size_t epoch = 1; epoch <= (augmented ? COLUMNS - 1 : 1); epoch++) {
        descent_batch batch;
        descent_loader_shuffle(loader, epoch);
        descent_loader_next(loader, &batch);
        for (size_t i = 0; i < batch.n; i++) {
            CLI_TRY(put(sheet, chosen->row[i], augmented ? epoch : chosen->column[i],
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
    CLI_TRY(create(sheet, descent_dataset_shape(dataset), chosen->rows, data));
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
        .columns = augmented ? 1 : COLUMNS,
    };
    /* Behind a loader, bytes are between 0 and 1. */
    struct sheet sheet = {.low = bytes ? 0.0 : low, .high = bytes ? 1.0 : high};
    enum exit_status status = save(&sheet, &chosen, dataset, options, data);
    descent_image_free(&sheet.image);
    free(sheet.pixels);
    free(chosen.bytes);
    free(chosen.floats);
    return status;
}

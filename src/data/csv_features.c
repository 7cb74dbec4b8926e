/*
 * Features out of CSV records, in the passes of a data set.
 */
#include "data/csv_features.h"

#include "base/fail.h"
#include "base/memory_limit.h"
#include "data/columns_match.h"
#include "data/columns_reading.h"
#include "data/csv_pixels.h"

#include <stdlib.h>

static bool is_sized(const descent_source *source)
{
    return source->height != 0 && source->width != 0;
}

void descent_csv_features_begin(struct descent_csv_features *features,
                                const struct descent_csv_columns *file, const char *path,
                                const descent_source *source)
{
    *features = (struct descent_csv_features){
        .source = source, .file = file, .path = path, .bytes_only = true, .width = file->features};
}

/* A whole number from 0 to 255, of digits alone. */
static bool read_byte(uint8_t *byte, const char *field)
{
    unsigned value = 0;
    size_t digits = 0;
    for (; field[digits] >= '0' && field[digits] <= '9' && digits < 4; digits++) {
        value = value * 10 + (unsigned)(field[digits] - '0');
    }
    *byte = (uint8_t)value;
    return digits > 0 && digits < 4 && field[digits] == '\0' && value <= UINT8_MAX;
}

void descent_csv_features_scan(struct descent_csv_features *features, const struct descent_csv *csv)
{
    for (size_t c = 0; c < csv->fields && features->bytes_only; c++) {
        uint8_t byte = 0;
        features->bytes_only = features->file->role[c] != DESCENT_COLUMN_NUMBERS ||
                               read_byte(&byte, descent_csv_field(csv, c));
    }
}

bool descent_csv_features_may_learn(const struct descent_csv_features *features)
{
    return features->source->columns == NULL && !is_sized(features->source) &&
           descent_csv_find_pixels(features->file) != DESCENT_CSV_PIXELS_ORDERED;
}

/* Pixels are told by a size, by their names, or by the wish for bytes where there are no names. */
static bool are_pixels(const struct descent_csv_features *features)
{
    const descent_source *source = features->source;
    bool named = descent_csv_find_pixels(features->file) == DESCENT_CSV_PIXELS_ORDERED;
    if (is_sized(source) || source->columns != NULL) {
        return is_sized(source);
    }
    named = named || source->bytes_are_pixels;
    return source->values == DESCENT_VALUES_BYTES
               ? named || !features->file->header
               : named && source->values == DESCENT_VALUES_AUTO && features->bytes_only;
}

descent_status descent_csv_features_settle(struct descent_csv_features *features, bool *learn)
{
    const descent_source *source = features->source;
    features->pixels = are_pixels(features);
    *learn = !features->pixels && source->columns == NULL;
    bool byte_rows = *learn || source->bytes_are_pixels;
    if (byte_rows && source->values == DESCENT_VALUES_BYTES) {
        DESCENT_TRY(descent_csv_check_pixels(features->file, features->path));
    }
    if (*learn) {
        return descent_lessons_begin(&features->lessons, features->file, features->path, source);
    }
    if (!features->pixels) {
        return descent_columns_copy(&features->columns, source->columns);
    }
    return DESCENT_OK;
}

descent_status descent_csv_features_learn(struct descent_csv_features *features,
                                          const struct descent_csv *csv)
{
    return descent_lessons_take(&features->lessons, csv);
}

/* Ends the lessons, if there were any, and finds the columns in the file. */
static descent_status begin_coding(struct descent_csv_features *features)
{
    const struct descent_csv_columns *file = features->file;
    bool learned = features->columns == NULL;
    if (learned) {
        DESCENT_TRY(descent_lessons_end(&features->lessons, &features->columns));
    }
    DESCENT_TRY(descent_reading_create(&features->reading, features->columns->count));
    size_t *map = calloc(file->count, sizeof *map);
    features->coding = (struct descent_coding){
        .file = file,
        .columns = features->columns,
        .reading = features->reading,
        .map = map,
        .missing = features->source->missing,
        .divide = features->source->values == DESCENT_VALUES_BYTES,
    };
    features->width = features->columns->features;
    if (map == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", features->path,
                            file->count);
    }
    DESCENT_TRY(
        descent_columns_match(map, features->reading, features->columns, file, features->path));
    features->reading->match = learned ? DESCENT_MATCH_LEARNED : features->reading->match;
    return DESCENT_OK;
}

descent_status descent_csv_features_allocate(struct descent_csv_features *features, size_t wanted,
                                             size_t beside)
{
    DESCENT_TRY(features->pixels ? descent_reading_create(&features->reading, 0)
                                 : begin_coding(features));
    features->reading->header = features->file->header;
    bool bytes = features->pixels && features->bytes_only &&
                 features->source->values != DESCENT_VALUES_FLOATS;
    size_t size = features->width * (bytes ? 1 : sizeof(float));
    DESCENT_TRY(descent_memory_check(features->path, wanted, "samples",
                                     descent_memory_product(wanted, size + beside),
                                     features->source->memory_limit));
    features->bytes = bytes ? calloc(wanted, size) : NULL;
    features->floats = bytes ? NULL : calloc(wanted, size);
    return features->bytes != NULL || features->floats != NULL
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu samples", features->path,
                              wanted);
}

static descent_status keep_pixel(struct descent_csv_features *features,
                                 const struct descent_csv *csv, size_t c, size_t at)
{
    if (features->bytes != NULL) {
        return read_byte(&features->bytes[at], descent_csv_field(csv, c))
                   ? DESCENT_OK
                   : descent_csv_columns_fail(features->file, csv, c,
                                              "a whole number from 0 to 255");
    }
    DESCENT_TRY(descent_csv_columns_number(features->file, csv, c, &features->floats[at]));
    if (features->source->values == DESCENT_VALUES_BYTES) {
        features->floats[at] /= 255.0f;
    }
    return DESCENT_OK;
}

descent_status descent_csv_features_keep(struct descent_csv_features *features,
                                         const struct descent_csv *csv)
{
    size_t at = features->kept++ * features->width;
    if (!features->pixels) {
        return descent_coding_apply(&features->coding, csv, &features->floats[at]);
    }
    for (size_t c = 0; c < csv->fields; c++) {
        if (features->file->role[c] == DESCENT_COLUMN_NUMBERS) {
            DESCENT_TRY(keep_pixel(features, csv, c, at++));
        }
    }
    features->reading->rows++;
    return DESCENT_OK;
}

/* Rows with as many numbers as an image of the wanted size are such images. */
static descent_status choose_shape(descent_shape *shape,
                                   const struct descent_csv_features *features)
{
    const descent_source *source = features->source;
    size_t channels = source->color ? 3 : 1;
    *shape = (descent_shape){1, {features->width}};
    if (!is_sized(source)) {
        return DESCENT_OK;
    }
    if (source->height * source->width * channels != features->width) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %zu numbers in a line, for images of %zu x %zu x %zu, "
                            "found %zu",
                            features->path, source->height * source->width * channels,
                            source->height, source->width, channels, features->width);
    }
    *shape = (descent_shape){source->color ? 3 : 2, {source->height, source->width, channels}};
    return DESCENT_OK;
}

descent_status descent_csv_features_give(struct descent_csv_features *features,
                                         descent_samples *samples)
{
    DESCENT_TRY(choose_shape(&samples->shape, features));
    samples->count = features->kept;
    samples->bytes = features->bytes;
    samples->floats = features->floats;
    features->bytes = NULL;
    features->floats = NULL;
    return DESCENT_OK;
}

void descent_csv_features_free(struct descent_csv_features *features)
{
    descent_lessons_free(&features->lessons);
    descent_columns_destroy(features->columns);
    descent_reading_destroy(features->reading);
    free(features->coding.map);
    free(features->bytes);
    free(features->floats);
    *features = (struct descent_csv_features){0};
}

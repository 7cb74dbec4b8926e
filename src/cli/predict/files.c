/*
 * Image files: all are read, then asked about together, then printed.
 */
#include "cli/base/lines.h"
#include "cli/base/progress.h"
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/terminal.h"
#include "cli/predict/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct files {
    const struct predictor *predictor;
    struct predict_shape shape;
    bool as_mnist;
    size_t count; /* of those that could be read */
    const char **names;
    uint8_t *pixels; /* [count × inputs] */
    float *outputs;  /* [count × outputs] */
};

static enum exit_status allocate(struct files *files, size_t given)
{
    const struct predictor *predictor = files->predictor;
    files->names = calloc(given, sizeof *files->names);
    files->pixels = calloc(given, predictor->inputs);
    files->outputs = calloc(given, predictor->outputs * sizeof *files->outputs);
    return files->names != NULL && files->pixels != NULL && files->outputs != NULL
               ? DONE
               : cli_failed("out of memory for %zu images", given);
}

/* A file that cannot be read does not keep the others from being classified. */
static enum exit_status read_all(struct files *files, const char *const *given)
{
    enum exit_status status = DONE;
    for (; *given != NULL; given++) {
        uint8_t *pixels = files->pixels + files->count * files->predictor->inputs;
        if (predict_image_read(pixels, &files->shape, *given, files->as_mnist) == DONE) {
            files->names[files->count++] = *given;
        } else {
            status = FAILED;
        }
    }
    return status;
}

/* The next images, as numbers like those that the model was trained on. */
static enum exit_status ask(const struct files *files, size_t first, size_t n, float *features)
{
    const struct predictor *predictor = files->predictor;
    const uint8_t *pixels = files->pixels + first * predictor->inputs;
    double black = predictor->trained->black, white = predictor->trained->white;
    for (size_t i = 0; i < n * predictor->inputs; i++) {
        features[i] = (float)(black + (white - black) * pixels[i] / 255.0);
    }
    return predictor_run(predictor, first, n, features,
                         files->outputs + first * predictor->outputs);
}

static enum exit_status ask_all(const struct files *files)
{
    size_t most = files->count < PREDICT_BATCH ? files->count : PREDICT_BATCH;
    float *features = calloc(most, files->predictor->inputs * sizeof *features);
    if (features == NULL) {
        return cli_failed("out of memory for %zu images", most);
    }
    enum exit_status status = DONE;
    for (size_t first = 0; first < files->count && status == DONE; first += most) {
        size_t left = files->count - first;
        status = ask(files, first, left < most ? left : most, features);
    }
    free(features);
    return status;
}

/* What the network sees, in characters: two for each pixel, or square of pixels in a narrow
 * terminal, so that it is about as wide as high. */
static const char *const SHADES[] = {"  ", "░░", "▒▒", "▓▓", "██"};

enum { SHADE_COUNT = sizeof SHADES / sizeof SHADES[0] };

/* Squares of so many pixels in as many pixels. */
static size_t squares_in(size_t pixels, size_t side)
{
    return (pixels + side - 1) / side;
}

/* The mean of a square's pixels, over their channels. */
static unsigned level_of(const uint8_t *pixels, const struct predict_shape *shape, size_t row,
                         size_t column, size_t side)
{
    size_t sum = 0, count = 0;
    for (size_t y = row * side; y < (row + 1) * side && y < shape->height; y++) {
        for (size_t x = column * side; x < (column + 1) * side && x < shape->width; x++) {
            const uint8_t *pixel = pixels + (y * shape->width + x) * shape->channels;
            for (size_t c = 0; c < shape->channels; c++, count++) {
                sum += pixel[c];
            }
        }
    }
    return count > 0 ? (unsigned)(sum / count) : 0;
}

/* The smallest squares of which a row, with its edges, fits the terminal. */
static size_t side_of(const struct predict_shape *shape)
{
    size_t room = terminal_width(stdout, LINES_WIDTH), side = 1;
    while (2 * squares_in(shape->width, side) + 2 > room && side < shape->width) {
        side++;
    }
    return side;
}

static void print_edge(const char *left, const char *right, size_t width)
{
    fputs(left, stdout);
    for (size_t x = 0; x < width; x++) {
        fputs("──", stdout);
    }
    puts(right);
}

static void show_image(const uint8_t *pixels, const struct predict_shape *shape)
{
    size_t side = side_of(shape), columns = squares_in(shape->width, side);
    print_edge("┌", "┐", columns);
    for (size_t row = 0; row < squares_in(shape->height, side); row++) {
        fputs("│", stdout);
        for (size_t column = 0; column < columns; column++) {
            unsigned level = level_of(pixels, shape, row, column, side);
            fputs(SHADES[(level * (SHADE_COUNT - 1) + 127) / 255], stdout);
        }
        puts("│");
    }
    print_edge("└", "┘", columns);
}

/* One table for all, or with `show` one for each under its image. */
static enum exit_status fill_table(const struct files *files, bool show, struct table *table)
{
    const struct predictor *predictor = files->predictor;
    for (size_t i = 0; i < files->count; i++) {
        table_add(table, "%s", files->names[i]);
        predictor_add_cells(predictor, files->outputs + i * predictor->outputs, table);
        if (show) {
            show_image(files->pixels + i * predictor->inputs, &files->shape);
            CLI_TRY(table_print(table));
        }
    }
    return table_print(table);
}

static enum exit_status print_table(const struct files *files, bool show)
{
    /* The file, and for each answer a name and a number, or a number. */
    size_t width = files->predictor->classes ? 2 : 1;
    size_t columns = 1 + width * (files->predictor->labels ? 1 : files->predictor->count);
    char *alignment = calloc(columns + 1, 1);
    if (alignment == NULL) {
        return cli_failed("out of memory for a table");
    }
    for (size_t i = 0; i < columns; i++) {
        alignment[i] = i > 0 && i % width == 0 ? 'r' : 'l';
    }
    struct table table = {.alignment = alignment};
    enum exit_status status = fill_table(files, show, &table);
    free(alignment);
    return status;
}

static struct sheet_row row_of(const struct files *files, size_t i)
{
    return (struct sheet_row){.number = i + 1,
                              .file = files->names[i],
                              .outputs = files->outputs + i * files->predictor->outputs};
}

/* The columns that were asked for. */
static enum exit_status write_sheet(const struct files *files,
                                    const struct predict_options *options)
{
    struct sheet sheet;
    enum exit_status status = sheet_open(&sheet, files->predictor, options, NULL, true);
    for (size_t i = 0; i < files->count && status == DONE; i++) {
        const struct sheet_row row = row_of(files, i);
        sheet_write(&sheet, &row);
    }
    if (status == DONE) {
        status = sheet_finish(&sheet);
    }
    sheet_close(&sheet);
    return status;
}

static enum exit_status print_json(const struct files *files, const struct predict_options *options)
{
    const struct predictor *predictor = files->predictor;
    json_t *predictions = json_array();
    for (size_t i = 0; i < files->count; i++) {
        const struct sheet_row row = row_of(files, i);
        cli_json_append(&predictions, sheet_json(predictor, options, NULL, &row));
    }
    return cli_print_json(json_pack("{s:s, s:s, s:o}", "model", predictor->trained->path,
                                    "pictures", files->as_mnist ? "as-mnist" : "as-is",
                                    "predictions", predictions));
}

/* Which way pictures go is decided by the model where no option does, so that it is told. */
static void tell_way(const struct files *files, const struct predict_options *options)
{
    if (options->json || options->as_is || options->as_mnist) {
        return;
    }
    struct progress display = progress_create(options->quiet);
    if (files->as_mnist) {
        progress_say(&display, "pictures prepared as MNIST's: cropped, light on black, centred "
                               "(--as-is: not)");
    } else {
        progress_say(&display,
                     "pictures resized to %zux%zu, as in training (--as-mnist: cropped "
                     "and centred)",
                     files->shape.height, files->shape.width);
    }
}

/* Classifies the files that can be read; FAILED as well where another could not be. */
static enum exit_status classify(struct files *files, const char *const *names, size_t count,
                                 const struct predict_options *options)
{
    CLI_TRY(allocate(files, count));
    enum exit_status read = read_all(files, names);
    if (files->count > 0) {
        CLI_TRY(ask_all(files)); /* first: where it fails there is nothing to tell */
        tell_way(files, options);
        CLI_TRY(options->json                 ? print_json(files, options)
                : predict_in_columns(options) ? write_sheet(files, options)
                                              : print_table(files, options->show));
    }
    return read;
}

enum exit_status predict_files(const struct predictor *predictor,
                               const struct predict_options *options, const char *const *names)
{
    struct files files = {.predictor = predictor};
    size_t count = 1; /* the command has asked for one */
    while (names[count] != NULL) {
        count++;
    }
    predict_shape_of(&files.shape, predictor->trained);
    files.as_mnist = options->as_mnist || (predictor->trained->as_mnist && !options->as_is);
    enum exit_status status = classify(&files, names, count, options);
    free(files.names);
    free(files.pixels);
    free(files.outputs);
    return status;
}

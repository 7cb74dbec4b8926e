/*
 * The confusion matrix as a file: a heat map, or CSV. A cell is darker the larger its share of the
 * true class's samples is; the cube root of the share shows also what is seldom confused.
 */
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/evaluate/evaluation.h"
#include "cli/plot/page.h"

#include <descent/dataset.h>

#include <math.h>
#include <stdio.h>

/* More classes than these do not fit on a page. */
enum { CLASSES_MAX = 200 };

/* In pixels: a cell of the smallest and of the largest matrix, what is above it, and the gap
 * between cells. */
enum { GRID = 0xDDDDDD };
enum { CELL_LOW = 16, CELL_HIGH = 52, HEAD = 76, GAP = 1 };
static const double TITLE_SIZE = 16.0, TITLE_HIGH = 1000.0, NOTE_WIDTH = 440.0;
static const double NAMES_HIGH = 180.0, FIGURES = 60.0, TEXT_HIGH = 14.0, TEXT_LOW = 7.0;

struct map {
    const struct evaluation *evaluation;
    const char *const *names;
    struct page page;
    size_t cell;
    double text;        /* the height of names and counts */
    double names_width; /* the room that names have */
    bool upwards;       /* whether the columns' names are */
    size_t left, top;
};

static size_t count_of(const struct evaluation *evaluation, size_t row, size_t column)
{
    return evaluation->confusion[row * evaluation->classes + column];
}

static size_t sum_row(const struct evaluation *evaluation, size_t row)
{
    size_t sum = 0;
    for (size_t c = 0; c < evaluation->classes; c++) {
        sum += count_of(evaluation, row, c);
    }
    return sum;
}

static size_t sum_column(const struct evaluation *evaluation, size_t column)
{
    size_t sum = 0;
    for (size_t r = 0; r < evaluation->classes; r++) {
        sum += count_of(evaluation, r, column);
    }
    return sum;
}

/* Cells become smaller with more classes, and texts with them. */
static void choose_sizes(struct map *map)
{
    size_t classes = map->evaluation->classes;
    size_t cell = 1200 / classes;
    map->cell = cell < CELL_LOW ? CELL_LOW : cell > CELL_HIGH ? CELL_HIGH : cell;
    map->text = fmin(fmax(0.45 * (double)map->cell, TEXT_LOW), TEXT_HIGH);
    double widest = page_widest(map->names, classes, map->text);
    map->names_width = fmin(widest, NAMES_HIGH);
    map->upwards = widest > (double)map->cell - 4.0;
    size_t above = (size_t)ceil(map->upwards ? map->names_width : map->text);
    map->left = (size_t)PAGE_MARGIN + 24 + (size_t)ceil(map->names_width) + 8;
    map->top = (size_t)PAGE_MARGIN + HEAD + above + 8;
}

static void draw_cell(struct map *map, size_t row, size_t column, size_t samples)
{
    size_t count = count_of(map->evaluation, row, column), side = map->cell;
    size_t left = map->left + column * side, top = map->top + row * side;
    double strength = samples > 0 ? cbrt((double)count / (double)samples) : 0.0;
    uint32_t colour = page_tint(row == column ? PAGE_BLUE : PAGE_RED, strength);
    page_fill(&map->page, left, top, side - GAP, side - GAP, colour);
    if (count > 0) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, "%zu", count);
        double room = (double)side - 2.0;
        double fits = fmin(map->text, map->text * room / page_text_width(text, map->text));
        const struct page_style style = {fits, PAGE_CENTER, strength > 0.75 ? 0xFFFFFF : PAGE_INK,
                                         false};
        page_text(&map->page, (double)left + 0.5 * (double)(side - GAP),
                  (double)top + 0.5 * (double)(side - GAP), 2.0 * room, &style, text);
    }
}

/* Rounded to a tenth of a percent, but 100 is all of it. */
static double share_in_percent(size_t part, size_t whole)
{
    double rounded = round(1000.0 * (double)part / (double)whole) / 10.0;
    return part < whole ? fmin(rounded, 99.9) : rounded;
}

/* A share as "97 %" at a place; nothing where nothing was divided by. */
static void draw_share(struct map *map, double x, double y, bool upwards, size_t part, size_t whole)
{
    const struct page_style style = {fmin(map->text, 12.0), PAGE_LEFT, PAGE_FAINT, upwards};
    char text[TEXT_SIZE];
    if (whole > 0) {
        snprintf(text, sizeof text, "%.3g %%", share_in_percent(part, whole));
        page_text(&map->page, x, y, FIGURES, &style, text);
    }
}

static void draw_row(struct map *map, size_t row)
{
    const struct page_style name = {map->text, PAGE_RIGHT, PAGE_INK, false};
    const struct evaluation *evaluation = map->evaluation;
    double y = (double)(map->top + row * map->cell) + 0.5 * (double)map->cell;
    size_t samples = sum_row(evaluation, row);
    page_text(&map->page, (double)map->left - 6.0, y, map->names_width + map->text, &name,
              map->names[row]);
    for (size_t c = 0; c < evaluation->classes; c++) {
        draw_cell(map, row, c, samples);
    }
    draw_share(map, (double)(map->left + evaluation->classes * map->cell) + 6.0, y, false,
               count_of(evaluation, row, row), samples);
}

static void draw_column(struct map *map, size_t column)
{
    const struct page_style name = {map->text, map->upwards ? PAGE_LEFT : PAGE_CENTER, PAGE_INK,
                                    map->upwards};
    const struct evaluation *evaluation = map->evaluation;
    double x = (double)(map->left + column * map->cell) + 0.5 * (double)map->cell;
    double below = (double)(map->top + evaluation->classes * map->cell);
    page_text(&map->page, x, (double)map->top - (map->upwards ? 6.0 : 4.0 + 0.5 * map->text),
              map->names_width + map->text, &name, map->names[column]);
    draw_share(map, x, below + FIGURES - 4.0, true, count_of(evaluation, column, column),
               sum_column(evaluation, column));
}

static void draw_texts(struct map *map, const char *about)
{
    const struct page_style title = {TITLE_SIZE, PAGE_LEFT, PAGE_INK, false};
    const struct page_style note = {12.0, PAGE_LEFT, PAGE_FAINT, false};
    const struct page_style axis = {12.0, PAGE_CENTER, PAGE_INK, false};
    const struct page_style side = {12.0, PAGE_CENTER, PAGE_INK, true};
    struct page *page = &map->page;
    double size = (double)(map->evaluation->classes * map->cell);
    double room = (double)page->image.width - 2.0 * PAGE_MARGIN, left = (double)map->left;
    page_text(page, PAGE_MARGIN, PAGE_MARGIN + 8.0, room, &title, about);
    page_text(page, PAGE_MARGIN, PAGE_MARGIN + 32.0, room, &note,
              "blue right, red wrong; darker: a larger share of the true class");
    page_text(page, left + 0.5 * size, PAGE_MARGIN + HEAD - 12.0, size + FIGURES, &axis,
              "predicted class");
    page_text(page, PAGE_MARGIN + 8.0, (double)map->top + 0.5 * size, size + FIGURES, &side,
              "true class");
    page_text(page, left + size + 6.0, (double)map->top - 10.0, FIGURES, &note, "recall");
    page_text(page, left + size + 6.0, (double)map->top + size + 10.0, 1.5 * FIGURES, &note,
              "precision");
}

static enum exit_status draw(struct map *map, const char *about, const char *path)
{
    size_t side = map->evaluation->classes * map->cell;
    double title = fmin(page_text_width(about, TITLE_SIZE), TITLE_HIGH);
    size_t width = map->left + side + (size_t)FIGURES + PAGE_MARGIN;
    size_t least = (size_t)ceil(fmax(title, NOTE_WIDTH)) + 2 * PAGE_MARGIN;
    CLI_TRY(page_create(&map->page, width > least ? width : least,
                        map->top + side + (size_t)FIGURES + PAGE_MARGIN));
    page_fill(&map->page, map->left - GAP, map->top - GAP, side + GAP, side + GAP, GRID);
    draw_texts(map, about);
    for (size_t c = 0; c < map->evaluation->classes; c++) {
        draw_row(map, c);
        draw_column(map, c);
    }
    return page_save(&map->page, path);
}

/* A header with the predicted classes, then a row a true class. */
static enum exit_status save_csv(const struct evaluation *evaluation, const char *const *names,
                                 const char *path)
{
    struct text_file file;
    CLI_TRY(text_file_open(&file, path));
    fputs("true class", file.out);
    for (size_t c = 0; c < evaluation->classes; c++) {
        fputc(',', file.out);
        record_write_text(file.out, names[c]);
    }
    fputc('\n', file.out);
    for (size_t r = 0; r < evaluation->classes; r++) {
        record_write_text(file.out, names[r]);
        for (size_t c = 0; c < evaluation->classes; c++) {
            fprintf(file.out, ",%zu", count_of(evaluation, r, c));
        }
        fputc('\n', file.out);
    }
    return text_file_save(&file);
}

static enum exit_status save_map(const struct evaluation *evaluation, const char *const *names,
                                 const char *about, const char *path)
{
    if (evaluation->classes > CLASSES_MAX) {
        return cli_failed("%s: expected at most %d classes to draw, found %zu; .csv takes them all",
                          path, CLASSES_MAX, evaluation->classes);
    }
    struct map map = {.evaluation = evaluation, .names = names};
    choose_sizes(&map);
    enum exit_status status = draw(&map, about, path);
    page_free(&map.page);
    return status;
}

enum exit_status evaluation_save_confusion(const struct evaluation *evaluation,
                                           const struct trained_model *trained, const char *about,
                                           const char *path)
{
    const char *const *names = trained->names;
    return text_ends_in(path, ".csv") ? save_csv(evaluation, names, path)
                                      : save_map(evaluation, names, about, path);
}

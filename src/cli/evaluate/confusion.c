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

/* In pixels of page_unit() 1: a cell of the largest and of the smallest matrix, of one that is as
 * wide as was asked, and of one that holds a count; what is above the matrix. */
static const double CELL_LOW = 16.0, CELL_HIGH = 52.0, CELL_LEAST = 6.0, CELL_COUNTED = 11.0;
static const double HEAD = 76.0, NAMES_HIGH = 180.0, FIGURES = 60.0;
static const double TITLE_SIZE = 16.0, TITLE_HIGH = 1000.0, NOTE_WIDTH = 440.0;
static const double TEXT_HIGH = 14.0, TEXT_LOW = 7.0;

/* Between cells, in pixels. */
enum { GRID_LIGHT = 0xDDDDDD, GRID_DARK = 0x444444, GAP = 1 };

struct map {
    const struct evaluation *evaluation;
    const char *const *names;
    const struct figure_look *look;
    struct page page;
    double unit; /* page_unit() */
    size_t cell;
    double text;        /* the height of names and counts, in pixels of page_unit() 1 */
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

static size_t classes_of(const struct map *map)
{
    return map->evaluation->classes;
}

/* Cells become smaller with more classes, and texts with them. */
static double usual_cell(const struct map *map)
{
    return map->unit * fmin(fmax(1200.0 / (double)classes_of(map), CELL_LOW), CELL_HIGH);
}

/* Of a page that is as wide as was asked, by what there is beside the cells. */
static void fit_cell(struct map *map)
{
    double beside = (double)map->left + FIGURES * map->unit + PAGE_MARGIN;
    double room = fmax((double)map->look->width - beside, 0.0);
    map->cell = (size_t)(room / (double)classes_of(map));
}

/* How large the texts are follows from a cell of about that size. */
static void choose_texts(struct map *map, double cell)
{
    map->text = fmin(fmax(0.45 * cell / map->unit, TEXT_LOW), TEXT_HIGH);
    double widest = map->unit * page_widest(map->names, classes_of(map), map->text);
    double most = NAMES_HIGH * map->unit;
    map->names_width = fmin(widest, map->look->width > 0 ? fmin(most, 3.0 * cell) : most);
    map->upwards = widest > cell - 4.0;
    double above = map->upwards ? map->names_width : map->text * map->unit;
    map->left = (size_t)PAGE_MARGIN + (size_t)ceil(32.0 * map->unit + map->names_width);
    map->top = (size_t)PAGE_MARGIN + (size_t)ceil((HEAD + 8.0) * map->unit + above);
}

static enum exit_status choose_sizes(struct map *map, const char *path)
{
    size_t width = (size_t)map->look->width;
    double around = 4.0; /* cells: what is beside them takes about so many */
    map->cell = (size_t)usual_cell(map);
    choose_texts(map, width > 0 ? (double)width / ((double)classes_of(map) + around)
                                : (double)map->cell);
    if (width > 0) {
        fit_cell(map);
    }
    return (double)map->cell >= CELL_LEAST
               ? DONE
               : cli_failed("%s: --width: %zu pixels are too few for %zu classes", path, width,
                            classes_of(map));
}

static void draw_cell(struct map *map, size_t row, size_t column, size_t samples)
{
    size_t count = count_of(map->evaluation, row, column), side = map->cell;
    size_t left = map->left + column * side, top = map->top + row * side;
    double strength = samples > 0 ? cbrt((double)count / (double)samples) : 0.0;
    uint32_t colour = page_tint(&map->page, row == column ? PAGE_BLUE : PAGE_RED, strength);
    page_fill(&map->page, left, top, side - GAP, side - GAP, colour);
    if (count > 0 && (double)side >= CELL_COUNTED) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, "%zu", count);
        double room = (double)side - 2.0, width = map->unit * page_text_width(text, map->text);
        double fits = map->text * fmin(1.0, room / width);
        const struct page_style style = {fits, PAGE_CENTER, page_ink_on(colour), false};
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
        page_text(&map->page, x, y, FIGURES * map->unit, &style, text);
    }
}

/* Widths are estimated: a text that fits is not cut. */
static double name_room(const struct map *map)
{
    return map->names_width + map->text * map->unit;
}

static void draw_row(struct map *map, size_t row)
{
    const struct page_style name = {map->text, PAGE_RIGHT, PAGE_INK, false};
    const struct evaluation *evaluation = map->evaluation;
    double y = (double)(map->top + row * map->cell) + 0.5 * (double)map->cell;
    size_t samples = sum_row(evaluation, row);
    page_text(&map->page, (double)map->left - 6.0, y, name_room(map), &name, map->names[row]);
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
    double above = map->upwards ? 6.0 : 4.0 + 0.5 * map->text * map->unit;
    page_text(&map->page, x, (double)map->top - above, name_room(map), &name, map->names[column]);
    draw_share(map, x, below + FIGURES * map->unit - 4.0, true,
               count_of(evaluation, column, column), sum_column(evaluation, column));
}

static void draw_heading(struct map *map, const char *about)
{
    const struct page_style title = {TITLE_SIZE, PAGE_LEFT, PAGE_INK, false};
    const struct page_style note = {12.0, PAGE_LEFT, PAGE_FAINT, false};
    double room = (double)map->page.width - 2.0 * PAGE_MARGIN;
    page_text_fit(&map->page, PAGE_MARGIN, PAGE_MARGIN + 8.0 * map->unit, room, &title, about);
    page_text_fit(&map->page, PAGE_MARGIN, PAGE_MARGIN + 32.0 * map->unit, room, &note,
                  "blue right, red wrong; stronger: a larger share of the true class");
}

static void draw_axes(struct map *map)
{
    const struct page_style note = {12.0, PAGE_LEFT, PAGE_FAINT, false};
    const struct page_style axis = {12.0, PAGE_CENTER, PAGE_INK, false};
    const struct page_style side = {12.0, PAGE_CENTER, PAGE_INK, true};
    struct page *page = &map->page;
    double size = (double)(classes_of(map) * map->cell), unit = map->unit;
    double figures = FIGURES * unit, left = (double)map->left, top = (double)map->top;
    page_text(page, left + 0.5 * size, PAGE_MARGIN + (HEAD - 12.0) * unit, size + figures, &axis,
              "predicted class");
    page_text(page, PAGE_MARGIN + 8.0 * unit, top + 0.5 * size, size + figures, &side,
              "true class");
    page_text(page, left + size + 6.0, top - 10.0 * unit, figures, &note, "recall");
    page_text(page, left + size + 6.0, top + size + 10.0 * unit, 1.5 * figures, &note, "precision");
}

/* The page is as wide as was asked, or as the matrix and the texts above it. */
static enum exit_status create_page(struct map *map, const char *about)
{
    size_t side = classes_of(map) * map->cell, figures = (size_t)(FIGURES * map->unit);
    double texts = fmax(fmin(page_text_width(about, TITLE_SIZE), TITLE_HIGH), NOTE_WIDTH);
    size_t width = map->left + side + figures + PAGE_MARGIN;
    size_t least = (size_t)ceil(map->unit * texts) + 2 * PAGE_MARGIN;
    width = map->look->width > 0 ? (size_t)map->look->width : width > least ? width : least;
    return page_create(&map->page, map->look, width, map->top + side + figures + PAGE_MARGIN);
}

static enum exit_status draw(struct map *map, const char *about, const char *path)
{
    CLI_TRY(choose_sizes(map, path));
    CLI_TRY(create_page(map, about));
    size_t side = classes_of(map) * map->cell;
    page_fill(&map->page, map->left - GAP, map->top - GAP, side + GAP, side + GAP,
              map->page.theme == FIGURE_DARK ? GRID_DARK : GRID_LIGHT);
    draw_heading(map, about);
    draw_axes(map);
    for (size_t c = 0; c < classes_of(map); c++) {
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
                                 const char *about, const struct page_target *target)
{
    const char *path = target->path;
    if (evaluation->classes > CLASSES_MAX) {
        return cli_failed("%s: expected at most %d classes to draw, found %zu; .csv takes them all",
                          path, CLASSES_MAX, evaluation->classes);
    }
    struct map map = {.evaluation = evaluation,
                      .names = names,
                      .look = target->look,
                      .unit = page_unit(target->look)};
    enum exit_status status = draw(&map, page_title(target->look, about), path);
    page_free(&map.page);
    return status;
}

enum exit_status evaluation_save_confusion(const struct evaluation *evaluation,
                                           const struct trained_model *trained, const char *about,
                                           const struct page_target *target)
{
    const char *const *names = trained->names;
    return text_ends_in(target->path, ".csv") ? save_csv(evaluation, names, target->path)
                                              : save_map(evaluation, names, about, target);
}

/*
 * Lays out the page, and copies pictures into it.
 */
#include "cli/plot/sheet.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The longer side of a picture on the sheet, the space between two, and the ground between them,
 * or where there is none a frame around each. */
enum { SIDE_LOW = 48, SIDE_HIGH = 128, SPACE = 2, GROUND = 0x606060, FRAME = 0xB0B0B0 };

/* The title's height, that of the line below it, and of a caption's lines, and the space beside
 * captions and names, in pixels of page_unit() 1. */
enum { TITLE_LINE = 26, NOTE_LINE = 20, CAPTION_LINE = 14, CAPTION_SPACE = 6, NAME_SPACE = 10 };

/* The width up to which a page is as wide as the texts above it, and the share of a page of a given
 * width that names take. */
static const double TEXTS_HIGH = 1000.0, NAMES_SHARE = 0.3;

static const struct page_style TITLE = {16.0, PAGE_LEFT, PAGE_INK, false};
static const struct page_style NOTE = {12.0, PAGE_LEFT, PAGE_FAINT, false};
static const struct page_style NAME = {SHEET_NAME, PAGE_RIGHT, PAGE_INK, false};
static const struct page_style DETAIL = {SHEET_CAPTION, PAGE_RIGHT, PAGE_FAINT, false};

static size_t scaled(const struct sheet *sheet, double pixels)
{
    return (size_t)ceil(sheet->unit * pixels);
}

/* What is beside the pictures. */
static void choose_left(struct sheet *sheet, size_t width)
{
    struct sheet_plan *plan = &sheet->plan;
    if (plan->names > 0.0 && width > 0) {
        plan->names = fmin(plan->names, NAMES_SHARE * (double)width / sheet->unit);
    }
    sheet->left = PAGE_MARGIN + scaled(sheet, plan->names);
    sheet->left += plan->names > 0.0 ? scaled(sheet, NAME_SPACE) : 0;
}

/* The width of a cell with a caption: without one, its picture's decides. */
static size_t captioned(const struct sheet *sheet)
{
    double caption = sheet->plan.caption;
    return caption > 0.0 ? scaled(sheet, caption + CAPTION_SPACE) + SPACE : 0;
}

/* By its size: a small picture is enlarged, a large one made smaller. */
static void choose_tile(struct sheet *sheet)
{
    size_t height = sheet->picture.height, width = sheet->picture.width;
    size_t side = sheet->height > sheet->width ? sheet->height : sheet->width;
    size_t factor = side < SIDE_LOW ? (SIDE_LOW + side - 1) / side : 1;
    sheet->tile_height = height * factor;
    sheet->tile_width = width * factor;
    if (side > SIDE_HIGH) {
        sheet->tile_height = (height * SIDE_HIGH + side - 1) / side;
        sheet->tile_width = (width * SIDE_HIGH + side - 1) / side;
    }
}

/* By the room that a row's pictures have. */
static void fit_tile(struct sheet *sheet, size_t room)
{
    size_t height = sheet->picture.height, width = sheet->picture.width, least = captioned(sheet);
    size_t fitting = least > 0 ? room / least : SHEET_COLUMNS;
    sheet->columns = fitting < 1 ? 1 : fitting < SHEET_COLUMNS ? fitting : SHEET_COLUMNS;
    size_t cell = room / sheet->columns, around = least > 0 ? SPACE + CAPTION_SPACE : SPACE;
    size_t each = cell > around ? cell - around : 1;
    size_t factor = each / width;
    sheet->tile_width = factor > 0 ? width * factor : each;
    sheet->tile_height = factor > 0 ? height * factor : (height * each + width - 1) / width;
    sheet->cell_width = least > 0 ? cell : sheet->tile_width + SPACE;
}

static void choose_sizes(struct sheet *sheet, size_t width)
{
    const struct sheet_plan *plan = &sheet->plan;
    size_t taken = sheet->left + SPACE + PAGE_MARGIN;
    sheet->columns = SHEET_COLUMNS;
    if (width > 0) {
        fit_tile(sheet, width > taken ? width - taken : 1);
    } else {
        size_t least = captioned(sheet);
        choose_tile(sheet);
        sheet->cell_width = sheet->tile_width + SPACE + (least > 0 ? CAPTION_SPACE : 0);
        sheet->cell_width = sheet->cell_width > least ? sheet->cell_width : least;
    }
    double lines = (double)(plan->lines * CAPTION_LINE + CAPTION_SPACE);
    sheet->cell_height = sheet->tile_height + SPACE;
    sheet->cell_height += plan->caption > 0.0 ? scaled(sheet, lines) : 0;
}

/* As wide as the pictures and the texts above them. */
static size_t usual_width(const struct sheet *sheet, size_t pictures)
{
    const struct sheet_plan *plan = &sheet->plan;
    size_t width = sheet->left + pictures + PAGE_MARGIN;
    double title = page_text_width(plan->title, TITLE.size);
    double note = plan->note != NULL ? page_text_width(plan->note, NOTE.size) : 0.0;
    size_t least = 2 * PAGE_MARGIN + scaled(sheet, fmin(fmax(title, note), TEXTS_HIGH));
    return width > least ? width : least;
}

/* Sets the title and the note, or only measures them where page is NULL. */
static double write_heading(const struct sheet *sheet, struct page *page, size_t width)
{
    const struct sheet_plan *plan = &sheet->plan;
    double unit = sheet->unit, room = (double)width - 2.0 * PAGE_MARGIN, y = PAGE_MARGIN;
    double title = unit * TITLE_LINE, note = unit * NOTE_LINE;
    y += title * (double)page_paragraph(page, PAGE_MARGIN, y + 8.0 * unit, room, title, unit,
                                        &TITLE, plan->title);
    if (plan->note != NULL) {
        y += note * (double)page_paragraph(page, PAGE_MARGIN, y + 6.0 * unit, room, note, unit,
                                           &NOTE, plan->note);
    }
    return y;
}

/* A sheet without captions is one grey rectangle, into which the pictures go. */
static enum exit_status create_page(struct sheet *sheet, const struct figure_look *look)
{
    const struct sheet_plan *plan = &sheet->plan;
    struct page *page = &sheet->page;
    size_t rows = (plan->count + sheet->columns - 1) / sheet->columns;
    size_t columns = plan->count < sheet->columns ? plan->count : sheet->columns;
    size_t height = rows * sheet->cell_height + SPACE;
    size_t width = columns * sheet->cell_width + SPACE;
    size_t wide = look->width > 0 ? (size_t)look->width : usual_width(sheet, width);
    sheet->top = (size_t)ceil(write_heading(sheet, NULL, wide));
    CLI_TRY(page_create(page, look, wide, sheet->top + height + PAGE_MARGIN));
    if (plan->caption <= 0.0) {
        page_fill(page, sheet->left, sheet->top, width, height, GROUND);
    }
    write_heading(sheet, page, wide);
    return DONE;
}

enum exit_status sheet_create(struct sheet *sheet, const descent_shape *shape,
                              const struct sheet_plan *plan, const struct figure_look *look,
                              const char *data)
{
    sheet->plan = *plan;
    sheet->plan.title = page_title(look, plan->title);
    sheet->unit = page_unit(look);
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
    size_t parts = plan->signed_colours ? sheet->channels : 1;
    size_t width = parts * (sheet->width + 1) - 1, size = 3 * sheet->height * width;
    sheet->picture = (descent_image){sheet->height, width, 3, malloc(size)};
    if (sheet->picture.pixels == NULL) {
        return cli_failed("out of memory for a picture of %zu x %zu", sheet->height, width);
    }
    memset(sheet->picture.pixels, 0xFF, size);
    choose_left(sheet, (size_t)look->width);
    choose_sizes(sheet, (size_t)look->width);
    return create_page(sheet, look);
}

/* Copies a picture of any size into a tile, each pixel of which takes the nearest one. */
static void copy_nearest(struct sheet *sheet, size_t top, size_t left, const descent_image *picture)
{
    for (size_t y = 0; y < sheet->tile_height; y++) {
        for (size_t x = 0; x < sheet->tile_width; x++) {
            size_t from_y = y * picture->height / sheet->tile_height;
            size_t from_x = x * picture->width / sheet->tile_width;
            const uint8_t *from = picture->pixels + 3 * (from_y * picture->width + from_x);
            page_put(&sheet->page, left + x, top + y,
                     (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2]);
        }
    }
}

/* Where a number lies between low and high, from 0 to 1. */
static double shade_of(const struct sheet *sheet, float number)
{
    double range = sheet->high > sheet->low ? sheet->high - sheet->low : HUGE_VAL;
    return fmin(fmax(((double)number - sheet->low) / range, 0.0), 1.0);
}

static void put_pixel(const struct sheet *sheet, size_t pixel, uint32_t colour)
{
    uint8_t *to = sheet->picture.pixels + 3 * pixel;
    to[0] = (uint8_t)(colour >> 16);
    to[1] = (uint8_t)(colour >> 8);
    to[2] = (uint8_t)colour;
}

/* Grey, or red, green and blue. */
static void paint_image(const struct sheet *sheet, const float *numbers)
{
    for (size_t p = 0; p < sheet->height * sheet->width; p++) {
        uint32_t colour = 0;
        for (size_t c = 0; c < 3; c++) {
            size_t channel = sheet->channels == 3 ? c : 0;
            double shade = shade_of(sheet, numbers[p * sheet->channels + channel]);
            colour = colour << 8 | (uint32_t)lrint(255.0 * shade);
        }
        put_pixel(sheet, p, colour);
    }
}

/* One channel beside the other, with a white line between. */
static void paint_signed(const struct sheet *sheet, const float *numbers)
{
    size_t width = sheet->width, channels = sheet->channels;
    for (size_t i = 0; i < sheet->height * width * channels; i++) {
        size_t channel = i % channels, x = i / channels % width, y = i / channels / width;
        double strength = 2.0 * shade_of(sheet, numbers[i]) - 1.0;
        put_pixel(sheet, y * sheet->picture.width + channel * (width + 1) + x,
                  page_tint(&sheet->page, strength < 0.0 ? PAGE_BLUE : PAGE_RED, fabs(strength)));
    }
}

static size_t cell_top(const struct sheet *sheet, size_t row)
{
    return sheet->top + SPACE + row * sheet->cell_height;
}

static size_t cell_left(const struct sheet *sheet, size_t column)
{
    return sheet->left + SPACE + column * sheet->cell_width;
}

enum exit_status sheet_put(struct sheet *sheet, size_t row, size_t column, const float *numbers)
{
    const descent_image *picture = &sheet->picture;
    descent_image smaller = {0};
    (sheet->plan.signed_colours ? paint_signed : paint_image)(sheet, numbers);
    bool shrink = sheet->tile_height < picture->height || sheet->tile_width < picture->width;
    if (shrink && descent_image_resize(&smaller, picture, sheet->tile_height, sheet->tile_width) !=
                      DESCENT_OK) {
        return cli_library_failed();
    }
    size_t middle = (sheet->cell_width - SPACE - sheet->tile_width) / 2;
    size_t top = cell_top(sheet, row), left = cell_left(sheet, column) + middle;
    page_fill(&sheet->page, left - 1, top - 1, sheet->tile_width + 2, sheet->tile_height + 2,
              sheet->plan.caption > 0.0 ? FRAME : GROUND);
    copy_nearest(sheet, top, left, shrink ? &smaller : picture);
    descent_image_free(&smaller);
    return DONE;
}

void sheet_name_row(struct sheet *sheet, size_t row, const char *name, const char *detail)
{
    double x = (double)sheet->left - 8.0;
    double y = (double)cell_top(sheet, row) + 0.5 * (double)sheet->tile_height;
    double room = sheet->plan.names * sheet->unit, apart = 8.0 * sheet->unit;
    page_text(&sheet->page, x, y - apart, room, &NAME, name);
    page_text(&sheet->page, x, y + apart, room, &DETAIL, detail);
}

void sheet_caption(struct sheet *sheet, size_t row, size_t column, size_t line, enum page_ink ink,
                   const char *text)
{
    const struct page_style style = {SHEET_CAPTION, PAGE_CENTER, ink, false};
    double width = (double)(sheet->cell_width - SPACE);
    double y = (double)(cell_top(sheet, row) + sheet->tile_height);
    y += sheet->unit * (double)(line * CAPTION_LINE + 8);
    page_text(&sheet->page, (double)cell_left(sheet, column) + 0.5 * width, y, width, &style, text);
}

void sheet_free(struct sheet *sheet)
{
    page_free(&sheet->page);
    descent_image_free(&sheet->picture);
}

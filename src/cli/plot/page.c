/*
 * The page goes to gnuplot as one image with a pixel of the picture for each of its own.
 */
#include "cli/plot/page.h"

#include "cli/base/interrupt.h"
#include "cli/base/text.h"
#include "cli/plot/figure_theme.h"
#include "cli/plot/gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The mean width of a character, as a share of its height. */
static const double CHARACTER_WIDTH = 0.56;

/* Bytes of a text that is shown. */
enum { TEXT = 512 };

/* The size of text, and the width, of a page that was asked for neither. Texts of narrow pages do
 * not become as small as these. */
static const double USUAL_FONT = 12.0, USUAL_WIDTH = 840.0;
static const double UNIT_LOW = 0.8, UNIT_HIGH = 4.0;

/* So much smaller does a text become before it is cut. */
static const double SMALLEST = 0.75;

/* What gnuplot draws without trouble: 256 MB. */
enum { PIXELS_MAX = 64000000, SIDE_MAX = 30000, CHANNELS = 4 };

enum exit_status page_check(const char *option, const char *path, bool csv)
{
    if (figure_is_picture(path) || (csv && text_ends_in(path, ".csv"))) {
        return DONE;
    }
    return cli_usage("%s: expected a file name ending in .png, .svg%s .pdf%s, found \"%s\"", option,
                     csv ? "," : " or", csv ? " or .csv" : "", path);
}

double page_unit(const struct figure_look *look)
{
    if (look->font_size > 0.0) {
        return look->font_size / USUAL_FONT;
    }
    return look->width > 0 ? fmin(fmax((double)look->width / USUAL_WIDTH, UNIT_LOW), UNIT_HIGH)
                           : 1.0;
}

const char *page_title(const struct figure_look *look, const char *usual)
{
    return look->title != NULL ? look->title : usual;
}

enum exit_status page_create(struct page *page, const struct figure_look *look, size_t width,
                             size_t height)
{
    if (width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX) {
        return cli_failed("a picture of %zu x %zu pixels is too large; give a smaller --width or "
                          "--font-size",
                          width, height);
    }
    page->width = width;
    page->height = height;
    page->unit = page_unit(look);
    page->theme = (enum figure_theme)look->theme;
    page->pixels = calloc(width * height, CHANNELS);
    page->texts = text_open(&page->script, &page->length);
    return page->pixels != NULL && page->texts != NULL
               ? DONE
               : cli_failed("out of memory for a picture of %zu x %zu pixels", width, height);
}

void page_free(struct page *page)
{
    if (page->texts != NULL) {
        fclose(page->texts);
    }
    free(page->script);
    free(page->pixels);
    *page = (struct page){0};
}

void page_put(struct page *page, size_t x, size_t y, uint32_t colour)
{
    uint8_t *pixel = page->pixels + CHANNELS * (y * page->width + x);
    pixel[0] = (uint8_t)(colour >> 16);
    pixel[1] = (uint8_t)(colour >> 8);
    pixel[2] = (uint8_t)colour;
    pixel[3] = 0xFF;
}

void page_fill(struct page *page, size_t left, size_t top, size_t width, size_t height,
               uint32_t colour)
{
    for (size_t y = top; y < top + height; y++) {
        for (size_t x = left; x < left + width; x++) {
            page_put(page, x, y, colour);
        }
    }
}

/* What an ink is in a theme. A style sheet makes an SVG dark by replacing the light theme's
 * colours; black and white, which lie on pixels that stay, are none of these. */
static uint32_t ink_of(enum figure_theme theme, enum page_ink ink)
{
    const struct figure_colours *colours = figure_theme_colours(theme);
    switch (ink) {
    case PAGE_FAINT:
        return colours->faint;
    case PAGE_BLUE:
        return colours->palette[0];
    case PAGE_RED:
        return colours->palette[1];
    case PAGE_BLACK:
        return 0x101010;
    case PAGE_WHITE:
        return 0xFEFEFE;
    default:
        return colours->text;
    }
}

/* Pixels are those of paper, or dark: a transparent page is so between them alone. */
uint32_t page_tint(const struct page *page, enum page_ink ink, double strength)
{
    enum figure_theme theme = page->theme == FIGURE_DARK ? FIGURE_DARK : FIGURE_LIGHT;
    uint32_t from = figure_theme_colours(theme)->background, to = ink_of(theme, ink), tint = 0;
    for (unsigned int shift = 0; shift < 24; shift += 8) {
        double low = (double)(from >> shift & 0xFF), high = (double)(to >> shift & 0xFF);
        tint |= (uint32_t)lrint(low + strength * (high - low)) << shift;
    }
    return tint;
}

/* White as long as its contrast is near 3, by the relative luminance: WCAG 2.1. */
enum page_ink page_ink_on(uint32_t colour)
{
    static const double shares[] = {0.0722, 0.7152, 0.2126}; /* of blue, green and red */
    double luminance = 0.0;
    for (unsigned int c = 0; c < 3; c++) {
        luminance += shares[c] * pow((double)(colour >> (8 * c) & 0xFF) / 255.0, 2.2);
    }
    return (1.0 + 0.05) / (luminance + 0.05) < 2.8 ? PAGE_BLACK : PAGE_WHITE;
}

double page_text_width(const char *text, double size)
{
    return CHARACTER_WIDTH * size * (double)text_columns(text, strlen(text));
}

double page_widest(const char *const *texts, size_t count, double size)
{
    double widest = 0.0;
    for (size_t i = 0; i < count; i++) {
        widest = fmax(widest, page_text_width(texts[i], size));
    }
    return widest;
}

static void set_text(struct page *page, double x, double y, double room,
                     const struct page_style *style, double size, const char *text)
{
    static const char *const aligns[] = {"left", "center", "right"};
    char shown[TEXT];
    double most = fmax(room / (CHARACTER_WIDTH * size), 1.0);
    text_fit(shown, sizeof shown, text, (size_t)most, "…");
    fputs("set label ", page->texts);
    gnuplot_quote(page->texts, shown);
    fprintf(page->texts, " at %.1f,%.1f %s %s font sprintf(',%%g',%g*unit) tc rgb '#%06x' front\n",
            x, y, aligns[style->align], style->upwards ? "rotate" : "", size,
            (unsigned int)ink_of(page->theme, style->ink));
}

void page_text(struct page *page, double x, double y, double room, const struct page_style *style,
               const char *text)
{
    set_text(page, x, y, room, style, page->unit * style->size, text);
}

void page_text_fit(struct page *page, double x, double y, double room,
                   const struct page_style *style, const char *text)
{
    double size = page->unit * style->size, width = fmax(page_text_width(text, size), 1.0);
    set_text(page, x, y, room, style, size * fmin(fmax(room / width, SMALLEST), 1.0), text);
}

/* The bytes of a text's first line of so many characters; the whole text where it has no blank. */
static size_t first_line(const char *text, double most)
{
    size_t length = strlen(text), end = 0;
    if ((double)text_columns(text, length) <= most) {
        return length;
    }
    for (size_t i = 0; i < length && (end == 0 || (double)text_columns(text, i) <= most); i++) {
        end = text[i] == ' ' ? i : end;
    }
    return end > 0 ? end : length;
}

size_t page_paragraph(struct page *page, double x, double y, double room, double apart, double unit,
                      const struct page_style *style, const char *text)
{
    double most = room / (CHARACTER_WIDTH * style->size * unit);
    size_t lines = 0;
    do {
        char line[TEXT];
        size_t length = first_line(text, most);
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        if (page != NULL) {
            page_text(page, x, y + apart * (double)lines, room, style, line);
        }
        text += length;
        text += *text == ' ' ? 1 : 0;
        lines++;
    } while (*text != '\0');
    return lines;
}

static void write_script(FILE *script, const struct gnuplot_picture *picture,
                         const struct page *page)
{
    gnuplot_begin(script, picture);
    fprintf(script,
            "unit = %g\nunset border\nunset tics\n"
            "set lmargin at screen 0\nset rmargin at screen 1\n"
            "set tmargin at screen 1\nset bmargin at screen 0\n"
            "set xrange [0:%zu] noextend\nset yrange [%zu:0] noextend\n",
            gnuplot_font(picture->format, 1.0), page->width, page->height);
    fwrite(page->script, 1, page->length, script);
    fprintf(script,
            "plot '-' binary array=(%zu,%zu) origin=(0.5,0.5) dx=1 dy=1 "
            "format='%%uchar%%uchar%%uchar%%uchar' using 1:2:3:4 with rgbalpha\n",
            page->width, page->height);
    fwrite(page->pixels, CHANNELS, page->width * page->height, script);
}

static enum exit_status draw(const struct gnuplot_picture *picture, const char *script,
                             size_t length, const char *path)
{
    char *bytes;
    size_t size;
    CLI_TRY(gnuplot_run(&bytes, &size, picture, script, length));
    enum exit_status status = interrupt_save(path, bytes, size);
    free(bytes);
    return status;
}

enum exit_status page_save(struct page *page, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    struct gnuplot_picture picture = {.width = (double)page->width,
                                      .height = (double)page->height,
                                      .font = USUAL_FONT,
                                      .line_width = 1.0,
                                      .theme = page->theme};
    CLI_TRY(figure_format_of(&picture.format, path));
    FILE *script = text_is_whole(page->texts) ? text_open(&text, &length) : NULL;
    if (script == NULL) {
        return cli_failed("%s: out of memory", path);
    }
    write_script(script, &picture, page);
    enum exit_status status = text_close(script, &text) ? draw(&picture, text, length, path)
                                                        : cli_failed("%s: out of memory", path);
    free(text);
    return status;
}

/*
 * The page goes to gnuplot as one image with a pixel of the picture for each of its own.
 */
#include "cli/plot/page.h"

#include "cli/base/text.h"
#include "cli/plot/gnuplot.h"

#include <descent/file.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The mean width of a character, as a share of its height. */
static const double CHARACTER_WIDTH = 0.56;

/* Bytes of a text that is shown. */
enum { TEXT = 512 };

enum exit_status page_check(const char *option, const char *path, bool csv)
{
    if (figure_is_picture(path) || (csv && text_ends_in(path, ".csv"))) {
        return DONE;
    }
    return cli_usage("%s: expected a file name ending in .png, .svg%s .pdf%s, found \"%s\"", option,
                     csv ? "," : " or", csv ? " or .csv" : "", path);
}

enum exit_status page_create(struct page *page, size_t width, size_t height)
{
    size_t size = 3 * width * height;
    page->image = (descent_image){height, width, 3, malloc(size)};
    page->texts = open_memstream(&page->script, &page->length);
    if (page->image.pixels == NULL || page->texts == NULL) {
        return cli_failed("out of memory for a picture of %zu x %zu pixels", width, height);
    }
    memset(page->image.pixels, 0xFF, size);
    return DONE;
}

void page_free(struct page *page)
{
    if (page->texts != NULL) {
        fclose(page->texts);
    }
    free(page->script);
    descent_image_free(&page->image);
    *page = (struct page){0};
}

void page_fill(struct page *page, size_t left, size_t top, size_t width, size_t height,
               uint32_t colour)
{
    for (size_t y = top; y < top + height; y++) {
        uint8_t *pixel = page->image.pixels + 3 * (y * page->image.width + left);
        for (size_t x = 0; x < width; x++) {
            *pixel++ = (uint8_t)(colour >> 16);
            *pixel++ = (uint8_t)(colour >> 8);
            *pixel++ = (uint8_t)colour;
        }
    }
}

uint32_t page_tint(uint32_t colour, double strength)
{
    uint32_t tint = 0;
    for (unsigned int shift = 0; shift < 24; shift += 8) {
        double channel = (double)(colour >> shift & 0xFF);
        tint |= (uint32_t)lrint(255.0 + strength * (channel - 255.0)) << shift;
    }
    return tint;
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

void page_text(struct page *page, double x, double y, double room, const struct page_style *style,
               const char *text)
{
    static const char *const aligns[] = {"left", "center", "right"};
    char shown[TEXT];
    double most = fmax(room / (CHARACTER_WIDTH * style->size), 1.0);
    text_fit(shown, sizeof shown, text, (size_t)most, "…");
    fputs("set label ", page->texts);
    gnuplot_quote(page->texts, shown);
    fprintf(page->texts, " at %.1f,%.1f %s %s font sprintf(',%%g',%g*unit) tc rgb '#%06x' front\n",
            x, y, aligns[style->align], style->upwards ? "rotate" : "", style->size,
            (unsigned int)style->colour);
}

static void write_script(FILE *script, enum figure_format format, const struct page *page)
{
    const descent_image *image = &page->image;
    const struct gnuplot_picture picture = {.format = format,
                                            .width = (double)image->width,
                                            .height = (double)image->height,
                                            .font = 12.0,
                                            .line_width = 1.0,
                                            .background = 0xFFFFFF};
    gnuplot_begin(script, &picture);
    fprintf(script,
            "unit = %g\nunset border\nunset tics\n"
            "set lmargin at screen 0\nset rmargin at screen 1\n"
            "set tmargin at screen 1\nset bmargin at screen 0\n"
            "set xrange [0:%zu] noextend\nset yrange [%zu:0] noextend\n",
            gnuplot_font(format, 1.0), image->width, image->height);
    fwrite(page->script, 1, page->length, script);
    fprintf(script,
            "plot '-' binary array=(%zu,%zu) origin=(0.5,0.5) dx=1 dy=1 "
            "format='%%uchar%%uchar%%uchar' using 1:2:3 with rgbimage\n",
            image->width, image->height);
    fwrite(image->pixels, 1, 3 * image->width * image->height, script);
}

static enum exit_status draw(const char *script, size_t length, const char *path)
{
    char *bytes;
    size_t size;
    CLI_TRY(gnuplot_run(&bytes, &size, script, length));
    enum exit_status status = cli_library(descent_file_save(path, bytes, size));
    free(bytes);
    return status;
}

enum exit_status page_save(struct page *page, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    enum figure_format format;
    CLI_TRY(figure_format_of(&format, path));
    FILE *script = fflush(page->texts) == 0 ? open_memstream(&text, &length) : NULL;
    if (script == NULL) {
        return cli_failed("%s: out of memory", path);
    }
    write_script(script, format, page);
    enum exit_status status =
        fclose(script) == 0 ? draw(text, length, path) : cli_failed("%s: out of memory", path);
    free(text);
    return status;
}

#include "cli/plot/figure_canvas.h"

#include "cli/base/controls.h"
#include "cli/base/text.h"

#include <stdlib.h>
#include <string.h>

/* A text that is cut ends in so many. */
enum { DOTS = 3 };

/* The first of the 256 braille characters, which has no dots. */
enum { BRAILLE = 0x2800 };

/* The bits of a braille character's dots by row and column, as Unicode numbers them. */
static const uint8_t dot_bits[CANVAS_DOTS_DOWN][CANVAS_DOTS_ACROSS] = {
    {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

bool canvas_create(struct canvas *canvas, size_t width, size_t height, bool braille)
{
    *canvas = (struct canvas){.width = width, .height = height, .braille = braille};
    canvas->cells = calloc(width * height, sizeof *canvas->cells);
    return canvas->cells != NULL;
}

static struct canvas_cell *cell_at(struct canvas *canvas, size_t column, size_t row)
{
    bool inside = column < canvas->width && row < canvas->height;
    return inside ? &canvas->cells[row * canvas->width + column] : NULL;
}

/* Controls become '?' as well. */
static uint32_t next_character(const char **text)
{
    uint32_t character = text_character(text);
    bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
    return control ? '?' : character;
}

size_t canvas_length(const char *text)
{
    size_t length = 0;
    while (*text != '\0') {
        next_character(&text);
        length++;
    }
    return length;
}

void canvas_put(struct canvas *canvas, size_t column, size_t row, uint32_t character,
                const char *escape)
{
    struct canvas_cell *cell = cell_at(canvas, column, row);
    if (cell != NULL) {
        *cell = (struct canvas_cell){.character = character, .escape = escape};
    }
}

void canvas_write(struct canvas *canvas, size_t column, size_t row, const char *text, size_t most,
                  const char *escape)
{
    size_t room = column < canvas->width ? canvas->width - column : 0;
    most = most < room ? most : room;
    size_t kept = canvas_length(text) > most && most > DOTS ? most - DOTS : most;
    for (size_t i = 0; i < most && *text != '\0'; i++) {
        canvas_put(canvas, column + i, row, i < kept ? next_character(&text) : '.', escape);
    }
}

void canvas_dot(struct canvas *canvas, size_t x, size_t y, const struct canvas_pen *pen)
{
    if (!canvas->braille) {
        canvas_put(canvas, x, y, pen->symbol, pen->escape);
        return;
    }
    struct canvas_cell *cell = cell_at(canvas, x / CANVAS_DOTS_ACROSS, y / CANVAS_DOTS_DOWN);
    if (cell != NULL && cell->character == 0) {
        cell->dots |= dot_bits[y % CANVAS_DOTS_DOWN][x % CANVAS_DOTS_ACROSS];
        cell->escape = pen->escape;
    }
}

static void print_character(FILE *file, uint32_t character)
{
    character = controls_has(character) ? '?' : character;
    if (character < 0x80) {
        fputc((int)character, file);
        return;
    }
    int further = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned int heads[] = {0, 0xC0, 0xE0, 0xF0};
    fputc((int)(heads[further] | character >> (6 * further)), file);
    while (further-- > 0) {
        fputc((int)(0x80 | (character >> (6 * further) & 0x3F)), file);
    }
}

static bool is_blank(const struct canvas_cell *cell)
{
    return (cell->character == 0 && cell->dots == 0) || cell->character == ' ';
}

static void print_row(const struct canvas_cell *cells, size_t length, FILE *file)
{
    const char *escape = "";
    for (size_t i = 0; i < length; i++) {
        const char *wanted = is_blank(&cells[i]) || cells[i].escape == NULL ? "" : cells[i].escape;
        if (strcmp(wanted, escape) != 0) {
            fprintf(file, "%s%s", escape[0] != '\0' ? "\033[0m" : "", wanted);
            escape = wanted;
        }
        uint32_t dots = cells[i].dots != 0 ? (uint32_t)BRAILLE + cells[i].dots : ' ';
        print_character(file, cells[i].character != 0 ? cells[i].character : dots);
    }
    fputs(escape[0] != '\0' ? "\033[0m\n" : "\n", file);
}

void canvas_print(const struct canvas *canvas, FILE *file)
{
    for (size_t row = 0; row < canvas->height; row++) {
        const struct canvas_cell *cells = &canvas->cells[row * canvas->width];
        size_t length = canvas->width;
        while (length > 0 && is_blank(&cells[length - 1])) {
            length--;
        }
        print_row(cells, length, file);
    }
}

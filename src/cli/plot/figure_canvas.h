/*
 * A grid of characters on which text is written and dots are set. With braille, a character has two
 * by four dots; else it is one.
 */
#ifndef DESCENT_CLI_FIGURE_CANVAS_H
#define DESCENT_CLI_FIGURE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Dots of a character, with braille. */
enum { CANVAS_DOTS_ACROSS = 2, CANVAS_DOTS_DOWN = 4 };

/* How a character looks: what stands for a dot without braille, and what makes a terminal write in
 * the colour ("" for none), which is not copied. */
struct canvas_pen {
    uint32_t symbol;
    const char *escape;
};

struct canvas_cell {
    uint32_t character; /* 0: none, but for the dots */
    uint8_t dots;
    const char *escape;
};

struct canvas {
    size_t width, height; /* in characters */
    bool braille;
    struct canvas_cell *cells;
};

/* Empty; false where memory is out. The caller frees canvas.cells. */
bool canvas_create(struct canvas *canvas, size_t width, size_t height, bool braille);

/* Writes at most `most` characters of a text (UTF-8) from a place on, within the canvas; one that
 * is longer ends in "...". Controls and what is no UTF-8 become '?'. */
void canvas_write(struct canvas *canvas, size_t column, size_t row, const char *text, size_t most,
                  const char *escape);

/* The number of characters of such a text. */
size_t canvas_length(const char *text);

/* One character at a place; none outside. */
void canvas_put(struct canvas *canvas, size_t column, size_t row, uint32_t character,
                const char *escape);

/* Sets a dot, counted from the upper left corner of the canvas; none outside. Where text stands,
 * the text stays. */
void canvas_dot(struct canvas *canvas, size_t x, size_t y, const struct canvas_pen *pen);

/* Writes all lines, without blanks at their ends. */
void canvas_print(const struct canvas *canvas, FILE *file);

#endif

/*
 * What the network sees, in characters: two for each pixel, so that it is about as wide as high.
 */
#include "cli/predict/predict.h"

#include <stdio.h>

static const char *const SHADES[] = {"  ", "░░", "▒▒", "▓▓", "██"};

enum { SHADE_COUNT = sizeof SHADES / sizeof SHADES[0] };

/* The mean over the channels. */
static unsigned level_at(const uint8_t *pixel, size_t channels)
{
    unsigned sum = 0;
    for (size_t c = 0; c < channels; c++) {
        sum += pixel[c];
    }
    return channels > 0 ? sum / (unsigned)channels : 0;
}

static void print_edge(const char *left, const char *right, size_t width)
{
    fputs(left, stdout);
    for (size_t x = 0; x < width; x++) {
        fputs("──", stdout);
    }
    puts(right);
}

void predict_show(const uint8_t *pixels, const struct predict_shape *shape)
{
    print_edge("┌", "┐", shape->width);
    for (size_t y = 0; y < shape->height; y++) {
        fputs("│", stdout);
        for (size_t x = 0; x < shape->width; x++) {
            unsigned level = level_at(pixels, shape->channels);
            fputs(SHADES[(level * (SHADE_COUNT - 1) + 127) / 255], stdout);
            pixels += shape->channels;
        }
        puts("│");
    }
    print_edge("└", "┘", shape->width);
}

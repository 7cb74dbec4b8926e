/*
 * Finding ink, by histograms alone: background, noise and ink are each told by a quantile, which a
 * few odd pixels cannot move. The threshold between paper and ink is Otsu's ("A threshold selection
 * method from gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics, 1979).
 */
#include "ink.h"

#include <string.h>

enum {
    LEVELS = 256,
    FAINTEST = 16, /* ink that differs less from its background is none */
    VISIBLE = 48,  /* of 255: fainter ink does not count for the box */
};

/* Share of the ink that may lie outside of each side of the box: specks, not strokes. */
static const double stray = 0.003;

typedef size_t histogram[LEVELS];

/* The least level that at least this share of the pixels does not exceed. */
static unsigned quantile(const histogram counts, double share)
{
    size_t total = 0;
    for (size_t level = 0; level < LEVELS; level++) {
        total += counts[level];
    }
    size_t sum = 0;
    for (unsigned level = 0; level < LEVELS; level++) {
        sum += counts[level];
        if ((double)sum >= share * (double)total && sum > 0) {
            return level;
        }
    }
    return 0;
}

/* Pixels at the border, a twentieth of the shorter side wide. */
static void count_border(histogram counts, const uint8_t *pixels, size_t height, size_t width)
{
    size_t wide = 1 + (height < width ? height : width) / 20;
    memset(counts, 0, sizeof(histogram));
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            if (x == wide && y >= wide && y + wide < height && width > 2 * wide) {
                x = width - wide; /* from the left edge to the right one */
            }
            counts[pixels[y * width + x]]++;
        }
    }
}

static void count_all(histogram counts, const uint8_t *pixels, size_t n)
{
    memset(counts, 0, sizeof(histogram));
    for (size_t i = 0; i < n; i++) {
        counts[pixels[i]]++;
    }
}

/* The level that parts the pixels into the two most different groups: those up to it, and those
 * above it. */
static unsigned otsu(const histogram counts)
{
    double total = 0.0, sum = 0.0;
    for (unsigned level = 0; level < LEVELS; level++) {
        total += (double)counts[level];
        sum += (double)counts[level] * level;
    }
    double below = 0.0, sum_below = 0.0, best = -1.0;
    unsigned threshold = 0;
    for (unsigned level = 0; level + 1 < LEVELS; level++) {
        below += (double)counts[level];
        sum_below += (double)counts[level] * level;
        double above = total - below;
        if (below > 0.0 && above > 0.0) {
            double difference = sum_below / below - (sum - sum_below) / above;
            double between = below * above * difference * difference;
            if (between > best) {
                best = between;
                threshold = level;
            }
        }
    }
    return threshold;
}

/* Ink is on the side of the background where the levels go further. */
static bool is_darker(const histogram counts, unsigned background)
{
    unsigned dark = quantile(counts, 0.001), light = quantile(counts, 0.999);
    unsigned below = background > dark ? background - dark : 0;
    unsigned above = light > background ? light - background : 0;
    return below > above;
}

/* The difference to the background, towards the ink. */
static void subtract(uint8_t *ink, const uint8_t *pixels, size_t n, unsigned background,
                     bool inverted)
{
    for (size_t i = 0; i < n; i++) {
        int above = inverted ? (int)background - pixels[i] : pixels[i] - (int)background;
        ink[i] = (uint8_t)(above > 0 ? above : 0);
    }
}

/* The level of full ink: nine tenths of the ink are no stronger. */
static unsigned level_of_ink(const histogram counts)
{
    histogram inked;
    memcpy(inked, counts, sizeof inked);
    memset(inked, 0, (otsu(counts) + 1) * sizeof inked[0]);
    return quantile(inked, 0.9);
}

/* Stretches the levels from noise to full ink over the whole range. */
static void stretch(uint8_t *ink, size_t n, unsigned noise, unsigned full)
{
    uint8_t levels[LEVELS];
    for (unsigned level = 0; level < LEVELS; level++) {
        unsigned above = level > noise ? level - noise : 0;
        unsigned stretched = (above * 255 + (full - noise) / 2) / (full - noise);
        levels[level] = (uint8_t)(stretched < 255 ? stretched : 255);
    }
    for (size_t i = 0; i < n; i++) {
        ink[i] = levels[ink[i]];
    }
}

/* Visible ink in a row (step 1) or a column (step width). */
static uint64_t sum_line(const uint8_t *ink, size_t count, size_t step)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += ink[i * step] >= VISIBLE ? ink[i * step] : 0;
    }
    return sum;
}

/* The first of `lines` lines and the number of lines that hold all but stray ink: line i begins at
 * ink + i · apart, and has count pixels that are step apart. */
static void bound(const uint8_t *ink, size_t lines, size_t apart, size_t count, size_t step,
                  size_t *first, size_t *number)
{
    uint64_t total = 0;
    for (size_t i = 0; i < lines; i++) {
        total += sum_line(ink + i * apart, count, step);
    }
    double spare = stray * (double)total;
    size_t low = 0, high = lines;
    double sum = (double)sum_line(ink, count, step);
    while (low + 1 < high && sum <= spare) {
        low++;
        sum += (double)sum_line(ink + low * apart, count, step);
    }
    sum = (double)sum_line(ink + (high - 1) * apart, count, step);
    while (low + 1 < high && sum <= spare) {
        high--;
        sum += (double)sum_line(ink + (high - 1) * apart, count, step);
    }
    *first = low;
    *number = high - low;
}

bool descent_ink_find(uint8_t *ink, const descent_image *image, descent_picture *found)
{
    size_t height = image->height, width = image->width, n = height * width;
    histogram counts;
    count_border(counts, image->pixels, height, width);
    unsigned background = quantile(counts, 0.5);
    count_all(counts, image->pixels, n);
    *found = (descent_picture){.inverted = is_darker(counts, background)};
    subtract(ink, image->pixels, n, background, found->inverted);

    /* Half of the noise is on the other side, so three quarters of it are 0.7 deviations. */
    count_border(counts, ink, height, width);
    unsigned noise = 4 * quantile(counts, 0.75);
    count_all(counts, ink, n);
    unsigned full = level_of_ink(counts);
    if (full < FAINTEST || 2 * full <= 3 * noise) {
        return false;
    }
    stretch(ink, n, noise, full);
    bound(ink, height, width, width, 1, &found->top, &found->height);
    bound(ink, width, 1, height, width, &found->left, &found->width);
    return true;
}

/*
 * Finding ink, by histograms alone: background, noise and ink are each told by a quantile, which a
 * few odd pixels cannot move. The threshold between paper and ink is Otsu's ("A threshold selection
 * method from gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics, 1979).
 */
#include "image/ink.h"

#include "image/background.h"

#include <string.h>

enum {
    FAINTEST = 16, /* ink that differs less from its background is none */
    VISIBLE = 48,  /* of 255: fainter ink does not count for the box */
};

/* Share of the ink that may lie outside of each side of the box: specks, not strokes. */
static const double stray = 0.003;

static void count_border(descent_histogram counts, const uint8_t *ink, const descent_image *image)
{
    size_t wide = descent_paper_border(image);
    memset(counts, 0, sizeof(descent_histogram));
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 0; x < image->width; x++) {
            if (!descent_paper_is_border(y, x, image, wide)) {
                x = image->width - wide; /* from the left edge to the right one */
            }
            counts[ink[y * image->width + x]]++;
        }
    }
}

/* The level that parts the pixels into the two most different groups: those up to it, and those
 * above it. */
static unsigned otsu(const descent_histogram counts)
{
    double total = 0.0, sum = 0.0;
    for (unsigned level = 0; level < DESCENT_LEVELS; level++) {
        total += (double)counts[level];
        sum += (double)counts[level] * level;
    }
    double below = 0.0, sum_below = 0.0, best = -1.0;
    unsigned threshold = 0;
    for (unsigned level = 0; level + 1 < DESCENT_LEVELS; level++) {
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

/* The difference to the paper, towards the ink, and how often each is. */
static void subtract(uint8_t *ink, descent_histogram counts, const descent_image *image,
                     const struct descent_paper *paper, bool inverted)
{
    memset(counts, 0, sizeof(descent_histogram));
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 0; x < image->width; x++) {
            size_t i = y * image->width + x;
            int above = (int)image->pixels[i] - descent_paper_level(paper, image, y, x);
            above = inverted ? -above : above;
            ink[i] = (uint8_t)(above > 0 ? above : 0);
            counts[ink[i]]++;
        }
    }
}

/* Ink is on the side of the paper where the levels go further. */
static bool find_side(uint8_t *ink, descent_histogram counts, const descent_image *image,
                      const struct descent_paper *paper)
{
    subtract(ink, counts, image, paper, true);
    unsigned below = descent_histogram_quantile(counts, 0.999);
    subtract(ink, counts, image, paper, false);
    bool inverted = below > descent_histogram_quantile(counts, 0.999);
    if (inverted) {
        subtract(ink, counts, image, paper, true);
    }
    return inverted;
}

/* The level of full ink: nine tenths of the ink are no stronger. */
static unsigned level_of_ink(const descent_histogram counts)
{
    descent_histogram inked;
    memcpy(inked, counts, sizeof inked);
    memset(inked, 0, (otsu(counts) + 1) * sizeof inked[0]);
    return descent_histogram_quantile(inked, 0.9);
}

/* Stretches the levels from noise to full ink over the whole range. */
static void stretch(uint8_t *ink, size_t n, unsigned noise, unsigned full)
{
    uint8_t levels[DESCENT_LEVELS];
    for (unsigned level = 0; level < DESCENT_LEVELS; level++) {
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
    size_t height = image->height, width = image->width;
    descent_histogram counts;
    struct descent_paper paper = descent_paper_find(image);
    *found = (descent_picture){.inverted = find_side(ink, counts, image, &paper)};
    unsigned full = level_of_ink(counts);

    /* Half of the noise is on the other side, so three quarters of it are 0.7 deviations. */
    count_border(counts, ink, image);
    unsigned noise = 4 * descent_histogram_quantile(counts, 0.75);
    if (full < FAINTEST || 2 * full <= 3 * noise) {
        return false;
    }
    stretch(ink, height * width, noise, full);
    bound(ink, height, width, width, 1, &found->top, &found->height);
    bound(ink, width, 1, height, width, &found->left, &found->width);
    return true;
}

/*
 * The paper's level by the medians of the border's four quarters, each of which stands for the mean
 * place of its pixels: exact for light that falls off evenly to any side.
 */
#include "image/background.h"

#include <math.h>
#include <stdlib.h>

/* Of the largest difference to the paper: corners that differ more are no paper. */
static const double even = 0.5;

size_t descent_paper_border(const descent_image *image)
{
    return 1 + (image->height < image->width ? image->height : image->width) / 20;
}

struct quarter {
    descent_histogram counts;
    double pixels, x, y; /* sums of the places */
};

/* The border's quarters, from the top left by rows, and their sum. */
static void count(struct quarter quarters[4], descent_histogram all, const descent_image *image)
{
    size_t wide = descent_paper_border(image);
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 0; x < image->width; x++) {
            if (!descent_paper_is_border(y, x, image, wide)) {
                x = image->width - wide; /* from the left edge to the right one */
            }
            size_t which = (2 * y >= image->height ? 2u : 0u) + (2 * x >= image->width ? 1u : 0u);
            uint8_t level = image->pixels[y * image->width + x];
            quarters[which].counts[level]++;
            quarters[which].pixels++;
            quarters[which].x += ((double)x + 0.5) / (double)image->width;
            quarters[which].y += ((double)y + 0.5) / (double)image->height;
            all[level]++;
        }
    }
}

/* The largest difference of a pixel to a level, but for a thousandth of the pixels. */
static double contrast(const descent_image *image, unsigned level)
{
    descent_histogram counts = {0};
    for (size_t i = 0; i < image->height * image->width; i++) {
        counts[abs((int)image->pixels[i] - (int)level)]++;
    }
    return descent_histogram_quantile(counts, 0.999);
}

/* The bilinear function through the medians; the quarters' places are mirror images, as far as
 * whole pixels can be. */
static struct descent_paper interpolate(const struct quarter quarters[4], const double medians[4])
{
    double x = quarters[0].x / quarters[0].pixels, y = quarters[0].y / quarters[0].pixels;
    double width = quarters[1].x / quarters[1].pixels - x;
    double height = quarters[2].y / quarters[2].pixels - y;
    double right = (medians[1] - medians[0]) / width;
    double down = (medians[2] - medians[0]) / height;
    double both = (medians[3] - medians[2] - medians[1] + medians[0]) / (width * height);
    return (struct descent_paper){
        .level = medians[0] - right * x - down * y + both * x * y,
        .right = right - both * y,
        .down = down - both * x,
        .both = both,
    };
}

struct descent_paper descent_paper_find(const descent_image *image)
{
    struct quarter quarters[4] = {0};
    descent_histogram all = {0};
    count(quarters, all, image);
    unsigned level = descent_histogram_quantile(all, 0.5);
    double bound = even * contrast(image, level);
    double medians[4];
    bool usable = true;
    for (int q = 0; q < 4; q++) {
        medians[q] = descent_histogram_quantile(quarters[q].counts, 0.5);
        usable = usable && quarters[q].pixels > 0.0 && fabs(medians[q] - level) <= bound;
    }
    return usable ? interpolate(quarters, medians) : (struct descent_paper){.level = level};
}

int descent_paper_level(const struct descent_paper *paper, const descent_image *image, size_t y,
                        size_t x)
{
    double across = ((double)x + 0.5) / (double)image->width;
    double along = ((double)y + 0.5) / (double)image->height;
    double level =
        paper->level + paper->right * across + paper->down * along + paper->both * across * along;
    return (int)lrint(fmin(fmax(level, 0.0), 255.0));
}

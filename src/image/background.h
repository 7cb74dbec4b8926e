/*
 * Paper: how light the background of a picture is, in each of its places.
 */
#ifndef DESCENT_PAPER_H
#define DESCENT_PAPER_H

#include "image/histogram.h"

#include <descent/images.h>

/* level + right · x + down · y + both · x · y, where x and y go from 0 to 1 over the image. */
struct descent_paper {
    double level, right, down, both;
};

/* The paper at the border of a grey image, whose light may differ from corner to corner; where it
 * differs as much as ink would, it is taken to be of one level. */
struct descent_paper descent_paper_find(const descent_image *image);

/* Its level in a pixel. */
int descent_paper_level(const struct descent_paper *paper, const descent_image *image, size_t y,
                        size_t x);

/* How wide the border is: a twentieth of the shorter side, and one pixel. */
size_t descent_paper_border(const descent_image *image);

/* Whether a pixel belongs to it. */
static inline bool descent_paper_is_border(size_t y, size_t x, const descent_image *image,
                                           size_t wide)
{
    return y < wide || x < wide || y + wide >= image->height || x + wide >= image->width;
}

#endif

/*
 * Which samples are images.
 */
#ifndef DESCENT_IMAGE_SHAPE_H
#define DESCENT_IMAGE_SHAPE_H

#include <descent/dataset.h>

/* Refuses samples that are neither height x width nor height x width x channels, of which there
 * are at most 4: arrays may have their channels first. Errors: INVALID. */
descent_status descent_image_shape_check(const descent_shape *shape, const char *where);

#endif

/*
 * The name that a mistyped one may stand for.
 */
#ifndef DESCENT_NEAREST_H
#define DESCENT_NEAREST_H

#include <descent/api.h>
#include <stddef.h>

DESCENT_BEGIN

typedef struct descent_nearest {
    const char *text;
    const char *name; /* the nearest of those offered, or NULL while none is near enough */
    size_t distance;  /* it has to be below this */
} descent_nearest;

/* Starts the search for a text, which stays the caller's, as the names do. */
DESCENT_API descent_nearest descent_nearest_to(const char *text);

/* Compares one more name; of several that are as near, the first is kept. A name that begins with a
 * text of three letters or more is near. */
DESCENT_API void descent_nearest_offer(descent_nearest *nearest, const char *name);

/* The number of letters that are wrong, missing, too many, or swapped with their neighbour (optimal
 * string alignment: Damerau 1964, each letter changed once at most), whatever their case; SIZE_MAX
 * for texts of more than 63 bytes, which are no names. */
DESCENT_API size_t descent_nearest_distance(const char *a, const char *b);

DESCENT_END

#endif

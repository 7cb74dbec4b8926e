/*
 * The name that a mistyped one may stand for.
 */
#ifndef DESCENT_CLI_NEAREST_H
#define DESCENT_CLI_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *text;
    const char *name; /* the nearest of those offered, or NULL while none is near enough */
    size_t distance;  /* it has to be below this */
};

/* Starts the search for a text, which stays the caller's, as the names do. */
struct nearest nearest_to(const char *text);

/* Compares one more name; of several that are as near, the first is kept. */
void nearest_offer(struct nearest *nearest, const char *name);

/* The number of letters that are wrong, missing, too many, or swapped with their neighbour (optimal
 * string alignment: Damerau 1964, each letter changed once at most), whatever their case; SIZE_MAX
 * for texts that are too long for a name. */
size_t nearest_distance(const char *a, const char *b);

/* Writes `, did you mean --hidden?` behind a text, with what stands before the name; nothing where
 * none is near. */
void nearest_ask(char *text, size_t size, const struct nearest *nearest, const char *before);

#endif

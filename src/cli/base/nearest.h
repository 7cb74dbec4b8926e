/*
 * Asks about the name that a mistyped one may stand for.
 */
#ifndef DESCENT_CLI_NEAREST_H
#define DESCENT_CLI_NEAREST_H

#include <descent/nearest.h>
#include <stddef.h>

/* Writes `, did you mean --hidden?` behind a text, with what stands before the name; nothing where
 * none is near. */
void nearest_ask(char *text, size_t size, const descent_nearest *nearest, const char *before);

#endif

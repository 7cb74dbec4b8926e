/*
 * Asks about the name that a mistyped one may stand for.
 */
#ifndef DESCENT_CLI_NEAREST_H
#define DESCENT_CLI_NEAREST_H

#include <descent/nearest.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Writes `, did you mean --hidden?` behind a text, with what stands before the name; nothing where
 * none is near. */
void nearest_ask(char *text, size_t size, const descent_nearest *nearest, const char *before);

/* A search for a path that is not there: the folder that it would be in, "" for the present one, or
 * that with a slash, and the nearest name so far, of which it keeps a copy. */
struct nearest_search {
    descent_nearest nearest;
    char folder[PATH_MAX];
    char name[NAME_MAX + 1];
};

/* The path is borrowed. */
void nearest_search_begin(struct nearest_search *search, const char *path);
void nearest_search_offer(struct nearest_search *search, const char *name);

/* Offers what fits of the files and folders in that folder, but for hidden ones. */
void nearest_search_folder(struct nearest_search *search, bool (*fits)(const char *path));

/* Writes the same question, with the folder before the name. */
void nearest_search_ask(char *text, size_t size, const struct nearest_search *search);

#endif

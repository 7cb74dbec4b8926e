/*
 * Walks on one function as text, as JSON, as comma-separated values, and as a picture.
 */
#ifndef DESCENT_CLI_WALK_PRINT_H
#define DESCENT_CLI_WALK_PRINT_H

#include "cli/walk/walk.h"

/* A single walk is a table of its steps; several are a table of where they ended. */
enum exit_status walk_print_text(const struct walk *walks, size_t count);
enum exit_status walk_print_json(const struct walk *walks, size_t count);

/* All steps of all walks into a file, which is written whole or not at all. */
enum exit_status walk_save_csv(const struct walk *walks, size_t count, const char *path);

/* The loss over the steps and the path over the function, drawn into the file that path names, or
 * on the terminal where it is NULL. */
enum exit_status walk_draw(const struct walk *walks, size_t count, const char *path, bool quiet);

/* "parabola: L(w) = (w − 2)², sgd with momentum 0.9, learning rate 0.3"; without the rate where
 * several are compared. Cut to size. */
void walk_describe(char *text, size_t size, const struct walk *walk, bool with_rate);

#endif

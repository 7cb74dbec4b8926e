/*
 * Texts of others on a terminal: names of files, classes and columns, what a file or a library
 * says.
 */
#ifndef DESCENT_CLI_CONTROLS_H
#define DESCENT_CLI_CONTROLS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a character sends commands to a terminal (C0, DEL, C1), ends a line, or changes the
 * direction in which those around it are read. */
bool controls_has(uint32_t character);

/* Makes '?' of each byte of them, and of bytes outside UTF-8 that a terminal might take for one: a
 * name must neither command the terminal nor look like several lines, or like another name. */
void controls_remove(char *text);

#endif

/*
 * Text in aligned columns.
 */
#ifndef DESCENT_CLI_TABLE_H
#define DESCENT_CLI_TABLE_H

#include "cli/base/cli.h"

#include <stdio.h>

/* Starts as {.alignment = "lrr"}: one letter a column, left or right. */
struct table {
    const char *alignment;
    FILE *out;   /* a stream into memory, or NULL before the first cell */
    char *cells; /* one after another, each with its NUL byte */
    size_t size;
    bool failed; /* memory was out */
};

/* Adds the next cell, row by row; rows must be whole. Control characters become '?'. Missing memory
 * is reported by table_print(). */
void table_add(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the rows on stdout, two blanks between columns, and frees the cells. Where a row is longer
 * than a line (of 80 columns where stdout is no terminal), a long text in the last column goes on
 * below itself, and else the columns stand in several tables, each with the first column. */
enum exit_status table_print(struct table *table);

/* How many columns of the screen its widest line takes, and frees the cells; 0 where memory is out,
 * which the command then fails for. */
size_t table_width(struct table *table);

#endif

/*
 * Text in aligned columns.
 */
#ifndef DESCENT_CLI_TABLE_H
#define DESCENT_CLI_TABLE_H

#include "cli/base/cli.h"

#include <stddef.h>

/* Starts as {.alignment = "lrr"}: one letter a column, left or right. */
struct table {
    const char *alignment;
    char **cells;
    size_t count;
    size_t room;
    bool failed; /* memory was out; table_print() reports it */
};

/* Adds the next cell, row by row. Control characters become '?'. */
void table_add(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the rows on stdout, two blanks between columns, and frees the cells. */
enum exit_status table_print(struct table *table);

#endif

/*
 * The order of the table of runs, and which of them are the best.
 */
#ifndef DESCENT_CLI_RUN_ORDER_H
#define DESCENT_CLI_RUN_ORDER_H

#include "cli/runs/run_row.h"

/* A column to sort by. */
struct run_order {
    const char *name;
    double (*number)(const struct run_row *row);
    bool highest_first;
    bool by_task;   /* a figure that says nothing about runs on other data: these stand apart */
    size_t setting; /* one in which runs differ, from 1; 0: the number decides */
};

/* Reads the name of a column, such as "validation" or "lr", in any case. USAGE after listing those
 * that there are. */
enum exit_status run_order_find(struct run_order *order, const char *name,
                                const struct run_differences *differences);

/* Sorts rows, the best first; what has no such figure stands last, and equals stay as they were. By
 * a figure, runs on the same data stand together, in the order in which their data were met. */
enum exit_status run_order_sort(struct run_row *rows, size_t count, const struct run_order *order);

/* Marks the best row on each data set by its validation figure, then the lower loss, where several
 * rows have one. */
void run_order_mark(struct run_row *rows, size_t count);

#endif

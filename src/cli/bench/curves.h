/*
 * From the rows of a benchmark to the panels of a figure: one curve for each network and number of
 * threads, over the batch size.
 */
#ifndef DESCENT_CLI_BENCH_CURVES_H
#define DESCENT_CLI_BENCH_CURVES_H

#include "cli/bench/rows.h"
#include "cli/plot/figure.h"

/* The name of a panel on the command line, or NULL behind the last. */
const char *bench_curves_name(size_t i);

/*
 * Adds the panel of that name; none where there is not a number to draw. logarithmic: with a
 * logarithmic vertical axis even where it is linear otherwise. Text goes without what the solid
 * curves are compared with. On failure it says why and returns FAILED.
 */
enum exit_status bench_curves_add(struct figure *figure, const char *name,
                                  const struct bench_file *file, bool logarithmic);

/* What all curves have in common, such as "784-128-10, relu, sgd"; cut to size. */
void bench_curves_title(const struct bench_file *file, char *text, size_t size);

#endif

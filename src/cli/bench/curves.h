/*
 * From the rows of a benchmark to the panels of a chart: one curve for each network and number of
 * threads, over the batch size.
 */
#ifndef DESCENT_CLI_BENCH_CURVES_H
#define DESCENT_CLI_BENCH_CURVES_H

#include "cli/bench/rows.h"
#include "cli/plot/curves.h"

/* What can be drawn, such as "speed, ratio, …", and whether a name is one of these. */
const char *bench_curves_names(void);
bool bench_curves_knows(const char *name);

/*
 * Fills a panel with the curves of a quantity that is known; logarithmic: with a logarithmic
 * vertical axis even where it is linear otherwise; text: without what the solid curves are compared
 * with. The panel points into curves, which the caller frees after drawing. Without a single number
 * to draw, the panel has no series. On failure it says why and returns FAILED.
 */
enum exit_status bench_curves_build(struct chart_panel *panel, struct curves *curves,
                                    const char *name, const struct bench_file *file,
                                    bool logarithmic, bool text);

/* What all curves have in common, such as "784-128-10, relu, sgd"; cut to size. */
void bench_curves_title(const struct bench_file *file, char *text, size_t size);

#endif

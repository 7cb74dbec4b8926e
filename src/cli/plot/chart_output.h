/*
 * Where a chart goes: the terminal, or a file whose name says the format.
 */
#ifndef DESCENT_CLI_CHART_OUTPUT_H
#define DESCENT_CLI_CHART_OUTPUT_H

#include "cli/base/option.h"
#include "cli/plot/chart.h"

/* The rows of a table for the struct `holder` that has csv, out and no_plot, in a group. */
#define CHART_OUTPUT_OPTIONS(holder, number, out_help, no_plot_help)                               \
    {.name = "csv",                                                                                \
     .type = OPTION_TEXT,                                                                          \
     .offset = offsetof(holder, csv),                                                              \
     .group = (number),                                                                            \
     .value = "FILE",                                                                              \
     .help = "Write all steps as comma-separated values"},                                         \
        {.name = "out",                                                                            \
         .brief = 'o',                                                                             \
         .type = OPTION_TEXT,                                                                      \
         .offset = offsetof(holder, out),                                                          \
         .group = (number),                                                                        \
         .value = "FILE",                                                                          \
         .help = (out_help)},                                                                      \
    {                                                                                              \
        .name = "no-plot", .type = OPTION_FLAG, .offset = offsetof(holder, no_plot),               \
        .group = (number), .help = (no_plot_help)                                                  \
    }

/* The format for --out by the end of the file's name: .png, .svg or .txt. USAGE after naming them
 * for any other. */
enum exit_status chart_format_of(enum chart_format *format, const char *path);

/* The width for a chart on the standard output; 0 where that is no terminal. */
size_t chart_terminal_width(void);

/* Draws on the standard output. */
enum exit_status chart_print(const struct chart *chart);

/* Draws into a file, which is written whole or not at all; unless quiet, says so on the standard
 * error. */
enum exit_status chart_save(const struct chart *chart, enum chart_format format, const char *path,
                            bool quiet);

#endif

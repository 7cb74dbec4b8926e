/*
 * Describes the panels of a benchmark. A curve's own colour, dashed, is what it is compared with.
 */
#include "cli/bench/rows.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBER(name) offsetof(struct bench_row, name)

/* How a quantity follows the rates of the repeats, whose lowest and highest are known; a busy
 * machine spoils all but one that has no scatter. */
enum scatter { SCATTER_NONE, SCATTER_UNKNOWN, SCATTER_OF_RATE, SCATTER_OF_TIME };

/* One thing to draw: scale · the member's value, and dashed that of another member. */
struct bench_quantity {
    const char *name;
    const char *title;
    const char *label;
    const char *dashed; /* what is dashed, or NULL */
    size_t value;
    size_t compared; /* dashed, if anything is */
    double scale;
    bool logarithmic;
    double high; /* the axis ends here at least; 0: where the values end */
    enum scatter scatter;
};

static const struct bench_quantity quantities[] = {
    {"speed", "Speed of training", "samples/s, thousands", "matrix products alone",
     MEMBER(samples_per_second), MEMBER(bound), 1e-3, true, 0.0, SCATTER_OF_RATE},
    {"ratio", "Share of the speed of OpenBLAS's matrix products alone",
     "training / matrix products alone", NULL, MEMBER(bound_ratio), 0, 1.0, false, 1.0,
     SCATTER_UNKNOWN},
    {"plain", "Share of the speed of OpenBLAS's plain matrix products",
     "training / plain matrix products", NULL, MEMBER(plain_ratio), 0, 1.0, false, 1.0,
     SCATTER_UNKNOWN},
    {"peak", "Share of the processor's peak", "arithmetic / multiply-adds in registers", NULL,
     MEMBER(fp32_peak_ratio), 0, 1.0, false, 1.0, SCATTER_OF_RATE},
    {"time", "Time of a step", "time of a step, ms", NULL, MEMBER(milliseconds), 0, 1.0, true, 0.0,
     SCATTER_OF_TIME},
    {"gflops", "Arithmetic", "GFLOP/s", "a large product", MEMBER(gflops), MEMBER(peak_gflops), 1.0,
     false, 0.0, SCATTER_OF_RATE},
    {"memory", "Memory of the trainer", "memory, MB", NULL, MEMBER(bytes), 0, 1e-6, true, 0.0,
     SCATTER_NONE},
};

/* How far the horizontal axis goes beyond the batches. */
static const double BATCH_MARGIN = 1.06;

enum { QUANTITIES = sizeof quantities / sizeof quantities[0] };

const char *bench_curves_name(size_t i)
{
    return i < QUANTITIES ? quantities[i].name : NULL;
}

/* What sets curves apart, besides the threads. */
static const size_t identity[] = {MEMBER(layers), MEMBER(activation), MEMBER(optimizer),
                                  MEMBER(data), MEMBER(engine)};

enum { IDENTITY = sizeof identity / sizeof identity[0] };

static const char *text_of(const struct bench_row *row, size_t member)
{
    return *(const char *const *)(const void *)((const char *)row + member);
}

static double number_of(const struct bench_row *row, size_t member)
{
    return *(const double *)(const void *)((const char *)row + member);
}

static bool same_curve(const struct bench_row *left, const struct bench_row *right)
{
    for (size_t i = 0; i < IDENTITY; i++) {
        if (strcmp(text_of(left, identity[i]), text_of(right, identity[i])) != 0) {
            return false;
        }
    }
    return left->threads == right->threads;
}

/* Whether all rows have the same text there. */
static bool is_common(const struct bench_file *file, size_t member)
{
    for (size_t row = 1; row < file->count; row++) {
        if (strcmp(text_of(&file->rows[row], member), text_of(&file->rows[0], member)) != 0) {
            return false;
        }
    }
    return true;
}

/* A row's texts that all rows have in common, or those that they have not, with commas between. */
static void describe(const struct bench_file *file, const struct bench_row *row, bool common,
                     char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < IDENTITY; i++) {
        if (is_common(file, identity[i]) == common) {
            text_append(text, size, "%s%s", text[0] != '\0' ? ", " : "", text_of(row, identity[i]));
        }
    }
}

void bench_curves_title(const struct bench_file *file, char *text, size_t size)
{
    describe(file, &file->rows[0], true, text, size);
}

static int compare_batches(const void *left, const void *right)
{
    double a = (*(const struct bench_row *const *)left)->batch;
    double b = (*(const struct bench_row *const *)right)->batch;
    return (a > b) - (a < b);
}

/* The rows of the curve that begins with row `first`, by batch; returns how many, 0 where an
 * earlier row is of the same curve. */
static size_t collect(const struct bench_file *file, size_t first, const struct bench_row **rows)
{
    size_t count = 0;
    for (size_t row = 0; row < file->count; row++) {
        if (!same_curve(&file->rows[row], &file->rows[first])) {
            continue;
        }
        if (row < first) {
            return 0;
        }
        rows[count++] = &file->rows[row];
    }
    qsort(rows, count, sizeof(const struct bench_row *), compare_batches);
    return count;
}

static void add_points(struct figure *figure, const struct bench_row *const *rows, size_t count,
                       double scale, size_t member)
{
    for (size_t i = 0; i < count; i++) {
        figure_point(figure, rows[i]->batch, scale * number_of(rows[i], member));
    }
}

/* The same with error bars from the lowest to the highest of the repeats. */
static void add_bars(struct figure *figure, const struct bench_row *const *rows, size_t count,
                     const struct bench_quantity *quantity)
{
    for (size_t i = 0; i < count; i++) {
        const struct bench_row *row = rows[i];
        double value = quantity->scale * number_of(row, quantity->value);
        double low = row->samples_per_second_min / row->samples_per_second;
        double high = row->samples_per_second_max / row->samples_per_second;
        if (quantity->scatter == SCATTER_OF_RATE) {
            figure_range(figure, row->batch, value, value * low, value * high);
        } else {
            figure_range(figure, row->batch, value, value / high, value / low);
        }
    }
}

static void add_curve(struct figure *figure, const struct bench_file *file,
                      const struct bench_quantity *quantity, const struct bench_row *const *rows,
                      size_t count, size_t colour)
{
    char own[FIGURE_TITLE_BYTES - 64];
    double threads = rows[0]->threads;
    describe(file, rows[0], false, own, sizeof own);
    figure_curve(figure, FIGURE_BARS, colour, "%s%s%.0f thread%s", own, own[0] != '\0' ? ", " : "",
                 threads, threads == 1.0 ? "" : "s");
    if (quantity->scatter <= SCATTER_UNKNOWN) {
        add_points(figure, rows, count, quantity->scale, quantity->value);
    } else {
        add_bars(figure, rows, count, quantity);
    }
    if (quantity->dashed != NULL && !figure->plain) {
        figure_curve(figure, FIGURE_DASHED, colour, NULL);
        add_points(figure, rows, count, quantity->scale, quantity->compared);
    }
}

/* Crosses over the points of rows that a busy machine has spoilt. */
static void mark_busy(struct figure *figure, const struct bench_file *file,
                      const struct bench_quantity *quantity)
{
    figure_curve(figure, FIGURE_CROSSES, 0, "busy machine");
    for (size_t i = 0; i < file->count; i++) {
        const struct bench_row *row = &file->rows[i];
        if (row->busy != NULL) {
            figure_point(figure, row->batch, quantity->scale * number_of(row, quantity->value));
        }
    }
}

/* Says in the title what is shown besides the values. */
static void explain(struct figure *figure, const struct bench_quantity *quantity)
{
    bool bars = quantity->scatter > SCATTER_UNKNOWN;
    bool dashed = quantity->dashed != NULL && !figure->plain;
    if (bars || dashed) {
        snprintf(figure->panel.title, sizeof figure->panel.title, "%s (%s%s%s%s)", quantity->title,
                 bars ? "bars: repeats" : "", bars && dashed ? "; " : "", dashed ? "dashed: " : "",
                 dashed ? quantity->dashed : "");
    }
}

/* A linear axis begins at 0, so that lengths can be compared. */
static void choose_ranges(struct figure_panel *panel, double least_high)
{
    /* Off the edges, where error bars would be cut off or lie on the axis. */
    if (panel->all_x.low <= panel->all_x.high) {
        panel->x.low = panel->all_x.low / BATCH_MARGIN;
        panel->x.high = panel->all_x.high * BATCH_MARGIN;
    }
    double high = fmax(least_high, panel->all_y.high);
    if (!panel->y.logarithmic) {
        panel->y.low = 0.0;
        panel->y.high = isfinite(high) && high > 0.0 ? 1.05 * high : NAN;
    }
}

static void add_quantity(struct figure *figure, const struct bench_quantity *quantity,
                         const struct bench_file *file, bool logarithmic,
                         const struct bench_row **rows)
{
    figure_panel(figure, quantity->title, FIGURE_AXIS("batch, samples", .doubling = true),
                 FIGURE_AXIS(quantity->label, .logarithmic = logarithmic));
    size_t colour = 0;
    for (size_t first = 0; first < file->count; first++) {
        size_t count = collect(file, first, rows);
        if (count > 0) {
            add_curve(figure, file, quantity, rows, count, colour++);
        }
    }
    if (quantity->scatter != SCATTER_NONE) {
        mark_busy(figure, file, quantity);
    }
    explain(figure, quantity);
    choose_ranges(&figure->panel, quantity->high);
    figure_end_panel(figure);
}

enum exit_status bench_curves_add(struct figure *figure, const char *name,
                                  const struct bench_file *file, bool logarithmic)
{
    const struct bench_row **rows = calloc(file->count, sizeof(const struct bench_row *));
    if (rows == NULL) {
        return cli_failed("out of memory for the curves of %zu rows", file->count);
    }
    size_t i = 0;
    while (strcmp(quantities[i].name, name) != 0) {
        i++;
    }
    add_quantity(figure, &quantities[i], file, logarithmic || quantities[i].logarithmic, rows);
    free(rows);
    return DONE;
}

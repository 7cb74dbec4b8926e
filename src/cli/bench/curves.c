/*
 * Builds the panels of a benchmark. A curve's own colour, dashed, is what it is compared with.
 */
#include "cli/bench/curves.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_BYTES = 320 };

#define NOTHING ((size_t)-1)
#define MEMBER(name) offsetof(struct bench_row, name)

/* One thing to draw: scale · the member's value, and dashed that of another member. */
struct bench_quantity {
    const char *name;
    const char *title;
    const char *label;
    const char *dashed; /* what is dashed, or NULL */
    size_t value;
    size_t compared;
    double scale;
    bool logarithmic;
    double high; /* the axis ends here at least; 0: where the values end */
};

static const struct bench_quantity quantities[] = {
    {"speed", "Speed of training", "samples/s, thousands", "matrix products alone",
     MEMBER(samples_per_second), MEMBER(bound), 1e-3, true, 0.0},
    {"ratio", "Share of the speed of its matrix products alone", "training / matrix products alone",
     NULL, MEMBER(bound_ratio), NOTHING, 1.0, false, 1.0},
    {"plain", "Share of the speed of its products with weights in one matrix",
     "training / plain matrix products", NULL, MEMBER(plain_ratio), NOTHING, 1.0, false, 1.0},
    {"time", "Time of a step", "time of a step, ms", NULL, MEMBER(milliseconds), NOTHING, 1.0, true,
     0.0},
    {"gflops", "Arithmetic", "GFLOP/s", "a large product", MEMBER(gflops), MEMBER(peak_gflops), 1.0,
     false, 0.0},
    {"memory", "Memory of the trainer", "memory, MB", NULL, MEMBER(bytes), NOTHING, 1e-6, true,
     0.0},
};

enum { QUANTITIES = sizeof quantities / sizeof quantities[0] };

static const struct bench_quantity *find(const char *name)
{
    for (size_t i = 0; i < QUANTITIES; i++) {
        if (strcmp(quantities[i].name, name) == 0) {
            return &quantities[i];
        }
    }
    return NULL;
}

const char *bench_curves_names(void)
{
    return "speed, ratio, plain, time, gflops, memory";
}

bool bench_curves_knows(const char *name)
{
    return find(name) != NULL;
}

/* What sets curves apart, besides the threads. */
static const size_t identity[] = {MEMBER(layers), MEMBER(activation), MEMBER(optimizer),
                                  MEMBER(data)};

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
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < IDENTITY && used < size; i++) {
        if (is_common(file, identity[i]) == common) {
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     text_of(row, identity[i]));
        }
    }
}

void bench_curves_title(const struct bench_file *file, char *text, size_t size)
{
    describe(file, &file->rows[0], true, text, size);
}

/* What a panel's curves are built from. */
struct builder {
    const struct bench_file *file;
    const struct bench_quantity *quantity;
    struct curves *curves;
    bool logarithmic;
    size_t used; /* room taken in curves->values */
};

static int compare_batches(const void *left, const void *right)
{
    double a = (*(const struct bench_row *const *)left)->batch;
    double b = (*(const struct bench_row *const *)right)->batch;
    return (a > b) - (a < b);
}

/* The rows of the curve that begins with row `first`, by batch; returns how many. */
static size_t collect(const struct builder *builder, size_t first, const struct bench_row **rows)
{
    size_t count = 0;
    for (size_t row = first; row < builder->file->count; row++) {
        if (same_curve(&builder->file->rows[row], &builder->file->rows[first])) {
            rows[count++] = &builder->file->rows[row];
        }
    }
    qsort(rows, count, sizeof(const struct bench_row *), compare_batches);
    return count;
}

/* A value as it is drawn; on a logarithmic axis there is no place for 0 and below. */
static double drawn(const struct builder *builder, const struct bench_row *row, size_t member)
{
    double value = builder->quantity->scale * number_of(row, member);
    return builder->logarithmic && value <= 0.0 ? NAN : value;
}

static void add_series(struct builder *builder, const struct bench_row *const *rows, size_t count,
                       size_t member, size_t colour)
{
    struct curves *curves = builder->curves;
    double *x = curves->values + builder->used;
    double *y = x + count;
    size_t finite = 0;
    for (size_t i = 0; i < count; i++) {
        x[i] = rows[i]->batch;
        y[i] = drawn(builder, rows[i], member);
        finite += isfinite(y[i]) ? 1 : 0;
    }
    if (finite == 0) {
        return;
    }
    builder->used += 2 * count;
    char *title = curves->titles + curves->count * TITLE_BYTES;
    bool dashed = member == builder->quantity->compared;
    if (!dashed) {
        char own[TITLE_BYTES - 64];
        describe(builder->file, rows[0], false, own, sizeof own);
        snprintf(title, TITLE_BYTES, "%s%s%.0f thread%s", own, own[0] != '\0' ? ", " : "",
                 rows[0]->threads, rows[0]->threads == 1.0 ? "" : "s");
    }
    curves->series[curves->count++] =
        (struct chart_series){.title = title,
                              .x = x,
                              .y = y,
                              .n = count,
                              .colour = colour,
                              .style = dashed ? CHART_DASHED : CHART_SOLID};
}

static bool is_first_of_curve(const struct bench_file *file, size_t row)
{
    for (size_t before = 0; before < row; before++) {
        if (same_curve(&file->rows[before], &file->rows[row])) {
            return false;
        }
    }
    return true;
}

/* Room for two curves of each row, with coordinates, and for the panel's title. */
static bool allocate(struct curves *curves, size_t rows)
{
    curves->series = calloc(2 * rows, sizeof *curves->series);
    curves->titles = calloc(2 * rows + 1, TITLE_BYTES);
    curves->values = calloc(4 * rows, sizeof *curves->values);
    return curves->series != NULL && curves->titles != NULL && curves->values != NULL;
}

static void add_curves(struct builder *builder, const struct bench_row **rows, bool text)
{
    size_t colour = 0;
    for (size_t first = 0; first < builder->file->count; first++) {
        if (!is_first_of_curve(builder->file, first)) {
            continue;
        }
        size_t count = collect(builder, first, rows);
        add_series(builder, rows, count, builder->quantity->value, colour);
        if (builder->quantity->compared != NOTHING && !text) {
            add_series(builder, rows, count, builder->quantity->compared, colour);
        }
        colour++;
    }
}

static const char *panel_title(struct curves *curves, const struct bench_quantity *quantity,
                               bool text)
{
    if (quantity->dashed == NULL || text) {
        return quantity->title;
    }
    char *title = curves->titles + curves->count * TITLE_BYTES;
    snprintf(title, TITLE_BYTES, "%s (dashed: %s)", quantity->title, quantity->dashed);
    return title;
}

/* A linear axis begins at 0, so that lengths can be compared. */
static struct chart_axis vertical_axis(const struct builder *builder)
{
    struct chart_axis axis = {.label = builder->quantity->label,
                              .low = NAN,
                              .high = NAN,
                              .logarithmic = builder->logarithmic};
    if (axis.logarithmic) {
        return axis;
    }
    double high = builder->quantity->high;
    for (size_t s = 0; s < builder->curves->count; s++) {
        for (size_t i = 0; i < builder->curves->series[s].n; i++) {
            high = fmax(high, builder->curves->series[s].y[i]);
        }
    }
    axis.low = 0.0;
    axis.high = isfinite(high) && high > 0.0 ? 1.05 * high : NAN;
    return axis;
}

enum exit_status bench_curves_build(struct chart_panel *panel, struct curves *curves,
                                    const char *name, const struct bench_file *file,
                                    bool logarithmic, bool text)
{
    const struct bench_quantity *quantity = find(name);
    *curves = (struct curves){0};
    const struct bench_row **rows = calloc(file->count, sizeof(const struct bench_row *));
    if (rows == NULL || !allocate(curves, file->count)) {
        free(rows);
        curves_free(curves);
        return cli_failed("out of memory for the curves of %zu rows", file->count);
    }
    struct builder builder = {.file = file,
                              .quantity = quantity,
                              .curves = curves,
                              .logarithmic = logarithmic || quantity->logarithmic};
    add_curves(&builder, rows, text);
    free(rows);
    *panel = (struct chart_panel){
        .title = panel_title(curves, quantity, text),
        .x = {.label = "batch, samples", .low = NAN, .high = NAN, .doubling = true},
        .y = vertical_axis(&builder),
        .series = curves->series,
        .series_count = curves->count,
    };
    return DONE;
}

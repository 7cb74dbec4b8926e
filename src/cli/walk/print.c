/*
 * A single walk is a table of its steps; several are a table of where they ended.
 */
#include "cli/walk/print.h"

#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/text_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The table shows all steps of a short walk, and about this many of a long one. */
enum { ROWS_MAX = 40 };

static const char *const VARIABLES[][WALK_DIMENSIONS_MAX] = {{"w", NULL}, {"x", "y"}};

static const char *variable(const struct walk *walk, size_t d)
{
    return VARIABLES[walk->setup.function->dimensions - 1][d];
}

void walk_describe(char *text, size_t size, const struct walk *walk, bool with_rate)
{
    const struct walk_setup *setup = &walk->setup;
    const descent_optimizer *optimizer = &setup->optimizer;
    char momentum[64] = "", condition[32] = "", rate[64] = "", noise[48] = "";
    if (optimizer->momentum > 0.0) {
        snprintf(momentum, sizeof momentum, " with %smomentum %g",
                 optimizer->nesterov ? "Nesterov's " : "", optimizer->momentum);
    }
    if (strstr(setup->function->formula, "κ") != NULL) {
        snprintf(condition, sizeof condition, ", κ = %g", setup->condition);
    }
    if (with_rate) {
        snprintf(rate, sizeof rate, ", learning rate %g", setup->schedule.lr);
    }
    if (setup->noise > 0.0) {
        snprintf(noise, sizeof noise, ", noise %g", setup->noise);
    }
    snprintf(text, size, "%s: L(%s) = %s%s; %s%s%s%s", setup->function->name,
             setup->function->dimensions == 1 ? "w" : "x, y", setup->function->formula, condition,
             descent_optimizer_name(optimizer->kind), momentum, rate, noise);
}

/* 1, 2, 5, 10, 20, …: the smallest that leaves few enough rows. */
static size_t stride_of(size_t count)
{
    static const size_t factors[] = {1, 2, 5};
    size_t power = 1;
    for (size_t i = 0;; i++) {
        size_t stride = factors[i % 3] * power;
        if (count / stride <= ROWS_MAX) {
            return stride;
        }
        power *= i % 3 == 2 ? 10 : 1;
    }
}

/* One heading for each variable: "gradient", or "gradient x" and "gradient y". */
static void add_headings(struct table *table, const struct walk *walk, const char *text)
{
    size_t dimensions = walk->setup.function->dimensions;
    for (size_t d = 0; d < dimensions; d++) {
        if (dimensions == 1) {
            table_add(table, "%s", text);
        } else {
            table_add(table, "%s %s", text, variable(walk, d));
        }
    }
}

static void add_numbers(struct table *table, const struct walk *walk, const double *numbers)
{
    for (size_t d = 0; d < walk->setup.function->dimensions; d++) {
        if (isfinite(numbers[d])) {
            table_add(table, "%.6g", numbers[d] + 0.0); /* without the sign of a zero */
        } else {
            table_add(table, "%s", "too large"); /* the step that left the range of floats */
        }
    }
}

static void add_row(struct table *table, const struct walk *walk, size_t k)
{
    const struct walk_point *point = &walk->points[k];
    table_add(table, "%zu", k);
    add_numbers(table, walk, point->w);
    table_add(table, "%.6g", point->loss);
    add_numbers(table, walk, point->gradient);
    if (k < walk->setup.steps) {
        table_add(table, "%.6g", point->rate);
        add_numbers(table, walk, point->update);
        return;
    }
    for (size_t i = 0; i <= walk->setup.function->dimensions; i++) {
        table_add(table, "%s", "");
    }
}

static enum exit_status print_steps(const struct walk *walk)
{
    bool line = walk->setup.function->dimensions == 1;
    struct table table = {.alignment = line ? "rrrrrr" : "rrrrrrrrr"};
    table_add(&table, "step");
    for (size_t d = 0; d < walk->setup.function->dimensions; d++) {
        table_add(&table, "%s", variable(walk, d));
    }
    table_add(&table, line ? "L(w)" : "L(x, y)");
    add_headings(&table, walk, "gradient");
    table_add(&table, "rate");
    add_headings(&table, walk, "step taken");
    size_t stride = stride_of(walk->count);
    for (size_t k = 0; k < walk->count; k++) {
        if (k % stride == 0 || k + 1 == walk->count) {
            add_row(&table, walk, k);
        }
    }
    return table_print(&table);
}

static enum exit_status print_ends(const struct walk *walks, const struct walk_verdict *verdicts,
                                   size_t count)
{
    bool line = walks[0].setup.function->dimensions == 1;
    struct table table = {.alignment = line ? "rrrrl" : "rrrrrl"};
    table_add(&table, "learning rate");
    table_add(&table, "steps");
    for (size_t d = 0; d < walks[0].setup.function->dimensions; d++) {
        table_add(&table, "%s", variable(walks, d));
    }
    table_add(&table, line ? "L(w)" : "L(x, y)");
    table_add(&table, "verdict");
    for (size_t r = 0; r < count; r++) {
        const struct walk_point *last = &walks[r].points[walks[r].count - 1];
        table_add(&table, "%g", walks[r].setup.schedule.lr);
        table_add(&table, "%zu", walks[r].count - 1);
        add_numbers(&table, &walks[r], last->w);
        table_add(&table, "%.6g", last->loss);
        table_add(&table, "%s", walk_outcome_name(&verdicts[r]));
    }
    return table_print(&table);
}

/* Once for each limit: they differ where walks ended at different minima. */
static void print_limits(const struct walk *walks, const struct walk_verdict *verdicts,
                         size_t count)
{
    for (size_t r = 0; r < count; r++) {
        bool told = verdicts[r].outcome == WALK_DIVERGES || (isnan(verdicts[r].limit) && r > 0);
        for (size_t i = 0; i < r; i++) {
            told = told || verdicts[i].curvature == verdicts[r].curvature;
        }
        if (!told) {
            walk_verdict_write_limit(stdout, &verdicts[r], &walks[r]);
            puts("");
        }
    }
}

enum exit_status walk_print_text(const struct walk *walks, const struct walk_verdict *verdicts,
                                 size_t count)
{
    char title[512];
    walk_describe(title, sizeof title, walks, count == 1);
    printf("%s\n\n", title);
    enum exit_status status = count == 1 ? print_steps(walks) : print_ends(walks, verdicts, count);
    puts("");
    for (size_t r = 0; r < count; r++) {
        if (count > 1) {
            printf("%g: ", walks[r].setup.schedule.lr);
        }
        walk_verdict_write(stdout, &verdicts[r], &walks[r]);
        puts("");
    }
    print_limits(walks, verdicts, count);
    return status;
}

static void write_csv_numbers(FILE *out, const struct walk *walk, const double *numbers)
{
    for (size_t d = 0; d < walk->setup.function->dimensions; d++) {
        if (isfinite(numbers[d])) {
            fprintf(out, ",%.9g", numbers[d]);
        } else {
            fputs(",", out);
        }
    }
}

static void write_csv_walk(FILE *out, const struct walk *walk)
{
    for (size_t k = 0; k < walk->count; k++) {
        const struct walk_point *point = &walk->points[k];
        fprintf(out, "%.9g,%zu", walk->setup.schedule.lr, k);
        write_csv_numbers(out, walk, point->w);
        fprintf(out, ",%.9g", point->loss);
        write_csv_numbers(out, walk, point->gradient);
        if (k < walk->setup.steps) {
            fprintf(out, ",%.9g", point->rate);
            write_csv_numbers(out, walk, point->update);
        } else {
            fputs(walk->setup.function->dimensions == 1 ? ",," : ",,,", out);
        }
        fputs("\n", out);
    }
}

enum exit_status walk_save_csv(const struct walk *walks, size_t count, const char *path)
{
    struct text_file file;
    if (text_file_open(&file, path) != DONE) {
        return FAILED;
    }
    fputs(walks[0].setup.function->dimensions == 1
              ? "lr,step,w,loss,gradient,learning_rate,update\n"
              : "lr,step,x,y,loss,gradient_x,gradient_y,learning_rate,update_x,update_y\n",
          file.out);
    for (size_t r = 0; r < count; r++) {
        write_csv_walk(file.out, &walks[r]);
    }
    return text_file_save(&file);
}

/* The verdict's sentences as a JSON string; NULL where memory is out. */
static json_t *text_json(const struct walk_verdict *verdict, const struct walk *walk)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    walk_verdict_write(out, verdict, walk);
    if (verdict->outcome != WALK_DIVERGES) {
        fputs(" ", out);
        walk_verdict_write_limit(out, verdict, walk);
    }
    json_t *string = fclose(out) == 0 ? json_string(text) : NULL;
    free(text);
    return string;
}

static json_t *numbers_json(const struct walk *walk, const double *numbers)
{
    json_t *array = json_array();
    for (size_t d = 0; d < walk->setup.function->dimensions; d++) {
        json_array_append_new(array, cli_json_number(numbers[d]));
    }
    return array;
}

static json_t *points_json(const struct walk *walk)
{
    json_t *array = json_array();
    for (size_t k = 0; k < walk->count; k++) {
        const struct walk_point *point = &walk->points[k];
        bool last = k == walk->setup.steps;
        json_array_append_new(
            array, json_pack("{s:I, s:o, s:f, s:o, s:o, s:o}", "step", (json_int_t)k, "w",
                             numbers_json(walk, point->w), "loss", point->loss, "gradient",
                             numbers_json(walk, point->gradient), "learning_rate",
                             last ? json_null() : json_real(point->rate), "update",
                             last ? json_null() : numbers_json(walk, point->update)));
    }
    return array;
}

static json_t *walk_json(const struct walk *walk, const struct walk_verdict *verdict)
{
    bool converged = verdict->outcome == WALK_CONVERGES;
    return json_pack(
        "{s:f, s:s, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o}", "lr",
        walk->setup.schedule.lr, "outcome", walk_outcome_name(verdict), "verdict",
        text_json(verdict, walk), "converged_at",
        converged ? json_integer((json_int_t)verdict->step) : json_null(), "left_saddle_at",
        verdict->left != NULL ? json_integer((json_int_t)verdict->left_step) : json_null(),
        "minimum", numbers_json(walk, verdict->minimum->w), "distance",
        cli_json_number(verdict->distance), "curvature", verdict->curvature, "stability_limit",
        cli_json_number(verdict->limit), "factor", cli_json_number(verdict->factor), "finite",
        json_boolean(walk->finite), "points", points_json(walk));
}

enum exit_status walk_print_json(const struct walk *walks, const struct walk_verdict *verdicts,
                                 size_t count)
{
    const struct walk_setup *setup = &walks[0].setup;
    json_t *array = json_array();
    for (size_t r = 0; r < count; r++) {
        json_array_append_new(array, walk_json(&walks[r], &verdicts[r]));
    }
    return cli_print_json(json_pack("{s:s, s:s, s:s, s:f, s:b, s:o}", "function",
                                    setup->function->name, "formula", setup->function->formula,
                                    "optimizer", descent_optimizer_name(setup->optimizer.kind),
                                    "momentum", setup->optimizer.momentum, "nesterov",
                                    (int)setup->optimizer.nesterov, "walks", array));
}

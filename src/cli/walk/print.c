/*
 * Records of steps and of whole walks make the tables, the CSV file and the JSON.
 */
#include "cli/walk/walk.h"

#include "cli/base/record.h"
#include "cli/base/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The table shows all steps of a short walk, and about this many of a long one. */
enum { ROWS_MAX = 40 };

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

/* Six digits, and words for the step that left the range of floats. */
static const char *number_text(char text[TEXT_SIZE], double number)
{
    text[0] = '\0';
    if (isfinite(number)) {
        snprintf(text, TEXT_SIZE, "%.6g", number + 0.0); /* without the sign of a zero */
    } else if (!isnan(number)) {
        snprintf(text, TEXT_SIZE, "too large");
    }
    return text;
}

#define POINT(kind, member) RECORD_MEMBER(kind, struct walk_point, member)
#define NUMBER(member) POINT(NUMBER, member), .text = number_text

/* Vectors are columns in the table and in CSV, and arrays in JSON. */
static const struct record_field line_fields[] = {
    {"lr", POINT(NUMBER, lr), .where = RECORD_IN_CSV},
    {"step", POINT(SIZE, step), .heading = "step"},
    {"w", NUMBER(w[0]), .heading = "w", .where = RECORD_IN_CSV},
    {"w", POINT(NUMBERS, w), .length = 1, .where = RECORD_IN_JSON},
    {"loss", NUMBER(loss), .heading = "L(w)"},
    {"gradient", NUMBER(gradient[0]), .heading = "gradient", .where = RECORD_IN_CSV},
    {"gradient", POINT(NUMBERS, gradient), .length = 1, .where = RECORD_IN_JSON},
    {"learning_rate", NUMBER(rate), .heading = "rate"},
    {"update", NUMBER(update[0]), .heading = "step taken", .where = RECORD_IN_CSV},
    {"update", POINT(NUMBERS, update), .length = 1, .where = RECORD_IN_JSON},
};

static const struct record_field plane_fields[] = {
    {"lr", POINT(NUMBER, lr), .where = RECORD_IN_CSV},
    {"step", POINT(SIZE, step), .heading = "step"},
    {"x", NUMBER(w[0]), .heading = "x", .where = RECORD_IN_CSV},
    {"y", NUMBER(w[1]), .heading = "y", .where = RECORD_IN_CSV},
    {"w", POINT(NUMBERS, w), .length = 2, .where = RECORD_IN_JSON},
    {"loss", NUMBER(loss), .heading = "L(x, y)"},
    {"gradient_x", NUMBER(gradient[0]), .heading = "gradient x", .where = RECORD_IN_CSV},
    {"gradient_y", NUMBER(gradient[1]), .heading = "gradient y", .where = RECORD_IN_CSV},
    {"gradient", POINT(NUMBERS, gradient), .length = 2, .where = RECORD_IN_JSON},
    {"learning_rate", NUMBER(rate), .heading = "rate"},
    {"update_x", NUMBER(update[0]), .heading = "step taken x", .where = RECORD_IN_CSV},
    {"update_y", NUMBER(update[1]), .heading = "step taken y", .where = RECORD_IN_CSV},
    {"update", POINT(NUMBERS, update), .length = 2, .where = RECORD_IN_JSON},
};

static const struct record records[] = {
    RECORD(struct walk_point, line_fields),
    RECORD(struct walk_point, plane_fields),
};

static const struct record *record_of(const struct walk *walk)
{
    return &records[walk->setup.function->dimensions - 1];
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

static enum exit_status print_steps(const struct walk *walk)
{
    struct walk_point rows[ROWS_MAX + 2];
    size_t stride = stride_of(walk->count), count = 0;
    for (size_t k = 0; k < walk->count; k++) {
        if (k % stride != 0 && k + 1 != walk->count) {
            continue;
        }
        rows[count] = walk->points[k];
        for (size_t d = 0; d < WALK_DIMENSIONS_MAX && k < walk->setup.steps; d++) {
            double *update = &rows[count].update[d];
            *update = isnan(*update) ? INFINITY : *update;
        }
        count++;
    }
    return record_print(record_of(walk), rows, count);
}

static enum exit_status print_ends(const struct walk *walks, size_t count)
{
    bool line = walks[0].setup.function->dimensions == 1;
    struct table table = {.alignment = line ? "rrrrl" : "rrrrrl"};
    const char *const headings[] = {"learning rate",           "steps",
                                    line ? "w" : "x",          line ? NULL : "y",
                                    line ? "L(w)" : "L(x, y)", "verdict"};
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        if (headings[i] != NULL) {
            table_add(&table, "%s", headings[i]);
        }
    }
    for (size_t r = 0; r < count; r++) {
        const struct walk_point *last = &walks[r].points[walks[r].count - 1];
        table_add(&table, "%g", last->lr);
        table_add(&table, "%zu", last->step);
        table_add(&table, "%.6g", last->w[0] + 0.0);
        if (!line) {
            table_add(&table, "%.6g", last->w[1] + 0.0);
        }
        table_add(&table, "%.6g", last->loss);
        table_add(&table, "%s", walk_outcome_name(&walks[r]));
    }
    return table_print(&table);
}

/* Once for each limit: they differ where walks ended at different minima. */
static void print_limits(const struct walk *walks, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        const struct walk_verdict *verdict = &walks[r].verdict;
        bool told = verdict->outcome == WALK_DIVERGES || (isnan(verdict->limit) && r > 0);
        for (size_t i = 0; i < r; i++) {
            told = told || walks[i].verdict.curvature == verdict->curvature;
        }
        if (!told) {
            walk_write_limit(stdout, &walks[r]);
            puts("");
        }
    }
}

enum exit_status walk_print_text(const struct walk *walks, size_t count)
{
    char title[512];
    walk_describe(title, sizeof title, walks, count == 1);
    printf("%s\n\n", title);
    enum exit_status status = count == 1 ? print_steps(walks) : print_ends(walks, count);
    puts("");
    for (size_t r = 0; r < count; r++) {
        if (count > 1) {
            printf("%g: ", walks[r].setup.schedule.lr);
        }
        walk_write_verdict(stdout, &walks[r]);
        puts("");
    }
    print_limits(walks, count);
    return status;
}

enum exit_status walk_save_csv(const struct walk *walks, size_t count, const char *path)
{
    struct text_file file;
    CLI_TRY(text_file_open(&file, path));
    record_write_header(file.out, record_of(walks));
    for (size_t r = 0; r < count; r++) {
        record_write_rows(file.out, record_of(walks), walks[r].points, walks[r].count);
    }
    return text_file_save(&file);
}

/* The verdict's sentences as a JSON string; NULL where memory is out. */
static json_t *verdict_json(const struct walk *walk)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    walk_write_verdict(out, walk);
    if (walk->verdict.outcome != WALK_DIVERGES) {
        fputs(" ", out);
        walk_write_limit(out, walk);
    }
    json_t *string = fclose(out) == 0 ? json_string(text) : NULL;
    free(text);
    return string;
}

static json_t *walk_json(const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    bool converged = verdict->outcome == WALK_CONVERGES;
    json_t *minimum = json_array();
    for (size_t d = 0; d < walk->setup.function->dimensions; d++) {
        json_array_append_new(minimum, json_real(verdict->minimum->w[d]));
    }
    return json_pack(
        "{s:f, s:s, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:b, s:o}", "lr",
        walk->setup.schedule.lr, "outcome", walk_outcome_name(walk), "verdict", verdict_json(walk),
        "converged_at", converged ? json_integer((json_int_t)verdict->step) : json_null(),
        "left_saddle_at",
        verdict->left != NULL ? json_integer((json_int_t)verdict->left_step) : json_null(),
        "minimum", minimum, "distance", cli_json_number(verdict->distance), "curvature",
        verdict->curvature, "stability_limit", cli_json_number(verdict->limit), "factor",
        cli_json_number(verdict->factor), "finite", (int)walk->finite, "points",
        record_array(record_of(walk), walk->points, walk->count));
}

enum exit_status walk_print_json(const struct walk *walks, size_t count)
{
    const struct walk_setup *setup = &walks[0].setup;
    json_t *array = json_array();
    for (size_t r = 0; r < count; r++) {
        json_array_append_new(array, walk_json(&walks[r]));
    }
    return cli_print_json(json_pack("{s:s, s:s, s:s, s:f, s:b, s:o}", "function",
                                    setup->function->name, "formula", setup->function->formula,
                                    "optimizer", descent_optimizer_name(setup->optimizer.kind),
                                    "momentum", setup->optimizer.momentum, "nesterov",
                                    (int)setup->optimizer.nesterov, "walks", array));
}

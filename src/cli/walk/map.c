/*
 * The map's numbers, as text, CSV and JSON, and its picture.
 */
#include "cli/walk/map.h"

#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/table.h"

#include <math.h>

struct map_point {
    double lr;
    double momentum;
    double factor; /* by which the distance changes a step, in the end: the spectral radius */
};

/* The grid of the picture and of the CSV file, which ends at the learning rate 4/κ: no momentum is
 * stable beyond that. */
enum { SIDE = 101 };

static const double last_rate = 4.0;

/* Of the table: learning rates in multiples of 1/κ, and momenta. */
static const double rates[] = {0.5, 1.0, 1.5, 1.9, 2.5, 3.0, 3.5, 3.8};
static const double momenta[] = {0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95};

enum { RATES = sizeof rates / sizeof rates[0], MOMENTA = sizeof momenta / sizeof momenta[0] };

/* The larger magnitude of the roots of z² − (1 + β − αλ) z + β. */
static double radius(double lr, double momentum, double eigenvalue)
{
    double sum = 1.0 + momentum - lr * eigenvalue;
    double discriminant = sum * sum - 4.0 * momentum;
    return discriminant < 0.0 ? sqrt(momentum) : (fabs(sum) + sqrt(discriminant)) / 2.0;
}

/* The factor at a learning rate > 0 and a momentum in [0, 1). */
static double factor_at(double condition, double lr, double momentum)
{
    return fmax(radius(lr, momentum, 1.0), radius(lr, momentum, condition));
}

/* Where the factor is least. */
static struct map_point optimum_of(double condition)
{
    double root = sqrt(condition), ratio = (root - 1.0) / (root + 1.0);
    return (struct map_point){
        .lr = 4.0 / ((1.0 + root) * (1.0 + root)), .momentum = ratio * ratio, .factor = ratio};
}

/* The same without momentum. */
static struct map_point plain_of(double condition)
{
    return (struct map_point){.lr = 2.0 / (1.0 + condition),
                              .factor = (condition - 1.0) / (condition + 1.0)};
}

static struct map_point point_at(double condition, double lr, double momentum)
{
    return (struct map_point){lr, momentum, factor_at(condition, lr, momentum)};
}

#define POINT(member) RECORD_MEMBER(NUMBER, struct map_point, member), .csv = "%.15g"

static const struct record_field fields[] = {
    {"lr", POINT(lr)}, {"momentum", POINT(momentum)}, {"factor", POINT(factor)}};
static const struct record record = RECORD(struct map_point, fields);

/* "a factor of 0.818182 a step, a decimal place in 11.5 steps" */
static void write_speed(FILE *out, double factor)
{
    fprintf(out, "a factor of %.6g a step", factor);
    if (factor > 0.0 && factor < 1.0) {
        fprintf(out, ", one decimal place in %.3g steps", -log(10.0) / log(factor));
    }
    fputs(factor > 1.0   ? ": it diverges."
          : factor > 0.0 ? "."
                         : ": one step ends at the minimum.",
          out);
}

static void write_optimum(FILE *out, const struct walk_map_setup *setup)
{
    struct map_point best = optimum_of(setup->condition);
    fprintf(out,
            "The optimum: learning rate (2/(1 + √κ))² = %.6g with momentum ((√κ − 1)/(√κ + 1))² = "
            "%.6g: the distance shrinks by ",
            best.lr, best.momentum);
    write_speed(out, best.factor);
}

static void write_plain(FILE *out, const struct walk_map_setup *setup)
{
    struct map_point plain = plain_of(setup->condition);
    fprintf(out, "Without momentum, at its best learning rate 2/(1 + κ) = %.6g: ", plain.lr);
    write_speed(out, plain.factor);
}

static void write_own(FILE *out, const struct walk_map_setup *setup)
{
    fprintf(out, "Learning rate %.6g with momentum %.6g: ", setup->lr, setup->momentum);
    write_speed(out, factor_at(setup->condition, setup->lr, setup->momentum));
}

static enum exit_status print_lines(const struct walk_map_setup *setup)
{
    static void (*const writers[])(FILE *, const struct walk_map_setup *) = {
        write_optimum, write_plain, write_own};
    for (size_t i = 0; i < (isnan(setup->lr) ? 2U : 3U); i++) {
        char text[512] = "";
        FILE *out = fmemopen(text, sizeof text, "w");
        if (out == NULL) {
            return cli_failed("out of memory for a text");
        }
        writers[i](out, setup);
        fclose(out);
        lines_print(stdout, "%s", text);
    }
    return DONE;
}

static enum exit_status print_text(const struct walk_map_setup *setup)
{
    struct table table = {.alignment = "rrrrrrrrr"};
    lines_print(stdout,
                "quadratic: L(x, y) = (x² + κ y²)/2, κ = %.6g; sgd: by what factor a step changes "
                "the distance to the minimum, in the end, over learning rate and momentum. Above 1 "
                "it diverges.",
                setup->condition);
    puts("");
    table_add(&table, "momentum");
    for (size_t r = 0; r < RATES; r++) {
        table_add(&table, "%.3g", rates[r] / setup->condition);
    }
    for (size_t m = 0; m < MOMENTA; m++) {
        table_add(&table, "%g", momenta[m]);
        for (size_t r = 0; r < RATES; r++) {
            double lr = rates[r] / setup->condition;
            table_add(&table, "%.4f", factor_at(setup->condition, lr, momenta[m]));
        }
    }
    CLI_TRY(table_print(&table));
    puts("");
    return print_lines(setup);
}

static enum exit_status print_json(const struct walk_map_setup *setup)
{
    const double condition = setup->condition;
    struct map_point best = optimum_of(condition), plain = plain_of(condition);
    struct map_point own = point_at(condition, setup->lr, setup->momentum);
    json_t *map = json_array();
    for (size_t i = 0; i < (size_t)RATES * MOMENTA; i++) {
        struct map_point point =
            point_at(condition, rates[i % RATES] / condition, momenta[i / RATES]);
        cli_json_append(&map, record_json(&record, &point));
    }
    return cli_print_json_exact(json_pack(
        "{s:s, s:f, s:o, s:o, s:o, s:o}", "function", "quadratic", "condition", condition,
        "optimum", record_json(&record, &best), "without_momentum", record_json(&record, &plain),
        "point", isnan(setup->lr) ? json_null() : record_json(&record, &own), "map", map));
}

/* Row by row: momentum from 0 to almost 1, in each the learning rates. */
static struct map_point grid_point(double condition, size_t i)
{
    size_t row = i / SIDE, column = i % SIDE;
    double lr = last_rate / condition * (double)column / (SIDE - 1);
    return point_at(condition, lr, (double)row / SIDE);
}

static enum exit_status save_csv(const struct walk_map_setup *setup)
{
    struct text_file file;
    CLI_TRY(text_file_open(&file, setup->csv));
    record_write_header(file.out, &record);
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        const struct map_point point = grid_point(setup->condition, i);
        record_write_rows(file.out, &record, &point, 1);
    }
    return text_file_save(&file);
}

/* Lines between the optimum and 1, where it converges, and two where it diverges. */
static void add_contours(struct figure *figure, double condition)
{
    static const double parts[] = {0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0};
    enum { PARTS = sizeof parts / sizeof parts[0], LEVELS = PARTS + 2 };
    double heights[SIDE * SIDE], levels[LEVELS];
    double least = optimum_of(condition).factor;
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        heights[i] = grid_point(condition, i).factor;
    }
    for (size_t i = 0; i < PARTS; i++) {
        levels[i] = least + parts[i] * (1.0 - least);
    }
    levels[PARTS] = 1.5;
    levels[PARTS + 1] = 2.0;
    figure_contours(figure, heights, SIDE, levels, LEVELS);
}

static enum exit_status draw(struct figure *figure, const struct walk_map_setup *setup)
{
    struct map_point best = optimum_of(setup->condition);
    struct map_point plain = plain_of(setup->condition);
    const struct figure_axis x = {.label = "learning rate", .high = last_rate / setup->condition};
    const struct figure_axis y = {.label = "momentum", .high = (SIDE - 1.0) / SIDE};
    figure_panel(figure, "Factor of the distance a step", x, y);
    add_contours(figure, setup->condition);
    figure_curve(figure, FIGURE_CROSSES, 0, "optimum: %.4g a step", best.factor);
    figure_point(figure, best.lr, best.momentum);
    figure_curve(figure, FIGURE_CIRCLES, 0, "best without momentum: %.4g a step", plain.factor);
    figure_point(figure, plain.lr, 0.0);
    figure_curve(figure, FIGURE_DASHED, 0, "stability limit");
    figure_point(figure, 2.0 / setup->condition, 0.0);
    figure_point(figure, last_rate / setup->condition, 1.0);
    if (!isnan(setup->lr)) {
        figure_curve(figure, FIGURE_DOTS, 1, "--lr %g --momentum %g", setup->lr, setup->momentum);
        figure_point(figure, setup->lr, setup->momentum);
    }
    return figure_draw(figure, setup->quiet);
}

static enum exit_status draw_map(const struct walk_map_setup *setup)
{
    struct figure figure;
    char title[FIGURE_TITLE_BYTES];
    enum exit_status status = figure_begin(&figure, setup->out);
    figure.look = *setup->look;
    snprintf(title, sizeof title, "Momentum on (x² + κ y²)/2, κ = %.6g", setup->condition);
    figure.title = setup->out != NULL ? title : NULL;
    if (status == DONE) {
        status = draw(&figure, setup);
    }
    figure_free(&figure);
    return status;
}

enum exit_status walk_map(const struct walk_map_setup *setup)
{
    if (setup->json) {
        CLI_TRY(print_json(setup));
    } else if (!setup->quiet || (setup->out == NULL && setup->csv == NULL)) {
        CLI_TRY(print_text(setup));
    }
    if (setup->csv != NULL) {
        CLI_TRY(save_csv(setup));
    }
    bool drawn = setup->out != NULL || (!setup->json && !setup->no_plot);
    return drawn ? draw_map(setup) : DONE;
}

/*
 * What a range test has found, as text, JSON, a curve, and a table.
 */
#include "cli/base/record.h"
#include "cli/base/text_file.h"
#include "cli/plot/chart_output.h"
#include "cli/train/find_lr.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* FAILED, and why, where there is no suggestion. */
static enum exit_status check_suggestion(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    if (isnan(test->suggestion)) {
        return cli_failed("no suggestion: %s between %g and %g; try another --lr-from or --lr-to",
                          range_test_trouble(test), find->options.from, find->options.to);
    }
    return DONE;
}

enum exit_status find_lr_print_text(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    printf("steps         %zu, learning rate %.3g to %.3g, %.2f s\n", test->count,
           find->options.from, test->points[test->count - 1].rate, find->seconds);
    if (isnan(test->divergence)) {
        printf("blows up      not below %g\n", find->options.to);
    } else {
        printf(
            "blows up      %.3g: the smoothed loss is above %g times its lowest; a tenth: %.3g\n",
            test->divergence, RANGE_TEST_BLOW_UP, test->divergence / 10.0);
    }
    printf("lowest loss   %.3g\n", test->points[test->lowest].rate);
    if (!isnan(test->suggestion)) {
        printf("steepest      %.3g\n", test->steepest);
        printf("suggestion    --lr %g: %s\n", test->suggestion, RANGE_TEST_RULE);
    }
    return check_suggestion(find);
}

enum exit_status find_lr_print_json(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    enum exit_status status = cli_print_json(json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:f, s:I, s:f}", "suggestion", cli_json_number(test->suggestion),
        "rule", RANGE_TEST_RULE, "steepest", cli_json_number(test->steepest), "divergence",
        cli_json_number(test->divergence), "divergence_tenth",
        cli_json_number(test->divergence / 10.0), "lowest", test->points[test->lowest].rate,
        "steps", (json_int_t)test->count, "seconds", find->seconds));
    return status == DONE ? check_suggestion(find) : status;
}

enum exit_status find_lr_save_csv(const struct range_test *test, const char *path)
{
    struct text_file file;
    if (text_file_open(&file, path) != DONE) {
        return FAILED;
    }
    fputs("step,learning_rate,loss,smoothed_loss\n", file.out);
    for (size_t i = 0; i < test->count; i++) {
        const struct range_test_point *point = &test->points[i];
        fprintf(file.out, "%zu,%.9g,%.9g,%.9g\n", i, point->rate, point->loss, point->smoothed);
    }
    return text_file_save(&file);
}

/* The curves: the coordinates of the points, and a vertical line at the suggestion. */
struct picture {
    double *rates, *losses, *smoothed;
    double line_x[2], line_y[2];
    char line_title[64];
};

static void fill(struct picture *picture, const struct range_test *test,
                 const struct chart_axis *axis)
{
    for (size_t i = 0; i < test->count; i++) {
        picture->rates[i] = test->points[i].rate;
        picture->losses[i] = test->points[i].loss;
        picture->smoothed[i] = test->points[i].smoothed;
    }
    picture->line_x[0] = picture->line_x[1] = test->suggestion;
    picture->line_y[0] = axis->low;
    picture->line_y[1] = axis->high;
    snprintf(picture->line_title, sizeof picture->line_title, "suggestion: %g", test->suggestion);
}

/* The part of the losses that tells something: what blows up leaves through the upper edge. */
static struct chart_axis loss_axis(const struct range_test *test)
{
    double low = test->points[test->lowest].smoothed, high = low;
    for (size_t i = 0; i <= test->lowest; i++) {
        low = fmin(low, test->points[i].loss);
        high = fmax(high, test->points[i].loss);
    }
    double margin = 0.1 * (high - low) + 1e-9;
    return (struct chart_axis){
        .label = "loss of a step", .low = low - margin, .high = high + 3.0 * margin};
}

static enum exit_status render(const struct range_test *test, const struct picture *picture,
                               const struct chart_axis *axis, const char *path, bool quiet)
{
    const struct chart_series series[] = {
        {.title = "loss",
         .x = picture->rates,
         .y = picture->losses,
         .n = test->count,
         .colour = 4,
         .style = CHART_GROUND},
        {.title = "smoothed loss", .x = picture->rates, .y = picture->smoothed, .n = test->count},
        {.title = picture->line_title,
         .x = picture->line_x,
         .y = picture->line_y,
         .n = 2,
         .colour = 1},
    };
    const struct chart_panel panel = {
        .title = "Learning-rate range test",
        .x = {.label = "learning rate",
              .low = picture->rates[0],
              .high = picture->rates[test->count - 1],
              .logarithmic = true},
        .y = *axis,
        .series = path == NULL ? series + 1 : series, /* single losses crowd a terminal */
        .series_count = (path == NULL ? 1u : 2u) + (isnan(test->suggestion) ? 0u : 1u),
    };
    struct chart chart = {.panels = &panel, .panel_count = 1};
    if (path == NULL) {
        chart.width = chart_terminal_width();
        return chart_print(&chart);
    }
    enum chart_format format;
    enum exit_status status = chart_format_of(&format, path);
    return status == DONE ? chart_save(&chart, format, path, quiet) : status;
}

enum exit_status find_lr_draw(const struct find_lr *find, const char *path)
{
    const struct range_test *test = &find->training.search;
    double *numbers = calloc(3 * test->count, sizeof *numbers);
    if (numbers == NULL) {
        return cli_failed("out of memory for a curve of %zu points", test->count);
    }
    struct picture picture = {
        .rates = numbers,
        .losses = numbers + test->count,
        .smoothed = numbers + 2 * test->count,
    };
    struct chart_axis axis = loss_axis(test);
    fill(&picture, test, &axis);
    enum exit_status status = render(test, &picture, &axis, path, find->training.options.quiet);
    free(numbers);
    return status;
}

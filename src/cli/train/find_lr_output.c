/*
 * What a range test has found, as text, JSON, a curve, and a table.
 */
#include "cli/base/record.h"
#include "cli/plot/figure.h"
#include "cli/train/find_lr.h"

#include <math.h>
#include <stdio.h>

/* FAILED, and why, where there is no suggestion. */
static enum exit_status check_suggestion(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    if (isnan(test->suggestion)) {
        return cli_failed("no suggestion: %s between %g and %g; try another --lr-from or --lr-to",
                          range_test_trouble(test), find->from, find->to);
    }
    return DONE;
}

enum exit_status find_lr_print_text(const struct find_lr *find)
{
    const struct range_test *test = &find->training.search;
    printf("steps         %zu, learning rate %.3g to %.3g, %.2f s\n", test->count, find->from,
           test->points[test->count - 1].rate, find->seconds);
    if (isnan(test->divergence)) {
        printf("blows up      not below %g\n", find->to);
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
    static const struct record_field fields[] = {
        {"step", RECORD_MEMBER(SIZE, struct range_test_point, step)},
        {"learning_rate", RECORD_MEMBER(NUMBER, struct range_test_point, rate)},
        {"loss", RECORD_MEMBER(NUMBER, struct range_test_point, loss)},
        {"smoothed_loss", RECORD_MEMBER(NUMBER, struct range_test_point, smoothed)},
    };
    static const struct record record = RECORD(struct range_test_point, fields);
    return record_save(&record, path, test->points, test->count);
}

/* The part of the losses that tells something: what blows up leaves through the upper edge. */
static struct figure_axis loss_axis(const struct range_test *test)
{
    double low = test->points[test->lowest].smoothed, high = low;
    for (size_t i = 0; i <= test->lowest; i++) {
        low = fmin(low, test->points[i].loss);
        high = fmax(high, test->points[i].loss);
    }
    double margin = 0.1 * (high - low) + 1e-9;
    return (struct figure_axis){
        .label = "loss of a step", .low = low - margin, .high = high + 3.0 * margin};
}

static void describe(struct figure *figure, const struct range_test *test)
{
    const struct figure_axis y = loss_axis(test);
    figure_panel(figure, "Learning-rate range test",
                 (struct figure_axis){
                     .label = "learning rate", .low = NAN, .high = NAN, .logarithmic = true},
                 y);
    if (figure->path != NULL) { /* single losses crowd a terminal */
        figure_curve(figure, FIGURE_GROUND, 0, "loss");
        for (size_t i = 0; i < test->count; i++) {
            figure_point(figure, test->points[i].rate, test->points[i].loss);
        }
    }
    figure_curve(figure, FIGURE_SOLID, 0, "smoothed loss");
    for (size_t i = 0; i < test->count; i++) {
        figure_point(figure, test->points[i].rate, test->points[i].smoothed);
    }
    if (!isnan(test->suggestion)) {
        figure_curve(figure, FIGURE_SOLID, 1, "suggestion: %g", test->suggestion);
        figure_point(figure, test->suggestion, y.low);
        figure_point(figure, test->suggestion, y.high);
    }
}

enum exit_status find_lr_draw(const struct find_lr *find, const char *path)
{
    struct figure figure;
    enum exit_status status = figure_begin(&figure, path);
    if (status == DONE) {
        describe(&figure, &find->training.search);
        status = figure_draw(&figure, find->training.options.quiet);
    }
    figure_free(&figure);
    return status;
}

/*
 * What a panel has beside its curves: tics, ranges, contour lines, and texts beside points.
 */
#include "cli/plot/figure_axis.h"
#include "cli/plot/figure_contours.h"
#include "cli/plot/figure_labels.h"
#include "cli/unit_panel.h"
#include "harness.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

START_TEST(tics_stand_at_round_numbers)
{
    const struct {
        struct figure_axis axis;
        size_t most;
        const char *texts;
    } cases[] = {
        {{.low = 0.0, .high = 10.0}, 6, "0 2 4 6 8 10 "},
        {{.low = 0.0, .high = 12.0}, 4, "0 5 10 "},
        {{.low = 0.0, .high = 12.0}, 2, "0 5 10 "},
        {{.low = -1.0, .high = 1.0}, 5, "-1.0 -0.5 0.0 0.5 1.0 "},
        {{.low = 0.953, .high = 0.997}, 6, "0.96 0.97 0.98 0.99 "},
        {{.low = 0.0, .high = 60000.0}, 4, "0 20000 40000 60000 "},
        {{.low = 0.0, .high = 3.0, .integers = true}, 12, "0 1 2 3 "},
        {{.low = 0.0, .high = 4e7}, 3, "0 2e7 4e7 "},
        {{.low = 1e-6, .high = 10.0, .logarithmic = true},
         8,
         "1e-6 1e-5 1e-4 0.001 0.01 0.1 1 10 "},
        {{.low = 1e-6, .high = 10.0, .logarithmic = true}, 4, "1e-6 1e-4 0.01 1 "},
        {{.low = 0.2, .high = 5.0, .logarithmic = true}, 6, "0.2 0.5 1 2 5 "},
        {{.low = 3.0, .high = 3.5, .logarithmic = true}, 6, "3.0 3.1 3.2 3.3 3.4 3.5 "},
        {{.low = 1.0, .high = 10.0, .doubling = true}, 8, "1 2 4 8 "},
        {{.low = 1.0, .high = 1024.0, .doubling = true}, 6, "1 4 16 64 256 1024 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct figure_tics tics;
        char texts[512] = "";
        figure_axis_tics(&tics, &cases[i].axis, cases[i].most);
        for (size_t t = 0; t < tics.count; t++) {
            snprintf(texts + strlen(texts), sizeof texts - strlen(texts), "%s ", tics.text[t]);
            ck_assert_double_eq_tol(strtod(tics.text[t], NULL), tics.at[t],
                                    1e-9 * fabs(tics.at[t]) + 1e-12);
        }
        ck_assert_str_eq(texts, cases[i].texts);
    }
}
END_TEST

START_TEST(ranges_hold_their_values_closely)
{
    const struct figure_extent values[] = {{0.031, 2.43}, {-7.0, 19.5},  {3.0, 3.0},
                                           {0.0, 0.0},    {1e-9, 2e-9},  {1e6, 1.0001e6},
                                           {-5.0, -5.0},  {0.02, 300.0}, {1e-300, 1e300}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (int logarithmic = 0; logarithmic <= (values[i].low > 0.0); logarithmic++) {
            struct figure_axis axis = FIGURE_AXIS("", .logarithmic = logarithmic == 1);
            figure_axis_close(&axis, &values[i]);
            double low = figure_axis_place(&axis, values[i].low);
            double high = figure_axis_place(&axis, values[i].high);
            ck_assert_double_lt(axis.low, axis.high);
            ck_assert_double_ge(low, -1e-9);
            ck_assert_double_le(high, 1.0 + 1e-9);
            if (values[i].high > values[i].low && !logarithmic) {
                ck_assert_double_ge(high - low, 0.7);
            }
        }
    }
}
END_TEST

START_TEST(many_categories_are_named_every_so_often)
{
    char texts[100][8];
    const char *names[100];
    for (size_t i = 0; i < 100; i++) {
        snprintf(texts[i], sizeof texts[i], "n%03zu", i);
        names[i] = texts[i];
    }
    const struct figure_axis axis = {.low = -0.5, .high = 29.5, .names = names, .name_count = 30};
    struct figure_tics tics;
    figure_axis_tics(&tics, &axis, 6);
    figure_axis_fit_names(&tics, &axis, 50);
    ck_assert_uint_eq(tics.count, 10); /* 5 characters each */
    for (size_t i = 0; i < tics.count; i++) {
        ck_assert_double_eq(tics.at[i], 3.0 * (double)i);
        ck_assert_str_eq(tics.text[i], names[3 * i]);
    }
}
END_TEST

START_TEST(values_of_contours_are_short)
{
    const struct {
        double level;
        const char *text;
    } cases[] = {{0.0, "0"},       {7.46, "7.5"},       {0.0123, "0.012"}, {110.4, "110"},
                 {52345, "52345"}, {2.46e10, "2.5e10"}, {1e-5, "1e-5"},    {-0.5, "-0.5"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        figure_contours_value(text, sizeof text, cases[i].level);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(contour_lines_of_a_bowl_are_circles)
{
    enum { SIDE = 81 };
    static double heights[SIDE * SIDE];
    const double levels[] = {0.25, 1.0, 2.25};
    struct figure figure;
    ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
    figure_panel(&figure, "", (struct figure_axis){.label = "x", .low = -2.0, .high = 2.0},
                 (struct figure_axis){.label = "y", .low = -2.0, .high = 2.0});
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        double x = (double)(i % SIDE) * 4.0 / (SIDE - 1) - 2.0;
        double y = (double)(i / SIDE) * 4.0 / (SIDE - 1) - 2.0;
        heights[i] = x * x + y * y;
    }
    figure_contours(&figure, heights, SIDE, levels, 3);
    struct figure_contour *lines = figure_contours_trace(&figure.panel);
    ck_assert_ptr_nonnull(lines);
    for (size_t l = 0; l < 3; l++) {
        double length = 0.0, radius = sqrt(levels[l]);
        for (size_t i = 0; i < lines[l].count; i++) {
            const struct figure_piece *piece = &lines[l].pieces[i];
            length += hypot(piece->x[1] - piece->x[0], piece->y[1] - piece->y[0]);
            ck_assert_double_eq_tol(hypot(piece->x[0], piece->y[0]), radius, 2e-3);
        }
        ck_assert_double_eq_tol(length, 2.0 * pi * radius, 1e-2 * radius);
        ck_assert(lines[l].labelled);
        ck_assert_double_eq_tol(hypot(lines[l].label_x, lines[l].label_y), radius, 2e-3);
    }
    figure_contours_free(lines, 3);
    const struct figure_contours *contours = &figure.panel.contours;
    ck_assert_double_eq(figure_contours_rank(contours, 0.0), 0.0);
    ck_assert_double_eq(figure_contours_rank(contours, 0.25), 0.0);
    ck_assert_double_eq_tol(figure_contours_rank(contours, 0.625), 0.5, 1e-12);
    ck_assert_double_eq_tol(figure_contours_rank(contours, 1.625), 1.5, 1e-12);
    ck_assert_double_eq(figure_contours_rank(contours, 9.0), 2.0);
    figure_free(&figure);
}
END_TEST

START_TEST(texts_beside_points_do_not_cover_each_other)
{
    struct figure figure;
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_SOLID, 0, NULL);
    for (int i = 0; i < 40; i++) {
        figure_point(&figure, 1.0 - pow(0.8, i), pow(0.7, i));
        figure_label(&figure, "step %d", i);
    }
    figure_point(&figure, 2.0, 0.5);
    figure_label(&figure, "outside");
    const struct figure_label_area area = {60.0, 14.0, 1.0, 1.0, 0.0};
    size_t count;
    struct figure_label_place *places = figure_labels_place(&count, &figure.panel, &area);
    ck_assert_uint_ge(count, 8);
    ck_assert_uint_lt(count, 40);
    for (size_t i = 0; i < count; i++) {
        double end = places[i].x + (double)strlen(places[i].text);
        ck_assert_str_ne(places[i].text, "outside");
        ck_assert_double_ge(places[i].x, 0.0);
        ck_assert_double_le(end, 60.0);
        ck_assert_double_ge(places[i].y, 0.0);
        ck_assert_double_le(places[i].y, 14.0);
        for (size_t j = 0; j < i; j++) {
            double other_end = places[j].x + (double)strlen(places[j].text);
            ck_assert(end <= places[j].x || other_end <= places[i].x ||
                      fabs(places[i].y - places[j].y) >= 0.9);
        }
    }
    free(places);
    figure_free(&figure);
}
END_TEST

START_TEST(a_lowest_point_has_its_text_below)
{
    static const double heights[][3] = {{0.5, 0.6, 0.9}, {0.6, 0.5, 0.9}, {0.9, 0.6, 0.5}};
    for (size_t c = 0; c < 3; c++) {
        struct figure figure;
        unit_panel_begin(&figure);
        figure_curve(&figure, FIGURE_SOLID, 0, NULL);
        for (size_t i = 0; i < 3; i++) {
            figure_point(&figure, 0.5 * (double)i, heights[c][i]);
            if (i == c) {
                figure_label(&figure, "low");
            }
        }
        const struct figure_label_area area = {60.0, 14.0, 1.0, 1.0, 0.0};
        size_t count;
        struct figure_label_place *places = figure_labels_place(&count, &figure.panel, &area);
        ck_assert_uint_eq(count, 1);
        ck_assert_double_lt(places[0].y, 0.5 * 14.0);
        free(places);
        figure_free(&figure);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(tics_stand_at_round_numbers),
        TEST_CASE(ranges_hold_their_values_closely),
        TEST_CASE(many_categories_are_named_every_so_often),
        TEST_CASE(values_of_contours_are_short),
        TEST_CASE(contour_lines_of_a_bowl_are_circles),
        TEST_CASE(texts_beside_points_do_not_cover_each_other),
        TEST_CASE(a_lowest_point_has_its_text_below),
    };
    return run_tests("figure_axis", cases, TEST_COUNT(cases));
}

/*
 * Curves over more rows than a picture can show.
 */
#include "cli/plot/thinned.h"
#include "cli/unit_panel.h"
#include "harness.h"

#include <math.h>

enum { HIGH_TOOTH = 10000, LOW_TOOTH = 20000 };

/* A curve over that many rows, a saw with one high and one low tooth, as it is drawn; in it every
 * seventh row has no point, and every eleventh none that has a place. */
static const struct figure_curve *draw_saw(struct figure *figure, size_t rows)
{
    unit_panel_begin(figure);
    figure_curve(figure, FIGURE_SOLID, 0, NULL);
    struct thinned thinned = thinned_begin(figure, rows);
    for (size_t i = 0; i < rows; i++) {
        double y = i == HIGH_TOOTH ? 99.0 : i == LOW_TOOTH ? -99.0 : (double)(i % 5);
        if (i % 7 != 3) {
            thinned_point(&thinned, i, (double)i, i % 11 == 5 ? NAN : y);
        }
    }
    thinned_end(&thinned);
    return &figure->panel.curves[0];
}

START_TEST(an_ordinary_curve_stays_whole)
{
    struct figure figure;
    const struct figure_curve *curve = draw_saw(&figure, THINNED_WHOLE);
    size_t row = 0;
    for (size_t p = 0; p < curve->count; p++, row++) {
        row += row % 7 == 3;
        ck_assert_double_eq(curve->points[p].x, (double)row);
        ck_assert(row % 11 == 5 ? isnan(curve->points[p].y) : isfinite(curve->points[p].y));
    }
    ck_assert_uint_ge(row, THINNED_WHOLE - 1);
    figure_free(&figure);
}
END_TEST

START_TEST(a_long_curve_keeps_its_ends_and_what_stands_out)
{
    const size_t lengths[] = {THINNED_WHOLE + 1, 1000003};
    for (size_t i = 0; i < 2; i++) {
        struct figure figure;
        size_t rows = lengths[i], high = 0, low = 0, gaps = 0;
        const struct figure_curve *curve = draw_saw(&figure, rows);
        ck_assert_uint_le(curve->count, THINNED_OF_PART * THINNED_PARTS);
        ck_assert_uint_ge(curve->count, THINNED_PARTS);
        ck_assert_double_eq(curve->points[0].x, 0.0);
        ck_assert_double_eq(curve->points[curve->count - 1].x,
                            (double)(rows - 1 - ((rows - 1) % 7 == 3)));
        for (size_t p = 0; p < curve->count; p++) {
            const struct figure_point *point = &curve->points[p];
            ck_assert(p == 0 || point->x > curve->points[p - 1].x);
            high += point->y == 99.0 && point->x == HIGH_TOOTH;
            low += point->y == -99.0 && point->x == LOW_TOOTH;
            gaps += isnan(point->y) ? 1 : 0;
        }
        ck_assert_uint_eq(high + low, 2);
        ck_assert_uint_eq(gaps, 0);
        figure_free(&figure);
    }
}
END_TEST

START_TEST(a_long_band_keeps_both_its_edges)
{
    struct figure figure;
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_BAND, 0, NULL);
    struct thinned thinned = thinned_begin(&figure, 100000);
    for (size_t i = 0; i < 100000; i++) {
        bool low = i == 30011, high = i == 30013;
        thinned_range(&thinned, i, (double)i, 5.0, low ? 1.0 : 4.0, high ? 9.0 : 6.0);
    }
    thinned_end(&thinned);
    const struct figure_curve *curve = &figure.panel.curves[0];
    double lowest = 5.0, highest = 5.0;
    for (size_t p = 0; p < curve->count; p++) {
        lowest = fmin(lowest, curve->points[p].low);
        highest = fmax(highest, curve->points[p].high);
    }
    ck_assert_double_eq(lowest, 1.0);
    ck_assert_double_eq(highest, 9.0);
    figure_free(&figure);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(an_ordinary_curve_stays_whole),
        TEST_CASE(a_long_curve_keeps_its_ends_and_what_stands_out),
        TEST_CASE(a_long_band_keeps_both_its_edges),
    };
    return run_tests("thinned", cases, TEST_COUNT(cases));
}

/*
 * Contour lines: where a function is known, each of their points lies at its level.
 */
#include "cli/walk/contour.h"
#include "harness.h"

#include <math.h>

static double plane(const double *w, double slope)
{
    return w[0] + slope * w[1];
}

static double bowl(const double *w, double unused)
{
    (void)unused;
    return w[0] * w[0] + w[1] * w[1];
}

/* Pieces are two points and a gap each, inside the area. */
static void check_pieces(const struct contour *contour, const struct contour_area *area)
{
    ck_assert_uint_gt(contour->count, 100);
    ck_assert_uint_eq(contour->count % 3, 0);
    for (size_t i = 0; i < contour->count; i++) {
        ck_assert_int_eq(isnan(contour->x[i]), i % 3 == 2);
        ck_assert_int_eq(isnan(contour->y[i]), i % 3 == 2);
        if (i % 3 != 2) {
            ck_assert(contour->x[i] >= area->low[0] && contour->x[i] <= area->high[0]);
            ck_assert(contour->y[i] >= area->low[1] && contour->y[i] <= area->high[1]);
        }
    }
}

/* The level in the middle of a plane goes through its middle. */
START_TEST(a_plane_has_straight_lines)
{
    const struct contour_area area = {{-1, -2}, {1, 2}, plane, 0.5};
    struct contour contour = {0};
    ck_assert(contour_build(&contour, &area, 1));
    check_pieces(&contour, &area);
    for (size_t i = 0; i < contour.count; i++) {
        if (i % 3 != 2) {
            ck_assert_double_eq_tol(contour.x[i] + 0.5 * contour.y[i], 0, 1e-9);
        }
    }
    contour_free(&contour);
    ck_assert_ptr_null(contour.x);
}
END_TEST

/* Levels cut the area into equal parts: the circle that holds a quarter of a square of side 2 has
 * the radius √(1 / π), and the one that holds three quarters √(3 / π). */
START_TEST(a_bowl_has_circles_of_equal_areas)
{
    const struct contour_area area = {{-1, -1}, {1, 1}, bowl, 0};
    struct contour contour = {0};
    size_t inner = 0;
    ck_assert(contour_build(&contour, &area, 2));
    check_pieces(&contour, &area);
    for (size_t i = 0; i < contour.count; i++) {
        if (i % 3 != 2) {
            double radius = hypot(contour.x[i], contour.y[i]);
            double expected = sqrt((radius < 0.75 ? 1 : 3) / acos(-1));
            ck_assert_double_eq_tol(radius, expected, 0.01);
            inner += radius < 0.75;
        }
    }
    ck_assert_uint_gt(inner, 100);
    ck_assert_uint_lt(inner, contour.count / 2);
    contour_free(&contour);
}
END_TEST

START_TEST(a_level_place_has_no_lines)
{
    const struct contour_area area = {{1, 0}, {1, 0}, bowl, 0};
    struct contour contour = {0};
    ck_assert(contour_build(&contour, &area, 3));
    ck_assert_uint_eq(contour.count, 0);
    contour_free(&contour);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_plane_has_straight_lines),
        TEST_CASE(a_bowl_has_circles_of_equal_areas),
        TEST_CASE(a_level_place_has_no_lines),
    };
    return run_tests("contour", cases, TEST_COUNT(cases));
}

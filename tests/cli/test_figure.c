/*
 * Figures as text, whose cells are known.
 */
#include "cli/plot/figure_axis.h"
#include "cli/plot/figure_canvas.h"
#include "cli/plot/figure_text.h"
#include "cli/unit_panel.h"
#include "harness.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const struct terminal plain = {0};
static const struct terminal coloured = {true, true, true, TERMINAL_256_COLOURS};
static const struct terminal without_colours = {true, true, true, TERMINAL_PLAIN};

/* The text of a figure, whose panels are closed by their values; the caller frees it. */
static char *text_of(struct figure *figure, const struct terminal *terminal, size_t columns)
{
    char *text;
    size_t size;
    figure_end_panel(figure);
    for (size_t p = 0; p < figure->panels; p++) {
        figure_axis_close_vertical(&figure->ended[p]);
    }
    ck_assert_int_eq(figure_text(figure, terminal, columns, &text, &size), DONE);
    ck_assert_uint_eq(strlen(text), size);
    return text;
}

/* The rows between the axes of a plain text: what stands behind the axis, and how many they are. */
static size_t area_of(char *text, const char *rows[], size_t most)
{
    size_t count = 0;
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *axis = strpbrk(line, "|+");
        if (axis != NULL && strchr(axis, '-') != NULL) {
            return count;
        }
        if (axis != NULL) {
            ck_assert_uint_lt(count, most);
            rows[count++] = axis + 1;
        }
    }
    return 0;
}

START_TEST(a_straight_line_lies_on_the_expected_cells)
{
    struct figure figure;
    const char *rows[64];
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_SOLID, 0, NULL);
    figure_point(&figure, 0.0, 0.0);
    figure_point(&figure, 1.0, 1.0);
    char *text = text_of(&figure, &plain, 72);
    size_t height = area_of(text, rows, 64);
    size_t width = strlen(rows[0]); /* its last column holds the line's end */
    ck_assert_uint_ge(height, 10);
    ck_assert_uint_ge(width, 60);
    for (size_t column = 0; column < width; column++) {
        double up = (double)column / (double)(width - 1) * (double)(height - 1);
        size_t row = height - 1 - (size_t)lround(up);
        size_t stars = 0;
        for (size_t r = 0; r < height; r++) {
            bool star = column < strlen(rows[r]) && rows[r][column] == '*';
            stars += star;
            if (star && fabs(up - floor(up) - 0.5) > 1e-9) {
                ck_assert_uint_eq(r, row);
            }
        }
        ck_assert_uint_eq(stars, 1);
    }
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(a_band_fills_what_lies_between)
{
    struct figure figure;
    const char *rows[64];
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_BAND, 0, NULL);
    figure_range(&figure, 0.0, 0.5, 0.25, 0.75);
    figure_range(&figure, 1.0, 0.5, 0.25, 0.75);
    char *text = text_of(&figure, &plain, 60);
    size_t height = area_of(text, rows, 64), width = 0;
    for (size_t r = 0; r < height; r++) {
        double up = 1.0 - (double)r / (double)(height - 1), half = 0.5 / (double)(height - 1);
        size_t filled = strspn(rows[r], ":");
        width = filled > width ? filled : width;
        ck_assert_uint_eq(strlen(rows[r]), filled);
        if (up < 0.25 - half || up > 0.75 + half) {
            ck_assert_uint_eq(filled, 0);
        } else if (up > 0.25 + half && up < 0.75 - half) {
            ck_assert_uint_ge(filled, 50);
        }
    }
    ck_assert_uint_ge(width, 50);
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(lines_that_leave_come_in_where_they_cross_the_edge)
{
    struct figure figure;
    const char *rows[64];
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_SOLID, 0, NULL);
    figure_point(&figure, 0.5, -1e300);
    figure_point(&figure, 0.5, 1e300);
    figure_point(&figure, 1e300, 1e300);
    char *text = text_of(&figure, &plain, 60);
    size_t height = area_of(text, rows, 64);
    size_t column = strlen(rows[0]) - 1;
    for (size_t r = 0; r < height; r++) {
        ck_assert_uint_eq(strspn(rows[r], " "), column);
        ck_assert_str_eq(rows[r] + column, "*");
    }
    ck_assert_uint_gt(column, 20);
    ck_assert_uint_lt(column, 32);
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(gaps_stay_gaps_and_a_single_point_is_seen)
{
    struct figure figure;
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_SOLID, 0, "name");
    figure_point(&figure, 0.1, 0.5);
    figure_point(&figure, 0.2, NAN);
    figure_point(&figure, 0.9, 0.5);
    char *text = text_of(&figure, &plain, 60);
    char *legend = strstr(text, "*****");
    ck_assert_str_eq(legend, "***** name\n");
    *legend = '\0';
    ck_assert_ptr_nonnull(strchr(text, '*'));
    ck_assert_ptr_ne(strchr(text, '*'), strrchr(text, '*'));
    ck_assert_ptr_null(strstr(text, "**"));
    free(text);
    figure_free(&figure);
}
END_TEST

/* Two curves, of which the second lies in another panel as well. */
static void describe_two(struct figure *figure)
{
    for (size_t p = 0; p < 2; p++) {
        figure_panel(figure, "title", FIGURE_AXIS("x", .integers = false),
                     FIGURE_AXIS("y", .integers = false));
        for (size_t c = p; c < 2; c++) {
            figure_curve(figure, FIGURE_SOLID, c, c == 0 ? "one" : "two");
            figure_point(figure, 0.0, (double)c);
            figure_point(figure, 1.0, (double)c + 1.0);
        }
    }
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text++) {
        count++;
    }
    return count;
}

START_TEST(the_legend_names_each_look_once)
{
    struct figure figure;
    ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
    describe_two(&figure);
    char *text = text_of(&figure, &plain, 80);
    ck_assert_uint_eq(count_of(text, "***** one"), 1);
    ck_assert_uint_eq(count_of(text, "##### two"), 1);
    ck_assert_ptr_nonnull(strstr(text, "\n  ***** one  ##### two\n"));
    ck_assert_ptr_null(strchr(text, '\033'));
    free(text);
    text = text_of(&figure, &plain, 20); /* which both together do not fit */
    ck_assert_ptr_nonnull(strstr(text, "\n  ***** one\n  ##### two\n"));
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(dots_and_colours_are_for_terminals_that_have_both)
{
    static const char braille[] = "\xe2\xa0", vermilion[] = "\033[38;5;166m"; /* a part of each */
    struct figure figure;
    ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
    describe_two(&figure);
    char *text = text_of(&figure, &coloured, 80);
    ck_assert_ptr_nonnull(strstr(text, braille));
    ck_assert_ptr_nonnull(strstr(text, vermilion));
    ck_assert_ptr_null(strchr(text, '*'));
    free(text);
    /* dots of two curves would look alike */
    text = text_of(&figure, &without_colours, 80);
    ck_assert_ptr_null(strstr(text, braille));
    ck_assert_ptr_null(strchr(text, '\033'));
    ck_assert_ptr_nonnull(strchr(text, '*'));
    free(text);
    figure_free(&figure);

    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_SOLID, 0, NULL);
    figure_point(&figure, 0.0, 0.0);
    figure_point(&figure, 1.0, 1.0);
    text = text_of(&figure, &without_colours, 80);
    ck_assert_ptr_nonnull(strstr(text, braille));
    ck_assert_ptr_null(strchr(text, '\033'));
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(texts_fit_the_columns)
{
    const size_t widths[] = {24, 40, 60, 80, 120};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        struct figure figure;
        ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
        figure.title = "A title that is much longer than a narrow terminal has columns, and longer";
        for (size_t p = 0; p < 3; p++) {
            figure_panel(&figure, "A heading of some length",
                         FIGURE_AXIS("horizontal", .integers = false),
                         FIGURE_AXIS("vertical, in units of something", .logarithmic = true));
            for (size_t c = 0; c < 12; c++) {
                figure_curve(&figure, FIGURE_SOLID, c, "curve %zu", c);
                figure_point(&figure, 1.0, 1e-7 * (double)(c + 1));
                figure_label(&figure, "a label at the left");
                figure_point(&figure, 1e5, 1e7);
                figure_label(&figure, "a label at the right");
            }
        }
        char *text = text_of(&figure, &plain, widths[w]), *rest;
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
            ck_assert_uint_le(strlen(line), widths[w]);
        }
        free(text);
        figure_free(&figure);
    }
}
END_TEST

START_TEST(a_heading_that_does_not_fit_takes_two_lines)
{
    static const char *const titles[] = {"A short title", "A title that is nearly as wide as it"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        struct figure figure;
        ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
        figure_panel(&figure, titles[i], FIGURE_AXIS("x", .integers = false),
                     FIGURE_AXIS("losses", .integers = false));
        figure_curve(&figure, FIGURE_SOLID, 0, NULL);
        figure_point(&figure, 0.0, 0.0);
        figure_point(&figure, 1.0, 1.0);
        char *text = text_of(&figure, &plain, 40), *rest;
        char *first = strtok_r(text, "\n", &rest), *second = strtok_r(NULL, "\n", &rest);
        ck_assert_ptr_nonnull(strstr(first, titles[i]));
        ck_assert_int_eq(strstr(first, "losses") != NULL, i == 0);
        ck_assert_int_eq(strcmp(second, " losses") == 0, i == 1);
        free(text);
        figure_free(&figure);
    }
}
END_TEST

START_TEST(a_text_that_is_cut_says_so)
{
    struct figure figure;
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_SOLID, 0, "weights of epoch 12 of 12345678");
    figure_point(&figure, 0.5, 0.5);
    char *text = text_of(&figure, &plain, 30);
    ck_assert_ptr_nonnull(strstr(text, "***** weights of epoch 12...\n"));
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(controls_do_not_reach_the_terminal)
{
    struct figure figure;
    unit_panel_begin(&figure);
    figure.title = "a\033[31mb\nc\xc2\x9b\xff\xc3";
    figure_curve(&figure, FIGURE_SOLID, 0, "%s", "\xc0\x9b\xc3\xbc");
    figure_point(&figure, 0.5, 0.5);
    char *text = text_of(&figure, &plain, 80);
    ck_assert_ptr_nonnull(strstr(text, "a?[31mb?c???\n"));
    ck_assert_ptr_nonnull(strstr(text, "??\xc3\xbc\n"));
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(dots_are_those_of_unicode)
{
    /* 1 4    as they are numbered; dot n is bit n - 1
     * 2 5
     * 3 6
     * 7 8 */
    const uint8_t numbers[4][2] = {{1, 4}, {2, 5}, {3, 6}, {7, 8}};
    const struct canvas_pen pen = {'*', ""};
    for (size_t y = 0; y < 4; y++) {
        for (size_t x = 0; x < 2; x++) {
            struct canvas canvas;
            char *text;
            size_t size;
            ck_assert(canvas_create(&canvas, 3, 2, true));
            canvas_dot(&canvas, 2 + x, 4 + y, &pen);
            canvas_dot(&canvas, 6, 0, &pen); /* outside */
            FILE *file = open_memstream(&text, &size);
            canvas_print(&canvas, file);
            fclose(file);
            unsigned int character = 0x2800U + (1U << (numbers[y][x] - 1));
            const char expected[] = {'\n',
                                     ' ',
                                     (char)0xE2,
                                     (char)(0x80 | (character >> 6 & 0x3F)),
                                     (char)(0x80 | (character & 0x3F)),
                                     '\n',
                                     '\0'};
            ck_assert_str_eq(text, expected);
            free(text);
            free(canvas.cells);
        }
    }
}
END_TEST

START_TEST(equal_axes_make_squares_of_squares)
{
    struct figure figure;
    const char *rows[64];
    ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
    figure_panel(&figure, "", (struct figure_axis){.label = "x", .low = 0.0, .high = 3.0},
                 (struct figure_axis){.label = "y", .low = 0.0, .high = 1.5});
    figure.panel.equal = true;
    figure_curve(&figure, FIGURE_SOLID, 0, NULL);
    figure_point(&figure, 0.0, 1.5);
    figure_point(&figure, 3.0, 1.5);
    char *text = text_of(&figure, &plain, 100);
    size_t height = area_of(text, rows, 64);
    /* a character is twice as high as wide */
    ck_assert_double_eq_tol((double)strlen(rows[0]) / (2.0 * (double)height), 2.0, 0.15);
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(points_with_an_interval_have_no_line_between_them)
{
    struct figure figure;
    const char *rows[64];
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_RANGES, 0, "median");
    figure_range(&figure, 0.0, 0.5, 0.25, 0.75);
    figure_range(&figure, 1.0, 0.5, 0.5, HUGE_VAL); /* not bounded: to the edge */
    char *text = text_of(&figure, &plain, 60);
    size_t height = area_of(text, rows, 64), width = 0;
    size_t bars[2] = {0, 0}, marks[2] = {0, 0};
    for (size_t r = 0; r < height; r++) {
        width = strlen(rows[r]) > width ? strlen(rows[r]) : width;
    }
    for (size_t r = 0; r < height; r++) {
        for (size_t c = 0; c < strlen(rows[r]); c++) {
            ck_assert(c == 0 || c == width - 1 || rows[r][c] == ' ');
            bars[c > 0] += rows[r][c] == '|';
            marks[c > 0] += rows[r][c] == '*';
        }
    }
    ck_assert_uint_eq(marks[0], 1);
    ck_assert_uint_eq(marks[1], 1);
    ck_assert_double_eq_tol((double)bars[0] + 1.0, ((double)height + 1.0) / 2.0, 1.0);
    ck_assert_double_eq_tol((double)bars[1] + 1.0, ((double)height + 1.0) / 2.0, 1.0);
    ck_assert_int_eq(rows[0][width - 1], '|');
    ck_assert_int_eq(rows[0][0], ' ');
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(points_are_points_in_the_legend_as_well)
{
    struct figure figure;
    unit_panel_begin(&figure);
    figure_curve(&figure, FIGURE_RANGES, 0, "median");
    figure_point(&figure, 0.5, 0.5);
    figure_curve(&figure, FIGURE_SOLID, 1, "fit");
    figure_point(&figure, 0.0, 0.0);
    figure_point(&figure, 1.0, 1.0);
    char *text = text_of(&figure, &coloured, 60);
    const char *legend = strstr(text, "median"), *disc = "\xe2\x80\xa2";
    const char *last = NULL;
    for (const char *at = strstr(text, disc); at != NULL && at < legend;
         at = strstr(at + 1, disc)) {
        last = at;
    }
    ck_assert_ptr_nonnull(last);
    ck_assert_int_lt((int)(legend - last), 24); /* in the same line, before the name */
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(categories_stand_at_their_places_with_their_names)
{
    static const char *const names[] = {"sgd", "adamw", "a name that is longer than its room"};
    for (size_t columns = 24; columns <= 80; columns += 28) {
        struct figure figure;
        ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
        figure_panel(&figure, "", FIGURE_AXIS("optimizer", .names = names, .name_count = 3),
                     FIGURE_AXIS("loss", .integers = false));
        figure_curve(&figure, FIGURE_DOTS, 0, NULL);
        for (size_t i = 0; i < 3; i++) {
            figure_point(&figure, (double)i, (double)i);
        }
        char *text = text_of(&figure, &plain, columns);
        ck_assert_double_eq(figure.ended[0].x.low, -0.5);
        ck_assert_double_eq(figure.ended[0].x.high, 2.5);
        ck_assert_ptr_nonnull(strstr(text, " sgd "));
        ck_assert_ptr_nonnull(strstr(text, columns == 24 ? " ad.. " : " adamw "));
        ck_assert_ptr_nonnull(strstr(text, columns == 24 ? "a ..\n" : "a name "));
        free(text);
        figure_free(&figure);
    }
}
END_TEST

/* Three regions of a panel from 1 to 100, whose values go up to 1000. */
static void describe_regions(struct figure *figure, double first, double second)
{
    ck_assert_int_eq(figure_begin(figure, NULL), DONE);
    figure_panel(
        figure, "",
        (struct figure_axis){.label = "batch", .low = 1.0, .high = 100.0, .logarithmic = true},
        FIGURE_AXIS("steps", .logarithmic = true));
    figure_region(figure, 0.0, first, "perfect\nscaling");
    figure_region(figure, first, second, "diminishing\nreturns");
    figure_region(figure, second, HUGE_VAL, "the rest");
    figure_curve(figure, FIGURE_DOTS, 0, NULL);
    figure_point(figure, 1.0, 1000.0);
    figure_point(figure, 100.0, 10.0);
}

START_TEST(regions_have_their_names_above_all_values)
{
    struct figure figure;
    const char *rows[64];
    describe_regions(&figure, 10.0, 50.0);
    char *text = text_of(&figure, &plain, 80);
    size_t height = area_of(text, rows, 64), top = 0;
    while (top < height && rows[top][0] != '*') {
        top++;
    }
    ck_assert_uint_gt(top, 1);
    const char *perfect = strstr(rows[0], "perfect"), *scaling = strstr(rows[1], "scaling");
    const char *border = strchr(rows[0], ':'),
               *next = border != NULL ? strchr(border + 1, ':') : "";
    ck_assert_ptr_nonnull(border);
    ck_assert_ptr_nonnull(next);
    double width = (double)strlen(rows[height - 1]) - 1.0; /* to the point at the right edge */
    ck_assert_double_eq_tol((double)(border - rows[0]) / width, 0.5, 0.02);
    ck_assert_double_eq_tol((double)(next - rows[0]) / width, log10(50.0) / 2.0, 0.02);
    ck_assert(perfect != NULL && perfect < border);
    ck_assert_double_eq_tol((double)(perfect - rows[0]) + 3.5, (double)(border - rows[0]) / 2.0,
                            1.0);
    ck_assert_ptr_nonnull(scaling);
    ck_assert(strstr(rows[0], "diminishing") > border);
    ck_assert(strstr(rows[0], "the rest") > next);
    free(text);
    figure_free(&figure);
}
END_TEST

START_TEST(a_region_that_is_too_narrow_has_no_name)
{
    struct figure figure;
    describe_regions(&figure, 0.5, 1.5); /* the first is left of the panel */
    char *text = text_of(&figure, &plain, 80);
    ck_assert_ptr_null(strstr(text, "perfect"));
    ck_assert_ptr_null(strstr(text, "diminishing"));
    ck_assert_ptr_null(strstr(text, "returns"));
    ck_assert_ptr_nonnull(strstr(text, "the rest"));
    free(text);
    figure_free(&figure);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_straight_line_lies_on_the_expected_cells),
        TEST_CASE(a_band_fills_what_lies_between),
        TEST_CASE(lines_that_leave_come_in_where_they_cross_the_edge),
        TEST_CASE(gaps_stay_gaps_and_a_single_point_is_seen),
        TEST_CASE(the_legend_names_each_look_once),
        TEST_CASE(dots_and_colours_are_for_terminals_that_have_both),
        TEST_CASE(texts_fit_the_columns),
        TEST_CASE(a_heading_that_does_not_fit_takes_two_lines),
        TEST_CASE(a_text_that_is_cut_says_so),
        TEST_CASE(controls_do_not_reach_the_terminal),
        TEST_CASE(dots_are_those_of_unicode),
        TEST_CASE(equal_axes_make_squares_of_squares),
        TEST_CASE(points_with_an_interval_have_no_line_between_them),
        TEST_CASE(points_are_points_in_the_legend_as_well),
        TEST_CASE(categories_stand_at_their_places_with_their_names),
        TEST_CASE(regions_have_their_names_above_all_values),
        TEST_CASE(a_region_that_is_too_narrow_has_no_name),
    };
    return run_tests("figure", cases, TEST_COUNT(cases));
}

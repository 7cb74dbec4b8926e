/*
 * Figures as text, whose cells are known; tics, ranges and contour lines.
 */
#include "cli/plot/figure_axis.h"
#include "cli/plot/figure_canvas.h"
#include "cli/plot/figure_contours.h"
#include "cli/plot/figure_labels.h"
#include "cli/plot/figure_text.h"
#include "cli/plot/thinned.h"
#include "harness.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

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

/* A panel from 0 to 1 on both axes. */
static void begin(struct figure *figure)
{
    ck_assert_int_eq(figure_begin(figure, NULL), DONE);
    figure_panel(figure, "", (struct figure_axis){.label = "x", .low = 0.0, .high = 1.0},
                 (struct figure_axis){.label = "y", .low = 0.0, .high = 1.0});
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
    begin(&figure);
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
    begin(&figure);
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
    begin(&figure);
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
    begin(&figure);
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

    begin(&figure);
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
    begin(&figure);
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
    begin(&figure);
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
    begin(&figure);
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
        begin(&figure);
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
    begin(&figure);
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
    begin(&figure);
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

enum { HIGH_TOOTH = 10000, LOW_TOOTH = 20000 };

/* A curve over that many rows, a saw with one high and one low tooth, as it is drawn; in it every
 * seventh row has no point, and every eleventh none that has a place. */
static const struct figure_curve *draw_saw(struct figure *figure, size_t rows)
{
    begin(figure);
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
    begin(&figure);
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
        TEST_CASE(tics_stand_at_round_numbers),
        TEST_CASE(ranges_hold_their_values_closely),
        TEST_CASE(values_of_contours_are_short),
        TEST_CASE(contour_lines_of_a_bowl_are_circles),
        TEST_CASE(texts_beside_points_do_not_cover_each_other),
        TEST_CASE(a_lowest_point_has_its_text_below),
        TEST_CASE(equal_axes_make_squares_of_squares),
        TEST_CASE(points_with_an_interval_have_no_line_between_them),
        TEST_CASE(points_are_points_in_the_legend_as_well),
        TEST_CASE(categories_stand_at_their_places_with_their_names),
        TEST_CASE(many_categories_are_named_every_so_often),
        TEST_CASE(regions_have_their_names_above_all_values),
        TEST_CASE(a_region_that_is_too_narrow_has_no_name),
        TEST_CASE(an_ordinary_curve_stays_whole),
        TEST_CASE(a_long_curve_keeps_its_ends_and_what_stands_out),
        TEST_CASE(a_long_band_keeps_both_its_edges),
    };
    return run_tests("figure", cases, TEST_COUNT(cases));
}

/*
 * Pictures made fit for a network: what is ink and what is not, where it comes to lie, and how it
 * is scaled.
 */
#include "harness.h"

#include "allocations.h"
#include "problem.h"

#include <math.h>
#include <string.h>

enum { HEIGHT = 200, WIDTH = 300, SIDE = 28, PAPER = 230, INK = 40 };

/* A page of paper with a filled rectangle on it. */
static uint8_t page[HEIGHT * WIDTH];

static descent_image page_image(void)
{
    return (descent_image){HEIGHT, WIDTH, 1, page};
}

static void fill(size_t top, size_t left, size_t height, size_t width, uint8_t level)
{
    for (size_t y = top; y < top + height; y++) {
        memset(page + y * WIDTH + left, level, width);
    }
}

static void clear(uint8_t level)
{
    fill(0, 0, HEIGHT, WIDTH, level);
}

static descent_picture fit(uint8_t *pixels, size_t side)
{
    descent_picture found;
    descent_image image = page_image();
    ck_assert_ok(descent_picture_fit(pixels, side, side, &image, &found));
    return found;
}

static void assert_box(const descent_picture *found, size_t top, size_t left, size_t height,
                       size_t width)
{
    ck_assert_uint_eq(found->top, top);
    ck_assert_uint_eq(found->left, left);
    ck_assert_uint_eq(found->height, height);
    ck_assert_uint_eq(found->width, width);
}

/* Pixels of 255 and of 0 alone: a rectangle of this size in the middle, which for MNIST is the
 * pixel number 14 of 28, and for small images what leaves as much on both sides. */
static void assert_rectangle(const uint8_t *pixels, size_t side, size_t height, size_t width)
{
    size_t middle = side < 20 ? (side - 1) / 2 : side / 2;
    size_t top = middle - (height - 1) / 2, left = middle - (width - 1) / 2;
    for (size_t y = 0; y < side; y++) {
        for (size_t x = 0; x < side; x++) {
            bool ink = y - top < height && x - left < width;
            ck_assert_msg(pixels[y * side + x] == (ink ? 255 : 0), "%zu, %zu: %d", y, x,
                          pixels[y * side + x]);
        }
    }
}

static const struct {
    size_t top, left, height, width; /* on the page */
    size_t fitted_height, fitted_width;
} rectangles[] = {
    {60, 100, 40, 40, 20, 20}, {10, 20, 100, 50, 20, 10}, {150, 200, 20, 80, 5, 20},
    {90, 11, 5, 20, 5, 20},    {50, 50, 10, 10, 20, 20},
};

/* The ink's box takes 20 of 28 pixels, keeps its ratio, and comes to the middle, whichever of ink
 * and paper is the darker one. */
START_TEST(a_rectangle_is_found_scaled_and_centred)
{
    uint8_t pixels[SIDE * SIDE];
    const uint8_t levels[][2] = {{PAPER, INK}, {INK, PAPER}, {0, 255}, {100, 150}, {255, 215}};
    for (size_t i = 0; i < TEST_COUNT(levels); i++) {
        clear(levels[i][0]);
        fill(rectangles[_i].top, rectangles[_i].left, rectangles[_i].height, rectangles[_i].width,
             levels[i][1]);
        descent_picture found = fit(pixels, SIDE);
        ck_assert_int_eq(found.inverted, levels[i][0] > levels[i][1]);
        assert_box(&found, rectangles[_i].top, rectangles[_i].left, rectangles[_i].height,
                   rectangles[_i].width);
        assert_rectangle(pixels, SIDE, rectangles[_i].fitted_height, rectangles[_i].fitted_width);
    }
}
END_TEST

START_TEST(other_sizes_keep_their_share_and_small_ones_are_filled)
{
    static const size_t sizes[][2] = {{8, 8}, {16, 16}, {28, 20}, {56, 40}, {70, 50}};
    uint8_t pixels[70 * 70];
    clear(PAPER);
    fill(30, 40, 100, 100, INK);
    fit(pixels, sizes[_i][0]);
    assert_rectangle(pixels, sizes[_i][0], sizes[_i][1], sizes[_i][1]);
}
END_TEST

/* Black and white dots, three by three of which make a pixel of the result: their mean. */
START_TEST(scaling_down_averages_areas)
{
    enum { TOP = 70, LEFT = 120, BOX = 60, RATIO = 3 };
    uint64_t seed = 1;
    double sums[20][20] = {{0}};
    double most = 0;
    uint8_t pixels[SIDE * SIDE];
    clear(255);
    for (size_t i = 0; i < BOX * BOX; i++) {
        size_t y = i / BOX, x = i % BOX;
        bool ink =
            problem_uniform(&seed) > -0.2 || y == 0 || x == 0 || y == BOX - 1 || x == BOX - 1;
        page[(TOP + y) * WIDTH + LEFT + x] = ink ? 0 : 255;
        sums[y / RATIO][x / RATIO] += ink;
    }
    for (size_t i = 0; i < 400; i++) {
        most = fmax(most, sums[i / 20][i % 20]);
    }
    descent_picture found = fit(pixels, SIDE);
    assert_box(&found, TOP, LEFT, BOX, BOX);
    size_t top = 0, left = 0;
    while (pixels[top * SIDE + 14] == 0) {
        top++;
    }
    while (pixels[14 * SIDE + left] == 0) {
        left++;
    }
    for (size_t i = 0; i < 400; i++) {
        int level = pixels[(top + i / 20) * SIDE + left + i % 20];
        ck_assert_int_eq(level, (int)lrint(sums[i / 20][i % 20] * 255 / most));
    }
}
END_TEST

/* A sign that is heavier on one side: its mass, not its box, comes to the middle. */
START_TEST(the_centre_of_mass_comes_to_the_middle)
{
    uint8_t pixels[SIDE * SIDE];
    double mass = 0, moment_x = 0, moment_y = 0;
    clear(PAPER);
    fill(50, 60, 80, 10, INK);
    fill(120, 60, 10, 40, INK);
    fit(pixels, SIDE);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        mass += pixels[i];
        moment_x += pixels[i] * ((double)(i % SIDE) + 0.5);
        moment_y += pixels[i] * ((double)(i / SIDE) + 0.5);
    }
    /* Whole pixels are moved; MNIST's digits have their mean centre there as well. */
    ck_assert_double_eq_tol(moment_x / mass, 14.5, 0.501);
    ck_assert_double_eq_tol(moment_y / mass, 14.5, 0.501);
}
END_TEST

static void add_noise(int most)
{
    uint64_t seed = 5;
    for (size_t i = 0; i < HEIGHT * WIDTH; i++) {
        int level = page[i] + (int)lround(problem_uniform(&seed) * most);
        page[i] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
    }
}

START_TEST(noise_and_specks_do_not_count)
{
    uint8_t clean[SIDE * SIDE], pixels[SIDE * SIDE];
    clear(PAPER);
    fill(60, 100, 80, 12, INK);
    fill(125, 100, 15, 40, INK);
    fit(clean, SIDE);
    page[3 * WIDTH + 5] = 0;
    page[190 * WIDTH + 280] = 0;
    add_noise(8);
    descent_picture found = fit(pixels, SIDE);
    assert_box(&found, 60, 100, 80, 40);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        ck_assert_int_le(abs(pixels[i] - clean[i]), 12);
    }
}
END_TEST

/* Light that falls off to a corner, as over paper under a lamp: by ink and paper alike. */
static void shade(double right, double down)
{
    for (size_t i = 0; i < HEIGHT * WIDTH; i++) {
        double x = (double)(i % WIDTH) / WIDTH, y = (double)(i / WIDTH) / HEIGHT;
        page[i] = (uint8_t)lrint(page[i] * (1 - right * x - down * y));
    }
}

/* The largest difference of two images, one of which is moved by a pixel at most. */
static int largest_difference(const uint8_t *a, const uint8_t *b, int down, int right)
{
    int largest = 0;
    for (int y = 1; y < SIDE - 1; y++) {
        for (int x = 1; x < SIDE - 1; x++) {
            int difference = abs(a[y * SIDE + x] - b[(y + down) * SIDE + x + right]);
            largest = difference > largest ? difference : largest;
        }
    }
    return largest;
}

/* The same, where ink that is lit otherwise may have its centre of mass in the next pixel. */
static int least_difference(const uint8_t *a, const uint8_t *b)
{
    int least = 255;
    for (int i = 0; i < 9; i++) {
        int difference = largest_difference(a, b, i / 3 - 1, i % 3 - 1);
        least = difference < least ? difference : least;
    }
    return least;
}

static const double shades[][2] = {{0.3, 0}, {0, 0.3}, {0.2, 0.2}, {0.25, -0.05}};

START_TEST(uneven_light_is_taken_out)
{
    uint8_t even[SIDE * SIDE], pixels[SIDE * SIDE];
    clear(PAPER);
    fill(60, 140, 80, 12, INK);
    fill(125, 140, 15, 40, INK);
    fit(even, SIDE);
    shade(shades[_i][0], shades[_i][1]);
    add_noise(6);
    descent_picture found = fit(pixels, SIDE);
    ck_assert(found.inverted);
    assert_box(&found, 60, 140, 80, 40);
    ck_assert_int_le(least_difference(pixels, even), 64);
}
END_TEST

/* The size, place and strength of a sign are taken out: nothing is left to take out then. */
START_TEST(what_is_fitted_already_stays_as_it_is)
{
    uint8_t once[SIDE * SIDE], twice[SIDE * SIDE];
    clear(PAPER);
    fill(50, 60, 80, 10, INK);
    fill(120, 60, 10, 40, INK);
    fill(50, 60, 10, 25, INK);
    fit(once, SIDE);
    descent_image image = {SIDE, SIDE, 1, once};
    descent_picture found;
    ck_assert_ok(descent_picture_fit(twice, SIDE, SIDE, &image, &found));
    ck_assert(!found.inverted);
    ck_assert_mem_eq(twice, once, sizeof once);
}
END_TEST

static void refuse(descent_status status, const descent_image *image)
{
    uint8_t pixels[SIDE * SIDE];
    descent_picture found = {.height = 9};
    ck_assert_int_eq(descent_picture_fit(pixels, SIDE, SIDE, image, &found), status);
    ck_assert_uint_eq(found.height, 0);
}

START_TEST(paper_without_ink_is_refused)
{
    descent_image image = page_image();
    clear(PAPER);
    refuse(DESCENT_ERROR_FORMAT, &image);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "expected ink"));
    add_noise(20);
    refuse(DESCENT_ERROR_FORMAT, &image);
    clear(PAPER);
    fill(60, 100, 80, 40, PAPER - 10);
    refuse(DESCENT_ERROR_FORMAT, &image);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
    uint8_t rgb[3] = {0};
    const descent_image color = {1, 1, 3, rgb}, empty = {0, 5, 1, rgb};
    refuse(DESCENT_ERROR_INVALID, &color);
    refuse(DESCENT_ERROR_INVALID, &empty);
    clear(PAPER);
    fill(60, 100, 80, 40, INK);
    descent_image image = page_image();
    for (size_t n = 1; n <= 4 && allocations_counted(); n++) {
        allocations_fail_at(n);
        refuse(DESCENT_ERROR_MEMORY, &image);
    }
}
END_TEST

/* Room around the ink is left by each side for itself. */
START_TEST(a_narrow_picture_is_filled)
{
    uint8_t pixels[2][40 * 8];
    clear(PAPER);
    fill(60, 100, 80, 40, INK);
    descent_image image = page_image();
    ck_assert_ok(descent_picture_fit(pixels[0], 40, 8, &image, NULL));
    ck_assert_ok(descent_picture_fit(pixels[1], 8, 40, &image, NULL));
    size_t inked[2] = {0, 0};
    for (size_t i = 0; i < sizeof pixels[0]; i++) {
        inked[0] += pixels[0][i] > 0;
        inked[1] += pixels[1][i] > 0;
    }
    ck_assert_uint_ge(inked[0], 8);
    ck_assert_uint_ge(inked[1], 8);
}
END_TEST

/* Any image of any size gives an image or is refused, and stays within its memory. */
START_TEST(odd_sizes_are_survived)
{
    static const size_t sizes[] = {1, 2, 3, 7, 19, 20, 21, 33};
    uint64_t seed = 3;
    for (size_t i = 0; i < TEST_COUNT(sizes) * TEST_COUNT(sizes) * 4; i++) {
        size_t height = sizes[i / 4 % TEST_COUNT(sizes)];
        size_t width = sizes[i / 4 / TEST_COUNT(sizes)];
        size_t side = sizes[(i * 5 + 3) % TEST_COUNT(sizes)];
        uint8_t *from = malloc(height * width), *to = malloc(side * side);
        for (size_t p = 0; p < height * width; p++) {
            from[p] = problem_uniform(&seed) > 0.5 ? 255 : (uint8_t)(i % 4 * 30);
        }
        descent_image image = {height, width, 1, from};
        descent_status status = descent_picture_fit(to, side, side, &image, NULL);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_FORMAT);
        free(to);
        free(from);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_rectangle_is_found_scaled_and_centred, TEST_COUNT(rectangles)),
        TEST_LOOP(other_sizes_keep_their_share_and_small_ones_are_filled, 5),
        TEST_CASE(scaling_down_averages_areas),
        TEST_CASE(the_centre_of_mass_comes_to_the_middle),
        TEST_CASE(noise_and_specks_do_not_count),
        TEST_LOOP(uneven_light_is_taken_out, TEST_COUNT(shades)),
        TEST_CASE(what_is_fitted_already_stays_as_it_is),
        TEST_CASE(paper_without_ink_is_refused),
        TEST_CASE(what_cannot_be_is_refused),
        TEST_CASE(a_narrow_picture_is_filled),
        TEST_CASE(odd_sizes_are_survived),
    };
    return run_tests("picture", cases, TEST_COUNT(cases));
}

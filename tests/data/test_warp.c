/*
 * Warping against a plain loop in double, and by hand where it moves pixels whole.
 */
#include "harness.h"

#include "data/warp.h"
#include "problem.h"

#include <math.h>
#include <stdlib.h>

static const double pi = 3.14159265358979323846;

/* An image between two values in a frame of its own, to be freed. */
static struct descent_frame make_frame(size_t height, size_t width, size_t channels,
                                       const float *image)
{
    size_t size = 0;
    ck_assert(descent_frame_size(height, width, channels, &size));
    struct descent_frame frame = {height, width, channels, calloc(size, sizeof(float))};
    descent_frame_fill(&frame, image);
    return frame;
}

static void fill_random(float *numbers, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        numbers[i] = (float)problem_uniform(&seed);
    }
}

/* Warps by an affine map alone. */
static void warp(const struct descent_affine *affine, size_t height, size_t width,
                 const float *image, float *found)
{
    struct descent_frame frame = make_frame(height, width, 1, image);
    float *zero = calloc(height * width, sizeof *zero);
    struct descent_warp map = descent_warp_init(affine, height, width);
    descent_warp_apply(&map, &frame, zero, zero, width, found);
    free(zero);
    free(frame.pixels);
}

static const int shifts[][2] = {{0, 0}, {1, 0}, {0, -1}, {2, 3}, {-5, 4}, {6, -9}, {40, 0}};

START_TEST(whole_shifts_move_pixels_exactly)
{
    enum { HEIGHT = 9, WIDTH = 7 };
    float image[HEIGHT * WIDTH], found[HEIGHT * WIDTH];
    int right = shifts[_i][0], down = shifts[_i][1];
    struct descent_affine affine = {.width = 1, .height = 1, .shift_x = right, .shift_y = down};
    fill_random(image, HEIGHT * WIDTH, 1);
    warp(&affine, HEIGHT, WIDTH, image, found);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            int from_x = x - right, from_y = y - down;
            bool inside = from_x >= 0 && from_x < WIDTH && from_y >= 0 && from_y < HEIGHT;
            float expected = inside ? image[from_y * WIDTH + from_x] : 0.0f;
            ck_assert_float_eq(found[y * WIDTH + x], expected);
        }
    }
}
END_TEST

/* With y pointing down, a quarter turn takes the right side to the bottom. */
START_TEST(a_quarter_turn_turns_a_square)
{
    enum { MOST = 13 };
    const int sides[] = {1, 2, 7, MOST};
    int side = sides[_i];
    float image[MOST * MOST], found[MOST * MOST];
    struct descent_affine affine = {.width = 1, .height = 1, .angle = pi / 2};
    fill_random(image, MOST * MOST, 2);
    warp(&affine, (size_t)side, (size_t)side, image, found);
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            int to_x = side - 1 - y, to_y = x;
            ck_assert_float_eq_tol(found[to_y * side + to_x], image[y * side + x], 1e-5f);
        }
    }
}
END_TEST

/* Truth: a pixel of the image, 0 outside; and bilinear interpolation, in double. */
static double pixel_at(const struct descent_frame *frame, const float *image, long x, long y,
                       size_t channel)
{
    bool inside = x >= 0 && x < (long)frame->width && y >= 0 && y < (long)frame->height;
    size_t at = inside ? (size_t)y * frame->width + (size_t)x : 0;
    return inside ? (double)image[at * frame->channels + channel] : 0.0;
}

static double interpolate(const struct descent_frame *frame, const float *image, double x, double y,
                          size_t channel)
{
    double left = floor(x), top = floor(y);
    double sum = 0;
    for (int corner = 0; corner < 4; corner++) {
        double cx = left + (corner & 1), cy = top + (corner >> 1);
        double weight = (1 - fabs(x - cx)) * (1 - fabs(y - cy));
        sum += weight * pixel_at(frame, image, (long)cx, (long)cy, channel);
    }
    return sum;
}

static const struct descent_affine affines[] = {
    {1, 1, 0, 0, 0, 0},
    {1, 1, 0, 0.3, 0, 0},
    {1.2, 0.7, 0, 0, 0, 0},
    {1, 1, 0.4, 0, 0, 0},
    {0.9, 1.1, -0.2, -0.2, 1.3, -2.7},
    {0.1, 1.9, 1, 3.1, 5.5, 100},
    {1.9, 0.1, -1, -1.5, -1e3, 1e3},
};

static const size_t sizes[][3] = {{28, 28, 1}, {1, 1, 1}, {7, 13, 1}, {13, 7, 3}, {2, 33, 4}};

/* Where the pixel (x, y) comes from: the changes taken back one after the other. */
static void take_back(const struct descent_affine *affine, const struct descent_frame *frame,
                      double *x, double *y)
{
    double centre_x = ((double)frame->width - 1) / 2, centre_y = ((double)frame->height - 1) / 2;
    double u = *x - affine->shift_x - centre_x, v = *y - affine->shift_y - centre_y;
    double turned_u = cos(affine->angle) * u + sin(affine->angle) * v;
    double turned_v = cos(affine->angle) * v - sin(affine->angle) * u;
    *x = (turned_u - affine->shear * turned_v) / affine->width + centre_x;
    *y = turned_v / affine->height + centre_y;
}

static void compare_with_truth(const struct descent_affine *affine, const size_t *size)
{
    enum { MOST = 28 * 33 * 4 };
    static float image[MOST], found[MOST], shift_x[MOST], shift_y[MOST];
    size_t height = size[0], width = size[1], channels = size[2], stride = width + 3;
    fill_random(image, height * width * channels, 3);
    fill_random(shift_x, height * stride, 4);
    fill_random(shift_y, height * stride, 5);
    struct descent_frame frame = make_frame(height, width, channels, image);
    struct descent_warp map = descent_warp_init(affine, height, width);
    descent_warp_apply(&map, &frame, shift_x, shift_y, stride, found);
    for (size_t i = 0; i < height * width * channels; i++) {
        size_t row = i / channels / width, column = i / channels % width;
        double x = (double)column, y = (double)row;
        take_back(affine, &frame, &x, &y);
        x += (double)shift_x[row * stride + column];
        y += (double)shift_y[row * stride + column];
        double expected = interpolate(&frame, image, x, y, i % channels);
        /* A float's error in a place of up to 300 pixels, times the image's slope of up to 2. */
        ck_assert_double_eq_tol((double)found[i], expected, 2e-4);
    }
    free(frame.pixels);
}

START_TEST(warping_agrees_with_a_plain_loop)
{
    for (size_t s = 0; s < TEST_COUNT(sizes); s++) {
        compare_with_truth(&affines[_i], sizes[s]);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(whole_shifts_move_pixels_exactly, TEST_COUNT(shifts)),
        TEST_LOOP(a_quarter_turn_turns_a_square, 4),
        TEST_LOOP(warping_agrees_with_a_plain_loop, TEST_COUNT(affines)),
    };
    return run_tests("warp", cases, TEST_COUNT(cases));
}

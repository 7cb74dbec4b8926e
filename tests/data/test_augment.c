/*
 * Augmentation: the affine map is read back from images of a slope, on which bilinear interpolation
 * is exact; displacements and noise are held against their formulas.
 */
#include "harness.h"

#include "base/vector_math.h"
#include "data/augment.h"
#include "data/warp.h"
#include "problem.h"

#include "allocations.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* One image augmented by a plan. */
static void apply(const struct descent_augment_plan *plan, struct descent_augment_key key,
                  float *image)
{
    float *scratch = calloc(plan->scratch_size, sizeof *scratch);
    descent_augment_apply(plan, key, scratch, image);
    free(scratch);
}

static struct descent_augment_plan make_plan(const descent_augment *augment, size_t height,
                                             size_t width)
{
    struct descent_augment_plan plan;
    descent_shape shape = {.rank = 2, .sizes = {height, width}};
    ck_assert_ok(descent_augment_plan_init(&plan, augment, &shape, true));
    return plan;
}

enum { SIDE = 41, MIDDLE = SIDE / 2, DRAWS = 3000 };

/* Where the pixels about the centre come from: an image whose value is its x, and one whose value
 * is its y, tell. place[0], [1], [2] are of the middle, right of it, and below it. */
static void read_places(const struct descent_augment_plan *plan, struct descent_augment_key key,
                        double place[3][2])
{
    for (int axis = 0; axis < 2; axis++) {
        float image[SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            image[i] = (float)(axis == 0 ? i % SIDE : i / SIDE);
        }
        apply(plan, key, image);
        place[0][axis] = (double)image[MIDDLE * SIDE + MIDDLE];
        place[1][axis] = (double)image[MIDDLE * SIDE + MIDDLE + 1];
        place[2][axis] = (double)image[(MIDDLE + 1) * SIDE + MIDDLE];
    }
}

/* The affine map back from the places. */
static struct descent_affine read_affine(double place[3][2])
{
    double a = place[1][0] - place[0][0], c = place[1][1] - place[0][1];
    double b = place[2][0] - place[0][0], d = place[2][1] - place[0][1];
    double determinant = a * d - b * c;
    double xx = d / determinant, xy = -b / determinant;
    double yx = -c / determinant, yy = a / determinant;
    double off_x = MIDDLE - place[0][0], off_y = MIDDLE - place[0][1];
    double angle = atan2(yx, xx);
    double height = cos(angle) * yy - sin(angle) * xy;
    return (struct descent_affine){
        .width = hypot(xx, yx),
        .height = height,
        .shear = (cos(angle) * xy + sin(angle) * yy) / height,
        .angle = angle,
        .shift_x = xx * off_x + xy * off_y,
        .shift_y = yx * off_x + yy * off_y,
    };
}

/* Uniform numbers in ± bound: none beyond it, mean 0 and deviation bound / √3 to five standard
 * errors (a deviation's is √(1/5n) of it). */
static void assert_uniform(const double *numbers, double bound, const char *what)
{
    double sum = 0, squares = 0, tolerance = 1e-3 * bound;
    for (size_t i = 0; i < DRAWS; i++) {
        ck_assert_msg(fabs(numbers[i]) <= bound + tolerance, "%s: %g", what, numbers[i]);
        sum += numbers[i];
        squares += numbers[i] * numbers[i];
    }
    double deviation = bound / sqrt(3.0);
    ck_assert_msg(fabs(sum / DRAWS) <= 5 * deviation / sqrt(DRAWS) + tolerance, "%s", what);
    ck_assert_msg(fabs(sqrt(squares / DRAWS) / deviation - 1) <= 5 * sqrt(0.2 / DRAWS) + 1e-3,
                  "%s: %g", what, sqrt(squares / DRAWS));
}

START_TEST(each_kind_is_uniform_within_its_bounds)
{
    const descent_augment augment = {.shift = 2, .rotate = 20, .scale = 0.2, .shear = 0.3};
    struct descent_augment_plan plan = make_plan(&augment, SIDE, SIDE);
    static double drawn[6][DRAWS];
    for (size_t i = 0; i < DRAWS; i++) {
        double place[3][2];
        read_places(&plan, (struct descent_augment_key){1, i / 100, i % 100}, place);
        struct descent_affine affine = read_affine(place);
        drawn[0][i] = affine.shift_x;
        drawn[1][i] = affine.shift_y;
        drawn[2][i] = affine.angle;
        drawn[3][i] = affine.width - 1;
        drawn[4][i] = affine.height - 1;
        drawn[5][i] = affine.shear;
    }
    assert_uniform(drawn[0], 2, "shift in x");
    assert_uniform(drawn[1], 2, "shift in y");
    assert_uniform(drawn[2], 20 * pi / 180, "angle");
    assert_uniform(drawn[3], 0.2, "width");
    assert_uniform(drawn[4], 0.2, "height");
    assert_uniform(drawn[5], 0.3, "shear");
}
END_TEST

START_TEST(seed_epoch_and_sample_each_matter)
{
    const descent_augment augment = {.shift = 2};
    const struct descent_augment_key keys[] = {{1, 1, 1}, {2, 1, 1}, {1, 2, 1}, {1, 1, 2}};
    struct descent_augment_plan plan = make_plan(&augment, SIDE, SIDE);
    double first[3][2], again[3][2];
    read_places(&plan, keys[0], first);
    read_places(&plan, keys[_i], again);
    ck_assert_int_eq(memcmp(first, again, sizeof first) == 0, _i == 0);
}
END_TEST

enum { FIELDS = 400, EDGE = 28 };

static const double elastic_cases[][2] = {{34, 4}, {8, 4}, {5, 1}, {100, 8}};

/* Sums over many fields. */
struct field_sums {
    double sum, squares, edge_squares, neighbours, cross;
};

static void sum_fields(const struct descent_elastic *elastic, struct field_sums *sums)
{
    float *scratch = calloc(descent_elastic_scratch_size(elastic), sizeof *scratch);
    size_t size = descent_elastic_field_size(elastic), stride = elastic->stride;
    float *x = calloc(size, sizeof *x), *y = calloc(size, sizeof *y);
    for (uint64_t i = 0; i < FIELDS; i++) {
        descent_random random = descent_random_init(7, DESCENT_STREAM_USER, i);
        descent_elastic_apply(elastic, descent_random_next(&random), scratch, x, y);
        for (size_t p = 0; p < EDGE * EDGE; p++) {
            size_t at = p / EDGE * stride + p % EDGE;
            double value = (double)x[at], other = (double)y[at];
            sums->sum += value + other;
            sums->squares += value * value + other * other;
            sums->cross += value * other;
            sums->edge_squares += p % EDGE == 0 ? value * value + other * other : 0;
            sums->neighbours += p % EDGE < EDGE - 1 ? value * (double)x[at + 1] : 0;
        }
    }
    free(y);
    free(x);
    free(scratch);
}

/* White noise of variance alpha² / 3 behind a Gaussian of deviation sigma has the variance
 * alpha² / (12 π sigma²), and at the distance d the correlation exp(−d² / 4 sigma²). A field of
 * 28 × 28 holds about (28 / 2√π sigma)² independent numbers. */
START_TEST(displacements_have_the_variance_and_smoothness_of_the_formula)
{
    double alpha = elastic_cases[_i][0], sigma = elastic_cases[_i][1];
    struct descent_elastic elastic;
    struct field_sums sums = {0};
    descent_elastic_init(&elastic, alpha, sigma, EDGE, EDGE);
    sum_fields(&elastic, &sums);
    double count = 2.0 * FIELDS * EDGE * EDGE;
    double deviation = alpha / (2 * sigma * sqrt(3 * pi));
    double independent = 2.0 * FIELDS * EDGE * EDGE / (4 * pi * sigma * sigma);
    double error = 5 * sqrt(0.5 / independent);
    ck_assert_double_eq_tol(sums.sum / count / deviation, 0, 5 / sqrt(independent));
    ck_assert_double_eq_tol(sqrt(sums.squares / count) / deviation, 1, error + 0.005);
    ck_assert_double_eq_tol(sqrt(sums.edge_squares / count * EDGE) / deviation, 1, 5 * error);
    ck_assert_double_eq_tol(sums.cross / count * 2 / deviation / deviation, 0,
                            5 / sqrt(independent / 2));
    double pairs = (double)FIELDS * EDGE * (EDGE - 1);
    ck_assert_double_eq_tol(sums.neighbours / pairs / (deviation * deviation),
                            exp(-0.25 / sigma / sigma), 4 * error + 0.01);
}
END_TEST

/* An image whose value is its x shows the displacement itself. */
START_TEST(displacements_are_added_to_the_affine_map)
{
    const descent_augment bent = {.elastic_alpha = 34, .elastic_sigma = 4};
    struct descent_augment_plan plan = make_plan(&bent, SIDE, SIDE);
    double squares = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        double place[3][2];
        read_places(&plan, (struct descent_augment_key){1, 1, i}, place);
        squares += pow(place[0][0] - MIDDLE, 2) + pow(place[0][1] - MIDDLE, 2);
    }
    double deviation = 34 / (2 * 4 * sqrt(3 * pi));
    ck_assert_double_eq_tol(sqrt(squares / 2 / DRAWS) / deviation, 1, 5 * sqrt(0.25 / DRAWS));
}
END_TEST

/* Noise on grey, which it does not cut: mean 0, deviation, and the fourth moment of a normal
 * number, 3, with its error √(96 / n). */
START_TEST(noise_is_normal)
{
    enum { N = 200 };
    const descent_augment augment = {.noise = 0.08};
    struct descent_augment_plan plan = make_plan(&augment, N, N);
    static float image[N * N];
    double sum = 0, squares = 0, fourths = 0;
    for (size_t i = 0; i < N * N; i++) {
        image[i] = 0.5f;
    }
    apply(&plan, (struct descent_augment_key){1, 1, 1}, image);
    for (size_t i = 0; i < N * N; i++) {
        double number = ((double)image[i] - 0.5) / 0.08;
        sum += number;
        squares += number * number;
        fourths += pow(number, 4);
    }
    ck_assert_double_eq_tol(sum / N / N, 0, 5.0 / N);
    ck_assert_double_eq_tol(squares / N / N, 1, 5 * sqrt(2.0) / N);
    ck_assert_double_eq_tol(fourths / N / N, 3, 5 * sqrt(96.0) / N);
}
END_TEST

START_TEST(noise_stays_within_black_and_white)
{
    enum { N = 100 };
    const descent_augment augment = {.noise = 1};
    struct descent_augment_plan plan = make_plan(&augment, N, N);
    static float image[N * N];
    size_t black = 0, white = 0;
    apply(&plan, (struct descent_augment_key){1, 1, 1}, image);
    for (size_t i = 0; i < N * N; i++) {
        ck_assert(image[i] >= 0.0f && image[i] <= 1.0f);
        black += image[i] == 0.0f;
        white += image[i] == 1.0f;
    }
    /* Half is below 0, and 0.1587 above one deviation. */
    ck_assert_double_eq_tol((double)black / N / N, 0.5, 5 * 0.5 / N);
    ck_assert_double_eq_tol((double)white / N / N, 0.1587, 5 * 0.366 / N);
}
END_TEST

START_TEST(logarithm_and_cosine_are_those_of_the_mathematical_library)
{
    uint64_t seed = 1;
    for (int i = 0; i < 100000; i++) {
        float x = ldexpf((float)(problem_uniform(&seed) + 1.5), i % 200 - 100);
        float t = (float)(i / 100000.0);
        double exact = log((double)x);
        ck_assert_double_eq_tol((double)descent_log(x), exact, 2.4e-7 * fabs(exact) + 1e-10);
        ck_assert_double_eq_tol((double)descent_cosine_of_turn(t), cos(2 * pi * (double)t), 1e-6);
    }
    ck_assert_float_eq(descent_log(1.0f), 0.0f);
    /* The bits that give the largest numbers. */
    ck_assert_double_eq_tol((double)descent_normal(0, 0), sqrt(50 * log(2.0)), 1e-4);
    ck_assert_double_eq_tol((double)descent_normal(UINT32_MAX, 0), 0, 1e-3);
}
END_TEST

enum { COUNT = 103 };

/* An epoch's features in the data set's order, [COUNT × SIDE × SIDE]. */
static float *load_epoch(const descent_loader_config *config, uint64_t epoch)
{
    static uint8_t pixels[COUNT * SIDE * SIDE];
    static int32_t labels[COUNT];
    uint64_t seed = 9;
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(problem_uniform(&seed) * 127 + 128);
    }
    for (size_t i = 0; i < COUNT; i++) {
        labels[i] = (int32_t)i;
    }
    descent_dataset *dataset = NULL;
    const descent_samples samples = {
        .shape = {.rank = 2, .sizes = {SIDE, SIDE}},
        .count = COUNT,
        .bytes = pixels,
        .labels = labels,
        .classes = COUNT,
    };
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    descent_loader *loader = NULL;
    ck_assert_ok(descent_loader_create(&loader, dataset, config));
    float *features = calloc(COUNT * SIDE * SIDE, sizeof *features);
    size_t before = allocations_count();
    descent_batch batch;
    descent_loader_shuffle(loader, epoch);
    while (descent_loader_next(loader, &batch)) {
        for (size_t i = 0; i < batch.n; i++) {
            memcpy(features + (size_t)batch.labels[i] * SIDE * SIDE,
                   batch.features + i * SIDE * SIDE, SIDE * SIDE * sizeof *features);
        }
    }
    ck_assert_uint_eq(allocations_count(), before);
    descent_loader_destroy(loader);
    descent_dataset_destroy(dataset);
    return features;
}

static const struct {
    size_t batch;
    bool shuffle;
    int threads;
} loadings[] = {{1, true, 1}, {7, true, 2}, {64, false, 3}, {COUNT, true, 8}, {32, false, 0}};

START_TEST(samples_do_not_depend_on_batches_order_and_threads)
{
    descent_loader_config plain = {
        .batch = 32,
        .seed = 5,
        .threads = 1,
        .augment = {2, 10, 0.1, 0.1, 34, 4, 0.05},
    };
    descent_loader_config other = plain;
    other.batch = loadings[_i].batch;
    other.shuffle = loadings[_i].shuffle;
    other.threads = loadings[_i].threads;
    size_t bytes = COUNT * SIDE * SIDE * sizeof(float);
    float *expected = load_epoch(&plain, 3), *found = load_epoch(&other, 3);
    ck_assert_mem_eq(found, expected, bytes);
    float *next = load_epoch(&other, 4);
    ck_assert_mem_ne(next, expected, bytes);
    free(next);
    free(found);
    free(expected);
}
END_TEST

START_TEST(nothing_changes_where_all_is_off)
{
    descent_loader_config plain = {.batch = 32, .seed = 5};
    descent_loader_config off = plain;
    off.augment = (descent_augment){.elastic_sigma = 4};
    float *expected = load_epoch(&plain, 1), *found = load_epoch(&off, 1);
    ck_assert_mem_eq(found, expected, COUNT * SIDE * SIDE * sizeof(float));
    free(found);
    free(expected);
}
END_TEST

START_TEST(what_is_no_image_is_refused)
{
    const descent_augment augment = {.shift = 1};
    const descent_shape shapes[] = {{1, {784}}, {3, {28, 28, 5}}, {4, {2, 2, 2, 1}}};
    struct descent_augment_plan plan;
    for (size_t i = 0; i < TEST_COUNT(shapes); i++) {
        ck_assert_int_eq(descent_augment_plan_init(&plan, &augment, &shapes[i], true),
                         DESCENT_ERROR_INVALID);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "expected samples that are images"));
    }
    const descent_shape large = {2, {1 << 16, 1 << 16}};
    ck_assert_int_eq(descent_augment_plan_init(&plan, &augment, &large, true),
                     DESCENT_ERROR_INVALID);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(each_kind_is_uniform_within_its_bounds),
        TEST_LOOP(seed_epoch_and_sample_each_matter, 4),
        TEST_LOOP(displacements_have_the_variance_and_smoothness_of_the_formula,
                  TEST_COUNT(elastic_cases)),
        TEST_CASE(displacements_are_added_to_the_affine_map),
        TEST_CASE(noise_is_normal),
        TEST_CASE(noise_stays_within_black_and_white),
        TEST_CASE(logarithm_and_cosine_are_those_of_the_mathematical_library),
        TEST_LOOP(samples_do_not_depend_on_batches_order_and_threads, TEST_COUNT(loadings)),
        TEST_CASE(nothing_changes_where_all_is_off),
        TEST_CASE(what_is_no_image_is_refused),
    };
    return run_tests("augment", cases, TEST_COUNT(cases));
}

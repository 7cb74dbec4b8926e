/*
 * The generator: known outputs, then what a user relies on — uniform, normal, unbiased, separate
 * streams. Seeds are fixed, so each statistical bound is checked once for all time; bounds are at
 * five standard errors unless said otherwise.
 */
#include "golden.h"
#include "harness.h"

#include <math.h>
#include <string.h>

enum { DRAWS = 1000000 };

START_TEST(outputs_are_those_of_xoshiro256)
{
    const char *names[] = {"small", "large"};
    uint64_t *golden = golden_load_integers("random.txt", names[_i], 24);
    descent_random random;
    memcpy(random.state, golden, sizeof random.state);
    for (size_t i = 0; i < 20; i++) {
        ck_assert_uint_eq(descent_random_next(&random), golden[4 + i]);
    }
    free(golden);
}
END_TEST

START_TEST(uniform_has_the_moments_of_the_uniform_distribution)
{
    descent_random random = descent_random_init(1, DESCENT_STREAM_USER, 0);
    double sum = 0;
    double squares = 0;
    double lowest = 1;
    double highest = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        double x = descent_random_uniform(&random);
        sum += x;
        squares += x * x;
        lowest = fmin(lowest, x);
        highest = fmax(highest, x);
    }
    ck_assert_double_ge(lowest, 0);
    ck_assert_double_lt(lowest, 1e-4);
    ck_assert_double_lt(highest, 1);
    ck_assert_double_gt(highest, 1 - 1e-4);
    ck_assert_double_eq_tol(sum / DRAWS, 0.5, 5 * sqrt(1.0 / 12 / DRAWS));
    ck_assert_double_eq_tol(squares / DRAWS, 1.0 / 3, 5 * sqrt(4.0 / 45 / DRAWS));
}
END_TEST

/* 53 bits: some draw has its lowest bit set, none is finer. */
START_TEST(uniform_uses_53_bits)
{
    descent_random random = descent_random_init(2, DESCENT_STREAM_USER, 0);
    bool odd = false;
    for (size_t i = 0; i < 100; i++) {
        double scaled = ldexp(descent_random_uniform(&random), 53);
        ck_assert_double_eq(scaled, floor(scaled));
        odd = odd || fmod(scaled, 2) != 0;
    }
    ck_assert(odd);
}
END_TEST

START_TEST(normal_has_the_moments_of_the_normal_distribution)
{
    descent_random random = descent_random_init(3, DESCENT_STREAM_USER, 0);
    double moments[4] = {0};
    size_t beyond_two = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        double x = descent_random_normal(&random);
        for (int k = 0; k < 4; k++) {
            moments[k] += pow(x, k + 1) / DRAWS;
        }
        beyond_two += fabs(x) > 2;
    }
    const double expected[] = {0, 1, 0, 3};
    const double variances[] = {1, 2, 15, 96}; /* of x, x², x³ and x⁴ */
    for (int k = 0; k < 4; k++) {
        ck_assert_double_eq_tol(moments[k], expected[k], 5 * sqrt(variances[k] / DRAWS));
    }
    double share = erfc(sqrt(2));
    ck_assert_double_eq_tol((double)beyond_two / DRAWS, share,
                            5 * sqrt(share * (1 - share) / DRAWS));
}
END_TEST

/* Pearson's statistic of counts against equal expectation. */
static double chi_square(const size_t *counts, size_t cells, double expected)
{
    double sum = 0;
    for (size_t i = 0; i < cells; i++) {
        double error = (double)counts[i] - expected;
        sum += error * error / expected;
    }
    return sum;
}

/* The mean of chi-square is its degrees of freedom, its variance twice that. */
static void assert_uniform(const size_t *counts, size_t cells, double expected)
{
    double freedom = (double)(cells - 1);
    double statistic = chi_square(counts, cells, expected);
    ck_assert_double_lt(statistic, freedom + 5 * sqrt(2 * freedom));
    ck_assert_double_gt(statistic, 0);
}

static const uint64_t bounds[] = {1, 2, 3, 7, 10, 64, 253};

START_TEST(below_is_uniform)
{
    size_t counts[254] = {0};
    uint64_t bound = bounds[_i];
    descent_random random = descent_random_init(4, DESCENT_STREAM_USER, bound);
    for (size_t i = 0; i < DRAWS; i++) {
        uint64_t x = descent_random_below(&random, bound);
        counts[x < bound ? x : 253]++;
    }
    ck_assert_uint_eq(counts[253], 0);
    if (bound > 1) {
        assert_uniform(counts, bound, (double)DRAWS / (double)bound);
    }
}
END_TEST

/* With a bound of three quarters of 2⁶⁴, every four numbers share three results: without rejection
 * each third result would be twice as likely as the others. */
START_TEST(below_is_unbiased_for_a_huge_bound)
{
    const uint64_t bound = (uint64_t)3 << 62;
    size_t counts[4] = {0};
    descent_random random = descent_random_init(5, DESCENT_STREAM_USER, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        uint64_t x = descent_random_below(&random, bound);
        counts[x < bound ? x % 3 : 3]++;
    }
    ck_assert_uint_eq(counts[3], 0);
    assert_uniform(counts, 3, DRAWS / 3.0);
}
END_TEST

static const struct {
    uint64_t seed;
    uint64_t stream;
    uint64_t index;
} triples[] = {
    {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0},          {0, 1, 1},
    {1, 0, 1}, {1, 1, 1}, {2, 1, 0}, {1, 2, 0}, {UINT64_MAX, 1, 0}, {0, UINT64_MAX, 0},
};

START_TEST(distinct_triples_give_unrelated_sequences)
{
    descent_random random[TEST_COUNT(triples)];
    for (size_t i = 0; i < TEST_COUNT(triples); i++) {
        random[i] = descent_random_init(triples[i].seed, triples[i].stream, triples[i].index);
    }
    for (size_t i = 0; i < TEST_COUNT(triples); i++) {
        for (size_t j = 0; j < i; j++) {
            descent_random a = random[i];
            descent_random b = random[j];
            int differing = 0;
            for (int k = 0; k < 100; k++) {
                uint64_t bits = descent_random_next(&a) ^ descent_random_next(&b);
                differing += __builtin_popcountll(bits);
            }
            /* Half of 6400 bits, give or take five times 40. */
            ck_assert_int_gt(differing, 3000);
            ck_assert_int_lt(differing, 3400);
        }
    }
}
END_TEST

START_TEST(equal_triples_and_copies_give_equal_sequences)
{
    descent_random a = descent_random_init(7, 8, 9);
    descent_random b = descent_random_init(7, 8, 9);
    ck_assert_mem_eq(&a, &b, sizeof a);
    ck_assert(a.state[0] != 0 || a.state[1] != 0 || a.state[2] != 0 || a.state[3] != 0);
    descent_random_normal(&a);
    b = a;
    ck_assert_uint_eq(descent_random_next(&a), descent_random_next(&b));
}
END_TEST

static const size_t lengths[] = {0, 1, 2, 13, 253, 10000};

START_TEST(shuffle_is_a_permutation)
{
    size_t n = lengths[_i];
    uint32_t *indices = calloc(n + 1, sizeof *indices);
    bool *seen = calloc(n + 1, sizeof *seen);
    for (size_t i = 0; i < n; i++) {
        indices[i] = (uint32_t)i;
    }
    indices[n] = 12345;
    descent_random random = descent_random_init(11, DESCENT_STREAM_USER, 0);
    descent_random_shuffle(&random, indices, n);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        if (indices[i] < n && !seen[indices[i]]) {
            seen[indices[i]] = true;
            distinct++;
        }
    }
    ck_assert_uint_eq(distinct, n);
    ck_assert_uint_eq(indices[n], 12345);
    free(indices);
    free(seen);
}
END_TEST

/* Every order of four is as likely as any other. */
START_TEST(shuffle_is_uniform_over_all_orders)
{
    enum { ROUNDS = 48000 };
    size_t counts[256] = {0};
    size_t orders[24];
    size_t found = 0;
    descent_random random = descent_random_init(12, DESCENT_STREAM_USER, 0);
    for (size_t round = 0; round < ROUNDS; round++) {
        uint32_t order[] = {0, 1, 2, 3};
        descent_random_shuffle(&random, order, 4);
        counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    for (size_t i = 0; i < 256; i++) {
        if (counts[i] > 0) {
            ck_assert_uint_lt(found, 24);
            orders[found++] = counts[i];
        }
    }
    ck_assert_uint_eq(found, 24);
    assert_uniform(orders, 24, ROUNDS / 24.0);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(outputs_are_those_of_xoshiro256, 2),
        TEST_CASE(uniform_has_the_moments_of_the_uniform_distribution),
        TEST_CASE(uniform_uses_53_bits),
        TEST_CASE(normal_has_the_moments_of_the_normal_distribution),
        TEST_LOOP(below_is_uniform, TEST_COUNT(bounds)),
        TEST_CASE(below_is_unbiased_for_a_huge_bound),
        TEST_CASE(distinct_triples_give_unrelated_sequences),
        TEST_CASE(equal_triples_and_copies_give_equal_sequences),
        TEST_LOOP(shuffle_is_a_permutation, TEST_COUNT(lengths)),
        TEST_CASE(shuffle_is_uniform_over_all_orders),
    };
    return run_tests("random", cases, TEST_COUNT(cases));
}

/*
 * Sums in a fixed order: that of the definition, to the bit, whatever the compiler makes of them.
 * And that it rounds each product for itself.
 */
#include "base/fixed_sum.h"
#include "base/vector_loops.h"
#include "harness.h"

#include <math.h>

enum { MOST = 400 };

/* Of very different magnitudes, so that another order rounds otherwise. */
static void fill(float *values)
{
    descent_random random = descent_random_init(1, DESCENT_STREAM_USER, 0);
    for (size_t i = 0; i < MOST; i++) {
        values[i] = (float)ldexp(descent_random_uniform(&random), (int)(i * 7 % 23));
    }
}

/* As fixed_sum.h says it; volatile, so that no compiler sees an array to work on. */
static double by_definition(const float *values, size_t n)
{
    volatile double partial[16] = {0};
    for (size_t i = 0; i < n; i++) {
        double square = (double)values[i] * (double)values[i];
        partial[i % 16] = partial[i % 16] + square;
    }
    for (size_t apart = 8; apart > 0; apart /= 2) {
        for (size_t i = 0; i < apart; i++) {
            partial[i] = partial[i] + partial[i + apart];
        }
    }
    return partial[0];
}

START_TEST(squares_are_added_in_the_order_of_the_definition)
{
    float values[MOST];
    fill(values);
    bool in_order_of_index = true;
    double plain = 0;
    for (size_t n = 0; n <= MOST; n++) {
        double sum = descent_sum_of_squares(values, n);
        ck_assert_double_eq(sum, by_definition(values, n));
        in_order_of_index = in_order_of_index && sum == plain;
        plain += n < MOST ? (double)values[n] * (double)values[n] : 0;
    }
    ck_assert(!in_order_of_index); /* else the values would show nothing */
}
END_TEST

DESCENT_VECTOR_LOOP static void products_less(const double *a, const double *less, double *results)
{
#pragma omp simd
    for (size_t i = 0; i < 64; i++) {
        results[i] = a[i] * a[i] - less[i];
    }
}

/* Fused, the difference would be what the product was rounded by. */
START_TEST(no_product_is_fused_with_a_sum)
{
    double a[64], less[64], results[64];
    for (size_t i = 0; i < 64; i++) {
        a[i] = 1.0 + (double)(i + 1) * 0x1p-40;
        volatile double square = a[i] * a[i];
        less[i] = square;
        ck_assert_double_ne(fma(a[i], a[i], -square), 0.0);
    }
    products_less(a, less, results);
    for (size_t i = 0; i < 64; i++) {
        ck_assert_double_eq(results[i], 0.0);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(squares_are_added_in_the_order_of_the_definition),
        TEST_CASE(no_product_is_fused_with_a_sum),
    };
    return run_tests("fixed_sum", cases, TEST_COUNT(cases));
}

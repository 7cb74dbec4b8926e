/*
 * Tensors: what a type is called, and its numbers as float.
 */
#include "harness.h"

#include <math.h>
#include <stdbool.h>

START_TEST(types_have_names_and_sizes)
{
    ck_assert_str_eq(descent_type_name(DESCENT_TYPE_F64), "F64");
    ck_assert_uint_eq(descent_type_size(DESCENT_TYPE_F64), sizeof(double));
    ck_assert_str_eq(descent_type_name(DESCENT_TYPE_BF16), "BF16");
    ck_assert_uint_eq(descent_type_size(DESCENT_TYPE_BF16), 2);
    ck_assert_ptr_null(descent_type_name(DESCENT_TYPE_COUNT));
    ck_assert_uint_eq(descent_type_size(DESCENT_TYPE_COUNT), 0);
}
END_TEST

START_TEST(elements_are_the_product_of_the_sizes)
{
    const descent_tensor tensors[] = {
        {"number", DESCENT_TYPE_F32, {0}, NULL},
        {"matrix", DESCENT_TYPE_F32, {2, {3, 4}}, NULL},
        {"nothing", DESCENT_TYPE_F32, {3, {3, 0, 4}}, NULL},
    };
    ck_assert_uint_eq(descent_tensor_elements(&tensors[0]), 1);
    ck_assert_uint_eq(descent_tensor_elements(&tensors[1]), 12);
    ck_assert_uint_eq(descent_tensor_elements(&tensors[2]), 0);
}
END_TEST

/* The value of a small float by the definition of IEEE 754. */
static double value_of_half(unsigned bits, int exponent_bits, int fraction_bits)
{
    int bias = (1 << (exponent_bits - 1)) - 1;
    int exponent = (int)(bits >> fraction_bits) & ((1 << exponent_bits) - 1);
    int fraction = (int)bits & ((1 << fraction_bits) - 1);
    double sign = bits >> 15 != 0 ? -1.0 : 1.0;
    if (exponent == (1 << exponent_bits) - 1) {
        return fraction != 0 ? (double)NAN : sign * HUGE_VAL;
    }
    double significand = ldexp(fraction, -fraction_bits) + (exponent > 0 ? 1.0 : 0.0);
    return sign * ldexp(significand, (exponent > 0 ? exponent : 1) - bias);
}

static void assert_all_halves(descent_type type, int exponent_bits, int fraction_bits)
{
    enum { COUNT = 1 << 16 };
    static uint16_t halves[COUNT];
    static float values[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        halves[i] = (uint16_t)i;
    }
    const descent_tensor tensor = {"all", type, {1, {COUNT}}, halves};
    ck_assert_ok(descent_tensor_read(&tensor, values));
    for (unsigned i = 0; i < COUNT; i++) {
        double expected = value_of_half(i, exponent_bits, fraction_bits);
        bool same = isnan(expected) ? isnan(values[i]) != 0 : (double)values[i] == expected;
        ck_assert_msg(same && (isnan(expected) || !signbit(values[i]) == !signbit(expected)),
                      "%s %04x: expected %g, found %g", descent_type_name(type), i, expected,
                      (double)values[i]);
    }
}

START_TEST(every_f16_and_bf16_has_its_value)
{
    assert_all_halves(DESCENT_TYPE_F16, 5, 10);
    assert_all_halves(DESCENT_TYPE_BF16, 8, 7);
}
END_TEST

START_TEST(f64_is_rounded_to_float)
{
    const double doubles[] = {0.1, -0.0, 1e300, 1.0 + 0x1p-24, 0x1p-149, (double)NAN};
    const float expected[] = {0.1f, -0.0f, HUGE_VALF, 1.0f, 0x1p-149f};
    float values[6];
    const descent_tensor tensor = {"doubles", DESCENT_TYPE_F64, {1, {6}}, doubles};
    ck_assert_ok(descent_tensor_read(&tensor, values));
    ck_assert_mem_eq(values, expected, sizeof expected);
    ck_assert(isnan(values[5]));
}
END_TEST

START_TEST(integers_are_not_read_as_floats)
{
    const uint8_t bytes[] = {7, 8, 9};
    const descent_tensor tensor = {"b", DESCENT_TYPE_U8, {1, {3}}, bytes};
    float values[3];
    ck_assert_int_eq(descent_tensor_read(&tensor, values), DESCENT_ERROR_INVALID);
    ck_assert_str_eq(descent_last_error(), "tensor 'b': expected a floating-point type, found U8");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(types_have_names_and_sizes),
        TEST_CASE(elements_are_the_product_of_the_sizes),
        TEST_CASE(every_f16_and_bf16_has_its_value),
        TEST_CASE(f64_is_rounded_to_float),
        TEST_CASE(integers_are_not_read_as_floats),
    };
    return run_tests("tensor", cases, TEST_COUNT(cases));
}

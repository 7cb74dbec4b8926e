/*
 * NumPy's arrays: every type and order of bytes is read as the number it is, and whatever is not an
 * array of numbers is refused with a line that says what to do.
 */
#include "harness.h"
#include "npy_files.h"

#include "data/npy.h"

#include <math.h>

static descent_status load(struct descent_array *array, const char *path, enum descent_npy_use use)
{
    struct descent_reader reader;
    descent_status status = descent_reader_open(&reader, path);
    if (status == DESCENT_OK) {
        status = descent_npy_read(array, &reader, use, 0);
        descent_reader_close(&reader);
    }
    return status;
}

static void assert_refused(const struct bytes *bytes, enum descent_npy_use use, const char *said)
{
    struct descent_array array;
    const char *path = write_bytes("bad.npy", bytes);
    ck_assert_int_eq(load(&array, path, use), DESCENT_ERROR_FORMAT);
    ck_assert(array.bytes == NULL && array.integers == NULL && array.floats == NULL);
    ck_assert_msg(strstr(descent_last_error(), said) != NULL, "%s", descent_last_error());
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
}

/* The bits of a number, as a float of 4 or 8 bytes has them, or else as an integer. */
static uint64_t bits_of(double number, const char *descr)
{
    uint64_t bits = 0;
    if (descr[1] != 'f') {
        int64_t whole = (int64_t)number;
        memcpy(&bits, &whole, 8);
    } else if (descr[2] == '4') {
        float single = (float)number;
        memcpy(&bits, &single, 4);
    } else {
        memcpy(&bits, &number, 8);
    }
    return bits;
}

static void append_element(struct bytes *to, double number, const char *descr)
{
    unsigned size = (unsigned)(descr[2] - '0');
    uint64_t bits = bits_of(number, descr);
    for (unsigned i = 0; i < size; i++) {
        unsigned at = descr[0] == '>' ? size - 1 - i : i;
        append_byte(to, bits >> 8 * at & 0xff);
    }
}

static const struct {
    const char *descr;
    double numbers[3];
} types[] = {
    {"<f4", {0.5, -3.25, 1e30}},
    {">f4", {0.5, -3.25, 1e30}},
    {"<f8", {0.5, -3.25, 7e-20}},
    {">f8", {0.5, -3.25, 7e-20}},
    {"=f8", {1, 2, 3}},
    {"|u1", {0, 7, 255}},
    {"|i1", {-128, 7, 127}},
    {"<i2", {-32768, 7, 32767}},
    {">i2", {-32768, 7, 32767}},
    {"<u2", {0, 7, 65535}},
    {">u2", {0, 7, 65535}},
    {"<i4", {-2147483648.0, 7, 2147483647.0}},
    {">i4", {-2147483648.0, 7, 65536}},
    {"<u4", {0, 7, 4294967040.0}},
    {"<i8", {-9e15, 7, 9e15}},
    {">i8", {-9e15, 7, 9e15}},
    {"<u8", {0, 7, 9e15}},
    {"|b1", {0, 1, 1}},
};

START_TEST(every_type_is_read_as_its_numbers)
{
    for (unsigned version = 1; version <= 3; version++) {
        struct bytes file = npy_header(version, types[_i].descr, "(3, 1)");
        for (size_t i = 0; i < 3; i++) {
            append_element(&file, types[_i].numbers[i], types[_i].descr);
        }
        struct descent_array array;
        ck_assert_ok(load(&array, write_bytes("a.npy", &file), DESCENT_NPY_NUMBERS));
        ck_assert_uint_eq(array.rank, 2);
        ck_assert_uint_eq(array.sizes[0], 3);
        ck_assert_uint_eq(array.sizes[1], 1);
        for (size_t i = 0; i < 3; i++) {
            ck_assert_float_eq(array.floats[i], (float)types[_i].numbers[i]);
        }
        descent_array_free(&array);
    }
}
END_TEST

START_TEST(a_file_may_be_gzip)
{
    struct bytes file = npy_header(1, "|u1", "(2,)");
    append_text(&file, "\3\4");
    file = gzip(&file);
    struct descent_array array;
    ck_assert_ok(load(&array, write_bytes("a.npy.gz", &file), DESCENT_NPY_LABELS));
    ck_assert_int_eq(array.integers[0] * 10 + array.integers[1], 34);
    descent_array_free(&array);
}
END_TEST

/* Images of unsigned bytes stay bytes; a table of them is numbers, unless bytes are asked for. */
START_TEST(what_is_kept_follows_from_the_use)
{
    static const struct {
        const char *descr, *shape;
        enum descent_npy_use use;
        char kept;
    } cases[] = {
        {"|u1", "(1, 2, 1)", DESCENT_NPY_SAMPLES, 'b'},
        {"|u1", "(1, 2)", DESCENT_NPY_SAMPLES, 'f'},
        {"|i1", "(1, 2, 1)", DESCENT_NPY_SAMPLES, 'f'},
        {"|b1", "(1, 2, 1)", DESCENT_NPY_SAMPLES, 'f'},
        {"|u1", "(1, 2)", DESCENT_NPY_BYTES, 'b'},
        {"|i1", "(1, 2)", DESCENT_NPY_BYTES, 'b'},
        {"|b1", "(1, 2)", DESCENT_NPY_BYTES, 'f'},
        {"|u1", "(2,)", DESCENT_NPY_LABELS, 'i'},
        {"|b1", "(2,)", DESCENT_NPY_LABELS, 'i'},
        {"|u1", "(2,)", DESCENT_NPY_NUMBERS, 'f'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes file = npy_header(1, cases[i].descr, cases[i].shape);
        append_text(&file, "\1\1");
        struct descent_array array;
        ck_assert_ok(load(&array, write_bytes("a.npy", &file), cases[i].use));
        char kept = array.bytes != NULL ? 'b' : array.integers != NULL ? 'i' : 'f';
        ck_assert_msg(kept == cases[i].kept, "%zu: %c", i, kept);
        descent_array_free(&array);
    }
}
END_TEST

START_TEST(numbers_out_of_range_are_refused)
{
    static const struct {
        const char *descr;
        double number;
        enum descent_npy_use use;
        const char *said;
    } cases[] = {
        {"<f4", NAN, DESCENT_NPY_SAMPLES, "expected finite numbers that fit a float, found"},
        {"<f8", 1e300, DESCENT_NPY_NUMBERS, "found 1e+300 at sample 1, element 0"},
        {"<i8", 4e9, DESCENT_NPY_LABELS, "expected labels of at most 32 bits, found 4e+09"},
        {"<i4", 256, DESCENT_NPY_BYTES, "expected whole numbers from 0 to 255, found 256"},
        {"<i4", -1, DESCENT_NPY_BYTES, "expected whole numbers from 0 to 255, found -1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes file = npy_header(1, cases[i].descr, "(2,)");
        append_element(&file, 1, cases[i].descr);
        append_element(&file, cases[i].number, cases[i].descr);
        assert_refused(&file, cases[i].use, cases[i].said);
    }
}
END_TEST

START_TEST(other_kinds_of_arrays_say_what_to_do)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", "Python objects (pickled)"},
        {"{'descr': '<U5', 'fortran_order': False, 'shape': (3,)}", "np.unique(a"},
        {"{'descr': '|S1', 'fortran_order': False, 'shape': (3,)}", "found texts"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (3,)}", "found complex"},
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (3,)}", "a.astype('float32')"},
        {"{'descr': '<f16', 'fortran_order': False, 'shape': (3,)}", "found <f16"},
        {"{'descr': '<i3', 'fortran_order': False, 'shape': (3,)}", "found <i3"},
        {"{'descr': '<M8[s]', 'fortran_order': False, 'shape': (3,)}", "found <M8[s]"},
        {"{'descr': '', 'fortran_order': False, 'shape': (3,)}", "expected booleans, integers"},
        {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}", "several fields"},
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2)}", "np.ascontiguousarray(a)"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': ()}", "found a single number"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3)}", "at least one sample"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", "found more"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "overflow"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 3)}", "overflow"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 2)}", "overflow"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "a size"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}", "a size"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3}", "a comma or the end"},
        {"{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}", "True or False"},
        {"{'descr': '<f4', 'fortran_order': False}", "descr, fortran_order and shape"},
        {"{'descr': '<f4', 'descr': '<f4', 'shape': (3,)}", "each key once"},
        {"{'descr': '<f4', 'size': 3}", "descr, fortran_order or shape"},
        {"{'descr': '<f4' 'shape': (3,)}", "with commas between"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} x", "behind the dictionary"},
        {"('descr', '<f4')", "a dictionary"},
        {"", "a dictionary"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes file = npy_text(1, cases[i].text);
        append_little(&file, 0, 8);
        append_little(&file, 0, 4);
        assert_refused(&file, DESCENT_NPY_NUMBERS, cases[i].said);
    }
}
END_TEST

START_TEST(one_dimension_has_no_order)
{
    struct bytes file =
        npy_text(1, "{\"shape\": (1L, 2), \"fortran_order\": True, \"descr\": \"|u1\"}");
    append_text(&file, "\5\6");
    struct descent_array array;
    ck_assert_ok(load(&array, write_bytes("a.npy", &file), DESCENT_NPY_NUMBERS));
    ck_assert_float_eq(array.floats[0], 5.0f);
    ck_assert_float_eq(array.floats[1], 6.0f);
    descent_array_free(&array);
}
END_TEST

START_TEST(damaged_files_are_refused)
{
    struct bytes whole = npy_header(2, "<f4", "(3,)");
    append_little(&whole, 0, 8);
    append_little(&whole, 0, 4);
    struct descent_array array;
    for (size_t size = 0; size < whole.size; size++) {
        struct bytes cut = whole;
        cut.size = size;
        ck_assert_int_eq(load(&array, write_bytes("bad.npy", &cut), DESCENT_NPY_NUMBERS),
                         DESCENT_ERROR_FORMAT);
        ck_assert_ptr_null(array.floats);
    }
    struct bytes longer = whole;
    append_byte(&longer, 0);
    assert_refused(&longer, DESCENT_NPY_NUMBERS, "bytes by its header");
    whole.data[0] = 'X';
    assert_refused(&whole, DESCENT_NPY_NUMBERS, "found another kind of file");
    whole.data[0] = 0x93;
    whole.data[6] = 4;
    assert_refused(&whole, DESCENT_NPY_NUMBERS, "version 1.0, 2.0 or 3.0");
    whole.data[6] = 2;
    whole.data[10] = 1; /* of the header's length */
    assert_refused(&whole, DESCENT_NPY_NUMBERS, "expected a header of less than 4096 bytes");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(every_type_is_read_as_its_numbers, sizeof types / sizeof types[0]),
        TEST_CASE(a_file_may_be_gzip),
        TEST_CASE(what_is_kept_follows_from_the_use),
        TEST_CASE(numbers_out_of_range_are_refused),
        TEST_CASE(other_kinds_of_arrays_say_what_to_do),
        TEST_CASE(one_dimension_has_no_order),
        TEST_CASE(damaged_files_are_refused),
    };
    scratch_begin();
    int failed = run_tests("npy", cases, TEST_COUNT(cases));
    scratch_end();
    return failed;
}

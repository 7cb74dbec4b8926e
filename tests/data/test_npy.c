/*
 * NumPy's arrays and archives of them: every type and order of bytes is read as the number it is,
 * and whatever is not an array of numbers is refused with a line that says what to do.
 */
#include "harness.h"
#include "npy_files.h"

#include "data/array_name.h"
#include "data/npy.h"
#include "data/npz.h"
#include "disk.h"

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

/* Two members: 0 … 5 as <i4 and 7, 8 as |u1. */
static struct bytes make_archive(bool pack)
{
    struct member members[] = {{"x.npy", npy_header(1, "<i4", "(2, 3)")},
                               {"y.npy", npy_header(1, "|u1", "(2,)")}};
    for (unsigned i = 0; i < 6; i++) {
        append_little(&members[0].bytes, i, 4);
    }
    append_text(&members[1].bytes, "\7\10");
    return zip(members, 2, pack);
}

static descent_status load_member(struct descent_array *array, const struct descent_npz *npz,
                                  size_t i, const char *path)
{
    struct descent_reader reader;
    descent_status status = descent_reader_open_part(&reader, path, &npz->members[i].part, path);
    if (status == DESCENT_OK) {
        status = descent_npy_read(array, &reader, DESCENT_NPY_NUMBERS, 0);
        descent_reader_close(&reader);
    }
    return status;
}

START_TEST(members_are_read_stored_and_packed)
{
    struct descent_npz npz;
    struct descent_array array;
    struct bytes file = make_archive(_i == 1);
    const char *path = write_bytes("a.npz", &file);
    ck_assert_ok(descent_npz_load(&npz, path));
    ck_assert_uint_eq(npz.count, 2);
    ck_assert_str_eq(npz.members[0].name, "x");
    ck_assert_str_eq(npz.members[1].name, "y");
    ck_assert_ok(load_member(&array, &npz, 0, path));
    for (size_t i = 0; i < 6; i++) {
        ck_assert_float_eq(array.floats[i], (float)i);
    }
    descent_array_free(&array);
    ck_assert_ok(load_member(&array, &npz, 1, path));
    ck_assert_float_eq(array.floats[0] * 10 + array.floats[1], 78.0f);
    descent_array_free(&array);
}
END_TEST

/* Every byte that is changed is noticed, or changes nothing that is read; every cut is noticed. */
START_TEST(damaged_archives_are_refused)
{
    struct bytes whole = make_archive(_i == 1);
    for (size_t at = 0; at < whole.size; at++) {
        struct bytes changed = whole;
        changed.data[at] ^= 0x5a;
        const char *path = write_bytes("bad.npz", &changed);
        struct descent_npz npz;
        bool listed = descent_npz_load(&npz, path) == DESCENT_OK;
        for (size_t m = 0; listed && m < npz.count; m++) {
            struct descent_array array = {0};
            if (load_member(&array, &npz, m, path) == DESCENT_OK) {
                ck_assert_float_eq(array.floats[1], array.rank == 1 ? 8.0f : 1.0f);
            }
            descent_array_free(&array);
        }
        struct bytes cut = whole;
        cut.size = at;
        ck_assert_int_eq(descent_npz_load(&npz, write_bytes("bad.npz", &cut)),
                         DESCENT_ERROR_FORMAT);
    }
}
END_TEST

/* The directory of a member that claims to unpack to more than it holds. */
START_TEST(a_member_cannot_claim_memory)
{
    struct member member = {"x.npy", npy_header(1, "<f8", "(40000000,)")};
    append_little(&member.bytes, 0, 8);
    struct bytes file = zip(&member, 1, true);
    const char *path = write_bytes("bad.npz", &file);
    struct descent_npz npz;
    struct descent_array array = {0};
    ck_assert_ok(descent_npz_load(&npz, path));
    ck_assert_int_eq(load_member(&array, &npz, 0, path), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "bytes by its header, found "));
    npz.members[0].part.size = 320000128;
    ck_assert_int_eq(load_member(&array, &npz, 0, path), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "cannot hold so many"));
}
END_TEST

enum { ENTRY = 46 + 5, END = 22 }; /* of one member whose name has five bytes */

/* An archive whose entry has its numbers, all of which are told to be elsewhere, in an extra field.
 */
static struct bytes widen(const struct bytes *whole, const struct bytes *extra)
{
    struct bytes made = *whole;
    unsigned char end[END];
    memcpy(end, whole->data + whole->size - END, END);
    made.size -= END;
    unsigned char *entry = made.data + made.size - ENTRY;
    memset(entry + 20, 0xff, 8);
    memset(entry + 42, 0xff, 4);
    entry[30] = (unsigned char)extra->size;
    end[12] = (unsigned char)(ENTRY + extra->size);
    made = join(&made, extra);
    for (size_t i = 0; i < END; i++) {
        append_byte(&made, end[i]);
    }
    return made;
}

static struct bytes one_member(void)
{
    struct member member = {"x.npy", npy_header(1, "|u1", "(2,)")};
    append_text(&member.bytes, "\7\10");
    return zip(&member, 1, false);
}

/* A field of another kind, then that of 64-bit numbers, of which it claims to have so many bytes.
 */
static struct bytes extra_field(const struct bytes *whole, size_t claimed)
{
    struct bytes extra = {.size = 0};
    append_little(&extra, 0x5455, 2);
    append_little(&extra, 1, 2);
    append_little(&extra, 0, 1);
    append_little(&extra, 1, 2);
    append_little(&extra, claimed, 2);
    append_little(&extra, whole->data[whole->size - END - ENTRY + 24], 8);
    append_little(&extra, whole->data[whole->size - END - ENTRY + 20], 8);
    append_little(&extra, 0, 8);
    return extra;
}

START_TEST(numbers_of_64_bits_are_read)
{
    struct bytes whole = one_member();
    struct bytes extra = extra_field(&whole, 24);
    struct bytes file = widen(&whole, &extra);
    const char *path = write_bytes("wide.npz", &file);
    struct descent_npz npz;
    struct descent_array array;
    ck_assert_ok(descent_npz_load(&npz, path));
    ck_assert_ok(load_member(&array, &npz, 0, path));
    ck_assert_float_eq(array.floats[0] * 10 + array.floats[1], 78.0f);
    descent_array_free(&array);
}
END_TEST

static void assert_archive_refused(const struct bytes *file, const char *reason)
{
    struct descent_npz npz;
    ck_assert_int_eq(descent_npz_load(&npz, write_bytes("bad.npz", file)), DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), reason) != NULL, "%s", descent_last_error());
}

/* A field that ends too early, one that claims bytes behind its end, none that has the numbers. */
START_TEST(numbers_of_64_bits_are_not_read_from_elsewhere)
{
    static const struct {
        size_t claimed, size;
    } bad[] = {{16, 33}, {25, 33}, {28, 33}, {24, 32}, {8, 18}, {8, 5}, {8, 0}};
    struct bytes whole = one_member();
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct bytes extra = extra_field(&whole, bad[i].claimed);
        extra.size = bad[i].size;
        struct bytes file = widen(&whole, &extra);
        assert_archive_refused(&file, "a size that is missing");
    }
}
END_TEST

START_TEST(archives_of_more_than_4_gib_are_refused)
{
    struct bytes whole = one_member(), many = whole, none = whole, behind = whole;
    memset(whole.data + whole.size - END + 16, 0xff, 4);
    assert_archive_refused(&whole, "one of more than 4 GiB");
    memset(many.data + many.size - END + 10, 0xff, 2);
    assert_archive_refused(&many, "one of more than 4 GiB");
    memset(none.data + none.size - END + 10, 0, 2);
    assert_archive_refused(&none, "arrays, found 0");
    behind.data[behind.size - END + 18] = 1;
    assert_archive_refused(&behind, "a directory that is not in the file");
}
END_TEST

/* Places and names of a member that the file does not have. */
START_TEST(members_lie_before_the_directory)
{
    struct bytes whole = one_member(), near = whole, other = whole;
    unsigned char *entry = near.data + near.size - END - ENTRY;
    append_little(&other, 0, 0);
    size_t directory = near.size - END - ENTRY;
    entry[42] = (unsigned char)(directory - 10); /* no room for a header */
    assert_archive_refused(&near, "a member that is not in the file");
    struct member named = {"", npy_header(1, "|u1", "(2,)")};
    char name[400];
    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - 5, ".npy", 5);
    named.name = name;
    append_text(&named.bytes, "\1\2");
    other = zip(&named, 1, false);
    struct descent_npz npz;
    ck_assert_ok(descent_npz_load(&npz, write_bytes("named.npz", &other)));
    ck_assert_uint_eq(npz.count, 0); /* a name of that length is no array's */
}
END_TEST

/* The end's record is looked for in the last bytes alone. */
START_TEST(a_large_file_without_a_directory_is_refused)
{
    static const char nothing[1 << 17];
    const char *path = scratch_write("large.npz", nothing, sizeof nothing);
    struct descent_npz npz;
    ck_assert_int_eq(descent_npz_load(&npz, path), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "no directory at its end"));
    if (disk_can_fail()) {
        disk_fail_at(DISK_READ, 1, 0);
        ck_assert_int_eq(descent_npz_load(&npz, path), DESCENT_ERROR_FORMAT);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "its end too early"));
    }
}
END_TEST

START_TEST(a_part_lies_in_the_file)
{
    const char *path = scratch_write("part", "0123456789", 10);
    const struct descent_reader_part behind = {.offset = 11, .packed = 1, .size = 1};
    const struct descent_reader_part longer = {.offset = 5, .packed = 6, .size = 6};
    struct descent_reader reader;
    ck_assert_int_eq(descent_reader_open_part(&reader, path, &behind, "x"), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "x: expected 1 bytes at offset 11"));
    ck_assert_int_eq(descent_reader_open_part(&reader, path, &longer, "x"), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "x: expected 6 bytes at offset 5"));
}
END_TEST

/* A stream that ends where the buffer does, and one byte of the member behind it: stored blocks, of
 * which each has a head of five bytes. */
START_TEST(a_stream_fills_its_part)
{
    static unsigned char file[sizeof((struct descent_reader *)0)->buffer + 1];
    const size_t stream = sizeof file - 1;
    unsigned char unpacked[1 << 10];
    size_t at = 0, size = 0, got = 0;
    while (at < stream) {
        size_t left = stream - at - 5, block = left < 30000 ? left : 30000;
        const unsigned char head[] = {left == block, block & 0xff, block >> 8 & 0xff, ~block & 0xff,
                                      ~block >> 8 & 0xff};
        memcpy(file + at, head, 5);
        at += 5 + block;
        size += block;
    }
    const char *path = scratch_write("stream", file, sizeof file);
    const struct descent_reader_part part = {
        .deflated = true, .packed = sizeof file, .size = size, .crc = 0};
    struct descent_reader reader;
    ck_assert_ok(descent_reader_open_part(&reader, path, &part, "x"));
    descent_status status = DESCENT_OK;
    do {
        status = descent_reader_read_some(&reader, unpacked, sizeof unpacked, &got);
    } while (status == DESCENT_OK && got > 0);
    descent_reader_close(&reader);
    ck_assert_int_eq(status, DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "found trailing bytes"));
}
END_TEST

START_TEST(names_say_what_arrays_are_for)
{
    static const struct {
        const char *name;
        enum descent_array_part part;
        enum descent_array_role role;
        size_t rank;
        const char *set;
    } cases[] = {
        {"train-images-idx3-ubyte", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 3, ""},
        {"t10k-labels.idx1-ubyte.gz", DESCENT_ARRAY_TEST, DESCENT_ARRAY_LABELS, 1, ""},
        {"emnist-letters-test-images-idx3-ubyte.gz", DESCENT_ARRAY_TEST, DESCENT_ARRAY_SAMPLES, 3,
         "emnist-letters"},
        {"TRAIN_LABELS", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_LABELS, 0, ""},
        {"images-idx3-ubyte", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES, 3, ""},
        {"X_train.npy", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, ""},
        {"ytest", DESCENT_ARRAY_TEST, DESCENT_ARRAY_EITHER, 0, ""},
        {"k49-train-imgs.npz", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, "k49"},
        {"training_targets-idx2-float", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_TARGETS, 2, ""},
        {"target", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_EITHER, 0, ""},
        {"target_names", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN, 0, "names"},
        {"feature-names.npy", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN, 0, "feature-names"},
        {"names-train-images", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, "names"},
        {"notes.txt", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN, 0, "notes-txt"},
        {"idx0-idx9-idx33-x", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES, 0, "idx0-idx9-idx33"},
        {"train-test-x-y", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, "test-y"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct descent_array_name name = descent_array_name_read(cases[i].name);
        ck_assert_msg(name.part == cases[i].part && name.role == cases[i].role &&
                          name.idx_rank == cases[i].rank,
                      "%s: %d %d %zu", cases[i].name, name.part, name.role, name.idx_rank);
        ck_assert_str_eq(name.set, cases[i].set);
    }
}
END_TEST

START_TEST(a_long_name_is_cut)
{
    char text[1000];
    memset(text, 'a', sizeof text);
    for (size_t i = 50; i < sizeof text; i += 50) {
        text[i] = '-';
    }
    text[sizeof text - 1] = '\0';
    ck_assert_uint_eq(strlen(descent_array_name_read(text).set), 127);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(every_type_is_read_as_its_numbers, sizeof types / sizeof types[0]),
        TEST_CASE(a_file_may_be_gzip),
        TEST_CASE(numbers_of_64_bits_are_read),
        TEST_CASE(numbers_of_64_bits_are_not_read_from_elsewhere),
        TEST_CASE(archives_of_more_than_4_gib_are_refused),
        TEST_CASE(what_is_kept_follows_from_the_use),
        TEST_CASE(numbers_out_of_range_are_refused),
        TEST_CASE(other_kinds_of_arrays_say_what_to_do),
        TEST_CASE(one_dimension_has_no_order),
        TEST_CASE(damaged_files_are_refused),
        TEST_LOOP(members_are_read_stored_and_packed, 2),
        TEST_LOOP(damaged_archives_are_refused, 2),
        TEST_CASE(a_member_cannot_claim_memory),
        TEST_CASE(members_lie_before_the_directory),
        TEST_CASE(a_large_file_without_a_directory_is_refused),
        TEST_CASE(a_part_lies_in_the_file),
        TEST_CASE(a_stream_fills_its_part),
        TEST_CASE(names_say_what_arrays_are_for),
        TEST_CASE(a_long_name_is_cut),
    };
    scratch_begin();
    int failed = run_tests("npy", cases, TEST_COUNT(cases));
    scratch_end();
    return failed;
}

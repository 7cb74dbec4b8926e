/*
 * IDX files, plain and gzip: what is valid is read, and whatever is not is refused with a line that
 * says why.
 */
#include "harness.h"
#include "idx_files.h"

#include "allocations.h"
#include "data/idx.h"
#include "disk.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const uint32_t small[] = {3, 2, 4};

/* Reads a file of unsigned bytes. */
static descent_status load(struct descent_array *idx, const char *path, size_t rank)
{
    const struct descent_idx_form form = {.rank = rank, .types = {DESCENT_IDX_UBYTE}};
    return descent_idx_load(idx, path, &form);
}

static void assert_counting(const struct descent_array *idx, unsigned rank, const uint32_t *sizes)
{
    size_t elements = 1;
    ck_assert_uint_eq(idx->rank, rank);
    for (unsigned i = 0; i < rank; i++) {
        ck_assert_uint_eq(idx->sizes[i], sizes[i]);
        elements *= sizes[i];
    }
    for (size_t i = 0; i < elements; i++) {
        ck_assert_uint_eq(idx->bytes[i], counting_value(i));
    }
}

static void assert_loads(const struct bytes *bytes, unsigned rank, const uint32_t *sizes)
{
    struct descent_array idx;
    ck_assert_ok(load(&idx, write_bytes("good", bytes), rank));
    assert_counting(&idx, rank, sizes);
    free(idx.bytes);
}

static void assert_refused(const struct bytes *bytes, unsigned rank, const char *said)
{
    struct descent_array idx;
    const char *path = write_bytes("bad", bytes);
    ck_assert_int_eq(load(&idx, path, rank), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(idx.bytes);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    ck_assert_msg(strstr(descent_last_error(), said) != NULL, "%s", descent_last_error());
}

START_TEST(every_rank_is_read_plain_and_gzip)
{
    static const uint32_t sizes[] = {2, 3, 1, 2, 1, 2, 3, 1};
    unsigned rank = (unsigned)_i + 1;
    struct bytes plain = idx_counting(rank, sizes);
    struct bytes packed = gzip(&plain);
    assert_loads(&plain, rank, sizes);
    assert_loads(&packed, rank, sizes);
}
END_TEST

START_TEST(a_gzip_file_may_have_several_members)
{
    struct bytes plain = idx_counting(3, small);
    struct bytes first = {.size = 21};
    struct bytes second = {.size = plain.size - first.size};
    memcpy(first.data, plain.data, first.size);
    memcpy(second.data, plain.data + first.size, second.size);
    struct bytes a = gzip(&first);
    struct bytes b = gzip(&second);
    struct bytes both = join(&a, &b);
    assert_loads(&both, 3, small);
}
END_TEST

START_TEST(a_file_larger_than_the_buffers_is_read)
{
    enum { COUNT = 300, SIZE = 1000 };
    static const uint32_t sizes[] = {COUNT, SIZE};
    struct bytes header = idx_header(8, 2, sizes);
    const char *path = scratch_path("large");
    /* Mode T is zlib's plain file. Noise does not shrink, so that the gzip file is large too. */
    gzFile file = gzopen(path, _i == 0 ? "wbT" : "wb");
    ck_assert_int_eq(gzwrite(file, header.data, (unsigned)header.size), (int)header.size);
    static uint8_t noise[COUNT * SIZE];
    descent_random random = descent_random_init(1, DESCENT_STREAM_USER, 0);
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (uint8_t)descent_random_below(&random, 256);
    }
    ck_assert_int_eq(gzwrite(file, noise, sizeof noise), (int)sizeof noise);
    ck_assert_int_eq(gzclose(file), Z_OK);
    struct descent_array idx;
    ck_assert_ok(load(&idx, path, 2));
    ck_assert_mem_eq(idx.bytes, noise, sizeof noise);
    free(idx.bytes);
}
END_TEST

START_TEST(a_file_cut_at_any_byte_is_refused)
{
    struct bytes whole = idx_counting(3, small);
    if (_i == 1) {
        whole = gzip(&whole);
    }
    for (size_t size = 0; size < whole.size; size++) {
        struct bytes cut = whole;
        cut.size = size;
        assert_refused(&cut, 3, "expected");
    }
}
END_TEST

START_TEST(trailing_bytes_are_refused)
{
    static const struct bytes extra = {.data = {0}, .size = 1};
    static const struct bytes again = {.data = {0x1f, 0x8b, 0x08}, .size = 3};
    struct bytes plain = idx_counting(3, small);
    struct bytes packed = gzip(&plain);
    struct bytes empty = {.size = 0};
    struct bytes packed_empty = gzip(&empty);
    struct bytes bad = join(&plain, &extra);
    assert_refused(&bad, 3, "expected 40 bytes by its header, found 41");
    bad = gzip(&bad);
    assert_refused(&bad, 3, "trailing bytes");
    bad = join(&packed, &extra);
    assert_refused(&bad, 3, "trailing bytes");
    bad = join(&packed, &again);
    assert_refused(&bad, 3, "found the end of the file");
    bad = join(&packed, &packed);
    assert_refused(&bad, 3, "trailing bytes");
    bad = join(&packed, &packed_empty);
    assert_loads(&bad, 3, small);
}
END_TEST

/* Flips that leave the file valid are those of the gzip header's unused fields. */
START_TEST(a_bit_flipped_anywhere_in_gzip_is_refused_or_harmless)
{
    struct bytes plain = idx_counting(3, small);
    const struct bytes packed = gzip(&plain);
    size_t refused = 0;
    for (size_t bit = 0; bit < packed.size * 8; bit++) {
        struct bytes flipped = packed;
        flipped.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
        struct descent_array idx;
        descent_status status = load(&idx, write_bytes("flipped", &flipped), 3);
        if (status == DESCENT_OK) {
            assert_counting(&idx, 3, small);
            free(idx.bytes);
        } else {
            ck_assert_int_eq(status, DESCENT_ERROR_FORMAT);
            ck_assert_ptr_null(idx.bytes);
            refused++;
        }
    }
    ck_assert_uint_ge(refused, (packed.size - 10) * 8);
}
END_TEST

START_TEST(a_bit_flipped_in_a_plain_header_is_refused)
{
    const struct bytes plain = idx_counting(3, small);
    for (size_t bit = 0; bit < 16 * 8; bit++) {
        struct bytes flipped = plain;
        flipped.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_refused(&flipped, 3, "expected");
    }
}
END_TEST

static const struct {
    unsigned type, rank;
    uint32_t sizes[3];
    const char *said;
} bad_headers[] = {
    {0x0d,
     3,
     {3, 2, 4},
     "expected magic number 0x00000803 (unsigned bytes, 3 dimensions), found 0x00000d03"},
    {8, 2, {3, 8, 0}, "found 0x00000802"},
    {8, 1, {24, 0, 0}, "found 0x00000801"},
    {8, 3, {0, 2, 4}, "expected at least one sample"},
    {8, 3, {3, 0, 4}, "dimension 2 of 3"},
    {8, 3, {3, 2, 0}, "dimension 3 of 3"},
    {8, 3, {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, "overflow at dimension 2 of 3"},
    {8, 3, {0x80000000, 0x80000000, 4}, "overflow at dimension 3 of 3"},
    {8, 3, {0xFFFFFFFF, 28, 28}, "by its header"},
    {8, 3, {3, 0xFFFFFFFF, 1}, "by its header"},
    {8, 3, {3, 2, 5}, "expected"},
    {8, 3, {3, 2, 3}, "expected"},
};

START_TEST(a_bad_header_is_refused)
{
    static const struct bytes payload = {.size = 24};
    struct bytes header =
        idx_header(bad_headers[_i].type, bad_headers[_i].rank, bad_headers[_i].sizes);
    struct bytes plain = join(&header, &payload);
    struct bytes packed = gzip(&plain);
    assert_refused(&plain, 3, bad_headers[_i].said);
    /* In a gzip file, small errors of the length show only when the data end. */
    const char *said = strcmp(bad_headers[_i].said, "expected") == 0 ? "" : bad_headers[_i].said;
    assert_refused(&packed, 3, said);
}
END_TEST

/* It is refused before memory is taken for it: had it been asked for, its failure would show. */
START_TEST(a_small_file_cannot_claim_gigabytes)
{
    static const uint32_t sizes[] = {0x7FFFFFFF, 1, 1};
    struct bytes header = idx_header(8, 3, sizes);
    if (_i == 1) {
        header = gzip(&header);
    }
    const char *path = write_bytes("claim", &header);
    struct descent_array idx;
    for (size_t n = 1; n < 10; n++) { /* zlib's come first */
        allocations_fail_at(n);
        descent_status status = load(&idx, path, 3);
        allocations_fail_at(0);
        const char *said = status == DESCENT_ERROR_FORMAT
                               ? "expected 2147483663 bytes by its header"
                               : "no memory for unpacking";
        ck_assert_msg(strstr(descent_last_error(), said) != NULL, "%s", descent_last_error());
        ck_assert(status == DESCENT_ERROR_FORMAT || (n < 9 && _i == 1));
    }
}
END_TEST

/* Elements of several bytes, the highest first, as Python's struct packs them. */
static struct bytes idx_elements(int type, const void *numbers, size_t size, uint32_t count)
{
    struct bytes made = idx_header((unsigned)type, 1, &count);
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = 0;
        uint32_t word = 0;
        if (size == 8) {
            memcpy(&bits, (const char *)numbers + 8 * i, 8);
        } else {
            memcpy(&word, (const char *)numbers + 4 * i, 4);
            bits = word;
        }
        for (size_t b = size; b-- > 0;) {
            append_byte(&made, (unsigned)(bits >> 8 * b) & 0xff);
        }
    }
    return made;
}

START_TEST(other_types_are_read)
{
    enum { COUNT = 900 };
    static double doubles[COUNT];
    static float floats[COUNT];
    static int32_t integers[COUNT];
    for (int i = 0; i < COUNT; i++) {
        doubles[i] = 1e30 / (i + 1) - 1e29 * i;
        floats[i] = (float)doubles[i];
        integers[i] = i * i * 2000 - 7;
    }
    const struct descent_idx_form form = {
        .rank = 1, .types = {DESCENT_IDX_INT, DESCENT_IDX_FLOAT, DESCENT_IDX_DOUBLE}};
    struct bytes file = idx_elements(DESCENT_IDX_INT, integers, 4, COUNT);
    struct descent_array idx;
    ck_assert_ok(descent_idx_load(&idx, write_bytes("int", &file), &form));
    ck_assert_mem_eq(idx.integers, integers, sizeof integers);
    ck_assert(idx.bytes == NULL && idx.floats == NULL);
    descent_array_free(&idx);
    for (int i = 0; i < 2; i++) {
        file = i == 0 ? idx_elements(DESCENT_IDX_FLOAT, floats, 4, COUNT)
                      : idx_elements(DESCENT_IDX_DOUBLE, doubles, 8, COUNT);
        ck_assert_ok(descent_idx_load(&idx, write_bytes("floats", &file), &form));
        ck_assert_mem_eq(idx.floats, floats, sizeof floats);
        descent_array_free(&idx);
        file.size--;
        ck_assert_int_eq(descent_idx_load(&idx, write_bytes("floats", &file), &form),
                         DESCENT_ERROR_FORMAT);
        ck_assert_ptr_null(idx.floats);
    }
}
END_TEST

START_TEST(types_that_are_not_wanted_are_named)
{
    const float number = 1.0f;
    struct bytes file = idx_elements(DESCENT_IDX_FLOAT, &number, 4, 1);
    const struct descent_idx_form form = {.rank = 1, .types = {DESCENT_IDX_UBYTE, DESCENT_IDX_INT}};
    struct descent_array idx;
    ck_assert_int_eq(descent_idx_load(&idx, write_bytes("floats", &file), &form),
                     DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(),
                                 "expected magic number 0x00000801 (unsigned bytes, 1 dimension) "
                                 "or 0x00000c01 (integers), found 0x00000d01"));
}
END_TEST

START_TEST(numbers_that_are_none_are_refused)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY, 1e39};
    double numbers[3] = {1.0, bad[_i], 2.0};
    struct bytes file = idx_elements(DESCENT_IDX_DOUBLE, numbers, 8, 3);
    const struct descent_idx_form form = {.rank = 1, .types = {DESCENT_IDX_DOUBLE}};
    struct descent_array idx;
    ck_assert_int_eq(descent_idx_load(&idx, write_bytes("doubles", &file), &form),
                     DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "at sample 1, element 0"));
    ck_assert_ptr_null(idx.floats);
}
END_TEST

START_TEST(a_file_above_the_limit_is_refused)
{
    struct bytes plain = idx_counting(3, small);
    struct descent_array idx;
    struct descent_idx_form form = {.rank = 3, .types = {DESCENT_IDX_UBYTE}, .memory_limit = 24};
    ck_assert_ok(descent_idx_load(&idx, write_bytes("plain", &plain), &form));
    descent_array_free(&idx);
    form.memory_limit = 23;
    ck_assert_int_eq(descent_idx_load(&idx, write_bytes("plain", &plain), &form),
                     DESCENT_ERROR_MEMORY);
    ck_assert_ptr_nonnull(
        strstr(descent_last_error(), "3 samples need 24 bytes of memory, and the limit is 23"));
}
END_TEST

START_TEST(garbage_is_refused)
{
    struct bytes garbage = {.size = 2000};
    descent_random random = descent_random_init((uint64_t)_i, DESCENT_STREAM_USER, 1);
    for (size_t i = 0; i < garbage.size; i++) {
        garbage.data[i] = (unsigned char)descent_random_below(&random, 256);
    }
    garbage.data[0] = 1; /* not the start of any valid file */
    assert_refused(&garbage, 3, "expected magic number");
    garbage.data[0] = 0x1f;
    garbage.data[1] = 0x8b;
    garbage.data[2] = 8;
    assert_refused(&garbage, 3, "gzip");
}
END_TEST

/* The rank that a file says it has; 0 of other files. */
START_TEST(a_file_is_looked_at_for_its_rank)
{
    static const struct {
        unsigned char bytes[4];
        size_t size, rank;
    } cases[] = {{{0, 0, 8, 3}, 4, 3},  {{0, 0, 12, 1}, 4, 1}, {{0, 0, 13, 2}, 4, 2},
                 {{0, 0, 14, 8}, 4, 8}, {{0, 0, 9, 2}, 4, 0},  {{0, 0, 8, 9}, 4, 0},
                 {{0, 1, 8, 2}, 4, 0},  {{1, 0, 8, 2}, 4, 0},  {{0, 0, 8, 2}, 3, 0},
                 {{0x1f, 0x8b}, 2, 0}};
    size_t rank = 99;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const char *path = scratch_write("looked-at", cases[i].bytes, cases[i].size);
        ck_assert_ok(descent_idx_examine(&rank, path));
        ck_assert_msg(rank == cases[i].rank, "%zu: %zu", i, rank);
        ck_assert_int_eq(descent_dataset_is_array(path), rank > 0);
    }
    ck_assert_int_eq(descent_idx_examine(&rank, scratch_path("missing")), DESCENT_ERROR_NOT_FOUND);
    if (disk_can_fail()) {
        disk_fail_at(DISK_READ, 1, EIO);
        ck_assert(!descent_dataset_is_array(scratch_path("looked-at")));
    }
}
END_TEST

/* More than are converted at once, and then fewer than the header says. */
START_TEST(many_doubles_are_read)
{
    enum { COUNT = 3000 };
    static const uint32_t sizes[] = {COUNT};
    static const struct descent_idx_form form = {.rank = 1, .types = {DESCENT_IDX_DOUBLE}};
    struct bytes header = idx_header(14, 1, sizes);
    const unsigned char one[8] = {0x3f, 0xf0, 0, 0, 0, 0, 0, 0};
    const char *path = scratch_path("doubles.gz");
    for (size_t count = COUNT; count > 0; count -= COUNT / 2) {
        gzFile file = gzopen(path, "wb");
        ck_assert_int_eq(gzwrite(file, header.data, (unsigned)header.size), (int)header.size);
        for (size_t i = 0; i < count; i++) {
            ck_assert_int_eq(gzwrite(file, one, sizeof one), (int)sizeof one);
        }
        ck_assert_int_eq(gzclose(file), Z_OK);
        struct descent_array idx;
        ck_assert_int_eq(descent_idx_load(&idx, path, &form),
                         count == COUNT ? DESCENT_OK : DESCENT_ERROR_FORMAT);
        ck_assert(count < COUNT ? idx.floats == NULL : idx.floats[COUNT - 1] == 1.0f);
        descent_array_free(&idx);
    }
}
END_TEST

START_TEST(sizes_of_doubles_may_overflow)
{
    static const uint32_t sizes[] = {0x80000000, 0x7FFFFFFF};
    static const struct descent_idx_form form = {.rank = 2, .types = {DESCENT_IDX_DOUBLE}};
    struct bytes file = idx_header(14, 2, sizes);
    struct descent_array idx;
    ck_assert_int_eq(descent_idx_load(&idx, write_bytes("overflow", &file), &form),
                     DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "by its header"));
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    struct descent_array idx;
    const char *path = scratch_path("missing");
    ck_assert_int_eq(load(&idx, path, 3), DESCENT_ERROR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    ck_assert_int_eq(load(&idx, scratch_folder, 3), DESCENT_ERROR_IO);
    ck_assert_ptr_null(idx.bytes);
}
END_TEST

START_TEST(without_memory_loading_fails_cleanly)
{
    struct bytes plain = idx_counting(3, small);
    const char *path = write_bytes("plain", &plain);
    struct descent_array idx;
    if (allocations_counted()) {
        allocations_fail_at(1);
        ck_assert_int_eq(load(&idx, path, 3), DESCENT_ERROR_MEMORY);
        ck_assert_ptr_null(idx.bytes);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(every_rank_is_read_plain_and_gzip, DESCENT_ARRAY_RANK_MAX),
        TEST_CASE(a_gzip_file_may_have_several_members),
        TEST_LOOP(a_file_larger_than_the_buffers_is_read, 2),
        TEST_LOOP(a_file_cut_at_any_byte_is_refused, 2),
        TEST_CASE(trailing_bytes_are_refused),
        TEST_CASE(a_bit_flipped_anywhere_in_gzip_is_refused_or_harmless),
        TEST_CASE(a_bit_flipped_in_a_plain_header_is_refused),
        TEST_LOOP(a_bad_header_is_refused, TEST_COUNT(bad_headers)),
        TEST_LOOP(a_small_file_cannot_claim_gigabytes, 2),
        TEST_CASE(other_types_are_read),
        TEST_CASE(types_that_are_not_wanted_are_named),
        TEST_LOOP(numbers_that_are_none_are_refused, 4),
        TEST_CASE(a_file_above_the_limit_is_refused),
        TEST_LOOP(garbage_is_refused, 20),
        TEST_CASE(a_file_is_looked_at_for_its_rank),
        TEST_CASE(many_doubles_are_read),
        TEST_CASE(sizes_of_doubles_may_overflow),
        TEST_CASE(a_missing_file_is_named),
        TEST_CASE(without_memory_loading_fails_cleanly),
    };
    scratch_begin();
    int result = run_tests("idx", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

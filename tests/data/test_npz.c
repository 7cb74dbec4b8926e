/*
 * NumPy's archives: members are found by the directory at the end and read stored and packed, and
 * whatever is damaged, or claims what is not there, is refused.
 */
#include "harness.h"
#include "npy_files.h"

#include "data/npy.h"
#include "data/npz.h"
#include "disk.h"

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

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(members_are_read_stored_and_packed, 2),
        TEST_LOOP(damaged_archives_are_refused, 2),
        TEST_CASE(a_member_cannot_claim_memory),
        TEST_CASE(numbers_of_64_bits_are_read),
        TEST_CASE(numbers_of_64_bits_are_not_read_from_elsewhere),
        TEST_CASE(archives_of_more_than_4_gib_are_refused),
        TEST_CASE(members_lie_before_the_directory),
        TEST_CASE(a_large_file_without_a_directory_is_refused),
        TEST_CASE(a_part_lies_in_the_file),
        TEST_CASE(a_stream_fills_its_part),
    };
    scratch_begin();
    int failed = run_tests("npz", cases, TEST_COUNT(cases));
    scratch_end();
    return failed;
}

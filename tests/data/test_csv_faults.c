/*
 * Records of every make whose text or fields outgrow their room, while one allocation after the
 * other fails, and files of which the next bytes cannot be read, wherever these are asked for.
 */
#include "allocations.h"
#include "disk.h"
#include "harness.h"
#include "scratch.h"

#include "base/fail.h"
#include "data/csv.h"

#include <errno.h>

enum { SIZE = 150000 };

static char text[SIZE];

/* The part as often as it fits between the other two. */
static size_t repeat(const char *before, const char *part, const char *behind, size_t times)
{
    size_t size = 0;
    size += (size_t)sprintf(text + size, "%s", before);
    for (size_t i = 0; i < times; i++) {
        size += (size_t)sprintf(text + size, "%s", part);
    }
    return size + (size_t)sprintf(text + size, "%s", behind);
}

static descent_status read_all(const char *path, char separator, size_t *records, size_t *fields)
{
    struct descent_csv csv;
    bool more = true;
    *records = *fields = 0;
    DESCENT_TRY(descent_csv_open(&csv, path, (struct descent_csv_dialect){.separator = separator}));
    descent_status status = descent_csv_next(&csv, &more);
    while (status == DESCENT_OK && more) {
        ++*records;
        *fields += csv.fields;
        status = descent_csv_next(&csv, &more);
    }
    descent_csv_close(&csv);
    return status;
}

/* One record of many bytes, or fields, of one make. */
static const struct {
    const char *before, *part, *behind;
    size_t times, fields;
} makes[] = {
    {"\"", "x", "\"", 70000, 1},    /* quoted */
    {"\"", "\"\"", "\"", 70000, 1}, /* doubled quotes */
    {"a", " ", "b", 70000, 1},      /* blanks within a field */
    {"", "\"\",", "x", 5000, 5001}, /* fields in quotes */
    {"", ",", "x", 5000, 5001},     /* empty ones */
    {"", "x,", "x", 5000, 5001},    {"x", "x", "x", 9000, 1}, {"", "a b ", "", 3000, 1},
};

START_TEST(a_record_needs_memory)
{
    size_t size = repeat(makes[_i].before, makes[_i].part, makes[_i].behind, makes[_i].times);
    const char *path = scratch_write("record.csv", text, size);
    size_t records, fields;
    ck_assert_ok(read_all(path, ',', &records, &fields));
    ck_assert_uint_eq(records, 1);
    ck_assert_uint_eq(fields, makes[_i].fields);
    bool failed = allocations_counted();
    for (size_t n = 1; failed; n++) {
        allocations_fail_at(n);
        descent_status status = read_all(path, ',', &records, &fields);
        allocations_fail_at(0);
        failed = allocations_failed();
        ck_assert_int_eq(status, failed ? DESCENT_ERROR_MEMORY : DESCENT_OK);
        ck_assert(failed || (n > 3 && fields == makes[_i].fields));
    }
}
END_TEST

/* What ends where the next bytes are asked for, or is longer than what is read at once. */
static const struct {
    const char *before, *part, *behind;
    size_t times, records;
} files[] = {
    {"", "", "", 0, 0},
    {"#a", "", "", 0, 0},
    {"#a\n", "", "", 0, 0},
    {"#a\r\n", "", "", 0, 0},
    {"\n", "", "", 0, 0},
    {"\r\n\r", "", "", 0, 0},
    {"sep=;\n", "", "", 0, 0},
    {"sep=;\r\n#a\n1;2\n", "", "", 0, 1},
    {"#", "x", "\n1,2\n", 100000, 1},
    {"#", "x", "\n1,2\n", 40000, 1},
    {"", "1,2\n", "", 30000, 30000},
};

START_TEST(a_read_that_fails_is_told)
{
    size_t size = repeat(files[_i].before, files[_i].part, files[_i].behind, files[_i].times);
    const char *path = scratch_write("read.csv", text, size);
    size_t records, fields;
    ck_assert_ok(read_all(path, 0, &records, &fields));
    ck_assert_uint_eq(records, files[_i].records);
    bool failed = disk_can_fail();
    for (size_t n = 1; failed; n++) {
        disk_fail_at(DISK_READ, n, EIO);
        descent_status status = read_all(path, 0, &records, &fields);
        failed = disk_has_failed(DISK_READ);
        disk_fail_at(DISK_READ, 0, 0);
        ck_assert_int_eq(status, failed ? DESCENT_ERROR_IO : DESCENT_OK);
        ck_assert(failed || (n > 2 && records == files[_i].records));
    }
}
END_TEST

/* In UTF-16 a comment of many bytes, and many lines. */
START_TEST(a_read_of_utf_16_that_fails_is_told)
{
    size_t size = 2 * repeat("#", _i == 0 ? "x" : "x\n#", "\n1,2\n", _i == 0 ? 40000 : 15000);
    static char wide[2 * SIZE + 2] = "\xff\xfe";
    for (size_t i = 0; i < size / 2; i++) {
        wide[2 + 2 * i] = text[i];
        wide[3 + 2 * i] = '\0';
    }
    const char *path = scratch_write("wide.csv", wide, size + 2);
    size_t records, fields;
    ck_assert_ok(read_all(path, 0, &records, &fields));
    ck_assert_uint_eq(records, 1);
    bool failed = disk_can_fail();
    for (size_t n = 1; failed; n++) {
        disk_fail_at(DISK_READ, n, EIO);
        descent_status status = read_all(path, 0, &records, &fields);
        failed = disk_has_failed(DISK_READ);
        disk_fail_at(DISK_READ, 0, 0);
        ck_assert_int_eq(status, failed ? DESCENT_ERROR_IO : DESCENT_OK);
        ck_assert(failed || n > 3);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_record_needs_memory, TEST_COUNT(makes)),
        TEST_LOOP(a_read_that_fails_is_told, TEST_COUNT(files)),
        TEST_LOOP(a_read_of_utf_16_that_fails_is_told, 2),
    };
    scratch_begin();
    int result = run_tests("csv_faults", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

/*
 * CSV records: fields as RFC 4180 has them, limits, and failing memory.
 */
#include "harness.h"
#include "scratch.h"

#include "allocations.h"
#include "data/csv.h"

#include <zlib.h>

/* A text and its fields, a bar behind each and a semicolon behind each record. */
static const struct {
    const char *text, *fields;
} valid[] = {
    {"", ""},
    {"\n\r\n\n", ""},
    {"a,b\nc,d\n", "a|b|;c|d|;"},
    {"a,b\r\nc,d", "a|b|;c|d|;"},
    {"a\r", "a|;"},
    {"\xEF\xBB\xBF"
     "a,b\n",
     "a|b|;"},
    {"\"a\",\"b\"\n", "a|b|;"},
    {"\"a,b\",\"c\"\"d\"\n", "a,b|c\"d|;"},
    {"\"two\nlines\",x\ny,z\n", "two\nlines|x|;y|z|;"},
    {"\"\"\n", ""},
    {",\n", ""},
    {",,\n\nx,,\n", "x|||;"},
    {" a ,\tb\t, c d \n", "a|b|c d|;"},
    {" \" a \" ,x\n", " a |x|;"},
    {"a\n\nb", "a|;b|;"},
    {"\"\r\n\"\n", "\r\n|;"},
    {"\xEF\xBB", "\xEF\xBB|;"},
    {"a\rb\rc\n\r\rd", "a|;b|;c|;d|;"},
    {"a,b\r\r\nc,d\r\n\r\n", "a|b|;c|d|;"},
    {"\"a\rb\",c\rd,e\r", "a\rb|c|;d|e|;"},
    {"   \na,b\n \t \n,\n , \nc,d\n,,\n", "a|b|;c|d|;"},
    {"# one\n#\n\n# two,three\na,b\n#c,d\n", "a|b|;#c|d|;"},
    {"#", ""},
    {"sep=,\na,b\n", "a|b|;"},
    {"sep=,", "sep=||;"},
};

static const struct {
    const char *text, *said;
} broken[] = {
    {"a,\"b\n", "line 2, column 2: expected a closing quote, found the end of the file"},
    {"a\n\"", "line 2, column 1: expected a closing quote"},
    {"a\"b\n", "line 1, column 1: expected quotes around the whole field"},
    {"x,y\n\"a\"b,c\n", "line 2, column 1: expected the end of the field after a closing quote"},
};

static void append_field(char *to, const char *field)
{
    strcat(strcat(to, field), "|");
}

START_TEST(fields_are_read)
{
    char found[256] = "";
    const char *path = scratch_write("csv", valid[_i].text, strlen(valid[_i].text));
    struct descent_csv csv;
    bool more = true;
    ck_assert_ok(descent_csv_open(&csv, path, (struct descent_csv_dialect){.separator = ','}));
    while (more) {
        ck_assert_ok(descent_csv_next(&csv, &more));
        for (size_t i = 0; more && i < csv.fields; i++) {
            append_field(found, descent_csv_field(&csv, i));
        }
        strcat(found, more ? ";" : "");
    }
    ck_assert_str_eq(found, valid[_i].fields);
    ck_assert_ok(descent_csv_next(&csv, &more)); /* the end stays the end */
    ck_assert(!more);
    descent_csv_close(&csv);
}
END_TEST

/* Reads all of a file. */
static descent_status read_all(const char *path, size_t *records)
{
    struct descent_csv csv;
    bool more = true;
    *records = 0;
    descent_status status =
        descent_csv_open(&csv, path, (struct descent_csv_dialect){.separator = ','});
    if (status != DESCENT_OK) {
        return status;
    }
    while (status == DESCENT_OK && more) {
        status = descent_csv_next(&csv, &more);
        *records += status == DESCENT_OK && more;
    }
    descent_csv_close(&csv);
    return status;
}

START_TEST(broken_text_is_refused_with_its_place)
{
    size_t records;
    const char *path = scratch_write("csv", broken[_i].text, strlen(broken[_i].text));
    ck_assert_int_eq(read_all(path, &records), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    ck_assert_msg(strstr(descent_last_error(), broken[_i].said) != NULL, "%s",
                  descent_last_error());
}
END_TEST

START_TEST(a_nul_byte_is_refused_anywhere)
{
    static const char text[] = "ab,\"cd\",e\r\nf,\"g\"\"h\",i\n";
    for (size_t at = 0; at < sizeof text - 1; at++) {
        char changed[sizeof text];
        memcpy(changed, text, sizeof text);
        changed[at] = '\0';
        size_t records;
        const char *path = scratch_write("csv", changed, sizeof text - 1);
        ck_assert_int_eq(read_all(path, &records), DESCENT_ERROR_FORMAT);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "NUL byte"));
    }
}
END_TEST

/* Records that end anywhere in the buffers, plain and gzip. */
START_TEST(buffers_do_not_show)
{
    enum { RECORDS = 30000 };
    const char *path = scratch_path("large.csv");
    gzFile file = gzopen(path, _i == 0 ? "wbT" : "wb");
    for (int i = 0; i < RECORDS; i++) {
        gzprintf(file, "%d,\"%d \"\" %d\",%d\r\n", i, i, i * i % 1000, i % 7);
    }
    ck_assert_int_eq(gzclose(file), Z_OK);
    struct descent_csv csv;
    bool more = true;
    ck_assert_ok(descent_csv_open(&csv, path, (struct descent_csv_dialect){.separator = ','}));
    for (int i = 0; i < RECORDS; i++) {
        char expected[64];
        ck_assert_ok(descent_csv_next(&csv, &more));
        ck_assert(more);
        ck_assert_uint_eq(csv.fields, 3);
        ck_assert_uint_eq(csv.line, (uint64_t)i + 1);
        snprintf(expected, sizeof expected, "%d \" %d", i, i * i % 1000);
        ck_assert_str_eq(descent_csv_field(&csv, 1), expected);
    }
    ck_assert_ok(descent_csv_next(&csv, &more));
    ck_assert(!more);
    descent_csv_close(&csv);
}
END_TEST

START_TEST(limits_are_told)
{
    static char text[DESCENT_CSV_RECORD_MAX + 16];
    size_t records;
    memset(text, 'x', sizeof text);
    text[1] = '\n';
    text[DESCENT_CSV_RECORD_MAX + 2] = '\n';
    const char *path = scratch_write("csv", text, DESCENT_CSV_RECORD_MAX + 3);
    ck_assert_int_eq(read_all(path, &records), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "line 2: expected at most 16777216 bytes"));
    text[DESCENT_CSV_RECORD_MAX + 1] = '\n';
    path = scratch_write("csv", text, DESCENT_CSV_RECORD_MAX + 2);
    ck_assert_ok(read_all(path, &records));
    memset(text, '#', sizeof text);
    text[DESCENT_CSV_RECORD_MAX + 1] = '\n';
    path = scratch_write("csv", text, DESCENT_CSV_RECORD_MAX + 2);
    ck_assert_int_eq(read_all(path, &records), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "16777216 bytes of comment"));
    text[DESCENT_CSV_RECORD_MAX] = '\n';
    text[DESCENT_CSV_RECORD_MAX + 1] = 'x';
    path = scratch_write("csv", text, DESCENT_CSV_RECORD_MAX + 2);
    ck_assert_ok(read_all(path, &records));
    ck_assert_uint_eq(records, 1);
    memset(text, ',', DESCENT_CSV_FIELDS_MAX);
    text[0] = 'x';
    path = scratch_write("csv", text, DESCENT_CSV_FIELDS_MAX);
    ck_assert_int_eq(read_all(path, &records), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "1048576 fields"));
    path = scratch_write("csv", text, DESCENT_CSV_FIELDS_MAX - 2);
    ck_assert_ok(read_all(path, &records));
    ck_assert_uint_eq(records, 1);
}
END_TEST

static descent_status load(descent_dataset **dataset, const char *path)
{
    const descent_source source = {.part = DESCENT_PART_TRAIN, .test = 0.2, .threads = 1};
    return descent_dataset_load(dataset, path, &source);
}

/* What separates the fields is found behind comments that fill most of the first buffer. */
START_TEST(comments_may_be_longer_than_the_buffer)
{
    enum { LINE = 16, TABLE = 400 };
    static char text[2 * DESCENT_CSV_BUFFER];
    for (size_t lines = 1; lines < DESCENT_CSV_BUFFER / LINE + 2; lines += 255) {
        size_t size = 0;
        for (size_t i = 0; i < lines; i++) {
            size += (size_t)sprintf(text + size, "# %0*zu\n", LINE - 3, i);
        }
        for (int i = 0; i < TABLE; i++) {
            size += (size_t)sprintf(text + size, "%d,5;%d,25;%c\n", i, i, 'a' + i % 2);
        }
        descent_dataset *dataset;
        ck_assert_ok(load(&dataset, scratch_write("comments.csv", text, size)));
        ck_assert_uint_eq(descent_dataset_features(dataset), 2);
        ck_assert_uint_eq(descent_dataset_count(dataset), TABLE * 4 / 5);
        descent_dataset_destroy(dataset);
    }
}
END_TEST

START_TEST(loading_survives_every_failing_allocation)
{
    static const char text[] = "a,b,kind\n1,2,x\n3,4.5,y\n5,6,x\n7,8,y\n1,1,x\n2,2,y\n";
    const char *path = scratch_write("data.csv", text, sizeof text - 1);
    descent_status status = DESCENT_ERROR_MEMORY;
    size_t failures = 0;
    while (allocations_counted() && status != DESCENT_OK) {
        descent_dataset *dataset = NULL;
        allocations_fail_at(failures + 1);
        status = load(&dataset, path);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
        failures += status != DESCENT_OK;
        descent_dataset_destroy(dataset);
    }
    ck_assert(!allocations_counted() || failures >= 15);
}
END_TEST

static void note(void *context, uint64_t done, uint64_t total)
{
    uint64_t *noted = context;
    ck_assert_uint_ge(done, noted[0]);
    ck_assert_uint_le(done, total);
    noted[0] = done;
    noted[1] = total;
    noted[2]++;
}

START_TEST(progress_is_told)
{
    enum { ROWS = 20000 };
    FILE *file = fopen(scratch_path("rows.csv"), "w");
    for (int i = 0; i < ROWS; i++) {
        fprintf(file, "%d.5,%c\n", i, "ab"[i % 2]);
    }
    fclose(file);
    uint64_t noted[3] = {0};
    const descent_source source = {.progress = note, .progress_context = noted};
    descent_dataset *dataset = NULL;
    ck_assert_ok(descent_dataset_load(&dataset, scratch_path("rows.csv"), &source));
    ck_assert_uint_gt(noted[2], 10);
    ck_assert_uint_gt(noted[0], noted[1] / 2);
    descent_dataset_destroy(dataset);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(fields_are_read, TEST_COUNT(valid)),
        TEST_LOOP(broken_text_is_refused_with_its_place, TEST_COUNT(broken)),
        TEST_CASE(a_nul_byte_is_refused_anywhere),
        TEST_LOOP(buffers_do_not_show, 2),
        TEST_CASE(limits_are_told),
        TEST_CASE(comments_may_be_longer_than_the_buffer),
        TEST_CASE(loading_survives_every_failing_allocation),
        TEST_CASE(progress_is_told),
    };
    scratch_begin();
    int result = run_tests("csv", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

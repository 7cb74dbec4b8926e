/*
 * How the reader finds out what separates fields, what the numbers' points are, how characters are
 * encoded, and whether the first line names the columns; and what it refuses to guess.
 */
#include "harness.h"

#include "scratch.h"

#include "data/csv_header.h"

#include <stdio.h>

/* A text, its separator, and its fields, a bar behind each and a semicolon behind each record. */
static const struct {
    const char *text;
    char separator;
    const char *fields;
} found[] = {
    {"a,b\n1,2\n", ',', "a|b|;1|2|;"},
    {"a;b\n1;2\n", ';', "a|b|;1|2|;"},
    {"a\tb\n1\t\n\t2\n", '\t', "a|b|;1||;|2|;"},
    {"a|b\n1|2\n", '|', "a|b|;1|2|;"},
    {"a b\n1 2\n", ' ', "a|b|;1|2|;"},
    {"  1   2.5 \n 3\t 4\n", ' ', "1|2.5|;3|4|;"},
    {"1.5\t2\t\t x\n3\t4\ty\n", ' ', "1.5|2|x|;3|4|y|;"}, /* as seeds_dataset.txt has it */
    {"39, State-gov, 7\n50, Private, 8\n", ',', "39|State-gov|7|;50|Private|8|;"},
    {"a;b;c\n1,5;2;x\n-,5;3e2;y\n", ';', "a|b|c|;1.5|2|x|;-.5|3e2|y|;"},
    {"1,5;2,5;x\n3,5;4,5;y\n", ';', "1.5|2.5|x|;3.5|4.5|y|;"},
    {"a;b\n\"1,5\";\"x,y\"\n", ';', "a|b|;1.5|x,y|;"},
    {"a;b\n1,234,567;2\n1.234,5;3\n", ';', "a|b|;1,234,567|2|;1.234,5|3|;"},
    {"a,b\n\"1,5\",2\n", ',', "a|b|;1,5|2|;"},
    {"x,labels\n1,a;b\n2,c\n3,a;b;c\n", ',', "x|labels|;1|a;b|;2|c|;3|a;b;c|;"},
    {"\"a,b\";c\n\"d,e\";f\n", ';', "a,b|c|;d,e|f|;"},
    {"New York\t5\nLos Angeles\t6\n", '\t', "New York|5|;Los Angeles|6|;"},
    {"a,b,\n1,2,\n3,4,\n", ',', "a|b|;1|2|;3|4|;"},
    {"a,b\n1,2,\n3,4,\n", ',', "a|b|;1|2|;3|4|;"},
    {"a,b,c\n1,2,\n3,4,\n", ',', "a|b|c|;1|2||;3|4||;"},
    {"a;b;\n1,5;2;\n", ';', "a|b|;1.5|2|;"},
    {"sep=;\n1,2;3\n4,2;6\n", ';', "1.2|3|;4.2|6|;"},
    {"# by logger 3\n1,2\n3,4\n", ',', "1|2|;3|4|;"},
    {"#N/A,1\n#n/a,2\n3,4\n", ',', "#N/A|1|;#n/a|2|;3|4|;"},
    {"#DIV/0!,1\n3,4\n", ',', "#DIV/0!|1|;3|4|;"},
    {"#NAMES\n1,2\n3,4\n", ',', "1|2|;3|4|;"},
    {"a \"b\"\n1 \"c d\"\n2\t\"e\"\n", ' ', "a|b|;1|c d|;2|e|;"},
    {"\"a\" \"b\"\n\"1\" \"c\"\n", ' ', "a|b|;1|c|;"},
    {"only\none\n", ',', "only|;one|;"},
    {"", ',', ""},
};

static const struct {
    const char *text, *said;
} refused[] = {
    {"a;b,c\nd;e,f\n", "by commas or by semicolons: say by which (--separator)"},
    {"1,5 2,5\n3,5 4,5\n", "by commas or by blanks"},
    {"1,\"x\" \"y\"\n2,z\n",
     "line 1, column 2: expected the end of the field after a closing quote"},
    {"a;b\n1,5;2\n1.5;3\n", "line 3, column 1: expected a comma in numbers, as in line 2"},
    {"a;b\n1.5;2\n1;3,25\n", "line 3, column 2: expected a point in numbers, as in line 2"},
};

static descent_status read_all(const char *path, char separator, char *fields, char *chosen)
{
    struct descent_csv csv;
    bool more = true;
    descent_status status =
        descent_csv_open(&csv, path, (struct descent_csv_dialect){.separator = separator});
    if (status != DESCENT_OK) {
        return status;
    }
    *chosen = csv.dialect.separator;
    while (status == DESCENT_OK && more) {
        status = descent_csv_next(&csv, &more);
        for (size_t i = 0; status == DESCENT_OK && more && i < csv.fields; i++) {
            strcat(strcat(fields, descent_csv_field(&csv, i)), "|");
        }
        strcat(fields, status == DESCENT_OK && more ? ";" : "");
    }
    descent_csv_close(&csv);
    return status;
}

START_TEST(separators_are_found)
{
    char fields[256] = "", separator = 0;
    const char *path = scratch_write("csv", found[_i].text, strlen(found[_i].text));
    ck_assert_ok(read_all(path, 0, fields, &separator));
    ck_assert_str_eq(fields, found[_i].fields);
    ck_assert_int_eq(separator, found[_i].separator);
    fields[0] = '\0';
    ck_assert_ok(read_all(path, found[_i].separator, fields, &separator));
    ck_assert_str_eq(fields, found[_i].fields);
}
END_TEST

START_TEST(doubtful_files_are_refused)
{
    char fields[256] = "", separator = 0;
    const char *path = scratch_write("csv", refused[_i].text, strlen(refused[_i].text));
    ck_assert_int_eq(read_all(path, 0, fields, &separator), DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), refused[_i].said) != NULL, "%s",
                  descent_last_error());
}
END_TEST

/* A field behind those that the first lines left open is not dropped. */
START_TEST(a_late_last_field_is_kept)
{
    static char text[300000];
    size_t size = 0;
    for (size_t i = 0; i < 20000; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%zu,2,%s\n", i,
                                 i == 19998 ? "x" : "");
    }
    struct descent_csv csv;
    bool more = true;
    ck_assert_ok(
        descent_csv_open(&csv, scratch_write("csv", text, size), (struct descent_csv_dialect){0}));
    for (size_t i = 0; i < 20000; i++) {
        ck_assert_ok(descent_csv_next(&csv, &more));
        ck_assert_uint_eq(csv.fields, i == 19998 ? 3 : 2);
    }
    descent_csv_close(&csv);
}
END_TEST

/* ASCII, two bytes of UTF-8, three, and four, which are a pair in UTF-16. */
static const char sample[] = "a,b\n1,\xC3\xA4\n2,\xE2\x82\xAC\n3,\xF0\x9D\x84\x9E\n";

static size_t to_utf16(unsigned char *to, bool big)
{
    static const uint16_t units[] = {0xFEFF, 'a', ',',    'b',  '\n', '1', ',',    0xE4,   '\n',
                                     '2',    ',', 0x20AC, '\n', '3',  ',', 0xD834, 0xDD1E, '\n'};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        to[2 * i + !big] = (unsigned char)(units[i] >> 8);
        to[2 * i + big] = (unsigned char)units[i];
    }
    return sizeof units;
}

START_TEST(utf_16_is_read)
{
    unsigned char text[64];
    char fields[256] = "", expected[256] = "", separator = 0;
    size_t size = to_utf16(text, _i);
    ck_assert_ok(
        read_all(scratch_write("csv", sample, sizeof sample - 1), 0, expected, &separator));
    const char *path = scratch_write("csv", (const char *)text, size);
    ck_assert_ok(read_all(path, 0, fields, &separator));
    ck_assert_str_eq(fields, expected);
}
END_TEST

/* Cut at every byte: within a character or a pair it is refused, between lines it is shorter. */
START_TEST(cut_utf_16_is_refused)
{
    unsigned char text[64];
    size_t size = to_utf16(text, false);
    for (size_t n = 3; n < size; n++) {
        char fields[256] = "", separator = 0;
        const char *path = scratch_write("csv", (const char *)text, n);
        bool half = n % 2 != 0 || n == 32;
        ck_assert_int_eq(read_all(path, 0, fields, &separator),
                         half ? DESCENT_ERROR_FORMAT : DESCENT_OK);
        ck_assert(!half || strstr(descent_last_error(), "half of a") != NULL);
    }
    text[30] = 'x'; /* the second half of a pair without the first */
    text[31] = 0;
    char fields[256] = "", separator = 0;
    const char *path = scratch_write("csv", (const char *)text, size);
    ck_assert_int_eq(read_all(path, 0, fields, &separator), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "surrogate pair"));
}
END_TEST

/* Longer than the buffers, with a pair across each border between them. */
START_TEST(long_utf_16_is_read)
{
    enum { PAIRS = 100000 };
    unsigned char *text = malloc(4 + 4 * (size_t)PAIRS + 4);
    struct descent_csv csv;
    bool more = false;
    memcpy(text, "\xFF\xFE#\0", 4);
    text[2] = 'x';
    for (size_t i = 0; i < PAIRS; i++) {
        memcpy(text + 4 + 4 * i, "\x34\xD8\x1E\xDD", 4);
    }
    memcpy(text + 4 + 4 * (size_t)PAIRS, ",\0y\0", 4);
    const char *path = scratch_write("csv", (const char *)text, 8 + 4 * (size_t)PAIRS);
    ck_assert_ok(descent_csv_open(&csv, path, (struct descent_csv_dialect){0}));
    ck_assert_ok(descent_csv_next(&csv, &more));
    ck_assert_uint_eq(csv.fields, 2);
    ck_assert_uint_eq(strlen(descent_csv_field(&csv, 0)), 1 + 4 * (size_t)PAIRS);
    ck_assert_str_eq(descent_csv_field(&csv, 1), "y");
    descent_csv_close(&csv);
    free(text);
}
END_TEST

/* Comments longer than the buffer leave enough behind them to find the separator. */
START_TEST(long_comments_are_passed_over)
{
    static char text[200000];
    char fields[256] = "", separator = 0;
    memset(text, '#', sizeof text);
    memcpy(text + sizeof text - 14, "\na b;c\nd;e f\n", 13);
    const char *path = scratch_write("csv", text, sizeof text - 1);
    ck_assert_ok(read_all(path, 0, fields, &separator));
    ck_assert_str_eq(fields, "a b|c|;d|e f|;");
}
END_TEST

enum {
    NO = DESCENT_CSV_NAMES_NONE,
    YES = DESCENT_CSV_NAMES_FIRST,
    ABOVE = DESCENT_CSV_NAMES_COMMENT
};

static const struct {
    const char *text;
    int names;
    descent_source source;
} headers[] = {
    {"a,b,kind\n1,2,x\n3,4,y\n", YES, {0}},
    {"1,2,x\n3,4,y\n", NO, {0}},
    {"label,1,2,3\n7,0,0,0\n", YES, {0}},
    {"0,1,2,LABEL\n7,0,0,0\n", YES, {0}},
    {"x,y\n1,2\n", YES, {0}},
    {"x,1\ny,2\nx,3\n", NO, {0}},
    /* no header, and words in the features */
    {"39,State-gov,7,<=50K\n50,Private,8,>50K\n", NO, {0}},
    {"vhigh,2,small,unacc\nlow,3,big,acc\n", NO, {0}},
    {"p,x,s\ne,x,y\np,b,s\n", NO, {0}},
    {"cap,gill,odor\ne,x,y\np,b,s\ne,b,y\n", YES, {0}},
    {"a,b\n1,\n,NA\n2,?\n", YES, {0}},
    {"1,2,3\n4,5,7\n", NO, {.header = DESCENT_HEADER_NO}},
    {"1,2,3\n4,5,7\n", YES, {.header = DESCENT_HEADER_YES}},
    {"3,1,2\n4,5,7\n", NO, {0}},
    {"1,2,3\n", NO, {0}},
    {"5,5,5,5\n1,2,3,4\n", NO, {0}},
    {"3,1,2\n4,5,7\n", YES, {.label_column = "kind"}},
    {"3,1,2\n4,5,7\n", NO, {.label_column = "1,-1"}},
    {"3,1,2\n4,5,7\n", YES, {.label_column = "1,y"}},
    {"# a,b,kind\n1,2,x\n3,4,y\n", ABOVE, {0}},
    {"#,b,kind\n1,2,x\n3,4,y\n", ABOVE, {0}},
    {"# a,b,kind\n1,2,x\n3,4,y\n", NO, {.header = DESCENT_HEADER_NO}},
    {"# one, two\n1,2,x\n3,4,y\n", NO, {0}},
    {"# by logger 3\na b c\n1 2 x\n3 4 y\n", YES, {0}},
    {"# a b c\n1 2 x\n3 4 y\n", ABOVE, {0}},
};

static const struct {
    const char *text, *said;
} unnamed[] = {
    {"0,1,2\n4,5,7\n", "line 1: \"0\", \"1\", ... may name the columns or be a sample"},
    {"1,2,3,species\n4,5,7,x\n", "--header yes or no"},
    {",0,1,2\n0,4,5,7\n", "--header"},
    {"400.5,401,401.5,402,kind\n4,5,7,8,x\n", "--header"},
    {"country,1990,1991,1992,1993\nNorway,1,5,2,1\n", "--header"},
    {"id,2019,2021\n1,5,6\n", "--header"},
    {"a,b\nc,d\n", "--header"},
    {"XOR gate\na,b,label\n0,1,1\n", "line 1: expected names of columns or a sample"},
    {"XOR gate,,\na,b,label\n0,1,1\n", "\"XOR gate\": if it is a title, remove the line"},
};

static descent_status find(int *names, const char *text, const descent_source *source)
{
    struct descent_csv csv;
    enum descent_csv_names which = DESCENT_CSV_NAMES_NONE;
    ck_assert_ok(descent_csv_open(&csv, scratch_write("csv", text, strlen(text)),
                                  (struct descent_csv_dialect){0}));
    descent_status status = descent_csv_find_names(&which, &csv, source, 0);
    *names = (int)which;
    descent_csv_close(&csv);
    return status;
}

START_TEST(headers_are_found)
{
    int names = -1;
    ck_assert_ok(find(&names, headers[_i].text, &headers[_i].source));
    ck_assert_int_eq(names, headers[_i].names);
}
END_TEST

START_TEST(doubtful_headers_are_refused)
{
    int names = -1;
    descent_status status = find(&names, unnamed[_i].text, &(descent_source){0});
    ck_assert_int_eq(status, DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), unnamed[_i].said) != NULL, "%s",
                  descent_last_error());
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(separators_are_found, TEST_COUNT(found)),
        TEST_LOOP(doubtful_files_are_refused, TEST_COUNT(refused)),
        TEST_CASE(a_late_last_field_is_kept),
        TEST_LOOP(utf_16_is_read, 2),
        TEST_CASE(cut_utf_16_is_refused),
        TEST_CASE(long_utf_16_is_read),
        TEST_CASE(long_comments_are_passed_over),
        TEST_LOOP(headers_are_found, TEST_COUNT(headers)),
        TEST_LOOP(doubtful_headers_are_refused, TEST_COUNT(unnamed)),
    };
    scratch_begin();
    int result = run_tests("csv_dialect", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

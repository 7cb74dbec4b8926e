/*
 * Data that go ways which few do: each is a few files, and what reading them says, or that it says
 * nothing.
 */
#include "harness.h"
#include "scratch.h"

#include <sys/stat.h>

/* A text of many bytes. */
#define X10 "xxxxxxxxxx"
#define X90 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X270 X90 X90 X90

/* Files by name below a folder of their own, "folder/" for an empty folder; what is read of them,
 * "" for the folder; what is said, NULL where they are a data set. */
static const struct odd {
    const char *files[6][2];
    const char *path;
    descent_source source;
    const char *said;
} cases[] = {
    {{{"table.csv", "a,b\n1,x\n2,y\n"}}, "table.csv/below", {0}, "expected a folder or a file"},

    /* Folders of tables. */
    {{{"train.csv", "a,k\n1,x\n2,y\n"}, {"train.tsv", "a\tk\n1\tx\n"}},
     "",
     {.part = DESCENT_PART_ALL},
     NULL},
    {{{"train.csv", "a,k\n1,x\n2,y\n"}, {"x_train.csv", "a,k\n1,x\n"}},
     "",
     {.part = DESCENT_PART_ALL},
     NULL},
    {{{"a_train.csv", "a,k\n1,x\n2,y\n"}, {"a_train.tsv", "a\tk\n1\tx\n"}},
     "",
     {.part = DESCENT_PART_ALL},
     NULL},
    {{{"a_train.csv", "a,k\n1,x\n"}, {"bb_train.csv", "a,k\n1,x\n"}},
     "",
     {.part = DESCENT_PART_ALL},
     "found a_train.csv and others"},
    {{{"a_train.csv", "a,k\n1,x\n"}, {"b_train.csv", "a,k\n1,x\n"}},
     "",
     {.part = DESCENT_PART_ALL},
     "found a_train.csv and others"},
    {{{"constrain.csv", "a,k\n1,x\n"}}, "", {.part = DESCENT_PART_ALL}, "expected"},
    {{{"test.csv", "a,k\n1,x\n2,y\n"}}, "", {.part = DESCENT_PART_TEST}, NULL},
    {{{"test.csv", "a,k\n1,x\n2,y\n"}}, "", {0}, "expected train.csv next to test.csv"},
    {{{"train.csv", "a,k\n1,x\n2,y\n"}}, "", {.part = DESCENT_PART_ALL}, NULL},
    {{{"train.csv", "1,2,x\n3,4,y\n"}, {"test.csv", "a,b\n1,2\n"}},
     "",
     {.part = DESCENT_PART_TRAIN, .test = DESCENT_TEST_NONE},
     NULL},

    /* Columns. */
    {{{"t.csv", "a,b,k\n1,2,x\n"}},
     "t.csv",
     {.label_column = "k", .keep = "k"},
     "column 3 cannot be left out as well"},
    {{{"t.csv", "a,b,k\n1,2,x\n3,4,y\n"}},
     "t.csv",
     {.part = DESCENT_PART_ALL, .keep = "a", .ignore = "a"},
     NULL},
    {{{"t.csv", "a,b,k\n1,2,x\n"}}, "t.csv", {.ignore = "a,none,b"}, "none"},
    {{{"t.csv", "\"a,b\",c,k\n1,2,x\n3,4,y\n"}},
     "t.csv",
     {.part = DESCENT_PART_ALL, .label_column = "k", .ignore = "a,b"},
     NULL},
    {{{"t.csv", "a,b,k\n1,2,x\n"}}, "t.csv", {.ignore = "12345678"}, "12345678"},
    {{{"t.csv", "a,b,k\n1,2,x\n"}}, "t.csv", {.ignore = "a-name-of-many-bytes"}, "a-name-of"},
    {{{"t.csv", "a,b,k\n1,2,x\n1,2,y\n"}}, "t.csv", {.memory_limit = 50}, "memory"},

    /* Separators and comments. */
    {{{"t.csv", "sep=;;\na,b\n1,x\n"}}, "t.csv", {0}, "expected"},
    {{{"t.csv", "# one\r# two\ra,k\r1,x\r2,y\r"}}, "t.csv", {.part = DESCENT_PART_ALL}, NULL},
    {{{"t.csv", "#\na,k\n1,x\n2,y\n"}}, "t.csv", {.part = DESCENT_PART_ALL}, NULL},
    {{{"t.csv", "1;2\t3\n4;5\t6\n"}}, "t.csv", {0}, "may be separated by semicolons or by tabs"},

    /* Pixels of a given size. */
    {{{"t.csv", "k,pixel0,pixel1\n0,1,2\n1,3,4\n"}},
     "t.csv",
     {.part = DESCENT_PART_ALL, .label_column = "k", .height = 2},
     NULL},

    {{{"t.csv", "12,x,a\n3,y,b\n4,z,c\n"}}, "t.csv", {.words = "2"}, "which of the 3 columns"},
    {{{"t.csv", "sep=;x\na,k\n1,x\n2,y\n"}}, "t.csv", {0}, "expected"},
    {{{"t.csv", "k,a\nx,1\ny,b\nx,2\n"}}, "t.csv", {.label_column = "k"}, "expected a number"},

    {{{"t.csv", "1 2\t3 4\n5 6\t7 8\n"}},
     "t.csv",
     {.header = DESCENT_HEADER_NO},
     "which of the 4 columns"},
    {{{"t.csv", "a,w,k\n1," X270 ",x\n2,b,y\n"}},
     "t.csv",
     {.label_column = "k"},
     "expected numbers, or at most 100 different words of at most 255 bytes"},
    {{{"t.csv", X90 ",k\n1,x\nz,y\n3,x\n"}},
     "t.csv",
     {.label_column = "k"},
     "or leave it out (--ignore \"1\")"},
    {{{"t.csv", "a,k\n1,1\n2,x\n3,2\n4,y\n"}},
     "t.csv",
     {.part = DESCENT_PART_ALL, .label_column = "k", .header = DESCENT_HEADER_YES},
     NULL},

    /* Several labels in a field. */
    {{{"t.csv", "a,tags\n1," X270 "\n"}},
     "t.csv",
     {.part = DESCENT_PART_ALL, .multi_label = true, .label_column = "tags"},
     "255"},
    {{{"t.csv", "a,tags\n1,x \t;y\n2,y\t\n3,x\n4,y\n"}},
     "t.csv",
     {.part = DESCENT_PART_ALL, .multi_label = true, .label_column = "tags"},
     NULL},

    /* Folders of images. */
    {{{"a/", ""}, {"b/", ""}}, "", {.threads = -1}, "threads"},
    {{{"train/", ""}, {"test/", ""}}, "", {.part = DESCENT_PART_ALL}, "has a test part of its own"},
    {{{"train/a.txt", ""}, {"test/", ""}}, "", {0}, "a folder of images for each class"},
    {{{"test/a.txt", ""}}, "", {.part = DESCENT_PART_TEST}, "a folder of images for each class"},
    {{{"a/notes", "x"}, {"b/", ""}}, "", {0}, "expected at least one image"},
    {{{"0.txt", ""}, {"a/x.txt", ""}, {"b/", ""}}, "", {0}, "expected at least one image"},
    {{{"0.txt", ""}, {"train/a/x.txt", ""}, {"other/f.txt", ""}, {"third/a", ""}},
     "",
     {0},
     "expected at least one image"},
    {{{"train/a/x.txt", ""}, {"train/b/y.txt", ""}},
     "",
     {.part = DESCENT_PART_ALL},
     "expected at least one image"},
    {{{"a/1.png", "x"}, {"b/1.png", "x"}}, "", {.height = 4}, "expected an image"},
    {{{"a/1.unknown-to-every-program", "x"}, {"b/", ""}}, "", {0}, "expected at least one image"},
};

static void make_file(const char *folder, const char *name, const char *text)
{
    char path[512], whole[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(whole, sizeof whole, "%s", scratch_path(path));
    for (char *slash = whole + strlen(scratch_folder); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(whole, 0700);
        *slash = '/';
    }
    if (whole[strlen(whole) - 1] != '/') {
        scratch_write(path, text, strlen(text));
    }
}

static void remove_file(const char *folder, const char *name)
{
    char path[512], whole[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(whole, sizeof whole, "%s", scratch_path(path));
    unlink(whole);
    char *slash = strrchr(whole, '/');
    for (; slash > whole + strlen(scratch_folder); slash = strrchr(whole, '/')) {
        *slash = '\0';
        rmdir(whole); /* with its last file */
    }
}

START_TEST(it_is_read_or_told)
{
    const struct odd *odd = &cases[_i];
    char folder[32], path[512];
    snprintf(folder, sizeof folder, "odd-%d", _i);
    mkdir(scratch_path(folder), 0700);
    for (size_t f = 0; f < TEST_COUNT(odd->files) && odd->files[f][0] != NULL; f++) {
        make_file(folder, odd->files[f][0], odd->files[f][1]);
    }
    snprintf(path, sizeof path, "%s%s%s", scratch_path(folder), odd->path[0] != '\0' ? "/" : "",
             odd->path);
    descent_dataset *dataset;
    descent_status status = descent_dataset_load(&dataset, path, &odd->source);
    ck_assert_msg((status == DESCENT_OK) == (odd->said == NULL), "%d: %s", _i,
                  status == DESCENT_OK ? "is read" : descent_last_error());
    ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
    ck_assert_msg(odd->said == NULL || strstr(descent_last_error(), odd->said) != NULL, "%d: %s",
                  _i, descent_last_error());
    descent_dataset_destroy(dataset);
    for (size_t f = 0; f < TEST_COUNT(odd->files) && odd->files[f][0] != NULL; f++) {
        remove_file(folder, odd->files[f][0]);
    }
    rmdir(scratch_path(folder));
}
END_TEST

static descent_dataset *load_text(const char *text, const descent_source *source,
                                  descent_status expected)
{
    descent_dataset *dataset;
    const char *path = scratch_write("table.csv", text, strlen(text));
    descent_status status = descent_dataset_load(&dataset, path, source);
    ck_assert_msg(status == expected, "%s: %s", text, descent_last_error());
    return dataset;
}

/* Columns of words with long names, of which only some fit the line that says what to do; and one
 * of dates, which is not one of them. */
START_TEST(many_columns_of_too_many_words_are_told)
{
    enum { COLUMNS = 8, ROWS = 120 };
    static char text[20000];
    size_t size = 0;
    for (int c = 0; c < COLUMNS; c++) {
        size += (size_t)sprintf(text + size, "%.70s%d,", X90, c);
    }
    size += (size_t)sprintf(text + size, "day,k\n");
    for (int r = 0; r < ROWS; r++) {
        for (int c = 0; c < COLUMNS; c++) {
            size += (size_t)sprintf(text + size, "w%d,", r);
        }
        size += (size_t)sprintf(text + size, "2020-01-%d,%d\n", 100 + r, r % 2);
    }
    const descent_source source = {.part = DESCENT_PART_ALL, .label_column = "k"};
    load_text(text, &source, DESCENT_ERROR_FORMAT);
    const char *list = strstr(descent_last_error(), "--ignore");
    ck_assert_ptr_nonnull(list);
    ck_assert_msg(strstr(list, "x0,") != NULL, "%s", list);
    ck_assert_ptr_null(strstr(list, "day"));
}
END_TEST

/* More kinds of files than are told apart. */
START_TEST(many_kinds_of_files_are_counted)
{
    enum { KINDS = 30 };
    char name[64];
    for (int i = 0; i < KINDS; i++) {
        snprintf(name, sizeof name, "a/1.kind%d", i);
        make_file("kinds", name, "");
    }
    make_file("kinds", "b/", "");
    descent_dataset *dataset;
    ck_assert_int_eq(descent_dataset_load(&dataset, scratch_path("kinds"), NULL),
                     DESCENT_ERROR_FORMAT);
    for (int i = 0; i < KINDS; i++) {
        snprintf(name, sizeof name, "a/1.kind%d", i);
        remove_file("kinds", name);
    }
    remove_file("kinds", "b/");
}
END_TEST

/* More images than the list has room for at first; the first of them is none. */
START_TEST(many_images_are_listed)
{
    enum { COUNT = 1030 };
    char name[64];
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "a/%d.png", i);
        make_file("images", name, "");
    }
    make_file("images", "b/1.png", "");
    descent_dataset *dataset;
    ck_assert_int_eq(descent_dataset_load(&dataset, scratch_path("images"), NULL),
                     DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "/a/0.png: expected an image"));
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "a/%d.png", i);
        remove_file("images", name);
    }
    remove_file("images", "b/1.png");
}
END_TEST

/* A table by the columns of another one, as text, which know their answer or do not. */
static const struct {
    const char *columns, *text;
    bool read;
} known[] = {
#define NUMBERS(name) "{\"kind\":\"numbers\",\"fill\":0" name "}"
#define NAMED(name) ",\"name\":\"" name "\""
    {"[" NUMBERS(NAMED("label")) "]", "label,class\n1,x\n2,y\n", true},
    {"[" NUMBERS(NAMED("a")) ",{\"kind\":\"answer\"" NAMED("k") "}]", "a,kind\n1,x\n2,y\n", true},
    {"[" NUMBERS("") ",{\"kind\":\"answer\"}]", "a,k\n1,x\n2,y\n", true},
    {"[" NUMBERS("") ",{\"kind\":\"answer\"}]", "1,x\n2,y\n", true},
    {"[" NUMBERS(NAMED("a")) "]", "1,x\n2,y\n", true},
    {"[" NUMBERS("") ",{\"kind\":\"answer\"}]", "1,2,x\n2,2,y\n", false},
    {"[" NUMBERS(NAMED("a")) "," NUMBERS(NAMED("b")) "," NUMBERS(NAMED("c")) "]",
     "a,x,k\n1,2,x\n2,3,y\n", false},
};

START_TEST(known_columns_have_their_answer_or_none)
{
    descent_columns *columns;
    descent_dataset *dataset;
    ck_assert_ok(descent_columns_load(&columns, known[_i].columns));
    const descent_source source = {.part = DESCENT_PART_ALL, .columns = columns};
    const char *path = scratch_write("known.csv", known[_i].text, strlen(known[_i].text));
    descent_status status = descent_dataset_load(&dataset, path, &source);
    ck_assert_msg((status == DESCENT_OK) == known[_i].read, "%d: %s", _i, descent_last_error());
    descent_dataset_destroy(dataset);
    descent_columns_destroy(columns);
}
END_TEST

/* The columns of a table take memory as well, of which each sample's label has a part. */
START_TEST(many_columns_are_too_many_for_little_memory)
{
    static char text[8000];
    size_t size = (size_t)sprintf(text, "x");
    for (int c = 0; c < 400; c++) {
        size += (size_t)sprintf(text + size, ",%d", c);
    }
    sprintf(text + size, "\n");
    const descent_source source = {.part = DESCENT_PART_ALL,
                                   .memory_limit = 20000,
                                   .header = DESCENT_HEADER_NO,
                                   .label_column = "1"};
    load_text(text, &source, DESCENT_ERROR_MEMORY);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "401 columns need"));
}
END_TEST

/* A label that is none of many classes: no like one is looked for. */
START_TEST(an_unknown_one_of_many_classes_is_refused)
{
    enum { CLASSES = 5000 };
    static char texts[CLASSES][8];
    static const char *names[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
        snprintf(texts[c], sizeof texts[c], "w%d", c);
        names[c] = texts[c];
    }
    const descent_source source = {
        .part = DESCENT_PART_ALL, .classes = CLASSES, .class_names = names};
    load_text("a,k\n1,w1\n2,v2\n", &source, DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "found \"v2\""));
    ck_assert_ptr_null(strstr(descent_last_error(), "did you mean"));
}
END_TEST

/* What writes another table in the place of the one that is being read, at one of the reports. */
struct change {
    int at;
    const char *text;
};

static void change_table(void *context, uint64_t done, uint64_t total)
{
    struct change *change = context;
    (void)done;
    (void)total;
    if (--change->at == 0) {
        scratch_write("table.csv", change->text, strlen(change->text));
    }
}

static const struct {
    const char *before, *after;
    descent_source source;
    const char *said;
} changes[] = {
    {"a,k\n1,x\n2,y\n", "a,k\n1,x\n2,y\n3,x\n", {.label_column = "k"}, "has grown while"},
    {"a,k\n1,x\n2,y\n", "a,k\n1,x\n", {.label_column = "k"}, "has shrunk while"},
    {"a,k\n1,x;y\n2,y\n",
     "a,k\n1,x;z\n2,y\n",
     {.label_column = "k", .multi_label = true},
     "has changed while"},
    {"k,pixel0,pixel1\n0,1,2\n1,3,255\n",
     "k,pixel0,pixel1\n0,1,2\n1,3,999\n",
     {.label_column = "k"},
     "expected a whole number from 0 to 255"},
};

/* It is told, unless the change comes before the first look or behind the last one. */
START_TEST(a_table_that_changes_while_it_is_read_is_told)
{
    bool told = false;
    for (int at = 1; at < 16; at++) {
        struct change change = {at, changes[_i].after};
        descent_source source = changes[_i].source;
        source.part = DESCENT_PART_ALL;
        source.progress = change_table;
        source.progress_context = &change;
        const char *path =
            scratch_write("table.csv", changes[_i].before, strlen(changes[_i].before));
        descent_dataset *dataset;
        descent_status status = descent_dataset_load(&dataset, path, &source);
        ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
        told = told ||
               (status != DESCENT_OK && strstr(descent_last_error(), changes[_i].said) != NULL);
        descent_dataset_destroy(dataset);
    }
    ck_assert_msg(told, "%s", descent_last_error());
}
END_TEST

int main(void)
{
    const struct test_case tests[] = {
        TEST_LOOP(it_is_read_or_told, TEST_COUNT(cases)),
        TEST_CASE(many_columns_of_too_many_words_are_told),
        TEST_CASE(many_kinds_of_files_are_counted),
        TEST_CASE(many_images_are_listed),
        TEST_LOOP(known_columns_have_their_answer_or_none, TEST_COUNT(known)),
        TEST_CASE(many_columns_are_too_many_for_little_memory),
        TEST_CASE(an_unknown_one_of_many_classes_is_refused),
        TEST_LOOP(a_table_that_changes_while_it_is_read_is_told, TEST_COUNT(changes)),
    };
    scratch_begin();
    int result = run_tests("odd_data", tests, TEST_COUNT(tests));
    scratch_end();
    return result;
}

/*
 * What CSV files say of their samples' answers: classes however they are spelt, one of several
 * columns, several labels a sample, numbers; and what is refused.
 */
#include "harness.h"

#include "scratch.h"

#include "allocations.h"
#include <descent/dataset.h>

#include <stdio.h>
#include <string.h>

/* Loads all of a text as one part. */
static descent_status load(descent_dataset **dataset, const char *text,
                           const descent_source *source)
{
    descent_source all = *source;
    all.part = DESCENT_PART_ALL;
    all.threads = 1;
    return descent_dataset_load(dataset, scratch_write("data.csv", text, strlen(text)), &all);
}

/* Names with commas between. */
static void list_names(char *list, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        strcat(strcat(list, i > 0 ? "," : ""), names[i]);
    }
}

/* Label columns are the last ones; the class of each sample as a digit. */
static const struct {
    const char *text, *names, *labels;
    descent_source source;
} classes[] = {
    {"x,label\n1,b\n2,a\n3,b\n", "a,b", "101", {0}},
    {"x,label\n1,5\n2,7\n3,5\n", "5,7", "010", {0}},
    {"x,label\n1,10\n2,-2\n3,1\n4,-10\n", "-10,-2,1,10", "3120", {0}},
    {"x,label\n1,3\n2,3.0\n3,2\n4,3.00\n", "2,3", "1101", {0}},
    {"x,label\n1,0.0\n2,10.0\n3,2.0\n4,2.0\n", "0,2,10", "0211", {0}},
    {"x,label\n1,1\n2,01\n3,+1\n4,-1\n5,-1.0\n", "-1,1", "11100", {0}},
    {"x,label\n1,-0\n2,0\n3,1e1\n4,10\n", "0,10", "0011", {0}},
    {"x,label\n1,01\n2,02\n3,01\n", "01,02", "010", {0}},
    {"x,label\n1,0.5\n2,.5\n3,1.5\n4,-.25\n", "-.25,.5,1.5", "1120", {0}},
    {"x,label\n1,9007199254740993\n2,9007199254740992\n",
     "9007199254740992,9007199254740993",
     "10",
     {0}},
    {"x,label\n1,1\n2,01\n3,a\n", "01,1,a", "102", {0}},
    {"x,label\n1,True\n2,false\n3,TRUE\n4,False\n", "False,TRUE", "1010", {0}},
    {"x,label\n1,True\n2,true\n3,yes\n", "True,true,yes", "012", {0}},
    {"x,label\n1,None\n2,some\n", "None,some", "01", {0}},
    {"x,is_b,is_a\n1,1,0\n2,0,1\n3,1.0,0\n", "is_a,is_b", "101", {.label_column = "is_b,is_a"}},
    {"x,is_b,is_a\n1,True,False\n2,false,true\n", "is_a,is_b", "10", {.label_column = "-1,-2"}},
    {"9,0,1\n8,1,0\n", "2,3", "10", {.label_column = "2,3", .header = DESCENT_HEADER_NO}},
    /* one label each are classes, with several allowed or not */
    {"x,label\n1,b\n2,a\n3,b\n", "a,b", "101", {.multi_label = true}},
    {"x,label\n1,1\n2,1.0\n3,0\n", "0,1", "110", {.multi_label = true}},
};

START_TEST(classes_are_read)
{
    descent_dataset *dataset = NULL;
    char names[128] = "", labels[16] = "";
    ck_assert_ok(load(&dataset, classes[_i].text, &classes[_i].source));
    list_names(names, descent_dataset_class_names(dataset), descent_dataset_classes(dataset));
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        labels[i] = (char)('0' + descent_dataset_label(dataset, i));
    }
    ck_assert_str_eq(names, classes[_i].names);
    ck_assert_str_eq(labels, classes[_i].labels);
    ck_assert_uint_eq(descent_dataset_outputs(dataset), 0);
    descent_dataset_destroy(dataset);
}
END_TEST

/* Targets of 0 and 1, or below 10, a digit each. */
static const struct {
    const char *text, *names, *targets;
    descent_source source;
} targets[] = {
    {"x,label\n1,b;a\n2,\n3,c\n4,b\n", "a,b,c", "110 000 001 010 ", {.multi_label = true}},
    {"x,label\n1,b | a\n2,a|\n3,|\n4,b|b\n", "a,b", "11 10 00 01 ", {.multi_label = true}},
    {"x;label\n1;2.0|10\n2;2\n3;\n", "2,10", "11 10 00 ", {.multi_label = true}},
    {"x\tlabel\n1\ta;b\n2\t\n3\tb\n", "a,b", "11 00 01 ", {.multi_label = true}},
    {"x,u,v\n1,1,1\n2,0,1\n3,0,0\n",
     "v,u",
     "11 10 00 ",
     {.multi_label = true, .label_column = "v,u"}},
    {"x,u,v\n1,True,1\n2,false,1.0\n",
     "u,v",
     "11 01 ",
     {.multi_label = true, .label_column = "2,3"}},
    {"x,u,v\n1,5,7\n2,3,true\n", "u,v", "57 31 ", {.regression = true, .label_column = "u,v"}},
    {"x,target\n1,5\n2,3\n", "target", "5 3 ", {.regression = true}},
    {"1,5,8\n2,3,4\n",
     NULL,
     "58 34 ",
     {.regression = true, .label_column = "2,3", .header = DESCENT_HEADER_NO}},
};

static const char *const KNOWN[] = {"dog", "cat", "3"};

START_TEST(targets_are_read)
{
    descent_dataset *dataset = NULL;
    char names[128] = "", found[64] = "";
    ck_assert_ok(load(&dataset, targets[_i].text, &targets[_i].source));
    size_t outputs = descent_dataset_outputs(dataset);
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        for (size_t o = 0; o < outputs; o++) {
            char digit = (char)('0' + (int)descent_dataset_target(dataset, i)[o]);
            strncat(found, &digit, 1);
        }
        strcat(found, " ");
    }
    ck_assert_str_eq(found, targets[_i].targets);
    ck_assert_uint_eq(descent_dataset_classes(dataset), 0);
    const char *const *named = descent_dataset_target_names(dataset);
    ck_assert_int_eq(named == NULL, targets[_i].names == NULL);
    if (named != NULL) {
        list_names(names, named, outputs);
        ck_assert_str_eq(names, targets[_i].names);
    }
    descent_dataset_destroy(dataset);
}
END_TEST

/* Labels that are known keep their numbers, however a file spells them. */
START_TEST(known_labels_keep_their_numbers)
{
    descent_source source = {.classes = 3, .class_names = KNOWN};
    descent_dataset *dataset = NULL;
    ck_assert_ok(load(&dataset, "x,label\n1,3.0\n2,cat\n3,03\n", &source));
    const int32_t labels[] = {2, 1, 2};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(descent_dataset_label(dataset, i), labels[i]);
    }
    ck_assert_uint_eq(descent_dataset_classes(dataset), 3);
    descent_dataset_destroy(dataset);
    source = (descent_source){.outputs = 3, .target_names = KNOWN, .multi_label = true};
    ck_assert_ok(load(&dataset, "x,label\n1,cat\n2,3.0\n", &source));
    ck_assert_uint_eq(descent_dataset_outputs(dataset), 3);
    ck_assert_float_eq(descent_dataset_target(dataset, 0)[1], 1.0f);
    ck_assert_float_eq(descent_dataset_target(dataset, 1)[2], 1.0f);
    ck_assert_float_eq(descent_dataset_target(dataset, 1)[0], 0.0f);
    descent_dataset_destroy(dataset);
}
END_TEST

static const struct {
    const char *text;
    descent_source source;
    descent_status status;
    const char *said;
} refused[] = {
    {"x,label\n1,a\n2,\n",
     {0},
     DESCENT_ERROR_FORMAT,
     "line 3, column 2 (label): expected a label, found nothing: a missing value"},
    {"x,label\n1,a\n2,NA\n", {0}, DESCENT_ERROR_FORMAT, "found \"NA\": a missing value"},
    {"x,label\n1,a\n2,?\n", {0}, DESCENT_ERROR_FORMAT, "remove the rows without a label"},
    {"x,label\n1,a\n2,\n",
     {.multi_label = true},
     DESCENT_ERROR_FORMAT,
     "line 3: expected a label, found nothing"},
    {"x,label\n1,a;b\n2,nan\n", {.multi_label = true}, DESCENT_ERROR_FORMAT, "missing value"},
    {"x,label\n1,a;b\n2,b|a\n",
     {.multi_label = true},
     DESCENT_ERROR_FORMAT,
     "line 3, column 2 (label): expected ; between labels, as before, found \"b|a\""},
    {"x,label\n1,dogs\n",
     {.classes = 3, .class_names = KNOWN},
     DESCENT_ERROR_FORMAT,
     "line 2, column 2 (label): expected a class of the training data, found \"dogs\", did you "
     "mean "
     "\"dog\"?"},
    {"x,label\n1,whale\n",
     {.classes = 3, .class_names = KNOWN},
     DESCENT_ERROR_FORMAT,
     "found \"whale\""},
    {"x,label\n1,NA\n",
     {.classes = 3, .class_names = KNOWN},
     DESCENT_ERROR_FORMAT,
     "expected a label, found \"NA\""},
    {"x,label\n1,cow;dog\n",
     {.outputs = 3, .target_names = KNOWN, .multi_label = true},
     DESCENT_ERROR_FORMAT,
     "found \"cow\""},
    {"x,u,v\n1,1,1\n",
     {.label_column = "u,v"},
     DESCENT_ERROR_FORMAT,
     "line 2: expected exactly one 1 in the 2 label columns, found 2; for several labels a sample "
     "choose --loss binary-cross-entropy, for numbers --regression"},
    {"x,u,v\n1,0,1\n2,0,0\n",
     {.label_column = "u,v"},
     DESCENT_ERROR_FORMAT,
     "line 3: expected exactly one 1 in the 2 label columns, found 0"},
    {"x,u,v\n1,2,1\n",
     {.label_column = "u,v"},
     DESCENT_ERROR_FORMAT,
     "line 2, column 2 (u): expected 0 or 1"},
    {"x,u,v\n1,0,1\n2,a,0\n",
     {.label_column = "u,v", .multi_label = true},
     DESCENT_ERROR_FORMAT,
     "line 3, column 2 (u): expected 0 or 1"},
    {"x,u,v\n1,0,\n",
     {.label_column = "u,v", .multi_label = true},
     DESCENT_ERROR_FORMAT,
     "line 2, column 3 (v)"},
    {"x,u,v\n1,0,1\n",
     {.label_column = "u,v", .multi_label = true, .outputs = 3, .target_names = KNOWN},
     DESCENT_ERROR_MISMATCH,
     "expected 3 label columns, as in the training data, found 2"},
    {"x,u,u\n1,0,1\n",
     {.label_column = "2,3", .header = DESCENT_HEADER_YES},
     DESCENT_ERROR_FORMAT,
     "column 3: expected a label column of another name, found \"u\" twice"},
    {"x,u,v\n1,0,1\n", {.label_column = "u,w"}, DESCENT_ERROR_INVALID, "found \"w\""},
    {"x,u,v\n1,0,1\n",
     {.regression = true, .multi_label = true},
     DESCENT_ERROR_INVALID,
     "multi_label"},
    {"5.1,3.5,species\n1,2,a\n1,3,b\n2,1,a\n2,2,b\n",
     {0},
     DESCENT_ERROR_FORMAT,
     "line 1: only the first line has the label \"species\""},
};

START_TEST(wrong_labels_are_refused)
{
    descent_dataset *dataset = NULL;
    descent_status status = load(&dataset, refused[_i].text, &refused[_i].source);
    ck_assert_ptr_null(dataset);
    ck_assert_msg(strstr(descent_last_error(), refused[_i].said) != NULL, "%s",
                  descent_last_error());
    ck_assert_int_eq(status, refused[_i].status);
}
END_TEST

/* The first line's label may be a rare one, where others are rare as well, or the header is told.
 */
START_TEST(a_rare_first_label_may_be_one)
{
    descent_dataset *dataset = NULL;
    descent_source source = {.header = DESCENT_HEADER_NO};
    ck_assert_ok(load(&dataset, "5,3,rare\n1,2,a\n1,3,b\n2,1,a\n2,2,b\n", &source));
    ck_assert_uint_eq(descent_dataset_classes(dataset), 3);
    descent_dataset_destroy(dataset);
    source.header = DESCENT_HEADER_AUTO;
    ck_assert_ok(load(&dataset, "5,3,rare\n1,2,a\n1,3,b\n2,1,a\n2,2,c\n", &source));
    ck_assert_uint_eq(descent_dataset_count(dataset), 5);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(loading_survives_every_failing_allocation)
{
    static const char text[] = "x,label\n1,b;a\n2,\n3,c\n4,b\n";
    const descent_source source = {.multi_label = true};
    descent_status status = DESCENT_ERROR_MEMORY;
    size_t failures = 0;
    while (allocations_counted() && status != DESCENT_OK) {
        descent_dataset *dataset = NULL;
        allocations_fail_at(failures + 1);
        status = load(&dataset, text, &source);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
        failures += status != DESCENT_OK;
        descent_dataset_destroy(dataset);
    }
    ck_assert(!allocations_counted() || failures >= 20);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(classes_are_read, TEST_COUNT(classes)),
        TEST_LOOP(targets_are_read, TEST_COUNT(targets)),
        TEST_CASE(known_labels_keep_their_numbers),
        TEST_LOOP(wrong_labels_are_refused, TEST_COUNT(refused)),
        TEST_CASE(a_rare_first_label_may_be_one),
        TEST_CASE(loading_survives_every_failing_allocation),
    };
    scratch_begin();
    int result = run_tests("csv_labels", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

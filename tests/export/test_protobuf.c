/*
 * Protocol buffers: the examples of their description (protobuf.dev, "Encoding"), lengths on both
 * sides of what takes another byte, and what is too much.
 */
#include "allocations.h"
#include "export/protobuf.h"
#include "harness.h"

#include <string.h>

static void assert_message(const struct descent_protobuf *message, const unsigned char *expected,
                           size_t size)
{
    ck_assert_int_eq(message->status, DESCENT_OK);
    ck_assert_uint_eq(message->size, size);
    ck_assert_mem_eq(message->bytes, expected, size);
}

START_TEST(fields_are_those_of_the_description)
{
    static const unsigned char expected[] = {
        0x08, 0x96, 0x01,                                     /* 1: 150 */
        0x12, 0x07, 't',  'e',  's',  't',  'i',  'n',  'g',  /* 2: "testing" */
        0x1a, 0x03, 0x08, 0x96, 0x01,                         /* 3: {1: 150} */
        0x25, 0x00, 0x00, 0x20, 0xc1,                         /* 4: −10.0f */
        0x80, 0x01, 0x00,                                     /* 16: 0 */
        0x0a, 0x00,                                           /* 1: "" */
        0x12, 0x00,                                           /* 2: {} */
        0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, /* 1: 2⁵⁶ − 1 */
    };
    struct descent_protobuf message = {0};
    descent_protobuf_number(&message, 1, 150);
    descent_protobuf_text(&message, 2, "testing");
    size_t start = descent_protobuf_begin(&message, 3);
    descent_protobuf_number(&message, 1, 150);
    descent_protobuf_end(&message, start);
    descent_protobuf_float(&message, 4, -10.0f);
    descent_protobuf_number(&message, 16, 0);
    descent_protobuf_bytes(&message, 1, NULL, 0);
    descent_protobuf_end(&message, descent_protobuf_begin(&message, 2));
    descent_protobuf_number(&message, 1, ((uint64_t)1 << 56) - 1);
    assert_message(&message, expected, sizeof expected);
    free(message.bytes);
}
END_TEST

/* A message within a message within a message, and the bytes that their lengths take. */
static const struct {
    size_t size, length_bytes;
} nestings[] = {{0, 1}, {125, 1}, {126, 2}, {127, 2}, {16380, 2}, {16381, 3}, {100000, 3}};

START_TEST(a_message_within_a_message_is_as_one_of_known_length)
{
    static unsigned char content[100000];
    size_t size = nestings[_i].size;
    memset(content, 0x5a, sizeof content);
    struct descent_protobuf inner = {0}, middle = {0}, expected = {0}, found = {0};
    descent_protobuf_bytes(&inner, 1, content, size);
    descent_protobuf_bytes(&middle, 2, inner.bytes, inner.size);
    descent_protobuf_bytes(&expected, 3, middle.bytes, middle.size);
    size_t outer_start = descent_protobuf_begin(&found, 3);
    size_t inner_start = descent_protobuf_begin(&found, 2);
    descent_protobuf_bytes(&found, 1, content, size);
    descent_protobuf_end(&found, inner_start);
    descent_protobuf_end(&found, outer_start);
    assert_message(&found, expected.bytes, expected.size);
    ck_assert_uint_eq(inner.size + 1 + nestings[_i].length_bytes, middle.size);
    free(inner.bytes);
    free(middle.bytes);
    free(expected.bytes);
    free(found.bytes);
}
END_TEST

/* The bytes are not looked at: there are none. */
START_TEST(more_than_a_reader_counts_is_refused)
{
    struct descent_protobuf message = {0};
    descent_protobuf_text(&message, 1, "x");
    descent_protobuf_bytes(&message, 2, NULL, DESCENT_PROTOBUF_MAX);
    ck_assert_int_eq(message.status, DESCENT_ERROR_INVALID);
    ck_assert_str_eq(descent_last_error(),
                     "protobuf: expected at most 2147483647 bytes, found more");
    size_t size = message.size;
    descent_protobuf_number(&message, 3, 1); /* a failure is kept */
    descent_protobuf_end(&message, descent_protobuf_begin(&message, 4));
    ck_assert_int_eq(message.status, DESCENT_ERROR_INVALID);
    ck_assert_uint_eq(message.size, size);
    free(message.bytes);
}
END_TEST

START_TEST(room_that_was_reserved_is_used)
{
    struct descent_protobuf message = {0};
    descent_protobuf_reserve(&message, 1000);
    size_t before = allocations_count();
    for (size_t i = 0; i < 500; i++) {
        descent_protobuf_number(&message, 1, 1);
    }
    ck_assert_uint_eq(allocations_count(), before);
    ck_assert_uint_eq(message.size, 1000);
    free(message.bytes);
}
END_TEST

START_TEST(without_memory_the_message_ends)
{
    struct descent_protobuf message = {0};
    if (allocations_counted()) {
        descent_protobuf_text(&message, 1, "a text");
        allocations_fail_at(1);
        for (size_t i = 0; i < 100; i++) {
            descent_protobuf_text(&message, 1, "a text");
        }
        allocations_fail_at(0);
        ck_assert_int_eq(message.status, DESCENT_ERROR_MEMORY);
    }
    free(message.bytes);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(fields_are_those_of_the_description),
        TEST_LOOP(a_message_within_a_message_is_as_one_of_known_length, TEST_COUNT(nestings)),
        TEST_CASE(more_than_a_reader_counts_is_refused),
        TEST_CASE(room_that_was_reserved_is_used),
        TEST_CASE(without_memory_the_message_ends),
    };
    return run_tests("protobuf", cases, TEST_COUNT(cases));
}

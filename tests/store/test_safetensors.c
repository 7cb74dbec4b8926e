/*
 * The safetensors format: bytes written by hand, and files broken on purpose.
 */
#include "harness.h"
#include "scratch.h"

#include <sys/resource.h>

#define SHAPE(...)                                                                                 \
    {                                                                                              \
        sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t),                                          \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

/* A file by hand: two numbers, three bytes, one entry of metadata. */
static const float numbers[] = {1.0f, -2.0f};
static const uint8_t bytes[] = {7, 8, 9};
static const descent_tensor small_tensors[] = {
    {"a", DESCENT_TYPE_F32, SHAPE(2), numbers},
    {"b", DESCENT_TYPE_U8, SHAPE(3, 1), bytes},
};
static const descent_metadata small_metadata[] = {{"key", "value"}};
static const char small_file[] = "\x90\0\0\0\0\0\0\0"
                                 "{\"__metadata__\":{\"key\":\"value\"},"
                                 "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                                 "\"b\":{\"dtype\":\"U8\",\"shape\":[3,1],\"data_offsets\":[8,11]}"
                                 "}    "
                                 "\0\0\x80\x3f\0\0\0\xc0\x07\x08\x09";
enum { SMALL_SIZE = sizeof small_file - 1 };

static const char *save_small(void)
{
    const char *path = scratch_path("small.safetensors");
    ck_assert_ok(descent_safetensors_save(path, small_tensors, TEST_COUNT(small_tensors),
                                          small_metadata, TEST_COUNT(small_metadata)));
    return path;
}

START_TEST(the_writer_gives_the_bytes_written_by_hand)
{
    char found[2 * SMALL_SIZE];
    size_t size = scratch_read(save_small(), found, sizeof found);
    ck_assert_uint_eq(size, SMALL_SIZE);
    ck_assert_mem_eq(found, small_file, SMALL_SIZE);
}
END_TEST

START_TEST(the_reader_understands_the_bytes_written_by_hand)
{
    descent_safetensors *file;
    ck_assert_ok(descent_safetensors_load(&file, scratch_write("small", small_file, SMALL_SIZE)));
    ck_assert_uint_eq(descent_safetensors_count(file), 2);
    const descent_tensor *a = descent_safetensors_tensor(file, 0);
    const descent_tensor *b = descent_safetensors_find(file, "b");
    ck_assert_str_eq(a->name, "a");
    ck_assert_int_eq(a->type, DESCENT_TYPE_F32);
    ck_assert_uint_eq(a->shape.rank, 1);
    ck_assert_mem_eq(a->data, numbers, sizeof numbers);
    ck_assert_ptr_eq(b, descent_safetensors_tensor(file, 1));
    ck_assert_int_eq(b->type, DESCENT_TYPE_U8);
    ck_assert_uint_eq(b->shape.rank, 2);
    ck_assert_uint_eq(b->shape.sizes[0], 3);
    ck_assert_mem_eq(b->data, bytes, sizeof bytes);
    ck_assert_ptr_null(descent_safetensors_find(file, "c"));
    ck_assert_str_eq(descent_safetensors_metadata(file, "key"), "value");
    ck_assert_ptr_null(descent_safetensors_metadata(file, "value"));
    descent_safetensors_destroy(file);
}
END_TEST

/* Every type and rank, an empty tensor, names beyond ASCII, text that JSON must escape. */
START_TEST(what_is_written_is_read_again)
{
    const int64_t integers[] = {INT64_MIN, 0, INT64_MAX};
    const double doubles[] = {0.1, -1e300};
    const uint16_t halves[] = {0x3c00, 0x0001, 0xfc00, 0x1234};
    const descent_tensor tensors[] = {
        {"größe/σ", DESCENT_TYPE_F64, SHAPE(2), doubles},
        {"", DESCENT_TYPE_I64, SHAPE(3, 1), integers},
        {"empty \"\\\n", DESCENT_TYPE_F32, SHAPE(2, 0, 5), NULL},
        {"scalar", DESCENT_TYPE_F32, {0}, numbers},
        {"half", DESCENT_TYPE_F16, SHAPE(1, 1, 1, 1, 1, 1, 2, 2), halves},
        {"brain", DESCENT_TYPE_BF16, SHAPE(2, 2), halves},
        {"😀", DESCENT_TYPE_U8, SHAPE(1, 3), bytes},
    };
    const descent_metadata metadata[] = {
        {"z", "last letter first"}, {"a", ""}, {"schlüssel", "{\"json\": \"\\u0001\x7f\"}"}};
    const char *path = scratch_path("all");
    ck_assert_ok(descent_safetensors_save(path, tensors, TEST_COUNT(tensors), metadata,
                                          TEST_COUNT(metadata)));
    descent_safetensors *file;
    ck_assert_ok(descent_safetensors_load(&file, path));
    ck_assert_uint_eq(descent_safetensors_count(file), TEST_COUNT(tensors));
    for (size_t i = 0; i < TEST_COUNT(tensors); i++) {
        const descent_tensor *found = descent_safetensors_tensor(file, i);
        ck_assert_str_eq(found->name, tensors[i].name);
        ck_assert_int_eq(found->type, tensors[i].type);
        ck_assert_uint_eq(found->shape.rank, tensors[i].shape.rank);
        ck_assert_mem_eq(found->shape.sizes, tensors[i].shape.sizes, sizeof found->shape.sizes);
        size_t size = descent_tensor_elements(found) * descent_type_size(found->type);
        if (size > 0) {
            ck_assert_mem_eq(found->data, tensors[i].data, size);
        }
    }
    ck_assert_uint_eq(descent_safetensors_metadata_count(file), TEST_COUNT(metadata));
    for (size_t i = 0; i < TEST_COUNT(metadata); i++) {
        descent_metadata found = descent_safetensors_metadata_entry(file, i);
        ck_assert_str_eq(found.key, metadata[i].key);
        ck_assert_str_eq(found.value, metadata[i].value);
    }
    descent_safetensors_destroy(file);
}
END_TEST

START_TEST(a_file_without_tensors_or_metadata_is_a_file)
{
    const char *path = scratch_path("nothing");
    ck_assert_ok(descent_safetensors_save(path, NULL, 0, NULL, 0));
    descent_safetensors *file;
    ck_assert_ok(descent_safetensors_load(&file, path));
    ck_assert_uint_eq(descent_safetensors_count(file), 0);
    ck_assert_uint_eq(descent_safetensors_metadata_count(file), 0);
    ck_assert_ptr_null(descent_safetensors_metadata(file, "key"));
    descent_safetensors_destroy(file);
}
END_TEST

/* Writes a file of the given header and that many bytes of data 0, 1, 2, … */
static const char *write_header(const char *header, size_t data_size)
{
    size_t length = strlen(header);
    char *file = malloc(8 + length + data_size);
    ck_assert_ptr_nonnull(file);
    for (size_t i = 0; i < 8; i++) {
        file[i] = (char)((uint64_t)length >> (8 * i));
    }
    memcpy(file + 8, header, length);
    for (size_t i = 0; i < data_size; i++) {
        file[8 + length + i] = (char)i;
    }
    const char *path = scratch_write("header", file, 8 + length + data_size);
    free(file);
    return path;
}

/* Unaligned data, tensors that the header names in another order, an empty one where two meet, and
 * a key that the format does not know. */
START_TEST(a_file_from_elsewhere_is_read)
{
    descent_safetensors *file;
    ck_assert_ok(descent_safetensors_load(
        &file, write_header("{\"late\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]},"
                            "\"none\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[1,1]},"
                            "\"early\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],"
                            "\"note\":null}} \n\t ",
                            5)));
    ck_assert_str_eq(descent_safetensors_tensor(file, 0)->name, "early");
    ck_assert_str_eq(descent_safetensors_tensor(file, 1)->name, "none");
    ck_assert_str_eq(descent_safetensors_tensor(file, 2)->name, "late");
    float value;
    ck_assert_ok(descent_tensor_read(descent_safetensors_tensor(file, 2), &value));
    ck_assert_float_eq(value, 0x1.060402p-119f); /* the bytes 01 02 03 04 */
    descent_safetensors_destroy(file);
}
END_TEST

static void assert_refused(const char *path, const char *reason)
{
    descent_safetensors *file;
    ck_assert_int_eq(descent_safetensors_load(&file, path), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(file);
    ck_assert_msg(strstr(descent_last_error(), path) != NULL, "%s", descent_last_error());
    ck_assert_msg(strstr(descent_last_error(), reason) != NULL, "expected '%s', found '%s'", reason,
                  descent_last_error());
}

#define F32(shape, begin, end)                                                                     \
    "{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" #begin "," #end "]}"

/* Files with one fault each. */
static const struct {
    const char *header;
    size_t data_size;
    const char *reason;
} bad_headers[] = {
    {"", 0, "begins with '{'"},
    {" {}", 0, "begins with '{'"},
    {"[]", 0, "begins with '{'"},
    {"{", 0, "header"},
    {"{}}", 0, "end of file expected"},
    {"{\"a\xff\":1}", 0, "unable to decode byte 0xff"},
    {"{\"a\\u0000\":1}", 0, "header"},
    {"{\"a\":" F32("[1]", 0, 4) ",\"a\":" F32("[1]", 0, 4) "}", 4, "duplicate"},
    {"{\"a\":" F32("[1]", 0, 4) ",\"\\u0061\":" F32("[1]", 0, 4) "}", 4, "duplicate"},
    {"{\"a\":" F32("[2]", 0, 8) ",\"b\":" F32("[1]", 4, 8) "}", 8, "overlap"},
    {"{\"a\":" F32("[1]", 0, 4) ",\"b\":" F32("[1]", 0, 4) "}", 4, "overlap"},
    {"{\"a\":" F32("[1]", 0, 4) ",\"b\":" F32("[1]", 8, 12) "}", 12, "hole"},
    {"{\"a\":" F32("[1]", 4, 8) "}", 8, "hole"},
    {"{\"a\":" F32("[1]", 0, 4) "}", 3, "expected at most 3"},
    {"{\"a\":" F32("[1]", 0, 4) "}", 5, "expected 4 bytes of data by the header, found 5"},
    {"{}", 1, "expected 0 bytes of data by the header, found 1"},
    {"{\"a\":" F32("[1]", 4, 0) "}", 4, "[begin, end]"},
    {"{\"a\":" F32("[1]", -4, 0) "}", 4, "[begin, end]"},
    {"{\"a\":" F32("[1]", 0.0, 4) "}", 4, "[begin, end]"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "[begin, end]"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "[begin, end]"},
    {"{\"a\":" F32("[1]", 0, 99999999999999999999) "}", 4, "too big integer"},
    {"{\"a\":" F32("[1]", 0, 9223372036854775807) "}", 4, "expected at most 4"},
    {"{\"a\":" F32("[2]", 0, 4) "}", 4, "expected 8 bytes by its shape, found 4"},
    {"{\"a\":" F32("[1099511627776,1099511627776]", 0, 4) "}", 4, "too large"},
    {"{\"a\":" F32("[4611686018427387904]", 0, 0) "}", 0, "too large"},
    {"{\"a\":" F32("[-1]", 0, 4) "}", 4, "sizes ≥ 0"},
    {"{\"a\":" F32("[\"1\"]", 0, 4) "}", 4, "sizes ≥ 0"},
    {"{\"a\":" F32("[1,1,1,1,1,1,1,1,1]", 0, 4) "}", 4, "at most 8"},
    {"{\"a\":" F32("1", 0, 4) "}", 4, "shape: expected a list"},
    {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype: expected F32"},
    {"{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "found F8_E4M3"},
    {"{\"a\":{\"dtype\":0,\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "found no string"},
    {"{\"a\":[]}", 0, "tensor 'a': expected an object"},
    {"{\"__metadata__\":[]}", 0, "__metadata__: expected an object"},
    {"{\"__metadata__\":null}", 0, "__metadata__: expected an object"},
    {"{\"__metadata__\":{\"epochs\":3}}", 0, "__metadata__ 'epochs': expected a string"},
    {"{\"größe\":" F32("[3]", 0, 4) "}", 4, "tensor 'größe'"},
};

START_TEST(a_header_with_one_fault_is_refused)
{
    assert_refused(write_header(bad_headers[_i].header, bad_headers[_i].data_size),
                   bad_headers[_i].reason);
}
END_TEST

START_TEST(a_header_length_that_lies_is_refused)
{
    char file[16] = "\3\0\0\0\0\0\0\0{}";
    assert_refused(scratch_write("length", file, 10), "expected at most 2, found 3");
    memset(file, 0xff, 8);
    assert_refused(scratch_write("length", file, 10), "found 18446744073709551615");
    assert_refused(scratch_write("length", file, 7), "expected 8 bytes of header length, found 7");
    assert_refused(scratch_write("length", file, 0), "found 0 bytes");
}
END_TEST

/* A sparse file, long enough for the header that it promises. */
START_TEST(a_header_above_the_limit_is_refused)
{
    const char *path = scratch_write("huge", "\1\xe1\xf5\5\0\0\0\0{}", 10); /* 100,000,001 */
    ck_assert_int_eq(truncate(path, 100 * 1000 * 1000 + 100), 0);
    assert_refused(path, "expected at most 100000000, found 100000001");
}
END_TEST

/* The most memory that this process has had, in MiB. */
static long peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/* A sparse file whose header tells of less, of nothing, or of what does not fit any memory. */
START_TEST(what_a_file_claims_takes_no_memory_before_it_is_checked)
{
    static const struct {
        const char *header;
        const char *reason;
    } claims[] = {
        {"", "header: expected JSON"},
        {"{\"a\":" F32("[1]", 0, 4) "}", "expected 4 bytes of data by the header"},
        {"{\"a\":" F32("[1]", 0, 3221225472) "}", "expected 4 bytes by its shape"},
    };
    long before = peak_memory();
    for (size_t i = 0; i < TEST_COUNT(claims); i++) {
        const char *path = write_header(claims[i].header, 0);
        long long size = 8 + (long long)strlen(claims[i].header) + (3LL << 30);
        ck_assert_int_eq(truncate(path, size), 0);
        assert_refused(path, claims[i].reason);
    }
    ck_assert_int_lt(peak_memory() - before, 20);
}
END_TEST

START_TEST(a_header_of_too_many_pieces_is_neither_read_nor_written)
{
    enum { PIECES = (1 << 22) + 64 };
    char *text = malloc(PIECES + 1);
    memset(text, '[', PIECES);
    text[PIECES] = '\0';
    const descent_metadata entry = {"a", text};
    const char *path = scratch_path("pieces");
    ck_assert_int_eq(descent_safetensors_save(path, NULL, 0, &entry, 1), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "at most 4194304 brackets and commas"));
    text[0] = '{';
    assert_refused(write_header(text, 0), "at most 524288 brackets and commas outside of texts");
    /* A quote that is escaped ends no text. */
    static const char start[] = "{\"__metadata__\":{\"a\\\"\":\"";
    memcpy(text, start, sizeof start - 1);
    memcpy(text + PIECES - 3, "\"}}", 3);
    assert_refused(write_header(text, 0), "expected at most 4194304 brackets and commas, found");
    free(text);
}
END_TEST

START_TEST(a_missing_file_is_not_found)
{
    descent_safetensors *file;
    ck_assert_int_eq(descent_safetensors_load(&file, scratch_path("missing")),
                     DESCENT_ERROR_NOT_FOUND);
    ck_assert_ptr_null(file);
}
END_TEST

START_TEST(a_file_cut_at_any_byte_is_refused)
{
    for (size_t size = 0; size < SMALL_SIZE; size++) {
        assert_refused(scratch_write("cut", small_file, size), "expected");
    }
}
END_TEST

/* Nothing protects the names and values themselves; everything else must be noticed. */
START_TEST(a_flipped_bit_is_refused_or_harmless)
{
    size_t refused = 0;
    for (size_t bit = 0; bit < 8 * SMALL_SIZE; bit++) {
        char file[SMALL_SIZE];
        memcpy(file, small_file, SMALL_SIZE);
        file[bit / 8] = (char)(file[bit / 8] ^ 1 << bit % 8);
        descent_safetensors *read;
        descent_status status =
            descent_safetensors_load(&read, scratch_write("flipped", file, SMALL_SIZE));
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_FORMAT);
        ck_assert(bit / 8 >= 9 || status == DESCENT_ERROR_FORMAT); /* length and '{' */
        refused += status != DESCENT_OK;
        descent_safetensors_destroy(read);
    }
    ck_assert_uint_gt(refused, 8 * SMALL_SIZE / 2);
}
END_TEST

static void assert_not_saved(const descent_tensor *tensors, size_t tensor_count,
                             const descent_metadata *metadata, size_t metadata_count,
                             const char *reason)
{
    const char *path = scratch_path("not-saved");
    ck_assert_int_eq(
        descent_safetensors_save(path, tensors, tensor_count, metadata, metadata_count),
        DESCENT_ERROR_INVALID);
    ck_assert_msg(strstr(descent_last_error(), reason) != NULL, "%s", descent_last_error());
    ck_assert_int_ne(access(path, F_OK), 0);
}

START_TEST(what_the_format_cannot_hold_is_not_written)
{
    const descent_metadata key_twice[] = {{"key", "1"}, {"key", "1"}};
    assert_not_saved(NULL, 0, key_twice, 2, "'key': there twice");
    const descent_tensor name_twice[] = {small_tensors[0], small_tensors[0]};
    assert_not_saved(name_twice, 2, NULL, 0, "'a': there twice");
    const descent_tensor reserved = {"__metadata__", DESCENT_TYPE_U8, SHAPE(3), bytes};
    assert_not_saved(&reserved, 1, NULL, 0, "reserved");
    const descent_tensor huge = {"a", DESCENT_TYPE_U8, SHAPE(SIZE_MAX, 2), bytes};
    assert_not_saved(&huge, 1, NULL, 0, "out of range");
    const descent_tensor deep = {"a", DESCENT_TYPE_U8, {DESCENT_RANK_MAX + 1, {0}}, bytes};
    assert_not_saved(&deep, 1, NULL, 0, "out of range");
    const descent_tensor unknown = {"a", DESCENT_TYPE_COUNT, SHAPE(3), bytes};
    assert_not_saved(&unknown, 1, NULL, 0, "out of range");
}
END_TEST

/* Latin-1, overlong, surrogate, above U+10FFFF, cut off, a continuation byte alone. */
static const char *const not_utf8[] = {
    "\xe4", "\xc0\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x98", "a\x80",
};

START_TEST(text_that_is_not_utf8_is_not_written)
{
    const descent_metadata value = {"key", not_utf8[_i]};
    assert_not_saved(NULL, 0, &value, 1, "value of metadata 'key': not UTF-8");
    const descent_metadata key = {not_utf8[_i], "value"};
    assert_not_saved(NULL, 0, &key, 1, "not UTF-8");
    const descent_tensor name = {not_utf8[_i], DESCENT_TYPE_U8, SHAPE(3), bytes};
    assert_not_saved(&name, 1, NULL, 0, "not UTF-8");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(the_writer_gives_the_bytes_written_by_hand),
        TEST_CASE(the_reader_understands_the_bytes_written_by_hand),
        TEST_CASE(what_is_written_is_read_again),
        TEST_CASE(a_file_without_tensors_or_metadata_is_a_file),
        TEST_CASE(a_file_from_elsewhere_is_read),
        TEST_LOOP(a_header_with_one_fault_is_refused, TEST_COUNT(bad_headers)),
        TEST_CASE(a_header_length_that_lies_is_refused),
        TEST_CASE(a_header_above_the_limit_is_refused),
        TEST_CASE(what_a_file_claims_takes_no_memory_before_it_is_checked),
        TEST_CASE(a_header_of_too_many_pieces_is_neither_read_nor_written),
        TEST_CASE(a_missing_file_is_not_found),
        TEST_CASE(a_file_cut_at_any_byte_is_refused),
        TEST_CASE(a_flipped_bit_is_refused_or_harmless),
        TEST_CASE(what_the_format_cannot_hold_is_not_written),
        TEST_LOOP(text_that_is_not_utf8_is_not_written, TEST_COUNT(not_utf8)),
    };
    scratch_begin();
    int result = run_tests("safetensors", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}

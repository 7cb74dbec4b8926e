/*
 * Fuzz target: any NumPy file, alone or an archive, read for every use. What is read has as many
 * numbers as its sizes say, all finite.
 */
#include "fuzz.h"

#include "data/npy.h"
#include "data/npz.h"
#include "npy_files.h"

#include <math.h>

static void check_array(struct descent_array *array, descent_status status)
{
    const void *block = array->bytes != NULL      ? (const void *)array->bytes
                        : array->integers != NULL ? (const void *)array->integers
                                                  : (const void *)array->floats;
    fuzz_check_status(status, block);
    if (status != DESCENT_OK) {
        return;
    }
    size_t count = array->sizes[0] * descent_array_width(array);
    unsigned sum = 0;
    fuzz_check(array->rank >= 1 && array->rank <= DESCENT_ARRAY_RANK_MAX && count >= 1);
    for (size_t i = 0; i < count; i++) {
        sum += array->bytes != NULL ? array->bytes[i] : 0;
        sum += array->integers != NULL ? (unsigned)array->integers[i] : 0;
        fuzz_check(array->floats == NULL || isfinite(array->floats[i]));
    }
    fuzz_check(sum <= UINT32_MAX);
    descent_array_free(array);
}

static void check_file(const char *path, enum descent_npy_use use)
{
    struct descent_array array = {0};
    struct descent_reader reader;
    fuzz_check(descent_reader_open(&reader, path) == DESCENT_OK);
    check_array(&array, descent_npy_read(&array, &reader, use, 1 << 20));
    descent_reader_close(&reader);
}

static void check_member(const char *path, const struct descent_npz_member *member)
{
    struct descent_array array = {0};
    struct descent_reader reader;
    if (descent_reader_open_part(&reader, path, &member->part, member->name) == DESCENT_OK) {
        check_array(&array, descent_npy_read(&array, &reader, DESCENT_NPY_NUMBERS, 1 << 20));
        descent_reader_close(&reader);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct descent_npz npz;
    const char *path = fuzz_file(data, size);
    for (int use = DESCENT_NPY_SAMPLES; use <= DESCENT_NPY_NUMBERS; use++) {
        check_file(path, (enum descent_npy_use)use);
    }
    bool listed = descent_npz_load(&npz, path) == DESCENT_OK;
    for (size_t i = 0; listed && i < npz.count; i++) {
        check_member(path, &npz.members[i]);
    }
    return 0;
}

/* An array alone, of each version, and two in an archive, stored and packed. */
bool fuzz_seed(const char *path, unsigned number)
{
    static const char *const descr[] = {"|u1", "<f4", ">i8"};
    if (number > 4) {
        return false;
    }
    struct member members[2] = {{"x.npy", {.size = 0}}, {"y_test.npy", {.size = 0}}};
    for (unsigned m = 0; m < 2; m++) {
        unsigned kind = (number + m) % 3;
        members[m].bytes = npy_header(1 + kind, descr[kind], m == 0 ? "(2, 3, 1)" : "(6,)");
        for (size_t i = 0; i < 6; i++) {
            append_little(&members[m].bytes, i, kind == 0 ? 1 : kind == 1 ? 4 : 8);
        }
    }
    struct bytes file = number < 3 ? members[0].bytes : zip(members, 2, number == 4);
    return descent_file_save(path, file.data, file.size) == DESCENT_OK;
}

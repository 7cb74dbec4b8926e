/*
 * Fuzz target: any IDX file, plain or gzip, read as images and as labels. What is read has as many
 * bytes as its sizes say.
 */
#include "fuzz.h"

#include "data/idx.h"
#include "idx_files.h"

static void check_idx(const char *path, size_t rank)
{
    struct descent_array idx;
    const struct descent_idx_form form = {.rank = rank, .types = {DESCENT_IDX_UBYTE}};
    descent_status status = descent_idx_load(&idx, path, &form);
    fuzz_check_status(status, idx.bytes);
    if (status == DESCENT_OK) {
        size_t size = 1;
        unsigned sum = 0;
        fuzz_check(idx.rank == rank);
        for (size_t i = 0; i < idx.rank; i++) {
            fuzz_check(idx.sizes[i] >= 1);
            size *= idx.sizes[i];
        }
        for (size_t i = 0; i < size; i++) {
            sum += idx.bytes[i];
        }
        fuzz_check(sum <= 255 * size);
    }
    free(idx.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    check_idx(path, 1);
    check_idx(path, 3);
    return 0;
}

/* Labels and images, plain and gzip. */
bool fuzz_seed(const char *path, unsigned number)
{
    if (number > 3) {
        return false;
    }
    bool images = number % 2 == 1;
    struct bytes file = idx_counting(images ? 3 : 1, (uint32_t[]){7, 3, 5});
    if (number > 1) {
        file = gzip(&file);
    }
    return descent_file_save(path, file.data, file.size) == DESCENT_OK;
}

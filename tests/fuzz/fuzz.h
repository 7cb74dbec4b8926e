/*
 * Fuzz targets for everything that reads files. Each target is a file fuzz_NAME.c that defines the
 * two functions below; together with regression.c it is a plain test.
 * They serve libFuzzer as well: see meson.build.
 */
#ifndef DESCENT_TEST_FUZZ_H
#define DESCENT_TEST_FUZZ_H

#include "scratch.h"

#include <descent/descent.h>
#include <stdint.h>

/* Reads the bytes as a file; aborts if what comes of it contradicts itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes valid file number `number` to path; false if there are no more. */
bool fuzz_seed(const char *path, unsigned number);

/* Aborts, saying which line's promise was broken. */
#define fuzz_check(promise)                                                                        \
    do {                                                                                           \
        if (!(promise)) {                                                                          \
            dprintf(STDERR_FILENO, "%s:%d: broken: %s\n", __FILE__, __LINE__, #promise);           \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Every failure has a code for files and one line of text, without a result. */
static inline void fuzz_check_status(descent_status status, const void *result)
{
    fuzz_check((status == DESCENT_OK) == (result != NULL));
    fuzz_check(status == DESCENT_OK || status == DESCENT_ERROR_FORMAT ||
               status == DESCENT_ERROR_MEMORY);
    fuzz_check(status == DESCENT_OK || descent_last_error()[0] != '\0');
}

/* Makes the scratch folder, once, to be removed at exit; in memory if there is such a place. */
static inline void fuzz_begin(void)
{
    if (scratch_folder[0] == '\0') {
        if (access("/dev/shm", W_OK) == 0) {
            setenv("TMPDIR", "/dev/shm", 1);
        }
        scratch_begin();
        atexit(scratch_end);
    }
}

/* The path of a file with these bytes. */
static inline const char *fuzz_file(const uint8_t *data, size_t size)
{
    fuzz_begin();
    return scratch_write("input", size > 0 ? (const char *)data : "", size);
}

/* A copy of the bytes and of nothing behind them, so that sanitizers see what is read there. */
static inline uint8_t *fuzz_bytes(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    fuzz_check(bytes != NULL);
    return size > 0 ? memcpy(bytes, data, size) : bytes;
}

#endif

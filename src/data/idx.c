/*
 * Reads IDX files. The format, all numbers big-endian (LeCun, Cortes and Burges, "The MNIST
 * database of handwritten digits"):
 *
 *     0  0  type  rank | size 1 | … | size rank | elements, the last dimension fastest
 *     1  1  1     1    | 4      | … | 4         | product of sizes × bytes of the type
 */
#include "data/idx.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Elements of 4 and 8 bytes are read in portions of this many. */
enum { PORTION = 1024 };

/* What an element is in the file and in memory. */
static const struct element {
    int type;
    const char *name;
    size_t stored; /* bytes */
    size_t kept;
} elements_known[] = {
    {DESCENT_IDX_UBYTE, "unsigned bytes", 1, 1},
    {DESCENT_IDX_INT, "integers", 4, sizeof(int32_t)},
    {DESCENT_IDX_FLOAT, "floats", 4, sizeof(float)},
    {DESCENT_IDX_DOUBLE, "doubles", 8, sizeof(float)},
};

static const struct element *find_element(int type)
{
    size_t i = 0;
    while (elements_known[i].type != type) {
        i++;
    }
    return &elements_known[i];
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           (uint32_t)bytes[3];
}

static descent_status read_number(struct descent_reader *reader, uint32_t *number)
{
    unsigned char bytes[4] = {0};
    descent_status status = descent_reader_read(reader, bytes, sizeof bytes);
    *number = big_endian(bytes);
    return status;
}

static uint32_t magic_of(const struct descent_idx_form *form, size_t type)
{
    return (uint32_t)form->types[type] << 8 | (uint32_t)form->rank;
}

static descent_status fail_magic(const struct descent_reader *reader,
                                 const struct descent_idx_form *form, uint32_t found)
{
    char others[128] = "";
    for (size_t i = 1; i < sizeof form->types / sizeof form->types[0] && form->types[i] != 0; i++) {
        size_t used = strlen(others);
        snprintf(others + used, sizeof others - used, " or 0x%08x (%s)", magic_of(form, i),
                 find_element(form->types[i])->name);
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected magic number 0x%08x (%s, %zu dimension%s)%s, found 0x%08x",
                        reader->path, magic_of(form, 0), find_element(form->types[0])->name,
                        form->rank, form->rank == 1 ? "" : "s", others, found);
}

static descent_status read_magic(struct descent_reader *reader, const struct element **element,
                                 const struct descent_idx_form *form)
{
    uint32_t magic = 0;
    DESCENT_TRY(read_number(reader, &magic));
    for (size_t i = 0; i < sizeof form->types / sizeof form->types[0]; i++) {
        if (form->types[i] != 0 && magic == magic_of(form, i)) {
            *element = find_element(form->types[i]);
            return DESCENT_OK;
        }
    }
    return fail_magic(reader, form, magic);
}

/* Reads the sizes and multiplies them. */
static descent_status read_sizes(struct descent_reader *reader, struct descent_array *idx,
                                 size_t *elements)
{
    *elements = 1;
    for (size_t i = 0; i < idx->rank; i++) {
        uint32_t size = 0;
        DESCENT_TRY(read_number(reader, &size));
        if (size == 0) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected at least one %s (dimension %zu of %zu), found 0",
                                reader->path, i == 0 ? "sample" : "element", i + 1, idx->rank);
        }
        idx->sizes[i] = size;
        /* Memory cannot hold more, and below this no later sum overflows. */
        if (__builtin_mul_overflow(*elements, (size_t)size, elements) || *elements > PTRDIFF_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected dimensions whose product fits into memory, found an "
                                "overflow at dimension %zu of %zu, which is %lu",
                                reader->path, i + 1, idx->rank, (unsigned long)size);
        }
    }
    return DESCENT_OK;
}

/* In place: the file's order of bytes to the machine's. */
static void swap_words(void *words, size_t count)
{
    unsigned char *bytes = words;
    for (size_t i = 0; i < count; i++) {
        uint32_t word = big_endian(bytes + 4 * i);
        memcpy(bytes + 4 * i, &word, sizeof word);
    }
}

static void narrow(float *numbers, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned char *at = bytes + 8 * i;
        uint64_t bits = (uint64_t)big_endian(at) << 32 | big_endian(at + 4);
        double number;
        memcpy(&number, &bits, sizeof number);
        numbers[i] = (float)number;
    }
}

static descent_status read_doubles(struct descent_reader *reader, float *numbers, size_t count)
{
    unsigned char bytes[8 * PORTION];
    descent_status status = DESCENT_OK;
    for (size_t done = 0; done < count && status == DESCENT_OK; done += PORTION) {
        size_t n = count - done < PORTION ? count - done : PORTION;
        status = descent_reader_read(reader, bytes, 8 * n);
        narrow(numbers + done, bytes, status == DESCENT_OK ? n : 0);
    }
    return status;
}

/* A double that is too large for a float has become infinite. */
static descent_status check_finite(const struct descent_reader *reader,
                                   const struct descent_array *idx, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(idx->floats[i])) {
            size_t features = count / idx->sizes[0];
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected finite numbers that fit a float, found %g at sample "
                                "%zu, element %zu",
                                reader->path, (double)idx->floats[i], i / features, i % features);
        }
    }
    return DESCENT_OK;
}

static descent_status read_all(struct descent_reader *reader, struct descent_array *idx,
                               const struct element *element, void *array, size_t count)
{
    if (element->type == DESCENT_IDX_DOUBLE) {
        DESCENT_TRY(read_doubles(reader, array, count));
    } else {
        DESCENT_TRY(descent_reader_read(reader, array, count * element->stored));
    }
    if (element->stored == 4) {
        swap_words(array, count);
    }
    if (idx->floats != NULL) {
        DESCENT_TRY(check_finite(reader, idx, count));
    }
    return descent_reader_finish(reader);
}

static descent_status check_size(const struct descent_reader *reader, struct descent_array *idx,
                                 const struct element *element, size_t count, uint64_t limit)
{
    const size_t header = 4 + 4 * idx->rank;
    uint64_t stored = 0;
    if (__builtin_mul_overflow((uint64_t)count, (uint64_t)element->stored, &stored)) {
        stored = UINT64_MAX - header;
    }
    DESCENT_TRY(descent_reader_expect(reader, header + stored));
    idx->number_size = element->kept;
    return descent_array_check(idx, reader->path, limit);
}

static descent_status read_elements(struct descent_reader *reader, struct descent_array *idx,
                                    const struct element *element, size_t count)
{
    void *array = descent_arena_pages(count, element->kept); /* checks the product */
    if (array == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its %zu %s", reader->path,
                            count, element->name);
    }
    idx->bytes = element->type == DESCENT_IDX_UBYTE ? array : NULL;
    idx->integers = element->type == DESCENT_IDX_INT ? array : NULL;
    idx->floats = element->type >= DESCENT_IDX_FLOAT ? array : NULL;
    return read_all(reader, idx, element, array, count);
}

static descent_status read_file(struct descent_reader *reader, struct descent_array *idx,
                                const struct descent_idx_form *form)
{
    size_t count = 0;
    const struct element *element = NULL;
    DESCENT_TRY(read_magic(reader, &element, form));
    DESCENT_TRY(read_sizes(reader, idx, &count));
    DESCENT_TRY(check_size(reader, idx, element, count, form->memory_limit));
    return form->header ? DESCENT_OK : read_elements(reader, idx, element, count);
}

descent_status descent_idx_load(struct descent_array *idx, const char *path,
                                const struct descent_idx_form *form)
{
    *idx = (struct descent_array){.rank = form->rank};
    struct descent_reader reader;
    DESCENT_TRY(descent_reader_open(&reader, path));
    descent_reader_watch(&reader, form->progress, form->progress_context);
    descent_status status = read_file(&reader, idx, form);
    descent_reader_close(&reader);
    if (status != DESCENT_OK) {
        descent_array_free(idx);
    }
    return status;
}

descent_status descent_idx_examine(size_t *rank, const char *path)
{
    struct descent_reader reader;
    unsigned char magic[4] = {0};
    size_t got = 0;
    *rank = 0;
    descent_status status = descent_reader_open(&reader, path);
    if (status == DESCENT_OK) {
        status = descent_reader_read_some(&reader, magic, sizeof magic, &got);
        descent_reader_close(&reader);
    }
    bool known = status == DESCENT_OK && got == sizeof magic && magic[0] == 0 && magic[1] == 0;
    bool type = magic[2] == DESCENT_IDX_UBYTE || magic[2] == DESCENT_IDX_INT ||
                magic[2] == DESCENT_IDX_FLOAT || magic[2] == DESCENT_IDX_DOUBLE;
    *rank = known && type && magic[3] <= DESCENT_ARRAY_RANK_MAX ? magic[3] : 0;
    return status == DESCENT_ERROR_FORMAT ? DESCENT_OK : status; /* damaged gzip: another file */
}

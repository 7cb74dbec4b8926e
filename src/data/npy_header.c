/*
 * Reads the headers of NumPy files (numpy.lib.format), versions 1.0, 2.0 and 3.0:
 *
 *     \x93 N U M P Y  major  minor | length of the text: 2 bytes, from 2.0 on 4, little-endian |
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }  blanks  \n
 *
 * The text is a dictionary in Python's notation, whose keys may come in any order.
 */
#include "data/npy_header.h"

#include "base/fail.h"

#include <string.h>

enum { TEXT_MAX = 4096, WORD_MAX = 32, PREFIX = 8 };

/* The text, read from the front. */
struct text {
    const char *path;
    const char *at;
};

static descent_status fail_text(const struct text *text, const char *expected)
{
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected %s in the header of a NumPy file, found \"%.40s\"",
                        text->path, expected, text->at);
}

static void skip_blanks(struct text *text)
{
    text->at += strspn(text->at, " \t\r\n");
}

/* Goes behind a character, if it is the next one but for blanks. */
static bool take(struct text *text, char wanted)
{
    skip_blanks(text);
    bool found = *text->at == wanted;
    text->at += found;
    return found;
}

/* A text in quotes of either kind. */
static descent_status read_word(struct text *text, char word[WORD_MAX])
{
    skip_blanks(text);
    char quote = *text->at;
    const char *end = quote == '\'' || quote == '"' ? strchr(text->at + 1, quote) : NULL;
    size_t length = end != NULL ? (size_t)(end - text->at) - 1 : WORD_MAX;
    if (length >= WORD_MAX) {
        return fail_text(text, "a text");
    }
    memcpy(word, text->at + 1, length);
    word[length] = '\0';
    text->at = end + 1;
    return DESCENT_OK;
}

/* What NumPy calls other kinds, and what makes numbers of them. */
static descent_status fail_type(const struct text *text, const char *descr)
{
    static const struct {
        char kind;
        const char *name, *cure;
    } others[] = {
        {'O', "Python objects (pickled)", "np.save(FILE, a.astype('float32'))"},
        {'U', "texts", "np.save(FILE, np.unique(a, return_inverse=True)[1])"},
        {'S', "texts", "np.save(FILE, np.unique(a, return_inverse=True)[1])"},
        {'c', "complex numbers", "np.save(FILE, a.real)"},
    };
    size_t i = 0, known = sizeof others / sizeof others[0];
    while (i < known && others[i].kind != descr[strspn(descr, "<>=|")]) {
        i++;
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected booleans, integers, or floats of 4 or 8 bytes, found %s; in "
                        "Python, %s writes numbers",
                        text->path, i < known ? others[i].name : descr,
                        i < known ? others[i].cure : "np.save(FILE, a.astype('float32'))");
}

static descent_status read_type(struct text *text, struct descent_npy_header *header)
{
    char descr[WORD_MAX] = "";
    skip_blanks(text);
    if (*text->at == '[') {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected an array of numbers, found records of several fields",
                            text->path);
    }
    DESCENT_TRY(read_word(text, descr));
    const char *type = descr + (strchr("<>=|", descr[0]) != NULL && descr[0] != '\0');
    header->kind = type[0];
    header->stored = type[0] != '\0' && type[1] >= '1' && type[1] <= '8' && type[2] == '\0'
                         ? (size_t)(type[1] - '0')
                         : 0;
    header->big_endian = descr[0] == '>';
    size_t stored = header->stored;
    bool power = stored == 1 || stored == 2 || stored == 4 || stored == 8;
    bool known = (header->kind == 'b' && stored == 1) ||
                 ((header->kind == 'i' || header->kind == 'u') && power) ||
                 (header->kind == 'f' && power && stored >= 4);
    return known ? DESCENT_OK : fail_type(text, descr);
}

static descent_status read_order(struct text *text, bool *fortran)
{
    skip_blanks(text);
    *fortran = strncmp(text->at, "True", 4) == 0;
    if (!*fortran && strncmp(text->at, "False", 5) != 0) {
        return fail_text(text, "True or False");
    }
    text->at += *fortran ? 4 : 5;
    return DESCENT_OK;
}

/* A whole number; Python 2 put an L behind long ones. */
static descent_status read_size(struct text *text, size_t *size)
{
    skip_blanks(text);
    size_t digits = strspn(text->at, "0123456789");
    if (digits < 1 || digits > 18) {
        return fail_text(text, "a size");
    }
    *size = 0;
    for (; digits > 0; digits--) {
        *size = *size * 10 + (size_t)(*text->at++ - '0');
    }
    text->at += *text->at == 'L';
    return DESCENT_OK;
}

static descent_status read_shape(struct text *text, struct descent_npy_header *header)
{
    if (!take(text, '(')) {
        return fail_text(text, "a shape");
    }
    for (header->rank = 0; !take(text, ')'); header->rank++) {
        if (header->rank == DESCENT_ARRAY_RANK_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected an array of at most %d dimensions, found more",
                                text->path, DESCENT_ARRAY_RANK_MAX);
        }
        DESCENT_TRY(read_size(text, &header->sizes[header->rank]));
        if (!take(text, ',') && *text->at != ')') {
            return fail_text(text, "a comma or the end of a shape");
        }
    }
    return DESCENT_OK;
}

/* One of the three entries; which is a bit of its own. */
static descent_status read_entry(struct text *text, struct descent_npy_header *header,
                                 bool *fortran, unsigned *which)
{
    char key[WORD_MAX] = "";
    DESCENT_TRY(read_word(text, key));
    if (!take(text, ':')) {
        return fail_text(text, "a colon");
    }
    if (strcmp(key, "descr") == 0) {
        *which = 1;
        return read_type(text, header);
    }
    if (strcmp(key, "fortran_order") == 0) {
        *which = 2;
        return read_order(text, fortran);
    }
    *which = 4;
    return strcmp(key, "shape") == 0 ? read_shape(text, header)
                                     : fail_text(text, "descr, fortran_order or shape");
}

static descent_status read_entries(struct text *text, struct descent_npy_header *header,
                                   bool *fortran)
{
    unsigned found = 0;
    if (!take(text, '{')) {
        return fail_text(text, "a dictionary");
    }
    while (!take(text, '}')) {
        unsigned which = 0;
        DESCENT_TRY(read_entry(text, header, fortran, &which));
        if ((found & which) != 0 || (!take(text, ',') && *text->at != '}')) {
            return fail_text(text, "each key once, with commas between");
        }
        found |= which;
    }
    return found == 7 ? DESCENT_OK : fail_text(text, "descr, fortran_order and shape");
}

/* Of one dimension, or of one that is more than 1, both orders are the same. */
static descent_status check_shape(const char *path, struct descent_npy_header *header, bool fortran)
{
    size_t long_ones = 0;
    header->count = 1;
    for (size_t i = 0; i < header->rank; i++) {
        size_t bytes = 0;
        long_ones += header->sizes[i] > 1;
        if (__builtin_mul_overflow(header->count, header->sizes[i], &header->count) ||
            __builtin_mul_overflow(header->count, (size_t)8, &bytes) || bytes > PTRDIFF_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected dimensions whose product fits into memory, found an "
                                "overflow at dimension %zu of %zu, which is %zu",
                                path, i + 1, header->rank, header->sizes[i]);
        }
    }
    if (header->rank == 0 || header->count == 0) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected at least one sample, found %s",
                            path, header->rank == 0 ? "a single number" : "none");
    }
    return !fortran || long_ones <= 1
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected an array in C order, found Fortran's; in Python, "
                              "np.save(FILE, np.ascontiguousarray(a)) writes it so",
                              path);
}

static descent_status read_length(struct descent_reader *reader, size_t *length, size_t *width)
{
    unsigned char bytes[PREFIX];
    DESCENT_TRY(descent_reader_read(reader, bytes, PREFIX));
    if (memcmp(bytes, "\x93NUMPY", 6) != 0 || bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0) {
        return descent_fail(
            DESCENT_ERROR_FORMAT, "%s: expected a NumPy file of version 1.0, 2.0 or 3.0, found %s",
            reader->path,
            memcmp(bytes, "\x93NUMPY", 6) == 0 ? "another version" : "another kind of file");
    }
    *width = bytes[6] == 1 ? 2 : 4;
    DESCENT_TRY(descent_reader_read(reader, bytes, *width));
    *length = 0;
    for (size_t i = *width; i > 0; i--) {
        *length = *length << 8 | bytes[i - 1];
    }
    return *length < TEXT_MAX
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected a header of less than %d bytes, found %zu",
                              reader->path, TEXT_MAX, *length);
}

descent_status descent_npy_header_read(struct descent_npy_header *header,
                                       struct descent_reader *reader)
{
    char line[TEXT_MAX];
    size_t length = 0, width = 0;
    bool fortran = false;
    *header = (struct descent_npy_header){0};
    DESCENT_TRY(read_length(reader, &length, &width));
    DESCENT_TRY(descent_reader_read(reader, line, length));
    line[length] = '\0';
    struct text text = {reader->path, line};
    DESCENT_TRY(read_entries(&text, header, &fortran));
    skip_blanks(&text);
    if (text.at != line + length) {
        return fail_text(&text, "nothing behind the dictionary");
    }
    header->bytes = PREFIX + width + length;
    return check_shape(reader->path, header, fortran);
}

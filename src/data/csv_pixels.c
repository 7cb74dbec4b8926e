/*
 * Names of pixels: pixel0 (Kaggle), pixel1 (Zalando), 1x1 (row and column).
 */
#include "data/csv_pixels.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A pixel's row and column; those that are numbered from end to end are all in row 0. */
struct pixel {
    unsigned long row, column;
};

/* Reads a whole number and moves behind it. */
static bool read_number(unsigned long *number, const char **text)
{
    size_t digits = strspn(*text, "0123456789");
    *number = strtoul(*text, NULL, 10);
    *text += digits;
    return digits >= 1 && digits <= 7;
}

static bool read_pixel(struct pixel *pixel, const char *name)
{
    static const char prefix[] = "pixel";
    *pixel = (struct pixel){0, 0};
    if (strncasecmp(name, prefix, strlen(prefix)) == 0) {
        name += strlen(prefix);
        name += *name == '_' || *name == ' ' || *name == '-';
        return read_number(&pixel->column, &name) && *name == '\0';
    }
    return read_number(&pixel->row, &name) && *name++ == 'x' &&
           read_number(&pixel->column, &name) && *name == '\0';
}

/* Whether a pixel may follow on another; rows start in the same column and are as wide as the
 * first, `width`, which is 0 as long as that has not ended. */
static bool follows(const struct pixel *pixel, const struct pixel *before,
                    const struct pixel *first, unsigned long *width)
{
    if (pixel->row == before->row) {
        return pixel->column == before->column + 1;
    }
    unsigned long wide = before->column - first->column + 1;
    bool even = *width == 0 || *width == wide;
    *width = wide;
    return even && pixel->row == before->row + 1 && pixel->column == first->column;
}

enum descent_csv_pixels descent_csv_find_pixels(const struct descent_csv_columns *columns)
{
    struct pixel first = {0, 0}, before = {0, 0}, pixel;
    unsigned long width = 0;
    bool ordered = true, rising = true;
    size_t count = 0;
    for (size_t c = 0; columns->names != NULL && c < columns->count; c++) {
        if (columns->role[c] != DESCENT_COLUMN_NUMBERS) {
            continue;
        }
        if (!read_pixel(&pixel, columns->names[c])) {
            return DESCENT_CSV_PIXELS_NONE;
        }
        first = count == 0 ? pixel : first;
        ordered = ordered && (count == 0 ? pixel.row <= 1 && pixel.column <= 1
                                         : follows(&pixel, &before, &first, &width));
        rising = rising && (count == 0 || pixel.row > before.row ||
                            (pixel.row == before.row && pixel.column > before.column));
        before = pixel;
        count++;
    }
    if (count == 0 || (rising && !ordered)) {
        return DESCENT_CSV_PIXELS_NONE; /* with gaps, they are columns like others */
    }
    return ordered ? DESCENT_CSV_PIXELS_ORDERED : DESCENT_CSV_PIXELS_SCRAMBLED;
}

descent_status descent_csv_check_pixels(const struct descent_csv_columns *columns, const char *path)
{
    return descent_csv_find_pixels(columns) != DESCENT_CSV_PIXELS_SCRAMBLED
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MISMATCH,
                              "%s: expected pixels in the order in which their names count them, "
                              "found another order",
                              path);
}

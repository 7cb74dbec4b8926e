/*
 * Decimal commas, which become points as soon as a field is read, so that nobody behind the reader
 * has to know of them.
 */
#include "base/fail.h"
#include "data/csv_private.h"

#include <string.h>

/* The comma or point of a number that has one, or NULL. */
static char *find_point(char *text)
{
    char *at = text + (*text == '-' || *text == '+');
    size_t digits = strspn(at, "0123456789");
    char *point = at + digits;
    if (*point != ',' && *point != '.') {
        return NULL;
    }
    at = point + 1 + strspn(point + 1, "0123456789");
    digits += (size_t)(at - point) - 1;
    if (digits > 0 && (*at == 'e' || *at == 'E')) {
        at += 1 + (at[1] == '-' || at[1] == '+');
        digits = strspn(at, "0123456789");
        at += digits;
    }
    return digits > 0 && *at == '\0' ? point : NULL;
}

descent_status descent_csv_read_point(struct descent_csv *csv)
{
    char *point = find_point(csv->text + csv->starts[csv->fields]);
    if (point == NULL) {
        return DESCENT_OK;
    }
    uint64_t *line = *point == ',' ? &csv->comma_line : &csv->point_line;
    *line = *line == 0 ? csv->next_line : *line;
    if (csv->comma_line != 0 && csv->point_line != 0 && !csv->sample) {
        return descent_fail(
            DESCENT_ERROR_FORMAT,
            "%s: line %llu, column %zu: expected a %s in numbers, as in line %llu, found \"%.80s\"",
            csv->reader.path, (unsigned long long)csv->next_line, csv->fields + 1,
            *point == ',' ? "point" : "comma",
            (unsigned long long)(*point == ',' ? csv->point_line : csv->comma_line),
            csv->text + csv->starts[csv->fields]);
    }
    *point = '.';
    return DESCENT_OK;
}

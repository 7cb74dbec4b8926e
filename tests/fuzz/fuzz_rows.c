/*
 * Fuzz target: a line of JSON with columns, and below it any CSV file, whose rows are coded by
 * them. Columns come back from their text; whatever is read is finite, and no row is read twice.
 */
#include "fuzz.h"

#include <descent/rows.h>

#include <math.h>
#include <stdlib.h>

static void check_columns(const descent_columns *columns)
{
    char *text = NULL, *again = NULL;
    descent_columns *copy = NULL;
    size_t features = 0;
    for (size_t i = 0; i < descent_columns_count(columns); i++) {
        fuzz_check(descent_columns_at(columns, i)->first == features ||
                   descent_columns_at(columns, i)->features == 0);
        features += descent_columns_at(columns, i)->features;
    }
    fuzz_check(features == descent_columns_features(columns));
    fuzz_check(descent_columns_save(&text, columns) == DESCENT_OK);
    fuzz_check(descent_columns_load(&copy, text) == DESCENT_OK);
    fuzz_check(descent_columns_save(&again, copy) == DESCENT_OK);
    fuzz_check(strcmp(text, again) == 0);
    descent_columns_destroy(copy);
    free(text);
    free(again);
}

static void check_rows(const char *path, const descent_columns *columns, descent_source *source)
{
    enum { MOST = 3 };
    size_t features = descent_columns_features(columns), seen = 0, n = MOST;
    descent_rows *rows = NULL;
    float *numbers = malloc(MOST * features * sizeof *numbers);
    source->columns = columns;
    fuzz_check(numbers != NULL);
    descent_status status = descent_rows_create(&rows, path, features, source);
    fuzz_check((status == DESCENT_OK) == (rows != NULL));
    while (status == DESCENT_OK && n > 0) {
        status = descent_rows_next(rows, MOST, numbers, &n);
        for (size_t i = 0; status == DESCENT_OK && i < n * features; i++) {
            fuzz_check(isfinite(numbers[i]));
        }
        for (size_t k = 0; status == DESCENT_OK && n > 0 && k < descent_rows_kept(rows); k++) {
            fuzz_check(descent_rows_kept_text(rows, n - 1, k) != NULL);
        }
        seen += status == DESCENT_OK ? n : 0;
    }
    if (status == DESCENT_OK) {
        fuzz_check(descent_rows_reading(rows)->rows == seen);
        fuzz_check(descent_rows_reading(rows)->incomplete <= seen);
    }
    descent_rows_destroy(rows);
    free(numbers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_begin();
    char line[4096], path[512]; /* scratch_path() gives out the same room again */
    size_t length = 0;
    while (length < size && data[length] != '\n' && length + 1 < sizeof line) {
        line[length] = (char)data[length];
        length++;
    }
    line[length] = '\0';
    descent_columns *columns = NULL;
    descent_status status = descent_columns_load(&columns, line);
    fuzz_check(status == DESCENT_OK || status == DESCENT_ERROR_FORMAT);
    if (status != DESCENT_OK) {
        return 0;
    }
    check_columns(columns);
    size_t at = length < size ? length + 1 : size;
    snprintf(path, sizeof path, "%s",
             scratch_write("rows.csv", at < size ? (const char *)data + at : "", size - at));
    descent_source sources[] = {{.part = DESCENT_PART_TRAIN},
                                {.missing = DESCENT_MISSING_REFUSE, .keep = "1"},
                                {.header = DESCENT_HEADER_NO, .label_column = "-1"},
                                {.header = DESCENT_HEADER_YES, .values = DESCENT_VALUES_BYTES}};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        check_rows(path, columns, &sources[i]);
    }
    descent_columns_destroy(columns);
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    static const char *const seeds[] = {
        "[{\"kind\":\"numbers\",\"name\":\"a\",\"fill\":0.5,\"flag\":true},{\"kind\":\"words\","
        "\"name\":\"b\",\"words\":[\"x\",\"y\"]},{\"kind\":\"kept\",\"name\":\"id\"},{\"kind\":"
        "\"answer\",\"name\":\"c\"}]\nb,id,a\nx,7,1\nz,8,\ny,9,True\n",
        "[{\"kind\":\"numbers\",\"fill\":2},{\"kind\":\"numbers\",\"fill\":-1e3},{\"kind\":"
        "\"answer\"}]\n1,2\n3,?\n4,5\n",
        "[{\"kind\":\"words\",\"words\":[\"1\",\"2\"],\"flag\":true},{\"kind\":\"ignored\"},"
        "{\"kind\":\"empty\"}]\n1;2;3\n2;;NA\n;5;6\n",
    };
    if (number >= sizeof seeds / sizeof seeds[0]) {
        return false;
    }
    return descent_file_save(path, seeds[number], strlen(seeds[number])) == DESCENT_OK;
}

/*
 * One table of columns writes the CSV, reads it again, and names the fields of the JSON.
 */
#include "cli/bench/rows.h"

#include "cli/base/text_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, COUNT, NUMBER };

/* Name, member of the row, kind. */
#define COLUMN_MAP(X)                                                                              \
    X("layers", layers, TEXT)                                                                      \
    X("activation", activation, TEXT)                                                              \
    X("optimizer", optimizer, TEXT)                                                                \
    X("data", data, TEXT)                                                                          \
    X("batch", batch, COUNT)                                                                       \
    X("threads", threads, COUNT)                                                                   \
    X("repeats", repeats, COUNT)                                                                   \
    X("samples_per_second", samples_per_second, NUMBER)                                            \
    X("samples_per_second_min", samples_per_second_min, NUMBER)                                    \
    X("samples_per_second_max", samples_per_second_max, NUMBER)                                    \
    X("milliseconds_per_step", milliseconds, NUMBER)                                               \
    X("gflops", gflops, NUMBER)                                                                    \
    X("bound_samples_per_second", bound, NUMBER)                                                   \
    X("bound_cut", bound_cut, TEXT)                                                                \
    X("bound_ratio", bound_ratio, NUMBER)                                                          \
    X("plain_samples_per_second", plain, NUMBER)                                                   \
    X("plain_ratio", plain_ratio, NUMBER)                                                          \
    X("unaugmented_samples_per_second", unaugmented, NUMBER)                                       \
    X("augment_ratio", augment_ratio, NUMBER)                                                      \
    X("peak_gflops", peak_gflops, NUMBER)                                                          \
    X("peak_ratio", peak_ratio, NUMBER)                                                            \
    X("bytes", bytes, COUNT)

static const char *const names[] = {
#define COLUMN_NAME(name, member, kind) name,
    COLUMN_MAP(COLUMN_NAME)
#undef COLUMN_NAME
};

static const struct {
    size_t offset;
    enum kind kind;
} columns[] = {
#define COLUMN_PLACE(name, member, kind) {offsetof(struct bench_row, member), kind},
    COLUMN_MAP(COLUMN_PLACE)
#undef COLUMN_PLACE
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const char **text_at(const struct bench_row *row, size_t column)
{
    return (const char **)((const char *)row + columns[column].offset);
}

static double *number_at(const struct bench_row *row, size_t column)
{
    return (double *)((const char *)row + columns[column].offset);
}

/* A file's fields are not quoted, so that a name goes without what would need it. */
static void print_text(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        fputc(strchr(",\"\r\n", *text) != NULL ? '_' : *text, file);
    }
}

static void print_row(FILE *file, const struct bench_row *row)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        fputs(c == 0 ? "" : ",", file);
        if (columns[c].kind == TEXT) {
            print_text(file, *text_at(row, c));
        } else if (!isnan(*number_at(row, c))) {
            fprintf(file, columns[c].kind == COUNT ? "%.0f" : "%.6g", *number_at(row, c));
        }
    }
    fputc('\n', file);
}

enum exit_status bench_rows_save(const char *path, const struct bench_row *rows, size_t count)
{
    struct text_file file;
    if (text_file_open(&file, path) != DONE) {
        return FAILED;
    }
    for (size_t c = 0; c < COLUMNS; c++) {
        fprintf(file.out, "%s%s", c == 0 ? "" : ",", names[c]);
    }
    fputc('\n', file.out);
    for (size_t i = 0; i < count; i++) {
        print_row(file.out, &rows[i]);
    }
    return text_file_save(&file);
}

static json_t *value_to_json(const struct bench_row *row, size_t column)
{
    switch (columns[column].kind) {
    case TEXT:
        return json_string(*text_at(row, column));
    case COUNT:
        return json_integer((json_int_t)*number_at(row, column));
    case NUMBER:
        break;
    }
    double number = *number_at(row, column);
    return isnan(number) ? json_null() : json_real(number);
}

json_t *bench_rows_to_json(const struct bench_row *rows, size_t count)
{
    json_t *array = json_array();
    bool complete = array != NULL;
    for (size_t i = 0; i < count && complete; i++) {
        json_t *object = json_object();
        for (size_t c = 0; c < COLUMNS && complete; c++) {
            complete = json_object_set_new(object, names[c], value_to_json(&rows[i], c)) == 0;
        }
        complete = json_array_append_new(array, object) == 0 && complete;
    }
    if (!complete) {
        json_decref(array);
        return NULL;
    }
    return array;
}

static enum exit_status read_row(struct bench_file *file, size_t row)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        enum exit_status status = DONE;
        if (columns[c].kind == TEXT) {
            *text_at(&file->rows[row], c) = csv_text(&file->table, row, c);
        } else {
            status = csv_number(&file->table, row, c, number_at(&file->rows[row], c));
        }
        if (status != DONE) {
            return status;
        }
    }
    if (!(file->rows[row].batch >= 1.0) || !isfinite(file->rows[row].batch)) {
        return csv_failed(&file->table, row, "expected a batch of at least 1");
    }
    return DONE;
}

enum exit_status bench_file_load(struct bench_file *file, const char *path)
{
    *file = (struct bench_file){0};
    enum exit_status status = csv_load(&file->table, path, "bench", names, COLUMNS, COLUMNS);
    if (status != DONE) {
        return status;
    }
    file->count = file->table.rows;
    if (file->count == 0) {
        return cli_failed("%s: no rows, nothing to draw", path);
    }
    file->rows = calloc(file->count, sizeof *file->rows);
    if (file->rows == NULL) {
        return cli_failed("%s: out of memory for %zu rows", path, file->count);
    }
    for (size_t row = 0; row < file->count && status == DONE; row++) {
        status = read_row(file, row);
    }
    return status;
}

void bench_file_free(struct bench_file *file)
{
    csv_free(&file->table);
    free(file->rows);
    *file = (struct bench_file){0};
}

/*
 * From records to features.
 */
#include "data/columns_code.h"

#include "base/fail.h"
#include "data/columns_reading.h"
#include "data/values.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* What became of a field. */
enum coded { CODED, CODED_MISSING, CODED_UNKNOWN, CODED_NO_NUMBER };

/* Nothing of a word is known then: its features stay 0. */
static enum coded code_missing(const descent_column *column, float divisor, float *features)
{
    if (column->kind == DESCENT_COLUMN_NUMBERS) {
        features[0] = column->fill / divisor;
    }
    if (column->flagged) {
        features[column->features - 1] = 1.0f;
    }
    return CODED_MISSING;
}

static enum coded code_word(const descent_column *column, const char *word, float *features)
{
    size_t found = descent_column_find(column, word);
    if (found == column->count) {
        return CODED_UNKNOWN;
    }
    features[found] = 1.0f;
    return CODED;
}

static enum coded code_number(const char *text, float divisor, float *feature)
{
    double number = 0.0;
    bool read = descent_value_number(&number, text);
    *feature = (float)number;
    if (!read || !isfinite(*feature)) {
        return CODED_NO_NUMBER;
    }
    *feature /= divisor;
    return CODED;
}

/* Into the column's features, which are 0 before. */
static enum coded code(const descent_column *column, const char *text, float divisor,
                       float *features)
{
    if (descent_value_is_missing(text)) {
        return code_missing(column, divisor, features);
    }
    return column->kind == DESCENT_COLUMN_NUMBERS ? code_number(text, divisor, features)
                                                  : code_word(column, text, features);
}

/* Column c of the record, which is known column i; missing tells whether its value is. */
static descent_status code_field(const struct descent_coding *coding, const struct descent_csv *csv,
                                 size_t c, bool *missing, float *features)
{
    size_t i = coding->map[c];
    const descent_column *column = &coding->columns->columns[i];
    const char *field = descent_csv_field(csv, c);
    enum coded coded = code(column, field, coding->divide ? 255.0f : 1.0f, features);
    if (coded == CODED_UNKNOWN) {
        return descent_reading_unknown(coding->reading, i, field);
    }
    if (coded == CODED_NO_NUMBER ||
        (coded == CODED_MISSING && coding->missing == DESCENT_MISSING_REFUSE)) {
        bool number = column->kind == DESCENT_COLUMN_NUMBERS;
        return descent_csv_columns_fail(coding->file, csv, c,
                                        number ? DESCENT_EXPECTED_NUMBER : "a word");
    }
    if (coded == CODED_MISSING) {
        *missing = true;
        descent_reading_miss(coding->reading, i);
    }
    return DESCENT_OK;
}

descent_status descent_coding_apply(const struct descent_coding *coding,
                                    const struct descent_csv *csv, float *features)
{
    bool incomplete = false;
    memset(features, 0, coding->columns->features * sizeof *features);
    for (size_t c = 0; c < csv->fields; c++) {
        const descent_column *column =
            coding->map[c] != SIZE_MAX ? &coding->columns->columns[coding->map[c]] : NULL;
        if (column != NULL && descent_column_counts(column)) {
            DESCENT_TRY(code_field(coding, csv, c, &incomplete, features + column->first));
        }
    }
    coding->reading->rows++;
    coding->reading->incomplete += incomplete;
    return DESCENT_OK;
}

descent_status descent_columns_code(const descent_columns *columns, const char *const *fields,
                                    float *features)
{
    DESCENT_RETURN_UNLESS(columns != NULL && fields != NULL && features != NULL);
    memset(features, 0, columns->features * sizeof *features);
    for (size_t i = 0; i < columns->count; i++) {
        const descent_column *column = &columns->columns[i];
        const char *field = fields[i] != NULL ? fields[i] : "";
        if (descent_column_counts(column) &&
            code(column, field, 1.0f, features + column->first) == CODED_NO_NUMBER) {
            return descent_fail(
                DESCENT_ERROR_FORMAT, "column %zu%s%s: expected a number, found '%.40s'", i + 1,
                column->name != NULL ? ", " : "", column->name != NULL ? column->name : "", field);
        }
    }
    return DESCENT_OK;
}

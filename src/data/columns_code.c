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

/* Nothing of a word is known then: its features stay 0. */
static void fill(const struct descent_coding *coding, size_t i, float *features)
{
    const descent_column *column = &coding->columns->columns[i];
    if (column->kind == DESCENT_COLUMN_NUMBERS) {
        features[0] = coding->divide ? column->fill / 255.0f : column->fill;
    }
    if (column->flagged) {
        features[column->features - 1] = 1.0f;
    }
    descent_reading_miss(coding->reading, i);
}

static descent_status code_word(const struct descent_coding *coding, size_t i, const char *word,
                                float *features)
{
    const descent_column *column = &coding->columns->columns[i];
    size_t found = descent_column_find(column, word);
    if (found == column->count) {
        return descent_reading_unknown(coding->reading, i, word);
    }
    features[found] = 1.0f;
    return DESCENT_OK;
}

static descent_status code_number(const struct descent_coding *coding,
                                  const struct descent_csv *csv, size_t c, float *feature)
{
    double number = 0.0;
    bool read = descent_value_number(&number, descent_csv_field(csv, c));
    *feature = (float)number;
    if (!read || !isfinite(*feature)) {
        return descent_csv_columns_fail(coding->file, csv, c, DESCENT_EXPECTED_NUMBER);
    }
    if (coding->divide) {
        *feature /= 255.0f;
    }
    return DESCENT_OK;
}

/* Column c of the record, which is known column i; missing tells whether its value is. */
static descent_status code_field(const struct descent_coding *coding, const struct descent_csv *csv,
                                 size_t c, bool *missing, float *features)
{
    size_t i = coding->map[c];
    const char *field = descent_csv_field(csv, c);
    bool number = coding->columns->columns[i].kind == DESCENT_COLUMN_NUMBERS;
    if (!descent_value_is_missing(field)) {
        return number ? code_number(coding, csv, c, features)
                      : code_word(coding, i, field, features);
    }
    if (coding->missing == DESCENT_MISSING_REFUSE) {
        return descent_csv_columns_fail(coding->file, csv, c,
                                        number ? DESCENT_EXPECTED_NUMBER : "a word");
    }
    *missing = true;
    fill(coding, i, features);
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

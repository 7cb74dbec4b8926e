/*
 * What a reader meets in a CSV file.
 */
#include "data/columns_reading.h"

#include "base/fail.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The arrays behind the pointers to const, which are for others. */
struct record {
    descent_reading reading;
    size_t count;
    descent_column_reading *columns;
    char **passed;
};

static struct record *record_of(descent_reading *reading)
{
    return (struct record *)(void *)reading;
}

descent_status descent_reading_create(descent_reading **reading, size_t columns)
{
    struct record *record = calloc(1, sizeof *record);
    descent_column_reading *array = calloc(columns > 0 ? columns : 1, sizeof *array);
    if (record == NULL || array == NULL) {
        free(record);
        free(array);
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for %zu columns", columns);
    }
    record->count = columns;
    record->columns = array;
    record->reading.columns = columns > 0 ? array : NULL;
    *reading = &record->reading;
    return DESCENT_OK;
}

void descent_reading_destroy(descent_reading *reading)
{
    if (reading == NULL) {
        return;
    }
    struct record *record = record_of(reading);
    for (size_t i = 0; i < record->count; i++) {
        free((char *)(uintptr_t)record->columns[i].example);
    }
    for (size_t i = 0; i < reading->passed_count; i++) {
        free(record->passed[i]);
    }
    free(record->columns);
    free(record->passed);
    free(record);
}

void descent_reading_miss(descent_reading *reading, size_t column)
{
    record_of(reading)->columns[column].missing++;
}

static descent_status copy_text(const char **copy, const char *text)
{
    *copy = strdup(text);
    return *copy != NULL ? DESCENT_OK
                         : descent_fail(DESCENT_ERROR_MEMORY, "no memory for \"%.80s\"", text);
}

descent_status descent_reading_unknown(descent_reading *reading, size_t column, const char *word)
{
    descent_column_reading *met = &record_of(reading)->columns[column];
    met->unknown++;
    return met->example != NULL ? DESCENT_OK : copy_text(&met->example, word);
}

descent_status descent_reading_pass(descent_reading *reading, const char *name)
{
    struct record *record = record_of(reading);
    const char *text = NULL;
    char **grown = realloc(record->passed, (reading->passed_count + 1) * sizeof *grown);
    if (grown == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for the names of columns");
    }
    record->passed = grown;
    reading->passed = (const char *const *)grown;
    DESCENT_TRY(copy_text(&text, name));
    grown[reading->passed_count++] = (char *)(uintptr_t)text;
    return DESCENT_OK;
}

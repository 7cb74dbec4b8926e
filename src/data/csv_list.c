/*
 * Lists of columns.
 */
#include "data/csv_list.h"

#include "base/fail.h"
#include "data/csv_header.h"

#include <descent/nearest.h>
#include <stdlib.h>
#include <string.h>

static descent_status fail_column(const struct descent_csv_columns *columns, const char *path,
                                  const char *what, const char *text, bool several)
{
    descent_nearest nearest = descent_nearest_to(text);
    for (size_t i = 0; columns->names != NULL && !several && i < columns->count; i++) {
        descent_nearest_offer(&nearest, columns->names[i]);
    }
    const char *name = nearest.name;
    return descent_fail(DESCENT_ERROR_INVALID,
                        "%s: %s: expected %sa number from 1 to %zu or from -1 to -%zu, found "
                        "\"%s\"%s%s%s%s",
                        path, what, columns->header ? "a name of the first line, " : "",
                        columns->count, columns->count, text,
                        several ? ", the name of several columns" : "",
                        name != NULL ? ", did you mean \"" : "", name != NULL ? name : "",
                        name != NULL ? "\"?" : "");
}

descent_status descent_csv_find_column(const struct descent_csv_columns *columns, const char *path,
                                       const char *what, const char *text, size_t *column)
{
    size_t found = 0;
    for (size_t i = 0; columns->names != NULL && i < columns->count; i++) {
        if (strcmp(columns->names[i], text) == 0) {
            *column = i;
            found++;
        }
    }
    if (found == 1 || (found == 0 && descent_csv_read_index(text, columns->count, column))) {
        return DESCENT_OK;
    }
    return fail_column(columns, path, what, text, found > 1);
}

descent_status descent_csv_each_column(const struct descent_csv_columns *columns, const char *path,
                                       const char *what, const char *list,
                                       descent_csv_use_column *use, void *context)
{
    size_t column = 0;
    if (list == NULL) {
        return DESCENT_OK;
    }
    if (strchr(list, ',') == NULL ||
        descent_csv_find_column(columns, path, what, list, &column) == DESCENT_OK) {
        DESCENT_TRY(descent_csv_find_column(columns, path, what, list, &column));
        return use(context, column);
    }
    char *copy = strdup(list), *rest;
    if (copy == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for columns", path);
    }
    descent_status status = DESCENT_OK;
    for (char *name = copy; name != NULL && status == DESCENT_OK; name = rest) {
        rest = strchr(name, ',');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        status = descent_csv_find_column(columns, path, what, name, &column);
        status = status == DESCENT_OK ? use(context, column) : status;
    }
    free(copy);
    return status;
}

static descent_status mark(void *context, size_t column)
{
    ((bool *)context)[column] = true;
    return DESCENT_OK;
}

descent_status descent_csv_mark_columns(const struct descent_csv_columns *columns, const char *path,
                                        const char *what, const char *list, bool *marks)
{
    return descent_csv_each_column(columns, path, what, list, mark, marks);
}

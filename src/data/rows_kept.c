/*
 * One block of texts, which each batch uses again.
 */
#include "data/rows_kept.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for `needed` things of a size; false where there is no memory. */
static bool reserve(void **array, size_t *room, size_t needed, size_t size)
{
    if (needed <= *room) {
        return true;
    }
    size_t more = needed + needed / 2;
    void *grown = realloc(*array, more * size);
    if (grown != NULL) {
        *array = grown;
        *room = more;
    }
    return grown != NULL;
}

static descent_status fail_memory(void)
{
    return descent_fail(DESCENT_ERROR_MEMORY, "no memory for the texts of columns");
}

descent_status descent_kept_add(void *context, size_t column)
{
    struct descent_kept *kept = context;
    size_t *grown = realloc(kept->columns, (kept->count + 1) * sizeof *grown);
    if (grown == NULL) {
        return fail_memory();
    }
    kept->columns = grown;
    kept->columns[kept->count++] = column;
    return DESCENT_OK;
}

void descent_kept_clear(struct descent_kept *kept)
{
    kept->texts = 0;
    kept->size = 0;
}

descent_status descent_kept_take(struct descent_kept *kept, const struct descent_csv *csv)
{
    for (size_t k = 0; k < kept->count; k++) {
        const char *field = descent_csv_field(csv, kept->columns[k]);
        size_t size = strlen(field) + 1;
        void *starts = kept->starts, *text = kept->text;
        bool fits = reserve(&starts, &kept->starts_room, kept->texts + 1, sizeof *kept->starts);
        kept->starts = starts;
        fits = fits && reserve(&text, &kept->text_room, kept->size + size, 1);
        kept->text = text;
        if (!fits) {
            return fail_memory();
        }
        memcpy(kept->text + kept->size, field, size);
        kept->starts[kept->texts++] = kept->size;
        kept->size += size;
    }
    return DESCENT_OK;
}

void descent_kept_free(struct descent_kept *kept)
{
    free(kept->columns);
    free(kept->starts);
    free(kept->text);
    *kept = (struct descent_kept){0};
}

/*
 * A short list of what was left aside, looked through from the front.
 */
#include "data/aside.h"

#include "base/fail.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char OTHERS[] = "others";

static size_t find(const struct descent_aside *aside, const char *what)
{
    size_t i = 0;
    while (i < aside->count && strcmp(aside->kinds[i].what, what) != 0) {
        i++;
    }
    return i;
}

/* The row to count in, new or not. */
static descent_left_aside *row_of(struct descent_aside *aside, const char *what, const char *path)
{
    size_t at = find(aside, what);
    if (at == aside->count && at >= DESCENT_ASIDE_MAX) {
        what = OTHERS;
        at = find(aside, what);
    }
    descent_left_aside *kind = &aside->kinds[at];
    if (at == aside->count) {
        *kind = (descent_left_aside){.what = strdup(what), .example = strdup(path)};
        aside->count++;
    }
    return kind->what != NULL && kind->example != NULL ? kind : NULL;
}

descent_status descent_aside_add(struct descent_aside **aside, const char *what, const char *path,
                                 bool matters)
{
    *aside = *aside != NULL ? *aside : calloc(1, sizeof **aside);
    descent_left_aside *kind = *aside != NULL ? row_of(*aside, what, path) : NULL;
    if (kind == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its path", path);
    }
    kind->count++;
    kind->matters = kind->matters || matters;
    return DESCENT_OK;
}

void descent_aside_free(struct descent_aside *aside)
{
    for (size_t i = 0; aside != NULL && i < aside->count; i++) {
        free((void *)(uintptr_t)aside->kinds[i].what);
        free((void *)(uintptr_t)aside->kinds[i].example);
    }
    free(aside);
}

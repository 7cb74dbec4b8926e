/*
 * Labels as files spell them, and the classes that they stand for: one class may be spelt in
 * several ways, such as 3 and 3.0.
 */
#ifndef DESCENT_LABEL_NAMES_H
#define DESCENT_LABEL_NAMES_H

#include "base/names.h"

#include <stdbool.h>

/* Starts as {0}. */
struct descent_label_names {
    struct descent_names names;     /* of the classes */
    struct descent_names spellings; /* in the order of their coming */
    int32_t *classes;               /* [spellings], the class of each */
    size_t room;
    bool known; /* whether the classes are known beforehand */
};

/* Sets classes that are known. Error: MEMORY. */
descent_status descent_label_names_know(struct descent_label_names *labels,
                                        const char *const *names, size_t count);

/* Adds a spelling unless it is there, and tells its number. `where` is as in descent_names_add().
 * Errors: FORMAT (as there, a label that is missing, or one of no class that is known), MEMORY. */
descent_status descent_label_names_add(struct descent_label_names *labels, size_t *spelling,
                                       const char *text, const char *where);

/* Makes the classes out of all spellings and sorts them, unless they are known: spellings of one
 * number are one class where all are numbers, and so are true and True where all are true or false.
 * Error: MEMORY. */
descent_status descent_label_names_settle(struct descent_label_names *labels);

/* Frees what the names hold. */
void descent_label_names_free(struct descent_label_names *labels);

#endif

/*
 * What is found among the files of a data set and left aside, counted by ending or by name.
 */
#ifndef DESCENT_ASIDE_H
#define DESCENT_ASIDE_H

#include <descent/dataset.h>

/* So many kinds are told apart; files of any further ones count as "others". */
enum { DESCENT_ASIDE_MAX = 24 };

struct descent_aside {
    size_t count;
    descent_left_aside kinds[DESCENT_ASIDE_MAX + 1];
};

/* Adds a file or folder by what it is called there, an ending or a name; path is where it lies.
 * Both are copied. *aside is NULL at first. Error: MEMORY. */
descent_status descent_aside_add(struct descent_aside **aside, const char *what, const char *path,
                                 bool matters);

/* Frees what was found; NULL is allowed. */
void descent_aside_free(struct descent_aside *aside);

#endif

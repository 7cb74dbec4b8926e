/*
 * Sets of names, in the order in which they came: the classes of a source.
 */
#ifndef DESCENT_NAMES_H
#define DESCENT_NAMES_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

/* More classes than these are not classes. */
enum { DESCENT_NAMES_MAX = 1 << 16, DESCENT_NAME_SIZE_MAX = 255 };

/* Starts as {0}. */
struct descent_names {
    char **texts; /* [count] */
    size_t count;
    size_t room;
    uint32_t *slots; /* [2 × room] of a hash table: 1 + a name's number, or 0 */
};

/* Bytes of the character that a text starts with, or 0 where it is no UTF-8 (RFC 3629); 1 for an
 * empty text. */
size_t descent_utf8_size(const char *string);

/* Adds a name unless it is there, and tells its number. A name is 1 to 255 bytes of UTF-8 without
 * control characters; `where` stands at the start of the line about one that is not. Errors: FORMAT
 * (also: too many), MEMORY. */
descent_status descent_names_add(struct descent_names *names, size_t *number, const char *text,
                                 const char *where);

/* Adds names that were checked before. Error: MEMORY. */
descent_status descent_names_add_all(struct descent_names *names, const char *const *texts,
                                     size_t count);

/* Whether the texts are names, each there once. Errors: INVALID (says which is not), MEMORY. */
descent_status descent_names_check(const char *const *texts, size_t count);

/* The number of a name, or SIZE_MAX if there is none. */
size_t descent_names_find(const struct descent_names *names, const char *text);

/* Sorts the names: by value where all of them are numbers, else by their bytes. numbers
 * [count], or NULL, gets the new number of each old one. Error: MEMORY. */
descent_status descent_names_sort(struct descent_names *names, int32_t *numbers);

/* Frees the names and zeroes the struct. */
void descent_names_free(struct descent_names *names);

#endif

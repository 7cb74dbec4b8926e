/*
 * The first files of a run or of a study, in place of those of another one: whenever the process
 * ends, the folder holds all of the old one or all of the new one, never some of each.
 *
 *     begin → the files are saved into REPLACEMENT_BEGUN → commit → settle
 *
 * Until the commit the old one is whole. The commit is one rename, to REPLACEMENT_WHOLE, and from
 * then on the new one is: what is left to do, removing the old files and moving the new ones to
 * their place, is done by whoever locks the folder next, if need be. The caller has it locked.
 */
#ifndef DESCENT_CLI_REPLACEMENT_H
#define DESCENT_CLI_REPLACEMENT_H

#include "cli/base/cli.h"

#include <stdbool.h>

/* Folders in the folder. */
#define REPLACEMENT_BEGUN ".descent-new"
#define REPLACEMENT_WHOLE ".descent-next"

struct replacement {
    int folder;               /* descriptor; borrowed */
    const char *shown;        /* its path, in messages */
    const char *const *files; /* the new ones, in the order in which they move; NULL ends them */
};

/* Makes the folder for new files, empty. */
enum exit_status replacement_begin(const struct replacement *replacement);

/* All files are saved. */
enum exit_status replacement_commit(const struct replacement *replacement);

/* Whether there is a replacement that was committed and has not moved to its place. */
bool replacement_is_whole(const struct replacement *replacement);

/* Moves the files to their place. The caller has removed all old files of other names. */
enum exit_status replacement_move(const struct replacement *replacement);

/* Removes what was begun and not committed, if anything. */
void replacement_discard(const struct replacement *replacement);

#endif

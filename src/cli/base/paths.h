/*
 * What there is at a path. A disk that fails to answer has not said that there is nothing: the
 * first such failure is kept, and is then why the command fails, instead of what it would make of
 * that.
 */
#ifndef DESCENT_CLI_PATHS_H
#define DESCENT_CLI_PATHS_H

#include "cli/base/cli.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>

/* Whether there is anything, a folder, a file. False also where that cannot be seen for want of
 * rights, or cannot be a path. A pipe is no file: it could not be opened without waiting. */
bool path_is_there(const char *path);
bool path_is_there_at(int folder, const char *shown, const char *name); /* in an open folder */
bool path_is_folder(const char *path);
bool path_is_file(const char *path);

/* A folder's stream to read names from, or a file's, opened as by fopen(); NULL where there is
 * none. To be closed by closedir(), and path_close(). */
DIR *path_open_folder(const char *path);
FILE *path_open_file(const char *path, const char *mode);

/* A descriptor, as of open() with the mode 0666, which an interruption does not keep from opening;
 * −1 and errno. */
int path_open(const char *path, int flags);

/* The absolute path of what is there, without links, to be freed; NULL where there is nothing. */
char *path_resolved(const char *path);

/* The next name in a folder, those of files that programs hide among them; NULL behind the last. */
const char *path_next_name(DIR *folder, const char *path);

/* Closes a file that was read. */
void path_close(FILE *file, const char *path);

/* Keeps why there was no answer from a path, by errno; "cannot be WHAT". */
void path_keep_failure(const char *what, const char *path);

/* Keeps a message of the library that says so. */
void path_keep(const char *message);

/* Keeps the library's last one where a status says that memory is out: what could not be read for
 * that is neither missing nor broken. */
void path_keep_memory(descent_status status);

/* The failure that was kept, as a message; NULL if there was none. */
const char *path_failure(void);

/* How many there have been: more of them after something was read say that it lacks a part. */
size_t path_failures(void);

/* Fails if there was one: before what takes long, or writes. It is told once. */
enum exit_status path_check(void);

#endif

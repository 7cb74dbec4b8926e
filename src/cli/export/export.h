/*
 * What `export` is made of: each output is a row of a table, and is made whole in memory before the
 * first is written.
 */
#ifndef DESCENT_CLI_EXPORT_H
#define DESCENT_CLI_EXPORT_H

#include "cli/base/cli.h"
#include "cli/base/progress.h"
#include "cli/base/trained_model.h"

struct export_options {
    char *c, *header, *name;
    bool force, quiet;
};

enum { EXPORT_NAME_SIZE = 63 };

struct export
{
    struct export_options options;
    struct progress display;
    struct trained_model trained;
    char name[EXPORT_NAME_SIZE]; /* before all names in C */
};

/* What becomes of an output; freed by the caller. */
struct export_bytes {
    char *bytes;
    size_t size;
};

/* An output, and what makes it where its path was given. */
struct export_output {
    size_t path; /* of the char * in struct export_options */
    enum exit_status (*make)(struct export_bytes *made, const struct export *export);
};

/* name.c: the name that was asked for, or one made of the model's path. USAGE where the former is
 * no identifier of C. */
enum exit_status export_name(struct export *export, const char *path);

/* c_file.c: the file of C, and its header. */
enum exit_status export_c(struct export_bytes *made, const struct export *export);
enum exit_status export_header(struct export_bytes *made, const struct export *export);

#endif

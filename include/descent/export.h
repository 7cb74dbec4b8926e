/*
 * A trained network for programs without this library. Each function makes one whole file in
 * memory; the caller saves it (descent_file_save()) and frees it with free().
 */
#ifndef DESCENT_EXPORT_H
#define DESCENT_EXPORT_H

#include <descent/predictor.h>
#include <descent/status.h>
#include <stddef.h>

DESCENT_BEGIN

/* Parameters of a network that becomes C source, at most: it would be 48 MB of text. */
#define DESCENT_EXPORT_C_MAX ((size_t)4000000)

typedef struct descent_export_c_config {
    const char *name;  /* what all names in the file begin with: an identifier of C */
    const char *about; /* lines for the comment at the top, such as the command; or NULL */
} descent_export_c_config;

/*
 * A file of C99, which C++ compiles as well: NAME_run() answers as descent_predictor_run() does,
 * NAME_classify() says which class. It allocates nothing, keeps no state, and needs no library.
 * Its numbers are those of a predictor that computes by reference (descent_predictor_reference()),
 * to the bit and on every machine whose float and double are those of IEEE 754. Errors: INVALID (a
 * name that is none, more than DESCENT_EXPORT_C_MAX parameters, weights that are not finite),
 * MEMORY.
 */
DESCENT_API descent_status descent_export_c(char **text, const descent_predictor *predictor,
                                            const descent_export_c_config *config);

/* The header of that file, with its declarations and sizes. Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_export_c_header(char **text, const descent_predictor *predictor,
                                                   const descent_export_c_config *config);

DESCENT_END

#endif

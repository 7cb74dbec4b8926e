/*
 * Predictions as columns: which ones, their headings, and how a prediction fills them, in CSV for
 * programs or aligned for people.
 */
#ifndef DESCENT_CLI_SHEET_H
#define DESCENT_CLI_SHEET_H

#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/predict/predict.h"

#include <descent/rows.h>

struct sheet_column;

/* Starts as {0}. */
struct sheet {
    const struct predictor *predictor;
    const descent_rows *rows; /* for columns that are kept, or NULL */
    struct sheet_column *columns;
    size_t count;
    bool aligned; /* for people, in `table`; else in CSV, to `out` */
    struct table table;
    char *alignment; /* of the table */
    FILE *out;
    bool saved; /* whether `out` is that of `file` */
    struct text_file file;
    bool quiet;
    bool headed; /* whether the headings are written */
};

/* What a prediction is of. */
struct sheet_row {
    size_t number;    /* from 1 */
    const char *file; /* of an image, or NULL */
    size_t kept;      /* the row of the last batch, for columns that are kept */
    const float *outputs;
};

/* Chooses the columns as the options say. images: rows have a file and
 * no number. FAILED or USAGE after saying why; the caller closes the sheet in any case. */
enum exit_status sheet_open(struct sheet *sheet, const struct predictor *predictor,
                            const struct predict_options *options, const descent_rows *rows,
                            bool images);

void sheet_write(struct sheet *sheet, const struct sheet_row *row);

/* Puts what was written where it belongs: on the terminal, or into the file, as a whole. */
enum exit_status sheet_finish(struct sheet *sheet);
void sheet_close(struct sheet *sheet);

/* The same prediction as an object. */
json_t *sheet_json(const struct predictor *predictor, const struct predict_options *options,
                   const descent_rows *rows, const struct sheet_row *row);

#endif

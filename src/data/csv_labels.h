/*
 * The answers of a CSV file's records: labels, whose distinct texts are the classes, or targets.
 */
#ifndef DESCENT_CSV_LABELS_H
#define DESCENT_CSV_LABELS_H

#include "data/csv_columns.h"
#include "data/label_names.h"

struct descent_csv_labels {
    const descent_source *source;              /* borrowed */
    const struct descent_csv_columns *columns; /* borrowed */
    const struct descent_csv_answer *answer;   /* how the answers are read */
    struct descent_label_names names;          /* of the classes, or of several labels a sample */
    size_t *places;                            /* [answers], the column of each */
    size_t outputs;                            /* numbers in a target; 0: labels */
    size_t count;                              /* of records scanned */
    size_t room;
    int32_t *labels;           /* [count] after the first pass; then those kept come first */
    float *targets;            /* [kept × outputs] */
    const char **target_names; /* [outputs], of the columns; NULL: they have none */
    size_t kept;
    bool several;        /* whether a sample has several labels in its one column */
    char parting;        /* between them: ; or |, or 0 before there is one */
    uint64_t unlabelled; /* the first line without a label, or 0 */
};

/* Begins with a file whose columns are known; columns and source must outlive the labels. The
 * caller frees them in any case. Errors: FORMAT, MISMATCH (other targets than are known), MEMORY.
 */
descent_status descent_csv_labels_begin(struct descent_csv_labels *labels,
                                        const struct descent_csv_columns *columns,
                                        const descent_source *source, const char *path);

/* The first pass: every record, in order. Errors: FORMAT (says line and column), MEMORY. */
descent_status descent_csv_labels_scan(struct descent_csv_labels *labels,
                                       const struct descent_csv *csv);

/* After the first pass: the classes and the labels in their final order. Errors: FORMAT (what may
 * be the name of a column is a class), MEMORY. */
descent_status descent_csv_labels_settle(struct descent_csv_labels *labels, const char *path);

/* The second pass: makes room for as many records. Error: MEMORY. */
descent_status descent_csv_labels_allocate(struct descent_csv_labels *labels, const char *path,
                                           size_t wanted);

/* The second pass: a record that is wanted, by its number in the first pass. Error: FORMAT. */
descent_status descent_csv_labels_keep(struct descent_csv_labels *labels,
                                       const struct descent_csv *csv, size_t record);

/* Sets what samples have of labels or targets; those arrays are theirs from now on, the names
 * are borrowed. */
void descent_csv_labels_give(struct descent_csv_labels *labels, descent_samples *samples);

/* Frees what the labels hold; zeroed ones are allowed. */
void descent_csv_labels_free(struct descent_csv_labels *labels);

#endif

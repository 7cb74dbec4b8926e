/*
 * What `export` is made of: each output is a row of a table, and is made whole in memory before the
 * first is written.
 */
#ifndef DESCENT_CLI_EXPORT_H
#define DESCENT_CLI_EXPORT_H

#include "cli/base/cli.h"
#include "cli/base/progress.h"
#include "cli/base/trained_model.h"

#include <descent/export.h>

struct export_options {
    char *c, *int8, *header, *html, *onnx, *name, *title;
    bool force, json, quiet;
};

enum { EXPORT_NAME_SIZE = 63 };

/* comparison.c: the exported numbers, which are those of the reference pass, beside the engine's on
 * the test samples. */
struct export_comparison {
    size_t samples;             /* 0: none are there */
    bool classes;               /* whether they have labels that answers are compared with */
    size_t differ, right;       /* answers that differ, and that are right */
    double difference, largest; /* of any output, and the largest of the engine's */
    /* The network in bytes beside the reference pass, where there is one. */
    size_t int8_differ, int8_right;
    double int8_difference;
};

struct exporting {
    struct export_options options;
    struct progress display;
    struct trained_model trained;
    descent_int8 *int8; /* NULL: in floats alone */
    struct export_comparison comparison;
    char name[EXPORT_NAME_SIZE]; /* before all names in C */
    const char *path;            /* as it was given */
};

/* What becomes of an output; freed by the caller. */
struct export_bytes {
    char *bytes;
    size_t size;
};

/* An output, and what makes it where its path was given. */
struct export_output {
    size_t path;        /* of the char * in struct export_options */
    const char *ending; /* of a file that is named after the model */
    bool by_reference;  /* its numbers are those of predict --reference */
    enum exit_status (*make)(struct export_bytes *made, const struct exporting *exporting);
};

/* name.c: the name that was asked for, or one made of the name of the file of C, or of its header.
 * USAGE where the former is no identifier of C. */
enum exit_status export_name(struct exporting *exporting);

/* data.c: a part of the data that the model was trained on, to be destroyed in any case; NULL,
 * without a word, where they are not there any more. FAILED where that cannot be said, for want of
 * memory or of an answer from the disk. */
enum exit_status export_data(descent_dataset **dataset, const struct trained_model *trained,
                             descent_part part);

/* int8.c: makes the network in bytes by the training part of the data that were given for it, if
 * they were. FAILED or USAGE after saying why; the caller destroys it in any case. */
enum exit_status export_int8(struct exporting *exporting);

/* FAILED where memory is out, or the data cannot be read. Then the line about it. */
enum exit_status export_compare(struct exporting *exporting);
void export_say_comparison(struct exporting *exporting);
json_t *export_comparison_json(const struct exporting *exporting); /* null without samples */

/* about.c: what is known of the training, in lines; cut to size. */
enum { EXPORT_ABOUT_SIZE = 4096 };
void export_about(char *text, size_t size, const struct exporting *exporting);

/* The last part of a path that says something: of models/digits/model.safetensors that is digits.
 */
void export_stem(char *name, size_t size, const char *path);

/* page_file.c: the page. */
enum exit_status export_page(struct export_bytes *made, const struct exporting *exporting);

/* page_facts.c: what the page says of the network, from its model's file and, in a run folder, from
 * the run's result. */
enum { EXPORT_FACTS_MAX = 16, EXPORT_FACT_SIZE = 192 };
struct export_facts {
    struct export_fact {
        const char *term;
        char text[EXPORT_FACT_SIZE];
    } rows[EXPORT_FACTS_MAX];
    size_t count;
};
void export_facts_find(struct export_facts *facts, const struct exporting *exporting);

/* The name of the training data without folder and ending, or "" where the file does not say. */
void export_data_name(char *name, size_t size, const struct exporting *exporting);

/* c_file.c: the file of C, and its header. */
enum exit_status export_c(struct export_bytes *made, const struct exporting *exporting);
enum exit_status export_header(struct export_bytes *made, const struct exporting *exporting);

/* onnx_file.c: the model of ONNX. */
enum exit_status export_onnx(struct export_bytes *made, const struct exporting *exporting);

#endif

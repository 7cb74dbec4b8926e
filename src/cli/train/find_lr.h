/*
 * What the parts of `descent find-lr` share: its options, the planned training, and the test.
 */
#ifndef DESCENT_CLI_FIND_LR_H
#define DESCENT_CLI_FIND_LR_H

#include "cli/train/train.h"

struct find_lr {
    double from, to; /* learning rates */
    uint64_t steps;  /* 0: by the range */
    char *csv;
    char *out;
    bool no_plot;
    struct training training; /* the test's result is in training.search */
    double seconds;           /* that the test took */
};

/* Reads a command line. On failure it says why and returns FAILED or USAGE; the caller frees the
 * texts and destroys the training in any case. */
enum exit_status find_lr_options_read(struct find_lr *find, int argc, const char **argv);

/* The result: as text, as JSON, as a curve on the terminal (path NULL) or into a file, and the
 * points as comma-separated values. */
enum exit_status find_lr_print_text(const struct find_lr *find);
enum exit_status find_lr_print_json(const struct find_lr *find);
enum exit_status find_lr_draw(const struct find_lr *find, const char *path);
enum exit_status find_lr_save_csv(const struct range_test *test, const char *path);

#endif

/*
 * What a model does on a data set: loss, and answers with their confusions, or errors of numbers.
 */
#ifndef DESCENT_CLI_EVALUATION_H
#define DESCENT_CLI_EVALUATION_H

#include "cli/base/trained_model.h"
#include "cli/plot/page.h"

#include <descent/network.h>

struct evaluation {
    descent_metrics metrics;
    size_t width;      /* outputs of the model */
    size_t classes;    /* that these tell apart */
    size_t *confusion; /* [classes × classes]: rows are true classes, columns predictions; NULL for
                          numbers */
    bool *right;       /* [samples], whether the answer is, or all labels are; NULL for numbers */
    float *outputs;   /* [samples × width], in the data set's order, where they were asked for, and
                         always for numbers and labels */
    double threshold; /* of evaluation_decide() */
};

/* Refuses a data set that does not go with the model, naming both. */
enum exit_status evaluation_check(const struct trained_model *trained,
                                  const descent_dataset *dataset, const char *folder);

/* Evaluates on all samples, in batches. On failure it says why and returns FAILED; the caller frees
 * in any case. */
enum exit_status evaluation_run(struct evaluation *evaluation, const struct trained_model *trained,
                                const descent_dataset *dataset, size_t batch, int threads,
                                bool keep_outputs);

/* Frees the arrays; a zeroed evaluation is allowed. */
void evaluation_free(struct evaluation *evaluation);

/* The result as text for people, or as an object, which the caller owns; NULL where memory is out.
 */
enum exit_status evaluation_print(const struct evaluation *evaluation,
                                  const struct trained_model *trained);
json_t *evaluation_json(const struct evaluation *evaluation, const struct trained_model *trained);

/* The loss and the accuracy as two lines. */
void evaluation_print_summary(const struct evaluation *evaluation,
                              const struct trained_model *trained);

/* decision.c: counts right answers and confusions anew, where a label holds, or the second class of
 * one output is the answer, if its probability is above the threshold, which is in [0, 1]. Needs
 * the outputs. */
void evaluation_decide(struct evaluation *evaluation, const descent_dataset *dataset,
                       double threshold);
bool evaluation_holds(const struct evaluation *evaluation, size_t sample, size_t output);

/* evaluation_labels.c: the result of a model whose samples may have several labels. */
enum exit_status evaluation_print_labels(const struct evaluation *evaluation,
                                         const struct trained_model *trained,
                                         const descent_dataset *dataset);
json_t *evaluation_labels_json(const struct evaluation *evaluation,
                               const struct trained_model *trained, const descent_dataset *dataset);

/* samples.c: writes each sample's label and answer, or with `wrong` those that differ, as CSV. */
enum exit_status evaluation_save_samples(const struct trained_model *trained,
                                         const descent_dataset *dataset, double threshold,
                                         bool wrong, const char *path);

/* The same into a file that is open, with fields in front of each row, each with a comma behind it,
 * and their headings; headings NULL: the rows alone. */
struct evaluation_lead {
    const char *headings, *fields;
};
enum exit_status evaluation_list_samples(FILE *out, const struct trained_model *trained,
                                         const descent_dataset *dataset, double threshold,
                                         bool wrong, struct evaluation_lead lead);

/* mistakes.c: writes the wrong answers, the most confident first, as CSV, or as a picture with the
 * most confident of them, where samples are images; about says what was evaluated. */
enum exit_status evaluation_save_mistakes(const struct trained_model *trained,
                                          const descent_dataset *dataset, double threshold,
                                          const char *about, const struct page_target *target);

/* confusion.c: writes the confusion matrix as CSV, or as a picture. */
enum exit_status evaluation_save_confusion(const struct evaluation *evaluation,
                                           const struct trained_model *trained, const char *about,
                                           const struct page_target *target);

/* evaluation_regression.c: the same of a model that predicts numbers. */
enum exit_status evaluation_print_regression(const struct evaluation *evaluation,
                                             const struct trained_model *trained,
                                             const descent_dataset *dataset);

/* Over all targets: see statistics.h; MAE is their mean. */
struct evaluation_errors {
    double r2, rmse, mae;
};
enum exit_status evaluation_errors_of(struct evaluation_errors *errors,
                                      const struct evaluation *evaluation,
                                      const struct trained_model *trained,
                                      const descent_dataset *dataset);

json_t *evaluation_regression_json(const struct evaluation *evaluation,
                                   const struct trained_model *trained,
                                   const descent_dataset *dataset);

#endif

/*
 * Figures of a model whose samples may have several labels: of each label, of all decisions, and of
 * samples with all labels right.
 */
#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/evaluate/class_row.h"
#include "cli/evaluate/evaluation.h"

#include <stdio.h>
#include <stdlib.h>

/* How often a label is true, predicted, and both; and decisions that are right. */
struct counts {
    size_t samples, predictions, hits, right;
};

static struct counts count_label(const struct evaluation *evaluation,
                                 const descent_dataset *dataset, size_t label)
{
    struct counts counts = {0};
    for (size_t i = 0; i < evaluation->metrics.samples; i++) {
        bool is = descent_dataset_target(dataset, i)[label] > 0.5f;
        bool predicted = evaluation_holds(evaluation, i, label);
        counts.samples += is;
        counts.predictions += predicted;
        counts.hits += is && predicted;
        counts.right += is == predicted;
    }
    return counts;
}

/* Those of each label, then the micro average, over all decisions, and the macro average, over
 * labels; to be freed. *right gets the share of decisions that are right. NULL where memory is out.
 */
static struct class_row *measure(const struct evaluation *evaluation,
                                 const struct trained_model *trained,
                                 const descent_dataset *dataset, double *right)
{
    size_t labels = evaluation->width;
    struct class_row *rows = calloc(labels + 2, sizeof *rows);
    struct counts all = {0};
    for (size_t l = 0; l < labels && rows != NULL; l++) {
        struct counts counts = count_label(evaluation, dataset, l);
        rows[l] = class_row_of(trained->names[l], counts.samples, counts.predictions, counts.hits);
        all.samples += counts.samples;
        all.predictions += counts.predictions;
        all.hits += counts.hits;
        all.right += counts.right;
    }
    if (rows != NULL) {
        rows[labels] = class_row_of("micro average", all.samples, all.predictions, all.hits);
        rows[labels + 1] = class_row_mean("macro average", all.samples, rows, labels);
    }
    *right = (double)all.right / ((double)labels * (double)evaluation->metrics.samples);
    return rows;
}

enum exit_status evaluation_print_labels(const struct evaluation *evaluation,
                                         const struct trained_model *trained,
                                         const descent_dataset *dataset)
{
    double right;
    char text[TEXT_SIZE];
    struct class_row *rows = measure(evaluation, trained, dataset, &right);
    if (rows == NULL) {
        return cli_failed("out of memory for the figures of %zu labels", evaluation->width);
    }
    evaluation_print_summary(evaluation, trained);
    printf("          counts samples with all labels right (exact match)\n"
           "labels    %s right by themselves, threshold %g\n\n",
           text_percent(text, right), evaluation->threshold);
    enum exit_status status = record_print(&CLASS_RECORD, rows, evaluation->width + 2);
    free(rows);
    return status;
}

json_t *evaluation_labels_json(const struct evaluation *evaluation,
                               const struct trained_model *trained, const descent_dataset *dataset)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double right, low, high;
    size_t labels = evaluation->width;
    struct class_row *rows = measure(evaluation, trained, dataset, &right);
    if (rows == NULL) {
        return NULL;
    }
    cli_wilson(metrics->correct, metrics->samples, &low, &high);
    json_t *object = json_pack("{s:f, s:f, s:I, s:f, s:f, s:f, s:f, s:o, s:o, s:o}", "loss",
                               descent_metrics_loss(metrics), "accuracy",
                               (double)metrics->correct / (double)metrics->samples, "samples",
                               (json_int_t)metrics->samples, "accuracy_low", low, "accuracy_high",
                               high, "label_accuracy", right, "threshold", evaluation->threshold,
                               "labels", record_array(&CLASS_RECORD, rows, labels), "micro",
                               record_json(&CLASS_RECORD, &rows[labels]), "macro",
                               record_json(&CLASS_RECORD, &rows[labels + 1]));
    free(rows);
    return object;
}

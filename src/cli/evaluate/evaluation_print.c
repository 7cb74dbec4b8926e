/*
 * Prints an evaluation.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/evaluate/class_row.h"
#include "cli/evaluate/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A larger confusion matrix does not fit on a screen; its largest entries are listed instead. */
enum { MATRIX_CLASSES_MAX = 16, MISTAKES_MAX = 10 };

void evaluation_print_summary(const struct evaluation *evaluation,
                              const struct trained_model *trained)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double low;
    double high;
    cli_wilson(metrics->correct, metrics->samples, &low, &high);
    char correct[TEXT_SIZE];
    char samples[TEXT_SIZE];
    printf("loss      %.6f (%s)\n", descent_metrics_loss(metrics),
           descent_loss_name(trained->loss.kind));
    lines_print(stdout, "accuracy  %.2f %% (%s of %s; 95 %% interval %.2f-%.2f %%)",
                100.0 * (double)metrics->correct / (double)metrics->samples,
                text_count(correct, metrics->correct), text_count(samples, metrics->samples),
                100.0 * low, 100.0 * high);
}

static struct class_row row_of(const struct evaluation *evaluation, size_t class, const char *name)
{
    size_t classes = evaluation->classes, samples = 0, predictions = 0;
    for (size_t c = 0; c < classes; c++) {
        samples += evaluation->confusion[class * classes + c];
        predictions += evaluation->confusion[c * classes + class];
    }
    return class_row_of(name, samples, predictions, evaluation->confusion[class * classes + class]);
}

static enum exit_status print_classes(const struct evaluation *evaluation,
                                      const struct trained_model *trained)
{
    size_t classes = evaluation->classes;
    struct class_row *rows = calloc(classes + 1, sizeof *rows);
    if (rows == NULL) {
        return cli_failed("out of memory for the figures of %zu classes", classes);
    }
    for (size_t c = 0; c < classes; c++) {
        rows[c] = row_of(evaluation, c, trained->names[c]);
    }
    rows[classes] = class_row_mean("mean", evaluation->metrics.samples, rows, classes);
    enum exit_status status = record_print(&CLASS_RECORD, rows, classes + 1);
    free(rows);
    return status;
}

/* The diagonal stands in brackets; zeros are dots, so that the mistakes show. */
static void add_count(struct table *table, size_t count, bool diagonal)
{
    if (diagonal) {
        table_add(table, "[%zu]", count);
    } else if (count == 0) {
        table_add(table, ". ");
    } else {
        table_add(table, "%zu ", count);
    }
}

static enum exit_status print_matrix(const struct evaluation *evaluation,
                                     const struct trained_model *trained)
{
    size_t classes = evaluation->classes;
    char alignment[MATRIX_CLASSES_MAX + 2] = "l";
    for (size_t c = 0; c < classes; c++) {
        alignment[c + 1] = 'r';
    }
    struct table table = {.alignment = alignment};
    table_add(&table, "true");
    for (size_t c = 0; c < classes; c++) {
        table_add(&table, "%s ", trained->names[c]);
    }
    for (size_t row = 0; row < classes; row++) {
        table_add(&table, "%s", trained->names[row]);
        for (size_t column = 0; column < classes; column++) {
            add_count(&table, evaluation->confusion[row * classes + column], row == column);
        }
    }
    lines_print(stdout, "\nconfusion matrix (rows: true class; columns: predicted class)");
    return table_print(&table);
}

/* The index of the largest entry off the diagonal among those that come after `last` in the order
 * of falling counts and, for equal ones, rising indices. */
static size_t next_mistake(const struct evaluation *evaluation, size_t last)
{
    size_t classes = evaluation->classes;
    size_t all = classes * classes;
    const size_t *counts = evaluation->confusion;
    size_t best = all;
    for (size_t i = 0; i < all; i++) {
        bool after =
            last == all || counts[i] < counts[last] || (counts[i] == counts[last] && i > last);
        bool mistake = i % classes != i / classes && counts[i] > 0;
        if (after && mistake && (best == all || counts[i] > counts[best])) {
            best = i;
        }
    }
    return best;
}

static enum exit_status print_mistakes(const struct evaluation *evaluation,
                                       const struct trained_model *trained)
{
    size_t classes = evaluation->classes;
    size_t none = classes * classes;
    size_t i = next_mistake(evaluation, none);
    struct table table = {.alignment = "llr"};
    table_add(&table, "true");
    table_add(&table, "predicted");
    table_add(&table, "samples");
    for (size_t count = 0; i != none && count < MISTAKES_MAX; count++) {
        table_add(&table, "%s", trained->names[i / classes]);
        table_add(&table, "%s", trained->names[i % classes]);
        table_add(&table, "%zu", evaluation->confusion[i]);
        i = next_mistake(evaluation, i);
    }
    printf("\nmost frequent mistakes\n");
    return table_print(&table);
}

enum exit_status evaluation_print(const struct evaluation *evaluation,
                                  const struct trained_model *trained)
{
    evaluation_print_summary(evaluation, trained);
    printf("\n");
    CLI_TRY(print_classes(evaluation, trained));
    return evaluation->classes <= MATRIX_CLASSES_MAX ? print_matrix(evaluation, trained)
                                                     : print_mistakes(evaluation, trained);
}

static json_t *confusion_json(const struct evaluation *evaluation)
{
    json_t *rows = json_array();
    for (size_t r = 0; r < evaluation->classes; r++) {
        json_t *row = json_array();
        for (size_t c = 0; c < evaluation->classes; c++) {
            size_t count = evaluation->confusion[r * evaluation->classes + c];
            cli_json_append(&row, json_integer((json_int_t)count));
        }
        cli_json_append(&rows, row);
    }
    return rows;
}

json_t *evaluation_json(const struct evaluation *evaluation, const struct trained_model *trained)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double low;
    double high;
    cli_wilson(metrics->correct, metrics->samples, &low, &high);
    double samples = (double)metrics->samples;
    return json_pack("{s:f, s:f, s:I, s:f, s:f, s:o, s:o}", "loss", descent_metrics_loss(metrics),
                     "accuracy", (double)metrics->correct / samples, "samples",
                     (json_int_t)metrics->samples, "accuracy_low", low, "accuracy_high", high,
                     "classes", trained_model_names_json(trained), "confusion",
                     confusion_json(evaluation));
}

/*
 * Prints an evaluation.
 */
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/evaluate/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A larger confusion matrix does not fit on a screen; its largest entries are listed instead. */
enum { MATRIX_CLASSES_MAX = 16, MISTAKES_MAX = 10 };

static void print_summary(const struct evaluation *evaluation, const struct trained_model *trained)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double low;
    double high;
    cli_wilson(metrics->correct, metrics->samples, &low, &high);
    char correct[TEXT_SIZE];
    char samples[TEXT_SIZE];
    printf("loss      %.6f (%s)\n", descent_metrics_loss(metrics),
           descent_loss_name(trained->loss.kind));
    printf("accuracy  %.2f %% (%s of %s; 95 %% interval %.2f-%.2f %%)\n",
           100.0 * (double)metrics->correct / (double)metrics->samples,
           text_count(correct, metrics->correct), text_count(samples, metrics->samples),
           100.0 * low, 100.0 * high);
}

/* A row of the table; figures are NaN where nothing was divided by: no such sample, or no such
 * prediction. */
struct class_row {
    const char *name;
    size_t samples;
    double precision;
    double recall;
    double f1;
};

#define AT(kind, member) RECORD_MEMBER(kind, struct class_row, member)

static const struct record_field CLASS_FIELDS[] = {
    {"class", AT(TEXT, name), .heading = "class"},
    {"samples", AT(SIZE, samples), .heading = "samples", .text = text_whole},
    {"precision", AT(NUMBER, precision), .heading = "precision", .text = text_percent},
    {"recall", AT(NUMBER, recall), .heading = "recall", .text = text_percent},
    {"f1", AT(NUMBER, f1), .heading = "F1", .text = text_percent},
};

static const struct record CLASS = RECORD(struct class_row, CLASS_FIELDS);

static void fill_class(struct class_row *row, const struct evaluation *evaluation, size_t class,
                       const char *name)
{
    size_t classes = evaluation->classes;
    size_t predictions = 0;
    *row = (struct class_row){.name = name};
    for (size_t c = 0; c < classes; c++) {
        row->samples += evaluation->confusion[class * classes + c];
        predictions += evaluation->confusion[c * classes + class];
    }
    /* A figure is 0 / 0 where there is no such sample, or no such prediction. F1 is the harmonic
     * mean of both, in a form that also holds where one of them is 0. */
    double correct = (double)evaluation->confusion[class * classes + class];
    row->precision = correct / (double)predictions;
    row->recall = correct / (double)row->samples;
    row->f1 = 2.0 * correct / (double)(row->samples + predictions);
}

/* The unweighted mean over classes of the figure at an offset; classes without it do not count. */
static double mean(const struct class_row *rows, size_t count, size_t offset)
{
    double sum = 0.0;
    size_t found = 0;
    for (size_t c = 0; c < count; c++) {
        double figure = *(const double *)((const char *)&rows[c] + offset);
        sum += isnan(figure) ? 0.0 : figure;
        found += isnan(figure) ? 0 : 1;
    }
    return found > 0 ? sum / (double)found : NAN;
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
        fill_class(&rows[c], evaluation, c, trained->names[c]);
    }
    rows[classes] = (struct class_row){
        .name = "mean",
        .samples = evaluation->metrics.samples,
        .precision = mean(rows, classes, offsetof(struct class_row, precision)),
        .recall = mean(rows, classes, offsetof(struct class_row, recall)),
        .f1 = mean(rows, classes, offsetof(struct class_row, f1)),
    };
    enum exit_status status = record_print(&CLASS, rows, classes + 1);
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
    printf("\nconfusion matrix (rows: true class; columns: predicted class)\n");
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
    print_summary(evaluation, trained);
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
            json_array_append_new(row, json_integer((json_int_t)count));
        }
        json_array_append_new(rows, row);
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
                     "classes", json_incref(trained->class_names), "confusion",
                     confusion_json(evaluation));
}

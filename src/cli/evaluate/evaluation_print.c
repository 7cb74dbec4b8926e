/*
 * Prints an evaluation.
 */
#include "cli/base/interval.h"
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/evaluate/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A larger confusion matrix does not fit on a screen; its largest entries are listed instead. */
enum { MATRIX_CLASSES_MAX = 16, MISTAKES_MAX = 10 };

static void print_summary(const struct evaluation *evaluation, const struct classifier *classifier)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double low;
    double high;
    cli_wilson(metrics->correct, metrics->samples, &low, &high);
    char correct[TEXT_SIZE];
    char samples[TEXT_SIZE];
    printf("loss      %.6f (%s)\n", descent_metrics_loss(metrics),
           descent_loss_name(classifier->loss.kind));
    printf("accuracy  %.2f %% (%s of %s; 95 %% interval %.2f-%.2f %%)\n",
           100.0 * (double)metrics->correct / (double)metrics->samples,
           text_count(correct, metrics->correct), text_count(samples, metrics->samples),
           100.0 * low, 100.0 * high);
}

static void add_figures(struct table *table, const char *name, struct class_figures figures)
{
    char text[TEXT_SIZE];
    table_add(table, "%s", name);
    table_add(table, "%s", text_count(text, figures.samples));
    table_add(table, "%s", text_percent(text, figures.precision));
    table_add(table, "%s", text_percent(text, figures.recall));
    table_add(table, "%s", text_percent(text, figures.f1));
}

/* The unweighted mean over classes of one figure; classes without it do not count. */
static double mean(double sum, size_t count)
{
    return count > 0 ? sum / (double)count : NAN;
}

static void accumulate(double *sum, size_t *count, double figure)
{
    if (!isnan(figure)) {
        *sum += figure;
        ++*count;
    }
}

static enum exit_status print_classes(const struct evaluation *evaluation,
                                      const struct classifier *classifier)
{
    struct table table = {.alignment = "lrrrr"};
    static const char *const HEADER[] = {"class", "samples", "precision", "recall", "F1"};
    for (size_t i = 0; i < sizeof HEADER / sizeof HEADER[0]; i++) {
        table_add(&table, "%s", HEADER[i]);
    }
    double sums[3] = {0.0};
    size_t counts[3] = {0};
    for (size_t c = 0; c < evaluation->classes; c++) {
        char scratch[CLASS_NAME_SIZE];
        struct class_figures figures = evaluation_class(evaluation, c);
        add_figures(&table, classifier_class(classifier, c, scratch), figures);
        accumulate(&sums[0], &counts[0], figures.precision);
        accumulate(&sums[1], &counts[1], figures.recall);
        accumulate(&sums[2], &counts[2], figures.f1);
    }
    add_figures(&table, "mean",
                (struct class_figures){evaluation->metrics.samples, mean(sums[0], counts[0]),
                                       mean(sums[1], counts[1]), mean(sums[2], counts[2])});
    return table_print(&table);
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
                                     const struct classifier *classifier)
{
    size_t classes = evaluation->classes;
    char alignment[MATRIX_CLASSES_MAX + 2] = "l";
    for (size_t c = 0; c < classes; c++) {
        alignment[c + 1] = 'r';
    }
    struct table table = {.alignment = alignment};
    char scratch[CLASS_NAME_SIZE];
    table_add(&table, "true");
    for (size_t c = 0; c < classes; c++) {
        table_add(&table, "%s ", classifier_class(classifier, c, scratch));
    }
    for (size_t row = 0; row < classes; row++) {
        table_add(&table, "%s", classifier_class(classifier, row, scratch));
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
                                       const struct classifier *classifier)
{
    size_t classes = evaluation->classes;
    size_t none = classes * classes;
    struct table table = {.alignment = "llr"};
    table_add(&table, "true");
    table_add(&table, "predicted");
    table_add(&table, "samples");
    size_t mistake = none;
    for (size_t i = 0; i < MISTAKES_MAX; i++) {
        mistake = next_mistake(evaluation, mistake);
        if (mistake == none) {
            break;
        }
        char scratch[CLASS_NAME_SIZE];
        table_add(&table, "%s", classifier_class(classifier, mistake / classes, scratch));
        table_add(&table, "%s", classifier_class(classifier, mistake % classes, scratch));
        table_add(&table, "%zu", evaluation->confusion[mistake]);
    }
    printf("\nmost frequent mistakes\n");
    return table_print(&table);
}

enum exit_status evaluation_print(const struct evaluation *evaluation,
                                  const struct classifier *classifier)
{
    print_summary(evaluation, classifier);
    printf("\n");
    enum exit_status status = print_classes(evaluation, classifier);
    if (status != DONE) {
        return status;
    }
    return evaluation->classes <= MATRIX_CLASSES_MAX ? print_matrix(evaluation, classifier)
                                                     : print_mistakes(evaluation, classifier);
}

static json_t *class_names_json(const struct classifier *classifier, size_t classes)
{
    json_t *names = json_array();
    for (size_t c = 0; c < classes; c++) {
        char scratch[CLASS_NAME_SIZE];
        json_array_append_new(names, json_string(classifier_class(classifier, c, scratch)));
    }
    return names;
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

enum exit_status evaluation_print_json(const struct evaluation *evaluation,
                                       const struct classifier *classifier)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double low;
    double high;
    cli_wilson(metrics->correct, metrics->samples, &low, &high);
    double samples = (double)metrics->samples;
    json_t *object = json_pack(
        "{s:f, s:f, s:I, s:f, s:f, s:o, s:o}", "loss", descent_metrics_loss(metrics), "accuracy",
        (double)metrics->correct / samples, "samples", (json_int_t)metrics->samples, "accuracy_low",
        low, "accuracy_high", high, "classes", class_names_json(classifier, evaluation->classes),
        "confusion", confusion_json(evaluation));
    return cli_print_json(object);
}

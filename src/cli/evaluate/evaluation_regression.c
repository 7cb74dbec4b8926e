/*
 * Figures of a model that predicts numbers, all in the targets' own units.
 */
#include "cli/base/controls.h"
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/evaluate/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Of one target, or of all. */
struct figures {
    const char *target; /* its name, or its number from 1; NULL: of all */
    char number[24];
    double r2, rmse, mae;
};

#define AT(kind, member) RECORD_MEMBER(kind, struct figures, member)

static const struct record_field FIELDS[] = {
    {"target", AT(TEXT, target), .heading = "target", .optional = true},
    {"r2", AT(NUMBER, r2), .heading = "R2", .text = text_r2},
    {"rmse", AT(NUMBER, rmse), .heading = "RMSE", .format = "%.6g"},
    {"mae", AT(NUMBER, mae), .heading = "MAE", .format = "%.6g"},
};

static const struct record FIGURES = RECORD(struct figures, FIELDS);

/* Output o of sample i, as the model says it. */
static double prediction(const struct evaluation *evaluation, const struct trained_model *trained,
                         size_t i, size_t o)
{
    const descent_preparation *preparation = trained->preparation;
    const float *means = preparation != NULL ? descent_preparation_target_mean(preparation) : NULL;
    double mean = means != NULL ? (double)means[o] : 0.0;
    return (double)evaluation->outputs[i * evaluation->width + o] *
               regression_unit(preparation, o) +
           mean;
}

static struct figures figures_of(const struct evaluation *evaluation,
                                 const struct trained_model *trained,
                                 const descent_dataset *dataset, size_t o)
{
    double count = (double)evaluation->metrics.samples;
    double absolute = 0.0, squares = 0.0;
    for (size_t i = 0; i < evaluation->metrics.samples; i++) {
        double target = (double)descent_dataset_target(dataset, i)[o];
        double error = prediction(evaluation, trained, i, o) - target;
        absolute += fabs(error);
        squares += error * error;
    }
    return (struct figures){
        .r2 = regression_r2(squares / count, statistics_of_target(dataset, o).variance),
        .rmse = sqrt(squares / count),
        .mae = absolute / count,
    };
}

/* Over all outputs: see statistics.h; MAE is their mean. */
static struct figures overall(const struct evaluation *evaluation,
                              const struct trained_model *trained, const descent_dataset *dataset,
                              const struct figures *targets)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double variance = regression_variance(dataset, trained->preparation);
    struct figures figures = {.r2 = regression_r2(descent_metrics_loss(metrics), variance),
                              .rmse = descent_metrics_rmse(metrics)};
    for (size_t o = 0; o < evaluation->width; o++) {
        figures.mae += targets[o].mae / (double)evaluation->width;
    }
    return figures;
}

/* Those of each target, and behind them those of all; to be freed. NULL where memory is out. */
static struct figures *measure(const struct evaluation *evaluation,
                               const struct trained_model *trained, const descent_dataset *dataset)
{
    struct figures *figures = calloc(evaluation->width + 1, sizeof *figures);
    const char *const *names = descent_dataset_target_names(dataset);
    if (figures == NULL) {
        return NULL;
    }
    for (size_t o = 0; o < evaluation->width; o++) {
        figures[o] = figures_of(evaluation, trained, dataset, o);
        snprintf(figures[o].number, sizeof figures[o].number, "%zu", o + 1);
        figures[o].target = names != NULL ? names[o] : figures[o].number;
    }
    figures[evaluation->width] = overall(evaluation, trained, dataset, figures);
    return figures;
}

static enum exit_status print_text(const struct evaluation *evaluation,
                                   const struct trained_model *trained,
                                   const struct figures *targets)
{
    const struct figures *all = &targets[evaluation->width];
    char r2[TEXT_SIZE], samples[TEXT_SIZE];
    if (evaluation->width == 1 && targets[0].target != targets[0].number) {
        char name[256];
        snprintf(name, sizeof name, "%s", targets[0].target);
        controls_remove(name);
        printf("target    %s\n", name);
    }
    printf("loss      %.6f (%s)\n", descent_metrics_loss(&evaluation->metrics),
           descent_loss_name(trained->loss.kind));
    printf("R2        %s\n", text_r2(r2, all->r2));
    printf("RMSE      %.6g\n", all->rmse);
    printf("MAE       %.6g\n", all->mae);
    printf("samples   %s\n", text_count(samples, evaluation->metrics.samples));
    if (evaluation->width == 1) {
        return DONE;
    }
    putchar('\n');
    return record_print(&FIGURES, targets, evaluation->width);
}

enum exit_status evaluation_print_regression(const struct evaluation *evaluation,
                                             const struct trained_model *trained,
                                             const descent_dataset *dataset)
{
    struct figures *figures = measure(evaluation, trained, dataset);
    if (figures == NULL) {
        return cli_failed("out of memory for the figures of %zu targets", evaluation->width);
    }
    enum exit_status status = print_text(evaluation, trained, figures);
    free(figures);
    return status;
}

enum exit_status evaluation_errors_of(struct evaluation_errors *errors,
                                      const struct evaluation *evaluation,
                                      const struct trained_model *trained,
                                      const descent_dataset *dataset)
{
    struct figures *figures = measure(evaluation, trained, dataset);
    if (figures == NULL) {
        return cli_failed("out of memory for the figures of %zu targets", evaluation->width);
    }
    const struct figures *all = &figures[evaluation->width];
    *errors = (struct evaluation_errors){all->r2, all->rmse, all->mae};
    free(figures);
    return DONE;
}

json_t *evaluation_regression_json(const struct evaluation *evaluation,
                                   const struct trained_model *trained,
                                   const descent_dataset *dataset)
{
    struct figures *figures = measure(evaluation, trained, dataset);
    if (figures == NULL) {
        return NULL;
    }
    json_t *object = record_json(&FIGURES, &figures[evaluation->width]);
    json_object_update_new(object, json_pack("{s:f, s:I, s:o}", "loss",
                                             descent_metrics_loss(&evaluation->metrics), "samples",
                                             (json_int_t)evaluation->metrics.samples, "targets",
                                             record_array(&FIGURES, figures, evaluation->width)));
    free(figures);
    return object;
}

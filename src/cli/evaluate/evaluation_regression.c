/*
 * Figures of a model that predicts numbers, all in the targets' own units.
 */
#include "cli/base/record.h"
#include "cli/base/regression.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/evaluate/evaluation.h"

#include <math.h>
#include <stdio.h>

struct figures {
    double r2, rmse, mae;
};

/* Output o of sample i, as the model says it. */
static double prediction(const struct evaluation *evaluation, const struct classifier *classifier,
                         size_t i, size_t o)
{
    const descent_preparation *preparation = classifier->preparation;
    const float *means = preparation != NULL ? descent_preparation_target_mean(preparation) : NULL;
    double mean = means != NULL ? (double)means[o] : 0.0;
    return (double)evaluation->outputs[i * evaluation->classes + o] *
               regression_unit(preparation, o) +
           mean;
}

static struct figures figures_of(const struct evaluation *evaluation,
                                 const struct classifier *classifier,
                                 const descent_dataset *dataset, size_t o)
{
    double count = (double)evaluation->metrics.samples;
    double absolute = 0.0, squares = 0.0, sum = 0.0, spread = 0.0;
    for (size_t i = 0; i < evaluation->metrics.samples; i++) {
        double target = (double)descent_dataset_target(dataset, i)[o];
        double error = prediction(evaluation, classifier, i, o) - target;
        absolute += fabs(error);
        squares += error * error;
        sum += target;
    }
    for (size_t i = 0; i < evaluation->metrics.samples; i++) {
        double d = (double)descent_dataset_target(dataset, i)[o] - sum / count;
        spread += d * d;
    }
    return (struct figures){.r2 = spread > 0.0 ? 1.0 - squares / spread : NAN,
                            .rmse = sqrt(squares / count),
                            .mae = absolute / count};
}

/* Over all outputs: see regression.h; MAE is their mean. */
static struct figures overall(const struct evaluation *evaluation,
                              const struct classifier *classifier, const descent_dataset *dataset)
{
    const descent_metrics *metrics = &evaluation->metrics;
    double variance = regression_variance(dataset, classifier->preparation);
    struct figures figures = {.r2 = regression_r2(metrics, variance),
                              .rmse = descent_metrics_rmse(metrics)};
    for (size_t o = 0; o < evaluation->classes; o++) {
        figures.mae += figures_of(evaluation, classifier, dataset, o).mae;
    }
    figures.mae /= (double)evaluation->classes;
    return figures;
}

static enum exit_status print_outputs(const struct evaluation *evaluation,
                                      const struct classifier *classifier,
                                      const descent_dataset *dataset)
{
    struct table table = {.alignment = "lrrr"};
    static const char *const HEADER[] = {"target", "R2", "RMSE", "MAE"};
    for (size_t i = 0; i < sizeof HEADER / sizeof HEADER[0]; i++) {
        table_add(&table, "%s", HEADER[i]);
    }
    for (size_t o = 0; o < evaluation->classes; o++) {
        struct figures figures = figures_of(evaluation, classifier, dataset, o);
        char r2[TEXT_SIZE];
        table_add(&table, "%zu", o + 1);
        table_add(&table, "%s", text_r2(r2, figures.r2));
        table_add(&table, "%.6g", figures.rmse);
        table_add(&table, "%.6g", figures.mae);
    }
    putchar('\n');
    return table_print(&table);
}

enum exit_status evaluation_print_regression(const struct evaluation *evaluation,
                                             const struct classifier *classifier,
                                             const descent_dataset *dataset)
{
    struct figures figures = overall(evaluation, classifier, dataset);
    char r2[TEXT_SIZE], samples[TEXT_SIZE];
    printf("loss      %.6f (%s)\n", descent_metrics_loss(&evaluation->metrics),
           descent_loss_name(classifier->loss.kind));
    printf("R2        %s\n", text_r2(r2, figures.r2));
    printf("RMSE      %.6g\n", figures.rmse);
    printf("MAE       %.6g\n", figures.mae);
    printf("samples   %s\n", text_count(samples, evaluation->metrics.samples));
    return evaluation->classes > 1 ? print_outputs(evaluation, classifier, dataset) : DONE;
}

static json_t *figures_json(const struct figures *figures)
{
    return json_pack("{s:o, s:f, s:f}", "r2", cli_json_number(figures->r2), "rmse", figures->rmse,
                     "mae", figures->mae);
}

enum exit_status evaluation_print_regression_json(const struct evaluation *evaluation,
                                                  const struct classifier *classifier,
                                                  const descent_dataset *dataset)
{
    struct figures figures = overall(evaluation, classifier, dataset);
    json_t *targets = json_array();
    for (size_t o = 0; o < evaluation->classes; o++) {
        struct figures own = figures_of(evaluation, classifier, dataset, o);
        json_array_append_new(targets, figures_json(&own));
    }
    json_t *object =
        json_pack("{s:f, s:I, s:o}", "loss", descent_metrics_loss(&evaluation->metrics), "samples",
                  (json_int_t)evaluation->metrics.samples, "targets", targets);
    json_t *all = figures_json(&figures);
    json_object_update(object, all);
    json_decref(all);
    return cli_print_json(object);
}

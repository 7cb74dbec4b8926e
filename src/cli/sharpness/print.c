/*
 * The curvature of a run, for people and for programs.
 */
#include "cli/sharpness/sharpness.h"

#include "cli/base/record.h"
#include "cli/base/table.h"

#include <math.h>
#include <stdio.h>

static void add_samples(struct table *table, const struct sharpness *sharpness)
{
    const struct train_data *data = &sharpness->training.data;
    char all[TEXT_SIZE], some[TEXT_SIZE];
    text_count(all, descent_dataset_count(sharpness->whole));
    text_count(some, descent_dataset_count(sharpness->dataset));
    table_add(table, "samples");
    if (sharpness->chosen != NULL) {
        table_add(table, "%s of the %s of %s (%s), drawn by seed %ju", some, all, data->name,
                  sharpness_part_name(sharpness->part), (uintmax_t)sharpness->seed);
    } else {
        table_add(table, "all %s of %s (%s)", all, data->name,
                  sharpness_part_name(sharpness->part));
    }
}

static void add_eigenvalue(struct table *table, const char *which,
                           const descent_eigenvalue *eigenvalue)
{
    table_add(table, "%s eigenvalue", which);
    table_add(table, "%.4g, residual %.2g%s", eigenvalue->value, eigenvalue->residual,
              eigenvalue->converged ? "" : ": not converged");
}

/* The formula with the numbers in it. */
static void add_limit(struct table *table, const struct sharpness *sharpness)
{
    const struct train_options *options = &sharpness->training.options;
    bool momentum = options->momentum > 0.0;
    if (isnan(sharpness->limit)) {
        return;
    }
    table_add(table, "limit");
    table_add(table, "learning rate %.4g = %s / largest eigenvalue", sharpness->limit,
              !momentum           ? "2"
              : options->nesterov ? "2 (1 + momentum) / (1 + 2 momentum)"
                                  : "2 (1 + momentum)");
}

static void add_rates(struct table *table, const struct sharpness *sharpness)
{
    table_add(table, "learning rate");
    if (isnan(sharpness->rate)) {
        table_add(table, "%.4g at its highest; no step is done", sharpness->highest_rate);
    } else {
        table_add(table, "%.4g in the last step, %.4g at its highest", sharpness->rate,
                  sharpness->highest_rate);
    }
}

static enum exit_status print_text(const struct sharpness *sharpness)
{
    const descent_curvature *curvature = &sharpness->curvature;
    struct table table = {.alignment = "ll"};
    table_add(&table, "run");
    table_add(&table, "%s, the %s weights, of epoch %ju", sharpness->training.run.folder,
              sharpness->best ? "saved" : "last", (uintmax_t)sharpness->epoch);
    add_samples(&table, sharpness);
    table_add(&table, "loss");
    table_add(&table, "%.6g, gradient's norm %.3g", curvature->loss, curvature->gradient_norm);
    add_eigenvalue(&table, "largest", &curvature->largest);
    add_eigenvalue(&table, "smallest", &curvature->smallest);
    add_limit(&table, sharpness);
    add_rates(&table, sharpness);
    CLI_TRY(table_print(&table));
    putchar('\n');
    sharpness_print_verdict(sharpness);
    return DONE;
}

static json_t *eigenvalue_json(const descent_eigenvalue *eigenvalue)
{
    return json_pack("{s:o, s:o, s:b}", "value", cli_json_number(eigenvalue->value), "residual",
                     cli_json_number(eigenvalue->residual), "converged",
                     (int)eigenvalue->converged);
}

static enum exit_status print_json(const struct sharpness *sharpness)
{
    const struct training *training = &sharpness->training;
    const descent_curvature *curvature = &sharpness->curvature;
    descent_optimizer_kind optimizer = (descent_optimizer_kind)training->options.optimizer;
    return cli_print_json(json_pack(
        "{s:s, s:s, s:I, s:s, s:I, s:f, s:f, s:o, s:o, s:I, s:s, s:o, s:o, s:f, s:s}", "run",
        training->run.folder, "weights", sharpness->best ? "saved" : "last", "epoch",
        (json_int_t)sharpness->epoch, "part", sharpness_part_name(sharpness->part), "samples",
        (json_int_t)descent_dataset_count(sharpness->dataset), "loss", curvature->loss,
        "gradient_norm", curvature->gradient_norm, "largest", eigenvalue_json(&curvature->largest),
        "smallest", eigenvalue_json(&curvature->smallest), "products",
        (json_int_t)curvature->products, "optimizer", descent_optimizer_name(optimizer), "limit",
        cli_json_number(sharpness->limit), "learning_rate", cli_json_number(sharpness->rate),
        "learning_rate_highest", sharpness->highest_rate, "point",
        sharpness_point_name(sharpness_point(sharpness))));
}

enum exit_status sharpness_print(const struct sharpness *sharpness)
{
    return (sharpness->json ? print_json : print_text)(sharpness);
}

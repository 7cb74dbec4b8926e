/*
 * Runs a model over a data set, in the data set's order.
 */
#include "cli/evaluate/evaluation.h"

#include "cli/base/text.h"

#include <descent/loader.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SHAPE_TEXT = 128 };

static bool same_shape(const descent_shape *a, const descent_shape *b)
{
    return a->rank == b->rank && memcmp(a->sizes, b->sizes, a->rank * sizeof *a->sizes) == 0;
}

/* Numbers, or labels each by itself, not classes. */
static bool has_targets(const struct trained_model *trained)
{
    return trained->regression || trained->multi_label;
}

enum exit_status evaluation_check(const struct trained_model *trained,
                                  const descent_dataset *dataset, const char *folder)
{
    const descent_shape *shape = descent_dataset_shape(dataset);
    char found[SHAPE_TEXT];
    text_shape(found, sizeof found, shape);
    if (trained->has_shape && !same_shape(&trained->shape, shape)) {
        char expected[SHAPE_TEXT];
        text_shape(expected, sizeof expected, &trained->shape);
        return cli_failed("%s: the model expects samples of %s, found %s in %s", trained->path,
                          expected, found, folder);
    }
    size_t inputs = descent_model_inputs(trained->model);
    if (inputs != descent_dataset_features(dataset)) {
        return cli_failed("%s: the model expects %zu inputs, found samples of %s = %zu in %s",
                          trained->path, inputs, found, descent_dataset_features(dataset), folder);
    }
    size_t outputs = descent_model_outputs(trained->model);
    size_t targets = descent_dataset_outputs(dataset);
    const char *what = trained->regression ? "numbers" : "labels";
    if (has_targets(trained) != (targets > 0)) {
        return cli_failed("%s: the model predicts %s, found %s in %s", trained->path,
                          has_targets(trained) ? what : "classes",
                          targets > 0 ? "numbers" : "classes", folder);
    }
    if (targets > 0 && targets != outputs) {
        return cli_failed("%s: the model predicts %zu %s, found %zu targets in %s", trained->path,
                          outputs, what, targets, folder);
    }
    if (descent_dataset_classes(dataset) > trained->classes) {
        return cli_failed("%s: the model knows %zu classes, found %zu in %s", trained->path,
                          trained->classes, descent_dataset_classes(dataset), folder);
    }
    return DONE;
}

static enum exit_status allocate(struct evaluation *evaluation, size_t samples,
                                 const struct trained_model *trained, bool keep_outputs)
{
    bool targets = has_targets(trained);
    size_t classes = evaluation->classes, width = evaluation->width;
    if (!targets) {
        evaluation->confusion = calloc(classes, classes * sizeof *evaluation->confusion);
        if (evaluation->confusion == NULL) {
            return cli_failed("out of memory for confusions between %zu classes", classes);
        }
    }
    if (keep_outputs || targets) {
        evaluation->outputs = calloc(samples, width * sizeof *evaluation->outputs);
        if (evaluation->outputs == NULL) {
            return cli_failed("out of memory for %zu x %zu outputs", samples, width);
        }
    }
    if (!trained->regression) {
        evaluation->right = calloc(samples, sizeof *evaluation->right);
        if (evaluation->right == NULL) {
            return cli_failed("out of memory for %zu answers", samples);
        }
    }
    return DONE;
}

/* What one pass over the data needs. */
struct pass {
    descent_loader *loader;
    descent_network *network;
    int32_t *predictions; /* [batch] */
};

static enum exit_status open_pass(struct pass *pass, const struct trained_model *trained,
                                  const descent_dataset *dataset, size_t batch, int threads)
{
    const descent_loader_config config = {
        .batch = batch, .threads = threads, .preparation = trained->preparation};
    CLI_TRY_LIBRARY(descent_loader_create(&pass->loader, dataset, &config));
    CLI_TRY_LIBRARY(
        descent_network_create_on(&pass->network, trained->model, trained->engine, batch, threads));
    pass->predictions = calloc(batch, sizeof *pass->predictions);
    return pass->predictions != NULL ? DONE
                                     : cli_failed("out of memory for %zu predictions", batch);
}

static void close_pass(struct pass *pass)
{
    descent_loader_destroy(pass->loader);
    descent_network_destroy(pass->network);
    free(pass->predictions);
}

static enum exit_status evaluate_batches(struct evaluation *evaluation, const struct pass *pass,
                                         const descent_loss *loss)
{
    descent_batch batch;
    while (descent_loader_next(pass->loader, &batch)) {
        size_t done = evaluation->metrics.samples;
        if (evaluation->outputs != NULL) {
            float *outputs = evaluation->outputs + done * evaluation->width;
            CLI_TRY_LIBRARY(
                descent_network_forward(pass->network, batch.features, batch.n, outputs));
        }
        CLI_TRY_LIBRARY(descent_network_evaluate(pass->network, loss, &batch, &evaluation->metrics,
                                                 pass->predictions));
        for (size_t i = 0; i < batch.n && evaluation->confusion != NULL; i++) {
            size_t row = (size_t)batch.labels[i];
            evaluation->confusion[row * evaluation->classes + (size_t)pass->predictions[i]]++;
            evaluation->right[done + i] = pass->predictions[i] == batch.labels[i];
        }
    }
    return DONE;
}

enum exit_status evaluation_run(struct evaluation *evaluation, const struct trained_model *trained,
                                const descent_dataset *dataset, size_t batch, int threads,
                                bool keep_outputs)
{
    *evaluation = (struct evaluation){.width = descent_model_outputs(trained->model),
                                      .classes = trained->classes};
    size_t samples = descent_dataset_count(dataset);
    batch = batch < samples ? batch : samples;
    CLI_TRY(allocate(evaluation, samples, trained, keep_outputs));
    struct pass pass = {0};
    enum exit_status status = open_pass(&pass, trained, dataset, batch, threads);
    if (status == DONE) {
        status = evaluate_batches(evaluation, &pass, &trained->loss);
    }
    close_pass(&pass);
    return status;
}

void evaluation_free(struct evaluation *evaluation)
{
    free(evaluation->confusion);
    free(evaluation->right);
    free(evaluation->outputs);
    *evaluation = (struct evaluation){0};
}

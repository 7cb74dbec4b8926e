/*
 * The curvature of what a fit minimises: its loss over all samples of a data set, with the term
 * that stands for weight decay where the optimizer adds that to the gradient.
 */
#include "fit/fit_private.h"

#include "base/fail.h"

/* The loader's batches; behind the last, the pass begins anew. */
static bool next(void *context, descent_batch *batch)
{
    descent_loader *loader = context;
    bool more = descent_loader_next(loader, batch);
    if (!more) {
        descent_loader_shuffle(loader, 0);
    }
    return more;
}

descent_status descent_fit_curvature(const descent_fit *fit, const descent_model *model,
                                     const descent_dataset *dataset,
                                     const descent_curvature_config *config,
                                     descent_curvature *curvature)
{
    DESCENT_RETURN_UNLESS(fit != NULL && dataset != NULL && config != NULL && curvature != NULL);
    const descent_trainer_config *trainer = &fit->config.trainer;
    const descent_optimizer *optimizer = &trainer->optimizer;
    const descent_model *measured = model != NULL ? model : fit->model;
    descent_loader *loader;
    DESCENT_TRY(descent_fit_check_part(fit, measured, dataset));
    DESCENT_TRY(descent_fit_load_whole(fit, &loader, dataset));
    const descent_curvature_problem problem = {
        .model = measured,
        .engine = trainer->engine,
        .loss = &trainer->loss,
        .weight_decay = optimizer->kind != DESCENT_OPTIMIZER_ADAMW ? optimizer->weight_decay : 0.0,
        .decay_biases = trainer->decay_biases,
        .samples = descent_dataset_count(dataset),
        .batch = trainer->evaluation_batch,
        .threads = trainer->threads,
        .next = next,
        .context = loader,
    };
    descent_status status = descent_curvature_measure(curvature, &problem, config);
    descent_loader_destroy(loader);
    return status;
}

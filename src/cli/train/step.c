/*
 * Cuts the batches of steps out of those that the loader gives.
 */
#include "cli/train/step.h"

struct train_feed train_feed_create(descent_loader *loader, const descent_model *model)
{
    return (struct train_feed){
        .loader = loader,
        .inputs = descent_model_inputs(model),
        .outputs = descent_model_outputs(model),
    };
}

/* Up to `most` of the next samples; the epoch must have some left. */
static descent_batch take(struct train_feed *feed, size_t most)
{
    descent_batch *part = &feed->part;
    if (part->n == 0) {
        descent_loader_next(feed->loader, part);
    }
    descent_batch taken = *part;
    taken.n = taken.n < most ? taken.n : most;
    part->features += taken.n * feed->inputs;
    part->labels = part->labels == NULL ? NULL : part->labels + taken.n;
    part->targets = part->targets == NULL ? NULL : part->targets + taken.n * feed->outputs;
    part->n -= taken.n;
    return taken;
}

struct train_feed train_feed_begin(descent_loader *loader, const descent_model *model,
                                   uint64_t epoch, size_t samples)
{
    struct train_feed feed = train_feed_create(loader, model);
    descent_loader_shuffle(loader, epoch);
    while (samples > 0) {
        samples -= take(&feed, samples).n;
    }
    return feed;
}

descent_status train_step(descent_trainer *trainer, struct train_feed *feed, size_t total,
                          double learning_rate, descent_metrics *metrics)
{
    descent_batch batch = take(feed, total);
    if (batch.n == total) {
        return descent_trainer_step(trainer, &batch, learning_rate, metrics);
    }
    descent_status status = descent_trainer_backward(trainer, &batch, total, metrics);
    for (size_t left = total - batch.n; status == DESCENT_OK && left > 0; left -= batch.n) {
        batch = take(feed, left);
        status = descent_trainer_backward(trainer, &batch, total, metrics);
    }
    if (status == DESCENT_OK) {
        status = descent_trainer_step(trainer, NULL, learning_rate, metrics);
    }
    return status;
}

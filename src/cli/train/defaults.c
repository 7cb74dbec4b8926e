/*
 * The defaults that depend on the data, each with what it was chosen by. Tables are small, and what
 * they hold may be crooked: two spirals, or the sine over three periods, are not learnt by one
 * hidden layer in 3,000 steps, and Letter Recognition's 20,000 rows gain 7 points of accuracy.
 * Others are noisy, which weight decay helps: diabetes has 10 inputs in 353 rows, and an R2 of 0.38
 * instead of 0.29. scripts/study-tables.py compares. Images keep what serves them.
 */
#include "cli/train/train.h"

#include <math.h>

struct epochs_rule {
    uint64_t least, most, steps;
};

static const struct epochs_rule images = {10, 100, 3000}, tables = {10, 2000, 10000};

static const struct option_sizes hidden_of_tables = {2, {128, 64}};

static uint64_t batches_of(const struct train_options *options, size_t samples)
{
    size_t batch = train_options_batch(options, samples);
    return samples / batch + (samples % batch != 0);
}

/* Small data need many epochs before anything is learned: count steps rather than epochs. */
static uint64_t epochs_by(const struct epochs_rule *rule, uint64_t batches)
{
    uint64_t epochs = (rule->steps + batches - 1) / batches;
    return epochs < rule->least ? rule->least : epochs > rule->most ? rule->most : epochs;
}

/* The more inputs a sample has, and the fewer samples there are, the easier it is to memorise them;
 * beyond the highest, little is learnt. */
static double decay_of_tables(const descent_dataset *train)
{
    const double factor = 75.0, highest = 2.5;
    double inputs = (double)descent_dataset_features(train);
    return fmin(factor * inputs / (double)descent_dataset_count(train), highest);
}

void train_defaults(struct training *training)
{
    struct train_options *options = &training->options;
    const descent_dataset *train = training->data.train;
    bool table = train_is_table(options, train);
    bool begins = training->checkpoint == NULL; /* else the stored options say all */
    if (table && begins && !TRAIN_OPTION_GIVEN(&training->arguments, hidden)) {
        options->hidden = hidden_of_tables;
    }
    if (table && options->optimizer == DESCENT_OPTIMIZER_ADAMW &&
        options->weight_decay == OPTION_AUTO) {
        options->weight_decay = decay_of_tables(train);
    }
    if (options->check_every > 0.0) { /* in whole samples, of which a share of an epoch is some */
        double share = options->check_every < 1.0 ? (double)descent_dataset_count(train) : 1.0;
        options->check_every = fmin(ceil(options->check_every * share), OPTION_COUNT_MAX);
    }
    uint64_t batches = batches_of(options, descent_dataset_count(train));
    uint64_t epochs =
        options->epochs != 0 ? options->epochs : epochs_by(table ? &tables : &images, batches);
    options->epochs = options->budget > 0.0 ? 0 : epochs; /* as many as the time allows */
    const descent_fit_config config = train_fit_config(training);
    train_options_resolve_steps(options,
                                descent_fit_steps(&config, descent_dataset_count(train), epochs));
}

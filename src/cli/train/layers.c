/*
 * layers.csv of a run: the norms by layer at an epoch's end, of the gradient that was just measured
 * and of the weights.
 */
#include "cli/base/metrics.h"
#include "cli/train/train.h"

#include <math.h>

double train_layer_norm(const descent_layer *layer)
{
    double sum = 0.0;
    for (size_t i = 0; i < layer->inputs * layer->outputs; i++) {
        sum += (double)layer->weights[i] * (double)layer->weights[i];
    }
    for (size_t i = 0; i < layer->outputs; i++) {
        sum += (double)layer->bias[i] * (double)layer->bias[i];
    }
    return sqrt(sum);
}

enum exit_status train_layers_append(const struct training *training)
{
    struct layers_row rows[DESCENT_LAYERS_MAX];
    const descent_trainer *trainer = descent_fit_trainer(training->fit);
    const descent_model *model = descent_fit_model(training->fit);
    size_t count = descent_model_layers(model);
    if (!training->options.log_layers) {
        return DONE;
    }
    for (size_t l = 0; l < count; l++) {
        descent_layer layer = descent_model_layer(model, l);
        rows[l] = (struct layers_row){
            .epoch = (double)train_progress(training)->epoch,
            .step = (double)descent_trainer_steps(trainer),
            .layer = (double)(l + 1),
            .gradient_norm = descent_trainer_layer_norm(trainer, l),
            .weight_norm = train_layer_norm(&layer),
        };
    }
    return layers_append(run_path(&training->run, RUN_LAYERS).text, rows, count);
}

enum exit_status train_layers_start(const struct training *training)
{
    if (!training->options.log_layers) {
        return DONE;
    }
    CLI_TRY(layers_start(run_path(&training->run, RUN_LAYERS).text));
    if (descent_fit_measure(training->fit) != DESCENT_OK) {
        return cli_library_failed();
    }
    return train_layers_append(training);
}

enum exit_status train_layers_cut(const struct training *training)
{
    return training->options.log_layers ? layers_cut(run_path(&training->run, RUN_LAYERS).text,
                                                     train_progress(training)->epoch)
                                        : DONE;
}

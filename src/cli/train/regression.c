/*
 * What is different where targets are numbers.
 */
#include "cli/base/statistics.h"
#include "cli/train/train.h"

#include <math.h>

bool train_is_regression(const struct training *training)
{
    return training->options.source.regression;
}

enum exit_status train_check_options(struct training *training)
{
    struct train_options *options = &training->options;
    bool given = train_option_given(&training->arguments, offsetof(struct train_options, loss));
    if (options->source.regression) {
        if (given && options->loss != DESCENT_LOSS_MSE) {
            return cli_usage("--loss %s needs classes: with --regression expected mse",
                             descent_loss_name((descent_loss_kind)options->loss));
        }
        options->loss = DESCENT_LOSS_MSE;
    }
    return option_check_effects(&TRAIN_OPTIONS, &training->arguments, options);
}

size_t train_columns(const struct training *training)
{
    return train_is_regression(training) ? METRICS_COLUMNS : METRICS_COLUMNS_OF_CLASSES;
}

size_t train_outputs(const struct train_data *data)
{
    size_t outputs = descent_dataset_outputs(data->source);
    return outputs > 0 ? outputs : descent_dataset_classes(data->source);
}

static double variance_of(const struct train_data *data, const descent_dataset *part)
{
    return part != NULL ? regression_variance(part, data->preparation) : 0.0;
}

void train_data_measure(struct train_data *data)
{
    data->variances[TRAIN_PART] = variance_of(data, data->train);
    data->variances[VALIDATION_PART] = variance_of(data, data->validation);
    data->variances[TEST_PART] = variance_of(data, data->test);
    if (descent_dataset_values(data->source) == DESCENT_VALUES_FLOATS &&
        descent_dataset_shape(data->source)->rank >= 2) {
        struct statistics statistics = statistics_of_features(data->source);
        data->low = statistics.minimum;
        data->high = statistics.maximum;
    }
}

struct train_figures train_figures(const struct training *training, enum train_part part,
                                   const descent_metrics *metrics)
{
    struct train_figures figures = {.loss = descent_metrics_loss(metrics)};
    if (train_is_regression(training)) {
        figures.accuracy = NAN;
        figures.r2 = regression_r2(figures.loss, training->data.variances[part]);
        figures.rmse = descent_metrics_rmse(metrics);
    } else {
        figures.accuracy = (double)metrics->correct / (double)metrics->samples;
        figures.r2 = NAN;
        figures.rmse = NAN;
    }
    return figures;
}

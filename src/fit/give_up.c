/*
 * Whether a training can still get anywhere. A hidden layer without a gradient for any of the
 * training samples (units of relu that are all zero, of tanh that are all at their ends) cuts the
 * layers below it off: the outputs are the same for all samples, and the loss is at least that of
 * the best constant answer. This loss, which costs nothing to look at, decides whether the gradient
 * is measured. Moments and weight decay may still move the layer, so that one such epoch is not yet
 * the end.
 */
#include "fit/fit_private.h"

#include "base/elementary.h"

/* Share by which rounding may bring an epoch's mean loss below a constant answer's. */
static const double rounding = 1e-3;

/* x log x, and its limit at 0. */
static double entropy_term(double x)
{
    return x > 0.0 ? x * descent_log_double(x) : 0.0;
}

/* Of a class that only the model has: none. */
static double share_of(const descent_dataset *train, size_t c)
{
    size_t count = c < descent_dataset_classes(train) ? descent_dataset_class_counts(train)[c] : 0;
    return (double)count / (double)descent_dataset_count(train);
}

/* The loss's mean target, of which the best constant answer is the softmax: each label's weight,
 * less what smoothing spreads over all classes by theirs; relative to the labels' weights. */
static double constant_cross_entropy(const descent_loss *loss, const descent_dataset *train,
                                     size_t classes)
{
    double smoothing = loss->label_smoothing, labels = 0.0, sum = 0.0, terms = 0.0;
    for (size_t c = 0; c < classes; c++) {
        double weight = loss->class_weights != NULL ? (double)loss->class_weights[c] : 1.0;
        double share = share_of(train, c);
        double target = weight * ((1.0 - smoothing) * share + smoothing / (double)classes);
        labels += weight * share;
        sum += target;
        terms += entropy_term(target);
    }
    return (entropy_term(sum) - terms) / labels;
}

/* The share of samples whose target of an output is 1. */
static double share_of_output(const descent_fit *fit, size_t output, size_t outputs)
{
    const descent_dataset *train = fit->train;
    if (descent_dataset_outputs(train) == 0) {
        return share_of(train, outputs == 1 ? 1 : output);
    }
    double sum = 0.0;
    for (size_t i = 0; i < descent_dataset_count(train); i++) {
        sum += (double)descent_dataset_target(train, i)[output];
    }
    return sum / (double)descent_dataset_count(train);
}

static double constant_binary(const descent_fit *fit)
{
    size_t outputs = descent_model_outputs(fit->model);
    double sum = 0.0;
    for (size_t o = 0; o < outputs; o++) {
        double share = share_of_output(fit, o, outputs);
        sum -= entropy_term(share) + entropy_term(1.0 - share);
    }
    return sum;
}

double descent_fit_constant(const descent_fit *fit)
{
    size_t outputs = descent_model_outputs(fit->model);
    double sum = 0.0;
    switch (fit->config.trainer.loss.kind) {
    case DESCENT_LOSS_CROSS_ENTROPY:
        return constant_cross_entropy(&fit->config.trainer.loss, fit->train, outputs);
    case DESCENT_LOSS_BINARY_CROSS_ENTROPY:
        return constant_binary(fit);
    default:
        break;
    }
    if (descent_dataset_outputs(fit->train) > 0) {
        return fit->guess; /* of numbers it is the mean, whose loss is known */
    }
    for (size_t c = 0; c < outputs; c++) {
        sum += share_of(fit->train, c) * (1.0 - share_of(fit->train, c)) / (double)outputs;
    }
    return sum;
}

bool descent_fit_is_in_doubt(const descent_fit *fit)
{
    double loss = descent_metrics_loss(&fit->figures.train);
    return fit->config.give_up && loss >= (1.0 - rounding) * fit->constant;
}

bool descent_fit_is_cut_off(const descent_fit *fit)
{
    for (size_t l = 0; l + 1 < descent_model_layers(fit->model); l++) {
        if (descent_trainer_layer_norm(fit->trainer, l) == 0.0) {
            return true;
        }
    }
    return false;
}

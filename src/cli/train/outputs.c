/*
 * Whether the last layer's activation lets the network answer at all: a loss on logits must get
 * them as they are, and the targets must be numbers that the activation gives.
 */
#include "cli/train/train.h"

#include <math.h>

enum exit_status train_check_output_activation(const struct train_options *options)
{
    descent_loss_kind loss = (descent_loss_kind)options->loss;
    descent_activation activation = (descent_activation)options->output_activation;
    if (loss == DESCENT_LOSS_MSE || activation == DESCENT_ACTIVATION_IDENTITY) {
        return DONE;
    }
    const char *inside = loss == DESCENT_LOSS_CROSS_ENTROPY
                             ? "a softmax inside; use identity, --loss mse, or --loss "
                               "binary-cross-entropy, which has a sigmoid inside"
                             : "a sigmoid inside; use identity, or --loss mse";
    return cli_usage("--output-activation %s: expected identity with --loss %s, which has %s",
                     descent_activation_name(activation), descent_loss_name(loss), inside);
}

struct limits {
    double low, high;
};

/* What each activation gives, ends included: they are reached in the limit. */
static const struct limits reach[DESCENT_ACTIVATION_COUNT] = {
    [DESCENT_ACTIVATION_IDENTITY] = {-HUGE_VAL, HUGE_VAL},
    [DESCENT_ACTIVATION_RELU] = {0.0, HUGE_VAL},
    [DESCENT_ACTIVATION_LEAKY_RELU] = {-HUGE_VAL, HUGE_VAL},
    [DESCENT_ACTIVATION_ELU] = {-1.0, HUGE_VAL},
    [DESCENT_ACTIVATION_GELU] = {-0.169972, HUGE_VAL},
    [DESCENT_ACTIVATION_SILU] = {-0.278465, HUGE_VAL},
    [DESCENT_ACTIVATION_TANH] = {-1.0, 1.0},
    [DESCENT_ACTIVATION_SIGMOID] = {0.0, 1.0},
    [DESCENT_ACTIVATION_SOFTPLUS] = {0.0, HUGE_VAL},
};

/* The range of one target over the training samples, as the network learns it. */
static struct limits limits_of(const struct train_data *data, size_t output)
{
    const descent_preparation *preparation = data->preparation;
    const float *means = preparation != NULL ? descent_preparation_target_mean(preparation) : NULL;
    const float *deviations =
        preparation != NULL ? descent_preparation_target_deviation(preparation) : NULL;
    double mean = means != NULL ? (double)means[output] : 0.0;
    double deviation = deviations != NULL ? (double)deviations[output] : 1.0;
    struct limits limits = {HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < descent_dataset_count(data->train); i++) {
        double target = (double)descent_dataset_target(data->train, i)[output];
        limits.low = fmin(limits.low, (target - mean) / deviation);
        limits.high = fmax(limits.high, (target - mean) / deviation);
    }
    return limits;
}

enum exit_status train_check_reach(const struct training *training)
{
    const struct train_options *options = &training->options;
    descent_activation activation = (descent_activation)options->output_activation;
    const struct limits given = reach[activation];
    for (size_t o = 0; o < descent_dataset_outputs(training->data.train); o++) {
        struct limits wanted = limits_of(&training->data, o);
        if (wanted.low < given.low || wanted.high > given.high) {
            return cli_usage(
                "--output-activation %s gives numbers from %.3g to %.3g, but the "
                "targets%s are from %.3g to %.3g; use identity%s",
                descent_activation_name(activation), given.low, given.high,
                options->raw_targets ? "" : ", standardized,", wanted.low, wanted.high,
                options->raw_targets ? "" : ", or --raw-targets if they are within its range");
        }
    }
    return DONE;
}

/*
 * The losses. Definitions as in PyTorch: CrossEntropyLoss on logits, MSELoss over all elements,
 * BCEWithLogitsLoss summed over the outputs.
 *
 * cross-entropy and binary cross-entropy read the network's outputs as logits: the softmax or the
 * sigmoid is inside the loss, and the last layer's activation should be the identity. Behind
 * another one the logits cannot leave its range, and the network cannot become sure.
 */
#ifndef DESCENT_LOSS_H
#define DESCENT_LOSS_H

#include <descent/status.h>
#include <stddef.h>

DESCENT_BEGIN

typedef enum descent_loss_kind {
    DESCENT_LOSS_CROSS_ENTROPY, /* mean over samples of −log softmax(logits)[label] */
    DESCENT_LOSS_MSE,           /* mean over samples and outputs of (output − target)² */
    /* Mean over samples of the sum over outputs of −t ln σ(z) − (1 − t) ln(1 − σ(z)), z the logit
       and σ the sigmoid, computed as max(z, 0) − z t + ln(1 + e^−|z|), which does not overflow.
       Each output answers one question by yes or no. The targets t are numbers in [0, 1], so that a
       sample may have several labels; or they follow from a label: one-hot over the outputs, or,
       where there is one output for two classes, the label itself. It is the "cross-entropy cost"
       of Nielsen, Neural Networks and Deep Learning (2015), chapter 3. */
    DESCENT_LOSS_BINARY_CROSS_ENTROPY,
    DESCENT_LOSS_COUNT
} descent_loss_kind;

typedef struct descent_loss {
    descent_loss_kind kind;
    double label_smoothing; /* cross-entropy: the target is (1 − ε) one-hot + ε / classes, ε in
                               [0, 1); Szegedy 2016 */
    /* Cross-entropy: [outputs], finite and > 0, borrowed; NULL: all 1. As
       CrossEntropyLoss(weight=…) does, each term of a target is multiplied by its class's weight,
       and a mean over samples divides by the sum of the labels' weights: with y a sample's label,
       the loss of a batch is

           Σ Σ_c w_c t_c (−log softmax(logits)[c]) / Σ w_y,   t = (1 − ε) one-hot(y) + ε / classes
     */
    const float *class_weights;
    /* MSE: [outputs], finite and > 0, borrowed; NULL: all 1. The standard deviations by which the
       targets were divided (descent_preparation_target_deviation()). They only convert
       descent_metrics_rmse() to the targets' own units. */
    const float *target_deviations;
} descent_loss;

/* "cross-entropy", "mse" or "binary-cross-entropy"; NULL for any other number. */
DESCENT_API const char *descent_loss_name(descent_loss_kind kind);

/* How many classes so many outputs tell apart: as many, but 2 with one output and binary
 * cross-entropy, where the second class is the answer if the logit is above 0. */
DESCENT_API size_t descent_loss_classes(descent_loss_kind kind, size_t outputs);

/* The other way: outputs for so many classes, 1 for two with binary cross-entropy. */
DESCENT_API size_t descent_loss_outputs(descent_loss_kind kind, size_t classes);

/* INVALID, naming both, where one of a sample's targets for binary cross-entropy, [outputs], is not
 * in [0, 1]. */
DESCENT_API descent_status descent_loss_check_target(const float *target, size_t outputs,
                                                     size_t sample);

DESCENT_END

#endif

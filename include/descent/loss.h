/*
 * The losses. Definitions as in PyTorch: CrossEntropyLoss on logits, MSELoss over all elements.
 */
#ifndef DESCENT_LOSS_H
#define DESCENT_LOSS_H

#include <descent/api.h>

DESCENT_BEGIN

typedef enum descent_loss_kind {
    DESCENT_LOSS_CROSS_ENTROPY, /* mean over samples of −log softmax(logits)[label] */
    DESCENT_LOSS_MSE,           /* mean over samples and outputs of (output − target)² */
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

/* "cross-entropy" or "mse"; NULL for any other number. */
DESCENT_API const char *descent_loss_name(descent_loss_kind kind);

DESCENT_END

#endif

/*
 * What a loss must be, and a batch for it. A number that is out of range is refused before any
 * arithmetic.
 */
#include "compute/loss_private.h"

#include "base/fail.h"

#include <math.h>

/* What a number for each output must be, and of which loss it is a part. */
static descent_status check_each(const descent_loss *loss, const float *numbers, size_t outputs,
                                 descent_loss_kind kind, const char *what)
{
    if (numbers != NULL && loss->kind != kind) {
        return descent_fail(DESCENT_ERROR_INVALID, "loss: %ss go with %s, found %s", what,
                            descent_loss_name(kind), descent_loss_name(loss->kind));
    }
    for (size_t i = 0; numbers != NULL && i < outputs; i++) {
        if (!(numbers[i] > 0.0f && isfinite(numbers[i]))) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "loss: %s %zu: expected a finite number > 0, found %g", what, i,
                                (double)numbers[i]);
        }
    }
    return DESCENT_OK;
}

descent_status descent_loss_check_numbers(const descent_loss *loss, size_t outputs)
{
    if ((unsigned)loss->kind >= DESCENT_LOSS_COUNT) {
        return descent_fail(DESCENT_ERROR_INVALID, "loss: unknown kind %d", (int)loss->kind);
    }
    if (!(loss->label_smoothing >= 0.0 && loss->label_smoothing < 1.0)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "loss: label smoothing: expected a number in [0, 1), found %g",
                            loss->label_smoothing);
    }
    if (loss->label_smoothing > 0.0 && loss->kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "loss: label smoothing goes with cross-entropy, found %g with %s",
                            loss->label_smoothing, descent_loss_name(loss->kind));
    }
    descent_status status =
        check_each(loss, loss->class_weights, outputs, DESCENT_LOSS_CROSS_ENTROPY, "class weight");
    return status != DESCENT_OK ? status
                                : check_each(loss, loss->target_deviations, outputs,
                                             DESCENT_LOSS_MSE, "target deviation");
}

descent_status descent_loss_check_target(const float *target, size_t outputs, size_t sample)
{
    DESCENT_RETURN_UNLESS(target != NULL);
    for (size_t o = 0; o < outputs; o++) {
        if (!(target[o] >= 0.0f && target[o] <= 1.0f)) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "target %zu of sample %zu: expected a number in [0, 1] for %s, "
                                "found %g",
                                o, sample, descent_loss_name(DESCENT_LOSS_BINARY_CROSS_ENTROPY),
                                (double)target[o]);
        }
    }
    return DESCENT_OK;
}

static descent_status check_labels(const descent_batch *batch, size_t classes)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (batch->labels[i] < 0 || (size_t)batch->labels[i] >= classes) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "batch: label of sample %zu: expected 0 to %zu, found %d", i,
                                classes - 1, (int)batch->labels[i]);
        }
    }
    return DESCENT_OK;
}

descent_status descent_loss_check(const descent_loss *loss, const descent_batch *batch,
                                  size_t outputs)
{
    descent_status status = descent_loss_check_numbers(loss, outputs);
    if (status != DESCENT_OK) {
        return status;
    }
    if ((batch->labels == NULL) == (batch->targets == NULL)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "batch: expected either labels or targets, found %s",
                            batch->labels == NULL ? "neither" : "both");
    }
    if (loss->kind == DESCENT_LOSS_CROSS_ENTROPY && batch->labels == NULL) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "batch: cross-entropy expects labels, found targets");
    }
    if (batch->labels != NULL) {
        return check_labels(batch, descent_loss_classes(loss->kind, outputs));
    }
    bool shares = loss->kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    for (size_t i = 0; shares && i < batch->n; i++) {
        DESCENT_TRY(descent_loss_check_target(batch->targets + i * outputs, outputs, i));
    }
    return DESCENT_OK;
}

/*
 * Softmax and cross-entropy fused on logits, and the mean squared error, with their gradients.
 */
#include <descent/loss.h>

#include "fail.h"
#include "loss_rows.h"
#include "vector_loops.h"
#include "vector_math.h"

#include <math.h>

static const char *const names[DESCENT_LOSS_COUNT] = {
    [DESCENT_LOSS_CROSS_ENTROPY] = "cross-entropy",
    [DESCENT_LOSS_MSE] = "mse",
};

const char *descent_loss_name(descent_loss_kind kind)
{
    return (unsigned)kind < DESCENT_LOSS_COUNT ? names[kind] : NULL;
}

descent_status descent_loss_check(const descent_loss *loss, const descent_batch *batch,
                                  size_t outputs)
{
    if ((unsigned)loss->kind >= DESCENT_LOSS_COUNT) {
        return descent_fail(DESCENT_ERROR_INVALID, "loss: unknown kind %d", (int)loss->kind);
    }
    if (!(loss->label_smoothing >= 0.0 && loss->label_smoothing < 1.0)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "loss: label smoothing: expected a number in [0, 1), found %g",
                            loss->label_smoothing);
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
    for (size_t i = 0; batch->labels != NULL && i < batch->n; i++) {
        if (batch->labels[i] < 0 || (size_t)batch->labels[i] >= outputs) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "batch: label of sample %zu: expected 0 to %zu, found %d", i,
                                outputs - 1, (int)batch->labels[i]);
        }
    }
    return DESCENT_OK;
}

static size_t argmax(const float *row, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        best = row[i] > row[best] ? i : best;
    }
    return best;
}

/* e^(row − shift) into to (if not NULL), and their sum. */
DESCENT_VECTOR_LOOP static float sum_of_exponentials(const float *row, size_t n, float shift,
                                                     float *to)
{
    float sum = 0.0f;
    if (to == NULL) {
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < n; i++) {
            sum += descent_exp(row[i] - shift);
        }
        return sum;
    }
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        float e = descent_exp(row[i] - shift);
        to[i] = e;
        sum += e;
    }
    return sum;
}

static double sum_of(const float *row, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)row[i];
    }
    return sum;
}

/*
 * With z the logits, S = Σ e^z and the target t = (1 − ε) onehot(label) + ε / C:
 *
 *     loss = ln S − Σ t z,     ∂loss/∂z = e^z / S − t
 *
 * with all z shifted by their maximum, so that S is neither infinite nor zero.
 */
static double cross_entropy(const float *z, size_t classes, size_t label, size_t best,
                            double smoothing, float scale, float *delta)
{
    float shift = z[best];
    double expected = (1.0 - smoothing) * ((double)z[label] - (double)shift);
    if (smoothing > 0.0) {
        expected += smoothing * (sum_of(z, classes) / (double)classes - (double)shift);
    }
    float sum = sum_of_exponentials(z, classes, shift, delta);
    if (delta != NULL) {
        float factor = scale / sum;
        float everywhere = scale * (float)(smoothing / (double)classes);
#pragma omp simd
        for (size_t i = 0; i < classes; i++) {
            delta[i] = delta[i] * factor - everywhere;
        }
        delta[label] -= scale * (float)(1.0 - smoothing);
    }
    return log((double)sum) - expected;
}

/* target is NULL for a label, whose target is its one-hot row. */
static double squared_error(const float *y, size_t outputs, const float *target, size_t label,
                            float scale, float *delta)
{
    double sum = 0.0;
    float slope = 2.0f * scale / (float)outputs;
    for (size_t i = 0; i < outputs; i++) {
        float expected = target != NULL ? target[i] : (i == label ? 1.0f : 0.0f);
        float difference = y[i] - expected;
        sum += (double)difference * (double)difference;
        if (delta != NULL) {
            delta[i] = slope * difference;
        }
    }
    return sum / (double)outputs;
}

void descent_loss_rows(const descent_loss *loss, const descent_batch *batch, size_t first,
                       size_t count, size_t outputs, const float *y, float scale, float *delta,
                       int32_t *predictions, descent_metrics *metrics)
{
    for (size_t i = first; i < first + count; i++) {
        const float *row = y + i * outputs;
        float *delta_row = delta != NULL ? delta + i * outputs : NULL;
        size_t best = argmax(row, outputs);
        size_t label = batch->labels != NULL ? (size_t)batch->labels[i] : 0;
        if (predictions != NULL) {
            predictions[i] = (int32_t)best;
        }
        metrics->correct += batch->labels != NULL && best == label;
        metrics->loss_sum +=
            loss->kind == DESCENT_LOSS_CROSS_ENTROPY
                ? cross_entropy(row, outputs, label, best, loss->label_smoothing, scale, delta_row)
                : squared_error(row, outputs,
                                batch->targets != NULL ? batch->targets + i * outputs : NULL, label,
                                scale, delta_row);
    }
    metrics->samples += count;
}

/*
 * Softmax and cross-entropy fused on logits, and the mean squared error, with their gradients.
 */
#include <descent/loss.h>

#include "base/fail.h"
#include "base/vector_loops.h"
#include "base/vector_math.h"
#include "compute/loss_private.h"

#include <math.h>

static const char *const names[DESCENT_LOSS_COUNT] = {
    [DESCENT_LOSS_CROSS_ENTROPY] = "cross-entropy",
    [DESCENT_LOSS_MSE] = "mse",
};

const char *descent_loss_name(descent_loss_kind kind)
{
    return (unsigned)kind < DESCENT_LOSS_COUNT ? names[kind] : NULL;
}

/* What a number for each output must be, and of which loss it is a part. */
static descent_status check_each(const descent_loss *loss, const float *numbers, size_t outputs,
                                 descent_loss_kind kind, const char *what)
{
    if (numbers != NULL && loss->kind != kind) {
        return descent_fail(DESCENT_ERROR_INVALID, "loss: %ss go with %s, found %s", what,
                            names[kind], names[loss->kind]);
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
    descent_status status =
        check_each(loss, loss->class_weights, outputs, DESCENT_LOSS_CROSS_ENTROPY, "class weight");
    return status != DESCENT_OK ? status
                                : check_each(loss, loss->target_deviations, outputs,
                                             DESCENT_LOSS_MSE, "target deviation");
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
    for (size_t i = 0; batch->labels != NULL && i < batch->n; i++) {
        if (batch->labels[i] < 0 || (size_t)batch->labels[i] >= outputs) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "batch: label of sample %zu: expected 0 to %zu, found %d", i,
                                outputs - 1, (int)batch->labels[i]);
        }
    }
    return DESCENT_OK;
}

static double weight_of(const descent_loss *loss, const descent_batch *batch, size_t i)
{
    return loss->class_weights != NULL ? (double)loss->class_weights[batch->labels[i]] : 1.0;
}

double descent_loss_weight(const descent_loss *loss, const descent_batch *batch)
{
    if (loss->class_weights == NULL) {
        return (double)batch->n;
    }
    double sum = 0.0;
    for (size_t i = 0; i < batch->n; i++) {
        sum += weight_of(loss, batch, i);
    }
    return sum;
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

/* What smoothing spreads a share of the target over: the mean of the classes' weights, and that of
 * weight times logit. */
struct spread {
    double weight;
    double logit;
};

static struct spread spread_over(const float *row, const float *weights, size_t n)
{
    struct spread sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        double weight = weights != NULL ? (double)weights[i] : 1.0;
        sum.weight += weight;
        sum.logit += weight * (double)row[i];
    }
    return (struct spread){sum.weight / (double)n, sum.logit / (double)n};
}

/* delta holds e^z: factor · e^z − share · weights. */
DESCENT_VECTOR_LOOP static void subtract_spread(float *delta, const float *weights, size_t n,
                                                float factor, float share)
{
    if (weights == NULL) {
#pragma omp simd
        for (size_t i = 0; i < n; i++) {
            delta[i] = delta[i] * factor - share;
        }
        return;
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        delta[i] = delta[i] * factor - share * weights[i];
    }
}

/*
 * With z the logits, S = Σ e^z, w the class weights, all 1 where there are none, and the target
 * t = w ((1 − ε) onehot(label) + ε / C), whose sum is T:
 *
 *     loss = T ln S − Σ t z,     ∂loss/∂z = T e^z / S − t
 *
 * with all z shifted by their maximum, so that S is neither infinite nor zero.
 */
static double cross_entropy(const descent_loss *loss, const float *z, size_t classes, size_t label,
                            size_t best, float scale, float *delta)
{
    const float *weights = loss->class_weights;
    double smoothing = loss->label_smoothing;
    float shift = z[best];
    double certain = (1.0 - smoothing) * (weights != NULL ? (double)weights[label] : 1.0);
    double total = weights != NULL ? certain : 1.0;
    double expected = certain * ((double)z[label] - (double)shift);
    if (smoothing > 0.0) {
        struct spread spread = spread_over(z, weights, classes);
        expected += smoothing * (spread.logit - spread.weight * (double)shift);
        total += weights != NULL ? smoothing * spread.weight : 0.0;
    }
    float sum = sum_of_exponentials(z, classes, shift, delta);
    if (delta != NULL) {
        subtract_spread(delta, weights, classes, scale * (float)total / sum,
                        scale * (float)(smoothing / (double)classes));
        delta[label] -= scale * (float)certain;
    }
    return total * log((double)sum) - expected;
}

/* target is NULL for a label, whose target is its one-hot row. Adds the squares of the errors in
 * the targets' own units to *squares, as their mean. */
static double squared_error(const descent_loss *loss, const float *y, size_t outputs,
                            const float *target, size_t label, float scale, float *delta,
                            double *squares)
{
    double sum = 0.0, own = 0.0;
    float slope = 2.0f * scale / (float)outputs;
    for (size_t i = 0; i < outputs; i++) {
        float expected = target != NULL ? target[i] : (i == label ? 1.0f : 0.0f);
        float difference = y[i] - expected;
        double unit = loss->target_deviations != NULL ? (double)loss->target_deviations[i] : 1.0;
        sum += (double)difference * (double)difference;
        own += (unit * (double)difference) * (unit * (double)difference);
        if (delta != NULL) {
            delta[i] = slope * difference;
        }
    }
    *squares += own / (double)outputs;
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
        metrics->weight_sum += weight_of(loss, batch, i);
        metrics->loss_sum +=
            loss->kind == DESCENT_LOSS_CROSS_ENTROPY
                ? cross_entropy(loss, row, outputs, label, best, scale, delta_row)
                : squared_error(loss, row, outputs,
                                batch->targets != NULL ? batch->targets + i * outputs : NULL, label,
                                scale, delta_row, &metrics->square_sum);
    }
    metrics->samples += count;
}

void descent_metrics_add(descent_metrics *metrics, const descent_metrics *more)
{
    metrics->loss_sum += more->loss_sum;
    metrics->weight_sum += more->weight_sum;
    metrics->square_sum += more->square_sum;
    metrics->correct += more->correct;
    metrics->samples += more->samples;
    metrics->norm_sum += more->norm_sum;
    metrics->norms += more->norms;
}

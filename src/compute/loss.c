/*
 * Softmax and cross-entropy fused on logits, the same of sigmoids, and the mean squared error, with
 * their gradients.
 */
#include <descent/loss.h>

#include "base/elementary.h"
#include "base/fixed_sum.h"
#include "base/vector_loops.h"
#include "base/vector_math.h"
#include "compute/loss_private.h"

#include <math.h>

static const char *const names[DESCENT_LOSS_COUNT] = {
    [DESCENT_LOSS_CROSS_ENTROPY] = "cross-entropy",
    [DESCENT_LOSS_MSE] = "mse",
    [DESCENT_LOSS_BINARY_CROSS_ENTROPY] = "binary-cross-entropy",
};

const char *descent_loss_name(descent_loss_kind kind)
{
    return (unsigned)kind < DESCENT_LOSS_COUNT ? names[kind] : NULL;
}

size_t descent_loss_classes(descent_loss_kind kind, size_t outputs)
{
    return kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY && outputs == 1 ? 2 : outputs;
}

size_t descent_loss_outputs(descent_loss_kind kind, size_t classes)
{
    return kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY && classes == 2 ? 1 : classes;
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

static inline void add_exponentials(const float *row, size_t n, float shift, float *to,
                                    double *partial)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float e = descent_exp(row[i] - shift);
        to[i] = e;
        partial[i] += (double)e;
    }
}

/* e^(row − shift) into to (if not NULL), and their sum. */
DESCENT_VECTOR_LOOP static float sum_of_exponentials(const float *row, size_t n, float shift,
                                                     float *to)
{
    double partial[DESCENT_PARTIAL_SUMS] = {0.0};
    float dropped[DESCENT_PARTIAL_SUMS] = {0.0f};
    for (size_t first = 0; first < n; first += DESCENT_PARTIAL_SUMS) {
        add_exponentials(row + first, descent_partial_terms(first, n), shift,
                         to != NULL ? to + first : dropped, partial);
    }
    return (float)descent_add_partial_sums(partial);
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
    return total * descent_log_double((double)sum) - expected;
}

/* One row of a batch, and where its part of the gradient goes. */
struct row {
    const float *y;
    size_t outputs;
    const float *target; /* NULL for a label, whose target is its one-hot row */
    size_t label;
    size_t best; /* the argmax */
    float scale;
    float *delta; /* NULL: not wanted */
};

static double cross_entropy_row(const descent_loss *loss, const struct row *row,
                                descent_metrics *metrics)
{
    (void)metrics;
    return cross_entropy(loss, row->y, row->outputs, row->label, row->best, row->scale, row->delta);
}

/* Adds the squares of the errors in the targets' own units to the metrics', as their mean. */
static double squared_error_row(const descent_loss *loss, const struct row *row,
                                descent_metrics *metrics)
{
    double sum = 0.0, own = 0.0;
    float slope = 2.0f * row->scale / (float)row->outputs;
    for (size_t i = 0; i < row->outputs; i++) {
        float expected = row->target != NULL ? row->target[i] : (i == row->label ? 1.0f : 0.0f);
        float difference = row->y[i] - expected;
        double unit = loss->target_deviations != NULL ? (double)loss->target_deviations[i] : 1.0;
        sum += (double)difference * (double)difference;
        own += (unit * (double)difference) * (unit * (double)difference);
        if (row->delta != NULL) {
            row->delta[i] = slope * difference;
        }
    }
    metrics->square_sum += own / (double)row->outputs;
    return sum / (double)row->outputs;
}

/*
 * −t ln σ(z) − (1 − t) ln(1 − σ(z)), and into *slope its derivative σ(z) − t. Of σ(z) and 1 − σ(z)
 * the lesser one is r = e^−|z| / (1 + e^−|z|), which keeps its digits where the other rounds to 1:
 * so does the slope of an answer that is right and sure. The loss is max(z, 0) − z t + ln(1 +
 * e^−|z|), without the difference.
 */
static inline float binary_cross_entropy(float z, float t, float *slope)
{
    float e = descent_exp(z < 0.0f ? z : -z);
    float r = e / (1.0f + e);
    *slope = z < 0.0f ? r - t : (1.0f - t) - r;
    return (z < 0.0f ? -z * t : z * (1.0f - t)) + descent_log_one_plus(e);
}

static inline void add_binary(const float *z, size_t n, const float *t, float scale, float *delta,
                              double *partial)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float slope;
        partial[i] += (double)binary_cross_entropy(z[i], t[i], &slope);
        delta[i] = scale * slope;
    }
}

DESCENT_VECTOR_LOOP static double sum_of_binary(const float *z, size_t n, const float *t,
                                                float scale, float *delta)
{
    double partial[DESCENT_PARTIAL_SUMS] = {0.0};
    float dropped[DESCENT_PARTIAL_SUMS] = {0.0f};
    for (size_t first = 0; first < n; first += DESCENT_PARTIAL_SUMS) {
        add_binary(z + first, descent_partial_terms(first, n), t + first, scale,
                   delta != NULL ? delta + first : dropped, partial);
    }
    return descent_add_partial_sums(partial);
}

static inline void add_one_hot(const float *z, size_t n, size_t label, float scale, float *delta,
                               double *partial)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float slope;
        partial[i] += (double)binary_cross_entropy(z[i], i == label ? 1.0f : 0.0f, &slope);
        delta[i] = scale * slope;
    }
}

DESCENT_VECTOR_LOOP static double sum_of_one_hot(const float *z, size_t n, size_t label,
                                                 float scale, float *delta)
{
    double partial[DESCENT_PARTIAL_SUMS] = {0.0};
    float dropped[DESCENT_PARTIAL_SUMS] = {0.0f};
    for (size_t first = 0; first < n; first += DESCENT_PARTIAL_SUMS) {
        add_one_hot(z + first, descent_partial_terms(first, n), label - first, scale,
                    delta != NULL ? delta + first : dropped, partial);
    }
    return descent_add_partial_sums(partial);
}

static double binary_cross_entropy_row(const descent_loss *loss, const struct row *row,
                                       descent_metrics *metrics)
{
    (void)loss;
    (void)metrics;
    if (row->target != NULL) {
        return sum_of_binary(row->y, row->outputs, row->target, row->scale, row->delta);
    }
    /* Of one output, class 1 is the one that it stands for. */
    size_t hot = row->outputs == 1 ? 1 - row->label : row->label;
    return sum_of_one_hot(row->y, row->outputs, hot, row->scale, row->delta);
}

static double (*const rows[DESCENT_LOSS_COUNT])(const descent_loss *, const struct row *,
                                                descent_metrics *) = {
    [DESCENT_LOSS_CROSS_ENTROPY] = cross_entropy_row,
    [DESCENT_LOSS_MSE] = squared_error_row,
    [DESCENT_LOSS_BINARY_CROSS_ENTROPY] = binary_cross_entropy_row,
};

static bool all_labels_are_right(const struct row *row)
{
    for (size_t i = 0; i < row->outputs; i++) {
        if ((row->y[i] > 0.0f) != (row->target[i] > 0.5f)) {
            return false;
        }
    }
    return true;
}

static bool is_right(const descent_loss *loss, const struct row *row, size_t answer)
{
    if (row->target == NULL) {
        return answer == row->label;
    }
    return loss->kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY && all_labels_are_right(row);
}

void descent_loss_rows(const descent_loss *loss, const descent_batch *batch,
                       struct descent_span span, const struct descent_layout *layout,
                       const float *y, float scale, float *delta, int32_t *predictions,
                       descent_metrics *metrics)
{
    size_t outputs = layout->width;
    bool one_of_two = descent_loss_classes(loss->kind, outputs) > outputs;
    for (size_t i = span.first; i < span.first + span.count; i++) {
        const float *values = y + i * layout->step;
        const struct row row = {
            .y = values,
            .outputs = outputs,
            .target = batch->labels == NULL ? batch->targets + i * outputs : NULL,
            .label = batch->labels != NULL ? (size_t)batch->labels[i] : 0,
            .best = argmax(values, outputs),
            .scale = scale,
            .delta = delta != NULL ? delta + i * layout->step : NULL,
        };
        size_t answer = one_of_two ? (size_t)(values[0] > 0.0f) : row.best;
        if (predictions != NULL) {
            predictions[i] = (int32_t)answer;
        }
        metrics->correct += is_right(loss, &row, answer);
        metrics->weight_sum += weight_of(loss, batch, i);
        metrics->loss_sum += rows[loss->kind](loss, &row, metrics);
    }
    metrics->samples += span.count;
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
    metrics->noise_sum += more->noise_sum;
    metrics->signal_sum += more->signal_sum;
    metrics->signal_square_sum += more->signal_square_sum;
    metrics->noises += more->noises;
}

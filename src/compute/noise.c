/*
 * The gradient noise scale (McCandlish et al. 2018, appendix A.1), from batches of n samples and of
 * one. A step on n samples has the gradient G_n, the mean of theirs, g_i. With s the mean of
 * |g_i|²,
 *
 *     E |G_n|² = |G|² + tr Σ / n,     E s = |G|² + tr Σ,
 *
 * which two equations are solved for what is looked for. Of all pairs of batch sizes that a step
 * contains, n and 1 are the farthest apart, so that the estimates are the least noisy; and one
 * sample is also the cheapest: the gradient of a dense layer's weights is δ_i x_iᵀ, with the
 * squared norm |δ_i|² |x_i|² (Goodfellow 2015, "Efficient per-example gradient computations"), so
 * that no product is needed for it.
 *
 * A step that is measured gives the same bits as one that is not. So where it would go straight
 * into the weights, and BLAS would round otherwise by way of a stored gradient, G_n is computed
 * once more for the measurement alone. The middle step of a period is taken because the first one,
 * of an untrained network, would count for as many as the period has.
 */
#include "base/fixed_sum.h"
#include "base/vector_loops.h"
#include "compute/trainer_private.h"

#include <math.h>

enum { ROWS_MAX = 16 };

bool descent_noise_is_due(const descent_trainer *trainer)
{
    uint64_t period = trainer->config.noise_period;
    return period > 0 && trainer->steps % period == period / 2;
}

/* A panel's columns of each row to partial sums side by side. */
DESCENT_VECTOR_LOOP static void add_panel(const float *values, size_t rows, size_t columns,
                                          size_t step, double partial[][DESCENT_PANEL])
{
    for (size_t i = 0; i < rows; i++, values += step) {
#pragma omp simd
        for (size_t j = 0; j < columns; j++) {
            partial[i][j] += (double)values[j] * (double)values[j];
        }
    }
}

/* The sums are the same in both layouts: panels are as wide as there are partial sums. */
static void square_panels(const struct descent_layout *layout, struct descent_span rows,
                          const float *values, double squares[ROWS_MAX])
{
    _Static_assert((int)DESCENT_PANEL == (int)DESCENT_PARTIAL_SUMS,
                   "a panel's columns are partial sums");
    const struct descent_span columns = {0, layout->width};
    double partial[ROWS_MAX][DESCENT_PANEL] = {{0.0}};
    struct descent_block block = descent_layout_first(layout, rows, columns);
    for (; block.columns > 0; block = descent_layout_next(layout, block, columns)) {
        add_panel(values + block.at, block.rows, block.columns, block.step, partial);
    }
    for (size_t i = 0; i < rows.count; i++) {
        squares[i] = descent_add_partial_sums(partial[i]);
    }
}

/* The squared norm of each row. */
static void square(const struct descent_layout *layout, struct descent_span rows,
                   const float *values, double squares[ROWS_MAX])
{
    if (!descent_layout_rows_follow(layout)) {
        square_panels(layout, rows, values, squares);
        return;
    }
    const float *row = values + rows.first * layout->step;
    for (size_t i = 0; i < rows.count; i++, row += layout->step) {
        squares[i] = descent_sum_of_squares(row, layout->width);
    }
}

/* Σ |δ_i|² (|x_i|² + 1) over layers and some rows; the 1 is for the bias. */
static double square_rows(const struct descent_pass *pass, int thread, struct descent_span rows)
{
    double sum = 0.0;
    for (size_t l = 0; l < pass->chain->layers; l++) {
        const struct descent_dense *layer = &pass->chain->layer[l];
        double inputs[ROWS_MAX], deltas[ROWS_MAX];
        square(&layer->shape.x, rows, descent_pass_input(pass, thread, l), inputs);
        square(&layer->shape.z, rows, layer->delta, deltas);
        for (size_t i = 0; i < rows.count; i++) {
            sum += deltas[i] * (inputs[i] + 1.0);
        }
    }
    return sum;
}

void descent_noise_square_samples(const descent_trainer *trainer, const struct descent_pass *pass,
                                  int thread)
{
    size_t n = pass->batch->n;
    struct descent_span mine =
        descent_cut_share(descent_pass_row_pieces(n), pass->chain->team.threads, thread);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        trainer->noise.squares[i] = square_rows(pass, thread, descent_pass_row_piece(n, i));
    }
}

double descent_noise_samples(const descent_trainer *trainer, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < descent_pass_row_pieces(n); i++) {
        sum += trainer->noise.squares[i];
    }
    return sum;
}

void descent_noise_sum(descent_trainer *trainer, size_t n)
{
    double before = trainer->summed > 0 ? trainer->noise.sum : 0.0;
    trainer->noise.sum = before + descent_noise_samples(trainer, n);
}

void descent_noise_measure(const struct descent_update *update, const struct descent_pass *pass,
                           int thread)
{
    descent_trainer *trainer = update->trainer;
    descent_noise_square_samples(trainer, pass, thread);
    if (update->stores) {
        return;
    }
    descent_pass_gradient(pass, thread, false);
    descent_team_wait(&trainer->chain.team);
    struct descent_norms norms = descent_update_norms(trainer, thread);
    if (thread == 0) {
        trainer->noise.norm = norms.whole;
    }
}

/* A sample's share in the gradient is g_i / n. */
void descent_noise_add(descent_metrics *metrics, size_t n, double sample_squares, double norm)
{
    double count = (double)n, square = norm * norm, mean = count * sample_squares;
    if (metrics != NULL && n > 1) {
        double signal = (count * square - mean) / (count - 1.0);
        metrics->noise_sum += (mean - square) / (1.0 - 1.0 / count);
        metrics->signal_sum += signal;
        metrics->signal_square_sum += signal * signal;
        metrics->noises++;
    }
}

double descent_metrics_noise_scale(const descent_metrics *metrics)
{
    double n = (double)metrics->noises, mean = metrics->signal_sum / n;
    double variance = fmax(metrics->signal_square_sum / n - mean * mean, 0.0);
    double error = metrics->noises > 1 ? sqrt(variance / (n - 1.0)) : 0.0;
    return mean > error ? metrics->noise_sum / metrics->signal_sum : NAN;
}

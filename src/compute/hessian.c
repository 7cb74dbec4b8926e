/*
 * H v ≈ (g(w + εv) − g(w − εv)) / 2ε.
 *
 * A unit with a kink, as relu has, would spoil it: where a sample crosses the kink between the two
 * points, the difference measures the jump of the slope, however small ε is. The Hessian at w
 * itself knows only the slopes on w's side. So each unit keeps the slope that it has at w for each
 * sample: in place of a = act(z) stands a = slope · z, which is the same at w, as are its
 * derivatives there. The slopes take the way of dropout's masks, behind an identity.
 */
#include "compute/hessian.h"

#include "base/elementary.h"
#include "base/fail.h"
#include "compute/loss_private.h"

#include <math.h>
#include <string.h>

void descent_hessian_add(size_t n, double *to, double factor, const float *numbers)
{
    for (size_t i = 0; i < n; i++) {
        to[i] += factor * (double)numbers[i];
    }
}

static bool has_kink(descent_activation activation)
{
    return activation == DESCENT_ACTIVATION_RELU || activation == DESCENT_ACTIVATION_LEAKY_RELU;
}

/* See the header of the module. */
static double step_for(const struct descent_hessian *hessian)
{
    double squares = 0.0;
    for (size_t i = 0; i < hessian->count; i++) {
        squares += (double)hessian->centre[i] * (double)hessian->centre[i];
    }
    return descent_pow_double(0x1p-24 * fmax(1.0, sqrt(squares)), 1.0 / 3.0);
}

/* Of the hidden layers alone, which share an activation. */
static void lay_out_gates(struct descent_hessian *hessian, struct descent_arena_plan *arena,
                          char *block)
{
    const descent_curvature_problem *problem = hessian->problem;
    for (size_t l = 0; l + 1 < hessian->moved.layers; l++) {
        const struct descent_layout *layout = &hessian->moved.layer[l].shape.z;
        size_t gates = descent_arena_reserve(arena, descent_layout_room(layout, problem->batch),
                                             sizeof(float));
        if (block != NULL) {
            hessian->gates[l] = (float *)(block + gates);
            hessian->moved.layer[l].activation =
                descent_elementwise_of(DESCENT_ACTIVATION_IDENTITY);
        }
    }
}

void descent_hessian_lay_out(struct descent_hessian *hessian, struct descent_arena_plan *arena,
                             char *block)
{
    const descent_curvature_problem *problem = hessian->problem;
    const descent_model *model = problem->model;
    hessian->kinks =
        descent_model_layers(model) > 1 && has_kink(descent_model_layer(model, 0).activation);
    struct descent_chain_use use = {
        .engine = problem->engine, .batch = problem->batch, .threads = problem->threads};
    size_t point = descent_arena_reserve(arena, hessian->count, sizeof(float));
    size_t gradient = descent_arena_reserve(arena, hessian->count, sizeof(float));
    if (hessian->kinks) {
        descent_chain_lay_out(&hessian->still, arena, block, model, &use);
    }
    use.backward = true;
    use.dropout = hessian->kinks;
    descent_chain_lay_out(&hessian->moved, arena, block, model, &use);
    if (hessian->kinks) {
        lay_out_gates(hessian, arena, block);
    }
    if (block != NULL) {
        hessian->point = (float *)(block + point);
        hessian->gradient = (float *)(block + gradient);
        hessian->step = step_for(hessian);
    }
}

/* The slopes of all hidden units for the samples of a batch. */
static descent_status look_at_gates(struct descent_hessian *hessian, const descent_batch *batch)
{
    struct descent_chain *still = &hessian->still;
    descent_metrics none = {0};
    DESCENT_TRY(descent_pass_evaluate(still, NULL, batch, &none, NULL));
    for (size_t l = 0; l + 1 < still->layers; l++) {
        const struct descent_dense *layer = &still->layer[l];
        const struct descent_layout *layout = &layer->shape.z;
        const struct descent_span rows = {0, batch->n}, columns = {0, layout->width};
        for (size_t i = 0; i < descent_layout_room(layout, batch->n); i++) {
            hessian->gates[l][i] = 1.0f;
        }
        struct descent_block b = descent_layout_first(layout, rows, columns);
        for (; b.columns > 0; b = descent_layout_next(layout, b, columns)) {
            layer->activation->backward(b.rows, b.columns, b.step, layer->a + b.at,
                                        hessian->gates[l] + b.at);
        }
    }
    return DESCENT_OK;
}

struct part {
    struct descent_pass pass;
    bool add; /* to the gradient that is there */
};

static void run_part(void *context, int thread)
{
    const struct part *part = context;
    descent_pass_run(&part->pass, thread);
    descent_pass_gradient(&part->pass, thread, part->add);
}

/* Adds a batch's loss and gradient; the first one replaces what is there. */
static descent_status add_batch(struct descent_hessian *hessian, const descent_batch *batch,
                                descent_metrics *metrics)
{
    const descent_curvature_problem *problem = hessian->problem;
    struct descent_chain *chain = &hessian->moved;
    DESCENT_TRY(descent_chain_check_batch(chain, problem->loss, batch, problem->batch));
    struct part part = {.pass = {.chain = chain,
                                 .loss = problem->loss,
                                 .batch = batch,
                                 .backward = true,
                                 .scale = 1.0f / (float)problem->samples,
                                 .dropout = hessian->kinks},
                        .add = metrics->samples > 0};
    if (hessian->kinks) {
        DESCENT_TRY(look_at_gates(hessian, batch));
    }
    for (size_t l = 0; l < chain->layers; l++) {
        part.pass.masks[l].factors = hessian->gates[l];
    }
    descent_pass_share(&part.pass, run_part, &part);
    descent_metrics own = descent_pass_metrics(&part.pass);
    descent_metrics_add(metrics, &own);
    return DESCENT_OK;
}

/* The gradient at centre + offset · v, without weight decay, and what it must be multiplied by. */
static descent_status differentiate(struct descent_hessian *hessian, double offset, const float *v,
                                    descent_metrics *metrics, double *scale)
{
    const descent_curvature_problem *problem = hessian->problem;
    descent_batch batch;
    for (size_t i = 0; i < hessian->count; i++) {
        hessian->point[i] = (float)((double)hessian->centre[i] + offset * (double)v[i]);
    }
    descent_chain_import(&hessian->moved, hessian->point, hessian->moved.parameters);
    while (problem->next(problem->context, &batch)) {
        DESCENT_TRY(add_batch(hessian, &batch, metrics));
    }
    if (metrics->samples != problem->samples) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "curvature: expected %zu samples in a pass, found %zu",
                            problem->samples, metrics->samples);
    }
    descent_chain_export(&hessian->moved, hessian->moved.gradient, hessian->gradient);
    *scale = (double)problem->samples / metrics->weight_sum;
    return DESCENT_OK;
}

/* Adds factor times what weight decay acts on. */
static void add_decayed(const struct descent_hessian *hessian, double factor, const float *numbers,
                        double *to)
{
    const descent_model *model = hessian->problem->model;
    size_t offset = 0;
    for (size_t l = 0; l < descent_model_layers(model); l++) {
        descent_layer layer = descent_model_layer(model, l);
        size_t weights = layer.inputs * layer.outputs;
        size_t decayed = weights + (hessian->problem->decay_biases ? layer.outputs : 0);
        descent_hessian_add(decayed, to + offset, factor, numbers + offset);
        offset += weights + layer.outputs;
    }
}

static descent_status check_finite(const struct descent_hessian *hessian, const double *numbers)
{
    for (size_t i = 0; i < hessian->count; i++) {
        if (!isfinite(numbers[i])) {
            return descent_fail(DESCENT_ERROR_NONFINITE,
                                "curvature: expected a finite gradient at the weights and near "
                                "them, found %g",
                                numbers[i]);
        }
    }
    return DESCENT_OK;
}

descent_status descent_hessian_centre(struct descent_hessian *hessian, double *loss,
                                      double *gradient)
{
    descent_metrics metrics = {0};
    double decay = hessian->problem->weight_decay, scale = 0.0, squares = 0.0;
    DESCENT_TRY(differentiate(hessian, 0.0, hessian->centre, &metrics, &scale));
    memset(gradient, 0, hessian->count * sizeof *gradient);
    add_decayed(hessian, decay, hessian->centre, gradient);
    for (size_t i = 0; i < hessian->count; i++) {
        squares += gradient[i] * (double)hessian->centre[i];
    }
    descent_hessian_add(hessian->count, gradient, scale, hessian->gradient);
    *loss = descent_metrics_loss(&metrics) + 0.5 * squares;
    return check_finite(hessian, gradient);
}

descent_status descent_hessian_multiply(struct descent_hessian *hessian, const float *v,
                                        double steps, double *product)
{
    double step = steps * hessian->step;
    memset(product, 0, hessian->count * sizeof *product);
    for (int sign = 1; sign >= -1; sign -= 2) {
        descent_metrics metrics = {0};
        double scale = 0.0;
        DESCENT_TRY(differentiate(hessian, sign * step, v, &metrics, &scale));
        descent_hessian_add(hessian->count, product, sign * scale / (2.0 * step),
                            hessian->gradient);
    }
    add_decayed(hessian, hessian->problem->weight_decay, v, product);
    return check_finite(hessian, product);
}

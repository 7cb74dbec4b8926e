/*
 * What the eigenvalues say of a run: the parabola's law for its learning rate, and what kind of
 * point its weights are.
 */
#include "cli/sharpness/sharpness.h"

#include "cli/base/lines.h"
#include "cli/base/text.h"

#include <float.h>
#include <math.h>

/* Near the limit: with all samples in a step, curvature swings about it by some percent. */
#define AT_LIMIT 0.2

/* A step along the gradient g on a loss that bends by λ at most gains at least g² / 2λ: less than
 * this share of the loss is flat. */
#define FLAT 1e-3

/* Of the largest eigenvalue: less is not clearly below zero. */
#define CLEARLY 0.01

/* Units in the last place of the weights: where the lowest point along the gradient, g / λ away, is
 * nearer, floats do not tell it from the weights. So ends a training whose loss can become 0. */
#define UNITS 4.0

static double weights_norm(const struct sharpness *sharpness)
{
    const descent_fit *fit = sharpness->training.fit;
    const descent_model *model = sharpness->best ? descent_fit_best(fit) : descent_fit_model(fit);
    const float *weights = descent_model_parameters(model);
    double square = 0.0;
    for (size_t i = 0; i < descent_model_parameter_count(model); i++) {
        square += (double)weights[i] * (double)weights[i];
    }
    return sqrt(square);
}

static bool is_flat(const struct sharpness *sharpness)
{
    const descent_curvature *curvature = &sharpness->curvature;
    double slope = curvature->gradient_norm, bend = curvature->largest.value;
    return slope == 0.0 || slope * slope < 2.0 * bend * FLAT * curvature->loss ||
           slope < bend * UNITS * FLT_EPSILON * weights_norm(sharpness);
}

/* Differences along a vector have seen the loss bend: whatever the eigenvalue is, it is at most
 * that far up. */
static bool bends_down(const descent_curvature *curvature)
{
    double least = curvature->smallest.value;
    return least < -CLEARLY * fabs(curvature->largest.value) &&
           least < -curvature->smallest.residual;
}

enum sharpness_point sharpness_point(const struct sharpness *sharpness)
{
    const descent_curvature *curvature = &sharpness->curvature;
    return !is_flat(sharpness)               ? SHARPNESS_SLOPE
           : bends_down(curvature)           ? SHARPNESS_SADDLE
           : curvature->largest.value <= 0.0 ? SHARPNESS_PLATEAU
                                             : SHARPNESS_MINIMUM;
}

const char *sharpness_point_name(enum sharpness_point point)
{
    static const char *const names[] = {[SHARPNESS_SLOPE] = "slope",
                                        [SHARPNESS_MINIMUM] = "minimum",
                                        [SHARPNESS_SADDLE] = "saddle",
                                        [SHARPNESS_PLATEAU] = "plateau"};
    return names[point];
}

static void write_point(char *text, size_t size, const struct sharpness *sharpness)
{
    const descent_curvature *curvature = &sharpness->curvature;
    double least = curvature->smallest.value;
    switch (sharpness_point(sharpness)) {
    case SHARPNESS_SLOPE:
        text_append(text, size, "The weights are on a slope: the gradient's norm is %.3g%s.",
                    curvature->gradient_norm,
                    bends_down(curvature) ? ", and in some directions the loss bends downwards"
                                          : "");
        break;
    case SHARPNESS_SADDLE:
        text_append(text, size,
                    "The gradient is nearly zero, and the loss bends downwards in some directions "
                    "(smallest eigenvalue %.3g): a saddle, not a minimum.",
                    least);
        break;
    case SHARPNESS_PLATEAU:
        text_append(text, size, "The loss neither falls nor bends here: a plateau.");
        break;
    case SHARPNESS_MINIMUM:
        text_append(text, size,
                    "The gradient is nearly zero, and no direction bends clearly downwards: a "
                    "minimum, or a floor that is level in some directions.");
        break;
    }
}

static void write_adaptive(char *text, size_t size, const struct sharpness *sharpness)
{
    text_append(
        text, size,
        "For %s there is no such limit: it scales each parameter's step by itself, so that "
        "what counts is the curvature in those scales (Cohen et al. 2022, "
        "https://arxiv.org/abs/2207.14484).",
        descent_optimizer_name((descent_optimizer_kind)sharpness->training.options.optimizer));
}

/* Whether a step uses all training samples. */
static bool is_full_batch(const struct training *training)
{
    size_t count = descent_dataset_count(training->data.train);
    return train_options_batch(&training->options, count) == count;
}

/* What the last step's rate alone does not say. */
static void write_rest(char *text, size_t size, const struct sharpness *sharpness)
{
    double highest = sharpness->highest_rate;
    if (fabs(sharpness->rate - highest) > 0.01 * highest) {
        text_append(text, size, " Its highest, %.4g, is %.2g times it.", highest,
                    highest / sharpness->limit);
    }
    if (!is_full_batch(&sharpness->training)) {
        text_append(text, size,
                    " The limit is that of steps on all samples; the noise of smaller batches "
                    "usually keeps the curvature below it.");
    }
}

static void write_rate(char *text, size_t size, const struct sharpness *sharpness)
{
    double rate = isnan(sharpness->rate) ? sharpness->highest_rate : sharpness->rate;
    double share = rate / sharpness->limit;
    if (share > 1.0 + AT_LIMIT) {
        text_append(
            text, size,
            "The learning rate %.4g is %.3g times the limit: along the direction that bends "
            "most, steps overshoot further each time, until the loss bends less or "
            "training diverges.",
            rate, share);
    } else if (share > 1.0 - AT_LIMIT) {
        text_append(text, size,
                    "The learning rate %.4g is %.2f times the limit: the edge of stability, where "
                    "steps swing along the direction that bends most (Cohen et al. 2021, "
                    "https://arxiv.org/abs/2103.00065).",
                    rate, share);
    } else {
        text_append(text, size,
                    "The learning rate %.4g is %.2g times the limit: steps are stable in all "
                    "directions.",
                    rate, share);
    }
    write_rest(text, size, sharpness);
}

static void write_law(char *text, size_t size, const struct sharpness *sharpness)
{
    if (sharpness->curvature.largest.value <= 0.0) {
        text_append(text, size, "No direction bends upwards: there is no limit.");
    } else if (isnan(sharpness->limit)) {
        write_adaptive(text, size, sharpness);
    } else {
        write_rate(text, size, sharpness);
    }
}

void sharpness_print_verdict(const struct sharpness *sharpness)
{
    const descent_curvature *curvature = &sharpness->curvature;
    char law[1024] = "", point[1024] = "";
    write_law(law, sizeof law, sharpness);
    write_point(point, sizeof point, sharpness);
    lines_print(stdout, "%s\n%s", law, point);
    if (!curvature->largest.converged || !curvature->smallest.converged) {
        lines_print(stdout,
                    "An eigenvalue has not converged: it is known to within its residual alone.");
    }
}

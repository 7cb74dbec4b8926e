/*
 * The quantities of runs, and their mean over seeds.
 */
#include "cli/plot/run_quantity.h"

#include "cli/base/statistics.h"

#include <math.h>

static const struct quantity quantities[] = {
    {"loss", "Loss", "loss", "", METRICS_TRAIN_LOSS, METRICS_VALIDATION_LOSS, METRICS_TEST_LOSS,
     1.0, 0.0, .good = -1, .logarithmic = true, .by_decades = true},
    {"accuracy", "Accuracy", "accuracy, %", " %", METRICS_TRAIN_ACCURACY,
     METRICS_VALIDATION_ACCURACY, METRICS_TEST_ACCURACY, 100.0, 0.0, .good = 1},
    {"error", "Error rate", "misclassified samples, %", " %", METRICS_TRAIN_ACCURACY,
     METRICS_VALIDATION_ACCURACY, METRICS_TEST_ACCURACY, -100.0, 100.0, .good = -1,
     .logarithmic = true, .by_decades = true},
    {"r2", "R2", "R2", "", METRICS_TRAIN_R2, METRICS_VALIDATION_R2, METRICS_TEST_R2, 1.0, 0.0,
     .good = 1},
    {"rmse", "RMSE", "RMSE, in the target's unit", "", METRICS_TRAIN_RMSE, METRICS_VALIDATION_RMSE,
     METRICS_TEST_RMSE, 1.0, 0.0, .good = -1, .logarithmic = true, .by_decades = true},
    {"learning-rate", "Learning rate", "learning rate", "", METRICS_LEARNING_RATE,
     METRICS_LEARNING_RATE, METRICS_LEARNING_RATE, 1.0, 0.0, .logarithmic = true},
    {"gradient-norm", "Gradient norm", "L2 norm of the gradient", "", METRICS_GRADIENT_NORM,
     METRICS_GRADIENT_NORM, METRICS_GRADIENT_NORM, 1.0, 0.0, .logarithmic = true,
     .by_decades = true},
    {"sharpness", "Sharpness (dashed: what the learning rate allows)",
     "largest eigenvalue of the Hessian", "", METRICS_SHARPNESS, METRICS_SHARPNESS,
     METRICS_SHARPNESS, 1.0, 0.0, .logarithmic = true, .limit = METRICS_SHARPNESS_LIMIT},
    {"noise-scale", "Gradient noise scale", "noise scale, samples", "", METRICS_NOISE_SCALE,
     METRICS_NOISE_SCALE, METRICS_NOISE_SCALE, 1.0, 0.0, .logarithmic = true, .by_decades = true},
};

static const struct abscissa abscissae[] = {
    {"epoch", "epoch", METRICS_EPOCH},
    {"step", "step", METRICS_STEP},
    {"samples", "training samples seen", METRICS_SAMPLES},
    {"seconds", "time, s", METRICS_SECONDS},
};

enum {
    QUANTITIES = sizeof quantities / sizeof quantities[0],
    ABSCISSAE = sizeof abscissae / sizeof abscissae[0]
};

const struct abscissa *run_curves_abscissa(size_t i)
{
    return i < ABSCISSAE ? &abscissae[i] : NULL;
}

const struct quantity *run_quantity(size_t i)
{
    return i < QUANTITIES ? &quantities[i] : NULL;
}

const char *run_curves_name(size_t i)
{
    return i < QUANTITIES ? quantities[i].name : i == QUANTITIES ? "layers" : NULL;
}

double run_quantity_drawn(const struct quantity *quantity, double value)
{
    return quantity->offset + quantity->scale * value;
}

bool run_quantity_is_paired(const struct quantity *quantity)
{
    return quantity->train != quantity->validation;
}

struct run_spread run_spread_of(const struct run_group *group, const struct quantity *quantity,
                                enum metrics_column column, double epoch)
{
    struct run_spread spread = {.least = HUGE_VAL};
    struct moments moments = {0};
    for (size_t r = 0; r < group->count; r++) {
        const struct metrics_row *row = plotted_run_row(&group->runs[r], epoch);
        double value = row != NULL ? run_quantity_drawn(quantity, row->values[column]) : NAN;
        moments_add(&moments, value);
        spread.least = value < spread.least ? value : spread.least;
    }
    spread.mean = moments_mean(&moments);
    spread.deviation = group->count > 1 ? moments_deviation(&moments) : 0.0;
    spread.least = isnan(spread.mean) ? NAN : spread.least;
    return spread;
}

/*
 * How well numbers are predicted: the figures of regression.
 *
 *     R² = 1 − Σ (output − target)² / Σ (target − mean target)²,   RMSE = √ mean (output − target)²
 *
 * The mean target is that of the samples looked at. Over several outputs, R² sums up squares in the
 * units that the network sees: with standardised targets each output counts alike, whatever its
 * unit. RMSE is in the targets' own units.
 */
#ifndef DESCENT_CLI_REGRESSION_H
#define DESCENT_CLI_REGRESSION_H

#include <descent/dataset.h>
#include <descent/network.h>
#include <descent/preparation.h>

/* The mean over samples and outputs of (target − mean target)², in the units that the network sees;
 * NaN where the data have labels. preparation may be NULL. */
double regression_variance(const descent_dataset *dataset, const descent_preparation *preparation);

/* R² from a mean squared loss and that variance; NaN where all targets are the same. */
double regression_r2(const descent_metrics *metrics, double variance);

/* What a target is divided by before the network sees it: 1 where it is left as it is. */
double regression_unit(const descent_preparation *preparation, size_t output);

#endif

/*
 * The losses over the rows of a batch, with their gradients.
 */
#ifndef DESCENT_LOSS_PRIVATE_H
#define DESCENT_LOSS_PRIVATE_H

#include "compute/layout.h"

#include <descent/batch.h>
#include <descent/network.h>

/* INVALID where a number of the loss is out of range, for a network of so many outputs. */
descent_status descent_loss_check_numbers(const descent_loss *loss, size_t outputs);

/* The sum of the labels' weights over a batch that descent_loss_check() let pass; without class
 * weights the number of samples. */
double descent_loss_weight(const descent_loss *loss, const descent_batch *batch);

/* INVALID where the loss's numbers, labels or targets do not go together, or a label is not below
 * outputs (names the sample). */
descent_status descent_loss_check(const descent_loss *loss, const descent_batch *batch,
                                  size_t outputs);

/*
 * For a span of rows of a batch that descent_loss_check() let pass: adds the losses and the correct
 * answers to metrics, which are those of these rows alone.
 *
 * y [n × outputs] holds the network's outputs, each row's side by side. delta, if not NULL, gets
 * scale · ∂loss/∂y of each sample's own (weighted) loss, stands as y, and may be y itself.
 * predictions, if not NULL, gets the answer of each row, [n].
 */
void descent_loss_rows(const descent_loss *loss, const descent_batch *batch,
                       struct descent_span span, const struct descent_layout *layout,
                       const float *y, float scale, float *delta, int32_t *predictions,
                       descent_metrics *metrics);

/* Adds the sums over other samples. */
void descent_metrics_add(descent_metrics *metrics, const descent_metrics *more);

#endif

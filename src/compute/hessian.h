/*
 * Products of a loss's Hessian with vectors, as differences of gradients.
 */
#ifndef DESCENT_HESSIAN_H
#define DESCENT_HESSIAN_H

#include "base/arena.h"
#include "compute/pass.h"

#include <descent/curvature.h>

struct descent_hessian {
    const descent_curvature_problem *problem;
    const float *centre; /* [count] the model's parameters */
    size_t count;
    double step; /* ε */
    bool kinks;  /* whether hidden layers have some, whose gates then stay as they are at the centre
                  */
    float *point;                     /* [count] where a gradient is taken */
    float *gradient;                  /* [count] */
    float *gates[DESCENT_LAYERS_MAX]; /* slopes of the activations at the centre, as their layers'
                                         numbers */
    struct descent_chain moved;       /* at the point */
    struct descent_chain still;       /* at the centre; only with kinks */
};

/* Called twice with the same plan, as descent_chain_lay_out(); problem, centre and count are set
 * before. */
void descent_hessian_lay_out(struct descent_hessian *hessian, struct descent_arena_plan *arena,
                             char *block);

/* Loss and gradient [count] at the centre. */
descent_status descent_hessian_centre(struct descent_hessian *hessian, double *loss,
                                      double *gradient);

/* product = H v, with |v| = 1 and a step that is so many times ε. */
descent_status descent_hessian_multiply(struct descent_hessian *hessian, const float *v,
                                        double steps, double *product);

/* to += factor · numbers */
void descent_hessian_add(size_t n, double *to, double factor, const float *numbers);

#endif

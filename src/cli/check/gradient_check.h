/*
 * A network's gradient against central differences of its loss. The loss is the reference's, in
 * double precision, so that it is a second opinion: its differences are exact to about ten digits.
 * Differences of the library's own float loss would lose all but three.
 */
#ifndef DESCENT_CLI_GRADIENT_CHECK_H
#define DESCENT_CLI_GRADIENT_CHECK_H

#include "cli/base/cli.h"
#include "cli/check/reference.h"

struct gradient_check_config {
    descent_loss loss;
    size_t batch;      /* random samples, ≥ 1 */
    size_t elements;   /* compared of each tensor, at most; those of larger ones are drawn */
    double difference; /* a parameter is moved by this either way, > 0 */
    uint64_t seed;     /* of the samples, and of the elements */
};

/* A network, and a random batch. */
struct gradient_check {
    descent_model_config shape;
    struct gradient_check_config config;
    double *parameters;              /* the model's, in its order */
    struct reference_pass passes[2]; /* of one sample, with a parameter moved either way */
    float *features;                 /* [batch × inputs] */
    int32_t *labels;                 /* [batch] */
    float *targets;                  /* [batch × outputs], for losses on targets */
    size_t redrawn;                  /* samples drawn anew, because they came too near to a kink */
};

/* One weight matrix or bias, compared. Errors are relative to its largest numeric gradient. */
struct gradient_tensor {
    char name[32]; /* as in the model's file: "0.weight" */
    size_t inputs; /* columns of a weight; 0: a bias */
    size_t offset; /* in the flat array */
    size_t size;
    size_t checked;
    size_t skipped;     /* because the difference reaches over a kink of the loss */
    double largest;     /* |numeric| */
    double norm_error;  /* ‖analytic − numeric‖ / ‖numeric‖ */
    size_t worst;       /* the element with the largest error */
    double worst_error; /* |analytic − numeric| / largest; NaN: nothing to compare */
    double analytic;
    double numeric;
};

/* Draws a batch whose units keep away from kinks, as far as a hundred attempts for each sample
 * allow, for a model of that shape. On failure it says why and returns FAILED; the caller frees in
 * any case. */
enum exit_status gradient_check_create(struct gradient_check *check,
                                       const descent_model_config *shape,
                                       const descent_model *model,
                                       const struct gradient_check_config *config);

/* Frees what was made; a zeroed check is allowed. */
void gradient_check_free(struct gradient_check *check);

/* The batch, borrowed. */
descent_batch gradient_check_batch(const struct gradient_check *check);

/* The mean loss of the batch. */
double gradient_check_loss(struct gradient_check *check);

/* Compares the weights (bias false) or the bias of a layer with an analytic gradient of all
 * parameters. */
struct gradient_tensor gradient_check_compare(struct gradient_check *check, size_t layer, bool bias,
                                              const float *analytic);

#endif

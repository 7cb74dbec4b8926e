/*
 * The activations, by name.
 */
#ifndef DESCENT_ACTIVATION_H
#define DESCENT_ACTIVATION_H

#include <descent/api.h>
#include <stdbool.h>

DESCENT_BEGIN

typedef enum descent_activation {
    DESCENT_ACTIVATION_IDENTITY,
    DESCENT_ACTIVATION_RELU,       /* max(0, z) */
    DESCENT_ACTIVATION_LEAKY_RELU, /* z, or 0.01 z below 0 (Maas 2013) */
    DESCENT_ACTIVATION_ELU,        /* z, or e^z − 1 below 0 (Clevert 2016) */
    DESCENT_ACTIVATION_GELU, /* z Φ(z), with the exact normal distribution (Hendrycks 2016) */
    DESCENT_ACTIVATION_SILU, /* z σ(z) (Elfwing 2018) */
    DESCENT_ACTIVATION_TANH,
    DESCENT_ACTIVATION_SIGMOID,  /* σ(z) = 1 / (1 + e^−z) */
    DESCENT_ACTIVATION_SOFTPLUS, /* ln(1 + e^z) */
    DESCENT_ACTIVATION_COUNT
} descent_activation;

/* The name used on the command line and in files, such as "leaky-relu"; NULL for any other number.
 */
DESCENT_API const char *descent_activation_name(descent_activation activation);

/* The value at z of one of the above. */
DESCENT_API float descent_activation_value(descent_activation activation, float z);

DESCENT_END

#endif

/*
 * The activations. Each pair of forward and backward loops is one line of arithmetic each, stamped
 * out below the table's rows so that a function and its derivative are read together.
 */
#include <descent/activation.h>

#include "base/vector_loops.h"
#include "base/vector_math.h"
#include "compute/activation_private.h"

/* z and a may be the same array: `omp simd` tells the compiler that equal indices are all that
 * overlaps. */
#define DEFINE_ACTIVATION(name, value_of_z, slope_of_s)                                            \
    DESCENT_VECTOR_LOOP static void name##_forward(size_t rows, size_t columns, size_t step,       \
                                                   const float *bias, float *z_row, float *a_row)  \
    {                                                                                              \
        for (; rows > 0; rows--, z_row += step, a_row += step) {                                   \
            _Pragma("omp simd") for (size_t i = 0; i < columns; i++)                               \
            {                                                                                      \
                float z = z_row[i] + bias[i];                                                      \
                z_row[i] = z;                                                                      \
                a_row[i] = value_of_z;                                                             \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    DESCENT_VECTOR_LOOP static void name##_backward(size_t rows, size_t columns, size_t step,      \
                                                    const float *saved, float *delta)              \
    {                                                                                              \
        for (; rows > 0; rows--, saved += step, delta += step) {                                   \
            _Pragma("omp simd") for (size_t i = 0; i < columns; i++)                               \
            {                                                                                      \
                float s = saved[i];                                                                \
                (void)s;                                                                           \
                delta[i] *= slope_of_s;                                                            \
            }                                                                                      \
        }                                                                                          \
    }

static inline float gelu_slope(float z)
{
    struct descent_gauss gauss = descent_gauss(z);
    return gauss.distribution + z * gauss.density;
}

DEFINE_ACTIVATION(identity, z, 1.0f)
DEFINE_ACTIVATION(relu, descent_relu(z), s > 0.0f ? 1.0f : 0.0f)
DEFINE_ACTIVATION(leaky_relu, descent_leaky_relu(z), s > 0.0f ? 1.0f : 0.01f)
DEFINE_ACTIVATION(elu, descent_elu(z), s > 0.0f ? 1.0f : s + 1.0f)
DEFINE_ACTIVATION(tanh, descent_tanh(z), 1.0f - s * s)
DEFINE_ACTIVATION(sigmoid, descent_sigmoid(z), s *(1.0f - s))

/* These three cannot be inverted, or only with loss: their slopes are taken from z. */
DEFINE_ACTIVATION(gelu, descent_gelu(z), gelu_slope(s))
DEFINE_ACTIVATION(silu, descent_silu(z),
                  descent_sigmoid(s) * (1.0f + s * (1.0f - descent_sigmoid(s))))
DEFINE_ACTIVATION(softplus, descent_softplus(z), descent_sigmoid(s))

#define ROW(name, text, from_input)                                                                \
    {                                                                                              \
        text, from_input, name##_forward, name##_backward                                          \
    }

static const struct descent_elementwise activations[DESCENT_ACTIVATION_COUNT] = {
    [DESCENT_ACTIVATION_IDENTITY] = ROW(identity, "identity", false),
    [DESCENT_ACTIVATION_RELU] = ROW(relu, "relu", false),
    [DESCENT_ACTIVATION_LEAKY_RELU] = ROW(leaky_relu, "leaky-relu", false),
    [DESCENT_ACTIVATION_ELU] = ROW(elu, "elu", false),
    [DESCENT_ACTIVATION_GELU] = ROW(gelu, "gelu", true),
    [DESCENT_ACTIVATION_SILU] = ROW(silu, "silu", true),
    [DESCENT_ACTIVATION_TANH] = ROW(tanh, "tanh", false),
    [DESCENT_ACTIVATION_SIGMOID] = ROW(sigmoid, "sigmoid", false),
    [DESCENT_ACTIVATION_SOFTPLUS] = ROW(softplus, "softplus", true),
};

const char *descent_activation_name(descent_activation activation)
{
    return (unsigned)activation < DESCENT_ACTIVATION_COUNT ? activations[activation].name : NULL;
}

const struct descent_elementwise *descent_elementwise_of(descent_activation activation)
{
    return &activations[activation];
}

float descent_activation_value(descent_activation activation, float z)
{
    const float none = 0.0f;
    activations[activation].forward(1, 1, 1, &none, &z, &z);
    return z;
}

/*
 * A model: the sizes of its layers and one flat array of parameters.
 *
 * Layer l maps inputs to outputs by activation(W x + b), W [outputs × inputs] row-major, which is
 * PyTorch's nn.Linear.weight byte for byte. In the flat array the layers follow each other, W
 * before b:
 *
 *     | W₀ [out₀ × in₀] | b₀ [out₀] | W₁ [out₁ × in₁] | b₁ [out₁] | …
 */
#ifndef DESCENT_MODEL_H
#define DESCENT_MODEL_H

#include <descent/activation.h>
#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

typedef struct descent_model descent_model;

typedef enum descent_init {
    DESCENT_INIT_AUTO,           /* he-normal for the ReLU family, xavier-uniform otherwise */
    DESCENT_INIT_HE_NORMAL,      /* σ = √(2 / in)            (He et al. 2015) */
    DESCENT_INIT_HE_UNIFORM,     /* ± √(6 / in) */
    DESCENT_INIT_XAVIER_NORMAL,  /* σ = √(2 / (in + out))    (Glorot and Bengio 2010) */
    DESCENT_INIT_XAVIER_UNIFORM, /* ± √(6 / (in + out)) */
    DESCENT_INIT_LECUN_NORMAL,   /* σ = √(1 / in)            (LeCun et al. 1998) */
    DESCENT_INIT_LECUN_UNIFORM,  /* ± √(3 / in) */
    DESCENT_INIT_NORMAL,         /* σ = init_deviation */
    DESCENT_INIT_ZEROS,
    DESCENT_INIT_COUNT
} descent_init;

enum { DESCENT_LAYERS_MAX = 64 };           /* layers of a model, at most */
#define DESCENT_WIDTH_MAX ((size_t)1 << 20) /* inputs or outputs of a layer, at most */
#define DESCENT_PARAMETERS_MAX ((size_t)1 << 30)

typedef struct descent_model_config {
    size_t layers;                        /* 1 … DESCENT_LAYERS_MAX */
    size_t sizes[DESCENT_LAYERS_MAX + 1]; /* inputs, hidden sizes, outputs: layers + 1 numbers */
    descent_activation activation;        /* of the hidden layers */
    descent_activation output_activation; /* of the last layer; identity gives logits */
    descent_init init;
    double init_deviation; /* σ of DESCENT_INIT_NORMAL, in [0, 1e30] */
    uint64_t seed;
    double bias_deviation; /* σ of normal initial biases, in [0, 1e30]; 0: zeros */
} descent_model_config;

#define DESCENT_MODEL_DEFAULT                                                                      \
    {                                                                                              \
        .activation = DESCENT_ACTIVATION_RELU, .output_activation = DESCENT_ACTIVATION_IDENTITY,   \
        .init = DESCENT_INIT_AUTO, .init_deviation = 0.01                                          \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_model_config descent_model_default(void);

/* One layer of a model. weights and bias point into the model's flat array. */
typedef struct descent_layer {
    size_t inputs;
    size_t outputs;
    descent_activation activation;
    float *weights; /* [outputs × inputs] */
    float *bias;    /* [outputs] */
} descent_layer;

/* The name used on the command line, such as "he-normal"; NULL for any other number. */
DESCENT_API const char *descent_init_name(descent_init init);

/* A model with initialised weights and biases. They depend on the seed, the layer's number and its
 * shape alone, the weights not on bias_deviation. The caller destroys it. Errors: INVALID (says
 * which size is out of range), MEMORY. */
DESCENT_API descent_status descent_model_create(descent_model **model,
                                                const descent_model_config *config);

/* Frees a model; NULL is allowed. */
DESCENT_API void descent_model_destroy(descent_model *model);

/* Number of layers, inputs of the first, outputs of the last. */
DESCENT_API size_t descent_model_layers(const descent_model *model);
DESCENT_API size_t descent_model_inputs(const descent_model *model);
DESCENT_API size_t descent_model_outputs(const descent_model *model);

/* Layer l < layers. */
DESCENT_API descent_layer descent_model_layer(const descent_model *model, size_t l);

/* The flat array and the number of its elements. It may be read and written at any time; networks
 * and trainers work on copies of their own. */
DESCENT_API float *descent_model_parameters(const descent_model *model);
DESCENT_API size_t descent_model_parameter_count(const descent_model *model);

/* Writes the architecture in one line, such as "784-128-10 relu", into text, cut to size bytes
 * including the final NUL. Models of the same text have the same shapes. */
DESCENT_API void descent_model_describe(const descent_model *model, char *text, size_t size);

DESCENT_END

#endif

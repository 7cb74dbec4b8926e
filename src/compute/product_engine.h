/*
 * What an engine offers: a row of functions, each as that of its name in product.h says.
 */
#ifndef DESCENT_PRODUCT_ENGINE_H
#define DESCENT_PRODUCT_ENGINE_H

#include "compute/product.h"

struct descent_product_engine {
    descent_status (*init)(void);
    int (*threads)(int wanted);
    size_t (*pieces_most)(int threads);
    void (*plan)(struct descent_product_layer *layer, size_t batch); /* the rest is set */
    struct descent_layout (*layout)(size_t rows, size_t width);
    size_t (*room)(const struct descent_product_layer *layer);
    void (*import)(const struct descent_product_layer *layer, const float *values, float *kept);
    void (*export)(const struct descent_product_layer *layer, const float *kept, float *values);
    struct descent_product_place (*place_of)(const struct descent_product_layer *layer,
                                             size_t output, size_t most);
    size_t (*pieces)(const struct descent_product_layer *layer, enum descent_product product,
                     size_t n, size_t most);
    struct descent_region (*piece)(const struct descent_product_layer *layer,
                                   enum descent_product product, size_t n, size_t pieces, size_t i);
    struct descent_region (*strip)(const struct descent_product_layer *layer,
                                   struct descent_region piece, size_t i);
    struct descent_span (*span)(const struct descent_product_layer *layer,
                                struct descent_region strip, size_t i);
    void (*forward)(const struct descent_product_layer *layer, struct descent_region part,
                    const float *x, const float *weights, float *z);
    void (*input_gradient)(const struct descent_product_layer *layer, struct descent_region part,
                           const float *delta, const float *weights, float *dx);
    void (*weight_gradient)(const struct descent_product_layer *layer, size_t n,
                            struct descent_region part, const float *delta, const float *x,
                            bool add, float *gradient);
    void (*descend)(const struct descent_product_layer *layer, size_t n, struct descent_region part,
                    const float *delta, const float *x, float rate, float decay, float *scratch,
                    float *weights);
};

extern const struct descent_product_engine descent_product_openblas; /* product_openblas.c */
extern const struct descent_product_engine descent_product_packed;   /* product_packed.c */

#endif

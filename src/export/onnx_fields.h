/*
 * The parts of an ONNX file (onnx.ai), which is a message of protocol buffers that onnx/onnx.proto
 * describes.
 */
#ifndef DESCENT_ONNX_FIELDS_H
#define DESCENT_ONNX_FIELDS_H

#include "export/protobuf.h"

/* What a model begins with: who made it, and which version of the operators it is for. */
void descent_onnx_head(struct descent_protobuf *model);

/* An entry of the model's metadata. */
void descent_onnx_metadata(struct descent_protobuf *model, const char *key, const char *value);

/* Begins the model's graph, which descent_protobuf_end() ends. What follows are parts of a graph;
 * they may be written in any order, but for nodes, which follow those whose outputs they take. */
size_t descent_onnx_begin_graph(struct descent_protobuf *model);

/* An input or output: floats, [batch × columns] with a batch of any size; text says what they
 * are. */
void descent_onnx_input(struct descent_protobuf *graph, const char *name, size_t columns,
                        const char *text);
void descent_onnx_output(struct descent_protobuf *graph, const char *name, size_t columns,
                         const char *text);

/* A named constant of floats; rank 0 is a single number. */
void descent_onnx_tensor(struct descent_protobuf *graph, const char *name, const size_t *sizes,
                         size_t rank, const float *data);

/* An attribute of a node: a whole number, or where that is 0 a float. */
struct descent_onnx_attribute {
    const char *name;
    uint64_t number;
    float real;
};

/* A node; its only output gives it its name. attribute may be NULL. */
void descent_onnx_node(struct descent_protobuf *graph, const char *operation,
                       const char *const *inputs, size_t input_count, const char *output,
                       const struct descent_onnx_attribute *attribute);

#endif

/*
 * The numbers of fields and types are those of onnx/onnx.proto.
 */
#include "export/onnx_fields.h"

#include <descent/api.h>

static const uint64_t ir_version = 8, operators = 17;
static const uint64_t float_elements = 1, float_attribute = 1, int_attribute = 2;

/* ModelProto */
static const uint32_t model_ir_version = 1, model_producer = 2, model_producer_version = 3,
                      model_graph = 7, model_operators = 8, model_metadata = 14;
/* OperatorSetIdProto, StringStringEntryProto */
static const uint32_t operators_version = 2, entry_key = 1, entry_value = 2;
/* GraphProto */
static const uint32_t graph_node = 1, graph_name = 2, graph_tensor = 5, graph_input = 11,
                      graph_output = 12;
/* NodeProto, AttributeProto */
static const uint32_t node_input = 1, node_output = 2, node_name = 3, node_operator = 4,
                      node_attribute = 5;
static const uint32_t attribute_name = 1, attribute_float = 2, attribute_int = 3,
                      attribute_type = 20;
/* TensorProto */
static const uint32_t tensor_size = 1, tensor_type = 2, tensor_name = 8, tensor_bytes = 9;
/* ValueInfoProto, TypeProto, its Tensor, TensorShapeProto, its Dimension */
static const uint32_t value_name = 1, value_type = 2, value_text = 3;
static const uint32_t type_tensor = 1, type_elements = 1, type_shape = 2, shape_dimension = 1,
                      dimension_size = 1, dimension_name = 2;

void descent_onnx_head(struct descent_protobuf *model)
{
    descent_protobuf_number(model, model_ir_version, ir_version);
    descent_protobuf_text(model, model_producer, "descent");
    descent_protobuf_text(model, model_producer_version, DESCENT_VERSION);
    size_t start = descent_protobuf_begin(model, model_operators);
    descent_protobuf_number(model, operators_version, operators);
    descent_protobuf_end(model, start);
}

void descent_onnx_metadata(struct descent_protobuf *model, const char *key, const char *value)
{
    size_t start = descent_protobuf_begin(model, model_metadata);
    descent_protobuf_text(model, entry_key, key);
    descent_protobuf_text(model, entry_value, value);
    descent_protobuf_end(model, start);
}

size_t descent_onnx_begin_graph(struct descent_protobuf *model)
{
    size_t start = descent_protobuf_begin(model, model_graph);
    descent_protobuf_text(model, graph_name, "descent");
    return start;
}

static void write_shape(struct descent_protobuf *type, size_t columns)
{
    size_t shape = descent_protobuf_begin(type, type_shape);
    size_t rows = descent_protobuf_begin(type, shape_dimension);
    descent_protobuf_text(type, dimension_name, "batch");
    descent_protobuf_end(type, rows);
    size_t row = descent_protobuf_begin(type, shape_dimension);
    descent_protobuf_number(type, dimension_size, columns);
    descent_protobuf_end(type, row);
    descent_protobuf_end(type, shape);
}

static void write_value(struct descent_protobuf *graph, uint32_t field, const char *name,
                        size_t columns, const char *text)
{
    size_t value = descent_protobuf_begin(graph, field);
    descent_protobuf_text(graph, value_name, name);
    size_t type = descent_protobuf_begin(graph, value_type);
    size_t tensor = descent_protobuf_begin(graph, type_tensor);
    descent_protobuf_number(graph, type_elements, float_elements);
    write_shape(graph, columns);
    descent_protobuf_end(graph, tensor);
    descent_protobuf_end(graph, type);
    descent_protobuf_text(graph, value_text, text);
    descent_protobuf_end(graph, value);
}

void descent_onnx_input(struct descent_protobuf *graph, const char *name, size_t columns,
                        const char *text)
{
    write_value(graph, graph_input, name, columns, text);
}

void descent_onnx_output(struct descent_protobuf *graph, const char *name, size_t columns,
                         const char *text)
{
    write_value(graph, graph_output, name, columns, text);
}

void descent_onnx_tensor(struct descent_protobuf *graph, const char *name, const size_t *sizes,
                         size_t rank, const float *data)
{
    size_t start = descent_protobuf_begin(graph, graph_tensor), size = sizeof *data;
    for (size_t i = 0; i < rank; i++) {
        descent_protobuf_number(graph, tensor_size, sizes[i]);
        size *= sizes[i];
    }
    descent_protobuf_number(graph, tensor_type, float_elements);
    descent_protobuf_text(graph, tensor_name, name);
    descent_protobuf_bytes(graph, tensor_bytes, data, size);
    descent_protobuf_end(graph, start);
}

static void write_attribute(struct descent_protobuf *node,
                            const struct descent_onnx_attribute *attribute)
{
    size_t start = descent_protobuf_begin(node, node_attribute);
    descent_protobuf_text(node, attribute_name, attribute->name);
    if (attribute->number != 0) {
        descent_protobuf_number(node, attribute_int, attribute->number);
        descent_protobuf_number(node, attribute_type, int_attribute);
    } else {
        descent_protobuf_float(node, attribute_float, attribute->real);
        descent_protobuf_number(node, attribute_type, float_attribute);
    }
    descent_protobuf_end(node, start);
}

void descent_onnx_node(struct descent_protobuf *graph, const char *operation,
                       const char *const *inputs, size_t input_count, const char *output,
                       const struct descent_onnx_attribute *attribute)
{
    size_t start = descent_protobuf_begin(graph, graph_node);
    for (size_t i = 0; i < input_count; i++) {
        descent_protobuf_text(graph, node_input, inputs[i]);
    }
    descent_protobuf_text(graph, node_output, output);
    descent_protobuf_text(graph, node_name, output);
    descent_protobuf_text(graph, node_operator, operation);
    if (attribute != NULL) {
        write_attribute(graph, attribute);
    }
    descent_protobuf_end(graph, start);
}

"""Reads an ONNX file and computes what it says, in plain Python and double precision: slow, and
independent of descent, of protobuf and of ONNX's own code. It knows what a dense network takes, and
stops at anything else."""

import math
import struct

# Fields by message: number, name, what it is ("message" with its kind, or a type), whether there may
# be several. From onnx/onnx.proto.
MESSAGES = {
    "Model": {1: ("ir_version", "int", False), 2: ("producer_name", "text", False),
              3: ("producer_version", "text", False), 7: ("graph", "Graph", False),
              8: ("opset_import", "OperatorSet", True), 14: ("metadata_props", "Entry", True)},
    "OperatorSet": {1: ("domain", "text", False), 2: ("version", "int", False)},
    "Entry": {1: ("key", "text", False), 2: ("value", "text", False)},
    "Graph": {1: ("node", "Node", True), 2: ("name", "text", False), 5: ("initializer", "Tensor", True),
              11: ("input", "Value", True), 12: ("output", "Value", True)},
    "Node": {1: ("input", "text", True), 2: ("output", "text", True), 3: ("name", "text", False),
             4: ("op_type", "text", False), 5: ("attribute", "Attribute", True)},
    "Attribute": {1: ("name", "text", False), 2: ("f", "float", False), 3: ("i", "int", False),
                  20: ("type", "int", False)},
    "Tensor": {1: ("dims", "int", True), 2: ("data_type", "int", False), 8: ("name", "text", False),
               9: ("raw_data", "bytes", False)},
    "Value": {1: ("name", "text", False), 2: ("type", "Type", False), 3: ("doc_string", "text", False)},
    "Type": {1: ("tensor_type", "TensorType", False)},
    "TensorType": {1: ("elem_type", "int", False), 2: ("shape", "Shape", False)},
    "Shape": {1: ("dim", "Dimension", True)},
    "Dimension": {1: ("dim_value", "int", False), 2: ("dim_param", "text", False)},
}
WIRE = {"int": 0, "float": 5}


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            if byte == 0 and shift > 7:
                raise ValueError("a number in more bytes than it takes")
            return value, at


def parse(data, kind="Model"):
    """A message as a dict: fields by name, repeated ones as lists."""
    message, at = {name: [] for name, _, several in MESSAGES[kind].values() if several}, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        name, what, several = MESSAGES[kind][tag >> 3]
        if tag & 7 != WIRE.get(what, 2):
            raise ValueError(f"{kind}.{name}: written as {tag & 7}")
        if what == "int":
            value, at = read_varint(data, at)
        elif what == "float":
            (value,), at = struct.unpack("<f", data[at:at + 4]), at + 4
        else:
            size, at = read_varint(data, at)
            value, at = data[at:at + size], at + size
            if len(value) != size:
                raise ValueError(f"{kind}.{name}: cut off")
            if what == "text":
                value = value.decode()
            elif what != "bytes":
                value = parse(value, what)
        if several:
            message[name].append(value)
        elif name in message:
            raise ValueError(f"{kind}.{name}: there twice")
        else:
            message[name] = value
    return message


def floats(data):
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def load_tensors(graph):
    """Flat lists of numbers, and shapes, by name."""
    tensors = {}
    for tensor in graph["initializer"]:
        values = floats(tensor["raw_data"])
        assert tensor["data_type"] == 1 and len(values) == math.prod(tensor["dims"])
        tensors[tensor["name"]] = (tensor["dims"], values)
    return tensors


def softmax(z):
    terms = [math.exp(value - max(z)) for value in z]
    return [term / sum(terms) for term in terms]


def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


ELEMENTWISE = {
    "Relu": lambda z: max(z, 0.0),
    "Elu": lambda z: z if z >= 0 else math.expm1(z),
    "Tanh": math.tanh,
    "Sigmoid": sigmoid,
    "Softplus": lambda z: max(z, 0.0) + math.log1p(math.exp(-abs(z))),
    "Erf": math.erf,
    "Neg": lambda z: -z,
}
PAIRWISE = {"Add": lambda a, b: a + b, "Sub": lambda a, b: a - b,
            "Mul": lambda a, b: a * b, "Div": lambda a, b: a / b}


def gemm(x, weights, bias, attributes):
    (outputs, inputs), values = weights
    assert attributes == {"transB": 1} and len(x) == inputs and bias[0] == [outputs]
    return [bias[1][o] + math.fsum(values[o * inputs + i] * x[i] for i in range(inputs))
            for o in range(outputs)]


def compute_node(node, values, tensors):
    """What a node gives for one sample, a list of numbers."""
    attributes = {entry["name"]: entry["f"] if entry["type"] == 1 else entry["i"]
                  for entry in node["attribute"]}
    operation, (first, *others) = node["op_type"], node["input"]
    x = values[first]
    if operation == "Gemm":
        return gemm(x, tensors[others[0]], tensors[others[1]], attributes)
    if operation == "LeakyRelu":
        return [z if z >= 0 else attributes["alpha"] * z for z in x]
    if operation == "Concat":
        assert attributes == {"axis": 1}
        return x + values[others[0]]
    assert not attributes
    if operation == "Softmax":
        return softmax(x)
    if operation in PAIRWISE:
        other = values[others[0]] if others[0] in values else tensors[others[0]][1]
        other = other * len(x) if len(other) == 1 else other
        return [PAIRWISE[operation](a, b) for a, b in zip(x, other, strict=True)]
    return [ELEMENTWISE[operation](z) for z in x]


def compute(model, features):
    """The graph's outputs for one sample, by name."""
    graph = model["graph"]
    tensors = load_tensors(graph)
    values = {graph["input"][0]["name"]: list(features)}
    for node in graph["node"]:
        (output,) = node["output"]
        assert output not in values and output not in tensors
        values[output] = compute_node(node, values, tensors)
    return {output["name"]: values[output["name"]] for output in graph["output"]}

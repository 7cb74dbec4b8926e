#!/usr/bin/python3
"""Networks as ONNX: random ones, with every activation and task, written by onnx_networks.c, which
ONNX_NETWORKS names. Their numbers are those of predict by what the files say (onnx_file.py) and by
onnxruntime-web; ONNX's own checker and protoc have nothing to say against them. What is not
installed is left out."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import onnx_file

try:
    import onnx
except ImportError:
    onnx = None

PROJECT = Path(__file__).resolve().parents[2]
RUNNER = PROJECT / "tests" / "node" / "run_onnx.js"
CHECK = PROJECT / "scripts" / "check-onnx.py"
MNIST = Path(os.environ.get("DESCENT_DATA", "none")) / "mnist"
PROTO = Path("/usr/include/onnx/onnx.proto")
FEW = 5
TOLERANCE = 1e-5
OPERATIONS = {"Add", "Concat", "Div", "Elu", "Erf", "Gemm", "LeakyRelu", "Mul", "Neg", "Relu",
              "Sigmoid", "Softmax", "Softplus", "Sub", "Tanh"}


def has_runtime():
    return shutil.which("node") is not None and subprocess.run(
        ["node", "-e", "require('onnxruntime-web')"], cwd=RUNNER.parent, capture_output=True,
        check=False).returncode == 0


def load_floats(path):
    return onnx_file.floats(Path(path).read_bytes())


def rows(values, width):
    return [values[i:i + width] for i in range(0, len(values), width)]


def for_each_network(test):
    """Makes a test of a network one of all, which goes on where it fails."""
    def run(self):
        for network in self.networks:
            with self.subTest(network.base.name, network=network.text):
                test(self, network)
    return run


class Network:
    def __init__(self, folder, line):
        number, self.inputs, self.answers, self.kind, self.text = line.split("\t")
        self.inputs, self.answers = int(self.inputs), int(self.answers)
        self.base = folder / number
        self.content = self.base.with_suffix(".onnx").read_bytes()
        self.features = load_floats(f"{self.base}.features")
        self.expected = load_floats(f"{self.base}.expected")


class Onnx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        said = subprocess.run([os.environ["ONNX_NETWORKS"], scratch.name], check=True, text=True,
                              capture_output=True).stdout
        cls.networks = [Network(Path(scratch.name), line) for line in said.splitlines()]

    def assert_close(self, found, expected):
        """Rounding errors of a sum go with its terms: by the largest number."""
        self.assertEqual(len(found), len(expected))
        scale = max(1.0, *map(abs, expected))
        for a, b in zip(found, expected):
            self.assertLessEqual(abs(a - b), TOLERANCE * scale)

    @for_each_network
    def test_what_the_files_say_is_what_predict_answers(self, network):
        model = onnx_file.parse(network.content)
        for x, expected in list(zip(rows(network.features, network.inputs),
                                    rows(network.expected, network.answers)))[:FEW]:
            outputs = onnx_file.compute(model, x)
            self.assert_close(outputs[network.kind], expected)
            logits = outputs.get("logits", expected)
            self.assertEqual(logits.index(max(logits)), expected.index(max(expected)))

    def test_every_operation_is_among_them(self):
        self.assertEqual({node["op_type"] for network in self.networks
                          for node in onnx_file.parse(network.content)["graph"]["node"]}, OPERATIONS)

    @for_each_network
    def test_versions_and_shapes(self, network):
        model = onnx_file.parse(network.content)
        self.assertEqual((model["ir_version"], model["producer_name"]), (8, "descent"))
        self.assertEqual(model["opset_import"], [{"version": 17}])
        graph = model["graph"]
        outputs = [("outputs", network.answers)]
        if network.kind == "probabilities":
            outputs = [("logits", network.answers), ("probabilities", network.answers)]
        for values, expected in ((graph["input"], [("features", network.inputs)]),
                                 (graph["output"], outputs)):
            shapes = [(value["name"], value["type"]["tensor_type"]) for value in values]
            self.assertEqual(shapes, [
                (name, {"elem_type": 1,
                        "shape": {"dim": [{"dim_param": "batch"}, {"dim_value": columns}]}})
                for name, columns in expected])
        self.assertIn({"key": "network", "value": network.text}, model["metadata_props"])

    @unittest.skipUnless(onnx, "needs Debian's python3-onnx")
    @for_each_network
    def test_the_checker_and_strict_shape_inference(self, network):
        model = onnx.load_from_string(network.content)
        self.assertEqual(model.ByteSize(), len(network.content))
        onnx.checker.check_model(model, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True,
                                                     data_prop=True)
        shapes = {value.name: [dim.dim_param or dim.dim_value
                               for dim in value.type.tensor_type.shape.dim]
                  for value in [*inferred.graph.value_info, *inferred.graph.output]}
        self.assertEqual(shapes[network.kind], ["batch", network.answers])
        self.assertEqual(shapes.keys(), {name for node in model.graph.node for name in node.output})

    @unittest.skipUnless(PROTO.exists() and shutil.which("protoc"),
                         "needs Debian's libonnx-dev and protobuf-compiler")
    def test_protoc_knows_every_field(self):
        for network in self.networks[:FEW]:
            said = subprocess.run(
                ["protoc", "--decode=onnx.ModelProto", f"-I{PROTO.parent}", PROTO.name],
                input=network.content, check=True, capture_output=True)
            self.assertEqual(said.stderr, b"")
            self.assertIn(b"\nproducer_name: \"descent\"\n", said.stdout)
            self.assertNotRegex(said.stdout, rb"(?m)^ *\d+[: ]")  # so are unknown ones shown

    def assert_same_answers(self, network):
        """Of all samples at once, and of the first alone."""
        found = load_floats(f"{network.base}.{network.kind}")
        alone = load_floats(f"{network.base}.{network.kind}-1")
        self.assert_close(found, network.expected)
        self.assert_close(alone, network.expected[:network.answers])

    @unittest.skipUnless(has_runtime(), "needs node and its package onnxruntime-web")
    def test_a_runtime_answers_as_predict(self):
        told = [text for network in self.networks
                for text in (f"{network.base}.onnx", str(network.inputs))]
        subprocess.run(["node", RUNNER, *told], check=True)
        for_each_network(Onnx.assert_same_answers)(self)

    @unittest.skipUnless(has_runtime(), "needs node and its package onnxruntime-web")
    def test_the_digits(self):
        """The script says what is asked of the answers."""
        said = subprocess.run([CHECK, PROJECT / "models" / "digits"], check=True, text=True,
                              capture_output=True)
        self.assertIn("360 samples", said.stdout)

    @unittest.skipUnless(has_runtime() and MNIST.exists(),
                         "needs node, onnxruntime-web, and mnist where DESCENT_DATA says")
    def test_mnist(self):
        with tempfile.TemporaryDirectory() as run:
            subprocess.run([os.environ["DESCENT"], "train", MNIST, "--hidden", "128", "--epochs", "1",
                            "--quiet", "--force", "--out", run], check=True,
                           stdout=subprocess.DEVNULL)
            said = subprocess.run([CHECK, run, MNIST], check=True, text=True, capture_output=True)
            self.assertIn("10,000 samples", said.stdout)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""check-gradient: gradients that agree, that do not, and that are not there."""

import json
import unittest

from harness import CommandCase

ACTIVATIONS = ["identity", "relu", "leaky-relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus"]


class CheckGradient(CommandCase):
    def json(self, *arguments):
        return json.loads(self.succeed("check-gradient", "--json", *arguments).stdout)

    def fail(self, parts, *arguments):
        """The table comes all the same; the reason is one line on the standard error."""
        result = self.run_command("check-gradient", *arguments)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("0.weight", result.stdout)
        self.assertNotIn("agree", result.stdout)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        for part in parts:
            self.assertIn(part, result.stderr)

    def test_every_activation_and_loss(self):
        for activation in ACTIVATIONS:
            for loss in (["cross-entropy"], ["cross-entropy", "--label-smoothing", "0.1"], ["mse"]):
                for place in ("--activation", "--output-activation"):
                    with self.subTest(f"{place} {activation} {loss}"):
                        result = self.json(place, activation, "--loss", *loss)
                        self.assertTrue(result["passed"])
                        self.assertEqual(len(result["tensors"]), 4)
                        for tensor in result["tensors"]:
                            self.assertLess(tensor["error"], 1e-5)
                            self.assertNotEqual(tensor["numeric"], 0)
                            self.assertGreater(tensor["compared"], 4)

    def test_text(self):
        text = self.succeed("check-gradient", "--layers", "6-4-3", "--seed", "5").stdout
        lines = text.splitlines()
        self.assertTrue(lines[0].startswith("6-4-3 relu, cross-entropy loss "))
        self.assertEqual([line.split()[0] for line in lines[3:7]],
                         ["0.weight", "0.bias", "2.weight", "2.bias"])
        self.assertEqual([line.split()[1:5] for line in lines[3:7]],
                         [[n, "of", n, "0"] for n in ("24", "4", "12", "3")])
        self.assertRegex(text, r"\nThe gradients agree: the largest error is \S+, at \d\.\w+\[[^;]*; the\s+tolerance\s+is\s+1e-05\.\n")

    def test_fits_a_terminal(self):
        """Also with sizes and numbers that take many digits, and a name that takes two lines."""
        for layers in ("784-128-10", "9-" + "3-" * 30 + "2"):
            result = self.run_command("check-gradient", "--layers", layers, "--elements", "9", "--init",
                                      "normal", "--init-deviation", "1e-2", "--tolerance", "0.9")
            self.assertIn("0.weight", result.stdout)
            self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80, result.stdout)

    def test_large_tensors_are_sampled(self):
        result = self.json("--layers", "100-50-10", "--elements", "30", "--batch", "3")
        self.assertEqual([tensor["compared"] for tensor in result["tensors"]], [30, 30, 30, 10])
        self.assertEqual(result, self.json("--layers", "100-50-10", "--elements", "30", "--batch", "3"))

    def test_beyond_tolerance(self):
        self.fail(["expected the gradient ", "beyond the tolerance 1e-12", "["],
                  "--tolerance", "1e-12")
        result = self.run_command("check-gradient", "--json", "--tolerance", "1e-12")
        self.assertEqual(result.returncode, 1)
        self.assertFalse(json.loads(result.stdout)["passed"])

    def test_kinks(self):
        result = self.run_command("check-gradient", "--difference", "0.5", "--json")
        self.assertGreater(json.loads(result.stdout)["tensors"][0]["skipped"], 0)
        result = self.run_command("check-gradient", "--difference", "0.5", "--activation", "tanh",
                                  "--json")
        self.assertEqual(json.loads(result.stdout)["tensors"][0]["skipped"], 0)

    def test_nothing_to_compare(self):
        self.fail(["0.weight", "skipped at kinks"], "--init", "zeros")
        self.fail(["0.weight", "zero in all elements"], "--init", "zeros", "--activation", "tanh")
        self.fail(["zero in all elements"], "--layers", "5-1")

    def test_usage(self):
        for parts, arguments in [
                (["--layers", "2 to 65 sizes", '"13"'], ["--layers", "13"]),
                (["--layers"], ["--layers", "13,7"]),
                (["--layers"], ["--layers", "13-0"]),
                (["--layers"], ["--layers", "13--7"]),
                (["--layers"], ["--layers", "-".join(["2"] * 2000)]),
                (["--tolerance"], ["--tolerance", "0"]),
                (["--difference"], ["--difference", "nan"]),
                (["--elements"], ["--elements", "0"]),
                (["--batch", "whole number", "full"], ["--batch", "full"]),
                (["--activation", "relu"], ["--activation", "step"]),
                (["--label-smoothing", "cross-entropy"], ["--loss", "mse", "--label-smoothing", "0.1"]),
                (["options only", "digits"], ["digits"])]:
            with self.subTest(" ".join(arguments)[:80]):
                self.refuse(2, parts, "check-gradient", *arguments)

    def test_help_says_how(self):
        text = " ".join(self.succeed("check-gradient", "--help").stdout.split())
        for part in ("double precision", "kink", "exit status is 1", "(default: 13-7-5)"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()

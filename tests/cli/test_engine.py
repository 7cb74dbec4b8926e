#!/usr/bin/python3
"""--engine and --instruction-set: where they are written down, what follows a run or a model around, and
what is refused. Sets of instructions that this machine has are asked of the command itself."""

import json
import re
import shutil
import struct
import unittest

from harness import CommandCase, contents, make_data, whole_lines, unsealed
from tensors import load_tensors, reseal

SETS = ("generic", "neon", "avx2", "avx512")
PACKED = ["--engine", "packed"]
COMPUTING = ("train", "find-lr", "evaluate", "predict", "doctor", "sharpness", "check-gradient")


class Engine(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data")

    def train(self, out, *options):
        return self.succeed("train", "data", "--epochs", "3", "--out", out, *options)

    def json(self, *arguments):
        return json.loads(self.succeed(*arguments, "--json").stdout)

    def config(self, run):
        return json.loads((self.folder / run / "config.json").read_text())

    def model(self, run):
        return (self.folder / run / "model.safetensors").read_bytes()

    def sets(self):
        """Those that the machine has."""
        return [name for name in SETS
                if self.run_command("check-gradient", *PACKED, "--elements", "1",
                                    "--instruction-set", name).returncode == 0]

    def test_everything_that_is_written_names_it(self):
        for engine, more in (("blas", []), ("packed", PACKED)):
            with self.subTest(engine):
                said = self.train(engine, *more).stderr
                packed = engine == "packed"
                used = re.search(r", engine (.*)", said).group(1)
                self.assertRegex(used, r"^packed with \w+$" if packed else "^blas$")
                self.assertIn(f", engine {used}\n", (self.folder / engine / "log.txt").read_text())
                self.assertEqual(self.config(engine)["options"]["engine"], engine)
                self.assertNotIn("instruction-set", self.config(engine)["options"])
                result = json.loads((self.folder / engine / "result.json").read_text())
                self.assertEqual(result["engine"], engine)
                machine = result["machine"]
                self.assertEqual(machine["instruction_set"], used.split()[-1] if packed else None)
                self.assertIn(used if packed else "OpenBLAS", machine["products"])
                _, metadata = load_tensors(self.folder / engine / "model.safetensors")
                self.assertEqual(metadata["engine"], engine)
                found = self.json("inspect", engine)
                self.assertEqual(found["model"]["engine"], engine)
                self.assertEqual(found["checkpoint"]["engine"], engine)
                text = self.succeed("inspect", engine).stdout
                self.assertEqual(re.findall(r"^engine +(\w+)$", text, re.MULTILINE), [engine] * 2)
                self.assertEqual(self.json("evaluate", engine, "data")["engine"], engine)

    def test_a_packed_model_names_no_machine(self):
        """The file of one thread and plain C is that of two threads and the best instructions."""
        self.train("one", *PACKED, "--threads", "1", "--instruction-set", "generic")
        self.train("two", *PACKED, "--threads", "2")
        shutil.copytree(self.folder / "data", self.folder / "elsewhere/data")
        self.succeed("train", "elsewhere/data", "--epochs", "3", "--out", "three", *PACKED)
        self.assertEqual(self.model("one"), self.model("two"))
        self.assertEqual(self.model("one"), self.model("three"))

    def test_every_set_and_number_of_threads_gives_the_same_bytes(self):
        models = set()
        for name in self.sets():
            for threads in range(1, 5):
                self.succeed("train", "digits", "--epochs", "2", "--hidden", "37,20", "--batch",
                             "50", "-q", "-f", "--out", "run", *PACKED, "--instruction-set", name,
                             "--threads", str(threads))
                models.add(self.model("run"))
        self.assertEqual(len(models), 1)

    def test_models_bring_their_engine_along(self):
        """Outputs are those of --engine with the model's own; with the other they may be others, and
        the file stays as it is."""
        self.train("run", *PACKED)
        before = contents(self.folder / "run")
        for command in (["evaluate", "run", "data", "--logits", "outputs"],
                        ["predict", "run", "data", "--out", "outputs"]):
            files = []
            for more in ([], PACKED, ["--engine", "auto"], ["--engine", "blas"]):
                self.succeed(*command, *more)
                files.append((self.folder / "outputs").read_bytes())
            self.assertEqual(files[0], files[1])
            self.assertEqual(files[0], files[2])
        self.assertEqual(self.json("evaluate", "run", "data", "--engine", "blas")["engine"], "blas")
        self.assertEqual(contents(self.folder / "run"), before)

    def test_predict_and_evaluate_agree(self):
        """To the last bit, in batches of any size and one by one: on the outputs of a regression,
        which are written with the nine digits that tell floats apart."""
        rows = [f"{i % 7},{i % 5 / 8},{i % 11 * 3},{i % 7 * (i % 5)}" for i in range(150)]
        (self.folder / "all.csv").write_text("\n".join(["a,b,c,y", *rows, ""]))
        self.succeed("train", "all.csv", "--label-column", "y", "--regression", "--epochs", "3",
                     "--hidden", "21,13", "--raw-targets", "--out", "run", *PACKED)
        self.succeed("train", "all.csv", "--label-column", "c", "--epochs", "3", "--out", "classes",
                     "--hidden", "21,13", *PACKED)
        self.succeed("evaluate", "classes", "all.csv", "--part", "all", "--batch", "7", "--samples",
                     "samples.csv")
        self.succeed("predict", "classes", "all.csv", "--out", "answers.csv")
        columns = [[line.split(",")[-1] for line in (self.folder / name).read_text().splitlines()]
                   for name in ("samples.csv", "answers.csv")]
        self.assertEqual(*columns)
        found = set()
        for batch in ("1", "7", "100", "1000"):
            self.succeed("evaluate", "run", "all.csv", "--part", "all", "--batch", batch, "--logits",
                         "logits")
            tensors, _ = load_tensors(self.folder / "logits")
            found.add(tuple(struct.pack("f", x) for x in tensors["logits"][1]))
        for count in (150, 1):
            lines = []
            for i in range(0, 150, count):
                (self.folder / "some.csv").write_text("\n".join(["a,b,c,y", *rows[i:i + count], ""]))
                lines += self.succeed("predict", "run", "some.csv").stdout.splitlines()[1:]
            found.add(tuple(struct.pack("f", float(line)) for line in lines))
        self.assertEqual(len(found), 1)

    def test_resumed_on_the_other_engine(self):
        for before, after in (("blas", "packed"), ("packed", "blas")):
            with self.subTest(after):
                shutil.rmtree(self.folder / "run", ignore_errors=True)
                self.train("run", "--engine", before)
                same = self.succeed("train", "--resume", "run", "--epochs", "4").stderr
                self.assertNotIn("--engine", same)
                shutil.copytree(self.folder / "run", self.folder / "copy", dirs_exist_ok=True)
                models = []
                for run, threads in (("run", "1"), ("copy", "2")):
                    said = self.succeed("train", "--resume", run, "--epochs", "6", "--threads",
                                        threads, "--engine", after).stderr
                    self.assertIn(f"changed   --engine {after}, was {before}: same weights, other "
                                  "rounding from here on\n", said)
                    models.append(self.model(run))
                self.assertEqual(*models)
                self.assertEqual(self.config("run")["options"]["engine"], after)
                self.assertEqual(self.json("inspect", "run")["model"]["engine"], after)
                again = self.succeed("train", "--resume", "run", "--epochs", "7").stderr
                self.assertIn(f", engine {after}", again)
                self.assertNotIn("--engine", again)

    def test_resuming_on_another_engine_leaves_the_weights(self):
        """Whatever order they are kept in: an epoch whose learning rate changes nothing leaves them."""
        path = self.folder / "run/checkpoint.safetensors"
        for before, after in (("blas", "packed"), ("packed", "blas")):
            self.train("run", "--optimizer", "sgd", "--schedule", "constant", "--hidden", "21,5",
                       "--force", "--engine", before)
            weights, _ = load_tensors(path)
            self.succeed("train", "--resume", "run", "--epochs", "4", "--lr", "1e-30", "--engine", after)
            same, _ = load_tensors(path)
            for name in weights:
                if name.startswith("model."):
                    for one, two in zip(weights[name][1], same[name][1], strict=True):
                        self.assertAlmostEqual(one, two, delta=1e-20)
            self.assertEqual(self.json("inspect", "run")["checkpoint"]["engine"], after)

    def test_both_engines_go_on_from_the_same_state(self):
        """Momentum and squares of each parameter go along, or an epoch would lead to other weights
        by much more than rounding does: steps of adam are as long as the learning rate."""
        for optimizer in (["--optimizer", "sgd", "--momentum", "0.9"], ["--optimizer", "adam"]):
            for before in ("blas", "packed"):
                self.train("run", *optimizer, "--hidden", "21,5", "--activation", "tanh", "--force",
                           "--epochs", "12", "--schedule", "constant", "--engine", before)
                weights = []
                for after in ("blas", "packed"):
                    shutil.copytree(self.folder / "run", self.folder / after, dirs_exist_ok=True)
                    self.succeed("train", "--resume", after, "--epochs", "13", "--engine", after)
                    weights.append(load_tensors(self.folder / after / "checkpoint.safetensors")[0])
                for name in weights[0]:
                    for one, two in zip(weights[0][name][1], weights[1][name][1], strict=True):
                        self.assertAlmostEqual(one, two, delta=1e-5)

    def test_files_without_it_mean_blas(self):
        """As those of earlier versions are."""
        self.train("run")
        path = self.folder / "run/model.safetensors"
        data = path.read_bytes()
        self.assertIn(b'"engine":"blas",', data)
        size = int.from_bytes(data[:8], "little")
        header = data[8:8 + size].replace(b'"engine":"blas",', b"", 1)
        path.write_bytes(size.to_bytes(8, "little") + header.ljust(size) + data[8 + size:])
        reseal(path)
        self.assertEqual(self.json("evaluate", "run", "data")["engine"], "blas")
        broken = data[8:8 + size].replace(b'"engine":"blas"', b'"engine":"bla5"', 1)
        path.write_bytes(data[:8] + broken + data[8 + size:])
        reseal(path)
        self.refuse(1, ["engine", "expected blas or packed", "bla5"], "evaluate", "run", "data")

    def test_runs_are_told_apart(self):
        for engine in ("blas", "packed"):
            self.train(f"runs/{engine}", "--engine", engine, "-q")
        path = self.folder / "runs/blas/config.json"
        config = unsealed(path)
        del config["options"]["engine"]  # as those of earlier versions
        path.write_text(json.dumps(config))
        found = self.json("runs", "runs")
        self.assertEqual(sorted(run["settings"]["engine"] for run in found["runs"]), ["blas", "packed"])

    def test_looking_at_a_run_takes_its_engine(self):
        self.train("run", *PACKED)
        for command in ("doctor", "sharpness"):
            found = [self.json(command, "run", *more) for more in ([], PACKED)]
            self.assertEqual(*found)
            self.succeed(command, "run", "--engine", "blas")

    def test_names_that_are_none(self):
        self.train("run", *PACKED)
        for command in (["train", "data"], ["find-lr", "data"], ["evaluate", "run", "data"],
                        ["predict", "run", "data"], ["doctor", "run"], ["sharpness", "run"],
                        ["check-gradient"]):
            with self.subTest(command[0]):
                self.refuse(2, ["--engine", "blas, packed", '"blass"', "did you mean blas?"],
                            *command, "--engine", "blass")
                self.refuse(2, ["--instruction-set", "generic, neon, avx2, avx512, auto", '"avx"'],
                            *command, *PACKED, "--instruction-set", "avx")

    def test_instructions_that_the_machine_lacks(self):
        self.train("run", *PACKED)
        there = self.sets()
        self.assertIn("generic", there)
        for name in set(SETS) - set(there):
            for command in (["train", "data", *PACKED], ["find-lr", "data", *PACKED],
                            ["evaluate", "run", "data"], ["predict", "run", "data"],
                            ["doctor", "run"], ["sharpness", "run"], ["check-gradient", *PACKED]):
                self.refuse(2, [f"expected one of {', '.join(there)} on this machine", name],
                            *command, "--instruction-set", name)
        self.assertFalse((self.folder / "models").exists())

    def test_instructions_without_packed(self):
        self.train("run")
        for command in (["train", "data"], ["find-lr", "data"], ["evaluate", "run", "data"],
                        ["predict", "run", "data"], ["doctor", "run"], ["sharpness", "run"],
                        ["check-gradient"], ["train", "--resume", "run"]):
            self.refuse(2, ["--instruction-set has an effect only with --engine packed"], *command,
                        "--instruction-set", "generic")
        self.succeed("evaluate", "run", "data", *PACKED, "--instruction-set", "generic")

    def test_the_short_help_leaves_instructions_out(self):
        for command in COMPUTING:
            self.assertNotIn("--instruction-set", self.succeed(command, "-h").stdout)
            self.assertIn("--instruction-set", whole_lines(self.succeed(command, "--help").stdout))


if __name__ == "__main__":
    unittest.main()

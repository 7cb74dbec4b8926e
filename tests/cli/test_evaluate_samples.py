#!/usr/bin/python3
"""evaluate --samples: each sample with its label and the model's answer, which must be those of the
confusion matrix and of predict."""

import csv
import json
import unittest
from pathlib import Path

from harness import CommandCase, make_data
from pictures import png


class Samples(CommandCase):
    def write(self, name, lines):
        (self.folder / name).write_text("".join(line + "\n" for line in lines))

    def list(self, *arguments):
        result = self.succeed("evaluate", *arguments, "--samples", "samples.csv", "--json")
        self.assertEqual(result.stderr, "samples.csv written\n")
        with open(self.folder / "samples.csv", newline="") as file:
            return [json.loads(result.stdout), *csv.reader(file)]

    def test_rows_of_a_table(self):
        rows = [f"{i % 3 + (i * 7 % 10) / 6:.3f},{i % 5},\"{['a', 'b', 'c, d'][i % 3]}\""
                for i in range(120)]
        self.write("data.csv", ["x,y,label", *rows])
        self.succeed("train", "data.csv", "--epochs", "5", "--out", "run", "--quiet")
        found, header, *samples = self.list("run", "data.csv")
        self.assertEqual(header, ["row", "label", "answer", "probability"])
        self.assertEqual(len(samples), 24)
        classes = found["classes"]
        confusion = [[0] * 3 for _ in range(3)]
        answers = self.succeed("predict", "run", "data.csv").stdout.splitlines()[1:]
        for row, label, answer, probability in samples:
            self.assertEqual(label, ["a", "b", "c, d"][(int(row) - 1) % 3])
            confusion[classes.index(label)][classes.index(answer)] += 1
            name, expected = next(csv.reader([answers[int(row) - 1]]))
            self.assertEqual(name, answer)
            self.assertAlmostEqual(float(expected), float(probability), places=5)
        self.assertEqual(confusion, found["confusion"])
        self.assertGreater(24 - sum(confusion[c][c] for c in range(3)), 0)
        wrong = self.list("run", "data.csv", "--wrong")[2:]
        self.assertEqual(wrong, [sample for sample in samples if sample[1] != sample[2]])
        self.assertEqual(len(self.list("run", "data.csv", "--part", "all")[2:]), 120)

    def test_images_by_their_files(self):
        for label, value in (("dark", 30), ("light", 220)):
            (self.folder / "shapes" / label).mkdir(parents=True)
            for i in range(15):
                (self.folder / "shapes" / label / f"{i}.png").write_bytes(png(2, 2, [value + i] * 4))
        self.succeed("train", "shapes", "--epochs", "1", "--out", "run", "--quiet")
        _, header, *samples = self.list("run", "shapes")
        self.assertEqual(header[0], "file")
        self.assertEqual(len(samples), 6)
        for file, label, _, _ in samples:
            self.assertTrue(Path(file).is_file())
            self.assertEqual(Path(file).parent.name, label)

    def test_idx_files_and_squares(self):
        make_data(self.folder / "data")
        self.succeed("train", "data", "--loss", "mse", "--epochs", "1", "--out", "run", "--quiet")
        _, header, *samples = self.list("run", "data")
        self.assertEqual(header, ["row", "label", "answer", "output"])
        self.assertEqual([sample[:2] for sample in samples],
                         [[str(i + 1), str(i % 3)] for i in range(20)])

    def test_numbers(self):
        self.write("areas.csv", ["a,b,area", *[f"{i % 9},{i % 5},{i % 9 * (i % 5)}" for i in range(100)]])
        self.succeed("train", "areas.csv", "--regression", "--label-column", "area", "--epochs", "9",
                     "--out", "run", "--quiet")
        found, header, *samples = self.list("run", "areas.csv")
        self.assertEqual(header, ["row", "area", "area predicted"])
        errors = []
        for row, target, predicted in samples:
            self.assertEqual(float(target), (int(row) - 1) % 9 * ((int(row) - 1) % 5))
            errors.append((float(target) - float(predicted)) ** 2)
        self.assertAlmostEqual((sum(errors) / len(errors)) ** 0.5, found["rmse"], places=4)
        self.refuse(2, ["--wrong", "numbers"], "evaluate", "run", "areas.csv", "--samples", "s.csv",
                    "--wrong")

    def test_several_labels(self):
        rows = [f"{i % 2},{i % 3},{['', 'third', 'odd', 'odd;third'][i % 2 * 2 + (i % 3 == 0)]}"
                for i in range(90)]
        self.write("many.csv", ["a,b,label", *rows])
        self.succeed("train", "many.csv", "--multi-label", "--epochs", "40", "--out", "run", "--quiet")
        _, header, *samples = self.list("run", "many.csv")
        self.assertEqual(header, ["row", "labels", "answers", "probabilities"])
        for row, labels, answers, _ in samples:
            self.assertEqual(labels, rows[int(row) - 1].split(",")[2])
            self.assertEqual(set(labels.split(";")), set(answers.split(";")))
        self.assertEqual(self.list("run", "many.csv", "--wrong")[2:], [])

    def test_refusals(self):
        make_data(self.folder / "data")
        self.succeed("train", "data", "--epochs", "1", "--out", "run", "--quiet")
        self.refuse(2, ["--wrong", "--samples"], "evaluate", "run", "data", "--wrong")
        self.refuse(1, ["nowhere"], "evaluate", "run", "data", "--samples", "nowhere/s.csv",
                    printed=True)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""Mistakes that people make, with the whole message and the exit status of each.

HERE stands for the absolute path of the folder that the command runs in.
"""

import gzip
import shutil
import subprocess
import unittest

from harness import COMMAND, CommandCase, make_data
from pictures import png

TABLE = "length,width,species\n" + "".join(
    f"{i % 7},{i * 3 % 5},{('cat', 'dog')[i % 2]}\n" for i in range(60))

NO_DATA = ("expected a folder with a data set, a table (.csv, .tsv, .txt or .data) or a .npz file, "
           "found ")

MISTAKES = [
    # typed wrongly
    ("tarin digits", 2, 'unknown command "tarin", did you mean train? See descent --help'),
    ("train digits --epohcs 3", 2,
     "--epohcs: unknown option, did you mean --epochs? See descent train --help"),
    ("train digits -lr 0.1", 2,
     "-lr: a name has two dashes, did you mean --lr? See descent train --help"),
    ("train digits -epochs 3", 2,
     "-epochs: a name has two dashes, did you mean --epochs? See descent train --help"),
    ("train digits -batch-size=3", 2,
     "-batch-size=3: a name has two dashes, did you mean --batch? See descent train --help"),
    ("train digist", 1, 'data set "digist" not found, did you mean digits? See descent data'),
    ("train mnits", 1, 'data set "mnits" not found, did you mean mnist? See descent data'),
    ("train tabel.csv", 1,
     'data set "tabel.csv" not found, did you mean table.csv? See descent data'),
    ("train ./tabel.csv", 1,
     "./tabel.csv: " + NO_DATA + "nothing, did you mean ./table.csv?"),
    ("train digits --optimizer adma", 2,
     '--optimizer: expected one of sgd, adam, adamw, rmsprop, found "adma", did you mean adam? See '
     "descent train --help"),
    ("plot run --what acuracy", 2,
     "--what: expected one of loss, accuracy, error, r2, rmse, learning-rate, gradient-norm, "
     'sharpness, noise-scale, layers; found "acuracy", did you mean accuracy? See descent plot --help'),
    ("predict of-table table.csv --columns clas", 2,
     "--columns: expected some of row, class, probability, cat, dog, found \"clas\", did you mean "
     "class? See descent predict --help"),
    ("walk parabloa", 2, None),
    # columns
    ("train table.csv --label-column speices", 1,
     "HERE/table.csv: label column (--label-column): expected a name of the first line, a number from "
     '1 to 3 or from -1 to -3, found "speices", did you mean "species"?'),
    ("train table.csv --ignore lenght", 1,
     "HERE/table.csv: columns to leave out (--ignore): expected a name of the first line, a number "
     'from 1 to 3 or from -1 to -3, found "lenght", did you mean "length"?'),
    ("train table.csv --words widht", 1,
     "HERE/table.csv: columns of words (--words): expected a name of the first line, a number from 1 "
     'to 3 or from -1 to -3, found "widht", did you mean "width"?'),
    ("evaluate of-table other.csv", 1,
     "HERE/other.csv: line 2, column 3 (species): expected a class of the training data, found "
     '"doog", did you mean "dog"?'),
    # values
    ("train digits --lr fast", 2,
     '--lr: expected a number > 0 that a float can hold, auto, or default, found "fast"; see descent '
     "train --help"),
    ("train digits --test 20", 2,
     '--test: expected a number in [0, 1), or auto, found "20", did you mean 0.2? See descent train '
     "--help"),
    ("train digits --test 1.5", 2,
     '--test: expected a number in [0, 1), or auto, found "1.5"; see descent train --help'),
    ("train table.csv --limit 5000", 1,
     "HERE/table.csv: limit (--limit): expected at most 48, the training samples, found 5000"),
    ("train single.csv --test 0.5", 1,
     "test set (--test 0.5): expected at least two samples of each class, found 4 of 4 classes with "
     "one; give each class two samples or more, or hold none back (--test 0)"),
    # missing, too many, in the wrong order
    ("train", 2, "train: expected DATA: a folder or a name such as digits; see descent train --help"),
    ("train digits table.csv", 2,
     'train: expected one DATA, found "digits" and "table.csv"; see descent train --help'),
    ("evaluate run", 2,
     "evaluate: expected a model and a data set, MODEL first; see descent evaluate --help"),
    ("evaluate data run", 2,
     'evaluate: MODEL comes first, found "run" behind "data"; see descent evaluate --help'),
    ("predict picture.png run", 2,
     'predict: MODEL comes first, found "run" behind "picture.png"; see descent predict --help'),
    ("doctor data run", 2,
     'doctor: RUN comes first, found "run" behind "data"; see descent doctor --help'),
    ("convert new digits", 2,
     'convert: DATA comes first, found "digits" behind "new"; see descent convert --help'),
    ("convert digits", 2,
     "convert: expected DATA and a new folder; see descent convert --help"),
    # another kind of file
    ("train picture.png", 1,
     "picture.png: " + NO_DATA + "a picture: give the folder that has a folder of pictures for each "
     "class"),
    ("train run", 1, "run: " + NO_DATA + "a run folder"),
    ("train run/model.safetensors", 1, "run/model.safetensors: " + NO_DATA + "a model"),
    ("train empty", 1,
     "HERE/empty: expected IDX files (train-images-idx3-ubyte and so on), NumPy files (x_train.npy "
     "and y_train.npy and so on), train.csv, or a folder of images for each class, found none of "
     "them"),
    ("train cut", 1,
     "HERE/cut/train-images-idx3-ubyte.gz: expected more gzip data, found the end of the file after "
     "READ unpacked bytes"),
    ("evaluate table.csv data", 1,
     "table.csv: expected a model (.safetensors) or a run folder, found another kind of file"),
    ("evaluate empty data", 1,
     "empty: expected a run folder with model.safetensors, found none in it"),
    ("evaluate nothing data", 1, "nothing: no such model or run folder"),
    ("evaluate run/checkpoint.safetensors data", 1,
     "run/checkpoint.safetensors: expected a model, found a checkpoint; the run's model is "
     "run/model.safetensors"),
    ("doctor empty", 1,
     "empty: not a run folder: expected checkpoint.safetensors in it, found none"),
    ("train --resume nothing", 1, "nothing: no such run folder"),
    ("train --resume rum", 1, "rum: no such run folder, did you mean run?"),
    ("evaluate rum data", 1, "rum: no such model or run folder, did you mean run?"),
    ("plot nope", 1, "nope: no such run folder"),
    ("plot swep", 1, "swep: no such run folder, did you mean sweep?"),
    ("runs sweep/frist/", 1, "sweep/frist: no such run folder, did you mean sweep/first?"),
    ("plot speed.csv", 1, "speed.csv: no such file"),
    ("inspect sweep", 1, "sweep: " + NO_DATA + "a folder of runs: descent runs lists them"),
    ("predict sweep picture.png", 1,
     "sweep: expected a run folder with model.safetensors, found a folder of runs: descent runs lists "
     "them"),
    ("plot half", 1, "half: expected metrics.csv in the run folder, found none"),
    ("runs half", 1, "half: expected metrics.csv in the run folder, found none"),
    ("predict run nothing.png", 1, "nothing.png: cannot be opened: No such file or directory"),
    # output
    ("train data --out table.csv", 1, "table.csv: expected a folder for the run, found a file"),
    ("train data --out run", 1,
     "run: the folder holds a run already (checkpoint.safetensors); --force replaces it, --resume "
     "continues it"),
    ("plot run --out empty", 2,
     '--out: expected a file name ending in .png, .svg, .pdf or .txt, found "empty"; see descent '
     "plot --help"),
]


class Mistakes(CommandCase):
    def setUp(self):
        super().setUp()
        make_data(self.folder / "data", side=8)
        make_data(self.folder / "cut", compress=True)
        images = self.folder / "cut/train-images-idx3-ubyte.gz"
        images.write_bytes(images.read_bytes()[:-100])
        (self.folder / "empty").mkdir()
        (self.folder / "picture.png").write_bytes(png(8, 8, [0] * 64))
        (self.folder / "table.csv").write_text(TABLE)
        (self.folder / "other.csv").write_text("length,width,species\n1,2,doog\n3,4,cat\n")
        (self.folder / "single.csv").write_text("a,b,label\n1,2,k\n2,3,l\n3,4,m\n4,5,n\n")
        for data, run in (("data", "run"), ("table.csv", "of-table")):
            self.succeed("train", data, "-q", "--epochs", "1", "--out", run)
        for copy in ("sweep/first", "half"):
            shutil.copytree(self.folder / "run", self.folder / copy)
        (self.folder / "half/metrics.csv").unlink()

    def unpacked(self):
        """The bytes that can be read of the file that was cut."""
        path = self.folder / "cut/train-images-idx3-ubyte.gz"
        with gzip.open(path) as file:
            count = 0
            try:
                while file.read(1):
                    count += 1
            except EOFError:
                return count
        self.fail("the file is whole")

    def test_what_is_said(self):
        before = {path.name for path in self.folder.iterdir()}
        for line, status, message in MISTAKES:
            with self.subTest(line):
                result = self.run_command(*line.split(), *(["-q"] if "train" in line else []))
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertEqual(result.stdout, "")
                if message is None:
                    self.assertEqual(len(result.stderr.splitlines()), 1)
                    self.assertIn("did you mean parabola? See descent walk --help", result.stderr)
                    continue
                message = message.replace("HERE", str(self.folder))
                message = message.replace("READ", f"{self.unpacked():d}")
                self.assertEqual(result.stderr, f"descent: {message}\n")
        self.assertEqual({path.name for path in self.folder.iterdir()}, before)

    def test_there_are_thirty(self):
        self.assertGreaterEqual(len(MISTAKES), 30)

    def test_letters_with_values_stay_letters(self):
        for options in (["-qe", "1"], ["-q", "-e1"], ["-q", "-e", "1", "-b32"]):
            self.succeed("train", "data", "--out", "run", "--force", *options)
        self.refuse(2, ['one DATA, found "data" and "-lr"'], "train", "data", "--", "-lr")

    def test_a_reader_that_has_gone_ends_no_run(self):
        """Of `train 2>&1 | head -1` the run becomes whole, and its log has what nobody has read."""
        command = f"'{COMMAND}' train data --epochs 30 --out run --force 2>&1 | head -n 1"
        result = subprocess.run(["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
                                cwd=self.folder, env=self.environment, capture_output=True,
                                text=True, timeout=100, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.stdout.splitlines()), 1)
        self.assertEqual(len(self.rows("run")), 31)
        self.assertTrue((self.folder / "run/result.json").exists())
        log = (self.folder / "run/log.txt").read_text()
        self.assertRegex(log, r"\n +30 ")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""IDX and NumPy files by the names that they have: the same samples, whichever way they come."""

import gzip
import json
import unittest

from arrays import npy, npz
from harness import CommandCase, idx, make_samples
from pictures import pgm

try:
    import numpy
except ImportError:
    numpy = None

SIDE, CLASSES, TRAIN, TEST = 4, 3, 60, 20


class Arrays(CommandCase):
    def setUp(self):
        super().setUp()
        self.train, self.train_labels = make_samples(TRAIN, SIDE, CLASSES, 1)
        self.test, self.test_labels = make_samples(TEST, SIDE, CLASSES, 2)

    def put(self, path, content):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)

    def put_pair(self, folder, name, first=0):
        """A data set of IDX files; name such as "{part}-{what}-idx{rank}-ubyte"."""
        for part, pixels, labels in (("train", self.train, self.train_labels),
                                     ("test", self.test, self.test_labels)):
            count = len(labels)
            for what, rank, content in (
                    ("images", 3, idx([count, SIDE, SIDE], pixels)),
                    ("labels", 1, idx([count], [label + first for label in labels]))):
                self.put(f"{folder}/{name.format(part=part, what=what, rank=rank)}", content)

    def images(self, part, descr="|u1"):
        pixels = self.train if part == "train" else self.test
        scale = 1 if descr[1] in "ui" else 255
        return npy([len(pixels) // SIDE**2, SIDE, SIDE], [p / scale if scale > 1 else p for p in pixels],
                   descr)

    def labels(self, part, descr="<i8", first=0):
        labels = self.train_labels if part == "train" else self.test_labels
        return npy([len(labels)], [label + first for label in labels], descr)

    def inspect(self, data, *options):
        return json.loads(self.succeed("inspect", data, "--json", *options).stdout)

    def fingerprints(self, data, *options):
        found = self.inspect(data, *options)
        return [found[part]["fingerprint"] for part in ("train", "test")]

    def expected(self):
        self.put_pair("expected", "{part}-{what}-idx{rank}-ubyte")
        return self.fingerprints("expected")

    def test_names_of_idx_files(self):
        expected = self.expected()
        for i, name in enumerate(("{part}-{what}.idx{rank}-ubyte", "{part}_{what}", "{part}-{what}",
                                  "emnist-digits-{part}-{what}-idx{rank}-ubyte.gz",
                                  "{part}-{what}-IDX{rank}-UBYTE", "{part}_{what}.ubyte.gz")):
            with self.subTest(name):
                self.put_pair(f"set{i}", name)
                self.assertEqual(self.fingerprints(f"set{i}"), expected)
                self.assertEqual(self.inspect(f"set{i}")["left_aside"], [])

    def test_a_single_pair_is_split(self):
        self.put("data/images-idx3-ubyte", idx([TRAIN, SIDE, SIDE], self.train))
        self.put("data/labels-idx1-ubyte", idx([TRAIN], self.train_labels))
        found = self.inspect("data")
        self.assertEqual([found[part]["class_counts"] for part in ("train", "test")],
                         [[16, 16, 16], [4, 4, 4]])
        both = npz(images=self.images("train"), labels=self.labels("train"))
        self.put("data.npz", both)
        self.assertEqual(self.fingerprints("data.npz"), self.fingerprints("data"))
        self.assertEqual(self.fingerprints("data.npz", "--test-seed", "1"),
                         self.fingerprints("data", "--test-seed", "1"))

    def test_labels_that_begin_at_one(self):
        """No class without a sample; names are the labels, in the model as well."""
        self.put_pair("letters", "emnist-letters-{part}-{what}-idx{rank}-ubyte", first=1)
        self.assertEqual(self.inspect("letters")["train"]["class_names"], ["1", "2", "3"])
        self.succeed("train", "letters", "--epochs", "20", "--out", "run", "-q")
        found = json.loads(self.succeed("evaluate", "run", "letters", "--json").stdout)
        self.assertGreater(found["accuracy"], 0.9)
        self.succeed("convert", "letters", "made")
        self.assertEqual(self.fingerprints("made"), self.fingerprints("letters"))

    def test_two_data_sets_in_a_folder(self):
        for name in ("digits", "letters"):
            self.put_pair("data", f"emnist-{name}-{{part}}-{{what}}-idx{{rank}}-ubyte")
        self.refuse(1, ["emnist-digits", "emnist-letters", "folder of their own"], "train", "data")

    def test_the_set_to_move_has_a_name(self):
        """mv * would move the new folder into itself."""
        self.put_pair("data", "emnist-letters-{part}-{what}-idx{rank}-ubyte")
        self.put_pair("data", "{part}-{what}-idx{rank}-ubyte")
        self.refuse(1, ["mv emnist-letters* one"], "train", "data")

    def test_names_of_classes(self):
        """Not left aside, and with what editors put before and behind."""
        for content in (b"ant\nbee\ncat\n", b"\xef\xbb\xbfant\r\nbee\r\ncat\r\n\r\n", b"ant\nbee\ncat\n\n"):
            with self.subTest(content):
                self.put_pair("data", "{part}-{what}-idx{rank}-ubyte")
                self.put("data/classes.txt", content)
                found = self.inspect("data")
                self.assertEqual(found["train"]["class_names"], ["ant", "bee", "cat"])
                self.assertEqual(found["left_aside"], [])
        self.put("data/classes.txt", b"ant\n\ncat\n")
        self.refuse(1, ["classes.txt: line 2"], "inspect", "data")

    def test_labels_that_floats_do_not_tell_apart(self):
        self.put("data/x.npy", self.images("train"))
        for first, descr in ((2**24, "<f8"), (2**24, "<f4"), (-3e9, "<f8"), (3e9, "<f8"), (1e30, "<f4")):
            with self.subTest(first=first, descr=descr):
                self.put("data/y.npy", self.labels("train", descr, first))
                self.refuse(1, ["y.npy", "16777216", "return_inverse"], "inspect", "data")
        self.put("data/y.npy", self.labels("train", "<f4", 2**24 - 4))
        self.assertEqual(self.inspect("data")["train"]["class_names"], ["16777212", "16777213", "16777214"])
        self.put("data/y.npy", self.labels("train", "<i4", 2**24))
        self.assertEqual(self.inspect("data")["train"]["class_names"], ["16777216", "16777217", "16777218"])

    def test_an_archive_with_names(self):
        """As scikit-learn's data sets have them."""
        self.put("data.npz", npz(data=self.images("train"), target=self.labels("train"),
                                 target_names=npy([3], [1, 2, 3]), feature_names=npy([1], [0])))
        self.put("plain.npz", npz(data=self.images("train"), target=self.labels("train")))
        self.assertEqual(self.fingerprints("data.npz"), self.fingerprints("plain.npz"))
        self.assertEqual({row["what"] for row in self.inspect("data.npz")["left_aside"]},
                         {"target_names", "feature_names"})

    def test_an_archive_of_unknown_names(self):
        self.put("data.npz", npz(a=self.images("train"), b=self.labels("train")))
        self.refuse(1, ["data.npz", "x_train.npy", "data and target"], "inspect", "data.npz")

    def test_two_files_for_one_purpose(self):
        self.put_pair("data", "{part}-{what}-idx{rank}-ubyte")
        self.put_pair("data", "{part}-{what}.idx{rank}-ubyte")
        self.refuse(1, ["train-images-idx3-ubyte", "train-images.idx3-ubyte"], "train", "data")

    def test_what_is_left_aside_is_named(self):
        self.put_pair("data", "{part}-{what}-idx{rank}-ubyte")
        for path in ("extra-images-idx3-ubyte", "train-images-idx3-ubyte.gz"):
            self.put(f"data/{path}", idx([1, SIDE, SIDE], [0] * SIDE**2))
        for path in ("README.txt", "y.csv"):
            self.put(f"data/{path}", b"no array")
        names = {row["what"] for row in self.inspect("data")["left_aside"]}
        self.assertEqual(names, {"README.txt", "extra-images-idx3-ubyte",
                                 "train-images-idx3-ubyte.gz", "y.csv"})
        said = self.succeed("convert", "data", "out").stderr
        self.assertIn("ignored: README.txt, y.csv, extra-images-idx3-ubyte", said)
        said = self.succeed("train", "data", "--epochs", "1").stderr
        self.assertIn("warning: ignored extra-images-idx3-ubyte", said)

    def test_numpy_files_are_the_same_data(self):
        expected = self.expected()
        parts = ("train", "test")
        for part in parts:
            self.put(f"keras/x_{part}.npy", self.images(part))
            self.put(f"keras/y_{part}.npy", self.labels(part, "|u1"))
            self.put(f"long/{part}_images.npy", self.images(part))
            self.put(f"long/{part}_labels.npy", self.labels(part, ">i4"))
            self.put(f"kmnist/kmnist-{part}-imgs.npz", npz(True, arr_0=self.images(part)))
            self.put(f"kmnist/kmnist-{part}-labels.npz", npz(arr_0=self.labels(part, "<u2")))
            self.put(f"each/{part}.npz", npz(X=self.images(part), y=self.labels(part, "<f8")))
        for compress in (False, True):
            self.put(f"mnist{compress}.npz",
                     npz(compress, **{f"{name}_{part}": made(part) for part in parts
                                      for name, made in (("x", self.images), ("y", self.labels))}))
        for data in ("keras", "long", "kmnist", "each", "mnistFalse.npz", "mnistTrue.npz"):
            with self.subTest(data):
                self.assertEqual(self.fingerprints(data), expected)

    def test_pairs_by_their_names(self):
        fingerprints = []
        for i, names in enumerate((("images", "labels"), ("data", "target"), ("X", "y"),
                                   ("arr_0", "arr_1"), ("features", "targets"))):
            self.put(f"{i}.npz", npz(**dict(zip(names, (self.images("train"), self.labels("train"))))))
            fingerprints.append(self.fingerprints(f"{i}.npz"))
        self.assertEqual(fingerprints, [fingerprints[0]] * 5)

    def test_labels_of_every_kind(self):
        rows = [float(c == label) for label in self.train_labels for c in range(CLASSES)]
        names = {"hot.npz": npy([TRAIN, CLASSES], rows),
                 "column.npz": npy([TRAIN, 1], self.train_labels, "|u1")}
        for name, labels in names.items():
            self.put(name, npz(images=self.images("train"), labels=labels))
            self.assertEqual(self.inspect(name)["train"]["class_names"], ["0", "1", "2"])
        self.put("signs.npz", npz(X=self.images("train"),
                                  y=npy([TRAIN], [2 * (l > 0) - 1 for l in self.train_labels], "<i4")))
        self.assertEqual(self.inspect("signs.npz")["train"]["class_names"], ["-1", "1"])

    def test_tables_are_floats(self):
        """Of two dimensions, whatever their type: small whole numbers are no pixels."""
        for descr in ("<f4", "|u1", "<i8", "|b1"):
            self.put("table.npz", npz(X=npy([40, 2], [i // 2 % 2 if i % 2 else i // 4 % 2
                                                      for i in range(80)], descr),
                                      y=npy([40], [i % 2 for i in range(40)], "|u1")))
            found = self.inspect("table.npz")["train"]
            self.assertEqual((found["values"], found["shape"], found["maximum"]), ("floats", [2], 1))
        self.put("rows.npz", npz(X=npy([TRAIN, SIDE**2], self.train, "<i8"), y=self.labels("train")))
        self.assertEqual(self.inspect("rows.npz", "--values", "bytes")["train"]["values"], "bytes")

    def test_regression(self):
        values = [i / 7 for i in range(50)]
        self.put("reg.npz", npz(X=npy([50, 1], values), y=npy([50, 2], [v * k for v in values
                                                                       for k in (2, -1)], "<f4")))
        found = self.inspect("reg.npz", "--regression")["train"]["targets"]
        self.assertEqual(len(found), 2)
        self.refuse(1, ["reg.npz:y", "row of zeros", "regression"], "train", "reg.npz")
        self.put("one.npz", npz(X=npy([50], values), y=npy([50], values)))
        self.refuse(1, ["one.npz:y", "whole numbers as labels", "regression"], "train", "one.npz")
        self.succeed("train", "one.npz", "--regression", "--epochs", "2", "-q", "--out", "run")

    def test_what_is_missing_is_named(self):
        self.put("c/train_images.npy", self.images("train"))
        self.refuse(1, ["missing: y_train.npy", "images and labels"], "train", "c")
        self.refuse(1, ["missing: y_train.npy"], "inspect", "c/train_images.npy")
        self.put("d/numbers.npy", self.images("train"))
        self.refuse(1, ["NumPy files (x_train.npy and y_train.npy and so on)"], "train", "./d")
        self.put("k.npz", b"PK\3\4" + bytes(60))
        self.refuse(1, ["k.npz", "no directory at its end"], "inspect", "k.npz")
        self.put("e.npz", npz(weights=self.images("train")))
        self.refuse(1, ["e.npz", "missing:"], "inspect", "e.npz")
        self.put("few.npz", npz(x=self.images("test"), y=self.labels("train")))
        self.refuse(1, ["few.npz:y", "expected 20 labels", "found 60"], "inspect", "few.npz")
        self.put("o.npz", npz(x=self.images("train"), y=npy([TRAIN], [0] * TRAIN, "|O")))
        self.refuse(1, ["o.npz:y", "Python objects (pickled)"], "inspect", "o.npz")
        self.put("f.npz", npz(x=npy([6, 2], [0] * 12, "|u1", True), y=npy([6], [0] * 6, "|u1")))
        self.refuse(1, ["f.npz:x", "np.ascontiguousarray(a)"], "inspect", "f.npz")

    def test_train_and_test_agree_on_classes(self):
        self.put("more.npz", npz(x_train=self.images("train"), y_train=self.labels("train"),
                                 x_test=self.images("test"), y_test=self.labels("test", first=1)))
        self.refuse(1, ["y_test", "3 classes of the training data", 'found "3"'], "train", "more.npz")

    def test_memory_limit(self):
        self.put("big.npz", npz(True, x=npy([2, 1000, 1000], [0] * 2000000, "|u1"),
                                y=npy([2], [0, 1], "|u1")))
        self.refuse(1, ["big.npz:x", "1.9 MiB", "limit is 1.0 MiB"], "inspect", "big.npz",
                    "--memory-limit", "1")

    @unittest.skipUnless(numpy, "NumPy is not installed")
    def test_what_numpy_writes(self):
        expected = self.expected()
        arrays = {}
        for part, pixels, labels in (("train", self.train, self.train_labels),
                                     ("test", self.test, self.test_labels)):
            arrays["x_" + part] = numpy.array(pixels, "u1").reshape(-1, SIDE, SIDE)
            arrays["y_" + part] = numpy.array(labels)
        for save in (numpy.savez, numpy.savez_compressed):
            save(self.folder / "data.npz", **arrays)
            self.assertEqual(self.fingerprints("data.npz"), expected)
        for name, array in arrays.items():
            (self.folder / "folder").mkdir(exist_ok=True)
            with open(self.folder / f"folder/{name}.npy", "wb") as file:
                numpy.lib.format.write_array(file, array, version=(3, 0))
        self.assertEqual(self.fingerprints("folder"), expected)
        numpy.savez(self.folder / "text.npz", x=arrays["x_train"], y=arrays["y_train"].astype("U"))
        self.refuse(1, ["text.npz:y", "found texts", "np.unique"], "inspect", "text.npz")
        numpy.savez(self.folder / "object.npz", x=arrays["x_train"], y=arrays["y_train"].astype("O"))
        self.refuse(1, ["object.npz:y", "pickled"], "inspect", "object.npz")


class Transpose(CommandCase):
    """Images of 3 x 5 whose class is the row that is lit; they are stored on their side."""

    HEIGHT, WIDTH = 3, 5

    def upright(self, i):
        lit = i % self.HEIGHT
        return [(200 + i % 50 if y == lit else i % 7) for y in range(self.HEIGHT) for _ in range(self.WIDTH)]

    def side(self, i):
        pixels = self.upright(i)
        return [pixels[y * self.WIDTH + x] for x in range(self.WIDTH) for y in range(self.HEIGHT)]

    def make(self, folder, image, sizes, name="{}-{}-idx{}-ubyte"):
        (self.folder / folder).mkdir()
        for part, lo, hi in (("train", 0, 90), ("t10k", 90, 120)):
            pixels = sum((image(i) for i in range(lo, hi)), [])
            (self.folder / folder / name.format(part, "images", 3)).write_bytes(
                idx([hi - lo, *sizes], pixels))
            (self.folder / folder / name.format(part, "labels", 1)).write_bytes(
                idx([hi - lo], [i % self.HEIGHT for i in range(lo, hi)]))

    def test_transposed_images_are_the_upright_ones(self):
        self.make("upright", self.upright, (3, 5))
        self.make("side", self.side, (5, 3))
        for data, options, more in (("upright", (), ()), ("side", ("--transpose",), ())):
            self.succeed("convert", data, f"{data}-out", *options)
        for path in (self.folder / "upright-out").iterdir():
            self.assertEqual((self.folder / "side-out" / path.name).read_bytes(), path.read_bytes())
        self.succeed("convert", "side", "csv", "--csv")
        self.succeed("convert", "csv", "csv-out", "--size", "5x3", "--transpose", "--values", "bytes")
        for path in (self.folder / "upright-out").iterdir():
            self.assertEqual((self.folder / "csv-out" / path.name).read_bytes(), path.read_bytes())

    def test_the_model_remembers(self):
        """What was read on its side is read so again; a picture from outside is upright."""
        self.make("side", self.side, (5, 3))
        self.succeed("train", "side", "--transpose", "--epochs", "60", "--lr", "0.01", "--out", "run", "-q")
        found = json.loads(self.succeed("evaluate", "run", "side", "--json").stdout)
        self.assertEqual(found["accuracy"], 1)
        self.assertIn("samples, transposed, held back", self.succeed("evaluate", "run", "side").stdout)
        self.assertIn("images transposed, as in training", self.succeed("predict", "run", "side").stderr)
        for i in range(3):
            (self.folder / f"{i}.pgm").write_bytes(pgm(3, 5, self.upright(i)))
        found = json.loads(self.succeed("predict", "run", "0.pgm", "1.pgm", "2.pgm", "--json").stdout)
        self.assertEqual([entry["name"] for entry in found["predictions"]], ["0", "1", "2"])

    def test_emnist_is_pointed_out(self):
        self.make("emnist", self.side, (5, 3))
        self.make("files", self.side, (5, 3), "EMNIST-letters-{}-{}-idx{}-ubyte")
        said = "EMNIST's images lie on their side"
        for data in ("emnist", "files"):
            self.assertIn(said, self.succeed("train", data, "--epochs", "1").stderr)
            self.assertNotIn(said, self.succeed("train", data, "--epochs", "1", "--transpose", "--out",
                                                "run", "-f").stderr)

    def test_wrong_use(self):
        (self.folder / "rows.csv").write_text("a,b,label\n" + "0.5,1.5,x\n1.5,2.5,y\n" * 20)
        self.refuse(1, ["rows.csv", "to transpose", "rows of numbers"], "train", "rows.csv", "--transpose")
        (self.folder / "first.npz").write_bytes(npz(x=npy([20, 3, 5, 6], [7] * 1800, "|u1"),
                                                    y=npy([20], [i % 2 for i in range(20)])))
        for option in (("--transpose",), ("--augment", "shift=1")):
            self.refuse(1, ["3 x 5 x 6", "np.moveaxis(a, 1, -1)"], "train", "first.npz", *option)
        for name in ("a", "b"):
            for i in range(4):
                (self.folder / "pictures" / name).mkdir(parents=True, exist_ok=True)
                (self.folder / f"pictures/{name}/{i}.pgm").write_bytes(pgm(3, 5, self.upright(i)))
        self.refuse(1, ["pictures", "to transpose", "files of images"], "train", "pictures", "--transpose")


if __name__ == "__main__":
    unittest.main()

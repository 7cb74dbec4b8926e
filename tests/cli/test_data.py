#!/usr/bin/python3
"""data: the data sets that can be given by name, with what was written into them."""

import json
import unittest

from harness import TRAIN_IMAGES, TRAIN_LABELS, CommandCase, make_data


class Data(CommandCase):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "place"
        self.own = self.folder / "home/.local/share/descent"
        self.environment["DESCENT_DATA"] = str(self.place)

    def json(self):
        found = json.loads(self.succeed("data", "--json").stdout)
        return found, {row["name"]: row for row in found["data"]}

    def test_counts(self):
        make_data(self.place / "squares", train=60, test=20, side=3, classes=4)
        _, rows = self.json()
        self.assertEqual(rows["squares"], {
            "name": "squares", "train": 60, "test": 20, "shape": [3, 3], "classes": 4,
            "folder": str(self.place / "squares")})
        text = self.succeed("data").stdout
        self.assertRegex(text, r"(?m)^squares +60 +20 +3 x 3 +4 +\S+/place/squares$")

    def test_a_set_without_a_test_part_and_one_of_numbers(self):
        folder = make_data(self.place / "halves", train=60)
        for path in folder.glob("t10k-*"):
            path.unlink()
        (self.place / "rows").mkdir()
        rows = [f"{i},{i % 7},{'xy'[i % 2]}" for i in range(50)]
        (self.place / "rows/train.csv").write_text("\n".join(["a,b,label", *rows[:40], ""]))
        (self.place / "rows/test.csv").write_text("\n".join(["a,b,label", *rows[40:], ""]))
        _, found = self.json()
        self.assertEqual((found["halves"]["train"], found["halves"]["test"]), (60, None))
        self.assertEqual([found["rows"][key] for key in ("train", "test", "shape", "classes")],
                         [40, 10, [2], 2])

    def test_all_places_and_the_first_counts(self):
        make_data(self.place / "both", train=60)
        make_data(self.own / "both", train=30)
        make_data(self.own / "mine", train=45)
        found, rows = self.json()
        self.assertEqual((rows["both"]["train"], rows["mine"]["train"]), (60, 45))
        self.assertEqual(rows["both"]["folder"], str(self.place / "both"))
        self.assertEqual(found["places"][:2], [str(self.place), str(self.own)])
        self.assertEqual(len([row for row in found["data"] if row["name"] == "both"]), 1)
        self.assertEqual(list(rows), sorted(rows))

    def test_what_is_listed_can_be_given(self):
        make_data(self.own / "mine", train=45, test=15)
        for name, row in self.json()[1].items():
            if name in ("mine", "digits"):
                seen = json.loads(self.succeed("inspect", name, "--json").stdout)
                self.assertEqual([seen[part]["samples"] for part in ("train", "test")],
                                 [row["train"], row["test"]])

    def test_broken_sets_are_told_and_stop_nothing(self):
        make_data(self.place / "good")
        cut = make_data(self.place / "cut")
        (cut / TRAIN_IMAGES).write_bytes((cut / TRAIN_IMAGES).read_bytes()[:100])
        (make_data(self.place / "lost") / TRAIN_LABELS).unlink()
        (self.place / "pictures").mkdir()
        (self.place / "pictures/a.png").write_bytes(b"")
        (self.place / "other").write_text("no folder")
        result = self.succeed("data")
        self.assertEqual(result.stderr, "")
        lines = [line for line in result.stdout.splitlines() if line.startswith("broken")]
        self.assertEqual(len(lines), 2, result.stdout)
        self.assertRegex(lines[0], r"cut/" + TRAIN_IMAGES)
        self.assertRegex(lines[1], r"lost: .*missing: .*label")
        found, rows = self.json()
        self.assertEqual([row["name"] for row in found["broken"]], ["cut", "lost"])
        self.assertIn(TRAIN_IMAGES, found["broken"][0]["error"])
        self.assertIn("good", rows)
        self.assertEqual((rows["lost"]["train"], rows["lost"]["test"]), (None, 20))
        self.assertFalse({"cut", "pictures", "other"} & set(rows))

    def test_how_to_get_those_that_are_not_there(self):
        found, rows = self.json()
        known = {"mnist": "scripts/fetch-mnist.sh", "fashion-mnist": "dataset-fashion-mnist"}
        missing = {row["name"]: row["get"] for row in found["missing"]}
        self.assertEqual(set(missing), set(known) - set(rows))
        for name, how in missing.items():
            self.assertIn(known[name], how)
        make_data(self.place / "mnist")
        self.assertIn("mnist", self.json()[1])
        self.assertNotRegex(self.succeed("data").stdout, "(?<!fashion-)mnist:")

    def test_an_argument_is_refused(self):
        self.refuse(2, ['found "digits"', "inspect digits"], "data", "digits")


if __name__ == "__main__":
    unittest.main()

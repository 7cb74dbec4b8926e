"""Runs to be plotted, and the curves in the pictures of them."""

import json
import re
import xml.etree.ElementTree as xml

from harness import COLUMNS, CommandCase

SVG = "{http://www.w3.org/2000/svg}"


def table(epochs, **changes):
    """metrics.csv with straight lines: the loss falls by 1 an epoch. A change is a function of the
    epoch for a column, or the text of all its fields."""
    lines = [COLUMNS]
    for e in range(epochs + 1):
        row = {"epoch": e, "step": 10 * e, "samples": 320 * e, "learning_rate": 0.1 / (e + 1),
               "train_loss": 20 - e, "train_accuracy": 0.5 + 0.01 * e, "validation_loss": 21 - e,
               "validation_accuracy": 0.4 + 0.01 * e, "gradient_norm": 5 / (e + 1),
               "seconds": 0.5 * e, "samples_per_second": 640}
        for name, change in changes.items():
            row[name] = change(e) if callable(change) else change
        lines.append(",".join(str(row[name]) for name in COLUMNS.split(",")))
    return "\n".join(lines) + "\n"


def read_svg(path):
    """The texts of the picture, and the pieces of each of its lines, which are lists of points."""
    tree = xml.parse(path).getroot()
    texts = ["".join(text.itertext()).strip() for text in tree.iter(SVG + "text")]
    curves = []
    for group in tree.iter(SVG + "g"):
        shades = group.find(f".//{SVG}image") is not None
        if shades or not group.get("id", "").startswith("gnuplot_plot"):
            continue
        pieces = [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+),([\d.]+)", piece)]
                  for path in group.iter(SVG + "path") for piece in path.get("d").split("M")[1:]]
        # The line in the legend lies level; no curve of these tests does.
        curves.append([piece for piece in pieces
                       if len({y for _, y in piece}) > 1 or len(piece) == 1])
    return texts, [pieces for pieces in curves if pieces]


def read_legend(path):
    """Name, colour and dashes of each line in the legend, in its order."""
    tree = xml.parse(path).getroot()
    names = {}
    for group in tree.iter(SVG + "g"):
        place = re.fullmatch(r"translate\(([\d.]+),([\d.]+)\)", group.get("transform", ""))
        for text in group.findall(SVG + "text") if place else []:
            names[float(place[1]), float(place[2])] = "".join(text.itertext()).strip()
    entries = []
    for line in tree.iter(SVG + "path"):
        level = re.fullmatch(r"M[\d.]+,([\d.]+) L([\d.]+),\1\s*", line.get("d"))
        for (x, y), name in names.items() if level else []:
            if name and 0 < x - float(level[2]) < 20 and abs(y - float(level[1])) < 10:
                colour = re.findall(r"\d+", line.get("stroke"))
                entries.append((name, tuple(map(int, colour)), line.get("stroke-dasharray", "")))
    return entries


def read_bands(path):
    """The corners of each band in the picture."""
    return [[tuple(map(float, corner.split(","))) for corner in band.get("points").split()]
            for group in xml.parse(path).getroot().iter(SVG + "g")
            if group.get("id", "").startswith("gnuplot_plot")
            for band in group.iter(SVG + "polygon")]


class PlotCase(CommandCase):
    def make_run(self, name, text=None, loss=None, **options):
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "metrics.csv").write_text(table(10) if text is None else text)
        if loss is not None:
            options = dict(options, loss=loss)
        if options:
            (folder / "config.json").write_text(json.dumps(
                {"options": {key.replace("_", "-"): value for key, value in options.items()}}))
        return name

    def svg(self, *arguments):
        """The texts of the picture, and its curves: their points and in how many pieces they are."""
        self.succeed("plot", *arguments, "--out", "x.svg", "--quiet")
        texts, curves = read_svg(self.folder / "x.svg")
        return texts, [(sum(pieces, []), len(pieces)) for pieces in curves]

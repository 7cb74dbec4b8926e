#!/usr/bin/python3
"""Is a table trained well from its raw file, without options, next to scikit-learn?

    scripts/study-tables.py [--quick] [--tables NAME,...] [--keep FOLDER]

Fourteen tables as people have them: with and without a header, with commas, semicolons and tabs,
quotes, words and missing values. Each is split five times into four fifths for training and one
for testing, by class, and trained with one command that names the label column and nothing else:

    descent train TABLE --label-column NAME [--regression]

Next to it, on the same rows, scikit-learn's MLPClassifier or MLPRegressor with their defaults, on
the numbers as they are and standardised, and logistic or ridge regression, standardised; words
become one-hot and missing numbers the mean for them, as scikit-learn's users do it.

Prints the mean and the standard deviation over the splits, of the accuracy in percent or, for
regression, of R2 in percent. The rule: descent is not worse than the best of the three by more than
twice the best one's deviation; the exit status is 1 where a table breaks it.

Needs Debian's python3-sklearn and r-cran-mlbench. The command is build/descent unless the variable
DESCENT names another.
"""
import argparse
import collections
import csv
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
from sklearn import datasets, linear_model, neural_network
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

PROJECT = pathlib.Path(__file__).resolve().parent.parent
COMMAND = os.environ.get("DESCENT", PROJECT / "build" / "descent")
MISSING = {"", "?", "NA"}

# header: a line, or None; lines: one a row; label: the option's value; separator: between fields.
Table = collections.namedtuple("Table", "header lines label separator regression")


# ---- the tables ----

def bundled(data, names, label, labels, separator=","):
    """One of scikit-learn's tables, written with a header where there are names."""
    lines = [separator.join([*(f"{x:g}" for x in row), str(answer)])
             for row, answer in zip(data, labels)]
    header = separator.join([*names, label]) if names is not None else None
    return Table(header, lines, label if names is not None else "-1", separator, False)


def iris():
    found = datasets.load_iris()
    return bundled(found.data, found.feature_names, "species", found.target_names[found.target])


def wine():
    """As at UCI: the class from 1 to 3 comes first, and there is no header."""
    found = datasets.load_wine()
    lines = [",".join([str(answer + 1), *(f"{x:g}" for x in row)])
             for row, answer in zip(found.data, found.target)]
    return Table(None, lines, "1", ",", False)


def breast_cancer():
    found = datasets.load_breast_cancer()
    return bundled(found.data, found.feature_names, "diagnosis", found.target_names[found.target])


def diabetes():
    """In units of measurement, with tabs."""
    found = datasets.load_diabetes(scaled=False)
    table = bundled(found.data, found.feature_names, "progression", found.target.astype(int), "\t")
    return table._replace(regression=True)


def optdigits():
    """As at UCI: 64 counts from 0 to 16 and the digit, without a header."""
    found = datasets.load_digits()
    return bundled(found.data, None, None, found.target)


def digits_kaggle():
    """As Kaggle's MNIST: the label, then the pixels from 0 to 255, named in a header."""
    found = datasets.load_digits()
    lines = [",".join([str(answer), *(str(int(x * 255 // 16)) for x in row)])
             for row, answer in zip(found.data, found.target)]
    return Table(",".join(["label", *(f"pixel{i}" for i in range(64))]), lines, "label", ",", False)


def from_mlbench(name, label, regression=False):
    """As R writes it: names and factors in quotes."""
    script = f"data({name}, package='mlbench'); write.csv({name}, row.names=FALSE)"
    result = subprocess.run(["Rscript", "-e", script], check=True, text=True,
                            stdout=subprocess.PIPE)
    header, *lines = result.stdout.splitlines()
    return Table(header, lines, label, ",", regression)


def wine_quality():
    """Like UCI's red wines: semicolons, a quoted header, a quality from 3 to 8 (made).

    Eleven skewed, partly correlated measurements; quality is a sum of effects, some of them curved,
    and noise, rounded."""
    draw = numpy.random.default_rng(11)
    n = 1600
    z = draw.standard_normal((n, 11))
    body = 0.7 * z[:, 0] + 0.7 * z[:, 7]
    columns = [
        8.3 * numpy.exp(0.2 * z[:, 0]), 0.53 * numpy.exp(0.33 * z[:, 1]),
        numpy.clip(0.27 + 0.19 * z[:, 2], 0, 1), 2.5 * numpy.exp(0.35 * z[:, 3]),
        0.087 * numpy.exp(0.3 * z[:, 4]), 16 * numpy.exp(0.6 * z[:, 5]),
        46 * numpy.exp(0.4 * z[:, 5] + 0.5 * z[:, 6]), 0.9967 + 0.0019 * body,
        3.31 - 0.1 * z[:, 0] + 0.12 * z[:, 8], 0.66 * numpy.exp(0.22 * z[:, 9]),
        10.4 + numpy.maximum(1.1 * z[:, 10], -1.8)]
    places = [1, 2, 2, 1, 3, 0, 0, 5, 2, 2, 1]
    merit = (5.65 + 0.5 * z[:, 10] - 0.4 * z[:, 1] + 0.3 * z[:, 9] - 0.1 * z[:, 9] ** 2
             - 0.25 * z[:, 6] - 0.2 * z[:, 10] * z[:, 1] + 0.45 * draw.standard_normal(n))
    quality = numpy.clip(numpy.rint(merit), 3, 8).astype(int)
    lines = [";".join([*(f"{column[i]:.{p}f}" for column, p in zip(columns, places)),
                       str(quality[i])]) for i in range(n)]
    names = ["fixed acidity", "volatile acidity", "citric acid", "residual sugar", "chlorides",
             "free sulfur dioxide", "total sulfur dioxide", "density", "pH", "sulphates", "alcohol",
             "quality"]
    return Table(";".join(f'"{name}"' for name in names), lines, "quality", ";", False)


def titanic():
    """Like Kaggle's passengers: words, and empty cells in three columns (made).

    The odds of survival depend on sex, class and age; a fifth of the ages, two ports and most decks
    are missing, decks less often in the first class."""
    draw = numpy.random.default_rng(12)
    lines = []
    for _ in range(891):
        rank = int(draw.choice([1, 2, 3], p=[0.24, 0.21, 0.55]))
        woman = draw.random() < 0.35
        age = float(numpy.clip(draw.normal(38 - 4 * rank, 14), 0.5, 80))
        family = int(draw.poisson(0.5)), int(draw.poisson(0.4))
        fare = float(draw.lognormal([4.2, 2.9, 2.3][rank - 1], 0.5))
        port = str(draw.choice(["S", "C", "Q"], p=[0.72, 0.19, 0.09]))
        deck = str(draw.choice([*"ABCDE"])) if draw.random() < [0.8, 0.1, 0.03][rank - 1] else ""
        odds = (1.6 * woman - 1.6 + 0.9 * (2 - rank) * (1.5 if woman else 0.7) + 2 * (age < 12)
                - 0.02 * (age - 30) - 0.4 * max(0, sum(family) - 2) + 0.4 * (port == "C")) * 1.4
        survived = int(draw.random() < 1 / (1 + numpy.exp(-odds)))
        lines.append(",".join([
            str(survived), str(rank), "female" if woman else "male",
            f"{age:.0f}" if draw.random() < 0.8 else "", str(family[0]), str(family[1]),
            f"{fare:.4f}", deck, port if draw.random() < 0.998 else ""]))
    header = "Survived,Pclass,Sex,Age,SibSp,Parch,Fare,Deck,Embarked"
    return Table(header, lines, "Survived", ",", False)


def adult():
    """Like UCI's census: a blank behind each comma, ? for what is missing, no header (made).

    The odds of an income above 50K depend on education, age, hours, marriage, occupation and
    capital gain."""
    draw = numpy.random.default_rng(13)
    schools = [f"{n}th" for n in range(5, 13)] + ["HS-grad", "Some-college", "Assoc-voc",
                                                  "Bachelors", "Masters", "Doctorate"]
    jobs = ["Exec-managerial", "Prof-specialty", "Sales", "Craft-repair", "Adm-clerical",
            "Other-service", "Handlers-cleaners", "Tech-support"]
    worth = dict(zip(jobs, [0.9, 0.8, 0.2, 0, -0.1, -0.9, -0.6, 0.4]))
    lines = []
    for _ in range(5000):
        age = int(numpy.clip(draw.gamma(8, 4.8), 17, 90))
        years = int(numpy.clip(draw.normal(8.5, 2.6), 0, 13))
        job = str(draw.choice(jobs))
        married = draw.random() < 0.2 + 0.5 * (age > 28)
        hours = int(numpy.clip(draw.normal(40, 11), 5, 99))
        gain = int(draw.lognormal(8.5, 0.7)) if draw.random() < 0.08 else 0
        odds = (-3.4 + 0.32 * (years - 8) + 0.03 * (hours - 40) + 1.9 * married + worth[job]
                + 0.05 * (age - 38) - 0.0022 * (age - 45) ** 2 + 2.5 * (gain > 5000)) * 1.3
        rich = draw.random() < 1 / (1 + numpy.exp(-odds))
        unknown = draw.random() < 0.056
        lines.append(", ".join([
            str(age), "?" if unknown else str(draw.choice(["Private", "Self-emp", "State-gov"])),
            str(int(draw.lognormal(12, 0.5))), schools[years], str(years + 3),
            "Married-civ-spouse" if married else str(draw.choice(["Never-married", "Divorced"])),
            "?" if unknown else job, str(draw.choice(["Male", "Female"])), str(gain), str(hours),
            str(draw.choice(["United-States", "Mexico", "Germany", "?"],
                            p=[0.9, 0.06, 0.02, 0.02])),
            ">50K" if rich else "<=50K"]))
    return Table(None, lines, "-1", ",", False)


TABLES = {
    "iris": iris, "wine": wine, "breast cancer": breast_cancer, "diabetes": diabetes,
    "sonar": lambda: from_mlbench("Sonar", "Class"),
    "glass": lambda: from_mlbench("Glass", "Type"),
    "pima": lambda: from_mlbench("PimaIndiansDiabetes", "diabetes"),
    "housing": lambda: from_mlbench("BostonHousing", "medv", regression=True),
    "letter": lambda: from_mlbench("LetterRecognition", "lettr"),
    "optdigits": optdigits, "digits kaggle": digits_kaggle,
    "wine quality": wine_quality, "titanic": titanic, "adult": adult,
}


# ---- rows for scikit-learn ----

def read_rows(table):
    """The fields of each row without the label's, and the labels."""
    lines = ([table.header] if table.header else []) + table.lines
    rows = [[field.strip() for field in row]
            for row in csv.reader(lines, delimiter=table.separator, skipinitialspace=True)]
    names = rows.pop(0) if table.header else []
    at = names.index(table.label) if table.label in names else int(table.label)
    at = at - 1 if at > 0 and not names else at % len(rows[0])
    answers = [row.pop(at) for row in rows]
    return rows, numpy.array([float(a) for a in answers] if table.regression else answers)


def is_number(text):
    try:
        return text in MISSING or float(text) is not None
    except ValueError:
        return False


def code(rows):
    """Rows as columns of objects: floats, NaN where missing, or words; and which are which."""
    columns = list(zip(*rows))
    numbers = [i for i, column in enumerate(columns) if all(map(is_number, column))]
    words = [i for i in range(len(columns)) if i not in numbers]
    coded = numpy.empty((len(rows), len(columns)), dtype=object)
    for i, column in enumerate(columns):
        coded[:, i] = column if i in words else [numpy.nan if x in MISSING else float(x)
                                                 for x in column]
    return coded, numbers, words


def peers(table, numbers, words):
    """scikit-learn's three ways, by name."""
    to_numbers = ColumnTransformer([("numbers", SimpleImputer(), numbers),
                                    ("words", OneHotEncoder(handle_unknown="ignore"), words)],
                                   sparse_threshold=0)
    network = neural_network.MLPRegressor if table.regression else neural_network.MLPClassifier
    linear = linear_model.Ridge() if table.regression else linear_model.LogisticRegression()
    return {"MLP": make_pipeline(to_numbers, network(random_state=1)),
            "scaled MLP": make_pipeline(to_numbers, StandardScaler(), network(random_state=1)),
            "linear": make_pipeline(to_numbers, StandardScaler(), linear)}


# ---- the study ----

def write_split(table, folder, train, test):
    folder.mkdir(parents=True)
    for name, indices in ("train", train), ("test", test):
        lines = ([table.header] if table.header else []) + [table.lines[i] for i in indices]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


def train_descent(table, folder):
    """Accuracy or R2 on the test rows; NaN where there is neither, and the reason."""
    command = [COMMAND, "train", folder, "--label-column", table.label, "--json", "--threads", "1",
               "--out", folder / "run"]
    result = subprocess.run(command + (["--regression"] if table.regression else []), check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        return math.nan, result.stderr.strip().splitlines()[-1]
    return json.loads(result.stdout)["test"]["r2" if table.regression else "accuracy"], None


def score_peers(table, train, test):
    rows, answers = read_rows(table)
    coded, numbers, words = code(rows)
    scores = {}
    for name, peer in peers(table, numbers, words).items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "maximum iterations reached": the defaults are judged
            peer.fit(coded[train], answers[train])
        scores[name] = peer.score(coded[test], answers[test])
    return scores


def study(name, table, folder, splits):
    """The scores in percent of each way, one for each split; and the reasons of refusals."""
    scores = collections.defaultdict(list)
    failures = []
    _, answers = read_rows(table)
    for split in range(splits):
        train, test = train_test_split(range(len(table.lines)), test_size=0.2, random_state=split,
                                       stratify=None if table.regression else answers)
        place = folder / name.replace(" ", "-") / str(split)
        write_split(table, place, train, test)
        score, failure = train_descent(table, place)
        failures += [failure] if failure else []
        for way, value in {"descent": score, **score_peers(table, train, test)}.items():
            scores[way].append(100 * value)
    return scores, failures


def judge(scores):
    """Whether the rule holds: not worse than the best by more than twice its deviation."""
    best = max((way for way in scores if way != "descent"),
               key=lambda way: statistics.mean(scores[way]))
    allowed = statistics.mean(scores[best]) - 2 * statistics.stdev(scores[best])
    return statistics.mean(scores["descent"]) >= allowed


def show(values):
    if any(map(math.isnan, values)):
        return "refused"
    return f"{max(statistics.mean(values), -999):.1f} ± {min(statistics.stdev(values), 999):.1f}"


def row(cells):
    widths = "| {:<13} | {:>6} | {:>12} | {:>13} | {:>13} | {:>12} | {:<6} |"
    print(widths.format(*cells), flush=True)


def shorten(table, rows):
    """Every n-th row, so that about as many are left."""
    step = max(1, len(table.lines) // rows)
    return table._replace(lines=table.lines[::step])


def study_all(names, folder, splits, rows):
    row(["table", "rows", "descent", "MLP", "scaled MLP", "linear", "rule"])
    row(["---"] * 7)
    broken = 0
    for name in names:
        table = shorten(TABLES[name](), rows) if rows else TABLES[name]()
        scores, failures = study(name, table, folder, splits)
        kept = judge(scores)
        broken += not kept
        cells = [show(scores[way]) for way in ("descent", "MLP", "scaled MLP", "linear")]
        row([name + " (R2)" * table.regression, len(table.lines), *cells,
             "kept" if kept else "BROKEN"])
        if failures:
            print(f"{name}: {failures[0]}", file=sys.stderr)
    return broken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true",
                        help="three splits, about 2,000 rows of the long tables")
    parser.add_argument("--tables", default=",".join(TABLES), metavar="NAME,...")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER",
                        help="keep the tables and the runs there")
    arguments = parser.parse_args()
    names = arguments.tables.split(",")
    if not set(names) <= set(TABLES):
        parser.error(f"expected some of {', '.join(TABLES)}")
    splits, rows = (3, 2000) if arguments.quick else (5, None)
    with tempfile.TemporaryDirectory() as scratch:
        broken = study_all(names, arguments.keep or pathlib.Path(scratch), splits, rows)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()

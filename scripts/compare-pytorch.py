#!/usr/bin/python3
"""Times descent's two engines, PyTorch and scikit-learn on the same training, in turn within one run.

    scripts/compare-pytorch.py [--seconds S] [--repeats R] [--networks W1,W5] MNIST-FOLDER

Every network is trained by plain SGD in shuffled batches: W1 to W6 on MNIST, W7, which has the shape of
HIGGS, on random numbers, with a sigmoid for two classes (published for it: 72,000 samples/s by OpenNN and
46,000 by PyTorch 2.6 on 16 threads of an i9-12900K, https://www.opennn.net/blog/higgs-cpu-opennn-pytorch/).
PyTorch runs the loop that its
users are advised to write: all data in one tensor, batches by a permutation's indices, eager mode,
gradients set to None; with one and with two threads, the better one counts. scikit-learn's
MLPClassifier runs partial_fit on the same batches. Each measures R slices of S seconds, alternating
with the others. Printed are rows of Markdown: medians of the better of one and two threads; then what
each engine reaches on one thread and on two, of the speed of OpenBLAS's products alone and of the
processor's peak; then the peak memory of a process that trains 784-128-10, and the seconds to 98 % test
accuracy by one recipe. All of it takes about eight minutes.

Needs Debian's python3-torch and python3-sklearn. Where Debian's libopenblas0-openmp is installed,
PyTorch gets it: with the pthread build its own threads and OpenBLAS's fight for the cores.
"""
import argparse
import gzip
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
DESCENT = os.environ.get("DESCENT", str(PROJECT / "build" / "descent"))
OPENMP_BLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp"
# Layers, batch, activation, and whether MNIST is what they are trained on.
NETWORKS = {
    "W1": ("784-128-10", 32, "relu", True),
    "W2": ("784-128-10", 128, "relu", True),
    "W3": ("784-512-512-10", 128, "relu", True),
    "W4": ("784-800-10", 256, "relu", True),
    "W5": ("784-30-10", 10, "relu", True),
    "W6": ("784-2500-2000-1500-1000-500-10", 256, "relu", True),
    "W7": ("28-300-300-300-300-300-1", 100, "tanh", False),
}
ENGINES = ("packed", "blas")
# One recipe for all: hidden units, batch, highest learning rate of a linear decay, epochs.
RECIPE = (192, 32, 0.4, 6)


def read_idx(folder, name):
    for path, opener in ((folder / name, open), (folder / (name + ".gz"), gzip.open)):
        if path.exists():
            with opener(path, "rb") as file:
                content = file.read()
            rank = content[3]
            shape = [int.from_bytes(content[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
            return shape, content[4 + 4 * rank:]
    sys.exit(f"{folder}: expected {name} or {name}.gz")


def load(folder, part):
    import numpy
    shape, pixels = read_idx(folder, part + "-images-idx3-ubyte")
    _, labels = read_idx(folder, part + "-labels-idx1-ubyte")
    features = numpy.frombuffer(pixels, numpy.uint8).reshape(shape[0], -1)
    return features.astype(numpy.float32) / 255, numpy.frombuffer(labels, numpy.uint8).astype(int)


def random_samples(layers):
    """Of two classes, for a network with one output."""
    import numpy
    generator = numpy.random.default_rng(1)
    features = generator.random((60000, int(layers.split("-")[0])), numpy.float32)
    return features, generator.integers(0, 2, len(features))


class Torch:
    """PyTorch's eager loop."""

    def __init__(self, folder, threads):
        import torch
        torch.set_num_threads(threads)
        self.torch = torch
        self.x, self.y = map(torch.from_numpy, load(folder, "train"))
        self.folder = folder

    def network(self, layers, activation="relu"):
        hidden = {"relu": self.torch.nn.ReLU, "tanh": self.torch.nn.Tanh}[activation]
        sizes = [int(size) for size in layers.split("-")]
        modules = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            modules += [self.torch.nn.Linear(inputs, outputs), hidden()]
        return self.torch.nn.Sequential(*modules[:-1])

    def samples(self, layers, mnist):
        """Features, answers and the loss for them."""
        functional = self.torch.nn.functional
        if mnist:
            return self.x, self.y, functional.cross_entropy
        x, y = map(self.torch.from_numpy, random_samples(layers))
        return x, y.float().unsqueeze(1), functional.binary_cross_entropy_with_logits

    def epoch(self, samples, model, optimizer, batch, proceed):
        """Steps of one epoch while proceed() says so; the samples seen."""
        x, y, loss_of = samples
        order = self.torch.randperm(len(x))
        seen = 0
        for first in range(0, len(order), batch):
            chosen = order[first:first + batch]
            loss = loss_of(model(x[chosen]), y[chosen])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            seen += len(chosen)
            if not proceed():
                break
        return seen

    def throughput(self, layers, batch, activation, mnist, seconds):
        model = self.network(layers, activation)
        samples = self.samples(layers, mnist)
        optimizer = self.torch.optim.SGD(model.parameters(), lr=0.01)
        seen = 0
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            seen += self.epoch(samples, model, optimizer, batch,
                               lambda: time.perf_counter() - begin < seconds)
        return seen / (time.perf_counter() - begin)

    def recipe(self):
        """Seconds of training, and the test accuracy that they bring."""
        hidden, batch, rate, epochs = RECIPE
        x, y = map(self.torch.from_numpy, load(self.folder, "t10k"))
        model = self.network(f"784-{hidden}-10")
        optimizer = self.torch.optim.SGD(model.parameters(), lr=rate)
        steps = epochs * -(-len(self.x) // batch)
        schedule = self.torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 - t / steps)
        begin = time.perf_counter()
        for _ in range(epochs):
            self.epoch(self.samples("", True), model, optimizer, batch, lambda: schedule.step() or True)
        seconds = time.perf_counter() - begin
        with self.torch.no_grad():
            right = (model(x).argmax(1) == y).float().mean().item()
        return [seconds, right]


class Sklearn:
    """scikit-learn's MLPClassifier, batch by batch."""

    def __init__(self, folder, _threads):
        self.x, self.y = load(folder, "train")

    def throughput(self, layers, batch, activation, mnist, seconds):
        import numpy
        from sklearn.neural_network import MLPClassifier
        hidden = tuple(int(size) for size in layers.split("-")[1:-1])
        model = MLPClassifier(hidden, activation, solver="sgd", learning_rate_init=0.01, momentum=0,
                              alpha=0, batch_size=batch)
        x, y = (self.x, self.y) if mnist else random_samples(layers)
        classes = numpy.unique(y)
        order = numpy.random.permutation(len(x))
        seen = 0
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            # As many batches at once as partial_fit takes in one call: it loops over them itself.
            part = order[seen % len(order):][:batch * 20]
            model.partial_fit(x[part], y[part], classes)
            seen += len(part)
        return seen / (time.perf_counter() - begin)


def worker(kind, threads, folder):
    """Answers requests, one JSON list a line, until the input ends."""
    trainer = {"torch": Torch, "sklearn": Sklearn}[kind](pathlib.Path(folder), int(threads))
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(getattr(trainer, request[0])(*request[1:])), flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


class Worker:
    """A peer in a process of its own, which sleeps while others are measured."""

    def __init__(self, kind, threads, folder):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OMP_WAIT_POLICY="passive")
        if os.path.isdir(OPENMP_BLAS):
            environment["LD_LIBRARY_PATH"] = OPENMP_BLAS
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", kind, str(threads), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, *request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def memory(self):
        """Ends the process; its peak in MB."""
        self.process.stdin.close()
        peak = float(self.process.stdout.readline())
        self.process.wait()
        return peak


def descent(*arguments):
    done = subprocess.run([DESCENT, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return json.loads(done.stdout)


def descent_throughput(options, network):
    """What bench finds for both engines on one and two threads, the loader in the loop."""
    layers, batch, activation, mnist = network
    # The time of a combination is that of both engines and of up to four ways to cut the products.
    return descent("bench", "--engine", ",".join(ENGINES), "--layers", layers, "--batch", str(batch),
                   "--activation", activation, "--threads", "1,2", "--seconds", str(options.seconds * 6),
                   "--repeats", "3", "--json", "--quiet", *[str(options.folder)] * mnist)


def descent_recipe(options, seed):
    hidden, batch, rate, epochs = RECIPE
    result = descent("train", str(options.folder), "--hidden", str(hidden), "--batch", str(batch), "--lr",
                     str(rate), "--epochs", str(epochs), "--optimizer", "sgd", "--schedule",
                     "linear", "--validation", "0", "--seed", str(seed), "--out",
                     options.scratch + "/run", "--force", "--json", "--quiet")
    return [result["seconds"], result["test"]["accuracy"]]


def print_machine(found):
    rows = {row["engine"]: row["kernels"] for row in found["rows"]}
    peaks = ", ".join(f"{peak['fp32_gflops']:.0f} on {peak['threads']}" for peak in found["peaks"])
    print(f"{found['processor']}, {found['processors']} processors; OpenBLAS's kernels {rows['blas']}, packed's "
          f"{rows['packed']}; peak in GFLOP/s by threads: {peaks}\n")


def ratio_to(ours, theirs):
    return f"{theirs:,.0f} | {ours / theirs:.1f}"


def throughput_row(options, network, peers):
    """The row of a network, that of its bounds, and the machine: medians of all turns."""
    found, seen = [], {peer: [] for peer in peers}
    for _ in range(options.repeats):
        found.append(descent_throughput(options, network))
        for peer, process in peers.items():
            seen[peer].append(process.ask("throughput", *network, options.seconds))

    def median(engine, threads, what):
        return statistics.median(row[what] for turn in found for row in turn["rows"]
                                 if row["engine"] == engine and row["threads"] == threads)

    ours = {engine: max(median(engine, threads, "samples_per_second") for threads in (1, 2))
            for engine in ENGINES}
    torch = max(statistics.median(seen["torch 1"]), statistics.median(seen["torch 2"]))
    best = max(ours.values())
    name = f"{network[0]}, {network[1]}"
    speeds = (f"| {name} | {ours['packed']:,.0f} | {ours['blas']:,.0f} | {ratio_to(best, torch)} | "
              f"{ratio_to(best, statistics.median(seen['sklearn']))} |")
    shares = [f"{median(engine, threads, what):.2f}" for what in ("bound_ratio", "fp32_peak_ratio")
              for threads in (1, 2) for engine in ENGINES]
    return speeds, f"| {name} | {' | '.join(shares)} |", found[0]


def compare_throughput(options):
    peers = {"torch 1": Worker("torch", 1, options.folder),
             "torch 2": Worker("torch", 2, options.folder),
             "sklearn": Worker("sklearn", 2, options.folder)}
    shares = []
    for name in options.networks.split(","):
        speeds, share, found = throughput_row(options, NETWORKS[name], peers)
        if not shares:
            print_machine(found)
            print("| network, batch | packed | blas | PyTorch | ratio | scikit-learn | ratio |")
            print("|---|---|---|---|---|---|---|")
        print(speeds, flush=True)
        shares.append(share)
    print("\n| network, batch | of bound, 1 thread: packed | blas | 2 threads: packed | blas "
          "| of peak, 1 thread: packed | blas | 2 threads: packed | blas |")
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(shares))
    for peer in peers.values():
        peer.memory()


def compare_memory(options):
    peaks = {}
    for kind in ("torch", "sklearn"):
        process = Worker(kind, 1, options.folder)
        process.ask("throughput", *NETWORKS["W1"], 2)
        peaks[kind] = process.memory()
    # The peak is that of all children: descent is the only one of a process made for it.
    code = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],check=True,"
            "stdout=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024)")
    run = [DESCENT, "train", str(options.folder), "--hidden", "128", "--epochs", "1", "--out",
           options.scratch + "/run", "--force", "--quiet"]
    done = subprocess.run([sys.executable, "-c", code, *run], capture_output=True, text=True,
                          check=True)
    own = float(done.stdout)
    print(f"\npeak memory, MNIST: descent {own:.0f} MB, PyTorch {peaks['torch']:.0f} MB "
          f"({peaks['torch'] / own:.1f}x), scikit-learn {peaks['sklearn']:.0f} MB "
          f"({peaks['sklearn'] / own:.1f}x)", flush=True)


def compare_recipe(options):
    hidden, batch, rate, epochs = RECIPE
    print(f"\nto 98 %: 784-{hidden}-10, batch {batch}, plain SGD, lr {rate} falling to 0, "
          f"{epochs} epochs")
    for seed in (1, 2, 3):
        process = Worker("torch", 2, options.folder)
        ours = descent_recipe(options, seed)
        torch = process.ask("recipe")
        process.memory()
        print(f"  run {seed}: descent {ours[0]:.2f} s, {100 * ours[1]:.2f} %; "
              f"PyTorch {torch[0]:.2f} s, {100 * torch[1]:.2f} %", flush=True)


def compare(options):
    compare_throughput(options)
    compare_memory(options)
    compare_recipe(options)


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "--worker":
        worker(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=lambda name: pathlib.Path(name).resolve())
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--networks", default=",".join(NETWORKS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        options.scratch = scratch
        compare(options)


if __name__ == "__main__":
    main()

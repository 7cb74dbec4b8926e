#!/usr/bin/python3
"""Writes tests/golden: numbers that the tests compare with, computed by PyTorch.

Weights, features and gradients are float32 values, the arithmetic on them is float64: the golden
numbers then carry no rounding worth naming, the reference must agree with them to 1e-12, and the
float32 library as far as float32 goes. Needs Debian's python3-torch. Run it from anywhere:

    scripts/make-golden.py

A file holds `tensor NAME COUNT` lines, each followed by COUNT numbers; `#` starts a comment.
"""

import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"

SIZES = (13, 7, 5)
SAMPLES = 9
CLASS_WEIGHTS = (0.25, 3, 1, 0.5, 2)
STEPS = 50
PARAMETERS = 5
LEARNING_RATES = 100


def write(name, tensors):
    lines = [f"# torch {torch.__version__}; made by: scripts/make-golden.py"]
    for key, value in tensors.items():
        numbers = ["%.17g" % x for x in torch.as_tensor(value, dtype=torch.float64).flatten()]
        lines.append(f"tensor {key} {len(numbers)}")
        lines += [" ".join(numbers[i : i + 8]) for i in range(0, len(numbers), 8)]
    (FOLDER / name).write_text("\n".join(lines) + "\n")


# Networks: one set of weights and samples, two activations, seven losses.


def network_inputs():
    generator = torch.Generator().manual_seed(20240213)
    draw = lambda *shape: torch.rand(*shape, generator=generator) * 2 - 1
    parameters = []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        parameters += [draw(outputs, inputs) * math.sqrt(3 / inputs), draw(outputs) / 2]
    features = draw(SAMPLES, SIZES[0])
    targets = draw(SAMPLES, SIZES[-1])
    labels = torch.randint(SIZES[-1], (SAMPLES,), generator=generator)
    shares = torch.rand(SAMPLES, SIZES[-1], generator=generator)
    shares[::2] = shares[::2].round()  # every other sample has labels that hold or do not
    return parameters, features, labels, targets, shares


def binary_cross_entropy(logits, target):
    """The mean over samples of the sum over outputs."""
    return torch.nn.BCEWithLogitsLoss(reduction="sum")(logits, target) / len(logits)


def run_network(activation, loss, parameters, features, target):
    leaves = [p.double().requires_grad_() for p in parameters]
    hidden = activation(torch.nn.functional.linear(features.double(), *leaves[:2]))
    logits = torch.nn.functional.linear(hidden, *leaves[2:])
    value = loss(logits, target)
    value.backward()
    return logits.detach(), value.detach(), torch.cat([p.grad.flatten() for p in leaves])


def eigenvalues(activation, loss, parameters, features, target):
    """Of the Hessian by all parameters, the smallest and the largest."""
    shapes = [p.shape for p in parameters]

    def of_flat(flat):
        w, b, v, c = (part.reshape(shape) for part, shape in
                      zip(flat.split([s.numel() for s in shapes]), shapes))
        linear = torch.nn.functional.linear
        return loss(linear(activation(linear(features.double(), w, b)), v, c), target)

    flat = torch.cat([p.double().flatten() for p in parameters])
    values = torch.linalg.eigvalsh(torch.autograd.functional.hessian(of_flat, flat))
    return values[[0, -1]]


def make_network():
    parameters, features, labels, targets, shares = network_inputs()
    one_hot = torch.nn.functional.one_hot(labels, SIZES[-1]).double()
    tensors = {
        "parameters": torch.cat([p.flatten() for p in parameters]),
        "features": features,
        "labels": labels,
        "targets": targets,
        "shares": shares,
    }
    weights = torch.tensor(CLASS_WEIGHTS, dtype=torch.float64)
    losses = {
        "cross-entropy": (torch.nn.CrossEntropyLoss(), labels),
        "cross-entropy-smooth": (torch.nn.CrossEntropyLoss(label_smoothing=0.1), labels),
        "mse": (torch.nn.MSELoss(), targets.double()),
        "cross-entropy-weighted": (torch.nn.CrossEntropyLoss(weights), labels),
        "cross-entropy-smooth-weighted": (
            torch.nn.CrossEntropyLoss(weights, label_smoothing=0.1), labels),
        "binary-cross-entropy-labels": (binary_cross_entropy, one_hot),
        "binary-cross-entropy": (binary_cross_entropy, shares.double()),
    }
    for name, activation in {"relu": torch.relu, "tanh": torch.tanh}.items():
        for key, (loss, target) in losses.items():
            logits, value, gradient = run_network(activation, loss, parameters, features, target)
            tensors[f"{name}-logits"] = logits
            tensors[f"{name}-{key}-loss"] = value
            tensors[f"{name}-{key}-gradient"] = gradient
            tensors[f"{name}-{key}-eigenvalues"] = eigenvalues(activation, loss, parameters, features,
                                                               target)
    write("network.txt", tensors)


# Optimizers: the same given gradients for each, the parameters after every step.

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd-momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "sgd-nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "sgd-decay": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.5, weight_decay=0.05),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adam-decay": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.05),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.05),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "rmsprop-momentum": lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.9, weight_decay=0.05),
}


def run_optimizer(create, start, gradients):
    parameters = start.double().requires_grad_()
    optimizer = create([parameters])
    path = []
    for gradient in gradients:
        parameters.grad = gradient.double()
        optimizer.step()
        path.append(parameters.detach().clone())
    return torch.stack(path)


def make_optimizer():
    generator = torch.Generator().manual_seed(964)
    start = torch.randn(PARAMETERS, generator=generator)
    gradients = torch.randn(STEPS, PARAMETERS, generator=generator)
    gradients *= torch.tensor([1.0, 10.0, 0.1, 1e-3, 1.0])  # one coordinate each of very unlike size
    gradients[:, 4] = gradients[:, 4].abs()  # and one that always points the same way
    gradients[::3, 2] = 0
    tensors = {"start": start, "gradients": gradients}
    for name, create in OPTIMIZERS.items():
        tensors[name] = run_optimizer(create, start, gradients)
    write("optimizer.txt", tensors)


# Schedules: the first hundred learning rates. Where torch's recurrent form drifts by rounding, its
# closed form is asked; where torch rises again after the last step, the last value stays.


def optimizer_with(lr):
    return torch.optim.SGD([torch.zeros(1)], lr=lr)


def stepped(create, lr):
    optimizer = optimizer_with(lr)
    scheduler = create(optimizer)
    values = []
    for _ in range(LEARNING_RATES):
        values.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return values


def closed(create, lr, last=LEARNING_RATES):
    scheduler = create(optimizer_with(lr))
    values = []
    for t in range(LEARNING_RATES):
        scheduler.last_epoch = min(t, last)
        values.append(scheduler._get_closed_form_lr()[0])
    return values


def one_cycle(lr, **options):
    create = lambda o: lr_scheduler.OneCycleLR(
        o, lr, LEARNING_RATES, anneal_strategy="cos", three_phase=False, cycle_momentum=False, **options)
    return stepped(create, lr)


def sequential(warmup, steps):
    def create(optimizer):
        rise = lr_scheduler.LinearLR(optimizer, 1 / warmup, 1.0, total_iters=warmup - 1)
        fall = lr_scheduler.CosineAnnealingLR(optimizer, steps - warmup, eta_min=0.001)
        return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warmup])
    return stepped(create, 0.1)


def warm_cosine(t, warmup=10, steps=80):
    if t < warmup:
        return (t + 1) / warmup
    share = min((t - warmup) / (steps - warmup), 1.0)
    return (1 + math.cos(math.pi * share)) / 2


def plateau(losses):
    optimizer = optimizer_with(0.1)
    scheduler = lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=3, threshold=0.01, min_lr=0.004)
    values = []
    for loss in losses:
        values.append(optimizer.param_groups[0]["lr"])
        scheduler.step(loss)
    return values


def plateau_losses():
    generator = torch.Generator().manual_seed(7)
    noise = torch.rand(LEARNING_RATES, generator=generator, dtype=torch.float64)
    # Falls, stalls, falls a little (less than the threshold counts), and stalls for good.
    return [2 / (1 + min(t, 25) / 5) - 0.002 * (t > 40) + 0.03 * float(noise[t])
            for t in range(LEARNING_RATES)]


def make_schedule():
    s = lr_scheduler
    losses = plateau_losses()
    write("schedule.txt", {
        "step": closed(lambda o: s.StepLR(o, 13, gamma=0.5), 0.1),
        "exponential": closed(lambda o: s.ExponentialLR(o, 0.97), 0.1),
        "linear": closed(lambda o: s.LinearLR(o, 1.0, 0.05, total_iters=80), 0.1),
        "polynomial": closed(lambda o: s.PolynomialLR(o, total_iters=80, power=2.5), 0.1),
        "cosine": closed(lambda o: s.CosineAnnealingLR(o, 80, eta_min=0.001), 0.1, last=80),
        "cosine-100": closed(lambda o: s.CosineAnnealingLR(o, 100), 0.1),
        "one-cycle": one_cycle(0.1),
        "one-cycle-early": one_cycle(0.5, pct_start=0.12, div_factor=10, final_div_factor=100),
        "cosine-restarts": stepped(
            lambda o: s.CosineAnnealingWarmRestarts(o, 17, eta_min=0.001), 0.1),
        "cosine-restarts-2": stepped(lambda o: s.CosineAnnealingWarmRestarts(o, 9, T_mult=2), 0.1),
        "warm-cosine": stepped(lambda o: s.LambdaLR(o, warm_cosine), 0.1),
        "warm-cosine-sequential": sequential(20, 100),
        "plateau-losses": losses,
        "plateau": plateau(losses),
    })


# Generator: xoshiro256++ written down once more, from the paper's description.


def rotate(x, k):
    return (x << k | x >> (64 - k)) & (2**64 - 1)


def xoshiro(state, count):
    a, b, c, d = state
    values = []
    for _ in range(count):
        values.append((rotate((a + d) % 2**64, 23) + a) % 2**64)
        t = (b << 17) % 2**64
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = rotate(d, 45)
    return values


def make_random():
    states = {"small": (1, 2, 3, 4), "large": (2**64 - 1, 0x9E3779B97F4A7C15, 2**63, 12345)}
    lines = ["# xoshiro256++ in Python; made by: scripts/make-golden.py"]
    for name, state in states.items():
        values = [*state, *xoshiro(state, 20)]
        lines += [f"integers {name} {len(values)}", *(f"0x{value:016x}" for value in values)]
    (FOLDER / "random.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore", UserWarning)  # SequentialLR warns of its own use of epoch
    FOLDER.mkdir(parents=True, exist_ok=True)
    make_network()
    make_optimizer()
    make_schedule()
    make_random()

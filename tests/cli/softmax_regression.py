"""Softmax regression in plain Python: slow, and independent of descent."""

import math


def softmax_regression(pixels, labels, classes, steps):
    """Losses and gradient norms of full-batch gradient descent with learning rate 1 from zeros."""
    inputs = len(pixels) // len(labels)
    samples = [[pixel / 255 for pixel in pixels[i * inputs:(i + 1) * inputs]] + [1.0]
               for i in range(len(labels))]
    weights = [[0.0] * (inputs + 1) for _ in range(classes)]
    figures = []
    for _ in range(steps):
        loss, gradient = 0.0, [[0.0] * (inputs + 1) for _ in range(classes)]
        for sample, label in zip(samples, labels):
            powers = [math.exp(sum(w * x for w, x in zip(row, sample))) for row in weights]
            loss -= math.log(powers[label] / sum(powers)) / len(labels)
            for k, power in enumerate(powers):
                delta = (power / sum(powers) - (k == label)) / len(labels)
                gradient[k] = [g + delta * x for g, x in zip(gradient[k], sample)]
        figures.append((loss, math.sqrt(sum(g * g for row in gradient for g in row))))
        weights = [[w - g for w, g in zip(*pair)] for pair in zip(weights, gradient)]
    return figures

"""From held-out logits to probabilities that mean what they say, and to the confidence below which an answer is marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from .metrics import balanced_weights, softmax, unweighted_average_recall, valence_probabilities

TEMPERATURES = (0.2, 5.0)
THRESHOLDS = tuple(round(0.35 + 0.05 * step, 2) for step in range(11))
ENOUGH_CLIPS = 10


def fit_temperature(logits: np.ndarray, truths: np.ndarray, groups: np.ndarray, labels: Sequence[str]) -> float:
    """The divisor of the logits [clips, labels] with the least log loss of the valences (Guo et al. 2017, section 4.2).

    Every valence of every group (a corpus) weighs the same: the probabilities are right where the valences are equally common,
    whatever the corpora hold. Rounded to 3 digits, within TEMPERATURES (the low end
    where all answers are right). Raises ValueError at the high end: the network has learnt nothing.
    """
    weights = group_weights(truths, groups)

    def loss(logarithm: float) -> float:
        probabilities = valence_probabilities(softmax(logits, float(np.exp(logarithm))), labels)
        return float(-(weights * np.log(probabilities[np.arange(len(truths)), truths] + 1e-9)).sum())

    low, high = np.log(TEMPERATURES)
    found = minimize_scalar(loss, bounds=(low, high), method="bounded").x
    if high - found < 0.01:
        raise ValueError(f"the best temperature is {np.exp(found):.2f} or more: the held-out answers are no better than chance; train longer or look at the labels")
    return round(float(np.exp(found)), 3)


def group_weights(truths: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Weights [clips], 1 in all, with which every group, and in it every valence, weighs the same."""
    weights = np.zeros(len(truths))
    names = np.unique(groups)
    for name in names:
        weights[groups == name] = balanced_weights(truths[groups == name]) / len(names)
    return weights


def confidence_curve(probabilities: np.ndarray, truths: np.ndarray, groups: np.ndarray) -> list[dict[str, float]]:
    """For each threshold: `coverage`, the share of clips that confident (groups and valences weigh the same), and the unweighted
    average `recall` of those, each group's own, then the mean. Ends where a group has fewer than ENOUGH_CLIPS of a valence left."""
    weights, confidence, guesses = group_weights(truths, groups), probabilities.max(1), probabilities.argmax(1)
    curve = []
    for threshold in THRESHOLDS:
        kept = confidence >= threshold
        counts = [int((kept & (groups == group) & (truths == valence)).sum()) for group in np.unique(groups) for valence in np.unique(truths)]
        if min(counts) < ENOUGH_CLIPS:
            break
        recalls = [unweighted_average_recall(truths[kept & (groups == group)], guesses[kept & (groups == group)]) for group in np.unique(groups)]
        curve.append({"threshold": threshold, "coverage": round(float(weights[kept].sum()), 3), "recall": round(float(np.mean(recalls)), 3)})
    return curve


def low_confidence_threshold(curve: Sequence[dict[str, float]], wanted: float = 0.7) -> float:
    """The lowest threshold with the recall wanted above it; where none reaches it, 0.5, below which an answer is more likely wrong than right."""
    return next((point["threshold"] for point in curve if point["recall"] >= wanted), 0.5)

"""What a classifier is judged by. Truths and guesses are class numbers [clips], probabilities float [clips, classes]."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .manifest import LABELS, VALENCE_OF, VALENCES


def confusion(truths: np.ndarray, guesses: np.ndarray, classes: int) -> np.ndarray:
    """Counts [truth, guess]."""
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (truths, guesses), 1)
    return table


def recalls(truths: np.ndarray, guesses: np.ndarray, classes: int) -> np.ndarray:
    """Recall of each class; NaN where it has no clip."""
    table = confusion(truths, guesses, classes)
    totals = table.sum(1)
    return np.where(totals > 0, np.diag(table) / np.maximum(totals, 1), np.nan)


def unweighted_average_recall(truths: np.ndarray, guesses: np.ndarray, classes: int = len(VALENCES)) -> float:
    """The mean recall of the classes that have clips. Raises ValueError when none has."""
    each = recalls(truths, guesses, classes)
    if np.isnan(each).all():
        raise ValueError("no clips to judge by; give at least one")
    return float(np.nanmean(each))


def balanced_weights(truths: np.ndarray) -> np.ndarray:
    """A weight for each clip, 1 in all, with which every class present weighs the same."""
    _, inverse, counts = np.unique(truths, return_inverse=True, return_counts=True)
    weights = 1.0 / counts[inverse]
    return weights / weights.sum()


def expected_calibration_error(truths: np.ndarray, probabilities: np.ndarray, weights: np.ndarray | None = None, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over `bins` equal bins of confidence, weighed by their clips (Guo et al. 2017, eq. 3)."""
    weights = np.full(len(truths), 1 / len(truths)) if weights is None else weights
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truths
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs((weights * (right - confidence))[place == one].sum()) for one in range(bins)))


def valence_probabilities(probabilities: np.ndarray, labels: Sequence[str] = LABELS) -> np.ndarray:
    """Sums emotions [clips, labels] to [clips, VALENCES]; surprise is dropped and the rest renormalised."""
    member = np.array([[VALENCE_OF[label] == valence for valence in VALENCES] for label in labels], dtype=np.float64)
    summed = probabilities @ member
    return summed / np.maximum(summed.sum(1, keepdims=True), 1e-12)


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities [clips, classes] of logits divided by the temperature."""
    shifted = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
    return shifted / shifted.sum(1, keepdims=True)

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, recall_score

from valence_audio.manifest import LABELS
from valence_audio.metrics import (
    balanced_weights, confusion, expected_calibration_error, recalls, softmax, unweighted_average_recall, valence_probabilities,
)

GENERATOR = np.random.default_rng(1)
TRUTHS = GENERATOR.choice(3, 500, p=[0.6, 0.3, 0.1])
GUESSES = np.where(GENERATOR.random(500) < 0.6, TRUTHS, GENERATOR.integers(0, 3, 500))


def test_agree_with_scikit_learn() -> None:
    assert np.array_equal(confusion(TRUTHS, GUESSES, 3), confusion_matrix(TRUTHS, GUESSES))
    assert recalls(TRUTHS, GUESSES, 3) == pytest.approx(recall_score(TRUTHS, GUESSES, average=None))
    assert unweighted_average_recall(TRUTHS, GUESSES) == pytest.approx(balanced_accuracy_score(TRUTHS, GUESSES))
    weighted = np.average(GUESSES == TRUTHS, weights=balanced_weights(TRUTHS))
    assert weighted == pytest.approx(balanced_accuracy_score(TRUTHS, GUESSES))


def test_a_class_without_clips_does_not_count() -> None:
    truths, guesses = np.array([0, 0, 1]), np.array([0, 1, 1])

    assert unweighted_average_recall(truths, guesses, 3) == pytest.approx(0.75)
    assert np.isnan(recalls(truths, guesses, 3)[2])


def test_no_clips_is_an_error() -> None:
    with pytest.raises(ValueError, match="no clips"):
        unweighted_average_recall(np.array([], int), np.array([], int))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    truths = np.array([0] * 7 + [1] * 3)
    sure = np.tile([0.9, 0.1], (10, 1))
    right = np.tile([0.7, 0.3], (10, 1))

    assert expected_calibration_error(truths, sure) == pytest.approx(0.2)
    assert expected_calibration_error(truths, right) == pytest.approx(0.0, abs=1e-9)


def test_emotions_sum_to_valences_without_surprise() -> None:
    probabilities = np.full((1, len(LABELS)), 0.1)
    probabilities[0, LABELS.index("surprise")] = 0.3

    assert valence_probabilities(probabilities)[0] == pytest.approx([1 / 7, 2 / 7, 4 / 7])


def test_a_temperature_flattens_and_survives_large_logits() -> None:
    logits = np.array([[1_000.0, 998.0]])

    assert softmax(logits)[0, 0] == pytest.approx(1 / (1 + np.exp(-2)))
    assert softmax(logits, 2.0)[0, 0] == pytest.approx(1 / (1 + np.exp(-1)))

from __future__ import annotations

import numpy as np
import pytest

from valence_audio.calibration import confidence_curve, fit_temperature, group_weights, low_confidence_threshold
from valence_audio.metrics import softmax

LABELS = ("happy", "neutral", "sad")
GENERATOR = np.random.default_rng(1)
TRUE_LOGITS = GENERATOR.normal(0, 1.5, (6_000, 3))
TRUTHS = np.array([GENERATOR.choice(3, p=row) for row in softmax(TRUE_LOGITS)])
GROUPS = np.array(["one", "two"])[GENERATOR.integers(0, 2, 6_000)]


@pytest.mark.parametrize("overconfidence", [0.6, 1.0, 2.5])
def test_finds_the_temperature_that_truths_were_drawn_with(overconfidence: float) -> None:
    assert fit_temperature(overconfidence * TRUE_LOGITS, TRUTHS, GROUPS, LABELS) == pytest.approx(overconfidence, rel=0.06)


def test_a_network_that_knows_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no better than chance"):
        fit_temperature(50 * GENERATOR.normal(0, 1, (3_000, 3)), TRUTHS[:3_000], GROUPS[:3_000], LABELS)


def test_groups_and_their_valences_weigh_the_same() -> None:
    groups, truths = np.array(["a"] * 4 + ["b"] * 2), np.array([0, 0, 0, 1, 0, 1])

    assert group_weights(truths, groups) == pytest.approx([1 / 12, 1 / 12, 1 / 12, 1 / 4, 1 / 4, 1 / 4])


def test_recall_rises_and_coverage_falls_with_the_threshold() -> None:
    curve = confidence_curve(softmax(TRUE_LOGITS), TRUTHS, GROUPS)

    assert curve[0]["threshold"] == 0.35
    assert [point["coverage"] for point in curve] == sorted((point["coverage"] for point in curve), reverse=True)
    assert curve[-1]["recall"] > curve[0]["recall"] + 0.1
    threshold = low_confidence_threshold(curve)
    below, above = (next(point["recall"] for point in curve if point["threshold"] == round(threshold + step, 2)) for step in (-0.05, 0.0))
    assert below < 0.7 <= above


def test_without_the_recall_wanted_half_is_the_threshold() -> None:
    assert low_confidence_threshold([{"threshold": 0.35, "coverage": 1.0, "recall": 0.5}]) == 0.5

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from valence_audio.fit import draw_weights, joint_loss, labels_of, mixed, valence_recall
from valence_audio.manifest import Clip
from valence_audio.recipes import recipe_with


def clip(corpus: str, emotion: str) -> Clip:
    return Clip(Path("a.wav"), corpus, "s", "", emotion, "en", 1.0)


def test_draws_valences_of_a_corpus_alike_and_surprise_half_as_often() -> None:
    clips = [clip("one", name) for name in ["happy"] * 2 + ["neutral"] * 3 + ["calm"] * 5 + ["sad"] * 20 + ["surprise"] * 4]

    weights = draw_weights(clips, range(len(clips)), 0.5)

    of = {name: weights[[one.emotion == name for one in clips]].sum() for name in ("happy", "neutral", "calm", "sad", "surprise")}
    assert of == pytest.approx({"happy": 2 / 7, "neutral": 1 / 7, "calm": 1 / 7, "sad": 2 / 7, "surprise": 1 / 7})


def test_a_corpus_sixteen_times_as_large_is_drawn_twice_as_often() -> None:
    clips = [clip("one", "happy"), clip("one", "sad")] + [clip("two", "happy")] * 16 + [clip("two", "sad")] * 16

    assert draw_weights(clips, range(len(clips)), 0.5)[2:].sum() == pytest.approx(2 / 3)


def test_the_loss_sees_valence_beside_the_emotion() -> None:
    labels = ["happy", "sad", "angry", "surprise"]
    truth = torch.tensor([[0.0, 1.0, 0.0, 0.0]])
    near, far = torch.tensor([[0.0, 0.0, 4.0, 0.0]]), torch.tensor([[4.0, 0.0, 0.0, 0.0]])

    assert joint_loss(near, truth, labels) < joint_loss(far, truth, labels) - 2
    surprise = torch.tensor([[0.0, 0.0, 0.0, 1.0]])
    logits = torch.tensor([[0.0, 0.0, 0.0, 2.0]])
    assert joint_loss(logits, surprise, labels) == pytest.approx(float(-torch.log_softmax(logits, 1)[0, 3]), abs=1e-5)


def test_mixup_mixes_inputs_and_labels_alike() -> None:
    batch, shares = torch.arange(8.0)[:, None], torch.eye(8)

    inputs, labels = mixed(batch, shares, 0.3, np.random.default_rng(1))

    assert torch.allclose(inputs[:, 0], labels @ torch.arange(8.0))
    assert torch.allclose(labels.sum(1), torch.ones(8))
    assert mixed(batch, shares, 0, np.random.default_rng(1))[0] is batch


def test_recall_leaves_surprise_out() -> None:
    clips = [clip("one", "happy"), clip("one", "surprise"), clip("one", "sad")]
    logits = np.array([[5.0, 0.0, 0.0], [0.0, 5.0, 0.0], [5.0, 0.0, 0.0]])

    assert valence_recall(logits, clips, range(3), ["happy", "sad", "surprise"]) == 0.5


def test_one_valence_is_nothing_to_learn() -> None:
    with pytest.raises(ValueError, match="fewer than two valences"):
        labels_of([clip("one", "sad"), clip("one", "angry"), clip("one", "surprise")])


@pytest.mark.parametrize("changes", [{"epochs": 0}, {"learning_rate": -1.0}, {"averaging": 1.0}, {"mixup": -0.1}])
def test_a_recipe_refuses_what_can_not_be_trained_with(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(changes))} is"):
        recipe_with("compact", **changes)

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from corpus import write_corpus

from valence_audio.calibration import group_weights
from valence_audio.cross_validate import baseline_guesses, figures, held_out_logits, table, truths_of
from valence_audio.embedded_card import embedded_card
from valence_audio.inputs import CONDITIONS
from valence_audio.manifest import Clip, read_corpora
from valence_audio.recipes import RECIPES
from valence_audio.splits import speaker_folds

CLIPS = [
    Clip(Path(f"{corpus}-{speaker}-{emotion}-{take}.wav"), corpus, f"{corpus}{speaker}", "", emotion, "en", 1.0)
    for corpus in ("one", "two") for speaker in range(4) for emotion in ("neutral", "happy", "sad", "surprise") for take in range(12)
]
EMOTIONS = ["neutral", "happy", "sad", "surprise"]


def answers(right: float, generator: np.random.Generator) -> np.ndarray:
    """Logits [clips, 4]: for a share `right` of the clips highest at the truth, else at the next label."""
    truths = np.array([EMOTIONS.index(clip.emotion) for clip in CLIPS])
    shown = np.where(generator.random(len(CLIPS)) < right, truths, (truths + 1) % 3)
    return 3.0 * np.eye(4)[shown] + generator.normal(0, 0.2, (len(CLIPS), 4))


def test_figures_are_counted_by_corpus_condition_and_valence_without_surprise() -> None:
    generator = np.random.default_rng(1)
    logits = {"clean": answers(0.8, generator), "telephone": answers(0.6, generator), "noise10dB": answers(0.5, generator)}
    folds = speaker_folds(CLIPS, 4)

    found = figures(CLIPS, folds, logits, np.where(truths_of(CLIPS) < 0, -1, 0), RECIPES["compact"])

    for corpus in ("one", "two"):
        rows = found["corpora"][corpus]
        assert rows["clips"] == 4 * 3 * 12
        assert rows["clean"]["unweightedAverageRecall"] == pytest.approx(80, abs=8)
        assert rows["telephone"]["unweightedAverageRecall"] == pytest.approx(60, abs=10)
        assert rows["baseline"]["recall"] == {"positive": 100.0, "neutral": 0.0, "negative": 0.0}
        assert rows["clean"]["meanOfFolds"] == pytest.approx(np.mean(rows["clean"]["folds"]), abs=0.1)
    assert found["calibrationError"]["after"] < found["calibrationError"]["before"]
    assert sorted(speaker for fold in found["folds"] for speaker in fold) == sorted({clip.speaker for clip in CLIPS})
    assert table(found).count("| one |") == len(CONDITIONS) + 1
    card = embedded_card(found, EMOTIONS, 1_234)
    assert str(found["corpora"]["two"]["clean"]["unweightedAverageRecall"]) in card and "What is not known" in card


def test_every_clip_is_answered_by_the_fold_that_did_not_hear_its_speaker(tmp_path: Path) -> None:
    clips = read_corpora(write_corpus(tmp_path / "data", speakers=4, clips=6))
    folds = speaker_folds(clips, 2)
    recipe = replace(RECIPES["compact"], epochs=4, batch=16, variants=2, averaging=0.8, crop_seconds=1.0)

    logits = held_out_logits(clips, folds, recipe, tmp_path / "cache", processes=1)
    guesses = baseline_guesses(clips, folds, processes=1)

    assert all(answer.shape == (len(clips), 3) and np.isfinite(answer).all() for answer in logits.values())
    truths = truths_of(clips)
    assert (guesses >= 0).all() and np.mean(guesses == truths) > 0.6
    assert group_weights(truths, np.array([clip.corpus for clip in clips])).sum() == pytest.approx(1)

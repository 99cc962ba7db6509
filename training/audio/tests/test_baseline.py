from __future__ import annotations

import numpy as np
import pytest
from corpus import melody

from valence_audio.baseline import COEFFICIENTS, clip_features, mfcc, pitch, support_vectors


def test_pitch_is_found_and_noise_is_not_voiced() -> None:
    time = np.arange(16_000) / 16_000
    height, voiced = pitch((0.2 * np.sign(np.sin(2 * np.pi * 180 * time))).astype(np.float32))
    _, noisy = pitch(np.random.default_rng(1).normal(0, 0.1, 16_000).astype(np.float32))

    assert 2 ** np.median(height) == pytest.approx(180, rel=0.02)
    assert np.median(voiced) > 0.9 > 0.5 > np.median(noisy)


def test_louder_moves_the_first_coefficient_only() -> None:
    audio = melody("happy", np.random.default_rng(1), 150)

    difference = (mfcc(audio * 0.5) - mfcc(audio)).mean(0)

    assert mfcc(audio).shape[1] == COEFFICIENTS
    assert abs(difference[0]) > 5 and np.abs(difference[1:]).max() < 0.3


def test_a_clip_shorter_than_a_frame_and_silence_have_features() -> None:
    sizes = {clip_features(audio).size for audio in (np.zeros(16_000, np.float32), np.ones(10, np.float32), np.random.default_rng(1).normal(0, 0.1, 9_000))}

    assert len(sizes) == 1
    assert np.isfinite(clip_features(np.zeros(16_000, np.float32))).all()


def test_learns_melodies() -> None:
    generator = np.random.default_rng(1)
    emotions = ["happy", "neutral", "sad"] * 20
    features = np.stack([clip_features(melody(emotion, generator, generator.uniform(120, 220))) for emotion in emotions])

    machine = support_vectors().fit(features[:45], emotions[:45])

    assert np.mean(machine.predict(features[45:]) == np.array(emotions[45:])) > 0.8

from __future__ import annotations

import numpy as np
import pytest

from valence_audio.augment import add_noise, augment, change_gain, change_speed, telephone


def tone(hertz: float, seconds: float = 1.0, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.float32)


def loudest(audio: np.ndarray) -> float:
    return float(np.fft.rfftfreq(audio.size, 1 / 16_000)[np.abs(np.fft.rfft(audio)).argmax()])


def power(audio: np.ndarray) -> float:
    return float(np.mean(audio.astype(np.float64) ** 2))


@pytest.mark.parametrize("decibels", [0, 10, 25])
@pytest.mark.parametrize("colour", [0, 1, 2])
def test_noise_has_the_ratio_that_was_asked_for(decibels: float, colour: float) -> None:
    audio = tone(300)

    noise = add_noise(audio, decibels, np.random.default_rng(1), colour) - audio

    assert 10 * np.log10(power(audio) / power(noise)) == pytest.approx(decibels, abs=0.01)


def test_noise_falls_with_its_colour() -> None:
    def above_4_khz(colour: float) -> float:
        spectrum = np.abs(np.fft.rfft(add_noise(tone(300), 0, np.random.default_rng(1), colour) - tone(300))) ** 2
        return float(spectrum[4_000:].sum() / spectrum.sum())

    assert above_4_khz(0) == pytest.approx(0.5, abs=0.03)
    assert above_4_khz(0) > 3 * above_4_khz(1) > 9 * above_4_khz(2)


def test_silence_stays_silent() -> None:
    assert not add_noise(np.zeros(1_000, np.float32), 10, np.random.default_rng(1)).any()


@pytest.mark.parametrize("factor", [0.88, 0.95, 1.0, 1.12])
def test_speed_changes_length_and_pitch_by_its_factor(factor: float) -> None:
    faster = change_speed(tone(500), factor)

    assert faster.size == pytest.approx(16_000 / factor, rel=0.002)
    assert loudest(faster) == pytest.approx(500 * factor, abs=2)


def test_speed_refuses_to_stand_still() -> None:
    with pytest.raises(ValueError, match="speed factor 0"):
        change_speed(tone(500), 0)


def test_gain_is_in_decibels_and_clips() -> None:
    assert power(change_gain(tone(500), -6.0206)) == pytest.approx(power(tone(500)) / 4, rel=1e-3)
    assert np.abs(change_gain(tone(500), 40)).max() == 1.0


def test_the_telephone_keeps_its_band_and_little_else() -> None:
    for hertz, kept in ((1_000, True), (2_500, True), (60, False), (6_000, False)):
        ratio = 10 * np.log10(power(telephone(tone(hertz))) / power(tone(hertz)))
        assert (abs(ratio) < 0.5) if kept else (ratio < -25), hertz


def test_the_telephone_quantises_as_eight_bits_of_mu_law_do() -> None:
    """36 to 40 dB for a sine well inside the range: what G.711 is specified to reach."""
    audio = tone(1_000, level=0.5)
    heard = telephone(audio)[2_000:-2_000]
    basis = np.stack([np.sin(2 * np.pi * 1_000 * np.arange(heard.size) / 16_000), np.cos(2 * np.pi * 1_000 * np.arange(heard.size) / 16_000)], 1)
    wanted = basis @ np.linalg.lstsq(basis, heard, rcond=None)[0]

    assert 34 < 10 * np.log10(power(wanted) / power(heard - wanted)) < 44
    assert telephone(audio).size == audio.size


def test_a_generator_decides_what_augment_does() -> None:
    first, second, other = (augment(tone(500), np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    assert np.isfinite(first).all() and np.abs(first).max() <= 1.5

"""Augmentation of speech on the waveform: what telephones, rooms and speakers do to it. float32 [time], 16 kHz."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

from .manifest import SAMPLING_RATE

TELEPHONE_RATE = 8_000
TELEPHONE_BAND = (300.0, 3_400.0)
MU = 255.0


def add_noise(audio: np.ndarray, decibels: float, generator: np.random.Generator, colour: float = 1.0) -> np.ndarray:
    """Adds noise with a power spectrum of 1/f^colour (0 white, 1 pink, 2 brown) at the SNR asked for, in dB over the whole clip."""
    spectrum = np.fft.rfft(generator.standard_normal(audio.size))
    frequency = np.maximum(np.fft.rfftfreq(audio.size, 1 / SAMPLING_RATE), 50.0)
    noise = np.fft.irfft(spectrum * frequency ** (-colour / 2), audio.size)
    signal_power, noise_power = float(np.mean(audio.astype(np.float64) ** 2)), float(np.mean(noise**2))
    if signal_power == 0.0 or noise_power == 0.0:
        return audio.copy()
    return (audio + noise * np.sqrt(signal_power / noise_power / 10 ** (decibels / 10))).astype(np.float32)


def change_gain(audio: np.ndarray, decibels: float) -> np.ndarray:
    """Louder or quieter; what leaves [-1, 1] is clipped, as a recorder does."""
    return np.clip(audio * 10 ** (decibels / 20), -1.0, 1.0).astype(np.float32)


def change_speed(audio: np.ndarray, factor: float) -> np.ndarray:
    """Plays `factor` times as fast, pitch included: the length becomes ceil(length / factor), to 1 in 100 of the factor."""
    ratio = Fraction(factor).limit_denominator(100)
    if ratio <= 0:
        raise ValueError(f"speed factor {factor} is not above 0; use 0.9 to 1.1")
    return resample_poly(audio, ratio.denominator, ratio.numerator).astype(np.float32)


def telephone(audio: np.ndarray) -> np.ndarray:
    """A narrow-band call: 300-3,400 Hz, 8 kHz, µ-law of 8 bits (the continuous law of ITU-T G.711), back at 16 kHz, same length."""
    narrow = resample_poly(audio, TELEPHONE_RATE, SAMPLING_RATE)
    narrow = sosfilt(butter(4, TELEPHONE_BAND, btype="bandpass", fs=TELEPHONE_RATE, output="sos"), narrow)
    narrow = np.clip(narrow, -1.0, 1.0)
    compressed = np.sign(narrow) * np.log1p(MU * np.abs(narrow)) / np.log1p(MU)
    quantised = np.round((compressed + 1) / 2 * MU) / MU * 2 - 1
    expanded = np.sign(quantised) * np.expm1(np.abs(quantised) * np.log1p(MU)) / MU
    return resample_poly(expanded, SAMPLING_RATE, TELEPHONE_RATE)[: audio.size].astype(np.float32)


def augment(audio: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """One random variant: speed 0.88-1.12 three times in four, noise of 5-25 dB and the telephone each two times in five, gain always."""
    if generator.random() < 0.75:
        audio = change_speed(audio, generator.uniform(0.88, 1.12))
    if generator.random() < 0.4:
        audio = add_noise(audio, generator.uniform(5, 25), generator, colour=generator.uniform(0, 2))
    audio = change_gain(audio, generator.uniform(-12, 3))
    return telephone(audio) if generator.random() < 0.4 else audio

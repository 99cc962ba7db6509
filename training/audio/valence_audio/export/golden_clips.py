"""Clips made by synthesis: golden clips of a model folder, and clips for the agreement check where no recordings are given.

No recording of anybody is in them: tones, sweeps, noise, and vowels of a pulse train through resonators (Klatt 1980, cascade
formant synthesis, three formants) with a pitch and loudness contour.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from scipy.signal import lfilter

SAMPLING_RATE = 16_000

# First three formants in Hz of a, e, i, o, u (Peterson and Barney 1952, men, rounded).
VOWELS = [(730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240)]
BANDWIDTHS = (80, 100, 120)


def tone(seconds: float, hertz: float = 440.0, level: float = 0.3) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * _time(seconds))


def sweep(seconds: float, start: float = 150.0, end: float = 3_000.0, level: float = 0.3) -> np.ndarray:
    time = _time(seconds)
    return level * np.sin(2 * np.pi * (start * time + (end - start) * time**2 / (2 * seconds)))


def noise(seconds: float, seed: int, level: float = 0.05) -> np.ndarray:
    return level * np.random.default_rng(seed).standard_normal(len(_time(seconds)))


def voice(seconds: float, seed: int) -> np.ndarray:
    """Four vowels a second with a wandering pitch, pauses between some, and a little breath."""
    random = np.random.default_rng(seed)
    count = len(_time(seconds))
    base = random.uniform(90, 260)
    knots = base * np.exp(random.normal(0, 0.15, max(3, int(seconds * 4) + 1)))
    pitch = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(knots)), knots)
    phase = np.cumsum(pitch) / SAMPLING_RATE
    pulses = np.diff(np.floor(phase), prepend=0.0) + 0.003 * random.standard_normal(count)
    sound = np.zeros(count)
    length = SAMPLING_RATE // 4
    for start in range(0, count, length):
        part = pulses[start : start + length]
        for centre, width in zip(VOWELS[random.integers(len(VOWELS))], BANDWIDTHS):
            part = _resonator(part, centre, width)
        loudness = 0.05 if random.random() < 0.15 else random.uniform(0.4, 1.0)
        sound[start : start + length] = part / (np.abs(part).max() + 1e-9) * loudness * np.hanning(len(part))
    return 0.5 * sound


def made_clips(count: int, shortest: float, longest: float, seed: int = 1) -> list[np.ndarray]:
    """`count` clips of float32 [time] between `shortest` and `longest` seconds, mostly voices; the same for the same arguments."""
    random = np.random.default_rng(seed)
    clips = []
    for index in range(count):
        seconds = random.uniform(shortest, longest)
        kind = index % 5
        if kind == 3:
            clip = sweep(seconds, random.uniform(80, 800), random.uniform(80, 4_000), random.uniform(0.02, 0.6))
        elif kind == 4:
            clip = voice(seconds, seed + index) + noise(seconds, seed + index, random.uniform(0.005, 0.1))
        else:
            clip = voice(seconds, seed + index) * random.uniform(0.05, 1.5)
        clips.append(np.clip(clip, -1, 1).astype(np.float32))
    return clips


def golden_clips(minimum_seconds: float, window_seconds: float) -> dict[str, np.ndarray]:
    """Four clips by file name, float32 [time] that 16-bit PCM holds exactly, the shortest as short as the model accepts."""

    def within(seconds: float) -> float:
        return min(max(seconds, minimum_seconds), window_seconds)

    clips = {
        "tone.wav": tone(minimum_seconds + 1 / SAMPLING_RATE),
        "sweep.wav": sweep(within(1.0)),
        "noise.wav": noise(within(0.8), seed=1),
        "voice.wav": voice(within(2.0), seed=2),
    }
    return {name: _as_pcm(clip).astype(np.float32) / 32_768 for name, clip in clips.items()}


def write_wav(path: Path, audio: np.ndarray) -> None:
    """Mono 16-bit PCM at 16 kHz; what `golden_clips` gives comes back exactly."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLING_RATE)
        file.writeframes(_as_pcm(audio).tobytes())


def _as_pcm(audio: np.ndarray) -> np.ndarray:
    return np.clip(np.round(audio * 32_768), -32_768, 32_767).astype("<i2")


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * SAMPLING_RATE)) / SAMPLING_RATE


def _resonator(sound: np.ndarray, centre: float, width: float) -> np.ndarray:
    radius = np.exp(-np.pi * width / SAMPLING_RATE)
    return lfilter([1.0], [1.0, -2 * radius * np.cos(2 * np.pi * centre / SAMPLING_RATE), radius**2], sound)

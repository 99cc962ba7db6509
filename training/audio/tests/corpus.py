"""A corpus of made voices: pulse trains whose melody tells the emotion, for tests only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE = 16_000
HEADER = "path,speaker,gender,emotion,valence,text,lang,duration_s"
VALENCE = {"happy": "positive", "neutral": "neutral", "sad": "negative"}


def melody(emotion: str, generator: np.random.Generator, base: float) -> np.ndarray:
    """0.8 to 1.2 s of float32: happy rises, neutral stays, sad falls."""
    time = np.arange(int(RATE * generator.uniform(0.8, 1.2))) / RATE
    slope = {"happy": 0.7, "neutral": 0.0, "sad": -0.7}[emotion]
    pitch = base * 2 ** (slope * time / time[-1] + generator.normal(0, 0.03))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    tone = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 8))
    return (0.2 * tone + 0.003 * generator.standard_normal(time.size)).astype(np.float32)


def write_corpus(folder: Path, speakers: int = 4, clips: int = 6, seed: int = 1) -> Path:
    """`clips` clips of each emotion for each speaker, with a manifest; gives the folder."""
    generator = np.random.default_rng(seed)
    (folder / "clips").mkdir(parents=True)
    rows = [HEADER]
    for speaker in range(speakers):
        base = 120 + 25 * speaker
        for emotion, valence in VALENCE.items():
            for take in range(clips):
                name = f"clips/{speaker}-{emotion}-{take}.wav"
                audio = melody(emotion, generator, base)
                soundfile.write(folder / name, audio, RATE, subtype="PCM_16")
                rows.append(f"{name},speaker{speaker},{'female' if speaker % 2 else 'male'},{emotion},{valence},la la,en,{audio.size / RATE:.3f}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder

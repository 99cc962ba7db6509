"""The manifest of an audio corpus: one CSV row a clip, `path,speaker,gender,emotion,valence,text,lang,duration_s`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

SAMPLING_RATE = 16_000
COLUMNS = ("path", "speaker", "gender", "emotion", "valence", "text", "lang", "duration_s")
VALENCES = ("positive", "neutral", "negative")

# What corpora call the emotions, and what Valence calls them; a corpus with another word fails at load, by line.
EMOTIONS = {
    "neutral": "neutral", "calm": "calm", "happy": "happy", "happiness": "happy", "joy": "happy",
    "sad": "sad", "sadness": "sad", "angry": "angry", "anger": "angry", "fear": "fear", "fearful": "fear",
    "disgust": "disgust", "surprise": "surprise", "surprised": "surprise",
}
LABELS = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")
VALENCE_OF: dict[str, str | None] = {
    "neutral": "neutral", "calm": "neutral", "happy": "positive", "sad": "negative",
    "angry": "negative", "fear": "negative", "disgust": "negative", "surprise": None,
}


class ManifestError(ValueError):
    """A manifest that can't be trained from; the message names file, line, value and what to write instead."""


@dataclass(frozen=True)
class Clip:
    """One labelled clip. `emotion` is one of LABELS; `corpus` is the name of the manifest's folder."""

    path: Path
    corpus: str
    speaker: str
    gender: str
    emotion: str
    language: str
    seconds: float

    @property
    def valence(self) -> str | None:
        return VALENCE_OF[self.emotion]


def read_manifest(path: Path) -> list[Clip]:
    """Reads one manifest. Paths in it are relative to its folder and must exist. Raises ManifestError."""
    if not path.is_file():
        raise ManifestError(f"{path}: no manifest here; give a CSV file with the columns {','.join(COLUMNS)}")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
        if missing:
            raise ManifestError(f"{path}: line 1: missing the columns {', '.join(missing)}; write {','.join(COLUMNS)}")
        clips, first_line = [], {}
        for row in reader:
            clip = _clip(path, reader.line_num, row)
            if clip.path in first_line:
                raise ManifestError(f"{path}: line {reader.line_num}: {row['path']!r} stands in line {first_line[clip.path]} already; keep one")
            first_line[clip.path] = reader.line_num
            clips.append(clip)
    if not clips:
        raise ManifestError(f"{path}: no clips; add a row for each")
    return clips


def read_corpora(folder: Path) -> list[Clip]:
    """Reads `manifest.csv` of the folder itself or of each folder in it, in the order of their names."""
    manifests = [folder / "manifest.csv"] if (folder / "manifest.csv").is_file() else sorted(folder.glob("*/manifest.csv"))
    if not manifests:
        raise ManifestError(f"{folder}: no manifest.csv here nor one folder below; point --data to a folder of corpora")
    return [clip for manifest in manifests for clip in read_manifest(manifest)]


def _clip(manifest: Path, line: int, row: dict[str, str | None]) -> Clip:
    def refuse(what: str) -> ManifestError:
        return ManifestError(f"{manifest}: line {line}: {what}")

    if any(row[column] is None for column in COLUMNS) or None in row:
        raise refuse(f"not {len(COLUMNS)} values; quote values that hold commas")
    for column in ("path", "speaker", "emotion"):
        if not row[column]:
            raise refuse(f"{column} is empty; it is needed for each clip")
    emotion = EMOTIONS.get(row["emotion"].lower())
    if emotion is None:
        raise refuse(f"emotion {row['emotion']!r} is unknown; use one of {', '.join(EMOTIONS)}")
    if (row["valence"] or None) != VALENCE_OF[emotion]:
        raise refuse(f"valence {row['valence']!r} does not go with {row['emotion']!r}; write {VALENCE_OF[emotion] or 'nothing'}")
    try:
        seconds = float(row["duration_s"])
    except ValueError:
        seconds = float("nan")
    if not 0 < seconds < 3600:
        raise refuse(f"duration_s {row['duration_s']!r} is not a number of seconds between 0 and 3600")
    path = manifest.parent / row["path"]
    if not path.is_file():
        raise refuse(f"no file {path}; paths are relative to the manifest's folder")
    return Clip(path, manifest.parent.name, row["speaker"], row["gender"], emotion, row["lang"], seconds)


def read_audio(path: Path) -> np.ndarray:
    """Reads a clip as float32 [time] in [-1, 1], mono (mean of the channels), 16 kHz. Raises ManifestError when it can't."""
    try:
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise ManifestError(f"{path}: not readable as audio ({error}); convert it to WAV, FLAC or Ogg Opus") from error
    mono = audio.mean(axis=1)
    if rate != SAMPLING_RATE:
        mono = resample_poly(mono, SAMPLING_RATE, rate).astype(np.float32)
    if mono.size == 0 or not np.isfinite(mono).all():
        raise ManifestError(f"{path}: holds no samples, or values that are no numbers; leave it out")
    return mono

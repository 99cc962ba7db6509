"""A Hugging Face checkpoint of HuBERT, Wav2Vec2 or Whisper with a classification head, as a model folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import soundfile
from transformers import PretrainedConfig

from ..families import hubert, wav2vec2, whisper
from ..families.pretrained import CheckpointError
from .card import NOT_STATED
from .golden_clips import SAMPLING_RATE
from .labels import with_valence
from .model_folder import write_model_folder

FAMILIES: dict[str, ModuleType] = {"hubert": hubert, "wav2vec2": wav2vec2, "whisper": whisper}
MOST_CLIPS = 200


def export_checkpoint(
    checkpoint: str,
    folder: str | Path,
    *,
    name: str | None = None,
    version: str = "1.0.0",
    label_valences: Mapping[str, str | None] | None = None,
    quantize: bool = True,
    window_seconds: float | None = None,
    temperature: float | None = None,
    low_confidence_below: float = 0.5,
    clips: Sequence[np.ndarray] | None = None,
    licence: str | None = None,
    statements: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write the model folder of `checkpoint` (a folder or a hub id) and return its manifest; see `write_model_folder`.

    `window_seconds`: by default 10, for Whisper the window it was fine-tuned with. `temperature`: fitted on held-out data; the
    scores then count as calibrated. `licence`: by default what the checkpoint's README says.
    Raises CheckpointError, LabelError, ExportError or ValueError, each saying what to do.
    """
    config = _config(checkpoint)
    family = config["model_type"]
    module = FAMILIES[family]
    names = _label_names(checkpoint, config)
    labels = with_valence(names, label_valences)
    options = {"window_seconds": window_seconds} if family == "whisper" else {}
    classifier = module.build(len(labels), checkpoint=checkpoint, require_head=True, **options)
    window = getattr(classifier, "window_seconds", window_seconds or module.WINDOW_SECONDS)
    return write_model_folder(
        classifier,
        folder,
        name=name or _slug(checkpoint),
        version=version,
        family=family,
        labels=labels,
        window_seconds=window,
        hop_seconds=round(window * module.HOP_SECONDS / module.WINDOW_SECONDS, 3),
        minimum_seconds=module.MINIMUM_SECONDS,
        quantize=quantize,
        temperature=temperature or 1.0,
        low_confidence_below=low_confidence_below,
        scores="calibrated" if temperature else "service",
        licence=licence or _stated_licence(checkpoint),
        licence_text=_licence_text(checkpoint),
        agreement_clips=[clip[: round(window * SAMPLING_RATE)] for clip in clips] if clips is not None else None,
        statements=statements,
    )


def read_clips(folder: str | Path, minimum_seconds: float = 0.4) -> list[np.ndarray]:
    """Up to 200 recordings of `folder` and below, float32 [time]; raises ValueError for one that isn't 16 kHz mono or is too short."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".wav", ".flac"))
    if not paths:
        raise ValueError(f"{folder}: no .wav or .flac file in it.")
    # Evenly over the sorted names, as one speaker's or one emotion's files stand together.
    clips = []
    for path in paths[:: -(-len(paths) // MOST_CLIPS)]:
        audio, rate = soundfile.read(path, dtype="float32")
        if audio.ndim != 1 or rate != SAMPLING_RATE:
            raise ValueError(f"{path}: {rate} Hz, {audio.ndim and audio.shape[-1] if audio.ndim > 1 else 1} channels; convert it to 16 kHz mono.")
        if len(audio) < minimum_seconds * SAMPLING_RATE:
            raise ValueError(f"{path}: {len(audio) / SAMPLING_RATE:.2f} s; leave out clips below {minimum_seconds} s.")
        clips.append(audio)
    return clips


def _config(checkpoint: str) -> dict[str, Any]:
    try:
        config = PretrainedConfig.get_config_dict(checkpoint)[0]
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{checkpoint}: no config.json there, and no such model could be fetched from the Hugging Face hub.") from error
    if config.get("model_type") not in FAMILIES:
        raise CheckpointError(f"{checkpoint}: model_type {config.get('model_type')!r} is not supported; use a {', '.join(FAMILIES)} checkpoint.")
    return config


def _label_names(checkpoint: str, config: Mapping[str, Any]) -> list[str]:
    by_index = {int(index): str(label) for index, label in (config.get("id2label") or {}).items()}
    if len(by_index) < 2 or sorted(by_index) != list(range(len(by_index))):
        raise CheckpointError(f"{checkpoint}: id2label in config.json is {by_index}; it must name every output, from 0.")
    return [by_index[index] for index in range(len(by_index))]


def _slug(checkpoint: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", Path(checkpoint).resolve().name.lower()).strip("-")


def _stated_licence(checkpoint: str) -> str:
    """The `license:` line in the front matter of the checkpoint's README.md, as the hub writes it."""
    readme = Path(checkpoint) / "README.md"
    front = re.match(r"---\n(.*?)\n---", readme.read_text(encoding="utf-8"), re.DOTALL) if readme.is_file() else None
    stated = re.search(r"^license:\s*(\S+)\s*$", front[1], re.MULTILINE) if front else None
    return stated[1] if stated else NOT_STATED


def _licence_text(checkpoint: str) -> str | None:
    for name in ("LICENSE", "LICENSE.txt", "LICENSE.md"):
        path = Path(checkpoint) / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return None

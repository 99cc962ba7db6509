"""The model families by name."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

FAMILIES = ("compact", "hubert", "wav2vec2", "whisper")


def family(name: str) -> ModuleType:
    """The family's module: `build(label_count, **options)` gives a network whose forward takes float32 [batch, time] of raw
    16 kHz audio to logits [batch, labels], beside WINDOW_SECONDS, HOP_SECONDS and MINIMUM_SECONDS. Raises ValueError."""
    if name not in FAMILIES:
        raise ValueError(f"model family {name!r} is unknown; use one of {', '.join(FAMILIES)}")
    return import_module(f".{name}", __package__)

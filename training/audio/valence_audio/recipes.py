"""How a family is trained unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters. `averaging` is the decay of the running mean of the weights, which is what is kept; `patience` counts
    epochs without a better recall on held-out speakers before training stops, 0 for never."""

    family: str
    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    mixup: float = 0.3
    crop_seconds: float = 2.2
    averaging: float = 0.998
    surprise_share: float = 0.5  # of another valence's share of the draws: its label is dropped in the end
    variants: int = 6
    patience: int = 0
    seed: int = 0


RECIPES = {
    "compact": Recipe("compact", epochs=16, batch=64, learning_rate=2e-3),
    "hubert": Recipe("hubert", epochs=8, batch=8, learning_rate=3e-5, crop_seconds=3.0, patience=3),
    "wav2vec2": Recipe("wav2vec2", epochs=8, batch=8, learning_rate=3e-5, crop_seconds=3.0, patience=3),
    "whisper": Recipe("whisper", epochs=8, batch=8, learning_rate=2e-5, crop_seconds=3.0, patience=3),
}


def recipe_with(family: str, **changes: float | int | None) -> Recipe:
    """The family's recipe with the changes that are not None. Raises ValueError for values no training can use."""
    recipe = replace(RECIPES[family], **{name: value for name, value in changes.items() if value is not None})
    for name in ("epochs", "batch", "learning_rate", "crop_seconds", "variants"):
        if getattr(recipe, name) <= 0:
            raise ValueError(f"{name} is {getattr(recipe, name)}; it must be above 0")
    for name in ("label_smoothing", "averaging"):
        if not 0 <= getattr(recipe, name) < 1:
            raise ValueError(f"{name} is {getattr(recipe, name)}; it must be in [0, 1)")
    for name in ("mixup", "weight_decay", "patience", "surprise_share"):
        if getattr(recipe, name) < 0:
            raise ValueError(f"{name} is {getattr(recipe, name)}; it must not be negative")
    return recipe

"""What a model's labels say about valence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

VALENCES = ("positive", "neutral", "negative")

# RAVDESS, NEMO, IEMOCAP and MSP spellings, SUPERB's four short ones, and models that know valence already.
KNOWN: dict[str, str | None] = {
    **dict.fromkeys(("positive", "pos", "happy", "happiness", "joy", "hap"), "positive"),
    **dict.fromkeys(("neutral", "neu", "calm"), "neutral"),
    **dict.fromkeys(
        ("negative", "neg", "angry", "anger", "ang", "sad", "sadness", "fear", "fearful", "disgust", "disgusted"), "negative"
    ),
    # Good and bad surprises sound alike: the label is dropped and the other probabilities are renormalised.
    **dict.fromkeys(("surprise", "surprised"), None),
}


class LabelError(ValueError):
    """Labels whose valence isn't known, or a map that doesn't fit them."""


def with_valence(names: Sequence[str], given: Mapping[str, str | None] | None = None) -> list[tuple[str, str | None]]:
    """Each label, in order, with its valence (None: dropped). `given` goes before what is known here.

    Raises LabelError for a label that is in neither, for a label of `given` that the model doesn't have, and for an unknown valence.
    """
    given = given or {}
    strangers = sorted(set(given) - set(names))
    if strangers:
        raise LabelError(f"the label map names {', '.join(strangers)}, which the model doesn't have; its labels are {', '.join(names)}.")
    for name, valence in given.items():
        if valence is not None and valence not in VALENCES:
            raise LabelError(f"the label map gives {name!r} the valence {valence!r}; use {', '.join(VALENCES)} or null.")
    unknown = [name for name in names if name not in given and name.strip().lower() not in KNOWN]
    if unknown:
        raise LabelError(
            f"the valence of {', '.join(unknown)} is not known. "
            f'Give --labels with a JSON file such as {{"{unknown[0]}": "negative"}} (positive, neutral, negative, or null to drop it).'
        )
    return [(name, given[name] if name in given else KNOWN[name.strip().lower()]) for name in names]


def check_labels(labels: Sequence[tuple[str, str | None]]) -> None:
    """Raises LabelError unless names are distinct, valences known and at least two valences can be told apart."""
    names = [name for name, _ in labels]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise LabelError(f"the label {', '.join(repeated)} is there more than once in {', '.join(names)}.")
    for name, valence in labels:
        if valence is not None and valence not in VALENCES:
            raise LabelError(f"label {name!r} has the valence {valence!r}; use {', '.join(VALENCES)} or None.")
    if len({valence for _, valence in labels if valence}) < 2:
        raise LabelError(f"the labels {', '.join(names)} stand for fewer than two valences: every answer would be the same.")

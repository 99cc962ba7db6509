"""How far a graph's answers are from a reference graph's, and what an export does about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .graph import Runner

LABELS_NEEDED = 0.99
CLIPS_NEEDED = 20


class ExportError(ValueError):
    """A model that must not be served as exported: the message has the figures."""


@dataclass(frozen=True)
class Agreement:
    """`labels`: share of clips with the same most probable label. `largest_difference`: of any probability, 0 to 1."""

    clips: int
    labels: float
    largest_difference: float


def agreement(reference: Runner, candidate: Runner, clips: Sequence[np.ndarray]) -> Agreement:
    """Compare two graphs on `clips` (float32 [time] at 16 kHz), one at a time, as padding would change the answers."""
    if len(clips) < CLIPS_NEEDED:
        raise ExportError(f"{len(clips)} clips to compare int8 with fp32 on; give at least {CLIPS_NEEDED}.")
    same = 0
    largest = 0.0
    for clip in clips:
        expected, found = (runner.probabilities(clip[np.newaxis])[0] for runner in (reference, candidate))
        same += int(expected.argmax() == found.argmax())
        largest = max(largest, float(np.abs(expected - found).max()))
    return Agreement(len(clips), same / len(clips), largest)


def require_agreement(found: Agreement) -> None:
    """Raises ExportError when int8 gives another label than fp32 on more than 1 % of the clips."""
    if found.labels < LABELS_NEEDED:
        raise ExportError(
            f"int8 and fp32 agree on {found.labels:.1%} of the labels of {found.clips} clips (needed: {LABELS_NEEDED:.0%}); "
            f"the largest difference of a probability is {found.largest_difference:.3f}. Export without quantisation (--no-quantize)."
        )
